//! Blocks of drawn rows, beside what the walk over one row says of each.

use super::*;
use proptest::prelude::*;

/// Numbers of as many bits as are drawn, of both signs where it is asked.
fn lanes(signed: bool) -> impl Strategy<Value = Vec<i64>> {
    (0_u32..40).prop_flat_map(move |bits| {
        let most = 1_i64 << bits;
        proptest::collection::vec(if signed { -most..=most } else { 0..=most }, ROWS)
    })
}

fn rounding() -> impl Strategy<Value = Rounding> {
    let all = [Rounding::Down, Rounding::Up, Rounding::HalfAway, Rounding::HalfEven];
    proptest::sample::select(all.to_vec())
}

proptest! {
    #[test]
    fn quotients_are_those_of_each_row(
        mode in rounding(),
        (a, b) in any::<bool>().prop_flat_map(|signed| (lanes(signed), lanes(signed))),
    ) {
        let (a, b): (Lanes, Lanes) = (a.try_into().unwrap(), b.try_into().unwrap());
        let mut out = [7; ROWS];
        quotients(&mut out, mode, &a, &b);
        for ((a, b), out) in a.iter().zip(&b).zip(&out) {
            prop_assert_eq!(*out, quotient(mode, *a, *b));
        }
    }

    #[test]
    fn pieces_are_those_of_each_row(
        a in lanes(true),
        cuts in proptest::collection::btree_set(-2_000_i64..2_000, 0..FEW + 4),
        values in proptest::collection::vec(any::<i64>(), FEW + 5),
    ) {
        let cuts: Vec<i64> = cuts.into_iter().collect();
        let values = values[..=cuts.len()].to_vec();
        let table = Pieces::new(cuts, values);
        let a: Lanes = a.try_into().unwrap();
        let mut out = [7; ROWS];
        pieces(&mut out, &a, &table);
        for (a, out) in a.iter().zip(&out) {
            prop_assert_eq!(*out, piece_of(&table, *a));
        }
    }
}
