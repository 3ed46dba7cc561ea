//! Coverage: which criteria, table rows and branches the examples reach.
//!
//! A criterion is reached when an example obtains it; its two branches when one example obtains it
//! and another does not; a row when an example falls in it.

use crate::examples::{Evaluated, evaluate};
use crate::rows;
use dsl::Compiled;
use dsl::typed::tree::{Criterion, Grid, Part};
use engine::{
    ConditionOutcome, Evaluator, GridOutcome, LineOutcome, LineState, MotifCode, Pool, Scripts,
    Truth,
};
use source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// What examples reach.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// Criteria obtained.
    pub criteria: Covered,
    /// Rows fallen in.
    pub rows: Covered,
    /// Branches of criteria: obtained, not obtained.
    pub branches: Covered,
}

/// How many there are, and which are missed.
#[derive(Clone, Debug, Default)]
pub struct Covered {
    /// How many there are.
    pub total: usize,
    /// Those that no example reaches, in order of place.
    pub missed: Vec<Missed>,
}

/// Something that no example reaches.
#[derive(Clone, Debug)]
pub struct Missed {
    /// The unit, grid or table it belongs to.
    pub unit: String,
    /// What it is, in French.
    pub what: String,
    /// Where it stands.
    pub span: Span,
}

#[derive(Default)]
struct Seen {
    obtained: BTreeSet<Span>,
    refused: BTreeSet<Span>,
    rows: BTreeSet<Span>,
}

/// Runs every example and returns what they reach together.
pub fn coverage(compiled: &Compiled, scripts: &dyn Scripts) -> Coverage {
    let evaluator = Evaluator::new(&compiled.lowered.program, scripts);
    let mut seen = Seen::default();
    for (example, code) in compiled.typed.examples.iter().zip(&compiled.lowered.examples) {
        let evaluated = evaluate(compiled, &evaluator, example);
        let mut look =
            Look { compiled, evaluator: &evaluator, pool: &example.pool, seen: &mut seen };
        look.code(&code.code);
        match &evaluated {
            Evaluated::Values => {}
            Evaluated::Grid(grids) => grids.iter().for_each(|grid| look.grid(grid)),
            Evaluated::Ranking(None) => {}
            Evaluated::Ranking(Some(outcome)) => {
                for candidate in &outcome.candidates {
                    candidate.grids.iter().for_each(|grid| look.grid(grid));
                    look.eligibilities(&candidate.eligibilities);
                }
                look.ranking_code();
            }
        }
    }
    report(compiled, &seen)
}

struct Look<'l> {
    compiled: &'l Compiled,
    evaluator: &'l Evaluator<'l>,
    pool: &'l Pool,
    seen: &'l mut Seen,
}

impl Look<'_> {
    fn code(&mut self, code: &engine::Code) {
        let tables = &self.compiled.lowered.program.tables;
        for values in self.evaluator.values(code, self.pool) {
            rows::visit(code, &values, tables, self.pool.date, &mut |table, row| {
                if let Some(row) = tables.get(table).and_then(|table| table.rows.get(row)) {
                    self.seen.rows.insert(row.span);
                }
            });
        }
    }

    fn ranking_code(&mut self) {
        if let Some(ranking) = self.compiled.lowered.program.ranking_at(self.pool.date) {
            self.code(&ranking.code);
        }
    }

    fn grid(&mut self, outcome: &GridOutcome) {
        let Some(version) = self.compiled.lowered.program.version_of(outcome) else { return };
        let spans = criterion_spans(version);
        for line in &outcome.lines {
            if let Some(&span) = spans.get(line.id.as_str()) {
                self.line(line, span);
            }
            for condition in &line.sub_criteria {
                if let Some(&span) = spans.get(condition.id.as_str()) {
                    self.truth(condition, span);
                }
            }
        }
        self.code(&version.code);
    }

    fn line(&mut self, line: &LineOutcome, span: Span) {
        match line.state {
            LineState::Obtained | LineState::Capped | LineState::Pending => {
                self.seen.obtained.insert(span);
            }
            LineState::NotObtained if line.motif.code == MotifCode::FamilyOther => {
                self.seen.obtained.insert(span);
            }
            LineState::NotObtained => {
                self.seen.refused.insert(span);
            }
            LineState::NotEvaluable => {}
        }
    }

    fn eligibilities(&mut self, conditions: &[ConditionOutcome]) {
        let ranking = self.compiled.lowered.program.ranking_at(self.pool.date);
        for condition in conditions {
            let eligibilities = ranking.map_or(&[][..], |ranking| &ranking.eligibilities);
            let found =
                eligibilities.iter().find(|eligibility| eligibility.criterion.id == condition.id);
            if let Some(found) = found {
                self.truth(condition, found.criterion.span);
            }
        }
    }

    fn truth(&mut self, condition: &ConditionOutcome, span: Span) {
        match condition.truth {
            Truth::Yes => self.seen.obtained.insert(span),
            Truth::No => self.seen.refused.insert(span),
            Truth::Unknown => false,
        };
    }
}

fn criterion_spans(version: &engine::GridVersion) -> BTreeMap<&str, Span> {
    let mut spans = BTreeMap::new();
    for part in &version.parts {
        let criteria = part.criteria();
        spans.extend(criteria.iter().map(|criterion| (criterion.id.as_str(), criterion.span)));
    }
    spans
}

fn report(compiled: &Compiled, seen: &Seen) -> Coverage {
    let mut coverage = Coverage::default();
    let mut criteria: BTreeMap<Span, (&str, &Criterion)> = BTreeMap::new();
    for grid in &compiled.typed.grids {
        for criterion in grid_criteria(grid) {
            let unit = grid.filling.as_ref().map_or(&*grid.unit, |(unit, _)| unit);
            criteria.entry(criterion.span).or_insert_with(|| (unit, criterion));
        }
    }
    for ranking in &compiled.typed.rankings {
        for criterion in &ranking.eligibilities {
            criteria.entry(criterion.span).or_insert_with(|| (&ranking.unit, criterion));
        }
    }
    for (span, (unit, criterion)) in &criteria {
        let missed = |what: String| Missed { unit: (*unit).to_owned(), what, span: *span };
        coverage.criteria.total += 1;
        coverage.branches.total += 1;
        if !seen.obtained.contains(span) {
            coverage
                .criteria
                .missed
                .push(missed(format!("critère « {} » jamais obtenu", criterion.id)));
            coverage
                .branches
                .missed
                .push(missed(format!("critère « {} » jamais obtenu", criterion.id)));
        }
        let conditional = criterion.condition.is_some() || criterion.exception.is_some();
        if conditional {
            coverage.branches.total += 1;
            if !seen.refused.contains(span) {
                let what = format!("critère « {} » jamais refusé", criterion.id);
                coverage.branches.missed.push(missed(what));
            }
        }
    }
    let mut counted = BTreeSet::new();
    for typed in compiled.typed.tables.iter().filter(|typed| !typed.parameter) {
        for (at, row) in typed.table.rows.iter().enumerate() {
            if counted.insert(row.span) {
                coverage.rows.total += 1;
                if !seen.rows.contains(&row.span) {
                    coverage.rows.missed.push(Missed {
                        unit: typed.table.name.clone(),
                        what: format!("ligne {} du tableau « {} »", at + 1, typed.table.name),
                        span: row.span,
                    });
                }
            }
        }
    }
    coverage
}

fn grid_criteria(grid: &Grid) -> Vec<&Criterion> {
    grid.parts.iter().flat_map(Part::criteria).collect()
}
