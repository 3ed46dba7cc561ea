//! What `evaluer` answers.

use crate::check::{Verification, check};
use crate::found::DossierMistake;
use crate::judged::Judged;
use dossier::DossierError;
use engine::{
    Assessed, AssessedCondition, AssessedGrid, AssessedLine, FactRef, MotifCode, Pool, Schema,
    Spoken, SpokenGrid, Told, Why, Words,
};
use explain::Points;
use explain::explanation::{GridState, LineState, Rank, Truth};
use schemars::{JsonSchema, SchemaGenerator, json_schema};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

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
    id: Cow<'o, str>,
    libelle: Cow<'o, str>,
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
    unite: String,
    version: String,
}

impl Versioned {
    pub(super) fn of((unite, version): &(Arc<str>, Arc<str>)) -> Self {
        Self { unite: unite.to_string(), version: version.to_string() }
    }
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
pub fn answer<'o>(recueil: Judged<'o>, pool: &'o Pool, told: &'o Told<'o>) -> One<'o> {
    let Judged { files, compiled, .. } = recueil;
    let identity = (&*files.name, &*files.hash);
    One::Ranked(evaluation(identity, &compiled.lowered.program.schema, pool, told))
}

/// Tells a ranking, by the recueil of a name and a hash.
pub fn evaluation<'o>(
    (name, hash): (&'o str, &'o str),
    schema: &'o Schema,
    pool: &'o Pool,
    told: &'o Told<'o>,
) -> Evaluation<'o> {
    let writer = Writer { schema, pool };
    let candidates = told.assessment.candidates.iter().zip(&told.words);
    Evaluation {
        date: pool.date.to_string(),
        recueil: Identity { nom: name, empreinte: hash },
        candidats: candidates.map(|(one, said)| writer.candidate(one, said)).collect(),
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
    pool: &'o Pool,
}

impl<'o> Writer<'o> {
    fn candidate(&self, candidate: &'o Assessed<'o>, words: &'o Spoken<'o>) -> Candidat<'o> {
        let conditions = candidate.eligibilities.iter().zip(&words.conditions);
        let grids = candidate.grids.iter().zip(&words.grids);
        Candidat {
            id: self.pool.candidates.get(candidate.index).map_or("", |own| &own.id),
            eligible: candidate.eligible.into(),
            eligibilite: conditions.map(|(one, said)| self.condition(one, said)).collect(),
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
            grilles: grids.map(|(grid, said)| self.grid(grid, said)).collect(),
        }
    }

    fn condition(
        &self,
        condition: &'o AssessedCondition<'o>,
        words: &'o Words<'o>,
    ) -> Condition<'o> {
        Condition {
            id: &condition.criterion.id,
            etat: condition.truth.into(),
            motif: self.motif(&condition.why, words),
        }
    }

    fn grid(&self, grid: &'o AssessedGrid<'o>, words: &'o SpokenGrid<'o>) -> Grille<'o> {
        let lines = grid.lines.iter().zip(&words.lines);
        Grille {
            id: &grid.grid.id,
            etat: grid.state.into(),
            points: grid.points.map(Points),
            maximum: grid.maximum().map(Points),
            lignes: lines.map(|(line, said)| self.line(line, said)).collect(),
        }
    }

    fn line(&self, line: &'o AssessedLine<'o>, words: &'o Words<'o>) -> Ligne<'o> {
        Ligne {
            id: line.id(),
            libelle: line.label(),
            etat: line.state.into(),
            points: Points(line.points),
            maximum: line.maximum().map(Points),
            motif: self.motif(&line.why, words),
        }
    }

    fn motif(&self, why: &'o Why, words: &'o Words<'o>) -> Motif<'o> {
        let name = |fact: &FactRef| self.schema.fact_name(*fact);
        Motif {
            code: why.code.word(),
            faits: why.facts.iter().map(name).collect(),
            texte: &words.text,
        }
    }
}
