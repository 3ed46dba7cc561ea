//! What `evaluer` answers.

use crate::check::{Verification, check};
use crate::found::DossierMistake;
use crate::judged::Judged;
use dossier::DossierError;
use engine::{
    CandidateOutcome, ConditionOutcome, Date, FactRef, GridOutcome, LineOutcome, MotifCode,
    PoolOutcome, Schema,
};
use explain::Points;
use explain::explanation::{GridState, LineState, Rank, Truth};
use schemars::{JsonSchema, SchemaGenerator, json_schema};
use serde::Serialize;

/// Réponse de « bareme evaluer » : un objet pour un dossier, une liste dans l'ordre des dossiers
/// pour plusieurs
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Reponse")]
pub enum Answer<'o> {
    /// Un dossier
    One(Box<One<'o>>),
    /// Plusieurs dossiers
    Many(Vec<One<'o>>),
}

/// La réponse pour un dossier
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "PourUnDossier")]
pub enum One<'o> {
    /// Le classement
    Ranked(Evaluation<'o>),
    /// Le dossier est refusé (code de sortie 5)
    Refused(Refused),
    /// Le recueil a des erreurs (code de sortie 3)
    Invalid(Verification),
}

/// Un dossier refusé
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "DossierRefuse")]
pub struct Refused {
    /// Le dossier
    dossier: String,
    erreurs: Vec<DossierMistake>,
}

impl Refused {
    /// Makes the answer for a dossier with mistakes.
    pub fn new(dossier: String, errors: &[DossierError]) -> Self {
        Self { dossier, erreurs: DossierMistake::all(errors) }
    }
}

/// Un classement et ses justifications
#[derive(Debug, Serialize, JsonSchema)]
pub struct Evaluation<'o> {
    /// Date d'évaluation
    #[schemars(extend("format" = "date"))]
    date: String,
    recueil: Identity<'o>,
    /// Dans l'ordre du classement, puis les candidats qui ne sont pas classés
    candidats: Vec<Candidat<'o>>,
}

/// Le recueil qui a servi
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Recueil")]
struct Identity<'o> {
    nom: &'o str,
    /// SHA-256, 64 chiffres hexadécimaux
    empreinte: &'o str,
}

/// Un candidat
#[derive(Debug, Serialize, JsonSchema)]
struct Candidat<'o> {
    id: &'o str,
    eligible: Truth,
    /// Les conditions d'éligibilité
    eligibilite: Vec<Condition<'o>>,
    /// S'il a postulé
    postule: YesNo,
    /// Rang parmi les candidats éligibles qui ont postulé, à partir de 1 ; null s'il n'est pas
    /// classé
    rang: Option<u32>,
    total: Points,
    /// Le moins que le total puisse être une fois connu ce qui manque ; null si non borné
    total_min: Option<Points>,
    /// Le plus que le total puisse être une fois connu ce qui manque ; null si non borné
    total_max: Option<Points>,
    /// Sa place si tous les candidats éligibles postulaient ; null s'il n'est pas éligible
    si_tous_postulent: Option<Rank>,
    /// Les grilles, dans l'ordre du classement
    grilles: Vec<Grille<'o>>,
}

/// Une condition d'éligibilité
#[derive(Debug, Serialize, JsonSchema)]
struct Condition<'o> {
    id: &'o str,
    etat: Truth,
    motif: Motif<'o>,
}

/// Une grille
#[derive(Debug, Serialize, JsonSchema)]
struct Grille<'o> {
    id: &'o str,
    etat: GridState,
    /// null si la grille n'est pas établie
    points: Option<Points>,
    /// null si la grille n'est pas établie, ou sans maximum
    maximum: Option<Points>,
    lignes: Vec<Ligne<'o>>,
}

/// Une ligne : les points d'une grille sont la somme de ses lignes
#[derive(Debug, Serialize, JsonSchema)]
struct Ligne<'o> {
    id: &'o str,
    libelle: &'o str,
    etat: LineState,
    points: Points,
    /// null si non borné
    maximum: Option<Points>,
    motif: Motif<'o>,
}

