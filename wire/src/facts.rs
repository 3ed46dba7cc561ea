//! What `faits` answers: facts in the shape that a dossier takes them.

use crate::found::DossierMistake;
use dossier::DossierError;
use engine::{
    Case, Exact, Fact, FactState, Facts, FieldId, ListState, NumberForm, Proof, Schema, Type, Value,
};
use explain::points::decimal;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// Réponse de « bareme faits »
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Faits")]
pub enum FactsAnswer {
    /// Les faits du formulaire
    Read(ReadForm),
    /// Le formulaire est refusé (code de sortie 5)
    Refused {
        /// Chaque case refusée, et pourquoi
        erreurs: Vec<DossierMistake>,
    },
}

/// Un formulaire lu
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FormulaireLu")]
pub struct ReadForm {
    /// Les faits par entité, puis par champ, tels qu'un candidat d'un dossier les porte : chaque
    /// fait avec sa valeur, sa source (la case du formulaire), sa date et son statut
    faits: Map<String, Json>,
    /// Empreinte du recueil
    empreinte: String,
}

#[derive(Debug, Serialize)]
struct LongFact {
    #[serde(skip_serializing_if = "Option::is_none")]
    valeur: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statut: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    non_communique: Option<bool>,
}

/// Makes the answer.
pub fn facts(
    case: &Result<Case, Vec<DossierError>>,
    schema: &Schema,
    hash: &str,
) -> Result<FactsAnswer, serde_json::Error> {
    let case = match case {
        Ok(case) => case,
        Err(errors) => return Ok(FactsAnswer::Refused { erreurs: DossierMistake::all(errors) }),
    };
    let mut by_entity = Map::new();
    for entity in &schema.entities {
        if !entity.list {
            let here =
                entity.fields.iter().filter_map(|field| Some((*field, case.facts.get(field)?)));
            let written = item(here, schema)?;
            if !written.is_empty() {
                by_entity.insert(entity.name.clone(), Json::Object(written));
            }
        }
    }
    for (entity, list) in &case.lists {
        let Some(entity) = schema.entity(*entity) else { continue };
        let written = match list {
            ListState::Missing => Json::Null,
            ListState::Withheld => withheld(),
            ListState::Known(items) => {
                Json::Array(items.iter().map(|it| list_item(it, schema)).collect::<Result<_, _>>()?)
            }
        };
        by_entity.insert(entity.name.clone(), written);
    }
    Ok(FactsAnswer::Read(ReadForm { faits: by_entity, empreinte: hash.to_owned() }))
}

fn withheld() -> Json {
    Json::Object(Map::from_iter([("non_communique".to_owned(), Json::Bool(true))]))
}

fn list_item(facts: &Facts, schema: &Schema) -> Result<Json, serde_json::Error> {
    item(facts.iter().map(|(field, fact)| (*field, fact)), schema).map(Json::Object)
}

fn item<'f>(
    facts: impl Iterator<Item = (FieldId, &'f Fact)>,
    schema: &Schema,
) -> Result<Map<String, Json>, serde_json::Error> {
    let mut written = Map::new();
    for (field, fact) in facts {
        let Some(def) = schema.field(field) else { continue };
        let long = LongFact {
            valeur: match &fact.state {
                FactState::Known(value) => Some(known(value, def.ty, schema)),
                FactState::Missing => Some(Json::Null),
                FactState::Withheld => None,
            },
            source: fact.source.as_deref().map(str::to_owned),
            date: fact.date.map(|day| day.to_string()),
            statut: statut(&fact.proof),
            role: match &fact.proof {
                Proof::Validated(role) => role.as_deref().map(str::to_owned),
                Proof::Declared | Proof::Verified => None,
            },
            non_communique: (fact.state == FactState::Withheld).then_some(true),
        };
        written.insert(def.name.clone(), serde_json::to_value(long)?);
    }
    Ok(written)
}

fn statut(proof: &Proof) -> Option<&'static str> {
    match proof {
        Proof::Declared => None,
        Proof::Verified => Some("vérifié"),
        Proof::Validated(_) => Some("validé"),
    }
}

/// Writes a value as a dossier spells it.
fn known(value: &Value, ty: Type, schema: &Schema) -> Json {
    match value {
        Value::Bool(holds) => Json::from(if *holds { "oui" } else { "non" }),
        Value::Date(day) => Json::from(day.to_string()),
        Value::Text(text) => Json::from(&**text),
        Value::Enum(index) => {
            let def = if let Type::Enum(id) = ty { schema.enumeration(id) } else { None };
            let at = usize::try_from(*index).unwrap_or(usize::MAX);
            Json::from(def.and_then(|def| def.values.get(at)).map_or("", |value| &value.name))
        }
        Value::Number(number) => spelt(*number, ty),
    }
}

/// Writes a number in the unit of its field: a percentage as such (31.25), exactly.
fn spelt(number: Exact, ty: Type) -> Json {
    let percent = matches!(ty, Type::Number(unit, NumberForm::Percent) if unit.is_none());
    let number =
        if percent { number.multiply(Exact::whole(100)).unwrap_or(number) } else { number };
    let whole = i64::try_from(number.numerator()).ok().filter(|_| number.is_whole());
    let written = decimal(number);
    match (whole, written.split_once('/')) {
        (Some(whole), _) => Json::from(whole),
        (None, Some((top, bottom))) => Json::Object(Map::from_iter([
            ("numerateur".to_owned(), Json::from(top)),
            ("denominateur".to_owned(), Json::from(bottom)),
        ])),
        (None, None) => Json::from(written),
    }
}
