//! Eligibility, the two populations, totals and order.

use crate::testing::{
    CaseOf, Facts, NUMBER, Ops, criterion, day, eligible, grid, n, pool, ranking, text, tranche,
    version, x,
};
use crate::{
    Arithmetic, CandidateOutcome, Comparison, Direction, EvalError, Evaluator, Exact, FieldId,
    GridState, MotifCode, NoScripts, Op, OrderKey, OrderKeyKind, Period, Plans, Pool, PoolOutcome,
    Program, Proof, ProofGate, ProofLevel, Range, Truth, Type, ValidationGate, Value,
};
use proptest::prelude::*;

/// A seniority grid (21 - rank, from 0 to 20), a flat grid of 100 × `bonus`; eligible if `ok`;
/// ordered by total, then by filing number.
struct Bench {
    program: Program,
    filed: FieldId,
    bonus: FieldId,
    ok: FieldId,
    number: FieldId,
}

fn bench() -> Bench {
    let mut facts = Facts::new();
    let filed = facts.fact("dépôt", Type::Date);
    let bonus = facts.fact("bonus", NUMBER);
    let ok = facts.fact("pièces", Type::Bool);
    let number = facts.fact("numéro", Type::Text);
    let mut ops = Ops::new();
    let (key, zero, twenty, top) = (ops.fact(filed), ops.number(0), ops.number(20), ops.number(21));
    ops.next_stage();
    let rank = ops.rank(key, Direction::Ascending);
    let given = ops.arithmetic(Arithmetic::Subtract, top, rank);
    let seniority = criterion("ancienneté").gives(given).at_least(zero).at_most(twenty);
    let als = grid("als", vec![version("als", ops, vec![seniority.part()])]);
    let mut ops = Ops::new();
    let (own, hundred) = (ops.fact(bonus), ops.number(100));
    let given = ops.arithmetic(Arithmetic::Multiply, own, hundred);
    let flat =
        grid("flat", vec![version("flat", ops, vec![criterion("bonus").gives(given).part()])]);
    let mut ops = Ops::new();
    let (fine, last) = (ops.fact(ok), ops.fact(number));
    let mut ranking = ranking(&[0, 1], ops);
    ranking.eligibilities.push(eligible(criterion("pièces").when(fine)));
    let key = |key, direction| OrderKey { key, direction, label: "clé".to_owned() };
    ranking.order = vec![
        key(OrderKeyKind::Total, Direction::Descending),
        key(OrderKeyKind::Slot(last), Direction::Ascending),
    ];
    ranking.keeps = Some(2);
    let program = Program { grids: vec![als, flat], rankings: vec![ranking], ..facts.program() };
    Bench { program, filed, bonus, ok, number }
}

impl Bench {
    fn case(&self, filed: &str, bonus: i64, number: &str) -> CaseOf {
        CaseOf::new()
            .with(self.filed, Value::Date(day(filed)))
            .with(self.bonus, n(bonus))
            .with(self.ok, Value::Bool(true))
            .with(self.number, text(number))
    }

    fn rank(&self, pool: &Pool) -> PoolOutcome {
        let evaluator = Evaluator::new(&self.program, &NoScripts);
        let outcome = evaluator.rank(pool).unwrap();
        let plans = Plans::new(evaluator);
        assert_eq!(plans.assess(pool), evaluator.assess(pool), "the plan says the same");
        let (all, planned) = plans.coverage(pool.date);
        assert_eq!(all, planned, "every code is planned");
        for candidate in &outcome.candidates {
            let points = candidate.grids.iter().filter_map(|grid| grid.points);
            let sum = points.fold(Exact::ZERO, |sum, points| sum.add(points).unwrap());
            assert_eq!(candidate.total, sum, "grids add up to the total");
            assert!(candidate.range.contains(candidate.total));
        }
        outcome
    }
}

fn find<'o>(outcome: &'o PoolOutcome, id: &str) -> &'o CandidateOutcome {
    outcome.candidates.iter().find(|candidate| candidate.id == id).unwrap()
}

fn order(outcome: &PoolOutcome) -> Vec<&str> {
    outcome.candidates.iter().map(|candidate| candidate.id.as_str()).collect()
}

