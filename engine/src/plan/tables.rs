//! Tables as planned: each input is cut where cells begin and end, and each piece, or box of pieces,
//! knows its row beforehand.

use super::code::Register;
use super::walk::Deferred;

/// A planned table.
#[derive(Clone, Debug)]
pub(crate) struct PlannedTable {
    pub(crate) axes: Vec<Axis>,
    /// The row of each box of pieces, the last input varying first.
    pub(crate) rows: Vec<u32>,
    pub(crate) results: Vec<Line>,
    /// The input along which results are lines, and their common denominator.
    pub(crate) along: Option<Along>,
}

/// A box that no row accepts, or whose row says nothing here.
pub(crate) const NO_ROW: u32 = u32::MAX;

/// An input and where it is cut.
#[derive(Clone, Debug)]
pub(crate) enum Axis {
    /// Each piece begins at its cut; what is below the first is the first piece.
    Whole { input: Register, cuts: Vec<i64> },
    /// Pieces between bounds and bounds themselves, in turn. Shape: numerator, denominator.
    Ratio { input: Register, bounds: Vec<(i64, i64)> },
}

/// A result: `slope × input + at`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) slope: i64,
    pub(crate) at: i64,
}

/// The input of lines.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Along {
    Whole(Register),
    /// A quotient: the result is one, over this many times its denominator.
    Ratio(Register, i64),
}

/// What a table gives.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) above: i64,
    /// The denominator, of a quotient.
    pub(crate) below: Option<i64>,
}

type Get<'g> = dyn Fn(Register) -> Result<i64, Deferred> + 'g;

impl Axis {
    /// How many pieces it is cut in.
    pub(crate) fn pieces(&self) -> usize {
        match self {
            Self::Whole { cuts, .. } => cuts.len() + 1,
            Self::Ratio { bounds, .. } => 2 * bounds.len() + 1,
        }
    }

    fn piece(&self, get: &Get<'_>) -> Result<usize, Deferred> {
        match self {
            Self::Whole { input, cuts } => {
                let value = get(*input)?;
                Ok(cuts.partition_point(|cut| *cut <= value))
            }
            Self::Ratio { input, bounds } => {
                let (above, below) = (i128::from(get(*input)?), i128::from(get(*input + 1)?));
                let order = |bound: &(i64, i64)| {
                    (i128::from(bound.0) * below).cmp(&(above * i128::from(bound.1)))
                };
                let under = bounds.partition_point(|bound| order(bound).is_lt());
                let is_at = bounds.get(under).is_some_and(|bound| order(bound).is_eq());
                Ok(2 * under + usize::from(is_at))
            }
        }
    }
}

impl PlannedTable {
    /// Finds the row of the inputs, and what it gives.
    pub(crate) fn find(&self, get: &Get<'_>) -> Result<Found, Deferred> {
        let mut place = 0;
        for axis in &self.axes {
            place = place * axis.pieces() + axis.piece(get)?;
        }
        let row = self.rows.get(place).copied().unwrap_or(NO_ROW);
        let line = self.results.get(row as usize).ok_or(Deferred)?;
        match self.along {
            None => Ok(Found { above: line.at, below: None }),
            Some(Along::Whole(input)) => {
                let above = line.slope.checked_mul(get(input)?);
                let above = above.and_then(|above| above.checked_add(line.at)).ok_or(Deferred)?;
                Ok(Found { above, below: None })
            }
            Some(Along::Ratio(input, parts)) => {
                let (above, below) = (get(input)?, get(input + 1)?);
                let risen = line.slope.checked_mul(above).ok_or(Deferred)?;
                let at = line.at.checked_mul(below).ok_or(Deferred)?;
                let above = risen.checked_add(at).ok_or(Deferred)?;
                Ok(Found { above, below: Some(below.checked_mul(parts).ok_or(Deferred)?) })
            }
        }
    }
}
