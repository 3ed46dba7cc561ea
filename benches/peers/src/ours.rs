//! What the others stand beside: Barème, and the same by hand, as a careful programmer writes it twice.

use benches::by_hand::{self, Values};
use benches::columns::{self, Output, Population, Slotted};
use benches::json::Answering;
use benches::population::Applicant;
use benches::workload::{Workload, files, today};
use engine::{Batch, Columns, FactColumn, FieldId, Outcomes, Plans, Pool, Single, Slots};
use explain::{Evaluation, Explanation};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::ops::Range;
use std::sync::LazyLock;
use yardstick::contestant::Said;
use yardstick::{Contestant, Row};

/// How many offers Barème evaluates at once.
const PIECE: usize = 16;
/// One row in so many is said alone and explained before either is timed.
const ALONE: usize = 97;

/// Rows as structs, in Rust.
pub struct ByRows;

impl Contestant for ByRows {
    type Input = Row;
    const ROWS: usize = 98_000;
    const BATCH: usize = 98_000;
    const COMPILES: bool = false;

    fn compile(_: u32) -> Result<Self, String> {
        Ok(Self)
    }

    fn input(&self, row: &Row) -> Result<Row, String> {
        Ok(*row)
    }

    fn evaluate(&mut self, input: &Row) -> Result<Values, String> {
        Ok(by_hand::evaluate(&input.applicant, input.rank))
    }

    /// The values of its lines are all the reason it has: it says why as it says how much.
    fn explain(&mut self, input: &Row) -> Result<Option<()>, String> {
        black_box(self.evaluate(input)?);
        Ok(Some(()))
    }

    fn answer(&mut self, json: &[u8], out: &mut Vec<u8>) -> Result<Option<()>, String> {
        yardstick::json::by_hand(json, out).map(Some)
    }
}

/// Rows as columns, in Rust, both ranks computed.
pub struct ByColumns {
    held: Option<Held>,
}

struct Held {
    rows: Population,
    out: Output,
    ranks: Vec<u8>,
    places: Vec<u32>,
}

impl Held {
    fn new(rows: &[Row]) -> Self {
        let (count, rows) = (rows.len(), Population::new(&applicants(rows)));
        Self { rows, out: columns::output(count), ranks: vec![0; count], places: vec![0; count] }
    }
}

impl Contestant for ByColumns {
    type Input = ();
    const ROWS: usize = 490_000;
    const BATCH: usize = 490_000;
    const ALONE: bool = false;
    const COMPILES: bool = false;

    fn compile(_: u32) -> Result<Self, String> {
        Ok(Self { held: None })
    }

    fn input(&self, _: &Row) -> Result<(), String> {
        Ok(())
    }

    fn evaluate(&mut self, (): &()) -> Result<Values, String> {
        Err("columns are not evaluated row by row".to_owned())
    }

    fn batch(&mut self, rows: &[Row]) -> Result<(), String> {
        let held = self.held.get_or_insert_with(|| Held::new(rows));
        let Held { rows, out, ranks, places } = held;
        columns::by_hand_ranked(rows, out, ranks, places);
        black_box((&out, &places));
        Ok(())
    }

    fn say(&mut self, rows: &[Row]) -> Result<Vec<Said>, String> {
        self.batch(rows)?;
        let held = self.held.as_ref().ok_or("nothing is held")?;
        let said = |at: usize| Said {
            values: columns::row(&held.out, at),
            place: held.places.get(at).copied(),
        };
        Ok((0..rows.len()).map(said).collect())
    }
}

/// Barème: one row by its kernel, with what each operation of the rules computed where that is asked, batches by
/// columns.
pub struct Bareme {
    laid: Laid,
    single: Single,
    facts: Vec<FieldId>,
    /// Which outputs of one evaluated alone are values of the workload.
    kept: Vec<usize>,
    /// The same, with what each operation computed.
    watcher: Single,
    record: Vec<i64>,
    answering: Answering<'static>,
}

const UNSAID: &str = "a row that the kernel does not say";

/// A row as Barème takes it: its facts in slots, and as the case of one who applies alone.
pub struct Prepared {
    slots: Vec<i64>,
    /// The same, in the order of what keeps its trace.
    watched: Vec<i64>,
    pool: Pool,
}

static FILES: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| files().unwrap_or_default());

impl Contestant for Bareme {
    type Input = Prepared;
    const ROWS: usize = 490_000;
    const BATCH: usize = 490_000;