#[test]
fn the_oldest_has_twenty_and_the_total_orders() {
    let bench = bench();
    let pool = pool(vec![bench.case("2018-04-10", 0, "A1"), bench.case("2019-09-05", 5, "B2")]);
    let outcome = bench.rank(&pool);
    assert_eq!(order(&outcome), ["c1", "c0"]);
    let (first, second) = (find(&outcome, "c1"), find(&outcome, "c0"));
    assert_eq!((first.total, first.rank, first.grids[0].points), (x(519), Some(1), Some(x(19))));
    assert_eq!((second.total, second.rank), (x(20), Some(2)));
}

#[test]
fn a_third_older_application_moves_the_others_by_one() {
    let bench = bench();
    let pool = pool(vec![
        bench.case("2018-04-10", 0, "A1"),
        bench.case("2019-09-05", 0, "B2"),
        bench.case("2017-01-01", 0, "C3"),
    ]);
    let outcome = bench.rank(&pool);
    let totals = ["c0", "c1", "c2"].map(|id| find(&outcome, id).total);
    assert_eq!(totals, [x(19), x(18), x(20)]);
    let kept: Vec<_> = outcome.candidates.iter().map(|one| one.kept).collect();
    assert_eq!(kept, [true, true, false]);
}

#[test]
fn the_ineligible_and_the_undetermined_are_listed_apart_and_not_counted() {
    let bench = bench();
    let refused = bench.case("2010-01-01", 9, "A1").with(bench.ok, Value::Bool(false));
    let mut unsure = bench.case("2011-01-01", 9, "A2");
    unsure.0.facts.remove(&bench.ok);
    let pool = pool(vec![refused, unsure, bench.case("2019-01-01", 0, "A3")]);
    let outcome = bench.rank(&pool);
    assert_eq!(order(&outcome), ["c2", "c0", "c1"]);
    assert_eq!(find(&outcome, "c2").grids[0].points, Some(x(20)), "the oldest of the eligible");
    let (refused, unsure) = (find(&outcome, "c0"), find(&outcome, "c1"));
    assert_eq!((refused.eligible, unsure.eligible), (Truth::No, Truth::Unknown));
    for out in [refused, unsure] {
        assert_eq!((out.rank, out.kept, out.if_all_apply), (None, false, None));
        assert_eq!(out.total, x(900), "its rank is not known");
    }
    assert_eq!(refused.range, Range::only(x(900)));
    assert_eq!(unsure.range, Range { low: Some(x(900)), high: Some(x(920)) });
}

#[test]
fn both_populations_are_ranked_each_with_its_own_seniority() {
    let bench = bench();
    let mut pool = pool(vec![
        bench.case("2018-01-01", 0, "A1"),
        bench.case("2017-01-01", 0, "A2"),
        bench.case("2019-01-01", 0, "A3"),
    ]);
    pool.candidates[1].applies = false;
    let outcome = bench.rank(&pool);
    let (applied, waits) = (find(&outcome, "c0"), find(&outcome, "c1"));
    assert_eq!((applied.rank, applied.total), (Some(1), x(20)));
    let all = applied.if_all_apply.unwrap();
    assert_eq!((all.rank, all.of, all.total), (2, 3, x(19)));
    assert_eq!((waits.rank, waits.total, waits.kept), (None, x(0), false));
    let all = waits.if_all_apply.unwrap();
    assert_eq!((all.rank, all.of, all.total), (1, 3, x(20)));
    assert_eq!(order(&outcome), ["c0", "c2", "c1"]);
}

#[test]
fn ties_are_broken_by_the_next_key_and_texts_compare_letter_by_letter() {
    let bench = bench();
    let pool = pool(vec![
        bench.case("2018-01-01", 0, "B"),
        bench.case("2018-01-01", 0, "A10"),
        bench.case("2018-01-01", 0, "A9"),
    ]);
    let outcome = bench.rank(&pool);
    assert_eq!(order(&outcome), ["c1", "c2", "c0"]);
    let ranks: Vec<_> = outcome.candidates.iter().map(|one| one.rank).collect();
    assert_eq!(ranks, [Some(1), Some(2), Some(3)]);
    assert!(outcome.candidates.iter().all(|one| one.total == x(20)), "they share the seniority");
}

#[test]
fn an_unknown_order_key_comes_last() {
    let bench = bench();
    let mut nameless = bench.case("2018-01-01", 0, "");
    nameless.0.facts.remove(&bench.number);
    let pool = pool(vec![nameless, bench.case("2018-01-01", 0, "Z")]);
    assert_eq!(order(&bench.rank(&pool)), ["c1", "c0"]);
}

