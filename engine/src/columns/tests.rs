//! Columns say of each row what its pool says, name the rows that cannot be, and refuse what is no column.

use super::*;
use crate::testing::{
    CaseOf, Facts, Ops, WHOLE, criterion, day, eligible, grid, pool, ranking, version,
};
use crate::{
    Comparison, Direction, EntityId, Exact, FieldId, GridState, LineState, NoScripts, NumberForm,
    OrderKey, OrderKeyKind, Proof, Truth, Type, Unit, Value,
};

const RENT: Type = Type::Number(Unit::NONE, NumberForm::Decimal);

/// A grid of one line, 10 points under 30 with a rank among all beside, for those who work.
struct World {
    program: Program,
    age: FieldId,
    rent: FieldId,
    works: FieldId,
    code: FieldId,
    people: EntityId,
    born: FieldId,
}

fn world() -> World {
    let mut facts = Facts::new();
    let (age, rent) = (facts.fact("âge", WHOLE), facts.fact("loyer", RENT));
    let (works, code) = (facts.fact("travaille", Type::Bool), facts.fact("code", Type::Code));
    let people = facts.list("personnes");
    let born = facts.item_fact(people, "né", Type::Date);
    let mut program = facts.program();
    let mut ops = Ops::new();
    let (held, thirty, ten) = (ops.fact(age), ops.number(30), ops.number(10));
    let young = ops.compare(Comparison::Less, held, thirty);
    let key = ops.fact(rent);
    ops.next_stage();
    let rank = ops.rank(key, Direction::Ascending);
    let lines = vec![
        criterion("jeune").when(young).gives(ten).part(),
        criterion("rang").gives(rank).part(),
    ];
    program.grids = vec![grid("als", vec![version("als", ops, lines)])];
    let mut ops = Ops::new();
    let (held, key) = (ops.fact(works), ops.fact(rent));
    let mut order = ranking(&[0], ops);
    order.eligibilities = vec![eligible(criterion("travail").when(held))];
    let total = OrderKeyKind::Total;
    order.order = [total, OrderKeyKind::Slot(key)]
        .map(|key| OrderKey { key, direction: Direction::Descending, label: String::new() })
        .to_vec();
    program.rankings = vec![order];
    World { program, age, rent, works, code, people, born }
}

impl World {
    fn columns(&self) -> Columns<'_> {
        Columns::new(Plans::new(crate::Evaluator::new(&self.program, &NoScripts)))
    }
}

const AGES: &[u8] = &[20, 40, 29, 20];
const RENTS: &[i32] = &[50_000, 40_005, 30_000, 60_000];

fn batch<'a>(world: &'a World, columns: &Columns<'a>, works: &'a [u8]) -> Batch<'a> {
    let mut batch = columns.batch(day("2019-10-15"), AGES.len());
    batch.add(world.age, FactColumn::known(Slots::Bytes(AGES))).unwrap();
    batch.add(world.rent, FactColumn::known(Slots::Narrow(RENTS))).unwrap();
    batch.add(world.works, FactColumn::known(Slots::Bytes(works))).unwrap();
    batch
}

#[test]
fn each_pool_is_ranked_apart() {
    let world = world();
    let columns = world.columns();
    let batch = batch(&world, &columns, &[1, 1, 0, 1]);
    let mut outcomes = Outcomes::default();
    assert!(columns.evaluate(&batch, &[2..4, 0..2], Asked::States, &mut outcomes));
    assert_eq!(outcomes.eligible, [Truth::No, Truth::Yes, Truth::Yes, Truth::Yes]);
    assert_eq!(outcomes.total.whole, [10, 11, 12, 1]);
    assert_eq!(outcomes.rank, [0, 1, 1, 2]);
    let [als] = outcomes.grids.as_slice() else { panic!("one grid") };
    assert_eq!(als.states, [GridState::Established; 4]);
    let ids: Vec<&str> = als.lines.iter().map(|line| line.id.as_str()).collect();
    assert_eq!(ids, ["jeune", "rang"]);
    let (obtained, not) = (Some(LineState::Obtained), Some(LineState::NotObtained));
    assert_eq!(als.lines[0].states, [obtained, obtained, obtained, not]);
    // The rank of who is not eligible is unknown.
    assert_eq!(als.lines[1].states[0], Some(LineState::NotEvaluable));
    columns.evaluate(&batch, std::slice::from_ref(&(3..4)), Asked::Points, &mut outcomes);
    assert_eq!((outcomes.rank.as_slice(), outcomes.total.whole.as_slice()), (&[1][..], &[11][..]));
    assert!(outcomes.grids[0].lines[0].states.is_empty());
}

