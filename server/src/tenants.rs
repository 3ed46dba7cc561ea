//! Whose a candidate is: a company sees its own applicants, a territory those for its housing, each through its own
//! grid, and is not told that others are there.

use crate::access::{By, Communes, Own};
use crate::problem::Problem;
use crate::roles::Role;
use crate::rules::Rules;
use engine::{FactState, FieldId, Grid, Op, Pool, Program, Value};

/// Whose candidates and grids a caller sees.
enum Sees<'b> {
    Everything,
    Company(&'b str),
    Territory(&'b [Communes]),
    Nothing,
}

impl<'b> Sees<'b> {
    fn of(by: &'b By) -> Self {
        match (by.role, &by.own) {
            (Some(Role::Rh), Own::Company(siren)) => Self::Company(siren),
            (Some(Role::Territoire), Own::Territory(communes)) => Self::Territory(communes),
            (Some(Role::Rh | Role::Territoire), _) => Self::Nothing,
            (Some(Role::Service | Role::Auteur | Role::Auditeur | Role::Exploitant) | None, _) => {
                Self::Everything
            }
        }
    }
}

/// Lets a caller see the candidate at a place of a pool.
///
/// Errors: a candidate of another company or for a housing elsewhere, as if there were none.
pub fn may_see(by: &By, rules: &Rules, pool: &Pool, place: usize) -> Result<(), Problem> {
    let program = rules.program();
    let own = match Sees::of(by) {
        Sees::Everything => true,
        Sees::Company(siren) => text(employer(program), pool, place) == Some(siren),
        Sees::Territory(communes) => text(commune(program), pool, place)
            .is_some_and(|code| communes.iter().any(|own| own.hold(code, code))),
        Sees::Nothing => false,
    };
    if own { Ok(()) } else { Err(Problem::unknown("candidat")) }
}

/// Tells whether a caller sees every grid, and what they add up to.
pub fn sees_all(by: &By) -> bool {
    matches!(Sees::of(by), Sees::Everything)
}

/// Tells whether a caller sees a grid.
pub fn may_see_grid(by: &By, grid: &Grid) -> bool {
    match Sees::of(by) {
        Sees::Everything => true,
        Sees::Company(_) => grid.is_of_company(),
        Sees::Territory(_) => grid.is_of_territory(),
        Sees::Nothing => false,
    }
}

/// Finds the fact that fillings are chosen by: the SIREN of a candidate's employer.
fn employer(program: &Program) -> Option<FieldId> {
    program.grids.iter().find_map(|grid| grid.siren)
}

/// Finds the fact that perimeters are compared with: the commune of the housing.
fn commune(program: &Program) -> Option<FieldId> {
    let mut versions = program.grids.iter().flat_map(Grid::all_versions);
    versions.find_map(|version| {
        let (_, slot) = version.perimeter.as_ref()?;
        let Op::Fact(field) = version.code.ops.get(slot.0 as usize)? else { return None };
        Some(*field)
    })
}

/// Reads a text of a candidate, when the rules look at it and it is known.
fn text(field: Option<FieldId>, pool: &Pool, place: usize) -> Option<&str> {
    match &pool.candidates.get(place)?.case.facts.get(&field?)?.state {
        FactState::Known(Value::Text(text)) => Some(text),
        FactState::Known(_) | FactState::Missing | FactState::Withheld => None,
    }
}
