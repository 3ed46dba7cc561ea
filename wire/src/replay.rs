//! What `rejouer` answers.

use registry::entry::EngineVersion;
use registry::{Difference, LineChange, Lost, Standing, StoredDecision};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The most decisions that are listed one by one; all are counted.
const MOST_LISTED: usize = 1000;

/// Réponse de « bareme rejouer »
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Rejeu")]
pub struct Replayed {
    /// Empreinte de l'autre recueil ; null si les décisions sont rejouées sous le leur
    pub avec: Option<String>,
    /// Décisions rejouées
    pub decisions: u64,
    /// Celles qui redonnent les mêmes octets
    pub identiques: u64,
    /// Celles qui donnent autre chose
    pub differentes: u64,
    /// Celles dont des faits sont effacés
    pub effacees: u64,
    /// Celles qui ne se rejouent pas
    pub impossibles: u64,
    /// Candidats dont le total monte
    pub gagnent: u64,
    /// Candidats dont le total baisse
    pub perdent: u64,
    /// Candidats dont le rang change
    pub changent_de_rang: u64,
    /// Candidats qui deviennent retenus
    pub entrent: u64,
    /// Candidats qui ne le sont plus
    pub sortent: u64,
    /// Les décisions qui ne sont pas identiques, dans l'ordre du journal, mille au plus
    pub detail: Vec<Replaying>,
    /// Combien le détail en omet
    pub omises: u64,
}

/// Une décision qui n'est pas identique
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DecisionRejouee")]
pub struct Replaying {
    /// Identifiant de la décision
    pub decision: String,
    /// Sa place dans le journal
    pub entree: u64,
    /// Date d'évaluation
    pub date: String,
    /// Version du moteur qui l'a enregistrée, si ce n'est pas celle-ci
    pub moteur: Option<String>,
    /// Les candidats qui diffèrent
    pub candidats: Vec<Moved>,
    /// Les faits effacés
    pub effaces: Vec<Gone>,
    /// Pourquoi elle ne se rejoue pas
    pub impossible: Option<String>,
}

/// Un candidat qui diffère
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CandidatRejoue")]
pub struct Moved {
    /// Son identifiant dans le dossier
    pub id: String,
    /// Ce qui diffère d'abord : grille/ligne, ou une partie du résultat
    pub ou: String,
    /// Ce qui y était enregistré
    pub enregistre: String,
    /// Ce qui y est trouvé
    pub trouve: String,
    /// Où il était
    pub avant: Stood,
    /// Où il est
    pub apres: Stood,
    /// Les lignes dont les points changent
    pub lignes: Vec<Line>,
}

/// Une place au classement
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Place")]
pub struct Stood {
    /// Le total
    pub total: String,
    /// Le rang
    pub rang: Option<u32>,
    /// S'il est retenu
    pub retenu: bool,
}

/// Une ligne dont les points changent
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LigneRejouee")]
pub struct Line {
    /// grille/ligne
    pub ligne: String,
    /// Points enregistrés ; null si la ligne n'existait pas
    pub avant: Option<String>,
    /// Points trouvés ; null si la ligne n'existe plus
    pub apres: Option<String>,
}

/// Un candidat dont les faits sont effacés
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "FaitsEffaces")]
pub struct Gone {
    /// Sa place dans le dossier, à partir de 0
    pub place: u64,
    /// L'entrée du journal qui dit l'effacement
    pub entree: u64,
    /// Les chemins des faits
    pub faits: Vec<String>,
}

/// What became of one decision.
pub enum Verdict {
    /// The same bytes.
    Same,
    /// Something else.
    Different(Vec<Difference>, Option<EngineVersion>),
    /// Facts are gone.
    Gone(Vec<Lost>),
    /// It cannot be run again.
    Impossible(String),
}

impl Replayed {
    /// Adds a decision, in the order of the log.
    pub fn add(&mut self, decision: &StoredDecision, verdict: Verdict) {
        self.decisions += 1;
        let mut told = Replaying {
            decision: decision.entry.id.clone(),
            entree: decision.entry.index,
            date: decision.said.content.date.clone(),
            moteur: None,
            candidats: Vec::new(),
            effaces: Vec::new(),
            impossible: None,
        };
        match verdict {
            Verdict::Same => {
                self.identiques += 1;
                return;
            }
            Verdict::Different(differences, engine) => {
                self.differentes += 1;
                for one in &differences {
                    self.count(one);
                }
                told.moteur = engine.map(|engine| engine.version);
                told.candidats = differences.into_iter().map(Moved::of).collect();
            }
            Verdict::Gone(lost) => {
                self.effacees += 1;
                told.effaces = lost.into_iter().map(Gone::of).collect();
            }
            Verdict::Impossible(why) => {
                self.impossibles += 1;
                told.impossible = Some(why);
            }
        }
        if self.detail.len() < MOST_LISTED {
            self.detail.push(told);
        } else {
            self.omises += 1;
        }
    }

    fn count(&mut self, one: &Difference) {
        match one.gain() {
            Some(Ordering::Greater) => self.gagnent += 1,
            Some(Ordering::Less) => self.perdent += 1,
            Some(Ordering::Equal) | None => {}
        }
        self.changent_de_rang += u64::from(one.before.rank != one.after.rank);
        self.entrent += u64::from(!one.before.kept && one.after.kept);
        self.sortent += u64::from(one.before.kept && !one.after.kept);
    }
}

impl Moved {
    fn of(one: Difference) -> Self {
        Self {
            id: one.application,
            ou: one.at,
            enregistre: one.recorded,
            trouve: one.found,
            avant: one.before.into(),
            apres: one.after.into(),
            lignes: one.lines.into_iter().map(Line::from).collect(),
        }
    }
}

impl From<Standing> for Stood {
    fn from(standing: Standing) -> Self {
        let Standing { total, rank, kept } = standing;
        Self { total, rang: rank, retenu: kept }
    }
}

impl From<LineChange> for Line {
    fn from(line: LineChange) -> Self {
        let LineChange { at, before, after } = line;
        Self { ligne: at, avant: before, apres: after }
    }
}

impl Gone {
    fn of(lost: Lost) -> Self {
        let place = u64::try_from(lost.place).unwrap_or(u64::MAX);
        Self { place, entree: lost.entry, faits: lost.facts }
    }
}