#[test]
fn a_row_that_cannot_be_is_its_own_error() {
    let world = world();
    let columns = world.columns();
    let batch = batch(&world, &columns, &[1, 2, 1, 1]);
    let mut outcomes = Outcomes::default();
    columns.evaluate(&batch, std::slice::from_ref(&(0..4)), Asked::Points, &mut outcomes);
    assert_eq!(outcomes.errors, [(1, RowError { field: world.works })]);
    assert_eq!(outcomes.total.whole, [12, 0, 11, 13]);
    assert_eq!(outcomes.rank, [2, 0, 3, 1]);
}

#[test]
fn a_missing_fact_and_a_withheld_one_are_unknown() {
    let world = world();
    let columns = world.columns();
    let mut batch = batch(&world, &columns, &[1, 1, 1, 1]);
    let (known, withheld) = (Some(Bits(&[0b1001])), Some(Bits(&[0b0010])));
    let ages = FactColumn { known, withheld, ..FactColumn::known(Slots::Bytes(AGES)) };
    batch.add(world.age, ages).unwrap();
    let case = case::case(&batch, 1).unwrap();
    assert_eq!(case.facts[&world.age].state, crate::FactState::Withheld);
    assert_eq!(case::case(&batch, 2).unwrap().facts[&world.age].state, crate::FactState::Missing);
    let mut outcomes = Outcomes::default();
    columns.evaluate(&batch, std::slice::from_ref(&(0..4)), Asked::States, &mut outcomes);
    let states = &outcomes.grids[0].lines[0].states;
    assert_eq!(states[1], Some(LineState::NotEvaluable));
    assert_eq!(states[3], Some(LineState::Obtained));
}

#[test]
fn what_slots_cannot_say_is_given_as_a_case() {
    let world = world();
    let columns = world.columns();
    let mut batch = batch(&world, &columns, &[1, 1, 1, 1]);
    let third = Value::Number(Exact::fraction(100_000, 3).unwrap());
    let case = CaseOf::new().with(world.age, Value::Number(Exact::whole(50)));
    let case = case.with(world.rent, third).with(world.works, Value::Bool(true));
    batch.replace(0, case.0.clone());
    let mut outcomes = Outcomes::default();
    columns.evaluate(&batch, std::slice::from_ref(&(0..1)), Asked::Points, &mut outcomes);
    let assessed = columns.plans.assess(&pool(vec![case])).unwrap();
    assert_eq!(outcomes.total.get(0), Some(assessed.candidates[0].total));
    assert_eq!(outcomes.total.whole, [1]);
}

#[test]
fn numbers_that_are_not_whole_are_kept_apart() {
    let mut amounts = Amounts::default();
    amounts.begin(3);
    let half = Exact::fraction(1, 2).unwrap();
    let great = Exact::whole(1 << 40);
    [half, great, Exact::whole(-3)]
        .into_iter()
        .enumerate()
        .for_each(|(row, n)| amounts.set(row, n));
    assert_eq!((amounts.get(0), amounts.get(1)), (Some(half), Some(great)));
    assert_eq!((amounts.get(2), amounts.get(3)), (Some(Exact::whole(-3)), None));
    assert_eq!(amounts.others.len(), 2);
}

