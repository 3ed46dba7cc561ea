//! What is free in a formula: facts, and what the operations that are not translated give.

use super::{Copy, Encoding, Files, Given, Leaf, Origin};
use crate::solver::smt::{self, Term, all, apply, compared};
use crate::solver::values::Sort;
use engine::{
    Calendar, Comparison, Exact, FieldId, Fold, Interval, NumberForm, Op, Reach, Slot, Type,
};
use std::fmt::Write as _;

impl Encoding<'_> {
    /// A fact of a file.
    pub(super) fn fact(&mut self, field: FieldId, copy: Copy) -> Given {
        let ty = self.asked.program.schema.field(field).map(|def| def.ty);
        let Some((ty, sort)) = ty.and_then(|ty| Some((ty, Sort::of(ty)?))) else {
            return Given::unknown();
        };
        let own = self.moved.fields.contains(&field).then_some(copy);
        let leaf = self.leaf(Origin::Fact(field), sort, own, is_whole(ty));
        let value = leaf.value.clone();
        let count = match ty {
            Type::Enum(id) => self.asked.program.schema.enumeration(id).map(|def| def.values.len()),
            _ => None,
        };
        let allowed = match (sort, count) {
            (Sort::Number, _) if ty.counts_from_zero() => {
                compared(Comparison::GreaterOrEqual, &value, &smt::number(Exact::ZERO))
            }
            (Sort::Choice, Some(count)) => between(&value, i128::try_from(count).unwrap_or(0) - 1),
            (Sort::Word, _) => between(&value, self.words.last()),
            (Sort::Number | Sort::Truth | Sort::Day | Sort::Choice, _) => smt::truth(true),
        };
        self.assert(&allowed);
        if self.asked.files == Files::Complete {
            self.assert(&leaf.known);
        }
        free(sort, &leaf, smt::truth(false))
    }

    /// What an operation gives, of which only its reach is said.
    pub(super) fn untranslated(&mut self, slot: Slot, op: &Op, copy: Copy) -> Given {
        let reach = self.reach.get(slot.0 as usize).copied();
        let Some(sort) = self.sort(op) else { return Given::unknown() };
        let texts = "une comparaison de deux textes";
        self.untold.insert(name(op).unwrap_or(texts));
        let own = self.is_touched(slot).then_some(copy);
        let interval = reach.and_then(Reach::numbers);
        let leaf = self.leaf(
            Origin::Operation(self.first_equal(slot)),
            sort,
            own,
            interval.is_some_and(|interval| interval.whole),
        );
        if let Some(interval) = interval {
            self.assert(&inside(interval, &leaf.value));
        }
        if let Op::Calendar(Calendar::CompletedYears, ..) = op {
            let years = apply("/", &[&leaf.value, "12.0"]);
            self.assert(&apply("is_int", &[&years]));
        }
        if sort == Sort::Word {
            self.assert(&between(&leaf.value, self.words.last()));
        }
        if reach.is_some_and(|reach| !reach.can_be_unknown()) {
            self.assert(&leaf.known);
        }
        if self.asked.files == Files::Complete && is_known_of_complete_files(op) {
            let operands = self.operands_known(op, copy);
            self.assert(&apply("=>", &[&operands, &leaf.known]));
        }
        free(sort, &leaf, smt::truth(false))
    }

    /// The first operation that computes the same.
    fn first_equal(&self, slot: Slot) -> Slot {
        let number = self.equal.get(slot.0 as usize);
        let mut slots = (0..).map(Slot).zip(&self.equal);
        slots.find(|(_, own)| Some(*own) == number).map_or(slot, |(first, _)| first)
    }

    /// That all that an operation reads is known.
    fn operands_known(&self, op: &Op, copy: Copy) -> Term {
        let mut known = Vec::new();
        op.each_operand(&mut |slot| known.push(self.get(slot, copy).known));
        all(known)
    }

    /// Finds or declares a free value, and whether it is known.
    fn leaf(&mut self, origin: Origin, sort: Sort, copy: Option<Copy>, whole: bool) -> Leaf {
        let same = |leaf: &&Leaf| leaf.origin == origin && leaf.copy == copy;
        if let Some(leaf) = self.leaves.iter().find(same) {
            return leaf.clone();
        }
        let letter = copy.map_or(String::new(), |copy| copy.letter().to_string());
        let (value, known) = match origin {
            Origin::Fact(field) => {
                (format!("f{}{letter}", field.0), format!("kf{}{letter}", field.0))
            }
            Origin::Operation(slot) => {
                (format!("o{}{letter}", slot.0), format!("ko{}{letter}", slot.0))
            }
        };
        let _ = writeln!(self.text, "(declare-const {known} Bool)");
        let value = if whole && sort == Sort::Number {
            let _ = writeln!(self.text, "(declare-const i{value} Int)");
            let _ = writeln!(self.text, "(define-fun {value} () Real (to_real i{value}))");
            value
        } else {
            let _ = writeln!(self.text, "(declare-const {value} {})", sort.name());
            value
        };
        let spoken = self.is_spoken(origin);
        let leaf = Leaf { origin, sort, copy, spoken, value, known };
        self.leaves.push(leaf.clone());
        leaf
    }

    /// Tells whether a translated operation reads what comes from somewhere.
    fn is_spoken(&self, origin: Origin) -> bool {
        let numbered = (0..).map(Slot).zip(&self.asked.code.ops).zip(&self.spoken);
        let mut spoken = numbered.filter(|(_, spoken)| **spoken).map(|(op, _)| op);
        spoken.any(|(slot, op)| match (origin, op) {
            (Origin::Fact(field), Op::Fact(of) | Op::SharedFact { field: of, .. }) => *of == field,
            (Origin::Fact(_), _) => false,
            (Origin::Operation(of), _) => self.first_equal(slot) == of,
        })
    }

    /// The sort of what an operation that is not translated gives.
    fn sort(&self, op: &Op) -> Option<Sort> {
        let program = self.asked.program;
        match op {
            Op::Calendar(calendar, ..) => Some(match calendar {
                Calendar::AddMonths
                | Calendar::SubtractMonths
                | Calendar::AddDays
                | Calendar::SubtractDays => Sort::Day,
                Calendar::CompletedMonths | Calendar::CompletedYears | Calendar::DaysBetween => {
                    Sort::Number
                }
            }),
            Op::Call(id, _) => {
                program.functions.get(id.0 as usize).and_then(|def| Sort::of(def.ty))
            }
            Op::FoldList { fold, value, .. } | Op::FoldPool { fold, value, .. } => match fold {
                Fold::Exists | Fold::All => Some(Sort::Truth),
                Fold::Count | Fold::Sum => Some(Sort::Number),
                Fold::Minimum | Fold::Maximum => {
                    let reach = self.reach.get(value.as_ref()?.0 as usize)?;
                    Some(if reach.dates().is_some() { Sort::Day } else { Sort::Number })
                }
            },
            Op::Compare(..) => Some(Sort::Truth),
            Op::Rank { .. } | Op::GridTotal(_) => Some(Sort::Number),
            _ => None,
        }
    }
}

