//! Examples, run with the engine that answers applicants.

use crate::lines::{self, Found};
use crate::points::in_words;
use dsl::Compiled;
use dsl::lower::{ExampleCode, GridPlace, Probe};
use dsl::syntax::tree::LineKind;
use dsl::typed::tree::{Example, Expectation, ExpectationKind, ExpectedState, Target};
use engine::{
    CandidateOutcome, Computed, Evaluator, Exact, GridOutcome, GridState, LineState, PoolOutcome,
    Scripts, Truth, Value, show,
};
use source::{Diagnostic, Span, code};

/// What became of an example.
#[derive(Clone, Debug)]
pub struct ExampleReport {
    /// The unit it stands in.
    pub unit: String,
    /// Its title.
    pub label: String,
    /// Where it stands.
    pub span: Span,
    /// What was expected and not found; none when it holds.
    pub failures: Vec<Diagnostic>,
}

/// What an example evaluates, evaluated.
pub(crate) enum Evaluated {
    /// Nothing but expressions.
    Values,
    /// One grid, for each candidate.
    Grid(Vec<GridOutcome>),
    /// A ranking; absent when none is in force.
    Ranking(Option<PoolOutcome>),
}

/// Runs every example. A failure's code is `E0702`.
pub fn run_examples(compiled: &Compiled, scripts: &dyn Scripts) -> Vec<ExampleReport> {
    let evaluator = Evaluator::new(&compiled.lowered.program, scripts);
    let examples = compiled.typed.examples.iter().zip(&compiled.lowered.examples);
    examples
        .map(|(example, code)| {
            let evaluated = evaluate(compiled, &evaluator, example);
            let values = evaluator.values(&code.code, &example.pool);
            let run = Run { compiled, example, code, evaluated: &evaluated, values: &values };
            ExampleReport {
                unit: example.unit.clone(),
                label: example.label.clone(),
                span: example.span,
                failures: run.failures(),
            }
        })
        .collect()
}

/// Evaluates what an example is about.
pub(crate) fn evaluate(
    compiled: &Compiled,
    evaluator: &Evaluator<'_>,
    example: &Example,
) -> Evaluated {
    match example.target {
        Target::Definitions => Evaluated::Values,
        Target::Ranking(_) => Evaluated::Ranking(evaluator.rank(&example.pool)),
        Target::Grid(at) => {
            let program = &compiled.lowered.program;
            let place = compiled.lowered.grids.get(at as usize).copied();
            let found = place.and_then(|place| {
                let version = crate::scales::version(compiled, place)?;
                let (GridPlace::Version { grid, .. } | GridPlace::Filling { grid, .. }) = place;
                Some((program.grids.get(grid as usize)?, version))
            });
            match found {
                Some((grid, version)) => {
                    Evaluated::Grid(evaluator.grid(grid, version, &example.pool))
                }
                None => Evaluated::Values,
            }
        }
    }
}

struct Run<'r> {
    compiled: &'r Compiled,
    example: &'r Example,
    code: &'r ExampleCode,
    evaluated: &'r Evaluated,
    values: &'r [Vec<Computed>],
}

