//! Applicants drawn from a seed, as rows that hand-written code would hold: 245 for each offer.

/// How many apply for an offer.
pub const POOL: usize = 245;
/// The day of evaluation. Shape: `yyyymmdd`.
pub const TODAY: u32 = 20_191_015;

/// Situations at work, in the order of the vocabulary.
pub const SITUATIONS: [&str; 9] = [
    "cdi",
    "agent_public",
    "cdd",
    "indépendant",
    "chômage",
    "apprenti",
    "étudiant",
    "retraité",
    "autre",
];
/// Categories of companies, in the order of the vocabulary.
pub const CATEGORIES: [&str; 4] = ["aucune", "pme", "eti", "ge"];
/// Dwellings, in the order of the vocabulary.
pub const DWELLINGS: [&str; 8] = [
    "sans_abri",
    "hébergement",
    "insalubre",
    "suroccupé",
    "chez_tiers",
    "temporaire",
    "locataire_privé",
    "locataire_social",
];
/// Choices of sharing, in the order of the vocabulary.
pub const CHOICES: [&str; 4] = ["anonyme", "identification", "accompagné", "saisie_entreprise"];

/// One applicant for one offer. Dates are `yyyymmdd`, enumerations the places of their values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applicant {
    pub born: u32,
    pub requested: u32,
    pub hired: u32,
    /// Unit: cents a month.
    pub income: u32,
    /// Unit: euros a year.
    pub taxed: u32,
    /// Unit: cents a month.
    pub rent: u32,
    /// Unit: kilometres.
    pub moved: u16,
    /// Unit: kilometres.
    pub commute: u16,
    pub household: u8,
    pub dependants: u8,
    pub situation: u8,
    pub choice: u8,
    pub category: u8,
    pub dwelling: u8,
    pub contributes: bool,
    pub compensated: bool,
    pub validated: bool,
    pub recruited_far: bool,
    pub disabled: bool,
    pub priority: bool,
    pub turned_down: bool,
    pub declined: bool,
}

/// A generator of numbers (splitmix64, Steele, Lea and Flood 2014).
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    fn within(&mut self, low: u32, high: u32) -> u32 {
        low + (self.next() % u64::from(high - low + 1)) as u32
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.within(1, 100) <= percent
    }

    fn of(&mut self, count: usize) -> u8 {
        (self.next() % count as u64) as u8
    }

    /// A day of some years, before today.
    fn day(&mut self, first: u32, last: u32) -> u32 {
        let day = self.within(first, last) * 10_000 + self.within(1, 12) * 100 + self.within(1, 28);
        if day >= TODAY { day - 10_000 } else { day }
    }
}

/// Draws so many applicants; those of one offer follow each other and share its rent.
pub fn population(count: usize) -> Vec<Applicant> {
    let mut draw = Draw(2019);
    let mut rent = 0;
    (0..count)
        .map(|at| {
            if at % POOL == 0 {
                rent = draw.within(35_000, 105_000);
            }
            applicant(&mut draw, rent)
        })
        .collect()
}

fn applicant(draw: &mut Draw, rent: u32) -> Applicant {
    let household = u8::try_from(draw.within(1, 12).div_ceil(2)).unwrap_or(1);
    // Half of the incomes put the rent near the bounds of its scale.
    let income = if draw.chance(50) {
        rent * 100 / draw.within(18, 42) + draw.within(0, 5_000)
    } else {
        draw.within(90_000, 450_000)
    };
    Applicant {
        born: draw.day(1950, 2000),
        requested: draw.day(2009, 2019),
        hired: draw.day(1998, 2019),
        income,
        taxed: draw.within(6_000, 45_000),
        rent,
        moved: if draw.chance(20) { draw.within(50, 900) } else { draw.within(0, 75) } as u16,
        commute: draw.within(0, 70) as u16,
        household,
        dependants: draw.of(usize::from(household)),
        situation: if draw.chance(55) { 0 } else { draw.of(SITUATIONS.len()) },
        choice: draw.of(CHOICES.len()),
        category: draw.of(CATEGORIES.len()),
        dwelling: draw.of(DWELLINGS.len()),
        contributes: draw.chance(70),
        compensated: draw.chance(10),
        validated: draw.chance(75),
        recruited_far: draw.chance(15),
        disabled: draw.chance(6),
        priority: draw.chance(5),
        turned_down: draw.chance(12),
        declined: draw.chance(6),
    }
}

/// Monsieur Tabanou and Madame Leclerc, with their totals: 536 and 539.
pub fn examples() -> [(Applicant, i16); 2] {
    let common = Applicant {
        rent: 50_000,
        household: 1,
        choice: 2,
        dwelling: 7,
        contributes: true,
        validated: true,
        ..Applicant::default()
    };
    let tabanou = Applicant {
        born: 19_900_401,
        requested: 20_180_410,
        hired: 20_191_001,
        income: 160_000,
        taxed: 17_000,
        moved: 62,
        commute: 30,
        category: 3,
        recruited_far: true,
        ..common
    };
    let leclerc = Applicant {
        born: 19_880_301,
        requested: 20_190_905,
        hired: 20_190_101,
        income: 155_000,
        taxed: 16_500,
        moved: 5,
        commute: 4,
        category: 1,
        ..common
    };
    [(tabanou, 536), (leclerc, 539)]
}