/// What is never translated, in French.
pub(super) fn name(op: &Op) -> Option<&'static str> {
    match op {
        Op::Calendar(..) => Some("un calcul de dates"),
        Op::Call(..) => Some("un script"),
        Op::FoldList { .. } => Some("une boucle sur une liste"),
        Op::Rank { .. } | Op::FoldPool { .. } => Some("une comparaison entre candidats"),
        Op::GridTotal(_) => Some("le total d'une grille"),
        _ => None,
    }
}

/// Tells whether an operation is known once its operands are.
fn is_known_of_complete_files(op: &Op) -> bool {
    match op {
        Op::Calendar(calendar, ..) => match calendar {
            Calendar::CompletedMonths | Calendar::CompletedYears | Calendar::DaysBetween => true,
            Calendar::AddMonths
            | Calendar::SubtractMonths
            | Calendar::AddDays
            | Calendar::SubtractDays => false,
        },
        Op::Compare(..) => true,
        _ => false,
    }
}

fn is_whole(ty: Type) -> bool {
    matches!(ty, Type::Number(_, NumberForm::Whole))
}

fn free(sort: Sort, leaf: &Leaf, none: Term) -> Given {
    Given { sort: Some(sort), value: leaf.value.clone(), known: leaf.known.clone(), none }
}

fn between(value: &str, last: i128) -> Term {
    let (zero, last) = (smt::integer(0), smt::integer(last));
    apply("<=", &[&zero, value, &last])
}

fn inside(interval: Interval, value: &str) -> Term {
    let bound = |end: Option<Exact>, excluded: bool, strict, wide| {
        let comparison = if excluded { strict } else { wide };
        end.map(|end| compared(comparison, value, &smt::number(end)))
    };
    let Interval { low, high, excluded, .. } = interval;
    let low = bound(low, excluded.low, Comparison::Greater, Comparison::GreaterOrEqual);
    let high = bound(high, excluded.high, Comparison::Less, Comparison::LessOrEqual);
    all(low.into_iter().chain(high))
}
