//! One applicant of an offer: a household that fits its size, the ages that go with it, the income that goes
//! with these.

use super::offer::Offer;
use super::weights::{
    AGES_OF_FEW, AGES_OF_MANY, COMPANIES, COUPLES, DISTANCES, HOMES, HOMES_YOUNG, KNOWN_COMPANIES,
    SENIORITIES, SHARINGS, SINGLES, SINGLES_YOUNG, STATUSES, STATUSES_OLD, STATUSES_YOUNG,
    VALIDATIONS, WAGES, WAITS,
};
use crate::draw::Draw;
use crate::table::Cell;
use engine::Date;
use std::borrow::Cow;

/// The companies without rules of their own, in each category.
const COMPANIES_OF_A_CATEGORY: u64 = 4_000;

/// Draws an applicant as cells, in the order of the columns.
pub(super) fn row(draw: &mut Draw, offer: &Offer, number: u64, today: Date) -> Vec<Cell<'static>> {
    let household = Household::draw(draw, offer);
    let mut cells = Vec::with_capacity(super::COLUMNS.len());
    cells.push(Cell::Text(Cow::Owned(format!("c{:09}", number + 1))));
    cells.push(Cell::Truth(draw.in_a_thousand(970)));
    cells.extend(offer.cells());
    request(draw, number, today, &mut cells);
    household.cells(draw, today, &mut cells);
    home(draw, (&household, offer), today, &mut cells);
    company(draw, &mut cells);
    mobility(draw, &mut cells);
    cells
}

/// Leaves a fact out, by so many chances in a thousand.
fn unless_unknown(draw: &mut Draw, unknown: u64, cell: Cell<'static>) -> Cell<'static> {
    if draw.in_a_thousand(unknown) { Cell::Absent } else { cell }
}

fn day(day: Option<Date>) -> Cell<'static> {
    day.map_or(Cell::Absent, Cell::Day)
}

/// The application: who waits longer has had the time to be refused, and to refuse.
fn request(draw: &mut Draw, number: u64, today: Date, cells: &mut Vec<Cell<'static>>) {
    let waited = draw.along(WAITS);
    cells.push(Cell::Text(Cow::Owned(format!("N{:09}", number + 1))));
    let renewed = waited > 365 && draw.in_a_thousand(850);
    cells.push(Cell::of(if renewed { "renouvellement" } else { "première_demande" }));
    cells.push(day(today.plus_days(-waited)));
    cells.push(Cell::of(draw.one_of(SHARINGS).unwrap_or("accompagné")));
    cells.push(Cell::Truth(draw.in_a_thousand(930)));
    let turned_down = draw.in_a_thousand(if waited > 730 { 140 } else { 50 });
    cells.push(unless_unknown(draw, 20, Cell::Truth(turned_down)));
    let declined = draw.in_a_thousand(if waited > 730 { 80 } else { 30 });
    let rightly = draw.in_a_thousand(400);
    cells.push(unless_unknown(draw, 10, Cell::Truth(declined)));
    cells.push(Cell::Truth(declined && rightly));
    let priority = draw.in_a_thousand(if waited > 730 { 40 } else { 12 });
    cells.push(unless_unknown(draw, 30, Cell::Truth(priority)));
    let violence = draw.in_a_thousand(12);
    cells.push(unless_unknown(draw, 60, Cell::Truth(violence)));
}

/// A household.
struct Household {
    age: i64,
    persons: i64,
    couple: bool,
    status: &'static str,
    /// Unit: cents a month.
    income: i64,
    /// Of which wages and what replaces them.
    earned: i64,
}

impl Household {
    fn draw(draw: &mut Draw, offer: &Offer) -> Self {
        let persons = draw.one_of(offer.size.persons()).unwrap_or(1);
        let ages = if persons > 2 { AGES_OF_MANY } else { AGES_OF_FEW };
        let (from, to) = draw.one_of(ages).unwrap_or((30, 39));
        let age = draw.between(from, to);
        let chances = match persons {
            ..=1 => 0,
            2 if age < 30 => 720,
            2 => 540,
            3.. => 710,
        };
        let couple = draw.in_a_thousand(chances);
        let statuses = match age {
            ..25 => STATUSES_YOUNG,
            25..60 => STATUSES,
            60.. => STATUSES_OLD,
        };
        let status = draw.one_of(statuses).unwrap_or("cdi");
        let own = draw.along(WAGES) * by_age(age) / 100 * by_status(status) / 100;
        let partner =
            if couple && draw.in_a_thousand(660) { draw.along(WAGES) * 88 / 100 } else { 0 };
        // Nothing at all, now and then: no rate can be computed.
        let earned = if draw.in_a_thousand(4) { 0 } else { own + partner };
        let children = persons - 1 - i64::from(couple);
        let allowances = if children >= 2 { 13_200 + 16_900 * (children - 2) } else { 0 };
        let income = earned + if earned > 0 { allowances } else { 0 };
        Self { age, persons, couple, status, income, earned }
    }

    fn dependants(&self) -> i64 {
        self.persons - 1 - i64::from(self.couple)
    }

