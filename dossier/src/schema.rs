//! The JSON Schema of a dossier (draft 2020-12), from the vocabulary.
//!
//! Each type of value has one definition for its plain shape and one for its long shape; a field
//! refers to them and adds its label.

use crate::quantity;
use engine::{EntityDef, EnumId, FieldDef, NumberForm, Schema, Type, Unit};
use serde_json::{Map, Value, json};
use source::fold;

/// Makes the JSON Schema of the dossiers of a vocabulary.
pub fn schema(vocabulary: &Schema) -> Value {
    let mut writer = Writer { vocabulary, definitions: Map::new() };
    let mut candidate = Map::new();
    let id = json!({ "title": "Identifiant du candidat", "type": ["string", "integer"] });
    candidate.insert("id".to_owned(), id);
    candidate.insert("postule".to_owned(), writer.applies());
    candidate.insert("cerfa".to_owned(), form());
    let mut offer = json!({ "type": "object" });
    for entity in &vocabulary.entities {
        let shape = writer.entity(entity);
        if entity.name == "offre" {
            offer = shape;
        } else {
            candidate.insert(entity.name.clone(), shape);
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Dossier",
        "description": "Une offre et ses candidats, tels que « bareme evaluer » les lit en YAML ou en JSON",
        "type": "object",
        "properties": {
            "date": {
                "title": "Date de l'évaluation",
                "description": "Elle peut aussi être donnée à la commande",
                "type": ["string", "null"],
                "format": "date",
            },
            "offre": offer,
            "candidats": {
                "title": "Candidats",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": candidate,
                    "required": ["id"],
                    "additionalProperties": false,
                },
            },
        },
        "required": ["offre", "candidats"],
        "additionalProperties": false,
        "$defs": writer.definitions,
    })
}

/// Writes shapes, and the definitions they refer to.
struct Writer<'a> {
    vocabulary: &'a Schema,
    definitions: Map<String, Value>,
}

impl Writer<'_> {
    fn entity(&mut self, entity: &EntityDef) -> Value {
        let mut fields = Map::new();
        for field in entity.fields.iter().filter_map(|id| self.vocabulary.field(*id)) {
            let shape = self.field(field);
            fields.insert(field.name.clone(), shape);
        }
        let facts = json!({
            "type": "object",
            "properties": fields,
            "additionalProperties": false,
        });
        let title = entity.label.as_deref().unwrap_or(&entity.name);
        let withheld = self.withheld();
        if entity.list {
            let description = "Une liste absente n'est pas renseignée ; [] est la liste vide";
            let list = json!({ "type": "array", "items": facts });
            let shapes = json!([list, withheld, { "type": "null" }]);
            json!({ "title": title, "description": description, "anyOf": shapes })
        } else {
            json!({ "title": title, "anyOf": [facts, withheld, { "type": "null" }] })
        }
    }

    fn field(&mut self, field: &FieldDef) -> Value {
        let plain = self.plain(field.ty);
        let long = self.long(&plain);
        json!({
            "title": field.label,
            "description": self.description(field),
            "anyOf": [reference(&plain), reference(&long), { "type": "null" }],
        })
    }

    fn description(&self, field: &FieldDef) -> String {
        let mut parts = vec![format!("Type : {}", self.vocabulary.type_name(field.ty))];
        if let Some(form_box) = &field.cerfa {
            parts.push(format!("formulaire : {form_box}"));
        }
        if field.optional {
            parts.push("facultatif".to_owned());
        }
        if field.sensitive {
            parts.push("sensible".to_owned());
        }
        if field.protected {
            parts.push("protégé".to_owned());
        }
        parts.join(" ; ")
    }

    /// Defines the plain shape of a type and returns its name.
    fn plain(&mut self, ty: Type) -> String {
        let name = self.definition_name(ty);
        if !self.definitions.contains_key(&name) {
            let shape = self.plain_shape(ty);
            self.definitions.insert(name.clone(), shape);
        }
        name
    }

    /// Defines the long shape around a plain one and returns its name.
    fn long(&mut self, plain: &str) -> String {
        let name = format!("fait_{plain}");
        if !self.definitions.contains_key(&name) {
            let shape = json!({
                "description": "Un fait avec ce qui l'établit",
                "type": "object",
                "properties": {
                    "valeur": { "anyOf": [reference(plain), { "type": "null" }] },
                    "source": { "type": ["string", "null"] },
                    "date": { "type": ["string", "null"], "format": "date" },
                    "statut": { "enum": ["déclaré", "vérifié", "validé", null] },
                    "role": { "description": "Qui a validé", "type": ["string", "null"] },
                    "non_communique": { "enum": [true, false, "oui", "non", null] },
                },
                "anyOf": [{ "required": ["valeur"] }, { "required": ["non_communique"] }],
                "additionalProperties": false,
            });
            self.definitions.insert(name.clone(), shape);
        }
        name
    }

    fn withheld(&mut self) -> Value {
        let name = "non_communique";
        if !self.definitions.contains_key(name) {
            let shape = json!({
                "description": "Tout l'ensemble n'est pas communiqué, par choix du demandeur",
                "type": "object",
                "properties": { "non_communique": { "enum": [true, false, "oui", "non"] } },
                "required": ["non_communique"],
                "additionalProperties": false,
            });
            self.definitions.insert(name.to_owned(), shape);
        }
        reference(name)
    }

    fn applies(&mut self) -> Value {
        let name = self.plain(Type::Bool);
        json!({
            "title": "A postulé",
            "description": "Oui quand rien n'est dit",
            "anyOf": [reference(&name), { "type": "null" }],
        })
    }

    /// Returns the name of a type's definition, in letters that a reference can hold.
    fn definition_name(&self, ty: Type) -> String {
        match ty {
            Type::Bool => "booleen".to_owned(),
            Type::Text => "texte".to_owned(),
            Type::Code => "code".to_owned(),
            Type::Date => "date".to_owned(),
            Type::Number(unit, form) => format!("nombre_{}", number_name(unit, form)),
            Type::Enum(id) => {
                let name = self.vocabulary.type_name(ty);
                format!("enumeration_{}_{}", id.0, ascii(&name))
            }
            Type::Item(id) => format!("reference_{}", id.0),
        }
    }

    fn plain_shape(&self, ty: Type) -> Value {
        match ty {
            Type::Bool => json!({ "title": "oui ou non", "enum": [true, false, "oui", "non"] }),
            Type::Text => json!({ "type": ["string", "number"] }),
            Type::Code => json!({
                "description": "Chiffres et lettres ; entre guillemets s'il commence par zéro",
                "type": ["string", "integer"],
                "pattern": "^[0-9A-Za-z]+$",
            }),
            Type::Date => json!({ "type": "string", "format": "date" }),
            Type::Number(unit, form) => number_shape(unit, form),
            Type::Enum(id) => self.enumeration(id),
            Type::Item(_) => json!(false),
        }
    }

    fn enumeration(&self, id: EnumId) -> Value {
        let Some(def) = self.vocabulary.enumeration(id) else { return json!(false) };
        let values = def.values.iter();
        let values = values.map(|value| json!({ "const": value.name, "title": value.label }));
        let title = def.label.as_deref().unwrap_or(&def.name);
        json!({ "title": title, "oneOf": values.collect::<Vec<Value>>() })
    }
}

