//! What changed since last time: the difference between two evaluations, split by cause.
//!
//! Between the two evaluations lie mixed ones, each of which differs from the one before by a single
//! cause, always in the same order: the date, the rules, the dated values (campaigns), the other
//! candidates, the applicant's own facts. Each is evaluated by the engine; a part is the difference
//! of two neighbours, so that the parts add up to the whole difference exactly, line by line too.

mod frozen;
mod own_facts;
mod translated;

use crate::explanation::{Identity, Rank};
use crate::points::Points;
use crate::standing::{LineChange, Standing};
use dsl::Compiled;
use engine::{Candidate, Date, Evaluator, Exact, Pool, Program, Scripts};
use frozen::{Freeze, frozen};
pub use own_facts::Changed;
use own_facts::changed;
use schemars::JsonSchema;
use serde::Serialize;
use translated::translated;

/// One of the two evaluations.
#[derive(Clone, Copy)]
pub struct Side<'e> {
    /// The rules.
    pub rules: &'e Compiled,
    /// Their scripts.
    pub scripts: &'e dyn Scripts,
    /// The name and the hash of their recueil.
    pub recueil: (&'e str, &'e str),
    /// The candidates, and the date.
    pub pool: &'e Pool,
}

impl Side<'_> {
    pub(crate) fn program(&self) -> &Program {
        &self.rules.lowered.program
    }

    pub(crate) fn index_of(&self, id: &str) -> Option<usize> {
        self.pool.candidates.iter().position(|candidate| candidate.id == id)
    }
}

/// Why two evaluations are not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incomparable {
    /// The candidate is not in the former one.
    AbsentBefore,
    /// The candidate is not in the latter one.
    AbsentAfter,
    /// No ranking is in force on one of the days.
    NoRanking(Date),
    /// A difference of points is beyond exact numbers.
    Overflow,
}

/// Ce qui a changé depuis une évaluation précédente
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Depuis")]
pub struct Since {
    /// L'évaluation précédente
    #[serde(rename = "avant")]
    pub before: Moment,
    /// L'évaluation expliquée
    #[serde(rename = "apres")]
    pub after: Moment,
    /// La différence des totaux
    #[serde(rename = "difference")]
    pub difference: Points,
    /// Les cinq causes, dans l'ordre ; leurs points s'ajoutent à la différence
    #[serde(rename = "causes")]
    pub parts: Vec<Part>,
    /// Les faits du demandeur qui ont changé
    #[serde(rename = "faits_changes", skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Changed>,
    /// Les faits d'avant que le vocabulaire d'après ne sait pas dire : ils sont tenus pour non
    /// renseignés dans les étapes intermédiaires
    #[serde(rename = "faits_intraduisibles", skip_serializing_if = "Vec::is_empty")]
    pub untranslated: Vec<String>,
}

/// Une évaluation : son jour, ses règles, son total
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Moment")]
pub struct Moment {
    /// La date d'évaluation
    #[serde(serialize_with = "crate::explanation::iso")]
    #[schemars(schema_with = "crate::explanation::iso_date")]
    pub date: Date,
    /// Le recueil
    pub recueil: Identity,
    /// Le total
    pub total: Points,
    /// Le rang, quand il y en a un
    #[serde(rename = "rang", skip_serializing_if = "Option::is_none")]
    pub rank: Option<Rank>,
}

/// Les causes d'un changement
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "Cause")]
pub enum Cause {
    /// Le temps a passé : âge, durées
    #[serde(rename = "date")]
    Date,
    /// Les règles ont changé : une autre version est en vigueur
    #[serde(rename = "regles")]
    Rules,
    /// Une valeur datée a commencé ou pris fin : campagne, plafond de l'année
    #[serde(rename = "campagne")]
    Campaign,
    /// D'autres ont postulé, se sont retirés ou ont changé
    #[serde(rename = "autres_candidats")]
    Others,
    /// Les faits du demandeur ont changé
    #[serde(rename = "mes_faits")]
    OwnFacts,
}

/// La part d'une cause
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Part")]
pub struct Part {
    /// La cause
    pub cause: Cause,
    /// Les points gagnés ou perdus
    pub points: Points,
    /// Le rang avant
    #[serde(rename = "rang_avant", skip_serializing_if = "Option::is_none")]
    pub rank_before: Option<u32>,
    /// Le rang après
    #[serde(rename = "rang_apres", skip_serializing_if = "Option::is_none")]
    pub rank_after: Option<u32>,
    /// Les lignes qui ont changé
    #[serde(rename = "lignes", skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineChange>,
}

