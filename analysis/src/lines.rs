//! Finding a line of an outcome by the name an example gives it.

use dsl::Compiled;
use dsl::syntax::tree::LineKind;
use engine::{Exact, GridOutcome, LineOutcome, LineState, Part, Truth};

/// Points and state of what an example names.
pub(crate) struct Found {
    pub(crate) points: Option<Exact>,
    pub(crate) state: Option<LineState>,
    pub(crate) why: String,
}

/// Finds a criterion, a tranche or a family among grids.
pub(crate) fn find(
    compiled: &Compiled,
    grids: &[GridOutcome],
    kind: LineKind,
    name: &str,
) -> Option<Found> {
    match kind {
        LineKind::Criterion => {
            line(grids, name).map(of_line).or_else(|| sub_criterion(grids, name))
        }
        LineKind::Slot => line(grids, name).map(of_line),
        LineKind::Family => family(compiled, grids, name),
        LineKind::Eligibility | LineKind::Grid => None,
    }
}

fn line<'g>(grids: &'g [GridOutcome], name: &str) -> Option<&'g LineOutcome> {
    grids.iter().flat_map(|grid| &grid.lines).find(|line| line.id == name)
}

fn of_line(line: &LineOutcome) -> Found {
    Found { points: Some(line.points), state: Some(line.state), why: line.motif.text.clone() }
}

fn sub_criterion(grids: &[GridOutcome], name: &str) -> Option<Found> {
    let lines = grids.iter().flat_map(|grid| &grid.lines);
    let condition =
        lines.flat_map(|line| &line.sub_criteria).find(|condition| condition.id == name)?;
    let state = match condition.truth {
        Truth::Yes => LineState::Obtained,
        Truth::No => LineState::NotObtained,
        Truth::Unknown => LineState::NotEvaluable,
    };
    Some(Found { points: None, state: Some(state), why: condition.motif.text.clone() })
}

fn family(compiled: &Compiled, grids: &[GridOutcome], name: &str) -> Option<Found> {
    for outcome in grids {
        let Some(version) = compiled.lowered.program.version_of(outcome) else { continue };
        let family = version.parts.iter().find_map(|part| match part {
            Part::Family(family) if family.id == name => Some(family),
            Part::Family(_) | Part::Criterion(_) | Part::Tranche(_) => None,
        });
        let Some(family) = family else { continue };
        let clip = format!("ecretement.{name}");
        let belongs = |line: &&LineOutcome| {
            line.id == clip || family.criteria.iter().any(|criterion| criterion.id == line.id)
        };
        let points = outcome
            .lines
            .iter()
            .filter(belongs)
            .try_fold(Exact::ZERO, |sum, line| sum.add(line.points).ok());
        return Some(Found { points, state: None, why: String::new() });
    }
    None
}
