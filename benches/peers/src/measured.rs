//! One contestant measured: judged first, then timed beside the yardstick, one repetition after the other.

use crate::conducted::Conducted;
use crate::judge::{Agreed, Judge};
use benches::by_hand::{self, Values};
use cpu_time::ThreadTime;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use yardstick::stage::Verb;
use yardstick::timing::{Measure, median};
use yardstick::{Row, json};

/// How often each thing is done.
const REPETITIONS: usize = 7;
/// How many processes compile many policies.
const PROCESSES: usize = 3;
/// How many rows the yardstick does in one repetition.
const YARD: usize = 98_000;
/// How many of them it does from JSON to JSON.
const TEXTS: usize = 9_800;
/// How long compiling many policies may take. Unit: seconds.
const LONG: f64 = 10.0;
/// The most policies that are compiled.
const MANY: f64 = 10_000.0;

/// What was measured of a contestant.
#[derive(Debug, Default)]
pub struct Measured {
    pub agreed: Option<Agreed>,
    pub single: Option<Measure>,
    pub traced: Option<Measure>,
    /// From JSON to JSON, beside the same by hand.
    pub json: Option<Measure>,
    pub batch: Option<Measure>,
    /// How many times more two processes do at once.
    pub twofold: Option<f64>,
    /// Unit: bytes.
    pub memory: Option<f64>,
    /// Unit: nanoseconds.
    pub compile: Option<f64>,
    pub many: Option<Many>,
    /// Unit: nanoseconds, where it is not that of compiling a policy.
    pub reload: Option<f64>,
    /// How many policies it compiles while another compiles one, each in turn.
    pub beside: Option<f64>,
}

/// Many policies, compiled and kept.
#[derive(Clone, Copy, Debug)]
pub struct Many {
    pub count: usize,
    /// Unit: nanoseconds of each.
    pub each: f64,
    /// Unit: bytes of each.
    pub memory: Option<f64>,
}

/// What contestants are measured with.
pub struct Bench {
    rows: Vec<Row>,
    judge: Judge,
    /// What the yardstick writes, in pages that were touched before.
    out: Vec<Values>,
    /// Some rows as JSON.
    texts: Vec<String>,
}

impl Bench {
    /// Prepares the judge and the yardstick.
    pub fn new(rows: Vec<Row>) -> Self {
        let judge = Judge::new(&rows);
        let rows: Vec<Row> = rows.into_iter().take(YARD).collect();
        let out = rows.iter().map(|row| by_hand::evaluate(&row.applicant, row.rank)).collect();
        let some = rows.iter().take(TEXTS).enumerate();
        let texts = some.map(|(at, row)| json::written(&row.applicant, at)).collect();
        Self { rows, judge, out, texts }
    }

    /// Measures a contestant. Errors: a sentence: it cannot be run, or differs from the values by hand.
    pub fn measure(&mut self, make: &dyn Fn() -> Command, said: &Path) -> Result<Measured, String> {
        let mut one = Conducted::start(make())?;
        let width = one.say(&said.to_string_lossy())?;
        let written = std::fs::read(said).map_err(|error| error.to_string())?;
        let agreed = self.judge.agree(&written, width)?;
        let mut all = Measured { agreed: Some(agreed), ..Measured::default() };
        all.single = self.beside(&mut one, Verb::Single)?;
        all.traced = self.beside(&mut one, Verb::Traced)?;
        all.json = self.beside(&mut one, Verb::Json)?;
        all.batch = self.beside(&mut one, Verb::Batch)?;
        all.memory = one.memory().map(|memory| memory.most);
        if let Some(batch) = all.batch {
            all.twofold = Some(twofold(&mut one, &mut Conducted::start(make())?, batch.each)?);
        }
        drop(one);
        all.compile = repeated(&mut Conducted::start(make())?, Verb::Compile)?;
        if let Some(compile) = all.compile {
            let count = (LONG * 1e9 / compile).clamp(1.0, MANY) as usize;
            all.many = many(make, count)?;
        }
        Ok(all)
    }

    /// Times one thing beside the yardstick.
    fn beside(&mut self, one: &mut Conducted, verb: Verb) -> Result<Option<Measure>, String> {
        if one.once(verb)?.is_none() {
            return Ok(None);
        }
        let (mut times, mut ratios) = (Vec::new(), Vec::new());
        for _ in 0..REPETITIONS {
            let yard = match verb {
                Verb::Json => self.yard_of_texts()?,
                Verb::Single | Verb::Traced | Verb::Batch | Verb::Compile => self.yard(),
            };
            if let Some(time) = one.once(verb)? {
                times.push(time);
                ratios.push(time / yard);
            }
        }
        Ok(Some(Measure { each: median(times), ratio: median(ratios) }))
    }

