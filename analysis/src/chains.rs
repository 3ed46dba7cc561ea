//! Chains of « et » and « ou »: a condition that another one says already, or contradicts.

use crate::cells::{Facts, Space, cone, share_a_source};
use crate::criteria::{Findings, Place};
use crate::points::truths;
use dsl::typed::tree::{Criterion as Written, Expr, ExprKind};
use engine::{Criterion, Explored, Op, Slot};
use source::{Diagnostic, Span, code};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Longer chains are not compared pair by pair.
const MAX_CHAIN: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    And,
    Or,
}

/// Looks at every chain of a criterion's conditions; a criterion of which all is said already
/// (`settled`) is passed over.
pub(crate) fn check(
    place: Place<'_>,
    criterion: &Criterion,
    written: &Written,
    settled: bool,
    findings: &mut Findings,
) {
    if settled && criterion.condition.is_none() {
        return;
    }
    let mut walk = Walk { place, criterion: criterion.span, seen: BTreeSet::new(), findings };
    let conditions =
        [(&written.condition, criterion.condition), (&written.exception, criterion.exception)];
    for (expr, slot) in conditions {
        if let (Some(expr), Some(slot)) = (expr, slot) {
            walk.expr(expr, slot);
        }
    }
    for (given, compiled) in written.contributions.iter().zip(&criterion.contributions) {
        if let (Some(expr), Some(slot)) = (&given.condition, compiled.condition) {
            walk.expr(expr, slot);
        }
    }
}

struct Walk<'c, 'f> {
    place: Place<'c>,
    criterion: Span,
    seen: BTreeSet<Slot>,
    findings: &'f mut Findings,
}

/// A condition of a chain.
#[derive(Clone, Copy)]
struct Member {
    slot: Slot,
    span: Span,
}

impl Walk<'_, '_> {
    fn expr(&mut self, expr: &Expr, slot: Slot) {
        match expr.kind.as_ref() {
            ExprKind::And(items) => self.chain(items, slot, Join::And),
            ExprKind::Or(items) => self.chain(items, slot, Join::Or),
            ExprKind::Not(inner) => {
                if let Some(Op::Not(of)) = self.place.code.ops.get(slot.0 as usize) {
                    self.expr(inner, *of);
                }
            }
            // A definition's own chains are its vocabulary's affair; other kinds hold none.
            _ => {}
        }
    }

    fn chain(&mut self, items: &[Expr], slot: Slot, join: Join) {
        if !self.seen.insert(slot) {
            return;
        }
        let Some(slots) = self.operands(slot, items.len(), join) else { return };
        let members: Vec<Member> =
            items.iter().zip(slots).map(|(item, slot)| Member { slot, span: item.span }).collect();
        let comparable: Vec<Member> =
            members.iter().copied().filter(|member| !self.asks_presence(*member)).collect();
        self.compare(&comparable, join);
        for (item, member) in items.iter().zip(&members) {
            self.expr(item, member.slot);
        }
    }

    /// Tells whether a condition asks « renseigné »: it then turns what is unknown into a « non »,
    /// which a comparison of truths over known facts does not see.
    fn asks_presence(&self, member: Member) -> bool {
        let cone = cone(self.place.code, &[member.slot]);
        self.place
            .code
            .ops
            .iter()
            .zip(cone)
            .any(|(op, in_cone)| in_cone && matches!(op, Op::IsKnown(_)))
    }

    /// Undoes the nesting of a chain: its operands in the order of the text.
    fn operands(&self, slot: Slot, count: usize, join: Join) -> Option<Vec<Slot>> {
        let mut slots = Vec::with_capacity(count);
        let mut at = slot;
        for _ in 1..count {
            let (left, right) = match (self.place.code.ops.get(at.0 as usize)?, join) {
                (Op::And(left, right), Join::And) | (Op::Or(left, right), Join::Or) => {
                    (*left, *right)
                }
                _ => return None,
            };
            slots.push(right);
            at = left;
        }
        slots.push(at);
        slots.reverse();
        Some(slots)
    }

    fn compare(&mut self, members: &[Member], join: Join) {
        if members.len() > MAX_CHAIN {
            return;
        }
        let mut open = Vec::new();
        for member in members {
            match self.alone(*member, join) {
                Some(diagnostic) => self.findings.add(self.criterion, diagnostic),
                None => open.push(*member),
            }
        }
        for (at, second) in open.iter().enumerate() {
            let before = open.get(..at).unwrap_or_default();
            let diagnostic = before.iter().find_map(|first| self.pair(*first, *second, join));
            if let Some(diagnostic) = diagnostic {
                self.findings.add(self.criterion, diagnostic);
            }
        }
    }

