//! What a company's criteria can become under the choices that it offers (`W0160`, `W0161`,
//! `W0162`).
//!
//! A choice that shares nothing is left aside: under it, the whole frame is worth nothing anyway.

use super::Subject;
use crate::footprint::{Choice, choices, seen_under};
use crate::obtainable::is_obtainable;
use dsl::resolved::tree::Unit;
use dsl::typed::Read;
use dsl::typed::tree::{Criterion, Part, Recueil, SharingRule};
use engine::Sharing;
use source::{Diagnostic, FileId, code};
use std::collections::BTreeMap;

/// Facts that no offered choice shares.
pub(super) fn never_shared(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    each(subject, &mut |case| {
        for read in case.criterion.footprint.all().filter(|read| !case.is_shared(*read)) {
            let fact = case.tree.read_name(read);
            let message = format!(
                "aucun choix proposé ne partage « {fact} », que lit le critère « {} »",
                case.criterion.id
            );
            let mut found = Diagnostic::new(code::FACT_OF_NO_CHOICE, case.criterion.span, message)
                .with_help(format!("choix proposés : {}", case.offered_numbers()));
            if case.offered.iter().all(|choice| !case.is_obtainable(choice)) {
                found = found.with_help("le critère n'est donc jamais obtenu");
            }
            out.push(found);
        }
    });
}

/// Criteria that cannot be obtained under one of the offered choices.
pub(super) fn never_obtained(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    each(subject, &mut |case| {
        let hopeless = |choice: &&Choice| !case.is_obtainable(choice);
        let under: Vec<&Choice> = case.offered.iter().filter(hopeless).collect();
        if under.len() == case.offered.len() {
            return;
        }
        for choice in under {
            let hidden = case.criterion.footprint.all().find(|read| !case.shows(choice, *read));
            let Some(hidden) = hidden else { continue };
            let message = format!(
                "sous le choix {}, le critère « {} » n'est jamais obtenu : « {} » n'est pas partagé",
                choice.number,
                case.criterion.id,
                case.tree.read_name(hidden)
            );
            out.push(Diagnostic::new(code::NEVER_UNDER_CHOICE, case.criterion.span, message));
        }
    });
}

/// Facts that only one of the choices shares.
pub(super) fn shared_once(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    each(subject, &mut |case| {
        for read in case.criterion.footprint.all() {
            let shares = |choice: &&Choice| case.shows(choice, read);
            let sharing: Vec<&Choice> = case.offered.iter().filter(shares).collect();
            let [only] = sharing.as_slice() else { continue };
            let message = format!(
                "seul le choix {} partage « {} », que lit le critère « {} »",
                only.number,
                case.tree.read_name(read),
                case.criterion.id
            );
            out.push(Diagnostic::new(code::FACT_OF_ONE_CHOICE, case.criterion.span, message));
        }
    });
}

/// A company's criterion under the choices that the company offers.
struct Case<'c> {
    tree: &'c Recueil,
    rule: &'c SharingRule,
    offered: &'c [Choice],
    criterion: &'c Criterion,
}

impl Case<'_> {
    fn shows(&self, choice: &Choice, read: Read) -> bool {
        seen_under(self.tree, self.rule, read).contains(choice)
    }

    fn is_shared(&self, read: Read) -> bool {
        self.offered.iter().any(|choice| self.shows(choice, read))
    }

    fn is_obtainable(&self, choice: &Choice) -> bool {
        is_obtainable(self.tree, self.criterion, &|read| self.shows(choice, read))
    }

    fn offered_numbers(&self) -> String {
        let numbers: Vec<String> = self.offered.iter().map(|it| it.number.to_string()).collect();
        numbers.join(", ")
    }
}

fn each(subject: &Subject<'_>, visit: &mut impl FnMut(&Case<'_>)) {
    let tree = &subject.compiled.typed;
    let offering = subject.units.iter().filter(|unit| !unit.company.choices.is_empty());
    let units: BTreeMap<FileId, &Unit> = offering.map(|unit| (unit.span.file, &**unit)).collect();
    for grid in tree.grids.iter().filter(|grid| grid.filling.is_some()) {
        let (Some(unit), Some(rule)) = (units.get(&grid.span.file), &grid.sharing) else {
            continue;
        };
        let offered = offered(tree, rule, unit);
        let criteria = grid.parts.iter().flat_map(Part::criteria);
        for criterion in criteria.filter(|it| it.span.file == unit.span.file) {
            if !offered.is_empty() {
                visit(&Case { tree, rule, offered: &offered, criterion });
            }
        }
    }
}

/// The choices that a company offers and that share something.
fn offered(tree: &Recueil, rule: &SharingRule, unit: &Unit) -> Vec<Choice> {
    let shares = |choice: &Choice| {
        let level = choice.number.checked_sub(1).and_then(|at| rule.levels.get(&at));
        level.is_some_and(|level| *level > Sharing::Nothing)
    };
    let mut all = choices(tree, rule);
    all.retain(|choice| unit.company.choices.contains(&choice.number) && shares(choice));
    all
}
