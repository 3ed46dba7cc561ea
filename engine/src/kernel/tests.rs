//! On drawn rules and facts, columns say what the walk of the program decides, row by row, and kernels say
//! most of it.

use super::SingleRow;
use crate::plan::tests::{Draw, Drawn, case};
use crate::testing::{
    CaseOf, NUMBER, Ops, criterion, day, eligible, family, grid, pool, ranking, tranche, version,
};
use crate::{
    Asked, Assessment, Bits, Case, Columns, Criterion, Direction, Evaluator, Exact, FactColumn,
    FactState, FieldId, NoScripts, Op, OrderKey, OrderKeyKind, Outcomes, Part, Plans, Pool,
    Population, Program, Retains, Slot, Slots, Type, Value, pack_day, parts_of_type,
};
use proptest::prelude::*;
use std::cell::Cell as Count;
use std::sync::Arc;

/// The facts of one field for every row.
struct Held {
    field: FieldId,
    values: Vec<i64>,
    places: Vec<u32>,
    texts: Vec<Arc<str>>,
    known: Vec<u8>,
    is_text: bool,
    is_number: bool,
    unsaid: Vec<usize>,
}

impl Held {
    fn new(field: FieldId, ty: Type, cases: &[Case]) -> Self {
        let mut held = Self {
            field,
            values: Vec::new(),
            places: Vec::new(),
            texts: Vec::new(),
            known: vec![0; cases.len().div_ceil(8)],
            is_text: matches!(ty, Type::Text | Type::Code),
            is_number: matches!(ty, Type::Number(..)),
            unsaid: Vec::new(),
        };
        for (row, case) in cases.iter().enumerate() {
            let state = case.facts.get(&field).map(|fact| &fact.state);
            let value = match state {
                Some(FactState::Known(value)) => Some(value),
                Some(FactState::Missing | FactState::Withheld) | None => None,
            };
            held.known[row / 8] |= u8::from(value.is_some()) << (row % 8);
            let slot = value.map_or(Some(0), |value| held.slot(ty, value));
            held.unsaid.extend(slot.is_none().then_some(row));
            held.values.push(slot.unwrap_or(0));
            if held.places.len() <= row {
                held.places.push(0);
            }
        }
        held
    }

    fn slot(&mut self, ty: Type, value: &Value) -> Option<i64> {
        match value {
            Value::Bool(truth) => Some(i64::from(*truth)),
            Value::Enum(place) => Some(i64::from(*place)),
            Value::Date(day) => pack_day(*day),
            Value::Text(text) => {
                self.places.push(u32::try_from(self.texts.len()).unwrap());
                self.texts.push(Arc::clone(text));
                Some(0)
            }
            Value::Number(number) => {
                let parts = number.multiply(Exact::from(parts_of_type(ty))).ok()?;
                if parts.is_whole() { i64::try_from(parts.numerator()).ok() } else { None }
            }
        }
    }

    fn column(&self) -> FactColumn<'_> {
        let values = if self.is_text {
            Slots::Texts(&self.places, &self.texts)
        } else {
            Slots::Wide(&self.values)
        };
        FactColumn { known: Some(Bits(&self.known)), ..FactColumn::known(values) }
    }
}

/// Draws a slot of a type among the first, which stand on little: most rows are then said by kernels.
fn early(d: &mut Draw<'_>, drawn: &Drawn, ty: Type) -> Slot {
    let first = drawn.slots.iter().take(FIRST);
    let of = first.filter(|(_, own)| std::mem::discriminant(own) == std::mem::discriminant(&ty));
    d.pick(&of.map(|(slot, _)| *slot).collect::<Vec<_>>()).unwrap()
}

/// How many slots come first.
const FIRST: usize = 15;

/// Knows every fact of a case, numbers as slots say them.
fn completed(mut case: Case, facts: &[(FieldId, Type)], choices: &[u16]) -> Case {
    for ((field, ty), choice) in facts.iter().zip(choices) {
        let value = match ty {
            Type::Bool => Value::Bool(true),
            Type::Number(..) => {
                let parts = i128::from(choice % 4_000) - 300;
                let below = parts_of_type(*ty).min(100);
                Value::Number(Exact::fraction(parts, below.into()).unwrap())
            }
            Type::Date => Value::Date(day("2011-05-03")),
            Type::Enum(_) => Value::Enum(1),
            Type::Text | Type::Code | Type::Item(_) => crate::testing::text("38"),
        };
        let held = case.facts.entry(*field).or_default();
        if matches!(ty, Type::Number(..)) || !matches!(held.state, FactState::Known(_)) {
            held.state = FactState::Known(value);
        }
    }
    case
}