    /// What a row costs by hand, now. Unit: nanoseconds.
    fn yard(&mut self) -> f64 {
        let start = ThreadTime::now();
        for (row, out) in black_box(&self.rows).iter().zip(&mut self.out) {
            *out = by_hand::evaluate(&row.applicant, row.rank);
        }
        black_box(&self.out);
        start.elapsed().as_secs_f64() * 1e9 / self.rows.len() as f64
    }

    /// What one costs by hand from JSON to JSON, now. Unit: nanoseconds.
    fn yard_of_texts(&self) -> Result<f64, String> {
        let (start, mut out) = (ThreadTime::now(), Vec::new());
        for text in black_box(&self.texts) {
            out.clear();
            json::by_hand(text.as_bytes(), &mut out)?;
            black_box(&out);
        }
        Ok(start.elapsed().as_secs_f64() * 1e9 / self.texts.len() as f64)
    }
}

/// Measures one recueil of many companies, and as many policies of another beside, process by process: a machine has
/// memory at hand or not, for a while. Errors: a sentence.
pub fn companies(
    make: &dyn Fn() -> Command,
    other: Option<&dyn Fn() -> Command>,
    count: usize,
) -> Result<Measured, String> {
    // The real policies first, then the texts of the others: what is compiled of these is measured.
    let prepare = |fresh: &mut Conducted| {
        fresh.time("many 0")?;
        fresh.time(&format!("write {count}")).map(drop)
    };
    let (mut all, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..PROCESSES {
        let own = one_of_many(make, count, &prepare)?;
        let other = other.map(|other| one_of_many(other, count, &compiled)).transpose()?;
        ratios.extend(own.zip(other.flatten()).map(|(own, other)| other.each / own.each));
        all.extend(own);
    }
    let beside = (!ratios.is_empty()).then(|| median(ratios));
    let many = middle(&all);
    let mut one = Conducted::start(make())?;
    prepare(&mut one)?;
    one.time(&format!("many {count}"))?;
    let reload = repeated(&mut one, Verb::Compile)?;
    let memory = one.memory().map(|memory| memory.most);
    Ok(Measured { many, reload, memory, beside, ..Measured::default() })
}

fn repeated(one: &mut Conducted, verb: Verb) -> Result<Option<f64>, String> {
    let times: Result<Vec<_>, _> = (0..REPETITIONS).map(|_| one.once(verb)).collect();
    let times: Option<Vec<f64>> = times?.into_iter().collect();
    Ok(times.map(median))
}

/// Compiles one policy: what is made once for all is made.
fn compiled(fresh: &mut Conducted) -> Result<(), String> {
    fresh.once(Verb::Compile).map(drop)
}

/// Has fresh processes compile many policies, once each.
fn many(make: &dyn Fn() -> Command, count: usize) -> Result<Option<Many>, String> {
    let mut all = Vec::new();
    for _ in 0..PROCESSES {
        all.extend(one_of_many(make, count, &compiled)?);
    }
    Ok(middle(&all))
}

/// Has a fresh process compile many policies, once it is ready.
fn one_of_many(
    make: &dyn Fn() -> Command,
    count: usize,
    prepare: &dyn Fn(&mut Conducted) -> Result<(), String>,
) -> Result<Option<Many>, String> {
    let mut fresh = Conducted::start(make())?;
    prepare(&mut fresh)?;
    let before = fresh.memory();
    let Some(each) = fresh.time(&format!("many {count}"))? else { return Ok(None) };
    let grown = before.zip(fresh.memory()).map(|(before, after)| after.now - before.now);
    Ok(Some(Many { count, each, memory: grown.map(|grown| grown / count as f64) }))
}

/// The medians of what processes took.
fn middle(all: &[Many]) -> Option<Many> {
    let count = all.first()?.count;
    let memory: Option<Vec<f64>> = all.iter().map(|one| one.memory).collect();
    let each = median(all.iter().map(|one| one.each).collect());
    Some(Many { count, each, memory: memory.map(median) })
}

/// Has two do the same at once. Returns how many times more they do than one alone.
fn twofold(one: &mut Conducted, other: &mut Conducted, alone: f64) -> Result<f64, String> {
    let (batch, mut sums) = (Verb::Batch.word(), Vec::new());
    // What is laid out once is laid out now.
    other.once(Verb::Batch)?;
    for _ in 0..REPETITIONS {
        one.ask(batch)?;
        other.ask(batch)?;
        let both = [one.timed()?, other.timed()?];
        sums.push(both.iter().flatten().map(|each| alone / each).sum());
    }
    Ok(median(sums))
}