#[test]
fn a_missing_seniority_is_not_evaluable_and_ranges_over_the_places() {
    let bench = bench();
    let mut undated = bench.case("2018-01-01", 0, "A1");
    undated.0.facts.remove(&bench.filed);
    let pool = pool(vec![undated, bench.case("2018-01-01", 0, "A2")]);
    let outcome = bench.rank(&pool);
    let undated = find(&outcome, "c0");
    assert_eq!(undated.range, Range { low: Some(x(0)), high: Some(x(20)) });
    assert_eq!(find(&outcome, "c1").total, x(20));
}

#[test]
fn no_ranking_in_force_gives_none_and_an_empty_pool_is_empty() {
    let mut bench = bench();
    let empty = pool(Vec::new());
    assert!(bench.rank(&empty).candidates.is_empty());
    bench.program.rankings[0].period = Period { from: Some(day("2020-01-01")), to: None };
    assert!(Evaluator::new(&bench.program, &NoScripts).rank(&empty).is_none());
}

#[test]
fn a_condition_with_an_awaited_proof_is_undetermined() {
    let mut bench = bench();
    let rule = &mut bench.program.rankings[0].eligibilities[0].criterion;
    let fields = vec![bench.ok];
    rule.proofs.push(ProofGate { level: ProofLevel::Verified, fields, item_fields: Vec::new() });
    let proven = bench.case("2018-01-01", 0, "A2");
    let proven = proven.proven(bench.ok, Value::Bool(true), Proof::Verified);
    let pool = pool(vec![bench.case("2018-01-01", 0, "A1"), proven]);
    let outcome = bench.rank(&pool);
    let waiting = find(&outcome, "c0");
    assert_eq!((waiting.eligible, waiting.rank), (Truth::Unknown, None));
    assert_eq!(waiting.range, Range { low: Some(x(0)), high: Some(x(20)) });
    assert_eq!(find(&outcome, "c1").rank, Some(1));
}

#[test]
fn a_threshold_on_a_grid_decides_before_ranks() {
    let mut bench = bench();
    let ranking = &mut bench.program.rankings[0];
    let mut ops = Ops(ranking.code.clone());
    let (total, least) = (ops.op(Op::GridTotal(1)), ops.number(100));
    let enough = ops.compare(Comparison::GreaterOrEqual, total, least);
    ranking.eligibilities.push(eligible(criterion("seuil").when(enough)));
    ranking.code = ops.0;
    let mut unknown = bench.case("2018-01-01", 0, "A3");
    unknown.0.facts.remove(&bench.bonus);
    let (enough, short) = (bench.case("2019-01-01", 1, "A1"), bench.case("2018-01-01", 0, "A2"));
    let outcome = bench.rank(&pool(vec![enough, short, unknown]));
    assert_eq!(find(&outcome, "c0").rank, Some(1));
    assert_eq!(find(&outcome, "c0").total, x(120));
    assert_eq!(find(&outcome, "c1").eligible, Truth::No);
    let unknown = find(&outcome, "c2");
    assert_eq!(unknown.eligible, Truth::No, "unknown points count nothing");
    assert_eq!(unknown.range.high, None, "but it could still be ranked");
    assert_eq!(unknown.grids[0].range, Range { low: Some(x(0)), high: Some(x(20)) });
}

#[test]
fn a_grid_whose_points_overflow_the_total_is_left_out() {
    let mut bench = bench();
    bench.program.rankings[0].grids = vec![1, 1, 0];
    let most = Value::Number(Exact::whole(i128::MAX / 100));
    let rich = bench.case("2018-01-01", 0, "A1").with(bench.bonus, most);
    let outcome = bench.rank(&pool(vec![rich, bench.case("2019-01-01", 1, "A2")]));
    let rich = find(&outcome, "c0");
    let [counted, left_out, seniority] = rich.grids.as_slice() else { panic!("three grids") };
    assert_eq!(Some(rich.total), counted.points.unwrap().add(x(20)).ok());
    assert_eq!((left_out.state, left_out.points), (GridState::Indeterminate, None));
    assert_eq!((left_out.maximum, left_out.lines.len()), (None, 0));
    let why = left_out.motif.as_ref().unwrap();
    assert_eq!((why.code, why.error), (MotifCode::Calculation, Some(EvalError::Overflow)));
    assert_eq!(seniority.points, Some(x(20)));
    assert_eq!(find(&outcome, "c1").total, x(219), "the others keep their points");
}

