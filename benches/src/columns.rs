//! The population as columns, as a careful programmer lays them out and as the engine takes them.

use crate::by_hand::{NAMES, Values};
use crate::population::{Applicant, POOL, TODAY};
use crate::workload::Workload;
use engine::{Asked, Batch, ColumnError, Columns, FactColumn, Outcomes, Single, SingleRow, Slots};
use std::ops::Range;

/// The facts of every applicant, each in the narrowest numbers that hold it.
#[derive(Default)]
pub struct Population {
    /// Dates are `yyyymmdd`.
    pub born: Vec<u32>,
    pub requested: Vec<u32>,
    pub hired: Vec<u32>,
    pub income: Vec<u32>,
    pub taxed: Vec<u32>,
    pub rent: Vec<u32>,
    pub moved: Vec<u16>,
    pub commute: Vec<u16>,
    pub household: Vec<u8>,
    pub dependants: Vec<u8>,
    pub situation: Vec<u8>,
    pub choice: Vec<u8>,
    pub category: Vec<u8>,
    pub dwelling: Vec<u8>,
    pub contributes: Vec<u8>,
    pub compensated: Vec<u8>,
    pub validated: Vec<u8>,
    pub recruited_far: Vec<u8>,
    pub disabled: Vec<u8>,
    pub priority: Vec<u8>,
    pub turned_down: Vec<u8>,
    pub declined: Vec<u8>,
}

impl Population {
    /// Transposes applicants.
    pub fn new(applicants: &[Applicant]) -> Self {
        let mut all = Self::default();
        for it in applicants {
            all.born.push(it.born);
            all.requested.push(it.requested);
            all.hired.push(it.hired);
            all.income.push(it.income);
            all.taxed.push(it.taxed);
            all.rent.push(it.rent);
            all.moved.push(it.moved);
            all.commute.push(it.commute);
            all.household.push(it.household);
            all.dependants.push(it.dependants);
            all.situation.push(it.situation);
            all.choice.push(it.choice);
            all.category.push(it.category);
            all.dwelling.push(it.dwelling);
            all.contributes.push(u8::from(it.contributes));
            all.compensated.push(u8::from(it.compensated));
            all.validated.push(u8::from(it.validated));
            all.recruited_far.push(u8::from(it.recruited_far));
            all.disabled.push(u8::from(it.disabled));
            all.priority.push(u8::from(it.priority));
            all.turned_down.push(u8::from(it.turned_down));
            all.declined.push(u8::from(it.declined));
        }
        all
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.born.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.born.is_empty()
    }
}

/// Nineteen columns, in the order of [`NAMES`].
pub type Output = [Vec<i16>; NAMES.len()];

/// Makes room for so many rows.
pub fn output(rows: usize) -> Output {
    std::array::from_fn(|_| vec![0; rows])
}

/// Reads the values of a row.
pub fn row(output: &Output, row: usize) -> Values {
    std::array::from_fn(|at| output[at][row])
}

/// Evaluates rows by hand, one loop a value over the rows of an offer, so that each is made of vectors.
/// Facts are those of [`Population`]; the rate of effort is rounded by an exact division of wholes.
pub fn by_hand(it: &Population, ranks: &[u8], out: &mut Output, rows: Range<usize>) {
    let (mut from, end) = (rows.start, rows.end);
    while from < end {
        let to = (from + POOL).min(end);
        offer(it, ranks, out, from..to);
        from = to;
    }
}

/// Evaluates by hand with both ranks: that of each request in its offer, and the final one, 0 for who is not
/// eligible.
pub fn by_hand_ranked(it: &Population, out: &mut Output, ranks: &mut [u8], places: &mut [u32]) {
    let (mut days, mut keys): (Vec<u32>, Vec<u64>) = (Vec::new(), Vec::new());
    for rows in pools(0..it.len()) {
        days.clear();
        days.extend_from_slice(&it.requested[rows.clone()]);
        days.sort_unstable();
        for row in rows.clone() {
            ranks[row] = 1 + days.partition_point(|day| *day < it.requested[row]) as u8;
        }
        offer(it, ranks, out, rows.clone());
        keys.clear();
        for (at, row) in rows.clone().enumerate() {
            if out[18][row] == 1 {
                let total = (2_000 - i64::from(out[17][row])) as u64;
                keys.push(total << 40 | u64::from(it.requested[row]) << 8 | at as u64);
            }
        }
        keys.sort_unstable();
        places[rows.clone()].fill(0);
        for (place, key) in (1..).zip(&keys) {
            places[rows.start + (key & 255) as usize] = place;
        }
    }
}

