//! Guarantees that a solver decides, where our own procedures do not.

use super::monotony::Sources;
use super::pairs::Pair;
use super::{Subject, Verdict};
use crate::solver::{
    self, Asked, Copy, Encoding, Files, Lines, Model, Moved, Said, Solver, SolverFailure, Term,
    all, any, apply, compared, not, number,
};
use crate::totals::Total;
use crate::witness::{self, Aim, BUDGET, Goal, Question};
use dsl::typed::tree::{Expr, GuaranteeKind};
use engine::{
    Case, Code, Comparison, Computed, Direction, Evaluator, Exact, FieldId, Period, Pool, Slot,
    Value,
};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Decides a guarantee by a solver.
///
/// Errors: the solver does not answer.
pub(super) fn decide(subject: &Subject<'_>, by: &dyn Solver) -> Result<Verdict, SolverFailure> {
    match (&subject.guarantee.kind, subject.code.conditions.as_slice()) {
        (GuaranteeKind::Always(promised), [slot]) => {
            let why = "un dossier rend la condition fausse";
            conditions(subject, by, &[(*slot, false)], promised, why)
        }
        (GuaranteeKind::Implies(_, promised), [first, second]) => {
            let why = "un dossier remplit la première condition et pas la seconde";
            conditions(subject, by, &[(*first, true), (*second, false)], promised, why)
        }
        (GuaranteeKind::TotalBetween(low, high), _) => bounds(subject, by, (*low, *high)),
        (GuaranteeKind::Monotone(direction, _), [quantity]) => {
            monotone(subject, by, *direction, *quantity)
        }
        (GuaranteeKind::Independent(field), _) => independent(subject, by, *field),
        (
            GuaranteeKind::Always(_) | GuaranteeKind::Implies(..) | GuaranteeKind::Monotone(..),
            _,
        ) => Ok(Verdict::Undecided("elle n'a pas ses conditions".to_owned())),
    }
}

/// Conditions that no file makes what they should not be.
fn conditions(
    subject: &Subject<'_>,
    by: &dyn Solver,
    wanted: &[(Slot, bool)],
    promised: &Expr,
    why: &str,
) -> Result<Verdict, SolverFailure> {
    let (program, code) = (&subject.compiled.lowered.program, &subject.code.code);
    let asked = Asked { program, code, period: subject.period(), files: Files::Any };
    let slots: Vec<Slot> = wanted.iter().map(|(slot, _)| *slot).collect();
    let encoding = Encoding::new(asked, &slots, &Moved::default(), &[]);
    let terms = wanted.iter().map(|(slot, truth)| encoding.get(*slot, Copy::First).is(*truth));
    let formula = all(terms);
    let goals: Vec<Goal> =
        wanted.iter().map(|(slot, truth)| Goal::new(*slot, Aim::Truth(*truth))).collect();
    verdict(by, &encoding, &formula, &mut |model| {
        let place = Place { subject, code, goals: &goals };
        let pool = place.file(model, Copy::First, &Case::default(), &mut |_| true)?;
        let expected = super::conditions::condition_text(subject.sources, promised);
        let label = &subject.guarantee.label;
        let example = witness::example(&program.schema, label, &pool, &[expected])?;
        Some((why.to_owned(), example))
    })
}

/// A total that stays between two bounds.
fn bounds(
    subject: &Subject<'_>,
    by: &dyn Solver,
    (low, high): (Exact, Exact),
) -> Result<Verdict, SolverFailure> {
    let Some(total) = subject.total() else { return Ok(other_target()) };
    let version = total.version;
    let asked = asked(&total, &version.code, Files::Any);
    let mut encoding =
        Encoding::new(asked, &total.reads(), &Moved::default(), &solver::texts(version));
    let found = Lines::new(&mut encoding).total(version, Copy::First);
    let outside = any([
        compared(Comparison::Less, &found.points, &number(low)),
        compared(Comparison::Greater, &found.points, &number(high)),
    ]);
    let formula = all([found.established, outside]);
    let goals = total.gates();
    verdict(by, &encoding, &formula, &mut |model| {
        let place = Place { subject, code: &version.code, goals: &goals };
        let beyond = |points: Exact| points < low || points > high;
        let mut outside = |pool: &Pool| total.of(pool).is_some_and(beyond);
        let pool = place.file(model, Copy::First, &Case::default(), &mut outside)?;
        let points = total.of(&pool)?;
        let bound = if points < low { low } else { high };
        let expected = format!("total = {}", witness::spell_points(bound)?);
        let label = &subject.guarantee.label;
        let example = witness::example(&total.program.schema, label, &pool, &[expected])?;
        Some((format!("un dossier a {points} points"), example))
    })
}

