//! Static reach, and the soundness of ranges over random programs.

use crate::testing::{
    CaseOf, Facts, NUMBER, Ops, WHOLE, criterion, day, family, grids, item, n, pool, tranche,
    version, x,
};
use crate::{
    Arithmetic, Bound, Calendar, Cell, CellRange, Comparison, Criterion, Direction, EntityId,
    Exact, FactState, FieldId, Fold, GridVersion, ListState, Op, Part, Period, Pool, Program,
    Proof, ProofGate, ProofLevel, Retains, Rounding, Row, RowResult, Slot, Table, TableId, Type,
    Value, criterion_maximum, criterion_minimum, reach,
};
use proptest::prelude::*;
use source::Span;

fn always() -> Period {
    Period::default()
}

#[test]
fn a_bounded_line_has_a_maximum_whatever_the_facts() {
    let mut facts = Facts::new();
    let p = facts.fact("p", Type::Number(crate::Unit::points(), crate::NumberForm::Whole));
    let mut ops = Ops::new();
    let (own, zero, twenty) = (ops.fact(p), ops.number(0), ops.number(20));
    let line = criterion("r").gives(own).at_least(zero).at_most(twenty);
    let open = criterion("s").gives(own).at_most(twenty);
    let malus = ops.number(-40);
    let malus = criterion("m").gives_if(malus, ops.truth(true));
    let reached = reach(&ops.0, &facts.program(), always());
    assert_eq!(criterion_maximum(&line, &ops.0, &reached), Some(x(20)));
    assert_eq!(criterion_minimum(&line, &ops.0, &reached), Some(x(0)));
    assert_eq!(criterion_maximum(&open, &ops.0, &reached), Some(x(20)));
    assert_eq!(criterion_minimum(&open, &ops.0, &reached), None);
    assert_eq!(criterion_maximum(&malus, &ops.0, &reached), Some(x(-40)), "it always counts");
    assert!(reached[own.0 as usize].numbers().unwrap().whole);
}

#[test]
fn a_fact_that_is_counted_is_never_negative() {
    let mut facts = Facts::new();
    let persons = facts.fact("p", WHOLE);
    let mut ops = Ops::new();
    let (persons, five) = (ops.fact(persons), ops.number(5));
    let less = ops.op(Op::Arithmetic(crate::Arithmetic::Subtract, persons, five));
    let reached = reach(&ops.0, &facts.program(), always());
    assert_eq!(reached[persons.0 as usize].numbers().unwrap().low, Some(x(0)));
    assert_eq!(reached[less.0 as usize].numbers().unwrap().low, Some(x(-5)));
}

#[test]
fn a_false_constant_gives_nothing_and_several_gifts_add_up() {
    let mut facts = Facts::new();
    let field = facts.fact("a", Type::Bool);
    let mut ops = Ops::new();
    let (a, no, ten) = (ops.fact(field), ops.truth(false), ops.number(10));
    let both = ops.op(Op::And(a, no));
    let never = criterion("r").gives(ten).when(both);
    let twice = criterion("s").gives_if(ten, a).gives(ten);
    let reached = reach(&ops.0, &facts.program(), always());
    assert_eq!(criterion_maximum(&never, &ops.0, &reached), Some(x(0)));
    assert_eq!(criterion_maximum(&twice, &ops.0, &reached), Some(x(20)));
    assert_eq!(criterion_minimum(&twice, &ops.0, &reached), Some(x(0)));
}

/// `renseigné` says that a calculation failed, not that its fact is absent: filling the fact in may make it so.
#[test]
fn a_fact_that_is_missing_may_become_a_calculation_that_fails() {
    let (mut facts, mut ops) = (Facts::new(), Ops::new());
    let field = facts.fact("a", NUMBER);
    let (a, less_than_none) = (ops.fact(field), ops.number(-1));
    let rounded = ops.op(Op::Round(Rounding::Down, a, less_than_none));
    let known = ops.op(Op::IsKnown(rounded));
    let ten = ops.number(10);
    let version = version("g", ops, vec![criterion("r").gives(ten).when(known).part()]);
    let program = facts.program();
    let given = |case: CaseOf| grids(&program, &version, &pool(vec![case])).remove(0);
    let now = given(CaseOf::new());
    assert_eq!(now.points, Some(x(0)));
    let then = given(CaseOf::new().with(field, n(5)));
    assert_eq!(then.points, Some(x(10)));
    assert_eq!((now.range.low, now.range.high), (Some(x(0)), Some(x(10))), "it is foreseen");
}

