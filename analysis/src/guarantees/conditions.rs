//! Conditions that always hold, and implications: over the cells of what they compare.

use super::{Subject, Verdict};
use crate::cells::{Facts, Space};
use crate::points::truths;
use crate::witness::{self, Aim, BUDGET, Goal, Question};
use dsl::typed::tree::Expr;
use engine::{Case, Explored, Reach, Slot};
use source::Sources;
use std::ops::ControlFlow;

/// Decides « toujours vraie ».
pub(super) fn always(subject: &Subject<'_>, promised: &Expr) -> Verdict {
    let [slot] = subject.code.conditions.as_slice() else {
        return Verdict::Undecided("elle n'a pas de condition".to_owned());
    };
    let never_false = |reach: &[Reach]| !can_be_false(reach, *slot);
    if everywhere(subject, &[*slot], &never_false) {
        return Verdict::Proved;
    }
    let never_true = |reach: &[Reach]| !truths(reach, *slot).0;
    let example = counterexample(subject, &[Goal::new(*slot, Aim::Truth(false))], promised);
    if example.is_some() && everywhere(subject, &[*slot], &never_true) {
        return Verdict::Refuted("la condition n'est jamais vraie".to_owned(), example);
    }
    match example {
        Some(example) => {
            Verdict::Refuted("un dossier rend la condition fausse".to_owned(), Some(example))
        }
        None => Verdict::Undecided(
            "prises une à une, les grandeurs comparées n'excluent pas que la condition soit fausse, et aucun dossier qui la rende fausse n'a été trouvé".to_owned(),
        ),
    }
}

/// Decides « si … alors … ».
pub(super) fn implies(subject: &Subject<'_>, promised: &Expr) -> Verdict {
    let [first, second] = subject.code.conditions.as_slice() else {
        return Verdict::Undecided("elle n'a pas deux conditions".to_owned());
    };
    let holds = |reach: &[Reach]| !truths(reach, *first).0 || !can_be_false(reach, *second);
    if everywhere(subject, &[*first, *second], &holds) {
        return Verdict::Proved;
    }
    let goals = [Goal::new(*first, Aim::Truth(true)), Goal::new(*second, Aim::Truth(false))];
    match counterexample(subject, &goals, promised) {
        Some(example) => Verdict::Refuted(
            "un dossier remplit la première condition et pas la seconde".to_owned(),
            Some(example),
        ),
        None => Verdict::Undecided(
            "prises une à une, les grandeurs comparées n'excluent pas la première condition sans la seconde, et aucun dossier qui le montre n'a été trouvé".to_owned(),
        ),
    }
}

/// Tells whether a condition may be false; « pas de valeur » makes comparisons false.
fn can_be_false(reach: &[Reach], slot: Slot) -> bool {
    reach.get(slot.0 as usize).is_none_or(|reach| reach.can_be_false())
}

/// Tells whether something holds in every cell.
fn everywhere(subject: &Subject<'_>, slots: &[Slot], holds: &dyn Fn(&[Reach]) -> bool) -> bool {
    let program = &subject.compiled.lowered.program;
    let space = Space::new(program, &subject.code.code, subject.period(), slots, Facts::Any);
    let explored = space.each(&mut |_, reach| {
        if holds(reach) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    explored == Explored::Wholly
}

/// Looks for facts that make conditions what is wanted, and writes them as an example that expects
/// what was promised.
fn counterexample(subject: &Subject<'_>, goals: &[Goal], promised: &Expr) -> Option<String> {
    let program = &subject.compiled.lowered.program;
    let question = Question {
        program,
        scripts: subject.scripts,
        code: &subject.code.code,
        days: subject.period(),
        goals,
        reads: &[],
        fixed: &Case::default(),
        proofs: &[],
        budget: BUDGET,
    };
    let pool = witness::find(question, &mut |_| true)?;
    let expected = condition_text(subject.sources, promised);
    witness::example(&program.schema, &subject.guarantee.label, &pool, &[expected])
}

/// The author's words for a condition, on one line.
pub(super) fn condition_text(sources: &Sources, condition: &Expr) -> String {
    let lines = sources.excerpt(condition.span).lines();
    let words = lines.map(|line| line.split('#').next().unwrap_or(line));
    words.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}
