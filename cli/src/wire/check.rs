//! What `verifier` answers, and any command that meets an invalid recueil.

use super::found::Found;
use crate::recueil::Recueil;
use crate::render;
use dsl::syntax::tree::UnitKind;
use schemars::JsonSchema;
use serde::Serialize;

/// La vérification d'un recueil
#[derive(Debug, Serialize, JsonSchema)]
pub struct Verification {
    /// Tout ce qui a été trouvé, par fichier et par endroit
    diagnostics: Vec<Found>,
    /// Les versions des unités, par genre, nom et période
    unites: Vec<UnitVersion>,
    /// Empreinte du recueil : SHA-256, 64 chiffres hexadécimaux
    empreinte: String,
    /// Coût estimé d'un classement, par candidat, en opérations ; null tant qu'il y a des erreurs
    cout: Option<u64>,
}

/// Une version d'une unité
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Unite")]
struct UnitVersion {
    genre: Kind,
    nom: String,
    libelle: String,
    version: String,
    /// Premier jour en vigueur ; null si ouvert
    du: Option<String>,
    /// Dernier jour en vigueur ; null si ouvert
    au: Option<String>,
    fichier: String,
}

/// Genre d'une unité
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Genre")]
enum Kind {
    Vocabulaire,
    Cadre,
    Politique,
    Classement,
}

impl From<UnitKind> for Kind {
    fn from(kind: UnitKind) -> Self {
        match kind {
            UnitKind::Vocabulary => Self::Vocabulaire,
            UnitKind::Frame => Self::Cadre,
            UnitKind::Policy => Self::Politique,
            UnitKind::Ranking => Self::Classement,
        }
    }
}

/// Makes the answer.
pub fn check(recueil: &Recueil) -> Verification {
    let sources = recueil.sources();
    let units = render::ordered(recueil).into_iter().map(|unit| UnitVersion {
        genre: unit.kind.into(),
        nom: unit.name.text.clone(),
        libelle: unit.label.clone(),
        version: unit.version.clone(),
        du: unit.period.from.map(|day| day.to_string()),
        au: unit.period.to.map(|day| day.to_string()),
        fichier: sources.get(unit.span.file).map_or_else(String::new, |file| file.path.clone()),
    });
    Verification {
        diagnostics: Found::all(&recueil.diagnostics, sources),
        unites: units.collect(),
        empreinte: recueil.files.hash.clone(),
        cout: (!recueil.has_errors()).then(|| recueil.compiled.lowered.program.cost()),
    }
}