/// Two numbers, their difference five times, and what is needed to compare them.
fn difference(facts: &mut Facts, ops: &mut Ops) -> (Slot, Slot, Slot) {
    let (a, b) = (facts.fact("a", NUMBER), facts.fact("b", NUMBER));
    let (a, b, five) = (ops.fact(a), ops.fact(b), ops.number(5));
    let less = ops.arithmetic(Arithmetic::Subtract, a, b);
    (a, b, ops.arithmetic(Arithmetic::Multiply, five, less))
}

#[test]
fn a_difference_has_the_sign_of_the_comparison_that_opens_it() {
    let (mut facts, mut ops) = (Facts::new(), Ops::new());
    let (a, b, given) = difference(&mut facts, &mut ops);
    let program = facts.program();
    let ends = |ops: &Ops, line: &Criterion| {
        let reached = reach(&ops.0, &program, always());
        (criterion_minimum(line, &ops.0, &reached), criterion_maximum(line, &ops.0, &reached))
    };
    let zero = Some(x(0));
    let more = ops.compare(Comparison::Greater, a, b);
    assert_eq!(ends(&ops, &criterion("r").gives(given).when(more)), (zero, None));
    assert_eq!(ends(&ops, &criterion("r").gives_if(given, more)), (zero, None));
    assert_eq!(ends(&ops, &criterion("r").gives(given).except(more)), (None, zero));
    let back = ops.compare(Comparison::GreaterOrEqual, b, a);
    assert_eq!(ends(&ops, &criterion("r").gives(given).when(back)), (None, zero));
    let same = ops.compare(Comparison::Equal, a, b);
    assert_eq!(ends(&ops, &criterion("r").gives(given).when(same)), (zero, zero));
    let both = ops.op(Op::And(more, back));
    assert_eq!(ends(&ops, &criterion("r").gives(given).when(both)), (zero, zero), "never open");
}

#[test]
fn a_condition_that_says_nothing_of_two_numbers_leaves_their_difference_open() {
    let (mut facts, mut ops) = (Facts::new(), Ops::new());
    let (a, b, given) = difference(&mut facts, &mut ops);
    let other = facts.fact("t", Type::Bool);
    let program = facts.program();
    let ends = |ops: &Ops, condition: Slot| {
        let line = criterion("r").gives(given).when(condition);
        let reached = reach(&ops.0, &program, always());
        (criterion_minimum(&line, &ops.0, &reached), criterion_maximum(&line, &ops.0, &reached))
    };
    let (more, two) = (ops.compare(Comparison::Greater, a, b), ops.number(2));
    let above_two = ops.compare(Comparison::Greater, a, two);
    let (differ, other) = (ops.compare(Comparison::NotEqual, a, b), ops.fact(other));
    let either = ops.op(Op::Or(more, other));
    for condition in [above_two, differ, other, either] {
        assert_eq!(ends(&ops, condition), (None, None));
    }
}

#[test]
fn a_number_is_held_by_what_it_is_compared_with_unless_that_may_have_no_value() {
    let (mut facts, mut ops) = (Facts::new(), Ops::new());
    let (own, choice) = (facts.fact("a", NUMBER), facts.fact("t", Type::Bool));
    let (own, choice) = (ops.fact(own), ops.fact(choice));
    let (nothing, bound) = (ops.op(Op::NoValue), ops.number(-2));
    let perhaps = ops.op(Op::Select(choice, nothing, bound));
    let program = facts.program();
    let least = |ops: &Ops, condition: Slot| {
        let line = criterion("r").gives(own).except(condition);
        let reached = reach(&ops.0, &program, always());
        criterion_minimum(&line, &ops.0, &reached)
    };
    let (sure, doubtful) =
        (ops.compare(Comparison::Less, own, bound), ops.compare(Comparison::Less, own, perhaps));
    assert_eq!(least(&ops, sure), Some(x(-2)));
    assert_eq!(least(&ops, doubtful), None, "« pas de valeur » is below nothing");
}