    /// From texts to code that is ready to evaluate. What is compiled lives as long as the process.
    fn compile(variant: u32) -> Result<Self, String> {
        let laid = Laid::of(&varied(variant))?;
        let single = laid.rules.single(today(), None).ok_or("no kernel")?;
        let watcher = laid.rules.watcher(today(), None).ok_or("no kernel")?;
        let (facts, record) = (single.facts().to_vec(), vec![0; watcher.width()]);
        let kept = columns::alone(&single);
        let answering = Answering::new(laid.workload, laid.rules).ok_or("no kernel")?;
        Ok(Self { laid, single, facts, kept, watcher, record, answering })
    }

    fn input(&self, row: &Row) -> Result<Prepared, String> {
        let slotted = Slotted::new(&[row.applicant]);
        let workload = self.laid.workload;
        let slots = slotted.slots(workload, &self.facts, 0);
        let watched = slotted.slots(workload, self.watcher.facts(), 0);
        Ok(Prepared { slots, watched, pool: workload.pool(&[row.applicant]) })
    }

    fn evaluate(&mut self, input: &Prepared) -> Result<Values, String> {
        let said = self.single.evaluate(&input.slots).ok_or(UNSAID)?;
        let mut values = Values::default();
        for (slot, at) in values.iter_mut().zip(&self.kept) {
            *slot = said.get(*at).map_or(i16::MIN, |value| *value as i16);
        }
        Ok(values)
    }

    fn explain(&mut self, input: &Prepared) -> Result<Option<()>, String> {
        if !self.watcher.record(&input.watched, &mut self.record) {
            return Err(UNSAID.to_owned());
        }
        black_box(&self.record);
        Ok(Some(()))
    }

    fn answer(&mut self, json: &[u8], out: &mut Vec<u8>) -> Result<Option<()>, String> {
        self.answering.answer(json, out).map(Some)
    }

    fn batch(&mut self, rows: &[Row]) -> Result<(), String> {
        self.laid.each_piece(rows, |outcomes| {
            black_box(outcomes);
        })
    }

    fn say(&mut self, rows: &[Row]) -> Result<Vec<Said>, String> {
        for row in rows.iter().step_by(ALONE) {
            self.agrees_alone(row)?;
        }
        let mut said = Vec::with_capacity(rows.len());
        self.laid.each_piece(rows, |outcomes| {
            let places = outcomes.rank.iter().enumerate();
            said.extend(places.map(|(at, place)| Said {
                values: columns::values(outcomes, at),
                place: Some(*place),
            }));
        })?;
        Ok(said)
    }
}

impl Bareme {
    /// Compares one who applies alone, hence first, with the values by hand, and the total of its explanation.
    fn agrees_alone(&mut self, row: &Row) -> Result<(), String> {
        let input = self.input(row)?;
        let (own, hand) = (self.evaluate(&input)?, by_hand::evaluate(&row.applicant, 1));
        let explanation = explained(self.laid.workload, &input.pool)?;
        let total = explanation.headline.map(|it| it.total.0);
        self.explain(&input)?;
        let read = self.watcher.trace(&self.record).whole();
        let traced = self.laid.workload.rules.evaluator().rank_traced(&input.pool, 0);
        if read.is_none() || read != traced.map(|(_, trace)| trace) {
            return Err("a trace that is not that of the walk".to_owned());
        }
        let due = engine::Exact::whole(i128::from(hand[17]));
        if own != hand || total != Some(due) {
            return Err(format!("alone {own:?}, explained {total:?}, by hand {hand:?}"));
        }
        Ok(())
    }
}

/// Barème by columns, given what the engines of rows are given: the rank of the request is a fact, and candidates stay in
/// the order of their numbers, which they have already.
pub struct RankGiven(Laid);

/// What the workload says, and what it says where the rank is given.
const GIVEN: [(&str, &str, &str); 3] = [
    (
        "faits.bareme",
        "  numéro : entier \"Numéro de la demande\"\n",
        "  numéro : entier \"Numéro de la demande\"\n  rang : entier \"Rang de la demande\"\n",
    ),
    (
        "als.bareme",
        "rang = rang de demande.date croissant parmi tous les candidats",
        "rang = demande.rang",
    ),
    (
        "classement.bareme",
        "ordre par total décroissant ; demande.date croissant ; demande.numéro croissant unique",
        "ordre par demande.numéro croissant unique",
    ),
];

