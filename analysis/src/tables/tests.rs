//! Verdicts against the engine: on small domains every value is tried, so that each verdict is
//! compared with the truth; on a large table, with what the engine gives at random points.

use super::course::steps_of;
use super::domains::{of_fact_type, of_type};
use super::layout::{Budget, Found, Layout};
use super::{BUDGET, overlaps};
use engine::{
    Bound, Candidate, Case, Cell, CellRange, Code, Computed, Date, EntityDef, EntityId, EnumDef,
    EnumId, EnumValue, Evaluator, Exact, Fact, FieldDef, FieldId, NoScripts, NumberForm, Op,
    Period, Pool, Program, Row, RowResult, Schema, Slot, Table, TableId, Type, Unit, Value,
};
use proptest::prelude::*;
use source::Span;
use std::cmp::Ordering;
use std::ops::ControlFlow;

const WHOLE: Type = Type::Number(Unit::NONE, NumberForm::Whole);
const DECIMAL: Type = Type::Number(Unit::NONE, NumberForm::Decimal);
const STATUS: Type = Type::Enum(EnumId(0));

/// Reads choices from bytes.
struct Genome<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Genome<'_> {
    fn below(&mut self, count: usize) -> usize {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        usize::from(byte) % count
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

fn n(halves: i128) -> Value {
    Value::Number(Exact::fraction(halves, 2).unwrap())
}

fn day(offset: i64) -> Date {
    Date::new(2020, 1, 1).unwrap().plus_days(offset).unwrap()
}

/// Every value worth trying: all that the bounds of [`bound`] part, and some beyond.
fn all_values(ty: Type) -> Vec<Value> {
    match ty {
        Type::Bool => vec![Value::Bool(false), Value::Bool(true)],
        Type::Number(_, NumberForm::Whole) => (0..=4).map(|x| n(2 * x)).collect(),
        Type::Number(..) => (-1..=7).map(n).collect(),
        Type::Date => (0..=6).map(|offset| Value::Date(day(offset))).collect(),
        Type::Enum(_) => (0..3).map(Value::Enum).collect(),
        Type::Text | Type::Code | Type::Item(_) => Vec::new(),
    }
}

fn bound(genome: &mut Genome<'_>, ty: Type) -> Value {
    match ty {
        Type::Number(..) => n(2 * genome.pick(&[0, 1, 2, 3])),
        Type::Date => Value::Date(day(genome.pick(&[1, 2, 3, 5]))),
        Type::Bool => Value::Bool(genome.below(2) == 0),
        _ => Value::Enum(genome.pick(&[0, 1, 2])),
    }
}

fn cell(genome: &mut Genome<'_>, ty: Type) -> Cell {
    let ranged = matches!(ty, Type::Number(..) | Type::Date);
    let mut ranges = Vec::new();
    match genome.below(5) {
        0 => return Cell::Any,
        1 => ranges.push(single(bound(genome, ty))),
        2 => ranges.extend([single(bound(genome, ty)), single(bound(genome, ty))]),
        _ if !ranged => ranges.push(single(bound(genome, ty))),
        kind => {
            let (a, b) = (bound(genome, ty), bound(genome, ty));
            let (low, high) = if precedes(&a, &b) { (a, b) } else { (b, a) };
            let mut side = |value| Some(Bound { value, included: genome.below(2) == 0 });
            let (low, high) = (side(low), side(high));
            ranges.push(match kind {
                3 => CellRange { low, high },
                _ if high.as_ref().is_some_and(|high| high.included) => {
                    CellRange { low: None, high }
                }
                _ => CellRange { low, high: None },
            });
        }
    }
    Cell::OneOf(ranges)
}

fn single(value: Value) -> CellRange {
    let bound = Some(Bound { value, included: true });
    CellRange { low: bound.clone(), high: bound }
}

fn precedes(a: &Value, b: &Value) -> bool {
    crate::rows::compare(a, b).is_some_and(Ordering::is_le)
}

fn period(genome: &mut Genome<'_>) -> Period {
    let (a, b) = (day(genome.pick(&[31, 32, 33])), day(genome.pick(&[33, 34, 35])));
    match genome.below(8) {
        0 => Period { from: Some(a), to: Some(b) },
        1 => Period { from: Some(a), to: None },
        2 => Period { from: None, to: Some(b) },
        _ => Period::default(),
    }
}

/// The results that rows are given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Results {
    Constants,
    Slopes,
}

