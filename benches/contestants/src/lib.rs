//! A row as documents name it: what engines that look facts up by name are given, and what they give back.

use yardstick::Row;
use yardstick::by_hand::Values;
use yardstick::population::{CATEGORIES, CHOICES, DWELLINGS, SITUATIONS, TODAY};

/// The value of a fact.
#[derive(Clone, Copy)]
pub enum Told {
    Number(u32),
    Text(&'static str),
    Flag(bool),
}

/// How the values are named where a result is read by name, in the order of [`Values`].
pub const RESULTS: [&str; 19] = [
    "points_age",
    "points_mobility",
    "points_effort",
    "points_turned_down",
    "points_declined",
    "points_seniority",
    "grid_als",
    "points_base",
    "points_a",
    "points_b",
    "points_c",
    "grid_company",
    "grid_balance",
    "points_dwelling",
    "points_priority",
    "points_waiting",
    "grid_territory",
    "total",
    "eligible",
];

/// The category of companies that is behind.
const BEHIND: &str = "pme";

/// Names every fact of a row. Dates are `yyyymmdd`, so that no engine reads any.
pub fn facts(row: &Row) -> [(&'static str, Told); 25] {
    let it = &row.applicant;
    let number = |value: u32| Told::Number(value);
    let small = |value: u8| Told::Number(u32::from(value));
    let one_of = |names: &[&'static str], at: u8| {
        Told::Text(names.get(usize::from(at)).copied().unwrap_or_default())
    };
    [
        ("today", number(TODAY)),
        ("behind", Told::Text(BEHIND)),
        ("born", number(it.born)),
        ("requested", number(it.requested)),
        ("hired", number(it.hired)),
        ("income", number(it.income)),
        ("taxed", number(it.taxed)),
        ("rent", number(it.rent)),
        ("moved", number(u32::from(it.moved))),
        ("commute", number(u32::from(it.commute))),
        ("household", small(it.household)),
        ("dependants", small(it.dependants)),
        ("rank", small(row.rank)),
        ("situation", one_of(&SITUATIONS, it.situation)),
        ("choice", one_of(&CHOICES, it.choice)),
        ("category", one_of(&CATEGORIES, it.category)),
        ("dwelling", one_of(&DWELLINGS, it.dwelling)),
        ("contributes", Told::Flag(it.contributes)),
        ("compensated", Told::Flag(it.compensated)),
        ("validated", Told::Flag(it.validated)),
        ("recruited_far", Told::Flag(it.recruited_far)),
        ("disabled", Told::Flag(it.disabled)),
        ("priority", Told::Flag(it.priority)),
        ("turned_down", Told::Flag(it.turned_down)),
        ("declined", Told::Flag(it.declined)),
    ]
}

/// Reads values one by one. Errors: the first that is none.
pub fn read(mut value: impl FnMut(usize) -> Option<i16>) -> Result<Values, String> {
    let mut all = Values::default();
    for (at, slot) in all.iter_mut().enumerate() {
        *slot = value(at).ok_or_else(|| format!("value {at} is no whole number"))?;
    }
    Ok(all)
}
