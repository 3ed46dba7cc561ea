//! Whose a candidate is: a company sees its own, and is not told that others are there.

use crate::access::By;
use crate::problem::Problem;
use crate::rules::Rules;
use engine::{FactState, Pool, Program, Value};

/// Lets a caller see the candidate at a place of a pool.
///
/// Errors: a candidate of another company, as if there were none.
pub fn may_see(by: &By, rules: &Rules, pool: &Pool, place: usize) -> Result<(), Problem> {
    if !by.role.is_some_and(crate::roles::Role::is_tenant) {
        return Ok(());
    }
    let own = employer(rules.program(), pool, place);
    let same = own.is_some() && own == by.siren.as_deref();
    if same { Ok(()) } else { Err(Problem::unknown("candidat")) }
}

/// Returns the SIREN of a candidate's employer, when the rules look at it and it is known.
fn employer<'p>(program: &Program, pool: &'p Pool, place: usize) -> Option<&'p str> {
    let field = program.grids.iter().find_map(|grid| grid.siren)?;
    match &pool.candidates.get(place)?.case.facts.get(&field)?.state {
        FactState::Known(Value::Text(siren)) => Some(siren),
        FactState::Known(_) | FactState::Missing | FactState::Withheld => None,
    }
}