const CEILINGS: [u32; 6] = [20_870, 27_870, 33_516, 40_462, 47_599, 53_644];
const DWELLING: [i16; 8] = [60, 50, 45, 35, 30, 25, 10, 0];

macro_rules! column {
    ($out:expr, $at:expr, $rows:expr, |$i:ident| $value:expr) => {{
        let held = &mut $out[$at][$rows.clone()];
        for $i in 0..held.len() {
            held[$i] = $value;
        }
    }};
}

fn offer(it: &Population, ranks: &[u8], out: &mut Output, rows: Range<usize>) {
    let (born, requested, hired) =
        (&it.born[rows.clone()], &it.requested[rows.clone()], &it.hired[rows.clone()]);
    let (income, taxed, rent) =
        (&it.income[rows.clone()], &it.taxed[rows.clone()], &it.rent[rows.clone()]);
    let (moved, commute) = (&it.moved[rows.clone()], &it.commute[rows.clone()]);
    let (household, dependants) = (&it.household[rows.clone()], &it.dependants[rows.clone()]);
    let (situation, choice) = (&it.situation[rows.clone()], &it.choice[rows.clone()]);
    let (category, dwelling) = (&it.category[rows.clone()], &it.dwelling[rows.clone()]);
    let (contributes, compensated) = (&it.contributes[rows.clone()], &it.compensated[rows.clone()]);
    let (validated, far) = (&it.validated[rows.clone()], &it.recruited_far[rows.clone()]);
    let (disabled, priority) = (&it.disabled[rows.clone()], &it.priority[rows.clone()]);
    let (turned_down, declined) = (&it.turned_down[rows.clone()], &it.declined[rows.clone()]);
    let ranks = &ranks[rows.clone()];
    let if_so = |holds: bool, points: i16| if holds { points } else { 0 };
    column!(out, 0, rows, |i| if_so(TODAY - born[i] < 300_000, 70));
    column!(out, 1, rows, |i| if_so(moved[i] >= 70, 70));
    column!(out, 2, rows, |i| {
        // The numbers of a draw are small: hundredfold rents fit in 32 bits.
        let (rent, income) = (rent[i] * 100, income[i]);
        let over = (rent.max(33 * income) - 33 * income) + (26 * income).max(rent) - rent;
        (40 - 4 * (over.div_ceil(income).min(10) as i16)).max(0)
    });
    column!(out, 3, rows, |i| if_so(turned_down[i] != 0, 40));
    column!(out, 4, rows, |i| if_so(declined[i] != 0, -40));
    column!(out, 5, rows, |i| (21 - i16::from(ranks[i])).max(0));
    for i in rows.clone() {
        let sum = out[0][i] + out[1][i] + out[2][i] + out[3][i] + out[4][i] + out[5][i];
        out[6][i] = sum.clamp(0, 240);
    }
    column!(out, 7, rows, |i| if_so(
        (choice[i] != 0) & (contributes[i] | compensated[i] != 0) & (validated[i] != 0),
        240
    ));
    column!(out, 8, rows, |i| if_so((choice[i] != 0) & ((far[i] != 0) | (commute[i] > 40)), 166));
    column!(out, 9, rows, |i| if_so(
        (choice[i] != 0)
            & (((situation[i] == 0) & (TODAY - hired[i] >= 20_000)) | (situation[i] == 5)),
        80
    ));
    column!(out, 10, rows, |i| if_so(
        (choice[i] != 0) & ((dependants[i] >= 2) | (disabled[i] != 0)),
        34
    ));
    for i in rows.clone() {
        out[11][i] = (out[7][i] + out[8][i] + out[9][i] + out[10][i]).min(520);
    }
    column!(out, 12, rows, |i| if_so(category[i] == 1, 240));
    column!(out, 13, rows, |i| {
        let mut points = 0;
        for (at, own) in (0_u8..).zip(DWELLING) {
            points += if dwelling[i] == at { own } else { 0 };
        }
        points
    });
    column!(out, 14, rows, |i| if_so(priority[i] != 0, 50));
    column!(out, 15, rows, |i| {
        let waited = TODAY - requested[i];
        5 * (i16::from(waited >= 20_000)
            + i16::from(waited >= 30_000)
            + 2 * i16::from(waited >= 50_000)
            + 2 * i16::from(waited >= 80_000))
    });
    for i in rows.clone() {
        out[16][i] = (out[13][i] + out[14][i] + out[15][i]).min(100);
        out[17][i] = out[6][i] + out[11][i] + out[12][i] + out[16][i];
    }
    column!(out, 18, rows, |i| {
        let mut ceiling = CEILINGS[0];
        for (size, next) in (2_u8..).zip(CEILINGS.into_iter().skip(1)) {
            ceiling = if household[i] >= size { next } else { ceiling };
        }
        i16::from(taxed[i] <= ceiling)
    });
}

