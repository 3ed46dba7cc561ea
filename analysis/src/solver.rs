//! Questions to an outside solver, in SMT-LIB: what our own procedures leave « non décidée ».
//!
//! A guarantee becomes a formula that says how a file could break it. Impossible: the guarantee is
//! proved, on the solver's word. Possible: what the solver found becomes facts, on which the engine is
//! run; only what the engine shows refutes. This room builds questions and reads answers as text; who
//! runs the solver is a [`Solver`] of the caller's.

mod encoding;
mod model;
mod points;
mod smt;
mod values;

pub(crate) use encoding::{Asked, Copy, Encoding, Files, Moved};
pub(crate) use model::Model;
pub(crate) use points::{Lines, Total, texts};
pub(crate) use smt::{Term, all, any, apply, compared, not, number};

use engine::Exact;
use model::{Answer, Found};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many steps of its own the solver takes for one question: the same on every machine.
const STEPS: u32 = 1_000_000;

/// A program that answers questions in SMT-LIB.
pub trait Solver {
    /// Returns its name, as people know it.
    fn name(&self) -> &'static str;

    /// Returns what it answers to a question, as it writes it.
    ///
    /// Errors: it does not run, or writes nothing that is text.
    fn answer(&self, question: &str) -> Result<String, SolverFailure>;
}

/// A solver that did not answer. Shape: why, in French.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SolverFailure(pub String);

/// What a solver says of a formula.
pub(crate) enum Said {
    /// Nothing makes it true.
    Impossible,
    /// Values make it true; the plain ones come first.
    Possible(Vec<BTreeMap<String, Found>>),
    /// It stopped before.
    Unknown,
}

/// Asks whether something can be, by a formula.
pub(crate) fn ask(
    solver: &dyn Solver,
    encoding: &Encoding<'_>,
    wanted: &str,
) -> Result<Said, SolverFailure> {
    let put = |more: &str| -> Result<Answer, SolverFailure> {
        let text = solver.answer(&question(encoding, wanted, more))?;
        model::read(&text).ok_or_else(|| {
            let first = text.lines().next().unwrap_or("rien").to_owned();
            SolverFailure(format!("{} répond « {first} »", solver.name()))
        })
    };
    let any = match put("")? {
        Answer::Impossible => return Ok(Said::Impossible),
        Answer::Unknown => return Ok(Said::Unknown),
        Answer::Possible(values) => values,
    };
    let plain = match put(&plain(encoding))? {
        Answer::Possible(values) => Some(values),
        Answer::Impossible | Answer::Unknown => None,
    };
    Ok(Said::Possible(plain.into_iter().chain([any]).collect()))
}

fn question(encoding: &Encoding<'_>, wanted: &str, more: &str) -> String {
    let names = encoding.leaves.iter().flat_map(|leaf| [leaf.value.as_str(), leaf.known.as_str()]);
    let names: Vec<&str> = std::iter::once(encoding::DAY).chain(names).collect();
    format!(
        "(set-option :rlimit {STEPS})\n(set-option :produce-models true)\n{}(assert {wanted})\n{more}\
         (check-sat)\n(get-value ({}))\n",
        encoding.text,
        names.join(" ")
    )
}

/// That every value is one that a person would write.
fn plain(encoding: &Encoding<'_>) -> String {
    let mut text = String::new();
    let days = [engine::Date::new(1940, 1, 1), engine::Date::new(2040, 1, 1)];
    let [Some(first), Some(last)] = days.map(|day| day.map(values::day_number)) else {
        return text;
    };
    let (first, last) = (smt::integer(first), smt::integer(last));
    let (least, most) =
        (smt::number(Exact::whole(-1_000_000)), smt::number(Exact::whole(1_000_000)));
    let _ = writeln!(text, "(assert (<= {first} {} {last}))", encoding::DAY);
    for leaf in &encoding.leaves {
        let value = &leaf.value;
        let _ = match leaf.sort {
            values::Sort::Number => {
                writeln!(
                    text,
                    "(assert (and (is_int (* 100.0 {value})) (<= {least} {value} {most})))"
                )
            }
            values::Sort::Day => writeln!(text, "(assert (<= {first} {value} {last}))"),
            values::Sort::Truth | values::Sort::Choice | values::Sort::Word => Ok(()),
        };
    }
    text
}
