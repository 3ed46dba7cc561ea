//! The walk: each operation on known, missing, withheld and valueless operands.

use crate::testing::{CaseOf, Facts, NUMBER, Ops, WHOLE, day, item, n, text, x};
use crate::{
    Arithmetic, Bound, Calendar, Cell, CellRange, Code, Comparison, Computed, EvalError, Evaluator,
    Exact, FactRef, FieldId, Fold, FunctionDef, FunctionId, ListState, NoScripts, Op, Period, Pool,
    Program, Reason, Row, RowResult, Schema, Scripts, Sharing, Slot, Table, TableId, Type, Value,
};
use source::Span;

fn run(program: &Program, ops: &Ops, pool: &Pool) -> Vec<Computed> {
    Evaluator::new(program, &NoScripts).values(&ops.0, pool).remove(0)
}

fn number(value: i64) -> Computed {
    Computed::Known(n(value))
}

fn truth(value: bool) -> Computed {
    Computed::Known(Value::Bool(value))
}

fn missing(field: FieldId) -> Reason {
    Reason::Missing(FactRef::Field(field))
}

fn failed(error: EvalError, slot: Slot) -> Computed {
    let span = Span { start: slot.0, end: slot.0 + 1, ..Span::default() };
    Computed::Unknown(vec![Reason::Failed { error, span }])
}

#[test]
fn the_effort_rate_is_exact() {
    let mut facts = Facts::new();
    let (rent, income) = (facts.fact("loyer", NUMBER), facts.fact("revenus", NUMBER));
    let mut ops = Ops::new();
    let (a, b) = (ops.fact(rent), ops.fact(income));
    let rate = ops.arithmetic(Arithmetic::Divide, a, b);
    let program = facts.program();
    let of = |income_value| {
        let case = CaseOf::new().with(rent, n(500)).with(income, n(income_value));
        run(&program, &ops, &case.alone())[rate.0 as usize].clone()
    };
    assert_eq!(of(1600), Computed::Known(Value::Number(Exact::fraction(3125, 10000).unwrap())));
    assert_eq!(of(0), failed(EvalError::DivisionByZero, rate));
}

#[test]
fn arithmetic_on_an_unknown_keeps_every_reason() {
    let mut facts = Facts::new();
    let (a, b) = (facts.fact("a", NUMBER), facts.fact("b", NUMBER));
    let mut ops = Ops::new();
    let (sa, sb) = (ops.fact(a), ops.fact(b));
    let sum = ops.arithmetic(Arithmetic::Add, sa, sb);
    let values = run(&facts.program(), &ops, &CaseOf::new().withheld(b).alone());
    let both = vec![missing(a), Reason::Withheld(FactRef::Field(b))];
    assert_eq!(values[sum.0 as usize], Computed::Unknown(both));
}

#[test]
fn an_overflow_is_an_unknown_with_its_place_not_a_wrapped_number() {
    let mut ops = Ops::new();
    let huge = ops.op(Op::Constant(Value::Number(Exact::whole(i128::MAX))));
    let sum = ops.arithmetic(Arithmetic::Add, huge, huge);
    let after = ops.number(1);
    let values = run(&Program::default(), &ops, &CaseOf::new().alone());
    assert_eq!(values[sum.0 as usize], failed(EvalError::Overflow, sum));
    assert_eq!(values[after.0 as usize], number(1));
}

#[test]
fn logic_is_kleenes() {
    let mut facts = Facts::new();
    let unknown = facts.fact("u", Type::Bool);
    let program = facts.program();
    let mut ops = Ops::new();
    let (u, yes, no) = (ops.fact(unknown), ops.truth(true), ops.truth(false));
    let table = [
        (ops.op(Op::And(u, no)), truth(false)),
        (ops.op(Op::And(no, u)), truth(false)),
        (ops.op(Op::Or(u, yes)), truth(true)),
        (ops.op(Op::And(u, yes)), Computed::Unknown(vec![missing(unknown)])),
        (ops.op(Op::Or(u, no)), Computed::Unknown(vec![missing(unknown)])),
        (ops.op(Op::Not(u)), Computed::Unknown(vec![missing(unknown)])),
    ];
    let values = run(&program, &ops, &CaseOf::new().alone());
    for (slot, expected) in table {
        assert_eq!(values[slot.0 as usize], expected, "slot {slot:?}");
    }
}