fn table(genome: &mut Genome<'_>, results: Results) -> Table {
    let columns = 1 + genome.below(3);
    let inputs: Vec<Type> = (0..columns)
        .map(|_| genome.pick(&[WHOLE, DECIMAL, Type::Bool, STATUS, Type::Date]))
        .collect();
    let count = 1 + genome.below(6);
    let rows = (0..count)
        .map(|_| {
            let cells: Vec<Cell> = inputs.iter().map(|ty| cell(genome, *ty)).collect();
            let plain = RowResult::Value(n(2 * genome.pick(&[0, 0, 1, 2])));
            let slope = if results == Results::Slopes { sloping(genome, &cells) } else { None };
            let result = slope.unwrap_or(plain);
            Row { period: period(genome), cells, result, span: Span::default() }
        })
        .collect();
    Table { name: "essai".to_owned(), inputs, ty: DECIMAL, rows }
}

/// A slope along the first bounded column of numbers.
fn sloping(genome: &mut Genome<'_>, cells: &[Cell]) -> Option<RowResult> {
    let (input, across) = (0_u32..).zip(cells).find_map(|(at, cell)| {
        let Cell::OneOf(ranges) = cell else { return None };
        let [CellRange { low: Some(low), high: Some(high) }] = ranges.as_slice() else {
            return None;
        };
        match (&low.value, &high.value) {
            (Value::Number(low), Value::Number(high)) if low < high => Some((at, (*low, *high))),
            _ => None,
        }
    })?;
    let mut end = || Exact::from(genome.pick(&[0_i64, 1, 2]));
    Some(RowResult::Linear { input, across, between: (end(), end()) })
}

fn schema(inputs: &[Type]) -> Schema {
    let value = |name: &str| EnumValue { name: name.to_owned(), label: name.to_owned() };
    let field = |at: usize, ty: Type| FieldDef {
        optional: true,
        ..FieldDef::unmarked(EntityId(0), format!("f{at}"), format!("f{at}"), ty)
    };
    let fields: Vec<FieldDef> = inputs.iter().enumerate().map(|(at, ty)| field(at, *ty)).collect();
    let ids = (0..u32::try_from(fields.len()).unwrap()).map(FieldId).collect();
    Schema {
        enums: vec![EnumDef {
            name: "statut".to_owned(),
            label: None,
            values: ["cdi", "cdd", "apprenti"].map(value).into(),
        }],
        entities: vec![EntityDef { name: "e".to_owned(), label: None, list: false, fields: ids }],
        fields,
    }
}

/// A point: a value per input, and the day.
type Point = (Vec<Value>, Date);

fn all_points(inputs: &[Type], days: &[Date]) -> Vec<Point> {
    let mut combined: Vec<Vec<Value>> = vec![Vec::new()];
    for ty in inputs {
        let values = all_values(*ty);
        combined = combined
            .into_iter()
            .flat_map(|before| {
                values.iter().map(move |value| [&before[..], &[value.clone()]].concat())
            })
            .collect();
    }
    days.iter().flat_map(|day| combined.iter().map(|values| (values.clone(), *day))).collect()
}

/// What the compiled table gives at each point, by the engine.
fn computed(table: &Table, points: &[Point]) -> Vec<Computed> {
    let count = u32::try_from(table.inputs.len()).unwrap();
    let mut ops: Vec<Op> = (0..count).map(|at| Op::Fact(FieldId(at))).collect();
    ops.push(Op::Table(TableId(0), (0..count).map(Slot).collect()));
    let code = Code { spans: vec![Span::default(); ops.len()], ops, stages: vec![0] };
    let schema = schema(&table.inputs);
    let program = Program { schema, tables: vec![table.clone()], ..Program::default() };
    let evaluator = Evaluator::new(&program, &NoScripts);
    let mut results = Vec::with_capacity(points.len());
    let mut rest = points;
    while let Some((_, date)) = rest.first() {
        let same = rest.iter().take_while(|(_, other)| other == date).count();
        let (now, later) = rest.split_at(same);
        let candidates = now.iter().map(|(values, _)| {
            let facts = (0..).map(FieldId).zip(values).map(|(id, v)| (id, Fact::known(v.clone())));
            let case = Case { facts: facts.collect(), ..Case::default() };
            Candidate { id: String::new(), applies: true, case }
        });
        let pool = Pool { date: *date, candidates: candidates.collect() };
        let rows = evaluator.values(&code, &pool);
        results.extend(rows.into_iter().map(|row| row[count as usize].clone()));
        rest = later;
    }
    results
}

