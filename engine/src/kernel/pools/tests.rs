//! Ranks and orders of drawn pools, beside those that plain sorts give.

use super::*;
use proptest::prelude::*;

fn keys() -> impl Strategy<Value = Vec<i64>> {
    let rows = 0..400_usize;
    (rows, 0_u32..40).prop_flat_map(|(rows, bits)| {
        let most = 1_i64 << bits;
        proptest::collection::vec(-most..=most, rows)
    })
}

/// How many come before, and one.
fn competition(keys: &[i64], key: i64, direction: Direction) -> i64 {
    let before = keys.iter().filter(|other| match direction {
        Direction::Ascending => **other < key,
        Direction::Descending => **other > key,
    });
    i64::try_from(before.count()).unwrap() + 1
}

proptest! {
    #[test]
    fn ranks_are_exact_below_the_greatest_that_matters(
        keys in keys(),
        greatest in prop_oneof![1_i64..60, Just(i64::MAX)],
        descends in any::<bool>(),
    ) {
        let direction = if descends { Direction::Descending } else { Direction::Ascending };
        let mut given = vec![-1; keys.len()];
        prop_assert!(rank(&keys, direction, greatest, &mut given, &mut vec![7]));
        for (key, given) in keys.iter().zip(given) {
            let due = competition(&keys, *key, direction);
            prop_assert_eq!(given.min(greatest), due.min(greatest));
        }
    }

    #[test]
    fn orders_are_those_of_each_key_in_turn(
        totals in keys(),
        first in 0_i64..5,
        choices in any::<u64>(),
        wide in any::<bool>(),
    ) {
        let rows = totals.len();
        let numbers: Vec<i64> = (0_i64..).take(rows).map(|row| {
            let spread = if wide { i64::MAX / 7 } else { 1 };
            (row * 31 + first) % 7 * spread
        }).collect();
        let last: Vec<i64> = (0_i64..).take(rows).map(|row| row % 3).collect();
        let text = |_: FieldId, row: usize| if row.is_multiple_of(2) { "b" } else { "a" };
        let registers = [&numbers, &last];
        let shape = crate::plan::code::Shape::Bool;
        let keys = [
            Key::Total, Key::Register(0, shape), Key::Register(1, shape), Key::Text(FieldId(0)),
        ];
        let directions = [0, 1, 2, 3].map(|bit| match choices >> bit & 1 {
            0 => Direction::Ascending,
            _ => Direction::Descending,
        });
        let named = directions.map(|direction| OrderKey {
            key: crate::OrderKeyKind::Total,
            direction,
            label: String::new(),
        });
        let read = |at: usize| registers[at].as_slice();
        let placed = Placed::new(&totals, &keys, &named, &read, &text);
        let members: Vec<bool> = (0..rows).map(|row| choices >> (row % 60) & 1 == 1).collect();
        let (mut ranked, mut packed) = (vec![9], vec![9]);
        order(&placed, &members, &mut ranked, &mut packed);
        let mut due: Vec<usize> = (0..rows).filter(|row| members[*row]).collect();
        due.sort_by(|a, b| placed.compare(*a, *b));
        let ranked: Vec<usize> = ranked.iter().map(|row| *row as usize).collect();
        prop_assert_eq!(ranked, due);
    }
}