#[test]
fn any_comparison_with_no_value_is_false_and_other_operations_are_unknown() {
    let mut facts = Facts::new();
    let unknown = facts.fact("u", NUMBER);
    let program = facts.program();
    let mut ops = Ops::new();
    let (none, one, u) = (ops.op(Op::NoValue), ops.number(1), ops.fact(unknown));
    let equal = ops.compare(Comparison::Equal, none, one);
    let different = ops.compare(Comparison::NotEqual, none, one);
    let with_unknown = ops.compare(Comparison::Equal, u, none);
    let sum = ops.arithmetic(Arithmetic::Add, none, one);
    let values = run(&program, &ops, &CaseOf::new().alone());
    for slot in [equal, different, with_unknown] {
        assert_eq!(values[slot.0 as usize], truth(false));
    }
    let Computed::Unknown(reasons) = &values[sum.0 as usize] else { panic!("known") };
    assert!(matches!(reasons.as_slice(), [Reason::NoValue(_)]));
}

#[test]
fn renseigné_is_never_unknown() {
    let mut facts = Facts::new();
    let fields = [facts.fact("a", NUMBER), facts.fact("b", NUMBER), facts.fact("c", NUMBER)];
    let mut ops = Ops::new();
    let slots = fields.map(|field| ops.fact(field));
    let known = slots.map(|slot| ops.op(Op::IsKnown(slot)));
    let zero = ops.number(0);
    let error = ops.arithmetic(Arithmetic::Divide, zero, zero);
    let of_error = ops.op(Op::IsKnown(error));
    let case = CaseOf::new().with(fields[0], n(0)).withheld(fields[1]);
    let values = run(&facts.program(), &ops, &case.alone());
    let shown = known.map(|slot| values[slot.0 as usize].clone());
    assert_eq!(shown, [truth(true), truth(false), truth(false)]);
    assert_eq!(values[of_error.0 as usize], truth(true), "an error is no absent fact");
}

#[test]
fn select_takes_one_side_and_is_unknown_without_its_condition() {
    let mut facts = Facts::new();
    let unknown = facts.fact("u", Type::Bool);
    let program = facts.program();
    let mut ops = Ops::new();
    let (u, yes, one, none) =
        (ops.fact(unknown), ops.truth(true), ops.number(1), ops.op(Op::NoValue));
    let chosen = ops.op(Op::Select(yes, one, u));
    let valueless = ops.op(Op::Select(yes, none, one));
    let undecided = ops.op(Op::Select(u, one, one));
    let values = run(&program, &ops, &CaseOf::new().alone());
    assert_eq!(values[chosen.0 as usize], number(1));
    assert_eq!(values[valueless.0 as usize], Computed::NoValue);
    assert_eq!(values[undecided.0 as usize], Computed::Unknown(vec![missing(unknown)]));
}

#[test]
fn ages_are_completed_years_on_the_day() {
    let mut facts = Facts::new();
    let birth = facts.fact("naissance", Type::Date);
    let mut ops = Ops::new();
    let (b, today) = (ops.fact(birth), ops.op(Op::EvaluationDate));
    let age = ops.calendar(Calendar::CompletedYears, b, today);
    let half = ops.op(Op::Constant(Value::Number(Exact::fraction(1, 2).unwrap())));
    let moved = ops.calendar(Calendar::AddMonths, b, half);
    let program = facts.program();
    let of = |birth_day| {
        let case = CaseOf::new().with(birth, Value::Date(day(birth_day)));
        run(&program, &ops, &case.alone())
    };
    assert_eq!(of("1990-03-14")[age.0 as usize], number(29 * 12));
    assert_eq!(of("1989-10-15")[age.0 as usize], number(30 * 12));
    assert_eq!(of("1989-10-16")[age.0 as usize], number(29 * 12), "not on the eve");
    assert_eq!(of("2019-10-16")[age.0 as usize], number(-12), "not born yet");
    assert_eq!(of("1989-10-16")[moved.0 as usize], failed(EvalError::NotWhole, moved));
}