#[test]
fn a_table_reaches_its_rows_in_force_and_lines_between() {
    let mut facts = Facts::new();
    let p = facts.fact("p", NUMBER);
    let range = |low: i64, high: i64| {
        let bound = |value| Some(Bound { value: n(value), included: true });
        vec![Cell::OneOf(vec![CellRange { low: bound(low), high: bound(high) }])]
    };
    let row = |period, cells, result| Row { period, cells, result, span: Span::default() };
    let later = Period { from: Some(day("2021-01-01")), to: None };
    let linear = RowResult::Linear { input: 0, across: (x(0), x(10)), between: (x(0), x(40)) };
    let rows = vec![
        row(later, range(0, 10), RowResult::Value(n(99))),
        row(always(), range(0, 10), linear),
        row(always(), vec![Cell::Any], RowResult::Value(n(-1))),
    ];
    let table = Table { name: "t".to_owned(), inputs: vec![NUMBER], ty: NUMBER, rows };
    let mut ops = Ops::new();
    let own = ops.fact(p);
    let given = ops.op(Op::Table(TableId(0), vec![own]));
    let program = Program { tables: vec![table], ..facts.program() };
    let before = Period { from: None, to: Some(day("2020-12-31")) };
    let of = |period| reach(&ops.0, &program, period)[given.0 as usize].numbers().unwrap();
    assert_eq!((of(before).low, of(before).high), (Some(x(-1)), Some(x(40))));
    assert_eq!(of(always()).high, Some(x(99)));
}

#[test]
fn a_rank_is_at_least_one() {
    let mut facts = Facts::new();
    let key = facts.fact("clé", NUMBER);
    let mut ops = Ops::new();
    let (own, points) = (ops.fact(key), ops.number(21));
    ops.next_stage();
    let rank = ops.rank(own, Direction::Ascending);
    let given = ops.arithmetic(Arithmetic::Subtract, points, rank);
    let reached = reach(&ops.0, &facts.program(), always());
    let seniority = criterion("r").gives(given);
    assert_eq!(criterion_maximum(&seniority, &ops.0, &reached), Some(x(20)));
    assert_eq!(criterion_minimum(&seniority, &ops.0, &reached), None);
}

#[test]
fn a_missing_key_ranges_over_the_places_it_could_take() {
    let mut facts = Facts::new();
    let key = facts.fact("clé", NUMBER);
    let mut ops = Ops::new();
    let (own, points) = (ops.fact(key), ops.number(21));
    ops.next_stage();
    let rank = ops.rank(own, Direction::Ascending);
    let given = ops.arithmetic(Arithmetic::Subtract, points, rank);
    let version = version("g", ops, vec![criterion("r").gives(given).part()]);
    let cases = vec![
        CaseOf::new().with(key, n(1)),
        CaseOf::new(),
        CaseOf::new().with(key, n(2)),
        CaseOf::new().withheld(key),
    ];
    let outcomes = grids(&facts.program(), &version, &pool(cases));
    let range = |index: usize| (outcomes[index].range.low, outcomes[index].range.high);
    assert_eq!(range(0), (Some(x(20)), Some(x(20))), "the others are taken as they are");
    assert_eq!(range(1), (Some(x(0)), Some(x(20))), "places 1 to 3, or unknown");
    assert_eq!(range(3), (Some(x(0)), Some(x(0))), "withheld is withheld");
}

/// Random small programs: a genome chooses each operation and its operands.
struct Genome<'g> {
    bytes: &'g [u8],
    at: usize,
}

