//! What could change, on dossiers of the real policies and on small rules.

pub mod reference;

use crate::rules::Rules;
use dossier::{Format, Forms};
use engine::Pool;
use explain::changes::{Changes, Limits, find};

/// Reads a dossier for some rules.
pub fn dossier(rules: &Rules, text: &str) -> Pool {
    let schema = &rules.compiled.typed.schema;
    let dossier = dossier::read(text.as_bytes(), Format::Yaml, schema, Forms::none())
        .unwrap_or_else(|errors| panic!("{errors:?}"));
    Pool { date: dossier.date.expect("a date"), candidates: dossier.candidates }
}

/// Finds what could change for a candidate.
pub fn changes(rules: &Rules, pool: &Pool, id: &str, limits: &Limits) -> Changes {
    let index = pool.candidates.iter().position(|it| it.id == id).expect("the candidate");
    let program = &rules.compiled.lowered.program;
    find(program, &rules.sandbox, pool, index, limits).expect("a ranking is in force")
}