fn children() -> (Program, Ops, FieldId, crate::EntityId, [Slot; 6]) {
    let mut facts = Facts::new();
    let list = facts.list("enfants");
    let age = facts.item_fact(list, "âge", WHOLE);
    let mut ops = Ops::new();
    let six = ops.number(6);
    let small = |ops: &mut Ops| {
        let own = ops.op(Op::ItemFact { field: age, depth: 0 });
        (ops.compare(Comparison::Less, own, six), own)
    };
    let mut fold = |kind, keeps_value: Option<()>| {
        ops.fold(kind, list, |ops| {
            let (filter, value) = small(ops);
            (Some(filter), keeps_value.map(|()| value))
        })
    };
    let slots = [
        fold(Fold::Count, None),
        fold(Fold::Exists, None),
        fold(Fold::All, None),
        fold(Fold::Sum, Some(())),
        fold(Fold::Minimum, Some(())),
        fold(Fold::Maximum, Some(())),
    ];
    (facts.program(), ops, age, list, slots)
}

#[test]
fn lists_fold_their_items() {
    let (program, ops, age, list, slots) = children();
    let of = |ages: &[i64]| {
        let items = ages.iter().map(|one| item(&[(age, n(*one))])).collect();
        let values = run(&program, &ops, &CaseOf::new().items(list, items).alone());
        slots.map(|slot| values[slot.0 as usize].clone())
    };
    let expected = [number(2), truth(true), truth(false), number(7), number(2), number(5)];
    assert_eq!(of(&[2, 5, 9]), expected);
    let [count, exists, all, sum, minimum, maximum] = of(&[]);
    assert_eq!([count, exists, all, sum], [number(0), truth(false), truth(true), number(0)]);
    assert_eq!(minimum, failed(EvalError::EmptyList, slots[4]));
    assert_eq!(maximum, failed(EvalError::EmptyList, slots[5]));
}

#[test]
fn an_unknown_item_makes_counts_unknown_but_not_what_logic_decides() {
    let (program, ops, age, list, slots) = children();
    let case = CaseOf::new().items(list, vec![item(&[(age, n(3))]), item(&[])]);
    let values = run(&program, &ops, &case.alone());
    let unknown = Computed::Unknown(vec![missing(age)]);
    assert_eq!(values[slots[0].0 as usize], unknown, "count");
    assert_eq!(values[slots[1].0 as usize], truth(true), "one small child is enough");
    assert_eq!(values[slots[2].0 as usize], unknown, "all");
    assert_eq!(values[slots[3].0 as usize], unknown, "sum");
}

#[test]
fn an_absent_list_is_unknown_and_an_empty_one_is_not() {
    let (program, ops, _, list, slots) = children();
    let absent = run(&program, &ops, &CaseOf::new().alone());
    let why = Computed::Unknown(vec![Reason::Missing(FactRef::List(list))]);
    assert_eq!(absent[slots[1].0 as usize], why);
    let mut withheld = CaseOf::new();
    withheld.0.lists.insert(list, ListState::Withheld);
    let withheld = run(&program, &ops, &withheld.alone());
    let why = Computed::Unknown(vec![Reason::Withheld(FactRef::List(list))]);
    assert_eq!(withheld[slots[0].0 as usize], why);
}