    /// Looks at a condition that has but one truth.
    fn alone(&self, member: Member, join: Join) -> Option<Diagnostic> {
        let place = self.place;
        let targets = [member.slot];
        let space = Space::new(place.program, place.code, place.days, &targets, Facts::Known);
        let (mut yes, mut no) = (false, false);
        let explored = space.each(&mut |_, reach| {
            let truths = truths(reach, member.slot);
            yes |= truths.0;
            no |= truths.1;
            if yes && no { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if explored != Explored::Wholly {
            return None;
        }
        match (yes, no, join) {
            (true, false, Join::And) => Some(Diagnostic::new(
                code::CONDITION_IMPLIED,
                member.span,
                "cette condition est toujours vraie : elle ne change rien",
            )),
            (true, false, Join::Or) => Some(Diagnostic::new(
                code::CONDITION_IMPLIED,
                member.span,
                "cette condition est toujours vraie : les autres ne changent rien",
            )),
            (false, true, Join::And) => Some(Diagnostic::new(
                code::CONDITION_CONTRADICTED,
                member.span,
                "cette condition n'est jamais vraie",
            )),
            (false, true, Join::Or) => Some(Diagnostic::new(
                code::CONDITION_IMPLIED,
                member.span,
                "cette condition n'est jamais vraie : elle ne change rien",
            )),
            (true, true, _) | (false, false, _) => None,
        }
    }

    fn pair(&self, first: Member, second: Member, join: Join) -> Option<Diagnostic> {
        let (first_only, second_only, both, neither) = self.truths(first, second)?;
        let already = |useless: Member, by: Member, why: &str| {
            Diagnostic::new(code::CONDITION_IMPLIED, useless.span, why)
                .with_label(by.span, "l'autre condition")
                .with_help("retirez la condition inutile, ou corrigez l'une des deux")
        };
        match join {
            Join::And if !both => Some(
                Diagnostic::new(
                    code::CONDITION_CONTRADICTED,
                    second.span,
                    "cette condition n'est jamais vraie en même temps qu'une autre de la suite",
                )
                .with_label(first.span, "l'autre condition")
                .with_help("pour l'une ou l'autre, écrivez « ou »"),
            ),
            Join::And if !first_only => Some(already(
                second,
                first,
                "cette condition est toujours vraie quand une autre de la suite l'est",
            )),
            Join::And if !second_only => Some(already(
                first,
                second,
                "cette condition est toujours vraie quand une autre de la suite l'est",
            )),
            Join::Or if !neither => Some(already(
                second,
                first,
                "cette condition est vraie chaque fois qu'une autre de la suite est fausse : la suite est toujours vraie",
            )),
            Join::Or if !second_only => Some(already(
                second,
                first,
                "chaque fois que cette condition est vraie, une autre de la suite l'est aussi",
            )),
            Join::Or if !first_only => Some(already(
                first,
                second,
                "chaque fois que cette condition est vraie, une autre de la suite l'est aussi",
            )),
            Join::And | Join::Or => None,
        }
    }

    /// Which truths two conditions may have together: the first alone, the second alone, both,
    /// neither; absent when they have nothing in common, or too many cells.
    fn truths(&self, first: Member, second: Member) -> Option<(bool, bool, bool, bool)> {
        let place = self.place;
        let cones = (cone(place.code, &[first.slot]), cone(place.code, &[second.slot]));
        if first.slot != second.slot && !share_a_source(place.code, &cones.0, &cones.1) {
            return None;
        }
        let targets = [first.slot, second.slot];
        let space = Space::new(place.program, place.code, place.days, &targets, Facts::Known);
        let mut seen = (false, false, false, false);
        let explored = space.each(&mut |_, reach| {
            let (a, b) = (truths(reach, first.slot), truths(reach, second.slot));
            if first.slot == second.slot {
                seen.2 |= a.0;
                seen.3 |= a.1;
                return ControlFlow::Continue(());
            }
            seen.0 |= a.0 && b.1;
            seen.1 |= a.1 && b.0;
            seen.2 |= a.0 && b.0;
            seen.3 |= a.1 && b.1;
            if seen == (true, true, true, true) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        (explored == Explored::Wholly).then_some(seen)
    }
}
