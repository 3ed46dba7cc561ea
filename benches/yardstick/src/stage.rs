//! How a contestant is asked: lines on its standard input, one answer a line.
//!
//! | asked | answered |
//! |---|---|
//! | `say PATH` | how many values it wrote for each row: 19, or 20 with the final rank |
//! | `single`, `traced`, `json`, `batch` | nanoseconds of processor for each evaluation, or `none` |
//! | `compile` | nanoseconds of processor for a policy, or `none` |
//! | `many COUNT` | the same, over so many different policies, all of which it keeps from then on |
//!
//! Anything else that is answered is a fault, in a sentence. The one who asks chooses the order, so that
//! contestants written in any language are timed beside the same yardstick, one repetition after the other.

use crate::contestant::{Contestant, Row, Said, rows};
use crate::{by_hand, json};
use cpu_time::ProcessTime;
use std::hint::black_box;
use std::io::{BufRead, Write};
use std::path::Path;

/// How many rows are evaluated one by one.
const ALONE: usize = 490;
/// A repetition lasts this long at least. Unit: seconds.
const LEAST: f64 = 0.02;

/// What is answered where there is nothing to time.
pub const NONE: &str = "none";

/// What may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Single,
    Traced,
    Json,
    Batch,
    Compile,
}

impl Verb {
    /// Returns its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Traced => "traced",
            Self::Json => "json",
            Self::Batch => "batch",
            Self::Compile => "compile",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Single, Self::Traced, Self::Json, Self::Batch, Self::Compile]
            .into_iter()
            .find(|verb| verb.word() == word)
    }
}

/// Serves a contestant until nobody asks any more. Errors: a policy that does not compile, a closed end.
pub fn serve<C: Contestant>() -> Result<(), String> {
    let mut staged = Staged::<C> {
        rows: rows(C::ROWS),
        engine: C::compile(0)?,
        inputs: Vec::new(),
        texts: Vec::new(),
        kept: Vec::new(),
    };
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let answer = staged.answer(&line).unwrap_or_else(|fault| fault.replace('\n', " "));
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answer}").and_then(|()| out.flush()).map_err(|error| error.to_string())?;
    }
    Ok(())
}

struct Staged<C: Contestant> {
    rows: Vec<Row>,
    engine: C,
    inputs: Vec<C::Input>,
    /// The same rows as JSON.
    texts: Vec<String>,
    kept: Vec<C>,
}

impl<C: Contestant> Staged<C> {
    fn answer(&mut self, line: &str) -> Result<String, String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match (word, Verb::of(word)) {
            ("say", _) => self.say(Path::new(rest)),
            ("many", _) => self.many(rest.parse().map_err(|_| "a count is due")?),
            (_, Some(verb)) => self.time(verb),
            (_, None) => Err(format!("« {word} » is not asked")),
        }
    }

    fn say(&mut self, path: &Path) -> Result<String, String> {
        let said = self.engine.say(&self.rows)?;
        let width = if said.iter().all(|it| it.place.is_some()) { 20 } else { 19 };
        let bytes = said.iter().flat_map(|it| written(it, width)).collect::<Vec<u8>>();
        std::fs::write(path, bytes).map_err(|error| error.to_string())?;
        Ok(width.to_string())
    }

    fn many(&mut self, count: u32) -> Result<String, String> {
        if !C::COMPILES {
            return Ok(NONE.to_owned());
        }
        let start = ProcessTime::now();
        for variant in 1..=count {
            self.kept.push(C::compile(variant)?);
        }
        Ok(each(start.elapsed().as_secs_f64(), count as usize))
    }

    fn time(&mut self, verb: Verb) -> Result<String, String> {
        match verb {
            Verb::Single | Verb::Traced | Verb::Json if !C::ALONE => Ok(NONE.to_owned()),
            Verb::Compile if !C::COMPILES => Ok(NONE.to_owned()),
            Verb::Single => self.one_by_one(|engine, input| engine.evaluate(input).map(Some)),
            Verb::Traced => self.one_by_one(|engine, input| engine.explain(input)),
            Verb::Json => self.text_to_text(),
            Verb::Batch => {
                let rows = self.rows.get(..C::BATCH).unwrap_or(&self.rows);
                lasting(|| self.engine.batch(rows).map(|()| Some(rows.len())))
            }
            Verb::Compile => lasting(|| C::compile(1).map(|policy| Some(kept(&policy)))),
        }
    }

    /// Goes over a few rows whose inputs are ready.
    fn one_by_one<T>(
        &mut self,
        evaluate: impl Fn(&mut C, &C::Input) -> Result<Option<T>, String>,
    ) -> Result<String, String> {
        if self.inputs.is_empty() {
            let few = self.rows.iter().take(ALONE);
            self.inputs = few.map(|row| self.engine.input(row)).collect::<Result<_, _>>()?;
        }
        let (engine, inputs) = (&mut self.engine, &self.inputs);
        lasting(|| {
            for input in inputs {
                if black_box(evaluate(engine, input)?).is_none() {
                    return Ok(None);
                }
            }
            Ok(Some(inputs.len()))
        })
    }

    /// Goes over a few rows as JSON, whose answers are first compared with the values by hand.
    fn text_to_text(&mut self) -> Result<String, String> {
        let mut out = Vec::new();
        if self.texts.is_empty() {
            let few = self.rows.iter().take(ALONE).enumerate();
            let texts: Vec<_> = few.map(|(at, row)| json::written(&row.applicant, at)).collect();
            for (row, text) in self.rows.iter().zip(&texts) {
                out.clear();
                if self.engine.answer(text.as_bytes(), &mut out)?.is_none() {
                    return Ok(NONE.to_owned());
                }
                let (own, hand) = (json::values(&out)?, by_hand::evaluate(&row.applicant, 1));
                if own != hand {
                    return Err(format!("JSON {own:?}, à la main {hand:?}"));
                }
            }
            self.texts = texts;
        }
        let (engine, texts) = (&mut self.engine, &self.texts);
        lasting(|| {
            for text in texts {
                out.clear();
                engine.answer(black_box(text.as_bytes()), &mut out)?;
                black_box(&out);
            }
            Ok(Some(texts.len()))
        })
    }
}

/// Looks at a policy, so that making it is not found useless. Returns how many there are.
fn kept<C>(policy: &C) -> usize {
    black_box(policy);
    1
}

/// Does it again until it has lasted. `run` returns how many items it did, or nothing where it cannot be done.
fn lasting(mut run: impl FnMut() -> Result<Option<usize>, String>) -> Result<String, String> {
    let (start, mut items) = (ProcessTime::now(), 0);
    loop {
        match run()? {
            Some(some) => items += some,
            None => return Ok(NONE.to_owned()),
        }
        let elapsed = start.elapsed().as_secs_f64();
        if elapsed >= LEAST {
            return Ok(each(elapsed, items));
        }
    }
}

fn each(seconds: f64, items: usize) -> String {
    format!("{:.3}", seconds * 1e9 / items.max(1) as f64)
}

/// What was said of a row, as little-endian numbers of 16 bits.
fn written(said: &Said, width: usize) -> impl Iterator<Item = u8> + use<> {
    let place = said.place.and_then(|place| i16::try_from(place).ok()).unwrap_or(-1);
    let all = said.values.into_iter().chain([place]).take(width);
    all.flat_map(i16::to_le_bytes)
}