impl Genome<'_> {
    fn next(&mut self, below: usize) -> usize {
        let byte = self.bytes.get(self.at % self.bytes.len().max(1)).copied().unwrap_or(0);
        self.at += 1;
        (usize::from(byte) + self.at / self.bytes.len().max(1)) % below
    }
}

struct Random {
    program: Program,
    version: GridVersion,
    single: Vec<FieldId>,
    list: EntityId,
    items: Vec<FieldId>,
}

const COMPARISONS: [Comparison; 6] = [
    Comparison::Equal,
    Comparison::NotEqual,
    Comparison::Less,
    Comparison::LessOrEqual,
    Comparison::Greater,
    Comparison::GreaterOrEqual,
];

struct Slots {
    numbers: Vec<Slot>,
    truths: Vec<Slot>,
    dates: Vec<Slot>,
    /// Amounts made of a difference, each with a comparison of its two numbers.
    guarded: Vec<(Slot, Slot)>,
}

impl Slots {
    /// Adds « k × (a - b) » or « (a - b) + k », and a comparison of a and b, either way round.
    fn guard(&mut self, genome: &mut Genome<'_>, ops: &mut Ops) {
        let (a, b, k) = (self.number(genome), self.number(genome), self.number(genome));
        let less = ops.arithmetic(Arithmetic::Subtract, a, b);
        let operator = [Arithmetic::Multiply, Arithmetic::Add][genome.next(2)];
        let amount = ops.arithmetic(operator, k, less);
        let (a, b) = if genome.next(2) == 0 { (a, b) } else { (b, a) };
        let compared = ops.compare(COMPARISONS[genome.next(6)], a, b);
        let condition = match genome.next(3) {
            0 => compared,
            1 => ops.op(Op::Not(compared)),
            _ => {
                let other = self.truth(genome);
                ops.op(Op::And(other, compared))
            }
        };
        self.guarded.push((amount, condition));
    }

    fn number(&self, genome: &mut Genome<'_>) -> Slot {
        self.numbers[genome.next(self.numbers.len())]
    }

    fn truth(&self, genome: &mut Genome<'_>) -> Slot {
        self.truths[genome.next(self.truths.len())]
    }

    fn date(&self, genome: &mut Genome<'_>) -> Slot {
        self.dates[genome.next(self.dates.len())]
    }

    fn grow(&mut self, genome: &mut Genome<'_>, ops: &mut Ops) {
        const OPERATORS: [Arithmetic; 6] = [
            Arithmetic::Add,
            Arithmetic::Subtract,
            Arithmetic::Multiply,
            Arithmetic::Divide,
            Arithmetic::Minimum,
            Arithmetic::Maximum,
        ];
        const ROUNDINGS: [Rounding; 4] =
            [Rounding::Down, Rounding::Up, Rounding::HalfAway, Rounding::HalfEven];
        match genome.next(12) {
            0..=2 => {
                let operator = OPERATORS[genome.next(6)];
                let (a, b) = (self.number(genome), self.number(genome));
                self.numbers.push(ops.arithmetic(operator, a, b));
            }
            3 | 4 => {
                let comparison = COMPARISONS[genome.next(6)];
                let (a, b) = (self.number(genome), self.number(genome));
                self.truths.push(ops.compare(comparison, a, b));
            }
            5 => {
                let (a, b) = (self.truth(genome), self.truth(genome));
                self.truths.push(ops.op(if genome.next(2) == 0 {
                    Op::And(a, b)
                } else {
                    Op::Or(a, b)
                }));
            }
            6 => {
                let a = self.truth(genome);
                self.truths.push(ops.op(Op::Not(a)));
            }
            7 => {
                let (c, a, b) = (self.truth(genome), self.number(genome), self.number(genome));
                self.numbers.push(ops.op(Op::Select(c, a, b)));
            }
            8 => {
                let (a, b) = (self.date(genome), self.date(genome));
                let counts =
                    [Calendar::CompletedMonths, Calendar::CompletedYears, Calendar::DaysBetween];
                self.numbers.push(ops.calendar(counts[genome.next(3)], a, b));
            }
            9 => {
                let (mode, a, step) =
                    (ROUNDINGS[genome.next(4)], self.number(genome), self.number(genome));
                self.numbers.push(ops.op(Op::Round(mode, a, step)));
            }
            10 => {
                let (a, comparison) = (self.number(genome), COMPARISONS[genome.next(6)]);
                let b = self.number(genome);
                let known = ops.op(Op::IsKnown(a));
                let (c, d) = (self.date(genome), self.date(genome));
                self.truths.extend([known, ops.compare(comparison, c, d)]);
                let moves = [
                    Calendar::AddMonths,
                    Calendar::SubtractMonths,
                    Calendar::AddDays,
                    Calendar::SubtractDays,
                ];
                self.dates.push(ops.calendar(moves[genome.next(4)], c, b));
            }
            _ => {
                let input = self.number(genome);
                self.numbers.push(ops.op(Op::Table(TableId(0), vec![input])));
            }
        }
    }
}