/// Pourquoi
#[derive(Debug, Serialize, JsonSchema)]
struct Motif<'o> {
    #[schemars(schema_with = "motif_codes")]
    code: &'static str,
    /// Les faits en cause : entité.champ, ou le nom d'une liste
    faits: Vec<String>,
    texte: &'o str,
}

/// Une unité et sa version
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UniteEtVersion")]
pub(super) struct Versioned {
    pub(super) unite: String,
    pub(super) version: String,
}

/// Oui ou non
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "OuiNon")]
enum YesNo {
    Oui,
    Non,
}

fn motif_codes(_: &mut SchemaGenerator) -> schemars::Schema {
    let words: Vec<&str> = MotifCode::WORDS.iter().map(|(_, word)| *word).collect();
    json_schema!({ "type": "string", "enum": words })
}

/// Makes the answer for a ranked dossier.
pub fn answer<'o>(recueil: Judged<'o>, date: Date, outcome: &'o PoolOutcome) -> One<'o> {
    let Judged { files, compiled, .. } = recueil;
    let identity = (&*files.name, &*files.hash);
    One::Ranked(evaluation(identity, &compiled.lowered.program.schema, date, outcome))
}

/// Tells a ranking, by the recueil of a name and a hash.
pub fn evaluation<'o>(
    (name, hash): (&'o str, &'o str),
    schema: &'o Schema,
    date: Date,
    outcome: &'o PoolOutcome,
) -> Evaluation<'o> {
    let writer = Writer { schema };
    Evaluation {
        date: date.to_string(),
        recueil: Identity { nom: name, empreinte: hash },
        candidats: outcome.candidates.iter().map(|it| writer.candidate(it)).collect(),
    }
}

/// Makes the answer for a dossier with mistakes.
pub fn refused(dossier: String, errors: &[DossierError]) -> One<'static> {
    One::Refused(Refused::new(dossier, errors))
}

/// Makes the answer for a recueil with errors.
pub fn invalid(recueil: Judged<'_>) -> One<'_> {
    One::Invalid(check(recueil))
}

struct Writer<'o> {
    schema: &'o Schema,
}

impl<'o> Writer<'o> {
    fn candidate(&self, candidate: &'o CandidateOutcome) -> Candidat<'o> {
        let conditions = candidate.eligibilities.iter();
        Candidat {
            id: &candidate.id,
            eligible: candidate.eligible.into(),
            eligibilite: conditions.map(|condition| self.condition(condition)).collect(),
            postule: if candidate.applies { YesNo::Oui } else { YesNo::Non },
            rang: candidate.rank,
            total: Points(candidate.total),
            total_min: candidate.range.low.map(Points),
            total_max: candidate.range.high.map(Points),
            si_tous_postulent: candidate.if_all_apply.map(|all| Rank {
                rank: all.rank,
                of: all.of,
                total: Points(all.total),
            }),
            grilles: candidate.grids.iter().map(|grid| self.grid(grid)).collect(),
        }
    }

    fn condition(&self, condition: &'o ConditionOutcome) -> Condition<'o> {
        Condition {
            id: &condition.id,
            etat: condition.truth.into(),
            motif: self.motif(&condition.motif),
        }
    }

    fn grid(&self, grid: &'o GridOutcome) -> Grille<'o> {
        Grille {
            id: &grid.id,
            etat: grid.state.into(),
            points: grid.points.map(Points),
            maximum: grid.maximum.map(Points),
            lignes: grid.lines.iter().map(|line| self.line(line)).collect(),
        }
    }

    fn line(&self, line: &'o LineOutcome) -> Ligne<'o> {
        Ligne {
            id: &line.id,
            libelle: &line.label,
            etat: line.state.into(),
            points: Points(line.points),
            maximum: line.maximum.map(Points),
            motif: self.motif(&line.motif),
        }
    }

    fn motif(&self, motif: &'o engine::Motif) -> Motif<'o> {
        let facts = motif.facts.iter();
        Motif {
            code: motif.code.word(),
            faits: facts
                .map(|fact| match *fact {
                    FactRef::Field(field) => self.schema.path(field),
                    FactRef::List(entity) => {
                        self.schema.entity(entity).map_or_else(String::new, |def| def.name.clone())
                    }
                })
                .collect(),
            texte: &motif.text,
        }
    }
}