    fn cells(&self, draw: &mut Draw, today: Date, cells: &mut Vec<Cell<'static>>) {
        let born = born(draw, self.age, today);
        cells.push(day(born));
        let states = match (self.couple, self.age < 30) {
            (true, _) => COUPLES,
            (false, true) => SINGLES_YOUNG,
            (false, false) => SINGLES,
        };
        let state = draw.one_of(states).unwrap_or("célibataire");
        cells.push(Cell::of(state));
        cells.push(unless_unknown(draw, 5, Cell::of(self.status)));
        cells.push(Cell::Count(self.persons));
        cells.push(unless_unknown(draw, 10, Cell::Count(self.dependants())));
        cells.push(unless_unknown(draw, 15, Cell::Count(self.income)));
        // Two years before: less on the whole, after the allowance of a tenth; in whole euros.
        let taxed = self.earned * 12 * 90 / 100 * draw.between(78, 106) / 100;
        cells.push(unless_unknown(draw, 40, Cell::Count(taxed / 100 * 100)));
        let partner = self.partner(draw, state, today);
        cells.push(unless_unknown(draw, 10, partner));
        let children = self.children(draw, today);
        cells.push(unless_unknown(draw, 10, children));
    }

    /// The partner, as a list of one or of none.
    fn partner(&self, draw: &mut Draw, state: &str, today: Date) -> Cell<'static> {
        let link = match state {
            "marié" => "conjoint",
            "pacsé" => "partenaire_pacs",
            _ => "concubinage",
        };
        let age = (self.age + draw.between(-5, 5)).max(18);
        let born = born(draw, age, today).filter(|_| self.couple);
        let one = born.map(|born| format!(r#"{{"lien":"{link}","date_naissance":"{born}"}}"#));
        Cell::Text(Cow::Owned(format!("[{}]", one.unwrap_or_default())))
    }

    /// The dependants: children born since the applicant is of age.
    fn children(&self, draw: &mut Draw, today: Date) -> Cell<'static> {
        let oldest = (self.age - 19).clamp(0, 20);
        let one = |_| {
            let age = draw.between(0, oldest);
            let born = born(draw, age, today)?;
            Some(format!(r#"{{"date_naissance":"{born}","lien":"enfant"}}"#))
        };
        let all: Vec<String> = (0..self.dependants()).filter_map(one).collect();
        Cell::Text(Cow::Owned(format!("[{}]", all.join(","))))
    }
}

/// Draws a day of birth of who has an age.
fn born(draw: &mut Draw, age: i64, today: Date) -> Option<Date> {
    let days = draw.between(0, 364);
    today.plus_months(-12 * age)?.plus_days(-days)
}

/// What wages become with age. Unit: per cent.
fn by_age(age: i64) -> i64 {
    match age {
        ..25 => 84,
        25..30 => 93,
        30..40 => 100,
        40..50 => 106,
        50.. => 108,
    }
}

/// What a status gives beside a full time without end. Unit: per cent.
fn by_status(status: &str) -> i64 {
    match status {
        "cdd" => 82,
        "apprenti" => 58,
        "étudiant" => 40,
        "chômage" => 62,
        "retraité" => 74,
        "indépendant" | "autre" => 88,
        _ => 100,
    }
}

/// Where they live: the young with their family more often, and in fewer rooms than persons now and then.
fn home(
    draw: &mut Draw,
    (household, offer): (&Household, &Offer),
    today: Date,
    cells: &mut Vec<Cell<'static>>,
) {
    let homes = if household.age < 30 && household.persons < 3 { HOMES_YOUNG } else { HOMES };
    let home = draw.one_of(homes).unwrap_or("locataire_privé");
    let rooms = match home {
        "hôtel" | "résidence_étudiante" | "résidence_sociale" | "hébergé_structure" => 1,
        "hébergé_famille" => household.persons + draw.between(0, 2),
        _ => household.persons + draw.between(-2, 1),
    };
    let rooms = if home == "sans_abri" { Cell::Absent } else { Cell::Count(rooms.max(1)) };
    cells.push(Cell::of(home));
    cells.push(unless_unknown(draw, 50, rooms));
    for (same, other) in [(780, "42"), (880, "77")] {
        let near = draw.in_a_thousand(same);
        cells.push(Cell::of(if near { offer.department() } else { other }));
    }
    let days = if draw.in_a_thousand(120) { draw.between(1, 365) } else { draw.along(SENIORITIES) };
    // Nobody was employed before the age of sixteen.
    let days = days.min((household.age - 16) * 365);
    cells.push(unless_unknown(draw, 15, day(today.plus_days(-days))));
}

fn company(draw: &mut Draw, cells: &mut Vec<Cell<'static>>) {
    let (category, contributes) = draw.one_of(COMPANIES).unwrap_or(("pme", 620));
    let known = KNOWN_COMPANIES.iter().find(|(name, _)| *name == category);
    let known = known.and_then(|(_, all)| draw.one_of(all)).filter(|_| draw.in_a_thousand(120));
    let number = draw.below(COMPANIES_OF_A_CATEGORY);
    let siren = known
        .map_or_else(|| Cow::Owned(format!("9{}{:07}", category.len(), number)), Cow::Borrowed);
    cells.push(unless_unknown(draw, 20, Cell::Text(siren)));
    cells.push(Cell::of(category));
    let contributes = draw.in_a_thousand(contributes);
    let compensated = !contributes && draw.in_a_thousand(500);
    cells.push(Cell::Truth(contributes));
    cells.push(unless_unknown(draw, 40, Cell::Truth(compensated)));
    cells.push(Cell::of(draw.one_of(VALIDATIONS).unwrap_or("en_cours")));
}

/// The way to work: ten minutes, then slow near and fast far.
fn mobility(draw: &mut Draw, cells: &mut Vec<Cell<'static>>) {
    let distance = draw.along(DISTANCES) / 10 * 10;
    let minutes = 10 + distance.min(3_000) * 2 / 100 + (distance - 3_000).max(0) * 3 / 400;
    cells.push(unless_unknown(draw, 15, Cell::Count(distance)));
    let minutes = minutes * draw.between(80, 125) / 100;
    cells.push(unless_unknown(draw, 80, Cell::Count(minutes)));
}