#[test]
fn nested_folds_see_both_items() {
    let mut facts = Facts::new();
    let (outer, inner) = (facts.list("personnes"), facts.list("revenus"));
    let factor = facts.item_fact(outer, "parts", WHOLE);
    let amount = facts.item_fact(inner, "montant", WHOLE);
    let mut ops = Ops::new();
    let sum = ops.fold(Fold::Sum, outer, |ops| {
        let part = ops.fold(Fold::Sum, inner, |ops| {
            let a = ops.op(Op::ItemFact { field: amount, depth: 1 });
            let f = ops.op(Op::ItemFact { field: factor, depth: 0 });
            (None, Some(ops.arithmetic(Arithmetic::Multiply, a, f)))
        });
        (None, Some(part))
    });
    let after = ops.arithmetic(Arithmetic::Add, sum, sum);
    let case = CaseOf::new()
        .items(outer, vec![item(&[(factor, n(2))]), item(&[(factor, n(3))])])
        .items(inner, vec![item(&[(amount, n(10))]), item(&[(amount, n(1))])]);
    let values = run(&facts.program(), &ops, &case.alone());
    assert_eq!(values[sum.0 as usize], number(55));
    assert_eq!(values[after.0 as usize], number(110), "the outer walk resumes after the body");
}

fn bound(value: i64, included: bool) -> Option<Bound> {
    Some(Bound { value: n(value), included })
}

fn row(low: Option<Bound>, high: Option<Bound>, result: RowResult) -> Row {
    let cells = vec![Cell::OneOf(vec![CellRange { low, high }])];
    Row { period: Period::default(), cells, result, span: Span::default() }
}

fn plateau() -> Table {
    let linear = |across: (i64, i64), between: (i64, i64)| RowResult::Linear {
        input: 0,
        across: (x(across.0), x(across.1)),
        between: (x(between.0), x(between.1)),
    };
    Table {
        name: "effort".to_owned(),
        inputs: vec![NUMBER],
        ty: NUMBER,
        rows: vec![
            row(None, bound(16, false), RowResult::Value(n(0))),
            row(bound(16, true), bound(26, true), linear((16, 26), (0, 40))),
            row(bound(26, true), bound(33, true), RowResult::Value(n(40))),
            row(bound(33, true), bound(43, true), linear((33, 43), (40, 0))),
        ],
    }
}

#[test]
fn tables_take_the_first_row_and_lines_between_their_ends() {
    let mut facts = Facts::new();
    let rate = facts.fact("taux", NUMBER);
    let mut ops = Ops::new();
    let input = ops.fact(rate);
    let points = ops.op(Op::Table(TableId(0), vec![input]));
    let program = Program { tables: vec![plateau()], ..facts.program() };
    let of = |value: Exact| {
        let case = CaseOf::new().with(rate, Value::Number(value));
        run(&program, &ops, &case.alone())[points.0 as usize].clone()
    };
    assert_eq!(of(x(15)), number(0));
    assert_eq!(of(x(21)), number(20));
    assert_eq!(of(x(26)), number(40), "26 belongs to both rows, which agree");
    assert_eq!(of(x(33)), number(40));
    let between = Exact::fraction(334, 10).unwrap();
    let expected = Exact::fraction(384, 10).unwrap();
    assert_eq!(of(between), Computed::Known(Value::Number(expected)), "no rounding of 33,4");
    assert_eq!(of(x(44)), failed(EvalError::NoRow, points));
    let unknown = run(&program, &ops, &CaseOf::new().alone());
    assert_eq!(unknown[points.0 as usize], Computed::Unknown(vec![missing(rate)]));
}

#[test]
fn a_dated_row_past_its_period_is_not_reused() {
    let dated = |from: &str, to: &str, result| Row {
        period: Period { from: Some(day(from)), to: Some(day(to)) },
        cells: Vec::new(),
        result,
        span: Span::default(),
    };
    let rows = vec![
        dated("2019-10-01", "2019-10-31", RowResult::Value(n(1))),
        dated("2019-11-01", "2019-11-30", RowResult::NoValue),
    ];
    let table = Table { name: "p".to_owned(), inputs: Vec::new(), ty: NUMBER, rows };
    let mut ops = Ops::new();
    let value = ops.op(Op::Table(TableId(0), Vec::new()));
    let program = Program { tables: vec![table], ..Program::default() };
    let on = |text| {
        let pool = Pool { date: day(text), ..CaseOf::new().alone() };
        run(&program, &ops, &pool)[value.0 as usize].clone()
    };
    assert_eq!(on("2019-10-31"), number(1));
    assert_eq!(on("2019-11-01"), Computed::NoValue);
    assert_eq!(on("2019-12-01"), failed(EvalError::NoRow, value));
}