/// Draws a criterion over the slots of a code.
fn line(d: &mut Draw<'_>, drawn: &Drawn, id: &str) -> Criterion {
    let mut line = criterion(id);
    let number = |d: &mut Draw<'_>| early(d, drawn, NUMBER);
    let truth = |d: &mut Draw<'_>| early(d, drawn, Type::Bool);
    if d.below(3) > 0 {
        line = line.when(truth(d));
    }
    if d.below(4) == 0 {
        line = line.except(truth(d));
    }
    for _ in 0..=d.below(2) {
        let amount = number(d);
        line = if d.below(2) == 0 { line.gives(amount) } else { line.gives_if(amount, truth(d)) };
    }
    if d.below(3) == 0 {
        line = line.at_least(number(d));
    }
    if d.below(3) == 0 {
        line = line.at_most(number(d));
    }
    line
}

fn part(d: &mut Draw<'_>, drawn: &Drawn, at: usize) -> Part {
    let name = |inner: usize| format!("l{at}_{inner}");
    match d.below(5) {
        0 => {
            let lines = (0..2).map(|inner| line(d, drawn, &name(inner))).collect();
            let retains = [Retains::Maximum, Retains::First];
            let mut own = family(&format!("f{at}"), d.pick(&retains).unwrap(), lines);
            own.cap = (d.below(2) == 0).then(|| Exact::whole(20));
            Part::Family(own.into())
        }
        1 => {
            let condition = |inner: usize, d: &mut Draw<'_>| {
                criterion(&name(inner)).when(early(d, drawn, Type::Bool))
            };
            tranche(&format!("t{at}"), 30, (0..2).map(|inner| condition(inner, d)).collect())
        }
        _ => line(d, drawn, &name(0)).part(),
    }
}

/// Draws a frame with the fillings of two companies, maybe one for all, maybe a population.
fn companies(d: &mut Draw<'_>, drawn: &Drawn) -> crate::Grid {
    let filling = |d: &mut Draw<'_>, at: usize| {
        let mut own = version("c", Ops(drawn.ops.0.clone()), vec![part(d, drawn, at)]);
        own.applies = (d.below(3) == 0).then(|| early(d, drawn, Type::Bool));
        own
    };
    let mut frame = grid("gc", vec![filling(d, 6)]);
    frame.open_frame = d.below(2) == 0;
    frame.fillings = (7..10).map(|at| Arc::new(filling(d, at))).collect();
    frame.by_siren = [("69".to_owned(), vec![0]), ("38".to_owned(), vec![1])].into();
    frame.for_all = if d.below(3) == 0 { vec![2] } else { Vec::new() };
    let company = drawn.vocabulary.facts.iter().find(|(_, ty)| *ty == Type::Code);
    frame.siren = company.map(|(field, _)| *field);
    frame
}