impl Run<'_> {
    fn failures(&self) -> Vec<Diagnostic> {
        let expectations = self.example.expectations.iter().zip(self.code.probes());
        expectations
            .filter_map(|(expectation, probe)| {
                let failure = self.failure(expectation, probe.as_ref())?;
                Some(
                    Diagnostic::new(code::EXAMPLE_FAILED, expectation.span, failure)
                        .with_label(self.example.span, "dans cet exemple"),
                )
            })
            .collect()
    }

    /// Returns what is wrong, in French, or nothing.
    fn failure(&self, expectation: &Expectation, probe: Option<&Probe>) -> Option<String> {
        let at = expectation.candidate;
        match &expectation.kind {
            ExpectationKind::Holds(_) => self.does_not_hold(at, probe?),
            ExpectationKind::Unknown(_) => self.is_known(at, probe?),
            ExpectationKind::Line(kind, name, points, state) => {
                self.line(at, *kind, name, *points, *state)
            }
            ExpectationKind::Total(expected) => {
                let found = self.total(at);
                (found != Some(*expected))
                    .then(|| expected_found(&in_words(*expected), &shown(found)))
            }
            ExpectationKind::TotalRange(low, high) => {
                let found = self.range(at);
                let expected = (Some(*low), Some(*high));
                (found != Some(expected)).then(|| {
                    let found = found.map_or("aucun total".to_owned(), |(low, high)| {
                        format!("de {} à {}", shown(low), shown(high))
                    });
                    format!("attendu de {} à {}, trouvé {found}", in_words(*low), in_words(*high))
                })
            }
            ExpectationKind::Rank(expected) => {
                let found = self.candidate(at).and_then(|candidate| candidate.rank);
                (found != Some(*expected)).then(|| {
                    expected_found(
                        &format!("le rang {expected}"),
                        &found.map_or("aucun rang".to_owned(), |r| r.to_string()),
                    )
                })
            }
            ExpectationKind::Order(expected) => self.order(expected),
        }
    }

    fn computed(&self, at: usize, slot: engine::Slot) -> Option<&Computed> {
        self.values.get(at)?.get(slot.0 as usize)
    }

    fn does_not_hold(&self, at: usize, probe: &Probe) -> Option<String> {
        if self.computed(at, probe.slot) == Some(&Computed::Known(Value::Bool(true))) {
            return None;
        }
        Some(format!("l'attente n'est pas tenue : trouvé {}", self.describe(at, probe)))
    }

    fn is_known(&self, at: usize, probe: &Probe) -> Option<String> {
        match self.computed(at, probe.slot) {
            Some(Computed::Unknown(_)) => None,
            Some(Computed::Known(_) | Computed::NoValue) | None => {
                Some(format!("attendu « non évaluable », trouvé {}", self.describe(at, probe)))
            }
        }
    }

    fn describe(&self, at: usize, probe: &Probe) -> String {
        let schema = &self.compiled.lowered.program.schema;
        let (slot, ty) = probe.found.unwrap_or((probe.slot, engine::Type::Bool));
        match self.computed(at, slot) {
            Some(Computed::Known(Value::Number(number))) if !number.is_whole() => {
                let value = Value::Number(*number);
                format!("{} (exactement {number})", show(&value, ty, schema))
            }
            Some(Computed::Known(value)) => show(value, ty, schema),
            Some(Computed::NoValue) => "pas de valeur".to_owned(),
            Some(Computed::Unknown(reasons)) => {
                let codes: Vec<&str> = reasons.iter().map(|reason| reason.code().word()).collect();
                format!("non évaluable ({})", codes.join(", "))
            }
            None => "rien".to_owned(),
        }
    }

    fn grids(&self, at: usize) -> &[GridOutcome] {
        match self.evaluated {
            Evaluated::Values => &[],
            Evaluated::Grid(grids) => grids.get(at).map_or(&[], std::slice::from_ref),
            Evaluated::Ranking(_) => self.candidate(at).map_or(&[], |candidate| &candidate.grids),
        }
    }

    fn candidate(&self, at: usize) -> Option<&CandidateOutcome> {
        match self.evaluated {
            Evaluated::Ranking(Some(outcome)) => {
                outcome.candidates.iter().find(|candidate| candidate.index == at)
            }
            Evaluated::Ranking(None) | Evaluated::Values | Evaluated::Grid(_) => None,
        }
    }

    fn total(&self, at: usize) -> Option<Exact> {
        match self.evaluated {
            Evaluated::Grid(grids) => grids.get(at)?.points,
            Evaluated::Ranking(_) => self.candidate(at).map(|candidate| candidate.total),
            Evaluated::Values => None,
        }
    }

    fn range(&self, at: usize) -> Option<(Option<Exact>, Option<Exact>)> {
        let range = match self.evaluated {
            Evaluated::Grid(grids) => grids.get(at)?.range,
            Evaluated::Ranking(_) => self.candidate(at)?.range,
            Evaluated::Values => return None,
        };
        Some((range.low, range.high))
    }

    fn line(
        &self,
        at: usize,
        kind: LineKind,
        name: &str,
        expected: Option<Exact>,
        state: Option<ExpectedState>,
    ) -> Option<String> {
        match kind {
            LineKind::Criterion | LineKind::Slot | LineKind::Family => {
                let Some(found) = lines::find(self.compiled, self.grids(at), kind, name) else {
                    return Some(format!("aucune ligne « {name} » dans l'évaluation"));
                };
                compare(&found, expected, state)
            }
            LineKind::Grid => self.grid(at, name, expected, state),
            LineKind::Eligibility => self.eligibility(at, name, state),
        }
    }

    fn grid(
        &self,
        at: usize,
        name: &str,
        expected: Option<Exact>,
        state: Option<ExpectedState>,
    ) -> Option<String> {
        let Some(grid) = self.grids(at).iter().find(|grid| grid.id == name) else {
            return Some(format!("aucune grille « {name} » dans l'évaluation"));
        };
        if let Some(expected) = expected
            && grid.points != Some(expected)
        {
            let found = grid.points.map_or_else(|| grid_word(grid.state).to_owned(), in_words);
            return Some(expected_found(&in_words(expected), &found));
        }
        match state {
            Some(ExpectedState::Grid(expected)) if expected != grid.state => {
                Some(expected_found(grid_word(expected), grid_word(grid.state)))
            }
            Some(ExpectedState::Grid(_) | ExpectedState::Line(_) | ExpectedState::Truth(_))
            | None => None,
        }
    }

    fn eligibility(&self, at: usize, name: &str, state: Option<ExpectedState>) -> Option<String> {
        let conditions = self.candidate(at).map_or(&[][..], |candidate| &candidate.eligibilities);
        let Some(condition) = conditions.iter().find(|condition| condition.id == name) else {
            return Some(format!("aucune condition d'éligibilité « {name} » dans l'évaluation"));
        };
        match state {
            Some(ExpectedState::Truth(expected)) if expected != condition.truth => {
                let found = format!("{} ({})", truth_word(condition.truth), condition.motif.text);
                Some(expected_found(truth_word(expected), &found))
            }
            Some(ExpectedState::Truth(_) | ExpectedState::Line(_) | ExpectedState::Grid(_))
            | None => None,
        }
    }

    fn order(&self, expected: &[String]) -> Option<String> {
        let found: Vec<&str> = match self.evaluated {
            Evaluated::Ranking(Some(outcome)) => outcome
                .candidates
                .iter()
                .filter(|candidate| candidate.rank.is_some())
                .map(|candidate| candidate.id.as_str())
                .collect(),
            Evaluated::Ranking(None) | Evaluated::Values | Evaluated::Grid(_) => Vec::new(),
        };
        (found != expected.iter().map(String::as_str).collect::<Vec<_>>())
            .then(|| expected_found(&expected.join(" ; "), &found.join(" ; ")))
    }
}

