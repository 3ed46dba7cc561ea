//! The lines of a grid read at a sample: how far around it each keeps its points.

use super::form::{Local, Stretch};
use super::reading::Reading;
use engine::{Contribution, Criterion, GridVersion, Part, Slot, Tranche, ValidationGate};
use std::cmp::Ordering;

/// Returns the stretch over which every line of a version keeps its points.
pub(super) fn of_version(reading: &Reading<'_>, version: &GridVersion) -> Stretch {
    let parts = version.parts.iter().map(|part| match part {
        Part::Criterion(it) => of_criterion(reading, it),
        Part::Tranche(it) => of_tranche(reading, it),
        Part::Family(it) => {
            it.criteria.iter().map(|it| of_criterion(reading, it)).fold(Stretch::ALL, Stretch::and)
        }
    });
    parts.fold(of_gates(reading, version), Stretch::and)
}

/// Returns the stretch over which a version takes the case in, or not, and stays as open as it is.
pub(super) fn of_gates(reading: &Reading<'_>, version: &GridVersion) -> Stretch {
    let gates = gates(version).into_iter().map(|slot| reading.stretch(slot));
    gates.fold(Stretch::ALL, Stretch::and)
}

/// The slots that are looked at before the lines of a version.
pub(super) fn gates(version: &GridVersion) -> Vec<Slot> {
    let validation = match version.validation {
        ValidationGate::Open => None,
        ValidationGate::Fact { slot, .. } => Some(slot),
    };
    let sharing = version.sharing.as_ref().map(|sharing| sharing.gate);
    let perimeter = version.perimeter.as_ref().map(|(_, slot)| *slot);
    [version.applies, perimeter, sharing, validation].into_iter().flatten().collect()
}

/// Returns the stretch over which a condition stays as it is.
pub(super) fn of_condition(reading: &Reading<'_>, criterion: &Criterion) -> Stretch {
    opening(reading, criterion).1
}

/// Tells whether a criterion speaks at the sample, and over which stretch that stays.
fn opening(reading: &Reading<'_>, criterion: &Criterion) -> (Option<bool>, Stretch) {
    let condition = criterion.condition.map(|slot| (reading.truth(slot), reading.stretch(slot)));
    let exception = criterion.exception.map(|slot| (reading.truth(slot), reading.stretch(slot)));
    let (condition, over_condition) = condition.unwrap_or((Some(true), Stretch::ALL));
    let (exception, over_exception) = exception.unwrap_or((Some(false), Stretch::ALL));
    match (condition, exception) {
        (Some(false), _) => (Some(false), over_condition),
        (_, Some(true)) => (Some(false), over_exception),
        (condition, exception) => {
            let open =
                condition.zip(exception).map(|(condition, exception)| condition && !exception);
            (open, over_condition.and(over_exception))
        }
    }
}

fn of_tranche(reading: &Reading<'_>, tranche: &Tranche) -> Stretch {
    let openings = tranche.criteria.iter().map(|criterion| opening(reading, criterion).1);
    openings.fold(Stretch::ALL, Stretch::and)
}

fn of_criterion(reading: &Reading<'_>, criterion: &Criterion) -> Stretch {
    let (open, stretch) = opening(reading, criterion);
    if open == Some(false) {
        return stretch;
    }
    let at = reading.at();
    let mut sum = Local::still(Some(engine::Exact::ZERO)).within(stretch);
    for contribution in &criterion.contributions {
        sum = add(reading, sum, contribution);
    }
    for (bound, keeps) in [(criterion.floor, Ordering::Greater), (criterion.cap, Ordering::Less)] {
        let Some(slot) = bound else { continue };
        let bound = reading.get(slot);
        sum = match bound.value {
            Some(_) => at.extreme(keeps, sum, bound),
            None => sum.within(reading.stretch(slot)),
        };
    }
    at.settled(sum).stretch
}

/// Adds what a contribution gives; one that is unknown counts nothing while it is.
#[expect(
    clippy::large_types_passed_by_value,
    reason = "what is read is combined as numbers are, a few at a time"
)]
fn add(reading: &Reading<'_>, sum: Local, contribution: &Contribution) -> Local {
    let over = contribution.condition.map_or(Stretch::ALL, |slot| reading.stretch(slot));
    let counts = contribution.condition.is_none_or(|slot| reading.truth(slot) == Some(true));
    let sum = sum.within(over);
    let amount = reading.get(contribution.amount);
    match amount.value {
        Some(_) if counts => reading.at().sum(sum, amount),
        Some(_) => sum,
        None => sum.within(reading.stretch(contribution.amount)),
    }
}