fn random_table() -> Table {
    let bound = |value, included| Some(Bound { value: n(value), included });
    let row = |low, high, result| Row {
        period: Period::default(),
        cells: vec![Cell::OneOf(vec![CellRange { low, high }])],
        result,
        span: Span::default(),
    };
    let linear = RowResult::Linear { input: 0, across: (x(0), x(4)), between: (x(10), x(-6)) };
    let rows = vec![
        row(None, bound(-2, false), RowResult::Value(n(7))),
        row(bound(-2, true), bound(0, false), RowResult::NoValue),
        row(bound(0, true), bound(4, true), linear),
        row(bound(4, false), bound(5, false), RowResult::Value(n(1000))),
    ];
    Table { name: "t".to_owned(), inputs: vec![NUMBER], ty: NUMBER, rows }
}

fn random(bytes: &[u8]) -> Random {
    let mut genome = Genome { bytes, at: 0 };
    let mut facts = Facts::new();
    let single = vec![
        facts.fact("w0", WHOLE),
        facts.fact("w1", WHOLE),
        facts.fact("d0", NUMBER),
        facts.fact("t0", Type::Bool),
        facts.fact("t1", Type::Bool),
        facts.fact("j0", Type::Date),
    ];
    let list = facts.list("l");
    let items = vec![facts.item_fact(list, "i0", WHOLE), facts.item_fact(list, "i1", Type::Bool)];
    let mut ops = Ops::new();
    let mut slots =
        Slots { numbers: Vec::new(), truths: Vec::new(), dates: Vec::new(), guarded: Vec::new() };
    for value in [-1, 0, 2, 5] {
        slots.numbers.push(ops.number(value));
    }
    slots.dates.push(ops.op(Op::EvaluationDate));
    for (at, field) in single.iter().enumerate() {
        let slot = ops.fact(*field);
        match at {
            0..=2 => slots.numbers.push(slot),
            3 | 4 => slots.truths.push(slot),
            _ => slots.dates.push(slot),
        }
    }
    for _ in 0..genome.next(5) {
        slots.grow(&mut genome, &mut ops);
    }
    let folds = [Fold::Count, Fold::Exists, Fold::All, Fold::Sum, Fold::Minimum, Fold::Maximum];
    let fold = folds[genome.next(6)];
    let folded = ops.fold(fold, list, |ops| {
        let own = ops.op(Op::ItemFact { field: items[0], depth: 0 });
        let truth = ops.op(Op::ItemFact { field: items[1], depth: 0 });
        let outer = slots.number(&mut genome);
        let less = ops.compare(Comparison::Less, own, outer);
        let filter = ops.op(Op::Or(truth, less));
        (Some(filter), Some(ops.arithmetic(Arithmetic::Add, own, outer)))
    });
    match fold {
        Fold::Exists | Fold::All => slots.truths.push(folded),
        Fold::Count | Fold::Sum | Fold::Minimum | Fold::Maximum => slots.numbers.push(folded),
    }
    for _ in 0..genome.next(8) {
        slots.grow(&mut genome, &mut ops);
    }
    for _ in 0..2 {
        slots.guard(&mut genome, &mut ops);
    }
    ops.next_stage();
    let key = slots.number(&mut genome);
    slots.numbers.push(ops.rank(key, Direction::Descending));
    slots.grow(&mut genome, &mut ops);
    let parts = random_parts(&mut genome, &slots, &single);
    let mut version = version("g", ops, parts);
    version.cap = [None, Some(x(15))][genome.next(2)];
    version.floor = [None, Some(x(-3))][genome.next(2)];
    let program = Program { tables: vec![random_table()], ..facts.program() };
    Random { program, version, single, list, items }
}