/// The same facts as the engine takes them: dates packed, numbers as their types count them.
pub struct Slotted {
    numbers: Vec<i32>,
    born: Vec<i32>,
    requested: Vec<i32>,
    hired: Vec<i32>,
    income: Vec<i32>,
    taxed: Vec<i32>,
    rent: Vec<i32>,
    moved: Vec<i32>,
    commute: Vec<i32>,
    all: Population,
}

fn packed(days: &[u32]) -> Vec<i32> {
    let pack = |day: &u32| (day / 10_000) << 9 | (day / 100 % 100) << 5 | day % 100;
    days.iter().map(|day| pack(day) as i32).collect()
}

impl Slotted {
    /// Lays the facts out.
    pub fn new(applicants: &[Applicant]) -> Self {
        let all = Population::new(applicants);
        let wide =
            |values: &[u32], by: i32| values.iter().map(|value| *value as i32 * by).collect();
        let short = |values: &[u16]| values.iter().map(|value| i32::from(*value) * 100).collect();
        Self {
            numbers: (0..applicants.len()).map(|at| (at % POOL) as i32).collect(),
            born: packed(&all.born),
            requested: packed(&all.requested),
            hired: packed(&all.hired),
            income: wide(&all.income, 1),
            taxed: wide(&all.taxed, 100),
            rent: wide(&all.rent, 1),
            moved: short(&all.moved),
            commute: short(&all.commute),
            all,
        }
    }

    /// Makes a batch of the columns. Errors: a column that is refused.
    pub fn batch<'a>(
        &'a self,
        workload: &Workload,
        columns: &Columns<'a>,
    ) -> Result<Batch<'a>, ColumnError> {
        let all = &self.all;
        let mut batch = columns.batch(crate::workload::today(), all.len());
        let columns: [(&str, Slots<'a>); 23] = [
            ("offre.loyer", Slots::Narrow(&self.rent)),
            ("demande.numéro", Slots::Narrow(&self.numbers)),
            ("demande.date", Slots::Narrow(&self.requested)),
            ("demande.choix", Slots::Bytes(&all.choice)),
            ("demande.refus_en_cal", Slots::Bytes(&all.turned_down)),
            ("demande.logement_refusé", Slots::Bytes(&all.declined)),
            ("demande.dalo", Slots::Bytes(&all.priority)),
            ("demandeur.naissance", Slots::Narrow(&self.born)),
            ("demandeur.situation", Slots::Bytes(&all.situation)),
            ("demandeur.embauche", Slots::Narrow(&self.hired)),
            ("demandeur.handicap", Slots::Bytes(&all.disabled)),
            ("demandeur.habitation", Slots::Bytes(&all.dwelling)),
            ("foyer.revenus", Slots::Narrow(&self.income)),
            ("foyer.revenu_fiscal", Slots::Narrow(&self.taxed)),
            ("foyer.personnes", Slots::Bytes(&all.household)),
            ("foyer.charge", Slots::Bytes(&all.dependants)),
            ("employeur.catégorie", Slots::Bytes(&all.category)),
            ("employeur.cotisante", Slots::Bytes(&all.contributes)),
            ("employeur.compensée", Slots::Bytes(&all.compensated)),
            ("employeur.validée", Slots::Bytes(&all.validated)),
            ("employeur.mobilité", Slots::Bytes(&all.recruited_far)),
            ("trajet.mobilité", Slots::Narrow(&self.moved)),
            ("trajet.travail", Slots::Narrow(&self.commute)),
        ];
        for (name, values) in columns {
            batch
                .add(workload.field(name).ok_or(ColumnError::Field)?, FactColumn::known(values))?;
        }
        Ok(batch)
    }

    /// The slots of a row, in the order that something reads them.
    pub fn slots(&self, workload: &Workload, facts: &[engine::FieldId], row: usize) -> Vec<i64> {
        let all = &self.all;
        let value = |name: &str| match name {
            "offre.loyer" => i64::from(self.rent[row]),
            "demande.numéro" => i64::from(self.numbers[row]),
            "demande.date" => i64::from(self.requested[row]),
            "demande.choix" => i64::from(all.choice[row]),
            "demande.refus_en_cal" => i64::from(all.turned_down[row]),
            "demande.logement_refusé" => i64::from(all.declined[row]),
            "demande.dalo" => i64::from(all.priority[row]),
            "demandeur.naissance" => i64::from(self.born[row]),
            "demandeur.situation" => i64::from(all.situation[row]),
            "demandeur.embauche" => i64::from(self.hired[row]),
            "demandeur.handicap" => i64::from(all.disabled[row]),
            "demandeur.habitation" => i64::from(all.dwelling[row]),
            "foyer.revenus" => i64::from(self.income[row]),
            "foyer.revenu_fiscal" => i64::from(self.taxed[row]),
            "foyer.personnes" => i64::from(all.household[row]),
            "foyer.charge" => i64::from(all.dependants[row]),
            "employeur.catégorie" => i64::from(all.category[row]),
            "employeur.cotisante" => i64::from(all.contributes[row]),
            "employeur.compensée" => i64::from(all.compensated[row]),
            "employeur.validée" => i64::from(all.validated[row]),
            "employeur.mobilité" => i64::from(all.recruited_far[row]),
            "trajet.mobilité" => i64::from(self.moved[row]),
            _ => i64::from(self.commute[row]),
        };
        facts.iter().map(|field| value(workload.name(*field))).collect()
    }
}

