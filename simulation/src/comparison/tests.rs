//! Counts of a comparison agree with one another, and with rows counted one by one.

use super::*;
use proptest::prelude::*;

/// Grids of so many lines, `n` naming what both sides have.
fn places(grids: &[(&str, &[&str])]) -> Vec<Place> {
    let grid = |(grid, lines): &(&str, &[&str])| {
        let line = |line: &&str| Place::Line((*line).to_owned(), format!("Ligne {line}"));
        let head = Place::Grid((*grid).to_owned(), format!("Grille {grid}"));
        std::iter::once(head).chain(lines.iter().map(line)).collect::<Vec<_>>()
    };
    grids.iter().flat_map(grid).collect()
}

const BEFORE: &[(&str, &[&str])] = &[("als", &["age", "revenu"]), ("cal", &["trajet"])];
const AFTER: &[(&str, &[&str])] = &[("als", &["age", "famille", "revenu"]), ("loi", &["dalo"])];

/// What is said of a row: each grid established or not, its lines, the total being their sum.
fn told(grids: &'static [(&str, &[&str])]) -> impl Strategy<Value = Told> {
    let grid = |lines: usize| (any::<bool>(), prop::collection::vec(-20_i64..60, lines));
    let grids: Vec<_> = grids.iter().map(|(_, lines)| grid(lines.len())).collect();
    (grids, 0_u32..80, any::<bool>()).prop_map(|(grids, rank, kept)| {
        let (mut points, mut total) = (Vec::new(), 0);
        for (established, lines) in grids {
            let lines: Vec<i64> = lines.iter().map(|line| line * 2_500).collect();
            let sum = lines.iter().sum::<i64>();
            total += if established { sum } else { 0 };
            points.push(established.then_some(sum));
            points.extend(lines.into_iter().map(Some));
        }
        let eligible = if rank > 0 { Truth::Yes } else { Truth::No };
        Told { eligible, total, rank, kept, rank_if_all: rank, points }
    })
}

fn compared(rows: &[(usize, Told, Told)], names: [Vec<Place>; 2]) -> Report {
    let mut comparison = Comparison::new(names, Vec::new(), Some(5));
    for (offer, before, after) in rows {
        let fact = |_, _| FactState::Missing;
        comparison.take(&format!("offre {offer}"), [before, after], fact);
    }
    comparison.report()
}

fn moved(movement: &Movement) -> Exact {
    movement.gained.subtract(movement.lost).unwrap()
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap()
}

proptest! {
    #[test]
    fn lines_move_what_totals_move_and_each_row_is_counted_once(
        drawn in prop::collection::vec((told(BEFORE), told(AFTER)), 0..60)
    ) {
        let rows: Vec<(usize, Told, Told)> =
            drawn.into_iter().enumerate().map(|(at, (a, b))| (at / 7, a, b)).collect();
        let report = compared(&rows, [places(BEFORE), places(AFTER)]);
        let all = count(rows.len());
        let lines = report.lines.iter().map(|line| moved(&line.movement));
        let sum = lines.reduce(|a, b| a.add(b).unwrap()).unwrap_or(Exact::ZERO);
        prop_assert_eq!(sum, moved(&report.total));
        let totals = |side: fn(&Spread) -> Exact| {
            let spread = (report.distribution.before.as_ref(), report.distribution.after.as_ref());
            spread.1.map_or(Exact::ZERO, side).subtract(spread.0.map_or(Exact::ZERO, side)).unwrap()
        };
        prop_assert_eq!(totals(|spread| spread.sum), moved(&report.total));
        prop_assert_eq!(report.total.gain + report.total.lose + report.total.same, all);
        for line in &report.lines {
            let movement = &line.movement;
            prop_assert_eq!(movement.gain + movement.lose + movement.same, all);
        }
        let bins = |side: fn(&Bin) -> u64| report.distribution.bins.iter().map(side).sum::<u64>();
        prop_assert_eq!((bins(|bin| bin.before), bins(|bin| bin.after)), (all, all));
        prop_assert_eq!(report.flows.counts.iter().flatten().sum::<u64>(), all);
        for (at, step) in report.flows.steps.iter().enumerate() {
            let is_there = |told: &Told| match step {
                Step::None => told.rank == 0,
                Step::Ranks(from, to) => {
                    told.rank >= *from && to.is_none_or(|to| told.rank <= to)
                }
            };
            let before = count(rows.iter().filter(|(_, before, _)| is_there(before)).count());
            let after = count(rows.iter().filter(|(_, _, after)| is_there(after)).count());
            prop_assert_eq!(report.flows.counts[at].iter().sum::<u64>(), before);
            prop_assert_eq!(report.flows.counts.iter().map(|row| row[at]).sum::<u64>(), after);
        }
        let offers = |kept: fn(&Passage) -> u64| {
            report.offers.most.iter().map(|offer| kept(&offer.kept)).sum::<u64>()
        };
        prop_assert_eq!(report.offers.all, all.div_ceil(7));
        prop_assert_eq!(offers(|kept| kept.entering), report.kept.entering);
        prop_assert_eq!(offers(|kept| kept.leaving), report.kept.leaving);
    }

    #[test]
    fn against_itself_nothing_moves(drawn in prop::collection::vec(told(BEFORE), 1..40)) {
        let rows: Vec<_> = drawn.into_iter().map(|told| (0, told.clone(), told)).collect();
        let report = compared(&rows, [places(BEFORE), places(BEFORE)]);
        let all = count(rows.len());
        let still = |movement: &Movement| {
            movement.same == all && movement.gained.is_zero() && movement.lost.is_zero()
        };
        prop_assert!(still(&report.total));
        prop_assert!(report.lines.iter().all(|line| still(&line.movement) && line.of == Side::Both));
        prop_assert_eq!((report.flows.better, report.flows.worse, report.offers.changed), (0, 0, 0));
        prop_assert_eq!((report.kept.entering, report.kept.leaving), (0, 0));
        let across = report.flows.counts.iter().enumerate().flat_map(|(from, row)| {
            row.iter().enumerate().filter(move |(to, _)| *to != from).map(|(_, count)| *count)
        });
        prop_assert_eq!(across.sum::<u64>(), 0);
        prop_assert!(report.distribution.bins.iter().all(|bin| bin.before == bin.after));
    }

    #[test]
    fn steps_hold_whatever_the_totals(totals in prop::collection::vec(any::<[i32; 2]>(), 1..200)) {
        let mut histogram = Histogram::default();
        for pair in &totals {
            histogram.take(pair.map(i64::from));
        }
        let found = histogram.distribution();
        prop_assert!(found.bins.len() <= 20);
        for (at, bin) in found.bins.iter().enumerate() {
            let to = bin.from.add(found.width).unwrap();
            let within = |total: &i32| (bin.from..to).contains(&points((*total).into()));
            let held = count(totals.iter().filter(|[before, _]| within(before)).count());
            prop_assert_eq!(held, bin.before);
            if let Some(next) = found.bins.get(at + 1) {
                prop_assert_eq!(next.from, to, "no gap");
            }
        }
        prop_assert_eq!(found.bins.iter().map(|bin| bin.after).sum::<u64>(), count(totals.len()));
    }
}