#[test]
fn lists_and_proofs_come_from_columns() {
    let world = world();
    let columns = world.columns();
    let mut batch = columns.batch(day("2019-10-15"), 3);
    let texts = ["69", "38"].map(Arc::from);
    let codes = [1_u32, 0, 1];
    let proofs = [Proof::Declared, Proof::Verified];
    let code = FactColumn {
        proofs: Some((&[0, 1, 1], &proofs)),
        ..FactColumn::known(Slots::Texts(&codes, &texts))
    };
    batch.add(world.code, code).unwrap();
    let born = pack_day(day("2001-02-03")).unwrap();
    let days = [born, born];
    let facts = [(world.born, FactColumn::known(Slots::Wide(&days)))].into();
    let (offsets, known) = (&[0, 2, 2, 2][..], Some(Bits(&[0b011])));
    batch.add_list(world.people, ListColumn { offsets, known, withheld: None, facts }).unwrap();
    let cases: Vec<_> = (0..3).map(|row| case::case(&batch, row).unwrap()).collect();
    assert_eq!(
        cases[0].facts[&world.code].state,
        crate::FactState::Known(Value::Text("38".into()))
    );
    assert_eq!(cases[1].facts[&world.code].proof, Proof::Verified);
    let count = |case: &crate::Case| match &case.lists[&world.people] {
        crate::ListState::Known(items) => Some(items.len()),
        crate::ListState::Missing | crate::ListState::Withheld => None,
    };
    assert_eq!(cases.iter().map(count).collect::<Vec<_>>(), [Some(2), Some(0), None]);
}

#[test]
fn what_is_no_column_is_refused() {
    let world = world();
    let columns = world.columns();
    let mut batch = columns.batch(day("2019-10-15"), 3);
    let add = |batch: &mut Batch<'_>, field, values| batch.add(field, FactColumn::known(values));
    assert_eq!(add(&mut batch, world.age, Slots::Bytes(&[1, 2])), Err(ColumnError::Length));
    assert_eq!(add(&mut batch, world.code, Slots::Bytes(&[1, 2, 3])), Err(ColumnError::Kind));
    assert_eq!(add(&mut batch, world.age, Slots::Texts(&[0; 3], &[])), Err(ColumnError::Kind));
    assert_eq!(add(&mut batch, world.born, Slots::Wide(&[0; 3])), Err(ColumnError::Field));
    assert_eq!(add(&mut batch, FieldId(99), Slots::Same(1)), Err(ColumnError::Field));
    assert_eq!(batch.applying(Bits(&[])), Err(ColumnError::Length));
    let list = |offsets| ListColumn { offsets, known: None, withheld: None, facts: [].into() };
    assert_eq!(batch.add_list(world.people, list(&[0, 1])), Err(ColumnError::Length));
    assert_eq!(batch.add_list(world.people, list(&[0, 2, 1, 3])), Err(ColumnError::Length));
    assert_eq!(batch.add_list(EntityId(0), list(&[0; 4])), Err(ColumnError::Field));
    assert_eq!(add(&mut batch, world.age, Slots::Same(3)), Ok(()));
}

#[test]
fn without_a_ranking_nothing_is_said() {
    let mut world = world();
    world.program.rankings.clear();
    let columns = world.columns();
    let batch = batch(&world, &columns, &[1; 4]);
    let mut outcomes = Outcomes::default();
    assert!(!columns.evaluate(&batch, std::slice::from_ref(&(0..4)), Asked::Points, &mut outcomes));
}

#[test]
fn pieces_on_every_core_say_what_one_does() {
    let world = world();
    let columns = world.columns();
    let batch = batch(&world, &columns, &[1, 1, 0, 1]);
    let (pools, mut one) = ([0..1, 1..3, 3..4], Outcomes::default());
    columns.evaluate(&batch, &pools, Asked::States, &mut one);
    for rows in [0, 1, 2, 3, 100] {
        let mut all = Vec::new();
        assert!(columns.evaluate_all(&batch, &pools, (Asked::States, rows), &mut all));
        let totals: Vec<i32> = all.iter().flat_map(|piece| piece.total.whole.clone()).collect();
        assert_eq!(totals, one.total.whole);
        assert_eq!(
            all.len(),
            match rows {
                0 | 1 => 3,
                2 => 2,
                3 => 2,
                _ => 1,
            }
        );
    }
}