/// The pools of a population.
pub fn pools(rows: Range<usize>) -> Vec<Range<usize>> {
    rows.clone().step_by(POOL).map(|from| from..(from + POOL).min(rows.end)).collect()
}

/// Evaluates pools by the engine. Errors: a sentence.
pub fn evaluate(
    columns: &Columns<'_>,
    batch: &Batch<'_>,
    pools: &[Range<usize>],
    outcomes: &mut Outcomes,
) -> Result<(), String> {
    columns.evaluate(batch, pools, Asked::Points, outcomes);
    match (outcomes.walked, outcomes.errors.first()) {
        (0, None) => Ok(()),
        (walked, error) => Err(format!("{walked} candidats hors du noyau, {error:?}")),
    }
}

/// Reads the values of a row of outcomes, in the order of [`NAMES`].
pub fn values(outcomes: &Outcomes, row: usize) -> Values {
    let mut all = [0; NAMES.len()];
    let grids = outcomes.grids.iter().flat_map(|grid| {
        let lines = grid.lines.iter().filter(|line| line.id != "ecretement");
        let lines = lines.map(|line| line.points.whole[row]);
        let is_a_line = grid.lines.len() == 1;
        lines.chain(Some(grid.points.whole[row]).filter(|_| !is_a_line))
    });
    let eligible = i32::from(outcomes.eligible[row] == engine::Truth::Yes);
    let last = [outcomes.total.whole[row], eligible];
    all.iter_mut().zip(grids.chain(last)).for_each(|(slot, value)| *slot = value as i16);
    all
}

/// Where the values of [`NAMES`] are among the outputs of one evaluated alone.
pub fn alone(single: &Single) -> Vec<usize> {
    // A grid of one line is that line; what clips is in the grid.
    let kept = single.outputs().iter().enumerate().filter(|(_, what)| match what {
        SingleRow::Line(_, id) => id != "ecretement",
        SingleRow::Grid(place) => *place != 2,
        SingleRow::Total | SingleRow::Eligible => true,
    });
    kept.map(|(at, _)| at).collect()
}

/// Reads the values of one evaluated alone, in the order of [`NAMES`].
pub fn alone_values(single: &Single, out: &[i64]) -> Values {
    let mut all = [0; NAMES.len()];
    all.iter_mut().zip(alone(single)).for_each(|(slot, at)| *slot = out[at] as i16);
    all
}
