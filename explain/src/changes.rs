//! What could change: the least changes of facts that raise a candidate's points, how far what the
//! candidate chooses may move without a loss, and what is still missing.
//!
//! Only what the vocabulary marks as a lever is ever proposed, a proof that a criterion awaits, and
//! never for fewer points in all. Each proposal is an evaluation of the whole pool by the engine, the
//! other candidates as they are. Minimality: of one lever, no value nearer to today's reaches the
//! same; two levers are proposed only for what no single one reaches.
//!
//! - a lever on a number: every value that a person writes (to the cent, whole for counts) is covered
//!   by a [profile](profile): nearest value, and all those around it that keep the gain;
//! - a lever to one value, or among the values of an enumeration: each is evaluated;
//! - waiting: whole months, up to a horizon, and only for lines that gain by the marked date;
//! - a proof: what the awaiting criterion asks for.

mod edits;
mod form;
mod lines;
mod margins;
mod missing;
mod profile;
mod readers;
mod reading;
mod search;
mod standing;
mod value;
mod waiting;

pub use crate::standing::{LineChange, LineName, PointsChange};
pub use value::{
    Action, Change, Changes, EligibleChange, Goal, Lack, Margin, MissingFact, NamedFact, Phrase,
    Proof, RankChange, Step, Undecided,
};

use crate::standing::Standing;
use engine::{Evaluator, Exact, FieldId, Op, Plans, Pool, Program, Scripts};
use margins::margins;
use missing::Weighing;
use readers::Readers;
use search::Search;

/// How far is looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Points to be gained in all, besides any more points on a line.
    pub gains: Vec<Exact>,
    /// How many months of waiting are tried.
    pub months: u32,
    /// How many pieces of a number's values are evaluated, below today's and above.
    pub evaluations: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { gains: Vec::new(), months: 24, evaluations: 400 }
    }
}

/// A candidate of a pool under some rules.
#[derive(Clone, Copy)]
struct Subject<'s> {
    program: &'s Program,
    plans: &'s Plans<'s>,
    pool: &'s Pool,
    candidate: usize,
}

impl Subject<'_> {
    /// Tells whether a rule reads a fact.
    fn reads(&self, field: FieldId) -> bool {
        let by = |ops: &[Op]| {
            ops.iter().any(|op| match op {
                Op::Fact(read) | Op::SharedFact { field: read, .. } => *read == field,
                _ => false,
            })
        };
        self.program.rankings.iter().any(|ranking| by(&ranking.code.ops))
            || self.program.grids.iter().any(|grid| profile::reads(grid, field))
    }
}

/// Finds what could change for a candidate, given by its index in the pool; nothing when it has no
/// outcome.
pub fn find(
    program: &Program,
    scripts: &dyn Scripts,
    pool: &Pool,
    candidate: usize,
    limits: &Limits,
) -> Option<Changes> {
    let plans = &Plans::new(Evaluator::new(program, scripts));
    let subject = Subject { program, plans, pool, candidate };
    let (assessment, trace) = plans.evaluator().assess_traced(pool, candidate)?;
    let outcome = assessment.candidate(candidate)?;
    let readers = Readers::of(assessment.ranking, outcome, &trace);
    let weighing = Weighing { subject, outcome, readers: &readers };
    let missing = weighing.list();
    let (proposals, undecided) = Search::new(subject, outcome, &readers, limits).run();
    let margins = margins(subject, &Standing::of(outcome), limits.evaluations);
    Some(Changes { proposals, undecided, margins, range: outcome.range.into(), missing })
}
