//! Diagnostics of rule files and mistakes of dossiers, as JSON.

use dossier::DossierError;
use schemars::JsonSchema;
use serde::Serialize;
use source::{Diagnostic, Severity, Sources, Span};

/// Une erreur, un avertissement ou une remarque sur un fichier de règles
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Diagnostic")]
pub struct Found {
    /// Code, que « bareme code » explique
    code: &'static str,
    severite: Gravity,
    /// Une ligne, en français
    message: String,
    /// Ce qui se dit sous l'endroit, quand il y a quelque chose à en dire
    #[serde(skip_serializing_if = "String::is_empty")]
    etiquette: String,
    #[serde(flatten)]
    lieu: Location,
    /// Les autres endroits qui comptent
    etiquettes: Vec<Tag>,
    /// Que faire
    aides: Vec<String>,
    /// Des remplacements qui réparent
    corrections: Vec<Correction>,
    /// Un exemple qui montre la faute
    #[serde(skip_serializing_if = "Option::is_none")]
    exemple: Option<PastedExample>,
}

/// Gravité : une erreur rend le recueil inutilisable
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Severite")]
pub enum Gravity {
    /// Erreur
    Erreur,
    /// Avertissement
    Avertissement,
    /// Remarque
    Remarque,
}

impl From<Severity> for Gravity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Erreur,
            Severity::Warning => Self::Avertissement,
            Severity::Note => Self::Remarque,
        }
    }
}

/// Un endroit d'un fichier du recueil
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Lieu")]
pub struct Location {
    /// Chemin depuis le manifeste
    fichier: String,
    /// Ligne, à partir de 1
    ligne: usize,
    /// Colonne en caractères, à partir de 1
    colonne: usize,
    /// Ligne de la fin
    ligne_fin: usize,
    /// Colonne qui suit le dernier caractère
    colonne_fin: usize,
    /// Premier octet
    debut: u32,
    /// Octet qui suit le dernier
    fin: u32,
}

impl Location {
    /// Finds a span in its file.
    pub fn of(span: Span, sources: &Sources) -> Self {
        let file = sources.get(span.file);
        let at = file.map(|file| file.line_column(span.start));
        let end = file.map(|file| file.line_column(span.end));
        Self {
            fichier: file.map_or_else(String::new, |file| file.path.clone()),
            ligne: at.map_or(1, |at| at.line),
            colonne: at.map_or(1, |at| at.column),
            ligne_fin: end.map_or(1, |end| end.line),
            colonne_fin: end.map_or(1, |end| end.column),
            debut: span.start,
            fin: span.end,
        }
    }
}

/// Un autre endroit, et ce qu'il y a à y voir
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Etiquette")]
struct Tag {
    texte: String,
    #[serde(flatten)]
    lieu: Location,
}

/// Un exemple qui montre la faute
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ExempleACopier")]
struct PastedExample {
    /// L'exemple ; il échoue tant que la faute est là
    texte: String,
    /// Le fichier à la fin duquel il se colle, chemin depuis le manifeste
    fichier: String,
}

/// Un remplacement
#[derive(Debug, Serialize, JsonSchema)]
struct Correction {
    /// Ce qu'il faut écrire là
    texte: String,
    #[serde(flatten)]
    lieu: Location,
}

impl Found {
    /// Puts a diagnostic in its JSON shape.
    pub fn of(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        let tags = diagnostic.labels.iter();
        let edits = diagnostic.edits.iter();
        Self {
            code: diagnostic.code.0,
            severite: diagnostic.severity.into(),
            message: diagnostic.message.clone(),
            etiquette: diagnostic.primary_label.clone(),
            lieu: Location::of(diagnostic.primary, sources),
            etiquettes: tags
                .map(|tag| Tag { texte: tag.text.clone(), lieu: Location::of(tag.span, sources) })
                .collect(),
            aides: diagnostic.helps.clone(),
            corrections: edits
                .map(|edit| Correction {
                    texte: edit.text.clone(),
                    lieu: Location::of(edit.span, sources),
                })
                .collect(),
            exemple: diagnostic.example.as_ref().map(|example| PastedExample {
                texte: example.text.clone(),
                fichier: sources
                    .get(example.file)
                    .map_or_else(String::new, |file| file.path.clone()),
            }),
        }
    }

    /// Puts diagnostics in their JSON shape.
    pub fn all(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<Self> {
        diagnostics.iter().map(|diagnostic| Self::of(diagnostic, sources)).collect()
    }
}

/// Une erreur d'un dossier : le type attendu et la sorte trouvée, jamais la valeur
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ErreurDeDossier")]
pub struct DossierMistake {
    /// Code, que « bareme code » explique
    code: &'static str,
    /// Chemin dans le dossier, par exemple candidats[2].foyer.revenus ; vide pour le tout
    chemin: String,
    /// Une ligne, en français
    message: String,
    /// Ligne, à partir de 1 ; 0 si inconnue
    ligne: u32,
    /// Colonne en caractères, à partir de 1 ; 0 si inconnue
    colonne: u32,
    /// Que faire
    aide: Option<String>,
}

impl DossierMistake {
    /// Puts mistakes in their JSON shape.
    pub fn all(errors: &[DossierError]) -> Vec<Self> {
        errors
            .iter()
            .map(|error| Self {
                code: error.code.0,
                chemin: error.path.clone(),
                message: error.message.clone(),
                ligne: error.place.line,
                colonne: error.place.column,
                aide: error.help.clone(),
            })
            .collect()
    }
}