/// Monsieur TABANOU in small: 130 points of his own, 406 behind his employer's validation.
#[test]
fn a_validation_under_way_shows_what_it_would_bring() {
    let mut facts = Facts::new();
    let states = facts.enumeration(&["en_cours", "refusée", "confirmée"]);
    let state = facts.fact("validation", states);
    let mut ops = Ops::new();
    let own = ops.number(130);
    let als = grid("als", vec![version("als", ops, vec![criterion("als").gives(own).part()])]);
    let mut ops = Ops::new();
    let (slot, paying, yes, no) =
        (ops.fact(state), ops.number(240), ops.truth(true), ops.truth(false));
    let parts = vec![
        criterion("cotisante").gives(paying).part(),
        tranche("A", 166, vec![criterion("a").when(yes)]),
        tranche("B", 80, vec![criterion("b").when(no)]),
        tranche("C", 34, Vec::new()),
    ];
    let mut frame = version("entreprise", ops, parts);
    frame.scale = Some(x(520));
    frame.validation =
        ValidationGate::Fact { slot, field: state, pending: 0, refused: 1, confirmed: 2 };
    let ranking = ranking(&[0, 1], Ops::new());
    let program = Program {
        grids: vec![als, grid("entreprise", vec![frame])],
        rankings: vec![ranking],
        ..facts.program()
    };
    let total = |value| {
        let pool = CaseOf::new().with(state, Value::Enum(value)).alone();
        let evaluator = Evaluator::new(&program, &NoScripts);
        let outcome = evaluator.rank(&pool).unwrap();
        assert_eq!(Plans::new(evaluator).assess(&pool), evaluator.assess(&pool));
        (outcome.candidates[0].total, outcome.candidates[0].range)
    };
    assert_eq!(total(0), (x(130), Range { low: Some(x(130)), high: Some(x(536)) }));
    assert_eq!(total(1), (x(130), Range::only(x(130))));
    assert_eq!(total(2), (x(536), Range::only(x(536))));
}

#[test]
fn ten_thousand_candidates_are_ranked() {
    let bench = bench();
    let cases = (0..10_000_i64).map(|index| {
        let filed = day("2015-01-01").plus_days((index * 7919) % 1500).unwrap();
        let mut case = bench.case("2015-01-01", index % 3, &format!("N{index:05}"));
        case.0.facts.insert(bench.filed, crate::Fact::known(Value::Date(filed)));
        case
    });
    let outcome = bench.rank(&pool(cases.collect()));
    assert_eq!(outcome.candidates.len(), 10_000);
    assert_eq!(outcome.candidates[0].rank, Some(1));
    assert_eq!(outcome.candidates[9_999].rank, Some(10_000));
}

proptest! {
    #[test]
    fn totals_and_ranks_do_not_depend_on_the_order_of_the_pool(
        people in proptest::collection::vec((0_i64..4, 0_i64..3, any::<bool>(), any::<bool>()), 1..9),
        turn in 0_usize..9,
    ) {
        let bench = bench();
        let mut straight = pool(
            people
                .iter()
                .enumerate()
                .map(|(index, (filed, bonus, ok, _))| {
                    let filed = format!("2018-01-0{}", filed + 1);
                    bench
                        .case(&filed, *bonus, &format!("N{index}"))
                        .with(bench.ok, Value::Bool(*ok))
                })
                .collect(),
        );
        for (candidate, (_, _, _, applies)) in straight.candidates.iter_mut().zip(&people) {
            candidate.applies = *applies;
        }
        let mut turned = straight.clone();
        turned.candidates.rotate_left(turn % people.len());
        turned.candidates.reverse();
        let (a, b) = (bench.rank(&straight), bench.rank(&turned));
        for candidate in &straight.candidates {
            let (one, other) = (find(&a, &candidate.id), find(&b, &candidate.id));
            prop_assert_eq!((one.rank, one.total, one.kept), (other.rank, other.total, other.kept));
            prop_assert_eq!(one.if_all_apply, other.if_all_apply);
        }
    }
}