impl Contestant for RankGiven {
    type Input = ();
    const ROWS: usize = 490_000;
    const BATCH: usize = 490_000;
    const ALONE: bool = false;
    const COMPILES: bool = false;

    fn compile(_: u32) -> Result<Self, String> {
        let mut files = FILES.clone();
        for (name, says, said) in GIVEN {
            let text = files.get_mut(name).ok_or(name)?;
            let whole = std::str::from_utf8(text).map_err(|error| error.to_string())?;
            if whole.matches(says).count() != 1 {
                return Err(format!("{name} no longer says « {says} »"));
            }
            *text = whole.replace(says, said).into_bytes();
        }
        Laid::of(&files).map(Self)
    }

    fn input(&self, _: &Row) -> Result<(), String> {
        Ok(())
    }

    fn evaluate(&mut self, (): &()) -> Result<Values, String> {
        Err("columns are not evaluated row by row".to_owned())
    }

    fn batch(&mut self, rows: &[Row]) -> Result<(), String> {
        self.0.each_piece(rows, |outcomes| {
            black_box(outcomes);
        })
    }

    fn say(&mut self, rows: &[Row]) -> Result<Vec<Said>, String> {
        let mut said = Vec::with_capacity(rows.len());
        self.0.each_piece(rows, |outcomes| {
            let values = (0..outcomes.eligible.len()).map(|at| columns::values(outcomes, at));
            said.extend(values.map(|values| Said { values, place: None }));
        })?;
        Ok(said)
    }
}

/// Rules, and the columns that they evaluate, laid out once: a program that evaluates populations holds them so.
struct Laid {
    workload: &'static Workload,
    rules: &'static Columns<'static>,
    held: Option<(Batch<'static>, Vec<Range<usize>>)>,
    outcomes: Outcomes,
}

impl Laid {
    /// Compiles rules, which live as long as the process.
    fn of(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, String> {
        let workload: &Workload = Box::leak(Box::new(Workload::of(files)?));
        let rules = Columns::new(Plans::new(workload.rules.evaluator()));
        let rules: &Columns<'_> = Box::leak(Box::new(rules));
        Ok(Self { workload, rules, held: None, outcomes: Outcomes::default() })
    }

    fn each_piece(&mut self, rows: &[Row], mut then: impl FnMut(&Outcomes)) -> Result<(), String> {
        if self.held.is_none() {
            self.held = Some((self.batch(rows)?, columns::pools(0..rows.len())));
        }
        let Self { rules, held, outcomes, .. } = self;
        let (batch, pools) = held.as_ref().ok_or("nothing is held")?;
        for some in pools.chunks(PIECE) {
            columns::evaluate(rules, batch, some, outcomes)?;
            then(outcomes);
        }
        Ok(())
    }

    /// Lays columns out, with the rank of the request where it is a fact.
    fn batch(&self, rows: &[Row]) -> Result<Batch<'static>, String> {
        let slotted: &Slotted = Box::leak(Box::new(Slotted::new(&applicants(rows))));
        let batch = slotted.batch(self.workload, self.rules);
        let mut batch = batch.map_err(|error| error.to_string())?;
        if let Some(rank) = self.workload.field("demande.rang") {
            let ranks: &[u8] = Box::leak(rows.iter().map(|row| row.rank).collect());
            let added = batch.add(rank, FactColumn::known(Slots::Bytes(ranks)));
            added.map_err(|error| error.to_string())?;
        }
        Ok(batch)
    }
}

/// Explains the one candidate of a pool, as an auditor sees it.
fn explained(workload: &Workload, pool: &Pool) -> Result<Explanation, String> {
    let rules = &workload.rules;
    let ranked = rules.evaluator().rank_traced(pool, 0);
    let (outcome, trace) = ranked.ok_or("no ranking in force")?;
    let evaluation =
        Evaluation { rules: &rules.compiled, recueil: ("mesure", ""), pool, outcome: &outcome };
    let candidate = outcome.candidates.first().ok_or("nobody")?;
    Ok(evaluation.explain(candidate, &trace))
}

/// The workload with a definition more, so that no two policies are the same.
fn varied(variant: u32) -> BTreeMap<String, Vec<u8>> {
    let mut files = FILES.clone();
    if let Some(text) = files.get_mut("faits.bareme") {
        text.extend(format!("\ndéfinition variante : entier\n  = {variant}\n").into_bytes());
    }
    files
}

fn applicants(rows: &[Row]) -> Vec<Applicant> {
    rows.iter().map(|row| row.applicant).collect()
}
