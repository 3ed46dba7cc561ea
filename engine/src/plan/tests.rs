//! The plan beside the walk of the program, on drawn code: whatever the plan says of a slot is what
//! the walk computes.

use super::lower::{Wanted, lower};
use super::{Plan, Planner, said};
use crate::evaluate::first_stage;
use crate::scalar::{Run, Scalar};
use crate::testing::{CaseOf, Facts, NUMBER, Ops, WHOLE, day, item, text};
use crate::{
    Arithmetic, Bound, Calendar, Case, Cell, CellRange, Comparison, Date, EntityId, Exact, FieldId,
    Fold, NoScripts, NumberForm, Op, Period, Program, Rounding, Row, RowResult, Slot, Table,
    TableId, Type, Unit, Value,
};
use proptest::prelude::*;
use source::Span;
use std::cell::Cell as Count;
use std::sync::Arc;

const PERCENT: Type = Type::Number(Unit::NONE, NumberForm::Percent);

/// Numbers drawn in turn.
pub(crate) struct Draw<'d> {
    pub(crate) numbers: std::slice::Iter<'d, u16>,
}

impl Draw<'_> {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.numbers.next().map_or(0, |number| usize::from(*number) % bound.max(1))
    }

    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        of.get(self.below(of.len())).copied()
    }

    fn number(&mut self) -> Exact {
        let texts = [
            "0",
            "1",
            "2",
            "3",
            "7",
            "30",
            "100",
            "0,26",
            "0,33",
            "0,05",
            "12,5",
            "-4",
            "0,333",
            "1600,5",
            "9000000000000000000",
        ];
        let decimal = Exact::parse_decimal(self.pick(&texts).unwrap()).unwrap();
        match self.below(9) {
            0 => decimal.divide(Exact::whole(3)).unwrap(),
            1 => decimal.divide(Exact::whole(12)).unwrap(),
            _ => decimal,
        }
    }

    fn date(&mut self) -> Date {
        day(self
            .pick(&[
                "1990-02-28",
                "2000-02-29",
                "2019-01-31",
                "2019-10-15",
                "2019-10-16",
                "2021-12-01",
            ])
            .unwrap())
    }

    fn text(&mut self) -> Value {
        text(
            self.pick(&["69", "69001", "69386", "38", "2A004", "7", "70", "71", "72", ""]).unwrap(),
        )
    }

    fn value(&mut self, ty: Type) -> Value {
        match ty {
            Type::Bool => Value::Bool(self.below(2) == 1),
            Type::Number(_, NumberForm::Whole) => {
                Value::Number(Exact::from(i64::try_from(self.below(40)).unwrap() - 3))
            }
            Type::Number(..) => Value::Number(self.number()),
            Type::Date => Value::Date(self.date()),
            Type::Enum(_) => Value::Enum(u32::try_from(self.below(3)).unwrap()),
            Type::Text | Type::Code | Type::Item(_) => self.text(),
        }
    }
}

/// Facts of every type, one more than once, and a list.
pub(crate) struct Vocabulary {
    pub(crate) program: Program,
    pub(crate) facts: Vec<(FieldId, Type)>,
    list: EntityId,
    own: [(FieldId, Type); 2],
}

pub(crate) fn vocabulary() -> Vocabulary {
    let mut facts = Facts::new();
    let of = facts.enumeration(&["a", "b", "c"]);
    let types = [
        Type::Bool,
        NUMBER,
        NUMBER,
        WHOLE,
        PERCENT,
        Type::Date,
        Type::Date,
        of,
        Type::Code,
        Type::Code,
    ];
    let fields: Vec<_> = types
        .iter()
        .enumerate()
        .map(|(at, ty)| (facts.fact(&format!("f{at}"), *ty), *ty))
        .collect();
    let list = facts.list("personnes");
    let own = [
        (facts.item_fact(list, "âge", WHOLE), WHOLE),
        (facts.item_fact(list, "né", Type::Date), Type::Date),
    ];
    Vocabulary { program: facts.program(), facts: fields, list, own }
}

fn same(a: Type, b: Type) -> bool {
    match (a, b) {
        (Type::Number(..), Type::Number(..)) => true,
        _ => a == b,
    }
}

/// Code under construction, with the type of each slot.
pub(crate) struct Drawn {
    pub(crate) vocabulary: Vocabulary,
    pub(crate) ops: Ops,
    pub(crate) slots: Vec<(Slot, Type)>,
}

impl Drawn {
    /// Draws code until no number is left.
    pub(crate) fn new(d: &mut Draw<'_>) -> Self {
        let mut drawn = Self { vocabulary: vocabulary(), ops: Ops::new(), slots: Vec::new() };
        for (field, ty) in drawn.vocabulary.facts.clone() {
            drawn.push(Op::Fact(field), ty);
        }
        while d.numbers.len() > 0 {
            let _ = drawn.add(d);
        }
        drawn
    }

