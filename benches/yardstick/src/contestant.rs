//! What is measured of an engine: policies compiled, rows evaluated, rows explained.
//!
//! Each contestant is a process that serves [`crate::stage`]; nothing of it is timed before its values were
//! found equal to those by hand.

use crate::by_hand::{self, Values};
use crate::population::{Applicant, population};
use std::hint::black_box;

/// An applicant, and the rank of its request in its offer, which an engine of rows cannot compute.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub applicant: Applicant,
    pub rank: u8,
}

/// Draws rows: those of the same number are the same everywhere.
pub fn rows(count: usize) -> Vec<Row> {
    let applicants = population(count);
    let ranks = by_hand::ranks(&applicants);
    let rows = applicants.into_iter().zip(ranks);
    rows.map(|(applicant, rank)| Row { applicant, rank }).collect()
}

/// What a contestant says of a row: its values, and its final rank where it computes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    pub values: Values,
    pub place: Option<u32>,
}

/// An engine that holds one policy, compiled.
pub trait Contestant: Sized {
    /// A row as the engine takes it, made beforehand where one evaluation alone is timed.
    type Input;

    /// How many rows it holds, all of which are compared.
    const ROWS: usize;
    /// How many of them one repetition of a batch takes.
    const BATCH: usize;
    /// Whether it evaluates rows one by one.
    const ALONE: bool = true;
    /// Whether its policies are texts that it compiles.
    const COMPILES: bool = true;

    /// Compiles a policy from its text. Each variant is another policy; they say the same of a row.
    fn compile(variant: u32) -> Result<Self, String>;

    /// Makes the engine's input.
    fn input(&self, row: &Row) -> Result<Self::Input, String>;

    /// Evaluates one row.
    fn evaluate(&mut self, input: &Self::Input) -> Result<Values, String>;

    /// Evaluates one row and says why, as far as the engine does. `None` where it never does.
    fn explain(&mut self, _: &Self::Input) -> Result<Option<()>, String> {
        Ok(None)
    }

    /// Reads one who applies alone from the JSON of [`crate::json::written`], and adds its values to a text as JSON of
    /// the same shape as by hand. `None` where it never does.
    fn answer(&mut self, _json: &[u8], _out: &mut Vec<u8>) -> Result<Option<()>, String> {
        Ok(None)
    }

    /// Evaluates rows from what a program holds of them.
    fn batch(&mut self, rows: &[Row]) -> Result<(), String> {
        for row in rows {
            let input = self.input(row)?;
            black_box(self.evaluate(&input)?);
        }
        Ok(())
    }

    /// Says what it finds of each row, by the ways that are timed.
    fn say(&mut self, rows: &[Row]) -> Result<Vec<Said>, String> {
        let mut said = |row| {
            let input = self.input(row)?;
            Ok(Said { values: self.evaluate(&input)?, place: None })
        };
        rows.iter().map(&mut said).collect()
    }
}
