//! Ranks and folds over the pool.

use crate::testing::{CaseOf, Facts, NUMBER, Ops, n, pool};
use crate::{
    Comparison, Computed, Direction, Evaluator, FactRef, FieldId, Fold, NoScripts, Op, Pool,
    Population, Program, Reason, Slot,
};
use proptest::prelude::*;

fn ranking_code() -> (Program, Ops, FieldId, Slot) {
    let mut facts = Facts::new();
    let key = facts.fact("clé", NUMBER);
    let mut ops = Ops::new();
    let own = ops.fact(key);
    ops.next_stage();
    let rank = ops.rank(own, Direction::Ascending);
    (facts.program(), ops, key, rank)
}

fn ranks(keys: &[Option<i64>]) -> Vec<Computed> {
    let (program, ops, field, rank) = ranking_code();
    let cases = keys
        .iter()
        .map(|key| key.map_or_else(CaseOf::new, |key| CaseOf::new().with(field, n(key))));
    let values = Evaluator::new(&program, &NoScripts).values(&ops.0, &pool(cases.collect()));
    values.iter().map(|row| row[rank.0 as usize].clone()).collect()
}

fn known(ranks: &[i64]) -> Vec<Computed> {
    ranks.iter().map(|rank| Computed::Known(n(*rank))).collect()
}

#[test]
fn ties_share_a_rank_and_the_next_is_skipped() {
    assert_eq!(ranks(&[Some(3), Some(1), Some(7), Some(3)]), known(&[2, 1, 4, 2]));
    assert_eq!(ranks(&[Some(5), Some(5)]), known(&[1, 1]));
    assert_eq!(ranks(&[]), known(&[]));
}

#[test]
fn an_unknown_key_has_no_rank_and_is_not_counted_for_the_others() {
    let ranks = ranks(&[Some(3), None, Some(7)]);
    assert_eq!(ranks[0], known(&[1])[0]);
    assert_eq!(ranks[2], known(&[2])[0], "two are compared, not three");
    let why = Reason::Missing(FactRef::Field(FieldId(0)));
    assert_eq!(ranks[1], Computed::Unknown(vec![why]));
}

#[test]
fn whoever_does_not_apply_is_not_ranked_nor_counted() {
    let (program, ops, field, rank) = ranking_code();
    let mut pool = pool([3, 1, 7].map(|key| CaseOf::new().with(field, n(key))).to_vec());
    pool.candidates[1].applies = false;
    let values = Evaluator::new(&program, &NoScripts).values(&ops.0, &pool);
    let of = |index: usize| values[index][rank.0 as usize].clone();
    assert_eq!([of(0), of(2)], [Computed::Known(n(1)), Computed::Known(n(2))]);
    assert_eq!(of(1), Computed::Unknown(vec![Reason::NotRanked]));
}

#[test]
fn descending_ranks_and_everyone_count_as_said() {
    let mut facts = Facts::new();
    let key = facts.fact("clé", NUMBER);
    let mut ops = Ops::new();
    let own = ops.fact(key);
    let limit = ops.number(4);
    let high = ops.compare(Comparison::Greater, own, limit);
    ops.next_stage();
    let rank = ops.op(Op::Rank {
        key: own,
        direction: Direction::Descending,
        population: Population::Everyone,
    });
    let mut fold =
        |fold, population, filter, value| ops.op(Op::FoldPool { fold, population, filter, value });
    let count = fold(Fold::Count, Population::Eligible, None, None);
    let all = fold(Fold::Count, Population::Everyone, None, None);
    let above = fold(Fold::Count, Population::Everyone, Some(high), None);
    let most = fold(Fold::Maximum, Population::Everyone, None, Some(own));
    ops.next_stage();
    let twice = ops.rank(rank, Direction::Ascending);
    let program = facts.program();
    let mut pool = pool([3, 9, 7].map(|value| CaseOf::new().with(key, n(value))).to_vec());
    pool.candidates[1].applies = false;
    let values = Evaluator::new(&program, &NoScripts).values(&ops.0, &pool);
    let of = |index: usize, slot: Slot| values[index][slot.0 as usize].clone();
    let known = |value| Computed::Known(n(value));
    assert_eq!([of(0, rank), of(1, rank), of(2, rank)], [known(3), known(1), known(2)]);
    assert_eq!([of(0, count), of(0, all), of(1, above)], [known(2), known(3), known(2)]);
    assert_eq!(of(0, most), known(9));
    assert_eq!([of(0, twice), of(2, twice)], [known(2), known(1)], "a rank of a rank, next stage");
}

#[test]
fn ten_thousand_candidates_are_ranked_by_one_sort() {
    let (program, ops, field, rank) = ranking_code();
    let cases = (0..10_000).map(|key| CaseOf::new().with(field, n((key * 7919) % 5000)));
    let pool = pool(cases.collect());
    let values = Evaluator::new(&program, &NoScripts).values(&ops.0, &pool);
    let first = values.iter().filter(|row| row[rank.0 as usize] == Computed::Known(n(1))).count();
    let last = values.iter().filter(|row| row[rank.0 as usize] == Computed::Known(n(9999))).count();
    assert_eq!((first, last), (2, 2));
}

proptest! {
    #[test]
    fn ranks_do_not_depend_on_the_order_of_the_pool(
        keys in proptest::collection::vec(proptest::option::of(-3_i64..4), 0..12),
        turn in 0_usize..12,
    ) {
        let straight = ranks(&keys);
        let mut turned_keys = keys.clone();
        let turn = if keys.is_empty() { 0 } else { turn % keys.len() };
        turned_keys.rotate_left(turn);
        turned_keys.reverse();
        let mut turned = ranks(&turned_keys);
        turned.reverse();
        turned.rotate_right(turn);
        prop_assert_eq!(straight, turned);
    }

    #[test]
    fn a_rank_is_one_more_than_those_strictly_before(
        keys in proptest::collection::vec(proptest::option::of(-3_i64..4), 0..12),
    ) {
        for (key, rank) in keys.iter().zip(ranks(&keys)) {
            if let Some(key) = key {
                let before = keys.iter().flatten().filter(|other| *other < key).count();
                prop_assert_eq!(rank, Computed::Known(n(i64::try_from(before).unwrap() + 1)));
            }
        }
    }
}

#[test]
fn an_empty_pool_gives_nothing() {
    let (program, ops, _, _) = ranking_code();
    let empty = Pool { candidates: Vec::new(), ..pool(Vec::new()) };
    assert!(Evaluator::new(&program, &NoScripts).values(&ops.0, &empty).is_empty());
}