/// Which row the engine takes at each point: the same table, its results being their numbers.
fn taken(table: &Table, points: &[Point]) -> Vec<Option<usize>> {
    let mut numbered = table.clone();
    for (at, row) in numbered.rows.iter_mut().enumerate() {
        row.result = RowResult::Value(n(2 * i128::try_from(at).unwrap()));
    }
    let row = |found: Computed| match found {
        Computed::Known(Value::Number(number)) => usize::try_from(number.numerator()).ok(),
        _ => None,
    };
    computed(&numbered, points).into_iter().map(row).collect()
}

fn laid_out(table: &Table) -> Layout<'_> {
    let schema = schema(&table.inputs);
    let domain = |ty: &Type| of_fact_type(&schema, *ty);
    Layout::new(table, table.inputs.iter().map(domain).collect(), Period::default())
}

fn point_of(layout: &Layout<'_>, region: &super::layout::Region) -> Point {
    let mut values = layout.point(region).unwrap();
    let Some(Value::Date(day)) = values.pop() else { panic!("the day comes last") };
    (values, day)
}

const DAYS: [i64; 7] = [30, 31, 32, 33, 34, 35, 36];

fn days() -> Vec<Date> {
    DAYS.iter().map(|offset| day(*offset)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_gap_is_said_exactly_when_the_engine_finds_no_row(
        bytes in proptest::collection::vec(any::<u8>(), 120..121),
    ) {
        let table = table(&mut Genome { bytes: &bytes, at: 0 }, Results::Constants);
        let points = all_points(&table.inputs, &days());
        let layout = laid_out(&table);
        let mut holes = Vec::new();
        layout.holes(layout.everywhere(), &mut Budget(BUDGET), &mut |region| {
            holes.push(point_of(&layout, region));
            ControlFlow::Continue(())
        }).unwrap();
        prop_assert_eq!(holes.is_empty(), taken(&table, &points).iter().all(Option::is_some));
        let fallen = taken(&table, &holes);
        prop_assert!(fallen.iter().all(Option::is_none), "{holes:?} {fallen:?}");
    }

    #[test]
    fn a_row_never_used_is_never_taken_by_the_engine(
        bytes in proptest::collection::vec(any::<u8>(), 120..121),
    ) {
        let table = table(&mut Genome { bytes: &bytes, at: 0 }, Results::Constants);
        let points = all_points(&table.inputs, &days());
        let layout = laid_out(&table);
        let rows = taken(&table, &points);
        for row in 0..table.rows.len() {
            match layout.taken_by(row, &mut Budget(BUDGET)) {
                Found::Nowhere => prop_assert!(!rows.contains(&Some(row)), "row {row}"),
                Found::Here(region) => {
                    prop_assert_eq!(taken(&table, &[point_of(&layout, &region)]), [Some(row)]);
                }
                Found::TooLong => prop_assert!(false, "too long"),
            }
        }
    }

    #[test]
    fn without_a_redundant_row_the_engine_gives_the_same(
        bytes in proptest::collection::vec(any::<u8>(), 160..161),
        slopes in any::<bool>(),
    ) {
        let results = if slopes { Results::Slopes } else { Results::Constants };
        let table = table(&mut Genome { bytes: &bytes, at: 0 }, results);
        let points = all_points(&table.inputs, &days());
        let layout = laid_out(&table);
        let before = computed(&table, &points);
        for row in 0..table.rows.len() {
            let mut less = table.clone();
            less.rows.remove(row);
            let same = computed(&less, &points) == before;
            match layout.changed_without(row, &mut Budget(BUDGET), &mut |_| {}) {
                Found::Nowhere => prop_assert!(same, "row {row}"),
                Found::Here(_) => prop_assert!(results == Results::Slopes || !same, "row {row}"),
                Found::TooLong => prop_assert!(false, "too long"),
            }
        }
    }

    #[test]
    fn rows_clash_exactly_where_both_fit_and_disagree(
        bytes in proptest::collection::vec(any::<u8>(), 120..121),
    ) {
        let table = table(&mut Genome { bytes: &bytes, at: 0 }, Results::Constants);
        let points = all_points(&table.inputs, &days());
        let layout = laid_out(&table);
        for later in 0..table.rows.len() {
            for earlier in 0..later {
                let alone = |row: usize| {
                    let rows = vec![table.rows[row].clone()];
                    computed(&Table { rows, ..table.clone() }, &points)
                };
                let both = alone(earlier).into_iter().zip(alone(later));
                let known = |found: &Computed| matches!(found, Computed::Known(_));
                let clash = both.into_iter().any(|(a, b)| known(&a) && known(&b) && a != b);
                let said = overlaps::clash(&layout, earlier, later);
                prop_assert_eq!(said.is_some(), clash, "rows {} and {}", earlier, later);
            }
        }
    }

    #[test]
    fn a_direction_is_that_of_every_pair_of_values(
        bytes in proptest::collection::vec(any::<u8>(), 160..161),
        slopes in any::<bool>(),
    ) {
        let results = if slopes { Results::Slopes } else { Results::Constants };
        let mut table = table(&mut Genome { bytes: &bytes, at: 0 }, results);
        let columns = table.inputs.len();
        table.rows.push(Row {
            period: Period::default(),
            cells: vec![Cell::Any; columns],
            result: RowResult::Value(n(2)),
            span: Span::default(),
        });
        let points = all_points(&table.inputs, &days());
        let given = computed(&table, &points);
        let layout = laid_out(&table);
        for input in 0..columns {
            let Some(steps) = steps_of(&layout, input, &mut Budget(BUDGET)) else { continue };
            let mut seen = (false, false);
            for (a, x) in points.iter().zip(&given) {
                for (b, y) in points.iter().zip(&given) {
                    let elsewhere = (0..columns).any(|at| at != input && a.0[at] != b.0[at]);
                    if a.1 != b.1 || elsewhere || !precedes(&a.0[input], &b.0[input]) {
                        continue;
                    }
                    let (Computed::Known(x), Computed::Known(y)) = (x, y) else { continue };
                    match crate::rows::compare(x, y) {
                        Some(Ordering::Less) => seen.0 = true,
                        Some(Ordering::Greater) => seen.1 = true,
                        Some(Ordering::Equal) | None => {}
                    }
                }
            }
            prop_assert!(steps.rises || !seen.0, "rises");
            prop_assert!(steps.falls || !seen.1, "falls");
            if results == Results::Constants {
                prop_assert_eq!((steps.rises, steps.falls), seen);
            }
        }
    }
}

#[test]
fn a_direction_is_along_an_order_of_a_full_table_whose_slopes_go_along_it() {
    let up_to_two = Cell::OneOf(vec![CellRange {
        low: None,
        high: Some(Bound { value: n(4), included: true }),
    }]);
    let from_zero = Cell::OneOf(vec![CellRange {
        low: Some(Bound { value: n(0), included: true }),
        high: Some(Bound { value: n(4), included: true }),
    }]);
    let row = |cells: [&Cell; 3], result| Row {
        period: Period::default(),
        cells: cells.map(Clone::clone).to_vec(),
        result,
        span: Span::default(),
    };
    let any = Cell::Any;
    let slope = RowResult::Linear {
        input: 1,
        across: (Exact::ZERO, Exact::whole(2)),
        between: (Exact::ZERO, Exact::ONE),
    };
    let with = |last: &Cell| Table {
        name: "essai".to_owned(),
        inputs: vec![DECIMAL, DECIMAL, STATUS],
        ty: DECIMAL,
        rows: vec![
            row([&any, &from_zero, &any], slope.clone()),
            row([&any, &up_to_two, &any], RowResult::Value(n(0))),
            row([last, &any, &any], RowResult::Value(n(2))),
        ],
    };
    let direction = |table: &Table, axis| {
        let steps = steps_of(&laid_out(table), axis, &mut Budget(BUDGET))?;
        Some((steps.rises, steps.falls))
    };
    let full = with(&any);
    assert_eq!(direction(&full, 1), Some((true, false)));
    assert_eq!(direction(&full, 0), None, "the slope goes along another input");
    assert_eq!(direction(&with(&up_to_two), 1), None, "some values have no row");
    let choice = Cell::OneOf(vec![single(Value::Enum(0))]);
    let plain = |cell: &Cell, halves| row([&any, &any, cell], RowResult::Value(n(halves)));
    let rows = vec![plain(&choice, 0), plain(&any, 2)];
    let unordered = Table { rows, ..with(&any) };
    assert_eq!(direction(&unordered, 2), None, "choices have no order");
    assert_eq!(direction(&unordered, 0), Some((false, false)));
}

/// A table of 1,000 rows over four inputs, as companies write them: 10 × 5 × 4 × 5 cells.
fn large() -> Table {
    let between = |low: usize, high: usize| {
        let at =
            |x: usize, included| Some(Bound { value: n(2 * i128::try_from(x).unwrap()), included });
        Cell::OneOf(vec![CellRange { low: at(low, true), high: at(high, false) }])
    };
    let part = |at: usize, of: usize| match at {
        0 => Cell::OneOf(vec![CellRange {
            low: None,
            high: Some(Bound { value: n(20), included: false }),
        }]),
        _ if at + 1 == of => Cell::OneOf(vec![CellRange {
            low: Some(Bound { value: n(20 * i128::try_from(at).unwrap()), included: true }),
            high: None,
        }]),
        _ => between(10 * at, 10 * (at + 1)),
    };
    let mut rows = Vec::new();
    for (a, b, c, d) in (0..1000).map(|at| (at / 100, at / 20 % 5, at / 5 % 4, at % 5)) {
        rows.push(Row {
            period: Period::default(),
            cells: vec![part(a, 10), part(b, 5), part(c, 4), part(d, 5)],
            result: RowResult::Value(n(2 * i128::try_from(a + b + c + d).unwrap())),
            span: Span::default(),
        });
    }
    Table { name: "grande".to_owned(), inputs: vec![DECIMAL; 4], ty: DECIMAL, rows }
}

fn large_layout(table: &Table) -> Layout<'_> {
    let schema = schema(&table.inputs);
    let domains = table.inputs.iter().map(|ty| of_type(&schema, *ty)).collect();
    Layout::new(table, domains, Period::default())
}