fn random_parts(genome: &mut Genome<'_>, slots: &Slots, single: &[FieldId]) -> Vec<Part> {
    let made = |id: &str, genome: &mut Genome<'_>| -> Criterion {
        if genome.next(4) == 0 {
            let (amount, condition) = slots.guarded[genome.next(slots.guarded.len())];
            return match genome.next(3) {
                0 => criterion(id).gives(amount).when(condition),
                1 => criterion(id).gives(amount).except(condition),
                _ => criterion(id).gives_if(amount, condition),
            };
        }
        let mut criterion = criterion(id).gives(slots.number(genome));
        if genome.next(2) == 0 {
            let (amount, condition) = (slots.number(genome), slots.truth(genome));
            criterion = criterion.gives_if(amount, condition);
        }
        match genome.next(4) {
            0 => criterion = criterion.when(slots.truth(genome)),
            1 => criterion = criterion.when(slots.truth(genome)).except(slots.truth(genome)),
            2 => criterion = criterion.at_least(slots.number(genome)).at_most(slots.number(genome)),
            _ => {
                let fields = vec![single[genome.next(single.len())]];
                let level = ProofLevel::Verified;
                criterion.proofs.push(ProofGate { level, fields, item_fields: Vec::new() });
            }
        }
        criterion
    };
    let alone = made("a", genome).part();
    let members = vec![made("f", genome), made("g", genome)];
    let retains = [Retains::Maximum, Retains::First][genome.next(2)];
    let mut kept = family("k", retains, members);
    kept.cap = [None, Some(x(6))][genome.next(2)];
    let subs = vec![criterion("s").when(slots.truth(genome))];
    vec![alone, Part::Family(kept.into()), tranche("A", 30, subs)]
}

fn value_of(random: &Random, field: FieldId, byte: u8) -> Value {
    let ty = random.program.schema.field(field).unwrap().ty;
    let small = i64::from(byte % 12) - if ty.counts_from_zero() { 0 } else { 5 };
    match ty {
        Type::Bool => Value::Bool(byte.is_multiple_of(2)),
        Type::Date => Value::Date(day("2019-10-15").plus_days(small * 100).unwrap()),
        Type::Number(_, crate::NumberForm::Decimal) => {
            Value::Number(Exact::fraction(i128::from(small), 2).unwrap())
        }
        _ => n(small),
    }
}

/// A first pool; the first candidate's facts are known, missing or withheld as bytes say.
fn incomplete(random: &Random, bytes: &[u8]) -> Pool {
    let mut genome = Genome { bytes, at: 0 };
    let mut case = CaseOf::new();
    for field in &random.single {
        let byte = u8::try_from(genome.next(251)).unwrap();
        match byte % 5 {
            0 | 1 => {}
            2 => case = case.withheld(*field),
            3 => case = case.proven(*field, value_of(random, *field, byte / 5), Proof::Verified),
            _ => case = case.with(*field, value_of(random, *field, byte / 5)),
        }
    }
    if genome.next(4) > 0 {
        let count = genome.next(3);
        let mut items = Vec::new();
        for _ in 0..count {
            let mut one = item(&[]);
            for field in &random.items {
                let byte = u8::try_from(genome.next(251)).unwrap();
                if byte % 3 > 0 {
                    one.extend(item(&[(*field, value_of(random, *field, byte / 3))]));
                }
            }
            items.push(one);
        }
        case = case.items(random.list, items);
    }
    let mut others = Vec::new();
    for _ in 0..2 {
        let mut other = CaseOf::new().items(random.list, Vec::new());
        for field in &random.single {
            let byte = u8::try_from(genome.next(251)).unwrap();
            other = other.with(*field, value_of(random, *field, byte));
        }
        others.push(other);
    }
    others.insert(0, case);
    pool(others)
}

