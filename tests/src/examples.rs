//! The examples of rule files, run through the engine and through the reference.
//!
//! Both must agree line by line, and both must give what the author expects. Where a number
//! overflows, the reference, whose numbers have no end, has nothing to say.

use crate::differential::grid_overflows;
use crate::reference::{self, Env, Val, World, rational};
use crate::rules::{Rules, candidate};
use dsl::lower::ExampleCode;
use dsl::syntax::tree::LineKind;
use dsl::typed::tree::{self, Example, ExpectationKind, ExpectedState, Target};
use engine::{Computed, EvalError, Exact, GridOutcome, Range, Reason, Truth};
use num_rational::BigRational;

/// What one example gives, for each candidate of its pool.
struct Found {
    engine: Vec<Sheet>,
    reference: Vec<Sheet>,
    order: Vec<String>,
}

/// What an example looks at for one candidate.
struct Sheet {
    grids: Vec<reference::Grid>,
    /// The criteria inside tranches, which the reference does not keep.
    subs: Option<Vec<(String, Truth)>>,
    conditions: Vec<reference::Condition>,
    total: BigRational,
    range: Option<Range>,
    rank: Option<u32>,
}

/// What is not as it should be of one example.
#[derive(Default)]
struct Told {
    /// Where the engine and the reference differ.
    apart: Vec<String>,
    /// What the author expects and does not get.
    unkept: Vec<String>,
}

/// Runs every example. Shape: one sentence per failure.
pub fn failures(rules: &Rules) -> Vec<String> {
    let mut failures = Vec::new();
    for (example, told) in told(rules) {
        let at = rules.recueil.sources.get(example.span.file);
        let line = at.map_or(0, |file| file.line_column(example.span.start).line);
        let name = &example.label;
        let said = told.apart.into_iter().chain(told.unkept);
        failures.extend(said.map(|said| format!("ligne {line}, « {name} » : {said}")));
    }
    failures
}

/// Lists where the engine and the reference differ in the examples, whatever their authors expect.
pub fn disagreements(rules: &Rules) -> Vec<String> {
    told(rules).flat_map(|(_, told)| told.apart).collect()
}

fn told(rules: &Rules) -> impl Iterator<Item = (&Example, Told)> {
    let examples = rules.compiled.typed.examples.iter().zip(&rules.compiled.lowered.examples);
    examples.map(|(example, code)| {
        let mut told = Told::default();
        if let Some(found) = evaluate(rules, example, &mut told.apart) {
            check(rules, example, &found, &mut told.unkept);
        }
        check_values(rules, example, code, &mut told);
        (example, told)
    })
}

fn world<'t>(rules: &'t Rules, example: &'t Example, members: &'t [bool]) -> World<'t> {
    World { tree: &rules.compiled.typed, scripts: &rules.sandbox, pool: &example.pool, members }
}

fn applying(example: &Example) -> Vec<bool> {
    example.pool.candidates.iter().map(|candidate| candidate.applies).collect()
}

fn evaluate(rules: &Rules, example: &Example, told: &mut Vec<String>) -> Option<Found> {
    let members = applying(example);
    let everyone = 0..example.pool.candidates.len();
    match example.target {
        Target::Definitions => None,
        Target::Grid(at) => {
            let typed = rules.compiled.typed.grids.get(at as usize)?;
            let outcomes = graded(rules, example, at)?;
            let world = world(rules, example, &members);
            let mut slow: Vec<reference::Grid> =
                everyone.map(|who| world.grid(typed, who)).collect();
            if outcomes.iter().any(grid_overflows) {
                slow.clear();
            }
            for (slow, fast) in slow.iter().zip(&outcomes) {
                differ(slow, &reference::Grid::from(fast), told);
            }
            Some(Found {
                engine: outcomes.iter().map(Sheet::of_grid).collect(),
                reference: slow.into_iter().map(Sheet::of_reference).collect(),
                order: Vec::new(),
            })
        }
        Target::Ranking(_) => {
            let outcome = rules.rank(&example.pool)?;
            let tree = &rules.compiled.typed;
            let slow = reference::rank(tree, &rules.sandbox, &example.pool)?;
            differ(&slow, &reference::of_pool(&outcome), told);
            let ranked = outcome.candidates.iter().filter(|candidate| candidate.rank.is_some());
            let by_index = |who: usize| candidate(&outcome, who).map(Sheet::of_candidate);
            let id = |who: usize| example.pool.candidates.get(who).map(|one| one.id.clone());
            let by_id = |who: usize| {
                let id = id(who)?;
                slow.iter().find(|one| one.id == id).map(|one| Sheet::of_slow(one.clone()))
            };
            Some(Found {
                engine: everyone.clone().filter_map(by_index).collect(),
                reference: everyone.filter_map(by_id).collect(),
                order: ranked.map(|candidate| candidate.id.clone()).collect(),
            })
        }
    }
}

