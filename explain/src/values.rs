//! What a row evaluated alone gives, as JSON: its eligibility, its total, the points of each grid and of each line.
//!
//! Names and numbers are those of the answers of `evaluer`. All that does not depend on the row is joined and escaped
//! once; writing a row is copying it between numbers.

use crate::explanation::Truth;
use crate::points::Points;
use engine::{Date, Exact, Program, Single, SingleRow};
use std::collections::BTreeMap;

/// Writes the values of rows: those that one [`Single`] gives.
#[derive(Clone, Debug)]
pub struct Values {
    /// In the order of the text.
    pieces: Vec<Piece>,
    end: String,
    /// How many outputs a row has.
    outputs: usize,
}

/// A value and the text before it.
#[derive(Clone, Debug)]
struct Piece {
    before: String,
    /// Its place among the outputs.
    output: usize,
    how: How,
}

/// How a value is written.
#[derive(Clone, Copy, Debug)]
enum How {
    /// Points, in so many parts.
    Points(i64),
    /// `oui`, `non`, `indetermine`.
    Truth,
}

/// The outputs of a grid.
#[derive(Default)]
struct Given<'o> {
    points: Option<usize>,
    lines: Vec<(&'o str, usize)>,
}

impl Values {
    /// Prepares the writing of what is given for a day. Absent: that is not of the ranking of this day.
    pub fn new(program: &Program, date: Date, single: &Single) -> Option<Self> {
        let (mut eligible, mut total) = (None, None);
        let mut grids: BTreeMap<usize, Given<'_>> = BTreeMap::new();
        for (at, output) in single.outputs().iter().enumerate() {
            match output {
                SingleRow::Eligible => eligible = Some(at),
                SingleRow::Total => total = Some(at),
                SingleRow::Grid(grid) => grids.entry(*grid).or_default().points = Some(at),
                SingleRow::Line(grid, id) => grids.entry(*grid).or_default().lines.push((id, at)),
            }
        }
        let ranking = program.ranking_at(date)?;
        let mut text = Text { parts: single.parts(), pieces: Vec::new(), next: String::new() };
        text.say("{\"eligible\":");
        text.value(eligible?, How::Truth);
        text.say(",\"total\":");
        text.points(total?)?;
        text.say(",\"grilles\":{");
        for (nth, (place, given)) in grids.iter().enumerate() {
            let grid = program.grids.get(*ranking.grids.get(*place)? as usize)?;
            text.key(nth, &grid.id)?;
            text.say("{\"points\":");
            text.points(given.points?)?;
            text.say(",\"lignes\":{");
            for (nth, (line, at)) in given.lines.iter().enumerate() {
                text.key(nth, line)?;
                text.points(*at)?;
            }
            text.say("}}");
        }
        text.say("}}");
        Some(Self { pieces: text.pieces, end: text.next, outputs: single.outputs().len() })
    }

    /// Adds the values of a row to a text, as one JSON object. Returns whether they are of such a row: nothing is
    /// added of another.
    ///
    /// Shape: `given` is in the order of [`Single::outputs`].
    pub fn write(&self, given: &[i64], json: &mut Vec<u8>) -> bool {
        if given.len() != self.outputs {
            return false;
        }
        let begun = json.len();
        let written = self.pieces.iter().try_for_each(|piece| {
            json.extend_from_slice(piece.before.as_bytes());
            piece.how.write(*given.get(piece.output)?, json)
        });
        match written {
            Some(()) => json.extend_from_slice(self.end.as_bytes()),
            None => json.truncate(begun),
        }
        written.is_some()
    }
}

impl How {
    /// Writes a value. Absent: it is none.
    fn write(self, value: i64, json: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Points(1) => whole(value, json),
            Self::Points(parts) if value % parts == 0 => whole(value / parts, json),
            Self::Points(parts) => {
                let points = Points(Exact::fraction(value.into(), parts.into())?);
                return serde_json::to_writer(json, &points).ok();
            }
            Self::Truth => {
                let truth = match value {
                    0 => Truth::No,
                    1 => Truth::Yes,
                    2 => Truth::Unknown,
                    _ => return None,
                };
                return serde_json::to_writer(json, &truth).ok();
            }
        }
        Some(())
    }
}

/// Writes a whole number.
fn whole(value: i64, json: &mut Vec<u8>) {
    const MOST: usize = 20;
    let (mut digits, mut rest) = ([b'0'; MOST], value.unsigned_abs());
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        (count, rest) = (count + 1, rest / 10);
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        json.push(b'-');
    }
    json.extend_from_slice(digits.get(MOST - count..).unwrap_or_default());
}

/// The text, as it is prepared.
struct Text<'p> {
    /// In how many parts each output is counted.
    parts: &'p [i64],
    pieces: Vec<Piece>,
    /// What comes before the next value.
    next: String,
}

impl Text<'_> {
    fn say(&mut self, text: &str) {
        self.next.push_str(text);
    }

    /// Says the nth key of an object.
    fn key(&mut self, nth: usize, name: &str) -> Option<()> {
        if nth > 0 {
            self.next.push(',');
        }
        self.next.push_str(&serde_json::to_string(name).ok()?);
        self.next.push(':');
        Some(())
    }

    fn value(&mut self, output: usize, how: How) {
        self.pieces.push(Piece { before: std::mem::take(&mut self.next), output, how });
    }

    fn points(&mut self, output: usize) -> Option<()> {
        let parts = *self.parts.get(output).filter(|parts| **parts > 0)?;
        self.value(output, How::Points(parts));
        Some(())
    }
}

#[cfg(test)]
mod tests;
