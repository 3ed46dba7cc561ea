//! What a version of a policy, a frame or a ranking says, as a value: what its page and its JSON
//! show.
//!
//! It holds rules and what founds them, never a fact of a person. Everything is made from the
//! checked recueil; nothing is written by hand for one unit.

mod audience;
mod examples;
mod from_compiled;
mod inventory;
mod names;
mod reads;
mod referred;
mod rules;

pub use examples::{ExampleWords, FactRow};
pub use from_compiled::publication;
pub use inventory::Inventory;
pub use reads::ReadWords;
pub use referred::{DefinitionWords, NamedTable, Referred};
pub use rules::{Entry, Gift, Grounds, Group, HypothesisWords, Rule};

use crate::phrases::{Condition, Phrase};
use engine::Period;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Les règles publiées d'un recueil
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Publication {
    /// Le nom du recueil
    #[serde(rename = "recueil")]
    pub name: String,
    /// L'empreinte SHA-256 du recueil
    #[serde(rename = "empreinte")]
    pub hash: String,
    /// Une fiche par version de politique, de cadre ou de classement
    #[serde(rename = "fiches")]
    pub sheets: Vec<Sheet>,
}

impl Publication {
    /// Keeps some sheets; what is left refers to those alone.
    #[must_use]
    pub fn keeping(mut self, is_kept: impl Fn(&Sheet) -> bool) -> Self {
        self.sheets.retain(is_kept);
        let addresses: BTreeSet<String> =
            self.sheets.iter().map(|sheet| sheet.address.clone()).collect();
        let links = |sheet: &mut Sheet| {
            for link in sheet.frame.iter_mut().chain(&mut sheet.grids) {
                link.address.take_if(|address| !addresses.contains(address));
            }
        };
        self.sheets.iter_mut().for_each(links);
        self
    }
}

/// La sorte d'une unité
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "Sorte")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Un classement
    #[serde(rename = "classement")]
    Ranking,
    /// Une politique
    #[serde(rename = "politique")]
    Policy,
    /// Un cadre
    #[serde(rename = "cadre")]
    Frame,
    /// La politique d'une entreprise, dans un cadre
    #[serde(rename = "entreprise")]
    Company,
    /// La politique d'un territoire, dans un cadre à critères libres
    #[serde(rename = "territoire")]
    Territory,
}

impl Kind {
    /// Every kind, in the order of the index.
    pub const ALL: [Self; 5] =
        [Self::Ranking, Self::Policy, Self::Frame, Self::Company, Self::Territory];

    /// Names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ranking => "Classement",
            Self::Policy => "Politique",
            Self::Frame => "Cadre",
            Self::Company => "Politique d'entreprise",
            Self::Territory => "Politique de territoire",
        }
    }

    /// Names several.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Ranking => "Classements",
            Self::Policy => "Politiques communes",
            Self::Frame => "Cadres",
            Self::Company => "Politiques d'entreprises",
            Self::Territory => "Politiques de territoires",
        }
    }
}

/// Une autre fiche
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Renvoi")]
pub struct Link {
    /// Son libellé
    #[serde(rename = "libelle")]
    pub label: String,
    /// Le nom de ses fichiers, sans extension ; absent si elle n'est pas publiée ici
    #[serde(rename = "fichier", skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Ce que dit une version d'une politique, d'un cadre ou d'un classement
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Fiche")]
pub struct Sheet {
    /// Le nom de ses fichiers, sans extension
    #[serde(rename = "fichier")]
    pub address: String,
    /// Le nom de l'unité
    #[serde(rename = "unite")]
    pub unit: String,
    /// Sa version
    pub version: String,
    /// Sa sorte
    #[serde(rename = "sorte")]
    pub kind: Kind,
    /// Son libellé
    #[serde(rename = "libelle")]
    pub label: String,
    /// Sa documentation
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// Les jours où elle est en vigueur
    #[serde(rename = "en_vigueur", serialize_with = "in_words")]
    #[schemars(with = "String")]
    pub period: Period,
    /// Le cadre qu'elle remplit
    #[serde(rename = "cadre", skip_serializing_if = "Option::is_none")]
    pub frame: Option<Link>,
    /// Pour qui elle est
    #[serde(rename = "pour_qui")]
    pub audience: Vec<String>,
    /// La condition pour qu'elle s'applique
    #[serde(rename = "s_applique_si", skip_serializing_if = "Option::is_none")]
    pub applies: Option<Condition>,
    /// Comment elle compte : échelle, plafond, ordre, nombre de retenus
    #[serde(rename = "comment")]
    pub how: Vec<Phrase>,
    /// Les grilles qu'un classement additionne
    #[serde(rename = "grilles", skip_serializing_if = "Vec::is_empty")]
    pub grids: Vec<Link>,
    /// Ce que le choix du demandeur montre à son entreprise
    #[serde(rename = "partage", skip_serializing_if = "Vec::is_empty")]
    pub sharing: Vec<SharingWords>,
    /// Les règles, dans l'ordre du texte
    #[serde(rename = "regles")]
    pub rules: Vec<Entry>,
    /// Ce que les règles emploient : définitions, tables, paramètres
    #[serde(rename = "definitions")]
    pub referred: Vec<Referred>,
    /// Ce que l'unité garantit
    #[serde(rename = "garanties", skip_serializing_if = "Vec::is_empty")]
    pub guarantees: Vec<String>,
    /// Les textes qui la fondent
    #[serde(flatten)]
    pub grounds: Grounds,
    /// Les jours où elle a été relue
    #[serde(rename = "relue_le", skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<String>,
    /// Les faits lus
    #[serde(rename = "faits_lus")]
    pub reads: Vec<ReadWords>,
    /// Des exemples, vérifiés
    #[serde(rename = "exemples")]
    pub examples: Vec<ExampleWords>,
    /// La fiche d'inventaire du traitement
    #[serde(rename = "inventaire")]
    pub inventory: Inventory,
    /// The text as its author wrote it.
    #[serde(skip)]
    #[schemars(skip)]
    pub text: String,
}

impl Sheet {
    /// Says when it is in force.
    pub fn in_force(&self) -> String {
        crate::days::period(self.period)
    }
}

/// Ce qu'un choix du demandeur montre
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PartageEnMots")]
pub struct SharingWords {
    /// Le choix
    #[serde(rename = "choix")]
    pub choice: String,
    /// Ce qu'il montre
    #[serde(rename = "montre")]
    pub shows: String,
}

fn in_words<S: serde::Serializer>(period: &Period, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&crate::days::period(*period))
}