/// Fills what the first candidate has missing, some of it or all, and proves what is declared.
fn completed(random: &Random, pool: &Pool, bytes: &[u8]) -> Pool {
    let mut genome = Genome { bytes, at: 0 };
    let mut pool = pool.clone();
    let case = &mut pool.candidates[0].case;
    for field in &random.single {
        let byte = u8::try_from(genome.next(251)).unwrap();
        let known = case.facts.get(field).is_some_and(|fact| fact.state != FactState::Missing);
        if !known && byte % 7 > 0 {
            let fact = crate::Fact::known(value_of(random, *field, byte));
            case.facts.insert(*field, fact);
        }
        if genome.next(2) == 0
            && let Some(fact) = case.facts.get_mut(field)
        {
            fact.proof = Proof::Verified;
        }
    }
    let count = genome.next(4);
    let fresh = || ListState::Known((0..count).map(|_| item(&[])).collect());
    let list = case.lists.entry(random.list).or_insert_with(fresh);
    if let ListState::Known(items) = list {
        for one in items {
            for field in &random.items {
                let byte = u8::try_from(genome.next(251)).unwrap();
                if !one.contains_key(field) && byte % 7 > 0 {
                    one.extend(item(&[(*field, value_of(random, *field, byte))]));
                }
            }
        }
    }
    pool
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_range_holds_the_points_of_every_completion(
        code in proptest::collection::vec(any::<u8>(), 60..61),
        facts in proptest::collection::vec(any::<u8>(), 40..41),
        fillings in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 30..31), 6..7),
    ) {
        let random = random(&code);
        let pool = incomplete(&random, &facts);
        let now = grids(&random.program, &random.version, &pool).remove(0);
        let Some(points) = now.points else { return Ok(()) };
        prop_assert!(now.range.contains(points), "{points} now in {:?}", now.range);
        for filling in &fillings {
            let filled = completed(&random, &pool, filling);
            let then = grids(&random.program, &random.version, &filled).remove(0);
            let Some(points) = then.points else { continue };
            prop_assert!(
                now.range.contains(points),
                "{points} in {:?}\n{:#?}\nnow {:#?}\nthen {:#?}",
                now.range,
                random.version,
                now.lines.iter().map(|l| (&l.id, l.state, l.points, l.range)).collect::<Vec<_>>(),
                then.lines.iter().map(|l| (&l.id, l.state, l.points)).collect::<Vec<_>>(),
            );
            for line in &then.lines {
                let Some(before) = now.lines.iter().find(|held| held.id == line.id) else {
                    continue;
                };
                prop_assert!(before.range.contains(line.points), "{before:?}\nthen {line:?}");
            }
        }
    }

    #[test]
    fn a_static_reach_bounds_every_case(
        code in proptest::collection::vec(any::<u8>(), 60..61),
        facts in proptest::collection::vec(any::<u8>(), 40..41),
    ) {
        let random = random(&code);
        let pool = incomplete(&random, &facts);
        let today = Period { from: Some(pool.date), to: Some(pool.date) };
        let reached = reach(&random.version.code, &random.program, today);
        let Some(Part::Criterion(rule)) = random.version.parts.first() else { return Ok(()) };
        for outcome in grids(&random.program, &random.version, &pool) {
            let points = outcome.lines.first().map_or(Exact::ZERO, |line| line.points);
            let most = criterion_maximum(rule, &random.version.code, &reached);
            let least = criterion_minimum(rule, &random.version.code, &reached);
            prop_assert!(most.is_none_or(|most| points <= most), "{points} ≤ {most:?}");
            prop_assert!(least.is_none_or(|least| least <= points), "{least:?} ≤ {points}");
        }
    }
}