fn compare(found: &Found, expected: Option<Exact>, state: Option<ExpectedState>) -> Option<String> {
    if let Some(expected) = expected
        && found.points != Some(expected)
    {
        let why = if found.why.is_empty() { String::new() } else { format!(" ({})", found.why) };
        return Some(format!("{}{why}", expected_found(&in_words(expected), &shown(found.points))));
    }
    match state {
        Some(ExpectedState::Line(expected)) if found.state != Some(expected) => {
            let word = found.state.map_or("sans état", line_word);
            Some(expected_found(line_word(expected), &format!("{word} ({})", found.why)))
        }
        Some(ExpectedState::Line(_) | ExpectedState::Grid(_) | ExpectedState::Truth(_)) | None => {
            None
        }
    }
}

fn expected_found(expected: &str, found: &str) -> String {
    format!("attendu {expected}, trouvé {found}")
}

fn shown(value: Option<Exact>) -> String {
    value.map_or_else(|| "aucun point".to_owned(), in_words)
}

/// The word of a line's state in an example.
pub(crate) fn line_word(state: LineState) -> &'static str {
    match state {
        LineState::Obtained => "obtenu",
        LineState::NotObtained => "non_obtenu",
        LineState::NotEvaluable => "non_evaluable",
        LineState::Pending => "en_attente",
        LineState::Capped => "plafonne",
    }
}

/// The word of a grid's state in an example.
pub(crate) fn grid_word(state: GridState) -> &'static str {
    match state {
        GridState::Established => "etabli",
        GridState::NotEstablished => "non_etabli",
        GridState::NotApplicable => "sans_objet",
        GridState::Indeterminate => "indetermine",
    }
}

/// The word of a truth in an example.
pub(crate) fn truth_word(truth: Truth) -> &'static str {
    match truth {
        Truth::Yes => "oui",
        Truth::No => "non",
        Truth::Unknown => "indetermine",
    }
}