/// Draws rules: two grids over one code, the second with a rank, a frame, and a ranking.
fn rules(choices: &[u16]) -> (Program, Vec<(FieldId, Type)>) {
    let (code, rest) = choices.split_at(choices.len() / 2);
    let mut drawn = Drawn::new(&mut Draw { numbers: code.iter() });
    let mut d = Draw { numbers: rest.iter() };
    let always = drawn.push(Op::Constant(Value::Bool(true)), Type::Bool);
    let parts: Vec<Part> = (0..3).map(|at| part(&mut d, &drawn, at)).collect();
    let mut first = version("a", Ops(drawn.ops.0.clone()), parts);
    first.cap = (d.below(2) == 0).then(|| Exact::whole(50));
    first.floor = (d.below(2) == 0).then_some(Exact::ZERO);
    first.applies = (d.below(3) == 0).then(|| early(&mut d, &drawn, Type::Bool));
    let mut parts: Vec<Part> = (3..5).map(|at| part(&mut d, &drawn, at)).collect();
    let mut ops = Ops(drawn.ops.0.clone());
    if d.below(2) == 0 {
        let ty = if d.below(2) == 0 { Type::Date } else { NUMBER };
        let key = early(&mut d, &drawn, ty);
        ops.next_stage();
        let direction = Direction::Ascending;
        let population = [Population::Everyone, Population::Eligible];
        let population = d.pick(&population).unwrap();
        let rank = ops.op(Op::Rank { key, direction, population });
        let three = ops.number(3);
        let few = ops.compare(crate::Comparison::LessOrEqual, rank, three);
        parts.push(criterion("rang").when(few).gives(rank).part());
        let left = ops.arithmetic(crate::Arithmetic::Subtract, three, rank);
        let none = ops.number(0);
        parts.push(criterion("premiers").gives(left).at_least(none).part());
    }
    let second = version("b", ops, parts);
    let frame = companies(&mut d, &drawn);
    let mut order = ranking(&[0, 1, 2], Ops(drawn.ops.0.clone()));
    let condition = if d.below(2) == 0 { always } else { early(&mut d, &drawn, Type::Bool) };
    order.eligibilities = vec![eligible(criterion("e").when(condition))];
    let key = early(&mut d, &drawn, Type::Date);
    order.order = [
        (OrderKeyKind::Total, Direction::Descending),
        (OrderKeyKind::Slot(key), Direction::Ascending),
    ]
    .map(|(key, direction)| OrderKey { key, direction, label: String::new() })
    .to_vec();
    order.keeps = Some(2);
    let mut program = drawn.vocabulary.program;
    program.grids = vec![grid("ga", vec![first]), grid("gb", vec![second])];
    program.grids.push(frame);
    program.rankings = vec![order];
    (program, drawn.vocabulary.facts)
}

/// Compares what columns say of each row with what was decided of the pool.
fn same(outcomes: &Outcomes, assessment: &Assessment<'_>, pool: &Pool) -> Result<(), String> {
    for one in &assessment.candidates {
        let row = one.index;
        let all = one.if_all_apply;
        let own = (
            one.eligible,
            one.total,
            one.rank.unwrap_or(0),
            one.kept,
            all.map_or(0, |all| all.rank),
        );
        let said = (
            outcomes.eligible[row],
            outcomes.total.get(row).unwrap(),
            outcomes.rank[row],
            outcomes.kept[row],
            outcomes.rank_if_all[row],
        );
        if own != said {
            return Err(format!("row {row}: {own:?} {said:?} {:#?}", pool.candidates[row]));
        }
        for (grid, column) in one.grids.iter().zip(&outcomes.grids) {
            let points = grid.points.unwrap_or(Exact::ZERO);
            if (grid.state, points) != (column.states[row], column.points.get(row).unwrap()) {
                return Err(format!("row {row}: {grid:#?}"));
            }
            for held in &column.lines {
                let line = grid.lines.iter().find(|line| line.id() == held.id);
                let points = line.map_or(Exact::ZERO, |line| line.points);
                let said = (held.states[row], held.points.get(row).unwrap());
                if (line.map(|line| line.state), points) != said {
                    return Err(format!("row {row} {}: {line:#?} {said:?}", held.id));
                }
            }
        }
    }
    Ok(())
}

/// What is said where a number of a row that no pool has is beyond lanes of 32 bits.
fn in_wide_lanes(columns: &Columns<'_>, pool: &Pool, held: &[Held], applies: Bits<'_>) -> Outcomes {
    let rows = pool.candidates.len();
    let more: Vec<(Vec<i64>, Vec<u32>, Vec<u8>)> = held
        .iter()
        .map(|one| {
            let (mut values, mut places, mut known) =
                (one.values.clone(), one.places.clone(), one.known.clone());
            values.push(if one.is_number { 1 << 39 } else { values.first().copied().unwrap_or(0) });
            places.push(0);
            known.push(0);
            (values, places, known)
        })
        .collect();
    let mut batch = columns.batch(pool.date, rows + 1);
    for (one, (values, places, known)) in held.iter().zip(&more) {
        let slots =
            if one.is_text { Slots::Texts(places, &one.texts) } else { Slots::Wide(values) };
        let column = FactColumn { known: Some(Bits(known)), ..FactColumn::known(slots) };
        batch.add(one.field, column).unwrap();
    }
    batch.applying(applies).unwrap();
    for row in held.iter().flat_map(|held| &held.unsaid) {
        batch.replace(*row, pool.candidates[*row].case.clone());
    }
    let mut outcomes = Outcomes::default();
    let pools = 0..rows;
    columns.evaluate(&batch, std::slice::from_ref(&pools), Asked::States, &mut outcomes);
    outcomes
}