fn differ<T: PartialEq + std::fmt::Debug>(slow: &T, fast: &T, told: &mut Vec<String>) {
    if slow != fast {
        told.push(format!("la référence dit {slow:#?}\nle moteur dit {fast:#?}"));
    }
}

fn graded(rules: &Rules, example: &Example, at: u32) -> Option<Vec<GridOutcome>> {
    let (grid, version) = rules.grid_at(*rules.compiled.lowered.grids.get(at as usize)?)?;
    Some(rules.evaluator().grid(grid, version, &example.pool))
}

impl Sheet {
    fn of_grid(grid: &GridOutcome) -> Self {
        let subs = grid.lines.iter().flat_map(|line| &line.sub_criteria);
        Self {
            subs: Some(subs.map(|sub| (sub.id.clone(), sub.truth)).collect()),
            range: Some(grid.range),
            ..Self::of_reference(reference::Grid::from(grid))
        }
    }

    fn of_reference(grid: reference::Grid) -> Self {
        Self {
            subs: None,
            conditions: Vec::new(),
            total: grid.points.clone().unwrap_or_default(),
            range: None,
            rank: None,
            grids: vec![grid],
        }
    }

    fn of_candidate(one: &engine::CandidateOutcome) -> Self {
        let subs =
            one.grids.iter().flat_map(|grid| &grid.lines).flat_map(|line| &line.sub_criteria);
        Self {
            subs: Some(subs.map(|sub| (sub.id.clone(), sub.truth)).collect()),
            range: Some(one.range),
            ..Self::of_slow(reference::Candidate::from(one))
        }
    }

    fn of_slow(one: reference::Candidate) -> Self {
        Self {
            grids: one.grids,
            subs: None,
            conditions: one.conditions,
            total: one.total,
            range: None,
            rank: one.rank,
        }
    }
}

fn check(rules: &Rules, example: &Example, found: &Found, told: &mut Vec<String>) {
    for (by, sheets) in [("moteur", &found.engine), ("référence", &found.reference)] {
        for expectation in example.expectations.iter() {
            let Some(sheet) = sheets.get(expectation.candidate) else { continue };
            let said = match &expectation.kind {
                ExpectationKind::Holds(_) | ExpectationKind::Unknown(_) => None,
                ExpectationKind::Line(kind, name, points, state) => {
                    sheet.line(rules, *kind, name, *points, *state)
                }
                ExpectationKind::Total(points) => {
                    mismatch("total", &rational(*points), &sheet.total)
                }
                ExpectationKind::TotalRange(low, high) => sheet.range.and_then(|range| {
                    let wanted = Range { low: Some(*low), high: Some(*high) };
                    mismatch("intervalle", &wanted, &range)
                }),
                ExpectationKind::Rank(rank) => mismatch("rang", &Some(*rank), &sheet.rank),
                ExpectationKind::Order(order) => mismatch("ordre", order, &found.order),
            };
            let who = example.pool.candidates.get(expectation.candidate).map_or("", |one| &one.id);
            told.extend(said.map(|said| format!("{by}, {who} : {said}")));
        }
    }
}

fn mismatch<T: PartialEq + std::fmt::Debug>(what: &str, wanted: &T, found: &T) -> Option<String> {
    (wanted != found).then(|| format!("{what} : attendu {wanted:?}, trouvé {found:?}"))
}

