//! Days on which a rule in force reads what is not: a dated table without a row, a grid without a
//! version, a policy without its frame.
//!
//! `pas de valeur` is a row like any other. A criterion that is shut on those days whatever the facts
//! reads nothing. On a day on which a policy has no frame there is nothing that an example could look
//! at; the other verdicts come with one.

use crate::readers::Reader;
use crate::tables::Stage;
use crate::witness::{self, Aim, BUDGET, Goal, Question};
use dsl::Compiled;
use dsl::resolved::tree::Unit;
use engine::{
    Case, Code, Computed, Date, Evaluator, Exact, Grid, Op, Period, Pool, Scripts, Slot, Table,
    Value,
};
use source::{Diagnostic, Sources, Span, code};
use std::collections::BTreeMap;

/// What examples are written from.
#[derive(Clone, Copy)]
struct Written<'c> {
    sources: &'c Sources,
    compiled: &'c Compiled,
    scripts: &'c dyn Scripts,
}

/// Looks at every reader.
///
/// Warnings: `W0125`, `W0126`; remarks: `N0102`.
pub(crate) fn check(
    sources: &Sources,
    compiled: &Compiled,
    scripts: &dyn Scripts,
    readers: &[Reader<'_>],
    out: &mut Vec<Diagnostic>,
) {
    let written = Written { sources, compiled, scripts };
    let mut first: BTreeMap<(Span, Kind), Missing<'_>> = BTreeMap::new();
    for reader in readers {
        for (slot, op) in reader.operations() {
            for missing in missing(compiled, reader, slot, op) {
                let key = (missing.place, missing.kind);
                let sooner =
                    first.get(&key).is_none_or(|known| missing.days.from < known.days.from);
                if sooner {
                    first.insert(key, missing);
                }
            }
        }
    }
    out.extend(first.values().map(|missing| missing.told(written)));
    for unit in &compiled.resolved.units {
        out.extend(without_frame(compiled, unit));
    }
}

/// What is not in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A table or a parameter, on some day; by its index.
    Row(usize),
    /// A table or a parameter, from some day on.
    RowsEnd,
    /// A grid.
    Grid,
}

struct Missing<'r> {
    kind: Kind,
    /// What is read, in French.
    what: String,
    /// Where to say it.
    place: Span,
    days: Period,
    reader: &'r Reader<'r>,
}

fn missing<'r>(
    compiled: &Compiled,
    reader: &'r Reader<'r>,
    slot: Slot,
    op: &Op,
) -> Vec<Missing<'r>> {
    match op {
        Op::Table(id, _) => {
            let at = id.0 as usize;
            match compiled.typed.tables.get(at).filter(|typed| is_dated(&typed.table)) {
                Some(typed) => {
                    let what = if typed.parameter { "le paramètre" } else { "le tableau" };
                    let what = format!("{what} « {} »", typed.table.name);
                    of_rows(reader, slot, (at, &typed.table), (what, typed.span))
                }
                None => Vec::new(),
            }
        }
        Op::GridTotal(id) => match reader.program.grids.get(*id as usize) {
            Some(grid) => of_grid(reader, slot, grid),
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn is_dated(table: &Table) -> bool {
    table.rows.iter().any(|row| row.period != Period::default())
}

fn of_rows<'r>(
    reader: &'r Reader<'r>,
    slot: Slot,
    (at, table): (usize, &Table),
    (what, place): (String, Span),
) -> Vec<Missing<'r>> {
    let rows: Vec<Period> = table.rows.iter().map(|row| row.period).collect();
    let last =
        rows.iter().map(|row| row.to).max_by_key(|to| to.map_or((1, None), |to| (0, Some(to))));
    let ends = |days: &Period| days.to.is_none() && last.flatten() < days.from;
    let holes = without(reader.days, &rows).into_iter();
    let met = holes.filter(|days| reader.may_hang(slot, *days, &[]));
    met.map(|days| Missing {
        kind: if ends(&days) { Kind::RowsEnd } else { Kind::Row(at) },
        what: what.clone(),
        place,
        days,
        reader,
    })
    .collect()
}

/// A frame with free criteria is in force where a territory fills it.
fn of_grid<'r>(reader: &'r Reader<'r>, slot: Slot, grid: &Grid) -> Vec<Missing<'r>> {
    let versions = if grid.open_frame { &grid.fillings } else { &grid.versions };
    let periods: Vec<Period> = versions.iter().map(|version| version.period).collect();
    let place = reader.code.spans.get(slot.0 as usize).copied().unwrap_or(reader.span);
    let holes = without(reader.days, &periods).into_iter();
    holes
        .map(|days| Missing {
            kind: Kind::Grid,
            what: format!("la grille « {} »", grid.id),
            place,
            days,
            reader,
        })
        .collect()
}

impl Missing<'_> {
    fn told(&self, written: Written<'_>) -> Diagnostic {
        let Self { kind, what, place, days, reader } = self;
        let from = days
            .from
            .map_or_else(|| "avant sa première ligne".to_owned(), |day| format!("le {day}"));
        let (code, message, help) = match kind {
            Kind::Row(_) => (
                code::VALUE_PAST_PERIOD,
                format!("{what} n'a aucune ligne {from}, un jour où {} l'emploie", reader.name),
                "ajoutez la ligne qui manque, ou « pas de valeur »",
            ),
            Kind::RowsEnd => (
                code::VALUES_END,
                format!(
                    "{what} n'a plus de ligne à partir du {}, alors que {} reste en vigueur",
                    days.from.map_or_else(String::new, |day| day.to_string()),
                    reader.name
                ),
                "ajoutez les lignes de la période suivante dès qu'elles sont connues",
            ),
            Kind::Grid => (
                code::GRID_NOT_IN_FORCE,
                format!(
                    "{what} n'a aucune version {from}, un jour où {} lit son total",
                    reader.name
                ),
                "faites commencer la condition avec la grille, ou finir avec elle",
            ),
        };
        Diagnostic::new(code, *place, message)
            .with_label(reader.span, format!("en vigueur {}", reader.days))
            .with_help(help)
            .with_example_in(place.file, self.example(written))
    }

    /// An example of the first day: the table is expected to have a result, the condition to hold.
    fn example(&self, written: Written<'_>) -> Option<String> {
        let Written { sources, compiled, scripts } = written;
        let day = self.days.from.or(self.days.to)?;
        match self.kind {
            Kind::Row(table) => Stage::of(sources, compiled, scripts, table)?.expects_a_row(day),
            Kind::RowsEnd => None,
            Kind::Grid => decided_by_nothing(self.reader, scripts, day),
        }
    }
}