#[test]
fn a_second_comparison_of_candidates_leaves_the_order_as_it_was() {
    let mut world = world();
    let mut ops = Ops::new();
    let key = ops.fact(world.rent);
    ops.next_stage();
    let (fold, population) = (crate::Fold::Maximum, crate::Population::Eligible);
    let most = crate::Op::FoldPool { fold, population, filter: None, value: Some(key) };
    let most = ops.op(most);
    let hundred = ops.number(100);
    let some = ops.compare(Comparison::Greater, most, hundred);
    let lines = vec![criterion("l").when(some).gives(hundred).part()];
    world.program.grids = vec![grid("als", vec![version("als", ops, lines)])];
    // By age, the greatest first: not what is compared.
    let mut ops = Ops::new();
    let (held, age) = (ops.fact(world.works), ops.fact(world.age));
    let order = &mut world.program.rankings[0];
    order.code = ops.0;
    order.eligibilities = vec![eligible(criterion("travail").when(held))];
    order.order[1].key = OrderKeyKind::Slot(age);
    let columns = world.columns();
    let mut batch = batch(&world, &columns, &[1; 4]);
    batch.applying(Bits(&[0b0111])).unwrap();
    let mut outcomes = Outcomes::default();
    columns.evaluate(&batch, std::slice::from_ref(&(0..4)), Asked::Points, &mut outcomes);
    assert_eq!(outcomes.walked, 0, "by a kernel");
    assert_eq!(outcomes.rank, [3, 1, 2, 0]);
    assert_eq!(outcomes.rank_if_all, [3, 1, 2, 4]);
    assert_eq!(outcomes.total.whole, [100; 4]);
}

#[test]
fn companies_that_compare_candidates_each_its_own_way_are_not_mixed() {
    let mut world = world();
    let filling = |name: &str, key: FieldId, direction| {
        let mut ops = Ops::new();
        let key = ops.fact(key);
        ops.next_stage();
        let rank = ops.rank(key, direction);
        let filling = Some((name.into(), "1".into()));
        let lines = vec![criterion("propre").gives(rank).part()];
        std::sync::Arc::new(crate::GridVersion { filling, ..version("cadre", ops, lines) })
    };
    let mut frame = grid("cadre", vec![version("cadre", Ops::new(), Vec::new())]);
    frame.siren = Some(world.code);
    frame.fillings = vec![
        filling("a", world.rent, Direction::Ascending),
        filling("b", world.age, Direction::Descending),
    ];
    frame.by_siren = [("69".to_owned(), vec![0]), ("38".to_owned(), vec![1])].into();
    world.program.grids = vec![frame];
    let columns = world.columns();
    let mut batch = batch(&world, &columns, &[1; 4]);
    let (texts, codes) = (["69", "38"].map(std::sync::Arc::from), [0_u32, 1, 0, 1]);
    batch.add(world.code, FactColumn::known(Slots::Texts(&codes, &texts))).unwrap();
    let mut outcomes = Outcomes::default();
    columns.evaluate(&batch, std::slice::from_ref(&(0..4)), Asked::Points, &mut outcomes);
    let cases = (0..4).map(|row| CaseOf(case::case(&batch, row).unwrap())).collect();
    let assessed = columns.plans.assess(&pool(cases)).unwrap();
    let total = |row: usize| assessed.candidates.iter().find(|one| one.index == row);
    let totals: Vec<_> = (0..4).map(|row| total(row).map(|one| one.total)).collect();
    // By rents 50,000, 40,005, 30,000, 60,000 for the first company, by ages 20, 40, 29, 20 for the other.
    assert_eq!(totals, [3, 1, 1, 3].map(|points| Some(Exact::whole(points))));
    assert_eq!((0..4).map(|row| outcomes.total.get(row)).collect::<Vec<_>>(), totals);
    assert_eq!(outcomes.walked, 4, "what a company's kernel compares is not what another's does");
}
