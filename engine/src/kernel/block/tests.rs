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

/// Narrows lanes where they all fit.
fn narrowed(lanes: &Lanes<i64>) -> Option<Lanes<i32>> {
    let narrow: Option<Vec<i32>> = lanes.iter().map(|lane| i32::try_from(*lane).ok()).collect();
    narrow.and_then(|narrow| narrow.try_into().ok())
}

proptest! {
    #[test]
    fn quotients_are_those_of_each_row(
        mode in rounding(),
        (a, b) in any::<bool>().prop_flat_map(|signed| (lanes(signed), lanes(signed))),
    ) {
        let (a, b): (Lanes<i64>, Lanes<i64>) = (a.try_into().unwrap(), b.try_into().unwrap());
        let mut out = [7; ROWS];
        quotients(&mut out, mode, &a, &b);
        for ((a, b), out) in a.iter().zip(&b).zip(&out) {
            prop_assert_eq!(*out, quotient(mode, *a, *b));
        }
        if let (Some(a), Some(b), Some(due)) = (narrowed(&a), narrowed(&b), narrowed(&out)) {
            let mut out = [7; ROWS];
            quotients(&mut out, mode, &a, &b);
            prop_assert_eq!(out, due);
        }
    }

    #[test]
    fn pieces_are_those_of_each_row(
        a in lanes(true),
        cuts in proptest::collection::btree_set(-2_000_i64..2_000, 0..FEW + 4),
        values in proptest::collection::vec(any::<i64>(), FEW + 5),
        few in proptest::collection::vec(any::<i32>(), FEW + 5),
        is_narrow in any::<bool>(),
    ) {
        let cuts: Vec<i64> = cuts.into_iter().collect();
        let few: Vec<i64> = few.into_iter().map(i64::from).collect();
        let values = if is_narrow { few } else { values };
        let values = values[..=cuts.len()].to_vec();
        let table = Pieces::new(cuts, values);
        let a: Lanes<i64> = a.try_into().unwrap();
        let mut out = [7; ROWS];
        pieces(&mut out, &a, &table);
        for (a, out) in a.iter().zip(&out) {
            prop_assert_eq!(*out, piece_of(&table, *a));
        }
        if let (Some(a), Some(due)) = (narrowed(&a), narrowed(&out)) {
            let mut out = [7; ROWS];
            pieces(&mut out, &a, &table);
            prop_assert_eq!(out, due);
        }
    }
}
