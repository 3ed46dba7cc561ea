//! What the interface is, in OpenAPI 3.1, made from the table of routes and from the schemas of their JSON.
//!
//! Nothing that serves calls it: what is served is a file (`schemas/openapi.json`), which a test writes and holds to it.

use crate::answers::Form;
use crate::problem::Problem;
use crate::roles::Action;
use crate::table::{Gives, Method, Parameter, Route, Shaped, Takes, shaped};
use schemars::Schema;
use serde_json::{Map, Value, json};
use wire::schema_of;

/// The one address that says what it has to say with the status of what cannot be had.
const READY: &str = "/readyz";

/// Makes the whole description.
pub fn interface() -> Value {
    let mut shapes = Shapes::default();
    let mut paths = Map::new();
    for Shaped { route, taken, given } in shaped() {
        let content = content(route.gives, shapes.json(given));
        let body = body(route.takes, shapes.json(taken));
        let operation = operation(route, &content, body);
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        let method = match route.method {
            Method::Get => "get",
            Method::Post => "post",
            Method::Put => "put",
            Method::Delete => "delete",
        };
        if let Some(path) = path.as_object_mut() {
            path.insert(method.to_owned(), operation);
        }
    }
    let problem = shapes.named(schema_of::<Problem>());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Barème",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Les règles de cotation du logement, appliquées, expliquées, enregistrées.",
        },
        "paths": paths,
        "components": {
            "schemas": shapes.0,
            "securitySchemes": { "cle": { "type": "http", "scheme": "bearer" } },
            "responses": {
                "Probleme": {
                    "description": "Ce qui ne va pas (RFC 9457) ; en page pour qui en préfère une",
                    "content": said(&problem),
                },
                "Indisponible": {
                    "description": "Ni fait ni enregistré : à redemander",
                    "headers": {
                        "Retry-After": {
                            "description": "dans combien de secondes",
                            "schema": { "type": "string" },
                        },
                    },
                    "content": said(&problem),
                },
            },
        },
    })
}

/// The shapes that routes name.
#[derive(Default)]
struct Shapes(Map<String, Value>);

impl Shapes {
    /// Returns the form of JSON of a shape, or of whatever JSON.
    fn json(&mut self, schema: Option<Schema>) -> Value {
        let schema = schema.map_or_else(|| json!({}), |schema| self.named(schema));
        json!({ "application/json": { "schema": schema } })
    }

    /// Keeps a shape, with those that it names, and refers to it.
    fn named(&mut self, schema: Schema) -> Value {
        let mut schema = moved(schema.to_value());
        let Some(fields) = schema.as_object_mut() else { return schema };
        fields.shift_remove("$schema");
        if let Some(Value::Object(inner)) = fields.shift_remove("$defs") {
            self.0.extend(inner);
        }
        let title = fields.get("title").and_then(Value::as_str).map(str::to_owned);
        match title {
            Some(title) => {
                let name: String = title.chars().filter(char::is_ascii_alphanumeric).collect();
                let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
                self.0.insert(name, schema);
                reference
            }
            None => schema,
        }
    }
}

/// Makes a schema's references those of the description.
fn moved(value: Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(name, value)| match value {
                    Value::String(at) if name == "$ref" => {
                        (name, at.replace("#/$defs/", "#/components/schemas/").into())
                    }
                    other => (name, moved(other)),
                })
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(moved).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

fn operation(route: &Route, content: &Value, body: Option<Value>) -> Value {
    let mut operation = json!({
        "summary": route.says,
        "x-portee": route.action.word(),
        "parameters": parameters(route),
        "responses": answers(route, content),
    });
    let Some(fields) = operation.as_object_mut() else { return operation };
    if !route.action.is_public() {
        fields.insert("security".to_owned(), json!([{ "cle": [] }]));
    }
    if let Some(body) = body {
        fields.insert("requestBody".to_owned(), json!({ "required": true, "content": body }));
    }
    operation
}

/// Says every answer of a route: a status that is not here is a fault.
fn answers(route: &Route, content: &Value) -> Value {
    let mut answers = json!({
        "4XX": { "$ref": "#/components/responses/Probleme" },
        "503": { "$ref": "#/components/responses/Indisponible" },
    });
    let Some(all) = answers.as_object_mut() else { return answers };
    let mut add = |status: &str, answer: Value| drop(all.insert(status.to_owned(), answer));
    let elsewhere = json!({ "description": "La réponse est à une autre adresse" });
    match route.gives {
        Gives::Elsewhere => add("303", elsewhere.clone()),
        Gives::Nothing => add("204", json!({ "description": "C'est fait" })),
        Gives::Json | Gives::Forms(_) | Gives::Lines => {
            add("2XX", json!({ "description": "La réponse", "content": content }));
        }
    }
    if route.method == Method::Get && route.gives.has(Form::Html) {
        add("303", elsewhere);
    }
    if route.method == Method::Get && route.action == Action::ReadRules {
        add("304", json!({ "description": "Rien n'a changé" }));
    }
    if route.gives.has(Form::Pdf) {
        add("501", json!({ "$ref": "#/components/responses/Probleme" }));
    }
    if route.path == READY {
        add("503", json!({ "description": "Pas prêt, et pourquoi", "content": content }));
    }
    answers
}

/// Returns the forms of a problem.
fn said(problem: &Value) -> Value {
    json!({ "application/problem+json": { "schema": problem }, "text/html": { "schema": {} } })
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_path = route.path.split(['{', '}']).skip(1).step_by(2);
    let placed = in_path.map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
    });
    let asked = route.asks.iter().map(|Parameter { name, says, due }| {
        json!({
            "name": name, "in": "query", "required": due, "description": says,
            "schema": { "type": "string" },
        })
    });
    let says = "l'empreinte d'un recueil gardé, à la place de celui qui sert";
    let pinned = route.by_rules.then(|| {
        json!({
            "name": "Bareme-Recueil", "in": "header", "required": false, "description": says,
            "schema": { "type": "string" },
        })
    });
    placed.chain(asked).chain(pinned).collect()
}

/// Returns the forms of a body, `json` when it is of the route's own.
fn body(takes: Takes, json: Value) -> Option<Value> {
    let any = json!({ "schema": { "type": "object" } });
    match takes {
        Takes::Nothing => None,
        Takes::Dossier => Some(json!({ "application/json": any, "application/yaml": any })),
        Takes::Dossiers => Some(json!({ "application/x-ndjson": { "schema": {} } })),
        Takes::Text => Some(json!({ "text/plain": { "schema": { "type": "string" } } })),
        Takes::Form => Some(json!({ "application/x-www-form-urlencoded": any })),
        Takes::Json => Some(json),
    }
}

/// Returns the forms of an answer, `json` when it is JSON.
fn content(gives: Gives, json: Value) -> Value {
    match gives {
        Gives::Json => json,
        Gives::Forms(forms) => {
            let all = forms.iter().map(|form| (form.media().to_owned(), json!({ "schema": {} })));
            Value::Object(all.collect())
        }
        Gives::Lines => json!({ "application/x-ndjson": { "schema": {} } }),
        Gives::Elsewhere | Gives::Nothing => json!({}),
    }
}
