//! The same seed is the same rows; facts go together as they are said to.

use super::*;
use crate::{Form, Sink};

fn bytes(form: Form, population: Population) -> Vec<u8> {
    let mut sink = Sink::new(form, &Population::headings(), Vec::new()).unwrap();
    for row in population.rows() {
        sink.row(&row).unwrap();
    }
    sink.end().unwrap()
}

fn drawn(seed: u64, size: u64, offers: Option<u64>) -> Vec<Vec<Cell<'static>>> {
    Population::new(seed, size, offers).unwrap().rows().collect()
}

fn at(name: &str) -> usize {
    COLUMNS.iter().position(|(held, _)| *held == name).unwrap()
}

fn count(cell: &Cell<'_>) -> Option<i64> {
    match cell {
        Cell::Count(count) => Some(*count),
        _ => None,
    }
}

/// FNV-1a: enough to tell that bytes are those of every machine.
fn mark(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |mark, byte| {
        (mark ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn the_same_seed_is_the_same_bytes() {
    for form in [Form::Csv, Form::Parquet, Form::Json] {
        let of = |seed| bytes(form, Population::new(seed, 600, None).unwrap());
        assert_eq!(of(42), of(42));
        assert_ne!(of(42), of(43));
    }
    let csv = bytes(Form::Csv, Population::new(42, 600, None).unwrap());
    assert_eq!(
        mark(&csv),
        17_681_579_943_981_604_460,
        "a change of what is drawn is told in the CHANGELOG"
    );
}

#[test]
fn every_row_has_a_cell_of_each_column() {
    let fits = |kind: Kind, cell: &Cell<'_>| match cell {
        Cell::Absent => true,
        Cell::Text(_) => kind == Kind::Text,
        Cell::Truth(_) => kind == Kind::Truth,
        Cell::Count(_) => matches!(kind, Kind::Whole | Kind::Decimal(_)),
        Cell::Day(_) => kind == Kind::Day,
    };
    for row in drawn(1, 500, Some(7)) {
        assert_eq!(row.len(), COLUMNS.len());
        let wrong = COLUMNS.iter().zip(&row).find(|((_, kind), cell)| !fits(*kind, cell));
        assert_eq!(wrong, None);
    }
}

#[test]
fn rows_of_an_offer_are_together_and_offers_have_as_many() {
    let rows = drawn(3, 1_000, Some(7));
    let mut runs: Vec<(Cell<'_>, usize)> = Vec::new();
    for row in &rows {
        match runs.last_mut() {
            Some((offer, count)) if *offer == row[at("offre.id")] => *count += 1,
            _ => runs.push((row[at("offre.id")].clone(), 1)),
        }
    }
    assert_eq!(runs.len(), 7);
    assert!(runs.iter().all(|(_, count)| (142..=143).contains(count)));
    assert_eq!(drawn(3, 1_000, None).last().unwrap()[at("offre.id")], Cell::of("offre-000005"));
}

#[test]
fn households_incomes_and_rents_go_together() {
    let rows = drawn(5, 20_000, None);
    let mean = |wanted: &dyn Fn(&[Cell<'_>]) -> bool, column: &str| {
        let all = rows.iter().filter(|row| wanted(row));
        let all: Vec<i64> = all.filter_map(|row| count(&row[at(column)])).collect();
        assert!(all.len() > 100, "{column}");
        all.iter().sum::<i64>() / i64::try_from(all.len()).unwrap()
    };
    let persons = |low, high| {
        move |row: &[Cell<'_>]| {
            count(&row[at("foyer.personnes")]).is_some_and(|it| (low..=high).contains(&it))
        }
    };
    assert!(mean(&persons(1, 1), "foyer.revenus") < mean(&persons(3, 4), "foyer.revenus"));
    assert!(mean(&persons(1, 1), "offre.loyer") < mean(&persons(4, 9), "offre.loyer"));
    let is = |column: &'static str, name: &'static str| {
        move |row: &[Cell<'_>]| row[at(column)] == Cell::of(name)
    };
    let income = |name| mean(&is("demandeur.statut", name), "foyer.revenus");
    assert!(income("apprenti") < income("cdi"));
    // The rate of effort is neither always good nor never.
    let rate = |row: &Vec<Cell<'_>>| {
        let income = count(&row[at("foyer.revenus")]).filter(|income| *income > 0)?;
        Some(count(&row[at("offre.loyer")])? * 100 / income)
    };
    let rates: Vec<i64> = rows.iter().filter_map(rate).collect();
    let good = rates.iter().filter(|rate| (26..=33).contains(*rate)).count();
    assert!((rates.len() / 20..rates.len() / 2).contains(&good), "{good} of {}", rates.len());
}

#[test]
fn some_facts_are_unknown_and_most_are_known() {
    let rows = drawn(9, 5_000, None);
    let unknown = |name: &str| rows.iter().filter(|row| row[at(name)] == Cell::Absent).count();
    assert_eq!(unknown("demande.date_dépôt") + unknown("offre.loyer") + unknown("id"), 0);
    assert!((100..350).contains(&unknown("foyer.revenu_fiscal")));
    assert!((250..600).contains(&unknown("mobilité.trajet")));
    let zero = rows.iter().filter(|row| row[at("foyer.revenus")] == Cell::Count(0)).count();
    assert!((1..100).contains(&zero), "{zero}");
}

#[test]
fn a_population_that_cannot_be_is_refused() {
    use PopulationError::{Offers, Size};
    let refused = |size, offers| Population::new(1, size, offers).unwrap_err();
    assert_eq!(refused(0, None), Size);
    assert_eq!(refused(MOST + 1, None), Size);
    assert_eq!(refused(5, Some(0)), Offers);
    assert_eq!(refused(5, Some(6)), Offers);
    assert_eq!(drawn(1, 5, Some(5)).len(), 5);
}