/// A total that never goes the other way when a quantity grows.
fn monotone(
    subject: &Subject<'_>,
    by: &dyn Solver,
    direction: Direction,
    quantity: Slot,
) -> Result<Verdict, SolverFailure> {
    let Some(total) = subject.total() else { return Ok(other_target()) };
    let own = &subject.code.code;
    if own.reads_pool() {
        return Ok(Verdict::Undecided("la grandeur compare des candidats".to_owned()));
    }
    let read = Sources::of(own, quantity);
    let moved = Moved { fields: read.fields, lists: read.lists };
    let (code, quantity) = joined(&total.version.code, own, quantity);
    let asked = asked(&total, &code, Files::Complete);
    let targets: Vec<Slot> = total.reads().into_iter().chain([quantity]).collect();
    let named = solver::texts(total.version);
    let mut encoding = Encoding::new(asked, &targets, &moved, &named);
    let (first, second) = two(&mut encoding, &total);
    let (less, more) = (encoding.get(quantity, Copy::First), encoding.get(quantity, Copy::Second));
    let (wrong, word) = match direction {
        Direction::Ascending => (Comparison::Greater, "fait perdre"),
        Direction::Descending => (Comparison::Less, "fait gagner"),
    };
    let formula = all([
        less.known,
        more.known,
        compared(Comparison::Less, &less.value, &more.value),
        compared(wrong, &first.points, &second.points),
        first.established,
        second.established,
    ]);
    let order = match direction {
        Direction::Ascending => Ordering::Greater,
        Direction::Descending => Ordering::Less,
    };
    verdict(by, &encoding, &formula, &mut |model| {
        let pair = pair(subject, &total, &code, model, &moved)?;
        let measured = |pool: &Pool| value(&total, &code, quantity, pool);
        let (less, more) = (measured(&pair.0)?, measured(&pair.1)?);
        let (before, after) = (total.of(&pair.0)?, total.of(&pair.1)?);
        let grows = crate::rows::compare(&less, &more) == Some(Ordering::Less);
        if !grows || before.cmp(&after) != order {
            return None;
        }
        let why = format!("augmenter la grandeur {word} des points : {before} puis {after}");
        let pair = Pair { first: pair.0, second: pair.1, expected: before };
        Some((why, pair.examples(subject, "le même, avec une grandeur plus grande")?))
    })
}

/// A total that does not depend on a fact.
fn independent(
    subject: &Subject<'_>,
    by: &dyn Solver,
    field: FieldId,
) -> Result<Verdict, SolverFailure> {
    let Some(total) = subject.total() else { return Ok(other_target()) };
    let moved = Moved { fields: BTreeSet::from([field]), ..Moved::default() };
    let code = &total.version.code;
    let asked = asked(&total, code, Files::Any);
    let named = solver::texts(total.version);
    let mut encoding = Encoding::new(asked, &total.reads(), &moved, &named);
    let (first, second) = two(&mut encoding, &total);
    let differ = not(&apply("=", &[&first.points, &second.points]));
    let apart = not(&apply("=", &[&first.established, &second.established]));
    let formula = any([apart, all([first.established, second.established, differ])]);
    let path = subject.compiled.typed.schema.path(field);
    verdict(by, &encoding, &formula, &mut |model| {
        let (first, second) = pair(subject, &total, code, model, &moved)?;
        let (before, after) = (total.of(&first)?, total.of(&second)?);
        if before == after {
            return None;
        }
        let why = format!("« {path} » change le total : {before} puis {after}");
        let pair = Pair { first, second, expected: before };
        Some((why, pair.examples(subject, &format!("le même, sauf {path}"))?))
    })
}

fn other_target() -> Verdict {
    Verdict::Undecided("elle ne porte pas sur une seule grille".to_owned())
}

fn asked<'a>(total: &Total<'a>, code: &'a Code, files: Files) -> Asked<'a> {
    Asked { program: total.program, code, period: total.version.period, files }
}

fn two(encoding: &mut Encoding<'_>, total: &Total<'_>) -> (solver::Total, solver::Total) {
    let mut lines = Lines::new(encoding);
    let first = lines.total(total.version, Copy::First);
    (first, lines.total(total.version, Copy::Second))
}