/// Compares outcomes, but for the states of lines, with those of which no state was asked.
fn without_states(outcomes: &mut Outcomes, points: &Outcomes) -> Result<(), String> {
    for line in outcomes.grids.iter_mut().flat_map(|grid| &mut grid.lines) {
        line.states.clear();
    }
    if outcomes == points { Ok(()) } else { Err(format!("{outcomes:#?} {points:#?}")) }
}

/// Compares what the walk over one row says of each with what the walk over blocks says of it alone.
fn alone(
    columns: &Columns<'_>,
    batch: &crate::Batch<'_>,
    held: &[Held],
    facts: &[(FieldId, Type)],
) -> Result<(), String> {
    let Some(mut single) = columns.single(batch.date(), None) else { return Ok(()) };
    let is_text = |ty: Type| matches!(ty, Type::Text | Type::Code);
    let reads_texts = |field: &FieldId| facts.iter().any(|(own, ty)| own == field && is_text(*ty));
    if single.facts().iter().any(reads_texts) {
        return Ok(());
    }
    for row in 0..batch.rows() {
        let mut outcomes = Outcomes::default();
        let pool = row..row + 1;
        columns.evaluate(batch, std::slice::from_ref(&pool), Asked::Points, &mut outcomes);
        let slot =
            |field: &FieldId| held.iter().find(|own| own.field == *field).unwrap().values[row];
        let slots: Vec<i64> = single.facts().iter().map(slot).collect();
        for (at, beyond) in [i64::MIN, -(1 << 41), 1 << 41, i64::MAX].into_iter().enumerate() {
            let mut beyond_range = slots.clone();
            if let Some(slot) = beyond_range.get_mut(at) {
                *slot = beyond;
                assert_eq!(single.evaluate(&beyond_range), None, "{beyond}");
            }
        }
        assert_eq!(single.evaluate(&[&slots[..], &[0]].concat()), None, "one slot more");
        let Some(out) = single.evaluate(&slots).filter(|_| outcomes.walked == 0) else { continue };
        let out = out.to_vec();
        let values = out.iter().zip(single.parts());
        for (what, (value, parts)) in single.outputs().iter().zip(values) {
            let own = Exact::fraction((*value).into(), (*parts).into());
            let line = |id: &str, grid: usize| {
                outcomes.grids[grid].lines.iter().find(|line| line.id == id).unwrap().points.get(0)
            };
            let said = match what {
                // A row of a company has its filling.
                SingleRow::Line(2, _) | SingleRow::Grid(2) | SingleRow::Total => own,
                SingleRow::Line(grid, id) => line(id, *grid),
                SingleRow::Grid(grid) => outcomes.grids[*grid].points.get(0),
                SingleRow::Eligible => {
                    Some(Exact::from(i64::from(outcomes.eligible[0] == crate::Truth::Yes)))
                }
            };
            if own != said {
                return Err(format!("row {row} {what:?}: {own:?} {said:?}"));
            }
        }
    }
    Ok(())
}

/// Compares what the record of each row says of every operation with the trace of the walk.
fn recorded(
    columns: &Columns<'_>,
    evaluator: Evaluator<'_>,
    (held, pool): (&[Held], &Pool),
    read: &Count<usize>,
) -> Result<(), String> {
    let Some(mut watcher) = columns.watcher(pool.date, None) else { return Ok(()) };
    let mut record = vec![0; watcher.width()];
    for (row, candidate) in pool.candidates.iter().enumerate() {
        let own = |field: &FieldId| held.iter().find(|own| own.field == *field).unwrap();
        let known = watcher.facts().iter().all(|field| {
            let state = candidate.case.facts.get(field).map(|fact| &fact.state);
            let held = own(field);
            matches!(state, Some(FactState::Known(_)))
                && !held.is_text
                && !held.unsaid.contains(&row)
        });
        let slots: Vec<i64> = watcher.facts().iter().map(|field| own(field).values[row]).collect();
        if !known || !watcher.record(&slots, &mut record) {
            continue;
        }
        let given = watcher.evaluate(&slots).map(<[i64]>::to_vec);
        assert_eq!(given.as_deref(), Some(watcher.given(&record)));
        let alone = crate::Candidate { applies: true, ..candidate.clone() };
        let one = Pool { date: pool.date, candidates: vec![alone] };
        let (_, trace) = evaluator.assess_traced(&one, 0).unwrap();
        let said = watcher.trace(&record);
        let grids = said.grids.iter().filter(|(grid, _)| *grid != "gc");
        let grids = grids.map(|(grid, values)| (values, trace.grids.get(grid)));
        for (values, due) in grids.chain([(&said.standing, Some(&trace.standing))]) {
            let due = due.ok_or("a grid that the walk does not establish")?;
            assert_eq!(values.len(), due.len());
            for (slot, (own, due)) in values.iter().zip(due).enumerate() {
                if own.as_ref().is_some_and(|own| own != due) {
                    return Err(format!("row {row}, slot {slot}: {own:?} {due:?}"));
                }
                read.set(read.get() + usize::from(own.is_some()));
            }
        }
    }
    Ok(())
}