#[test]
fn a_fact_beyond_the_choice_is_not_shared_even_when_known() {
    let mut facts = Facts::new();
    let (choice, own) = (facts.fact("choix", WHOLE), facts.fact("revenu", NUMBER));
    let mut ops = Ops::new();
    let gate = ops.fact(choice);
    let mut shared = |needs| ops.op(Op::SharedFact { field: own, needs, gate });
    let slots =
        [shared(Some(Sharing::Identification)), shared(Some(Sharing::Complete)), shared(None)];
    let program = facts.program();
    let at = |level: Option<i64>| {
        let case = CaseOf::new().with(own, n(7));
        let case = level.map_or(case.clone(), |level| case.with(choice, n(level)));
        let values = run(&program, &ops, &case.alone());
        slots.map(|slot| values[slot.0 as usize].clone())
    };
    let hidden = Computed::Unknown(vec![Reason::NotShared(FactRef::Field(own))]);
    assert_eq!(at(Some(2)), [number(7), number(7), hidden.clone()]);
    assert_eq!(at(Some(1)), [number(7), hidden.clone(), hidden.clone()]);
    assert_eq!(at(Some(0)), [hidden.clone(), hidden.clone(), hidden.clone()]);
    let unknown = Computed::Unknown(vec![missing(choice)]);
    assert_eq!(at(None), [unknown.clone(), unknown.clone(), unknown], "nothing is shared");
}

struct Doubling;

impl Scripts for Doubling {
    fn call(
        &self,
        function: &FunctionDef,
        arguments: &[Value],
        _: &Schema,
    ) -> Result<Value, EvalError> {
        match (function.name.as_str(), arguments) {
            ("double", [Value::Number(a)]) => Ok(Value::Number(a.add(*a)?)),
            ("texte", _) => Ok(text("x")),
            _ => Err(EvalError::ScriptLimit),
        }
    }
}

#[test]
fn scripts_are_typed_at_the_border() {
    let function = |name: &str| FunctionDef {
        name: name.to_owned(),
        entry: name.to_owned(),
        script: "f.rhai".to_owned(),
        arguments: vec![NUMBER],
        ty: NUMBER,
    };
    let functions = ["double", "texte", "boucle"].map(function).to_vec();
    let program = Program { functions, ..Program::default() };
    let mut ops = Ops::new();
    let four = ops.number(4);
    let calls = [0, 1, 2].map(|id| ops.op(Op::Call(FunctionId(id), vec![four])));
    let values = Evaluator::new(&program, &Doubling).values(&ops.0, &CaseOf::new().alone());
    let of = |slot: Slot| values[0][slot.0 as usize].clone();
    assert_eq!(of(calls[0]), number(8));
    assert_eq!(of(calls[1]), failed(EvalError::ScriptFailure, calls[1]));
    assert_eq!(of(calls[2]), failed(EvalError::ScriptLimit, calls[2]));
}

#[test]
fn broken_code_is_an_error_never_a_panic() {
    let mut ops = Ops::new();
    let (truth, one) = (ops.truth(true), ops.number(1));
    let sum = ops.arithmetic(Arithmetic::Add, truth, one);
    let table = ops.op(Op::Table(TableId(9), Vec::new()));
    let beyond = ops.op(Op::Not(Slot(99)));
    let code = Code { stages: Vec::new(), ..ops.0.clone() };
    let values = run(&Program::default(), &Ops(code), &CaseOf::new().alone());
    assert_eq!(values[sum.0 as usize], failed(EvalError::IllTyped, sum));
    assert_eq!(values[table.0 as usize], failed(EvalError::IllTyped, table));
    assert_eq!(values[beyond.0 as usize], Computed::Unknown(vec![Reason::NotRanked]));
}