    pub(crate) fn some(&self, d: &mut Draw<'_>, ty: Type) -> Option<Slot> {
        let of: Vec<Slot> =
            self.slots.iter().filter(|(_, own)| same(*own, ty)).map(|(slot, _)| *slot).collect();
        d.pick(&of)
    }

    pub(crate) fn push(&mut self, op: Op, ty: Type) -> Slot {
        let slot = self.ops.op(op);
        self.slots.push((slot, ty));
        slot
    }

    fn add(&mut self, d: &mut Draw<'_>) -> Option<()> {
        let (op, ty) = match d.below(13) {
            0 => {
                let (field, ty) = d.pick(&self.vocabulary.facts)?;
                (Op::Fact(field), ty)
            }
            1 => {
                let (_, ty) = d.pick(&self.vocabulary.facts)?;
                (Op::Constant(d.value(ty)), ty)
            }
            2 | 3 => {
                let operators = [
                    Arithmetic::Add,
                    Arithmetic::Subtract,
                    Arithmetic::Multiply,
                    Arithmetic::Divide,
                    Arithmetic::Minimum,
                    Arithmetic::Maximum,
                ];
                let (a, b) = (self.some(d, NUMBER)?, self.some(d, NUMBER)?);
                (Op::Arithmetic(d.pick(&operators)?, a, b), NUMBER)
            }
            4 => {
                let modes = [Rounding::Down, Rounding::Up, Rounding::HalfAway, Rounding::HalfEven];
                let step = Value::Number(d.number());
                let step = self.push(Op::Constant(step), NUMBER);
                (Op::Round(d.pick(&modes)?, self.some(d, NUMBER)?, step), NUMBER)
            }
            5 => {
                let (a, b) = (self.some(d, Type::Date)?, self.some(d, Type::Date)?);
                let operators =
                    [Calendar::CompletedMonths, Calendar::CompletedYears, Calendar::DaysBetween];
                (Op::Calendar(d.pick(&operators)?, a, b), NUMBER)
            }
            6 => {
                let operators = [
                    Calendar::AddMonths,
                    Calendar::SubtractMonths,
                    Calendar::AddDays,
                    Calendar::SubtractDays,
                ];
                let (a, b) = (self.some(d, Type::Date)?, self.some(d, NUMBER)?);
                (Op::Calendar(d.pick(&operators)?, a, b), Type::Date)
            }
            7 | 8 => {
                let comparisons = [
                    Comparison::Equal,
                    Comparison::NotEqual,
                    Comparison::Less,
                    Comparison::LessOrEqual,
                    Comparison::Greater,
                    Comparison::GreaterOrEqual,
                ];
                let (_, ty) = d.pick(&self.slots)?;
                let (a, b) = (self.some(d, ty)?, self.some(d, ty)?);
                (Op::Compare(d.pick(&comparisons)?, a, b), Type::Bool)
            }
            9 => {
                let (a, b) = (self.some(d, Type::Bool)?, self.some(d, Type::Bool)?);
                let op = [Op::And(a, b), Op::Or(a, b), Op::Not(a), Op::IsKnown(b)];
                (op.get(d.below(4))?.clone(), Type::Bool)
            }
            10 => {
                let (_, ty) = d.pick(&self.slots)?;
                let (a, b) = (self.some(d, ty)?, self.some(d, ty)?);
                (Op::Select(self.some(d, Type::Bool)?, a, b), ty)
            }
            11 => self.table(d)?,
            _ => return self.special(d),
        };
        self.push(op, ty);
        Some(())
    }

    fn special(&mut self, d: &mut Draw<'_>) -> Option<()> {
        match d.below(4) {
            0 => drop(self.push(Op::NoValue, NUMBER)),
            1 => drop(self.push(Op::EvaluationDate, Type::Date)),
            _ => self.fold(d),
        }
        Some(())
    }

    fn fold(&mut self, d: &mut Draw<'_>) {
        let (own, list) = (self.vocabulary.own, self.vocabulary.list);
        let limit = self.some(d, NUMBER);
        let kinds = [Fold::Count, Fold::Exists, Fold::All, Fold::Sum, Fold::Minimum, Fold::Maximum];
        let kind = d.pick(&kinds).unwrap_or(Fold::Count);
        let filtered = d.below(2) == 1;
        let slot = self.ops.fold(kind, list, |ops| {
            let age = ops.op(Op::ItemFact { field: own[0].0, depth: 0 });
            let born = ops.op(Op::ItemFact { field: own[1].0, depth: 0 });
            let today = ops.op(Op::EvaluationDate);
            let months = ops.calendar(Calendar::CompletedMonths, born, today);
            let sum = ops.arithmetic(Arithmetic::Add, age, months);
            let filter =
                limit.map(|limit| ops.compare(Comparison::Less, sum, limit)).filter(|_| filtered);
            (filter, Some(sum))
        });
        let truth = matches!(kind, Fold::Exists | Fold::All);
        self.slots.push((slot, if truth { Type::Bool } else { NUMBER }));
    }