#[test]
fn a_thousand_rows_over_four_inputs_are_decided() {
    let started = std::time::Instant::now();
    let whole = large();
    let layout = large_layout(&whole);
    let budget = &mut Budget(BUDGET);
    let gap = |layout: &Layout<'_>, budget: &mut Budget| {
        let mut found = None;
        layout
            .holes(layout.everywhere(), budget, &mut |region| {
                found = Some(point_of(layout, region));
                ControlFlow::Break(())
            })
            .unwrap();
        found
    };
    assert_eq!(gap(&layout, budget), None);
    for row in 0..whole.rows.len() {
        assert!(matches!(layout.taken_by(row, budget), Found::Here(_)), "row {row}");
        let changed = layout.changed_without(row, budget, &mut |_| {});
        assert!(matches!(changed, Found::Here(_)), "row {row}");
    }
    let steps = steps_of(&layout, 2, budget).unwrap();
    assert_eq!((steps.rises, steps.falls), (true, false));

    let mut holed = whole.clone();
    let removed = holed.rows.remove(637);
    let layout = large_layout(&holed);
    let hole = gap(&layout, budget).unwrap();
    assert_eq!(taken(&holed, std::slice::from_ref(&hole)), [None]);
    assert_eq!(taken(&whole, &[hole]), [Some(637)]);

    let mut doubled = whole;
    doubled.rows.push(removed);
    let layout = large_layout(&doubled);
    assert_eq!(layout.taken_by(1000, budget), Found::Nowhere);
    let elapsed = started.elapsed();
    println!("1 000 lignes, quatre entrées : {elapsed:?}");
    assert!(elapsed.as_secs() < 120, "decided in {elapsed:?}");
}