/// Splits what changed for a candidate from one evaluation to another.
///
/// Errors: the candidate is absent from one of them, or one has no ranking.
pub fn since(before: Side<'_>, after: Side<'_>, candidate: &str) -> Result<Since, Incomparable> {
    let was = before.index_of(candidate).ok_or(Incomparable::AbsentBefore)?;
    let is = after.index_of(candidate).ok_or(Incomparable::AbsentAfter)?;
    let brought = translated(before.program(), after.program(), before.pool, was);
    let own_then = brought.candidates.get(was).ok_or(Incomparable::AbsentBefore)?;
    let own_now = after.pool.candidates.get(is).ok_or(Incomparable::AbsentAfter)?;

    let days = (before.pool.date, after.pool.date);
    let old_rules = frozen(before.program(), days, Freeze::VersionsAndValues);
    let old_values = frozen(after.program(), days, Freeze::Values);
    let then_now = Pool { date: days.1, candidates: before.pool.candidates.clone() };
    let brought_now = Pool { date: days.1, candidates: brought.candidates.clone() };
    let old_self = with_own(after.pool, is, own_then);
    let first = Step::of(before, before.program(), before.pool, was)?;
    let last = Step::of(after, after.program(), after.pool, is)?;
    let mixed = [
        (Cause::Date, Step::of(before, &old_rules, &then_now, was)?),
        (Cause::Rules, Step::of(after, &old_values, &brought_now, was)?),
        (Cause::Campaign, Step::of(after, after.program(), &brought_now, was)?),
        (Cause::Others, Step::of(after, after.program(), &old_self, is)?),
    ];
    let mut parts = Vec::with_capacity(mixed.len() + 1);
    let mut from = &first;
    for (cause, to) in mixed.iter().map(|(cause, step)| (*cause, step)) {
        parts.push(part(cause, from, to)?);
        from = to;
    }
    parts.push(part(Cause::OwnFacts, from, &last)?);
    Ok(Since {
        before: first.moment(before),
        after: last.moment(after),
        difference: Points(difference(first.standing.total, last.standing.total)?),
        parts,
        facts: changed(&after.program().schema, &own_then.case, &own_now.case),
        untranslated: brought.untranslated.into_iter().collect(),
    })
}

fn difference(from: Exact, to: Exact) -> Result<Exact, Incomparable> {
    to.subtract(from).map_err(|_| Incomparable::Overflow)
}

/// Puts a candidate's former facts in the place of its present ones.
fn with_own(pool: &Pool, index: usize, then: &Candidate) -> Pool {
    let mut pool = pool.clone();
    if let Some(own) = pool.candidates.get_mut(index) {
        own.case = then.case.clone();
        own.applies = then.applies;
    }
    pool
}

/// A candidate's points in one of the evaluations.
struct Step {
    date: Date,
    rank: Option<Rank>,
    standing: Standing,
}

impl Step {
    fn of(
        side: Side<'_>,
        program: &Program,
        pool: &Pool,
        index: usize,
    ) -> Result<Self, Incomparable> {
        let assessment = Evaluator::new(program, side.scripts).assess(pool);
        let assessment = assessment.ok_or(Incomparable::NoRanking(pool.date))?;
        let own = assessment.candidate(index).ok_or(Incomparable::AbsentAfter)?;
        let ranks = assessment.candidates.iter().map(|candidate| candidate.rank);
        let rank = Rank::among(ranks, own.rank, own.total);
        Ok(Self { date: pool.date, rank, standing: Standing::of(own) })
    }

    fn moment(&self, side: Side<'_>) -> Moment {
        let (name, hash) = side.recueil;
        Moment {
            date: self.date,
            recueil: Identity::unnamed(name, hash),
            total: Points(self.standing.total),
            rank: self.rank,
        }
    }
}

fn part(cause: Cause, from: &Step, to: &Step) -> Result<Part, Incomparable> {
    Ok(Part {
        cause,
        points: Points(difference(from.standing.total, to.standing.total)?),
        rank_before: from.rank.map(|rank| rank.rank),
        rank_after: to.rank.map(|rank| rank.rank),
        lines: to.standing.changed_lines(&from.standing),
    })
}
