//! The workload as a careful programmer writes it in Rust: the yardstick.

use crate::population::{Applicant, POOL, TODAY};

/// What is computed for an applicant: fourteen lines, four grids, the total, eligibility (0 or 1).
pub const NAMES: [&str; 19] = [
    "âge",
    "mobilité",
    "effort",
    "refus_en_cal",
    "logement_refusé",
    "ancienneté",
    "als",
    "base",
    "tranche_a",
    "tranche_b",
    "tranche_c",
    "entreprise",
    "équilibrage",
    "logement",
    "dalo",
    "attente",
    "territoire",
    "total",
    "éligible",
];

/// The values of one applicant, in the order of [`NAMES`].
pub type Values = [i16; 19];

const CEILINGS: [u32; 6] = [20_870, 27_870, 33_516, 40_462, 47_599, 53_644];
const DWELLING_POINTS: [i16; 8] = [60, 50, 45, 35, 30, 25, 10, 0];

/// Completed years between two dates `yyyymmdd`.
fn years(from: u32, to: u32) -> u32 {
    (to - from) / 10_000
}

fn points(holds: bool, points: i16) -> i16 {
    if holds { points } else { 0 }
}

/// Four points less for each started percentage point outside 26 to 33 %.
fn effort(rent: u32, income: u32) -> i16 {
    let (rent, income) = (i64::from(rent) * 100, i64::from(income));
    let outside = (rent - 33 * income).max(26 * income - rent).max(0);
    (40 - 4 * outside.div_ceil_by(income)).max(0) as i16
}

trait DivCeil {
    fn div_ceil_by(self, by: Self) -> Self;
}

impl DivCeil for i64 {
    /// Divides numbers that are not negative, upwards.
    fn div_ceil_by(self, by: Self) -> Self {
        (self + by - 1) / by
    }
}

fn waiting(years: u32) -> i16 {
    match years {
        0 | 1 => 0,
        2 => 5,
        3 | 4 => 10,
        5..=7 => 20,
        8.. => 30,
    }
}

/// Evaluates one applicant, whose request has a rank in the offer.
#[inline]
pub fn evaluate(it: &Applicant, rank: u8) -> Values {
    let age = points(years(it.born, TODAY) < 30, 70);
    let moved = points(it.moved >= 70, 70);
    let effort = effort(it.rent, it.income);
    let turned_down = points(it.turned_down, 40);
    let declined = points(it.declined, -40);
    let seniority = (21 - i16::from(rank)).max(0);
    let als = (age + moved + effort + turned_down + declined + seniority).clamp(0, 240);
    let known = it.choice != 0;
    let base = points(known && (it.contributes || it.compensated) && it.validated, 240);
    let a = points(known && (it.recruited_far || it.commute > 40), 166);
    let settled = it.situation == 0 && years(it.hired, TODAY) >= 2;
    let b = points(known && (settled || it.situation == 5), 80);
    let c = points(known && (it.dependants >= 2 || it.disabled), 34);
    let company = (base + a + b + c).min(520);
    let balance = points(it.category == 1, 240);
    let dwelling = DWELLING_POINTS.get(usize::from(it.dwelling)).copied().unwrap_or(0);
    let priority = points(it.priority, 50);
    let waiting = waiting(years(it.requested, TODAY));
    let territory = (dwelling + priority + waiting).min(100);
    let total = als + company + balance + territory;
    let ceiling = CEILINGS[usize::from(it.household.clamp(1, 6)) - 1];
    let eligible = i16::from(it.taxed <= ceiling);
    [
        age,
        moved,
        effort,
        turned_down,
        declined,
        seniority,
        als,
        base,
        a,
        b,
        c,
        company,
        balance,
        dwelling,
        priority,
        waiting,
        territory,
        total,
        eligible,
    ]
}

/// The rank of each request among all those of its offer: 1 for the oldest, equal for one day.
pub fn ranks(applicants: &[Applicant]) -> Vec<u8> {
    applicants.chunks(POOL).flat_map(pool_ranks).collect()
}

fn pool_ranks(pool: &[Applicant]) -> Vec<u8> {
    let mut days: Vec<u32> = pool.iter().map(|it| it.requested).collect();
    days.sort_unstable();
    let rank = |it: &Applicant| 1 + days.partition_point(|day| *day < it.requested) as u8;
    pool.iter().map(rank).collect()
}

/// The rank of each eligible applicant in its offer: total, then the oldest request, then its number; 0 for
/// who is not eligible.
pub fn places(applicants: &[Applicant], ranks: &[u8]) -> Vec<u32> {
    let offers = applicants.chunks(POOL).zip(ranks.chunks(POOL));
    offers.flat_map(|(offer, ranks)| pool_places(offer, ranks)).collect()
}

fn pool_places(offer: &[Applicant], ranks: &[u8]) -> Vec<u32> {
    let rows = offer.iter().zip(ranks).zip(0_usize..);
    let mut keys: Vec<_> = rows
        .map(|((it, rank), at)| (evaluate(it, *rank), it.requested, at))
        .filter(|(values, _, _)| values[18] == 1)
        .map(|(values, requested, at)| (-values[17], requested, at))
        .collect();
    keys.sort_unstable();
    let mut places = vec![0; offer.len()];
    (1..).zip(keys).for_each(|(place, (_, _, at))| places[at] = place);
    places
}