#[test]
fn a_thousand_rows_that_cross_are_decided_or_said_not_to_be() {
    let mut seed = 12_345_u64;
    let mut next = |count: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % count
    };
    let mut rows = Vec::new();
    for _ in 0..1000 {
        let cells = (0..4).map(|_| {
            let (low, width) = (i128::from(next(1000)), i128::from(1 + next(300)));
            let at = |x: i128, included| Some(Bound { value: n(2 * x), included });
            Cell::OneOf(vec![CellRange { low: at(low, true), high: at(low + width, false) }])
        });
        let cells = cells.collect();
        rows.push(Row {
            period: Period::default(),
            cells,
            result: RowResult::Value(n(2)),
            span: Span::default(),
        });
    }
    let table = Table { name: "croisée".to_owned(), inputs: vec![DECIMAL; 4], ty: DECIMAL, rows };
    let layout = large_layout(&table);
    let budget = &mut Budget(BUDGET);
    for row in (0..1000).step_by(50) {
        match layout.taken_by(row, budget) {
            Found::Here(region) => {
                assert_eq!(taken(&table, &[point_of(&layout, &region)]), [Some(row)]);
            }
            Found::Nowhere => panic!("row {row} is alone somewhere, being too small to be covered"),
            Found::TooLong => {}
        }
    }
}
