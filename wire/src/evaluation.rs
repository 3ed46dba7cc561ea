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
pub enum Answer {
    /// Un dossier
    One(Box<One>),
    /// Plusieurs dossiers
    Many(Vec<One>),
}

/// La réponse pour un dossier
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "PourUnDossier")]
pub enum One {
    /// Le classement
    Ranked(Evaluation),
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
pub struct Evaluation {
    /// Date d'évaluation
    #[schemars(extend("format" = "date"))]
    date: String,
    recueil: Identity,
    /// Dans l'ordre du classement, puis les candidats qui ne sont pas classés
    candidats: Vec<Candidat>,
}

/// Le recueil qui a servi
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Recueil")]
struct Identity {
    nom: String,
    /// SHA-256, 64 chiffres hexadécimaux
    empreinte: String,
}

/// Un candidat
#[derive(Debug, Serialize, JsonSchema)]
struct Candidat {
    id: String,
    eligible: Truth,
    /// Les conditions d'éligibilité
    eligibilite: Vec<Condition>,
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
    grilles: Vec<Grille>,
}

/// Une condition d'éligibilité
#[derive(Debug, Serialize, JsonSchema)]
struct Condition {
    id: String,
    etat: Truth,
    motif: Motif,
}

/// Une grille
#[derive(Debug, Serialize, JsonSchema)]
struct Grille {
    id: String,
    etat: GridState,
    /// null si la grille n'est pas établie
    points: Option<Points>,
    /// null si la grille n'est pas établie, ou sans maximum
    maximum: Option<Points>,
    lignes: Vec<Ligne>,
}

/// Une ligne : les points d'une grille sont la somme de ses lignes
#[derive(Debug, Serialize, JsonSchema)]
struct Ligne {
    id: String,
    libelle: String,
    etat: LineState,
    points: Points,
    /// null si non borné
    maximum: Option<Points>,
    motif: Motif,
}

/// Pourquoi
#[derive(Debug, Serialize, JsonSchema)]
struct Motif {
    #[schemars(schema_with = "motif_codes")]
    code: &'static str,
    /// Les faits en cause : entité.champ, ou le nom d'une liste
    faits: Vec<String>,
    texte: String,
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
pub fn answer(recueil: Judged<'_>, date: Date, outcome: &PoolOutcome) -> One {
    let Judged { files, compiled, .. } = recueil;
    let identity = (&*files.name, &*files.hash);
    One::Ranked(evaluation(identity, &compiled.lowered.program.schema, date, outcome))
}

/// Tells a ranking, by the recueil of a name and a hash.
pub fn evaluation(
    (name, hash): (&str, &str),
    schema: &Schema,
    date: Date,
    outcome: &PoolOutcome,
) -> Evaluation {
    let writer = Writer { schema };
    Evaluation {
        date: date.to_string(),
        recueil: Identity { nom: name.to_owned(), empreinte: hash.to_owned() },
        candidats: outcome.candidates.iter().map(|it| writer.candidate(it)).collect(),
    }
}

/// Makes the answer for a dossier with mistakes.
pub fn refused(dossier: String, errors: &[DossierError]) -> One {
    One::Refused(Refused::new(dossier, errors))
}

/// Makes the answer for a recueil with errors.
pub fn invalid(recueil: Judged<'_>) -> One {
    One::Invalid(check(recueil))
}

struct Writer<'w> {
    schema: &'w Schema,
}

impl Writer<'_> {
    fn candidate(&self, candidate: &CandidateOutcome) -> Candidat {
        let conditions = candidate.eligibilities.iter();
        Candidat {
            id: candidate.id.clone(),
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

    fn condition(&self, condition: &ConditionOutcome) -> Condition {
        Condition {
            id: condition.id.clone(),
            etat: condition.truth.into(),
            motif: self.motif(&condition.motif),
        }
    }

    fn grid(&self, grid: &GridOutcome) -> Grille {
        Grille {
            id: grid.id.clone(),
            etat: grid.state.into(),
            points: grid.points.map(Points),
            maximum: grid.maximum.map(Points),
            lignes: grid.lines.iter().map(|line| self.line(line)).collect(),
        }
    }

    fn line(&self, line: &LineOutcome) -> Ligne {
        Ligne {
            id: line.id.clone(),
            libelle: line.label.clone(),
            etat: line.state.into(),
            points: Points(line.points),
            maximum: line.maximum.map(Points),
            motif: self.motif(&line.motif),
        }
    }

    fn motif(&self, motif: &engine::Motif) -> Motif {
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
            texte: motif.text.clone(),
        }
    }
}