/// A file whose condition of eligibility a grid that is not there decides, as an example that expects
/// what a high total would.
fn decided_by_nothing(reader: &Reader<'_>, scripts: &dyn Scripts, day: Date) -> Option<String> {
    let criterion = reader.criterion?;
    let condition = criterion.condition?;
    let evaluator = Evaluator::new(reader.program, scripts);
    let holds = |pool: &Pool| {
        let values = evaluator.values(reader.code, pool);
        match values.first().and_then(|values| values.get(condition.0 as usize)) {
            Some(Computed::Known(Value::Bool(truth))) => Some(*truth),
            Some(_) | None => None,
        }
    };
    let code = with_totals(reader.code, Exact::whole(1_000_000));
    let (word, pool) = [(true, "oui"), (false, "non")].into_iter().find_map(|(due, word)| {
        let question = Question {
            program: reader.program,
            scripts,
            code: &code,
            days: Period { from: Some(day), to: Some(day) },
            goals: &[Goal::new(condition, Aim::Truth(due))],
            reads: &[condition],
            fixed: &Case::default(),
            proofs: &criterion.proofs,
            budget: BUDGET,
        };
        Some((word, witness::find(question, &mut |pool| holds(pool) == Some(!due))?))
    })?;
    let expected = format!("éligible {} = {word}", criterion.id);
    witness::example(&reader.program.schema, "Le total compte", &pool, &[expected])
}

/// The same code with a number in place of each total of a grid.
fn with_totals(code: &Code, points: Exact) -> Code {
    let mut code = code.clone();
    for op in code.ops.iter_mut().filter(|op| matches!(op, Op::GridTotal(_))) {
        *op = Op::Constant(Value::Number(points));
    }
    code
}

/// Says on which first day a policy in force has no frame.
fn without_frame(compiled: &Compiled, unit: &Unit) -> Option<Diagnostic> {
    let frame = unit.applies.as_ref()?;
    let versions: Vec<Period> =
        compiled.resolved.versions(&frame.text).map(|(_, version)| version.period).collect();
    if versions.is_empty() {
        return None;
    }
    let days = without(unit.period, &versions).into_iter().next()?;
    let from =
        days.from.map_or_else(|| "avant sa première version".to_owned(), |day| format!("le {day}"));
    let message = format!(
        "le cadre « {} » n'a aucune version {from}, un jour où « {} » est en vigueur",
        frame.text, unit.name.text
    );
    Some(
        Diagnostic::new(code::GRID_NOT_IN_FORCE, frame.span, message)
            .with_label(unit.period_span, format!("en vigueur {}", unit.period))
            .with_help("faites commencer la politique avec son cadre, ou finir avec lui"),
    )
}

/// The days of a period that belong to none of the others, as runs in order.
fn without(days: Period, others: &[Period]) -> Vec<Period> {
    let mut others: Vec<Period> =
        others.iter().filter_map(|other| other.intersection(days)).collect();
    others.sort_by_key(|other| other.from);
    let mut runs = Vec::new();
    let mut from = days.from;
    for other in others {
        let before = other.from.filter(|start| from.is_none_or(|from| from < *start));
        if let Some(start) = before {
            runs.push(Period { from, to: Some(start.yesterday()) });
        }
        match other.to {
            None => return runs,
            Some(end) if from.is_none_or(|from| from <= end) => from = Some(end.tomorrow()),
            Some(_) => {}
        }
    }
    let left = Period { from, to: days.to };
    if left.from.is_none_or(|from| left.to.is_none_or(|to| from <= to)) {
        runs.push(left);
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str) -> Period {
        Period { from: Date::parse_iso(from), to: Date::parse_iso(to) }
    }

    #[test]
    fn days_without_a_row_are_before_between_and_after() {
        let rows = [period("2020-02-01", "2020-03-31"), period("2020-05-01", "2020-05-31")];
        assert_eq!(
            without(period("2020-01-01", "-"), &rows),
            [
                period("2020-01-01", "2020-01-31"),
                period("2020-04-01", "2020-04-30"),
                period("2020-06-01", "-"),
            ]
        );
        assert_eq!(without(period("2020-02-10", "2020-03-31"), &rows), []);
        assert_eq!(
            without(period("2020-02-10", "2020-04-01"), &rows),
            [period("2020-04-01", "2020-04-01")]
        );
    }

    #[test]
    fn rows_that_overlap_or_have_no_end_leave_nothing_after() {
        let rows = [period("-", "2020-03-31"), period("2020-01-01", "-")];
        assert_eq!(without(Period::default(), &rows), []);
        let inner = [period("2019-01-01", "2020-12-31"), period("2019-06-01", "2019-06-30")];
        assert_eq!(without(period("2019-01-01", "-"), &inner), [period("2021-01-01", "-")]);
    }
}