/// Puts a formula to the solver, and what it finds to the engine.
fn verdict(
    by: &dyn Solver,
    encoding: &Encoding<'_>,
    formula: &Term,
    confirmed: &mut dyn FnMut(&Model<'_>) -> Option<(String, String)>,
) -> Result<Verdict, SolverFailure> {
    let found = match solver::ask(by, encoding, formula)? {
        Said::Impossible => return Ok(Verdict::Proved),
        Said::Unknown => {
            return Ok(Verdict::Undecided("il s'arrête avant d'avoir conclu".to_owned()));
        }
        Said::Possible(found) => found,
    };
    for values in &found {
        let model = Model { values, leaves: &encoding.leaves, words: &encoding.words };
        if let Some((why, example)) = confirmed(&model) {
            return Ok(Verdict::Refuted(why, Some(example)));
        }
    }
    let untold: Vec<&str> = encoding.untold.iter().copied().collect();
    let why = match untold.as_slice() {
        [] => String::new(),
        untold => format!(", faute de calculer {}", untold.join(", ")),
    };
    Ok(Verdict::Undecided(format!("il propose un cas que le moteur ne confirme pas{why}")))
}

/// Where a model becomes a file.
struct Place<'p> {
    subject: &'p Subject<'p>,
    code: &'p Code,
    goals: &'p [Goal],
}

impl Place<'_> {
    /// Makes a file of a model, on facts that it keeps; the engine looks at it last.
    fn file(
        &self,
        model: &Model<'_>,
        copy: Copy,
        kept: &Case,
        accept: &mut dyn FnMut(&Pool) -> bool,
    ) -> Option<Pool> {
        let day = model.day()?;
        let mut fixed = kept.clone();
        for (field, fact) in model.facts(copy) {
            fixed.facts.entry(field).or_insert(fact);
        }
        let mut goals = model.goals(copy);
        goals.extend_from_slice(self.goals);
        let total = self.subject.total();
        let reads = total.as_ref().map(Total::reads).unwrap_or_default();
        let proofs: Vec<_> = total
            .iter()
            .flat_map(Total::criteria)
            .flat_map(|criterion| criterion.proofs.clone())
            .collect();
        let question = Question {
            program: &self.subject.compiled.lowered.program,
            scripts: self.subject.scripts,
            code: self.code,
            days: Period { from: Some(day), to: Some(day) },
            goals: &goals,
            reads: &reads,
            fixed: &fixed,
            proofs: &proofs,
            budget: BUDGET,
        };
        witness::find(question, accept)
    }
}

/// Makes two files of a model that differ only by the facts that move.
fn pair(
    subject: &Subject<'_>,
    total: &Total<'_>,
    code: &Code,
    model: &Model<'_>,
    moved: &Moved,
) -> Option<(Pool, Pool)> {
    let gates = total.gates();
    let place = Place { subject, code, goals: &gates };
    let first = place.file(model, Copy::First, &Case::default(), &mut |_| true)?;
    let mut kept = first.candidates.first()?.case.clone();
    kept.facts.retain(|field, _| !moved.fields.contains(field));
    kept.lists.retain(|list, _| !moved.lists.contains(list));
    let second = place.file(model, Copy::Second, &kept, &mut |_| true)?;
    Some((first, second))
}

fn value(total: &Total<'_>, code: &Code, slot: Slot, pool: &Pool) -> Option<Value> {
    let evaluator = Evaluator::new(total.program, total.scripts);
    let values = evaluator.values(code, pool);
    match values.first()?.get(slot.0 as usize)? {
        Computed::Known(value) => Some(value.clone()),
        Computed::NoValue | Computed::Unknown(_) => None,
    }
}

/// The code of a grid followed by that of a quantity, and where this one is in it.
fn joined(first: &Code, second: &Code, quantity: Slot) -> (Code, Slot) {
    let mut code = first.clone();
    let offset = u32::try_from(first.ops.len()).unwrap_or(u32::MAX);
    for op in &second.ops {
        let mut op = op.clone();
        op.each_operand_mut(&mut |slot| slot.0 = slot.0.saturating_add(offset));
        code.ops.push(op);
    }
    code.spans.extend(&second.spans);
    (code, Slot(quantity.0.saturating_add(offset)))
}
