//! The facts that a dossier may hold, for whoever builds one.

use engine::{EntityDef, FieldDef, NumberForm, Schema, Sharing, Type};
use schemars::JsonSchema;
use serde::Serialize;

/// Les faits qu'un dossier peut porter
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Vocabulaire")]
pub struct Vocabulary {
    /// Empreinte du recueil
    empreinte: String,
    entites: Vec<Entity>,
}

/// Une entité
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Entite")]
struct Entity {
    nom: String,
    libelle: Option<String>,
    /// Si un dossier en porte une liste
    liste: bool,
    champs: Vec<Field>,
}

/// Un champ
#[expect(clippy::struct_excessive_bools, reason = "each is a mark that the language names")]
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Champ")]
struct Field {
    nom: String,
    libelle: String,
    #[serde(rename = "type")]
    ty: Kind,
    /// Les valeurs d'une énumération, dans l'ordre
    #[serde(skip_serializing_if = "Vec::is_empty")]
    valeurs: Vec<Choice>,
    /// Le moindre choix qui le partage avec l'entreprise ; null s'il n'est jamais partagé
    partage: Option<Shared>,
    facultatif: bool,
    /// Donnée sensible
    sensible: bool,
    /// Critère de discrimination
    protege: bool,
    /// Si deux candidatures ne peuvent pas avoir la même valeur
    unique: bool,
    /// La case du formulaire
    #[serde(skip_serializing_if = "Option::is_none")]
    cerfa: Option<String>,
}

/// Type d'un champ
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "TypeDeChamp")]
enum Kind {
    Booleen,
    Entier,
    Nombre,
    Pourcentage,
    Texte,
    Code,
    Date,
    Enumeration,
    Element,
}

/// Une valeur d'une énumération
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Choix")]
struct Choice {
    nom: String,
    libelle: String,
}

/// Un choix de partage
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "Partage")]
enum Shared {
    Rien,
    Identification,
    Complet,
}

impl From<Sharing> for Shared {
    fn from(sharing: Sharing) -> Self {
        match sharing {
            Sharing::Nothing => Self::Rien,
            Sharing::Identification => Self::Identification,
            Sharing::Complete => Self::Complet,
        }
    }
}

impl From<Type> for Kind {
    fn from(ty: Type) -> Self {
        match ty {
            Type::Bool => Self::Booleen,
            Type::Number(_, NumberForm::Whole) => Self::Entier,
            Type::Number(_, NumberForm::Decimal) => Self::Nombre,
            Type::Number(_, NumberForm::Percent) => Self::Pourcentage,
            Type::Text => Self::Texte,
            Type::Code => Self::Code,
            Type::Date => Self::Date,
            Type::Enum(_) => Self::Enumeration,
            Type::Item(_) => Self::Element,
        }
    }
}

/// Makes the answer.
pub fn vocabulary(schema: &Schema, hash: &str) -> Vocabulary {
    let entities = schema.entities.iter().map(|def| entity(def, schema));
    Vocabulary { empreinte: hash.to_owned(), entites: entities.collect() }
}

fn entity(def: &EntityDef, schema: &Schema) -> Entity {
    let fields = def.fields.iter().filter_map(|field| schema.field(*field));
    Entity {
        nom: def.name.clone(),
        libelle: def.label.clone(),
        liste: def.list,
        champs: fields.map(|def| field(def, schema)).collect(),
    }
}

fn field(def: &FieldDef, schema: &Schema) -> Field {
    let choices = match def.ty {
        Type::Enum(id) => schema.enumeration(id).map(|def| def.values.as_slice()),
        Type::Bool | Type::Number(..) | Type::Text | Type::Code | Type::Date | Type::Item(_) => {
            None
        }
    };
    let choices = choices.unwrap_or_default().iter();
    Field {
        nom: def.name.clone(),
        libelle: def.label.clone(),
        ty: def.ty.into(),
        valeurs: choices
            .map(|it| Choice { nom: it.name.clone(), libelle: it.label.clone() })
            .collect(),
        partage: def.sharing.map(Shared::from),
        facultatif: def.optional,
        sensible: def.sensitive,
        protege: def.protected,
        unique: def.unique,
        cerfa: def.cerfa.clone(),
    }
}