fn number_shape(unit: Unit, form: NumberForm) -> Value {
    let kind = match form {
        NumberForm::Whole => "integer",
        NumberForm::Decimal | NumberForm::Percent => "number",
    };
    let description = match form {
        NumberForm::Percent if unit.is_none() => "En pourcents : 31,25 pour 31,25 %".to_owned(),
        NumberForm::Whole | NumberForm::Decimal | NumberForm::Percent if unit.is_none() => {
            "Sans unité".to_owned()
        }
        NumberForm::Whole | NumberForm::Decimal | NumberForm::Percent if unit == Unit::months() => {
            "En mois ; \"3 ans\" s'écrit aussi".to_owned()
        }
        NumberForm::Whole | NumberForm::Decimal | NumberForm::Percent => format!("En {unit}"),
    };
    let number = if Type::Number(unit, form).counts_from_zero() {
        json!({ "type": kind, "minimum": 0 })
    } else {
        json!({ "type": kind })
    };
    json!({
        "description": description,
        "anyOf": [
            number,
            { "type": "string", "pattern": quantity::PATTERN },
            {
                "description": "Une fraction exacte",
                "type": "object",
                "properties": {
                    "numerateur": { "type": "integer" },
                    "denominateur": { "type": "integer", "not": { "const": 0 } },
                },
                "required": ["numerateur", "denominateur"],
                "additionalProperties": false,
            },
        ],
    })
}

fn number_name(unit: Unit, form: NumberForm) -> String {
    let form = match form {
        NumberForm::Whole => "entier",
        NumberForm::Decimal => "decimal",
        NumberForm::Percent => "pourcentage",
    };
    if unit.is_none() {
        return form.to_owned();
    }
    let unit = unit.to_string().replace('/', "_par_").replace('€', "euros").replace('²', "2");
    format!("{form}_{}", ascii(&unit))
}

fn ascii(name: &str) -> String {
    fold(name).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
}

fn form() -> Value {
    json!({
        "title": "Demande saisie (CERFA)",
        "description": "La demande telle qu'elle a été saisie, ou le chemin de son fichier à côté du dossier ; les faits donnés par ailleurs l'emportent",
        "type": ["object", "string", "null"],
    })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}