#[test]
fn many_different_totals_are_joined_while_rows_pass() {
    let mut histogram = Histogram::default();
    (0..100_000_i64).for_each(|total| histogram.take([total * 10_000, -total * 10_000]));
    assert!(histogram.steps.len() <= 4_096, "{}", histogram.steps.len());
    let found = histogram.distribution();
    assert_eq!(found.width, Exact::whole(10_000));
    assert_eq!(found.bins.iter().map(|bin| bin.before).collect::<Vec<_>>()[10..], [10_000; 10]);
}

#[test]
fn lines_of_one_recueil_alone_stand_where_their_rules_have_them() {
    let report = compared(&[], [places(BEFORE), places(AFTER)]);
    let names: Vec<_> = report.lines.iter().map(|it| (it.id.as_str(), it.of)).collect();
    let due = [
        ("age", Side::Both),
        ("famille", Side::After),
        ("revenu", Side::Both),
        ("dalo", Side::After),
        ("trajet", Side::Before),
    ];
    assert_eq!(names, due);
    assert_eq!((report.distribution.bins.len(), report.distribution.before), (0, None));
}

#[test]
fn ranks_are_cut_by_how_many_are_kept() {
    let steps = |keeps| Ranks::new(keeps).done().0.steps;
    let five = [(1, 1), (2, 5), (6, 10), (11, 20), (21, 50)];
    let mut due: Vec<Step> = five.map(|(from, to)| Step::Ranks(from, Some(to))).into();
    due.extend([Step::Ranks(51, None), Step::None]);
    assert_eq!((steps(Some(5)), steps(None)), (due.clone(), due));
    assert_eq!(steps(Some(1)).first(), Some(&Step::Ranks(1, Some(1))));
    assert_eq!(steps(Some(1)).get(1), Some(&Step::Ranks(2, Some(2))));
    assert_eq!(steps(Some(0)), steps(Some(1)));
}

#[test]
fn the_offers_that_change_most_are_named_and_no_more_than_twenty() {
    let kept = |kept| Told { kept, rank: 1, ..Told::default() };
    let mut comparison = Comparison::new([Vec::new(), Vec::new()], Vec::new(), None);
    for offer in 0..30_usize {
        for row in 0..30_usize {
            let sides = [&kept(row < offer), &kept(false)];
            comparison.take(&offer.to_string(), sides, |_, _| FactState::Missing);
        }
    }
    let offers = comparison.report().offers;
    assert_eq!((offers.all, offers.changed, offers.most.len()), (30, 29, 20));
    let named: Vec<&str> = offers.most.iter().map(|offer| offer.offer.as_str()).collect();
    assert_eq!((named.first(), named.last()), (Some(&"29"), Some(&"10")));
}