impl Sheet {
    fn line(
        &self,
        rules: &Rules,
        kind: LineKind,
        name: &str,
        points: Option<Exact>,
        state: Option<ExpectedState>,
    ) -> Option<String> {
        let lines = || self.grids.iter().flat_map(|grid| &grid.lines);
        let (found_points, found_state) = match kind {
            LineKind::Criterion | LineKind::Slot => {
                if let Some(line) = lines().find(|line| line.id == name) {
                    (Some(line.points.clone()), Some(ExpectedState::Line(line.state)))
                } else if let Some((_, truth)) =
                    self.subs.as_ref()?.iter().find(|(id, _)| id == name)
                {
                    let state = match truth {
                        Truth::Yes => engine::LineState::Obtained,
                        Truth::No => engine::LineState::NotObtained,
                        Truth::Unknown => engine::LineState::NotEvaluable,
                    };
                    (None, Some(ExpectedState::Line(state)))
                } else {
                    return Some(format!("aucune ligne « {name} »"));
                }
            }
            LineKind::Family => {
                let members = family(rules, name);
                let clip = format!("ecretement.{name}");
                let own = lines().filter(|line| members.contains(&line.id) || line.id == clip);
                (Some(own.map(|line| &line.points).sum()), None)
            }
            LineKind::Grid => {
                let grid = self.grids.iter().find(|grid| grid.id == name)?;
                (grid.points.clone(), Some(ExpectedState::Grid(grid.state)))
            }
            LineKind::Eligibility => {
                let condition = self.conditions.iter().find(|condition| condition.id == name)?;
                (None, Some(ExpectedState::Truth(condition.truth)))
            }
        };
        let points = points.map(rational);
        let wrong_points = points.is_some() && points != found_points;
        let wrong_state = state.is_some() && state != found_state;
        (wrong_points || wrong_state).then(|| {
            format!(
                "{name} : attendu {points:?} {state:?}, trouvé {found_points:?} {found_state:?}"
            )
        })
    }
}

fn family(rules: &Rules, name: &str) -> Vec<String> {
    let parts = rules.compiled.typed.grids.iter().flat_map(|grid| &grid.parts);
    let families = parts.filter_map(|part| match part {
        tree::Part::Family(family) if family.id == name => Some(family),
        tree::Part::Family(_) | tree::Part::Criterion(_) | tree::Part::Tranche(_) => None,
    });
    families.flat_map(|family| &family.criteria).map(|criterion| criterion.id.clone()).collect()
}

/// Checks the expressions of an example, by the code and by the walk of the tree.
fn check_values(rules: &Rules, example: &Example, code: &ExampleCode, told: &mut Told) {
    let computed = rules.evaluator().values(&code.code, &example.pool);
    let members = applying(example);
    let world = world(rules, example, &members);
    for (expectation, probe) in example.expectations.iter().zip(code.probes()) {
        let (expr, wanted) = match &expectation.kind {
            ExpectationKind::Holds(expr) => (expr, true),
            ExpectationKind::Unknown(expr) => (expr, false),
            _ => continue,
        };
        let slow = world.eval(expr, &Env::default(), expectation.candidate);
        let row = computed.get(expectation.candidate);
        let fast = probe.and_then(|probe| row?.get(probe.slot.0 as usize)).map(value_of);
        let beyond = fast.as_ref().is_some_and(overflowed);
        if !beyond && fast.as_ref() != Some(&slow) {
            told.apart.push(format!("la référence dit {slow:?}, le moteur {fast:?}"));
        }
        let holds = match &slow {
            _ if beyond => !wanted,
            Val::Bool(true) => wanted,
            Val::Unknown(_) | Val::NoValue => !wanted,
            _ => false,
        };
        if !holds {
            let text = rules.recueil.sources.excerpt(expectation.span);
            told.unkept.push(format!("« {} » n'est pas tenu : {slow:?}", text.trim()));
        }
    }
}

/// Brings what the engine computed into the reference's shape.
pub fn value_of(computed: &Computed) -> Val {
    match computed {
        Computed::Known(value) => Val::from(value),
        Computed::NoValue => Val::NoValue,
        Computed::Unknown(reasons) => Val::Unknown(reasons.iter().map(why_of).collect()),
    }
}

fn why_of(reason: &Reason) -> reference::Why {
    match *reason {
        Reason::Missing(fact) => reference::Why::Missing(fact),
        Reason::Withheld(fact) => reference::Why::Withheld(fact),
        Reason::NotShared(fact) => reference::Why::NotShared(fact),
        Reason::Failed { error, .. } => reference::Why::Failed(error),
        Reason::NoValue(_) => reference::Why::NoValue,
        Reason::NotRanked => reference::Why::NotRanked,
    }
}

/// Tells whether a value of the engine says that a number overflowed: the reference never does.
pub fn overflowed(value: &Val) -> bool {
    match value {
        Val::Unknown(whys) => whys.contains(&reference::Why::Failed(EvalError::Overflow)),
        _ => false,
    }
}