    /// A table of one or two inputs, its cells drawn, maybe with gaps and rows that overlap.
    fn table(&mut self, d: &mut Draw<'_>) -> Option<(Op, Type)> {
        let count = 1 + d.below(2);
        let mut inputs = Vec::new();
        for _ in 0..count {
            let (slot, ty) = d.pick(&self.slots)?;
            inputs.push((slot, ty));
        }
        let mut rows = Vec::new();
        for _ in 0..d.below(5) + 1 {
            let cells = inputs.iter().map(|(_, ty)| cell(d, *ty)).collect();
            let period = match d.below(5) {
                0 => Period { from: None, to: Some(day("2019-10-14")) },
                _ => Period::default(),
            };
            rows.push(Row { period, cells, result: result(d, &inputs), span: Span::default() });
        }
        let types = inputs.iter().map(|(_, ty)| *ty).collect();
        let id = TableId(u32::try_from(self.vocabulary.program.tables.len()).ok()?);
        let table = Table { name: "t".to_owned(), inputs: types, ty: NUMBER, rows };
        self.vocabulary.program.tables.push(table);
        Some((Op::Table(id, inputs.iter().map(|(slot, _)| *slot).collect()), NUMBER))
    }
}

fn cell(d: &mut Draw<'_>, ty: Type) -> Cell {
    if d.below(4) == 0 {
        return Cell::Any;
    }
    let range = |d: &mut Draw<'_>| {
        let bound = |d: &mut Draw<'_>| match d.below(4) {
            0 => None,
            included => Some(Bound { value: d.value(ty), included: included > 1 }),
        };
        CellRange { low: bound(d), high: bound(d) }
    };
    Cell::OneOf((0..=d.below(2)).map(|_| range(d)).collect())
}

fn result(d: &mut Draw<'_>, inputs: &[(Slot, Type)]) -> RowResult {
    let numeric = inputs.iter().position(|(_, ty)| same(*ty, NUMBER));
    match (d.below(5), numeric) {
        (0, _) => RowResult::NoValue,
        (1 | 2, Some(input)) => RowResult::Linear {
            input: u32::try_from(input).unwrap(),
            across: (d.number(), d.number()),
            between: (d.number(), d.number()),
        },
        (_, _) => RowResult::Value(Value::Number(d.number())),
    }
}

pub(crate) fn case(d: &mut Draw<'_>, vocabulary: &Vocabulary) -> Case {
    let mut case = CaseOf::new();
    for (field, ty) in &vocabulary.facts {
        case = match d.below(60) {
            0 => case,
            1 => case.withheld(*field),
            _ => case.with(*field, d.value(*ty)),
        };
    }
    let [(age, whole), (born, date)] = vocabulary.own;
    let count = d.below(4);
    let items = (0..count).map(|_| item(&[(age, d.value(whole)), (born, d.value(date))])).collect();
    case.items(vocabulary.list, items).0
}

/// What the plan says of a slot, when it says something.
fn planned(run: &mut Run<'_>, drawn: &Drawn, slot: Slot, case: &Case) -> Option<Scalar> {
    let program = &drawn.vocabulary.program;
    let wanted = Wanted { before_gate: Vec::new(), gate: None, after: vec![slot] };
    let code = lower(program, &drawn.ops.0, run.date, &wanted)?;
    let plan = Arc::new(Plan::new(program, run.date));
    let mut planner = Planner { plan, registers: Vec::new(), items: super::Items::default() };
    planner.walk(&code, (case, &[]), run.date).ok()?;
    let (_, export) = code.exports.first()?;
    said(run, export, case, &planner.registers)
}

#[test]
fn what_a_plan_says_is_what_the_walk_computes() {
    let (all, told) = (Count::new(0_usize), Count::new(0_usize));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(1_500));
    let strategy = (
        proptest::collection::vec(any::<u16>(), 10..160),
        proptest::collection::vec(proptest::collection::vec(any::<u16>(), 80), 3),
    );
    let checked = runner.run(&strategy, |(choices, cases)| {
        let drawn = Drawn::new(&mut Draw { numbers: choices.iter() });
        for choices in &cases {
            let case = case(&mut Draw { numbers: choices.iter() }, &drawn.vocabulary);
            let mut run = Run::new(&drawn.vocabulary.program, &NoScripts, day("2019-10-15"));
            let mut cells = Vec::new();
            first_stage(&mut run, &drawn.ops.0, &case, &[], &mut cells);
            for (slot, ty) in &drawn.slots {
                all.set(all.get() + 1);
                if let Some(scalar) = planned(&mut run, &drawn, *slot, &case) {
                    told.set(told.get() + 1);
                    let cell = cells[slot.0 as usize];
                    prop_assert_eq!(
                        scalar,
                        cell,
                        "slot {:?} of {:?} in {:#?}",
                        slot,
                        ty,
                        drawn.ops.0.ops
                    );
                }
            }
        }
        Ok(())
    });
    if let Err(failure) = checked {
        panic!("{failure}");
    }
    assert!(told.get() * 2 > all.get(), "plans say {} of {}", told.get(), all.get());
}
