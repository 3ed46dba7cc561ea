//! Guarantees and examples.

use super::declarations::proof;
use super::expressions::{Quotes, direction, expr, quantity, quoted, sum_level};
use super::grid::Row;
use super::{Page, join};
use crate::syntax::tree::{
    Example, Expectation, ExpectationKind, ExpectedOutcome, FactTable, GivenFact, GivenValue,
    Guarantee, GuaranteeKind, LineKind, Path,
};

impl Page {
    pub(super) fn guarantee(&mut self, it: &Guarantee) {
        self.line(0, &format!("garantie {}", quoted(&it.label.text, Quotes::Straight)));
        for form in &it.forms {
            let line = match &form.kind {
                GuaranteeKind::Always(condition) => expr(condition),
                GuaranteeKind::Independent(fact) => format!("indépendant de {}", fact.text()),
                GuaranteeKind::Monotone(way, by) => {
                    format!("{} selon {}", direction(*way), expr(by))
                }
                GuaranteeKind::Implies(condition, then) => {
                    format!("si {} alors {}", expr(condition), expr(then))
                }
            };
            self.line(2, &line);
        }
    }

    pub(super) fn example(&mut self, it: &Example) {
        let day = it.date.map_or_else(String::new, |day| format!(" le {day}"));
        self.line(0, &format!("exemple {}{day}", quoted(&it.label.text, Quotes::Straight)));
        if !it.given.is_empty() {
            self.line(2, "étant donné");
        }
        for fact in &it.given {
            self.given(fact);
        }
        if let Some(candidates) = &it.candidates {
            self.line(2, "parmi les candidats");
            self.facts(candidates, 4);
        }
        self.line(2, "attend");
        for expectation in &it.expectations {
            self.line(4, &print_expectation(expectation));
        }
    }

    fn given(&mut self, fact: &GivenFact) {
        let path = fact.path.text();
        let line = match &fact.value {
            GivenValue::Value(value, None) => format!("{path} = {}", sum_level(value)),
            GivenValue::Value(value, Some(level)) => {
                format!("{path} = {} {}", sum_level(value), proof(level))
            }
            GivenValue::Withheld => format!("{path} non communiqué"),
            GivenValue::Missing => format!("{path} non renseigné"),
            GivenValue::EmptyList => format!("{path} aucun"),
            GivenValue::Items(items) => {
                self.line(4, &path);
                return self.facts(items, 6);
            }
        };
        self.line(4, &line);
    }

    fn facts(&mut self, table: &FactTable, indent: usize) {
        let head = Row::plain(table.heads.iter().map(Path::text).collect());
        let rows = table.rows.iter().map(|row| {
            let cell = |cell: &Option<_>| cell.as_ref().map_or_else(|| "-".to_owned(), sum_level);
            Row::plain(row.cells.iter().map(cell).collect())
        });
        let rows: Vec<Row> = std::iter::once(head).chain(rows).collect();
        self.rows(indent, &rows);
    }
}

fn print_expectation(it: &Expectation) -> String {
    let candidate =
        it.candidate.as_ref().map(|name| format!("{} : ", name.text)).unwrap_or_default();
    let kind = match &it.kind {
        ExpectationKind::Holds(condition) => expr(condition),
        ExpectationKind::Unknown(value) => format!("{} non évaluable", expr(value)),
        ExpectationKind::Line(kind, name, outcome) => {
            format!("{} {} = {}", line_word(*kind), name.text, print_outcome(outcome))
        }
        ExpectationKind::Total(points) => format!("total = {}", quantity(points)),
        ExpectationKind::TotalRange(low, high) => {
            format!("total de {} à {}", quantity(low), quantity(high))
        }
        ExpectationKind::Rank(rank) => format!("rang = {rank}"),
        ExpectationKind::Order(names) => format!("ordre {}", join(names, " ; ")),
    };
    format!("{candidate}{kind}")
}

fn print_outcome(outcome: &ExpectedOutcome) -> String {
    let points = outcome.points.as_ref().map(quantity);
    let state = outcome.state.as_ref().map(|state| state.text.clone());
    points.into_iter().chain(state).collect::<Vec<_>>().join(" ")
}

fn line_word(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Criterion => "critère",
        LineKind::Slot => "tranche",
        LineKind::Family => "famille",
        LineKind::Eligibility => "éligible",
        LineKind::Grid => "grille",
    }
}