#[test]
fn what_kernels_say_is_what_the_walk_decides() {
    let read = Count::new(0_usize);
    let (all, walked) = (Count::new(0_usize), Count::new(0_usize));
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(300));
    let strategy = (
        proptest::collection::vec(any::<u16>(), 60..300),
        proptest::collection::vec(proptest::collection::vec(any::<u16>(), 80), 1..5),
        any::<u8>(),
    );
    let checked = runner.run(&strategy, |(choices, cases, applies)| {
        let (program, facts) = rules(&choices);
        let vocabulary = crate::plan::tests::vocabulary();
        let cases: Vec<Case> = cases
            .iter()
            .map(|choices| {
                let drawn = case(&mut Draw { numbers: choices.iter() }, &vocabulary);
                if choices[0] % 8 == 0 { drawn } else { completed(drawn, &facts, choices) }
            })
            .collect();
        let mut pool = pool(cases.iter().cloned().map(CaseOf).collect());
        for (row, candidate) in pool.candidates.iter_mut().enumerate() {
            candidate.applies = applies >> (row % 8) & 1 == 1;
        }
        let held: Vec<Held> =
            facts.iter().map(|(field, ty)| Held::new(*field, *ty, &cases)).collect();
        let evaluator = Evaluator::new(&program, &NoScripts);
        let columns = Columns::new(Plans::new(evaluator));
        let applies = [applies];
        let mut batch = columns.batch(pool.date, cases.len());
        for one in &held {
            batch.add(one.field, one.column()).unwrap();
        }
        batch.applying(Bits(&applies)).unwrap();
        for row in held.iter().flat_map(|held| &held.unsaid) {
            batch.replace(*row, cases[*row].clone());
        }
        // Lists are not told by columns here: rows that read them differ from their cases.
        let mut bare = pool.clone();
        for candidate in &mut bare.candidates {
            candidate.case.lists.clear();
        }
        let replaced: Vec<usize> = held.iter().flat_map(|held| held.unsaid.clone()).collect();
        for row in replaced {
            bare.candidates[row] = pool.candidates[row].clone();
        }
        let mut outcomes = Outcomes::default();
        let whole = 0..cases.len();
        columns.evaluate(&batch, std::slice::from_ref(&whole), Asked::States, &mut outcomes);
        all.set(all.get() + cases.len());
        walked.set(walked.get() + outcomes.walked);
        alone(&columns, &batch, &held, &facts).map_err(TestCaseError::fail)?;
        recorded(&columns, evaluator, (&held, &bare), &read).map_err(TestCaseError::fail)?;
        let wide = in_wide_lanes(&columns, &pool, &held, Bits(&applies));
        prop_assert_eq!(&wide, &outcomes);
        let mut bare_points = Outcomes::default();
        let pools = std::slice::from_ref(&whole);
        columns.evaluate(&batch, pools, Asked::Points, &mut bare_points);
        without_states(&mut outcomes.clone(), &bare_points).map_err(TestCaseError::fail)?;
        let assessment = evaluator.assess(&bare).unwrap();
        same(&outcomes, &assessment, &bare).map_err(TestCaseError::fail)
    });
    if let Err(failure) = checked {
        panic!("{failure}");
    }
    assert!(read.get() > 1_000, "{} values of records", read.get());
    assert!(walked.get() * 10 < all.get() * 9, "{} of {} were walked", walked.get(), all.get());
}
