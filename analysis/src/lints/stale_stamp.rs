//! Stamps of review that say little by now (`W0114`): older than two years, or still to come.

use super::Subject;
use super::written::{WrittenUnit, clauses};
use dsl::syntax::tree::ClauseKind;
use engine::Date;
use source::{Diagnostic, Span, code};

/// How long a review is worth. Unit: months.
const MONTHS: i64 = 24;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let Some(today) = subject.today else { return };
    for (day, span) in subject.units.iter().flat_map(stamps) {
        let (message, help) = if day > today {
            (
                format!("cette relecture est datée du {day}, un jour à venir"),
                "écrivez le jour où elle a eu lieu",
            )
        } else if day.plus_months(MONTHS).is_some_and(|due| due < today) {
            (
                format!("la dernière relecture, du {day}, a plus de deux ans"),
                "relisez, puis changez la date",
            )
        } else {
            continue;
        };
        out.push(Diagnostic::new(code::STALE_STAMP, span, message).with_help(help));
    }
}

/// Returns the stamps of a unit and of its declarations; of several together, the latest counts.
fn stamps(unit: &WrittenUnit<'_>) -> Vec<(Date, Span)> {
    let mut stamps: Vec<(Date, Span)> = unit.reviews.iter().copied().max().into_iter().collect();
    for declaration in unit.declarations.iter() {
        let all = clauses(&declaration.kind).into_iter().filter_map(|clause| match clause.kind {
            ClauseKind::Reviewed(day) => Some((day, clause.span)),
            _ => None,
        });
        stamps.extend(all.max());
    }
    stamps
}
