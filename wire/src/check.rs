//! What `verifier` answers, and any command that meets an invalid recueil.

use crate::evaluation::Versioned;
use crate::found::Found;
use crate::judged::Judged;
use analysis::UnitPoints;
use dsl::syntax::tree::UnitKind;
use engine::Range;
use explain::Points;
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
    /// Avec « --points » : ce que chaque grille peut donner, quels que soient les faits
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<Vec<GridPoints>>,
}

/// Ce qu'une version d'une grille peut donner
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PointsDeGrille")]
struct GridPoints {
    /// La politique, ou le cadre
    unite: String,
    version: String,
    /// La politique qui remplit le cadre
    #[serde(skip_serializing_if = "Option::is_none")]
    remplissage: Option<Versioned>,
    #[serde(flatten)]
    bornes: Bounds,
    /// Critères, familles et tranches, dans l'ordre du texte
    lignes: Vec<PartPoints>,
}

/// Ce qu'une ligne peut donner
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "PointsDeLigne")]
struct PartPoints {
    nom: String,
    #[serde(flatten)]
    bornes: Bounds,
}

/// Le moins et le plus ; null quand il n'y a pas de limite
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Bornes")]
struct Bounds {
    min: Option<Points>,
    max: Option<Points>,
}

impl From<Range> for Bounds {
    fn from(range: Range) -> Self {
        Self { min: range.low.map(Points), max: range.high.map(Points) }
    }
}

impl Verification {
    /// Adds what grids can give.
    #[must_use]
    pub fn with_points(mut self, units: Option<&[UnitPoints]>) -> Self {
        self.points = units.map(|units| units.iter().map(GridPoints::of).collect());
        self
    }
}

impl GridPoints {
    fn of(unit: &UnitPoints) -> Self {
        let lines = unit.lines.iter();
        Self {
            unite: unit.unit.to_string(),
            version: unit.version.to_string(),
            remplissage: unit.filling.as_ref().map(Versioned::of),
            bornes: unit.range.into(),
            lignes: lines
                .map(|line| PartPoints { nom: line.id.clone(), bornes: line.range.into() })
                .collect(),
        }
    }
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
pub(super) enum Kind {
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
pub fn check(recueil: Judged<'_>) -> Verification {
    let sources = recueil.sources();
    let units = recueil.units().into_iter().map(|unit| UnitVersion {
        genre: unit.kind.into(),
        nom: unit.name.text.clone(),
        libelle: unit.label.clone(),
        version: unit.version.clone(),
        du: unit.period.from.map(|day| day.to_string()),
        au: unit.period.to.map(|day| day.to_string()),
        fichier: sources.get(unit.span.file).map_or_else(String::new, |file| file.path.clone()),
    });
    Verification {
        diagnostics: Found::all(recueil.diagnostics, sources),
        unites: units.collect(),
        empreinte: recueil.files.hash.clone(),
        cout: (!recueil.has_errors()).then(|| recueil.compiled.lowered.program.cost()),
        points: None,
    }
}
