//! A value as an explanation holds it: exact for machines, in words for people, or unknown with its
//! reason.

use crate::points::Points;
use engine::{Computed, FactRef, FactState, Reason, Schema, Type, Value, show};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

/// Ce que vaut une étape, ou pourquoi elle ne vaut rien
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "EtatDeValeur")]
pub enum State {
    /// Une valeur
    #[serde(rename = "connu")]
    Known,
    /// « pas de valeur » : rien n'est prévu, par exemple entre deux campagnes
    #[serde(rename = "pas_de_valeur")]
    NoValue,
    /// Un fait manque
    #[serde(rename = "non_renseigne")]
    Missing,
    /// Un fait n'est pas communiqué, au choix du demandeur
    #[serde(rename = "non_communique")]
    Withheld,
    /// Un fait n'est pas partagé avec l'entreprise, au choix du demandeur
    #[serde(rename = "non_partage")]
    NotShared,
    /// Le calcul est impossible
    #[serde(rename = "calcul_impossible")]
    Failed,
    /// Le candidat n'est pas parmi ceux que l'on compare
    #[serde(rename = "non_classe")]
    NotRanked,
    /// La valeur diffère d'un élément de la liste à l'autre
    #[serde(rename = "par_element")]
    PerItem,
    /// La valeur dirait ce que d'autres candidats ont : elle n'est pas montrée
    #[serde(rename = "des_autres")]
    OfOthers,
    /// Rien n'est évalué : la valeur est celle de chaque dossier
    #[serde(rename = "selon_le_dossier")]
    Open,
}

/// Une valeur exacte : booléen, nombre, ou texte (date ISO, nom d'un choix, code)
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "ValeurExacte")]
pub enum ExactValue {
    /// Oui ou non
    Bool(bool),
    /// Un nombre, dans l'unité dite à côté
    Number(Points),
    /// Un texte
    Text(String),
}

/// Une valeur, exacte et en français, ou pourquoi elle est inconnue
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Valeur")]
pub struct Shown {
    /// Connue, ou pourquoi pas
    #[serde(rename = "etat")]
    pub state: State,
    /// La valeur exacte, quand elle est connue
    #[serde(rename = "valeur", skip_serializing_if = "Option::is_none")]
    pub exact: Option<ExactValue>,
    /// L'unité d'un nombre, comme la langue l'écrit
    #[serde(rename = "unite", skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// La valeur en français, arrondie pour la lecture ; vide quand elle est inconnue
    #[serde(rename = "texte")]
    pub text: String,
    /// Les faits dont l'absence la rend inconnue
    #[serde(rename = "faits", skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Named>,
    /// The value itself, for those who put it into words.
    #[serde(skip)]
    #[schemars(skip)]
    pub value: Option<(Value, Type)>,
}

/// Un fait ou une liste : `entité.champ`, ou le nom de la liste
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[schemars(transparent, rename = "NomDeFait")]
pub struct Named {
    /// Its name in the language: what machines read.
    pub path: String,
    /// Its label: what people read.
    #[schemars(skip)]
    pub label: String,
}

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.path)
    }
}

impl Named {
    /// Names a fact or a list.
    pub(crate) fn of(fact: FactRef, schema: &Schema) -> Self {
        let path = schema.fact_name(fact);
        let label = match fact {
            FactRef::Field(id) => {
                schema.field(id).map_or_else(String::new, |field| field.label.clone())
            }
            FactRef::List(id) => {
                let label = schema.entity(id).and_then(|it| it.label.clone());
                label.unwrap_or_else(|| path.replace('_', " "))
            }
        };
        Self { path, label }
    }
}

impl Shown {
    /// Shows what an operation computed. A type that is not known is that of a plain number.
    pub fn of(computed: Option<&Computed>, ty: Type, schema: &Schema) -> Self {
        match computed {
            Some(Computed::Known(value)) => Self::known(value, ty, schema),
            Some(Computed::NoValue) => Self::without(State::NoValue),
            Some(Computed::Unknown(reasons)) => Self::unknown(reasons, schema),
            None => Self::without(State::NotRanked),
        }
    }

    /// Shows what a dossier holds of a fact; one that it does not name is missing.
    pub(crate) fn of_state(state: Option<&FactState>, ty: Type, schema: &Schema) -> Self {
        match state {
            Some(FactState::Known(value)) => Self::known(value, ty, schema),
            Some(FactState::Withheld) => Self::without(State::Withheld),
            Some(FactState::Missing) | None => Self::without(State::Missing),
        }
    }

    /// Shows a known value.
    pub fn known(value: &Value, ty: Type, schema: &Schema) -> Self {
        Self {
            state: State::Known,
            exact: Some(exact(value, ty, schema)),
            unit: unit(value, ty),
            text: show(value, ty, schema),
            facts: Vec::new(),
            value: Some((value.clone(), ty)),
        }
    }

    /// Shows that there is no value.
    pub fn without(state: State) -> Self {
        Self { state, exact: None, unit: None, text: String::new(), facts: Vec::new(), value: None }
    }

    /// Shows the most telling of the reasons why a value is unknown, with its facts.
    fn unknown(reasons: &[Reason], schema: &Schema) -> Self {
        let Some(first) = reasons.iter().min() else { return Self::without(State::NotRanked) };
        let same = reasons.iter().filter(|reason| reason.code() == first.code());
        let facts = same.filter_map(|reason| reason.fact());
        let facts = facts.map(|fact| Named::of(fact, schema)).collect();
        Self { facts, ..Self::without(state_of(*first)) }
    }

    /// Returns the truth it is, when it is a known one.
    pub fn truth(&self) -> Option<bool> {
        match &self.value {
            Some((Value::Bool(truth), _)) => Some(*truth),
            Some(_) | None => None,
        }
    }
}

fn state_of(reason: Reason) -> State {
    match reason {
        Reason::Missing(_) => State::Missing,
        Reason::Withheld(_) => State::Withheld,
        Reason::NotShared(_) => State::NotShared,
        Reason::Failed { .. } => State::Failed,
        Reason::NoValue(_) => State::NoValue,
        Reason::NotRanked => State::NotRanked,
    }
}

fn exact(value: &Value, ty: Type, schema: &Schema) -> ExactValue {
    match value {
        Value::Bool(truth) => ExactValue::Bool(*truth),
        Value::Number(number) => ExactValue::Number(Points(*number)),
        Value::Date(day) => ExactValue::Text(day.to_string()),
        Value::Text(text) => ExactValue::Text(text.to_string()),
        Value::Enum(index) => {
            let Type::Enum(id) = ty else { return ExactValue::Text(index.to_string()) };
            let named = schema.enumeration(id).and_then(|def| def.values.get(*index as usize));
            ExactValue::Text(named.map_or_else(|| index.to_string(), |value| value.name.clone()))
        }
    }
}

fn unit(value: &Value, ty: Type) -> Option<String> {
    match (value, ty) {
        (Value::Number(_), Type::Number(unit, _)) if !unit.is_none() => Some(unit.to_string()),
        (
            Value::Number(_) | Value::Bool(_) | Value::Date(_) | Value::Text(_) | Value::Enum(_),
            _,
        ) => None,
    }
}
