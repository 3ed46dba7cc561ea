//! One row alone, its facts already in slots: the walk that allocates nothing.
//!
//! Facts are the first registers, in the order of [`Single::facts`]; what comparisons give comes next, then
//! what is given out, in the order of [`Single::outputs`]: rows come and go as they are.

use super::build::{Compared, ComparedKind};
use super::scalar::{self, File};
use super::watched::Recorded;
use super::{Alone, Input};
use crate::{FieldId, Fold, Population};

/// Evaluates rows one at a time, each a pool of its own, from slots to slots.
pub struct Single {
    alone: Alone,
    facts: Vec<FieldId>,
    /// The least that each slot may be, and by how much it may be more.
    lows: Vec<i64>,
    widths: Vec<u64>,
    outputs: Vec<SingleRow>,
    parts: Vec<i64>,
    /// By stage, then the last, registers with the constants of its code.
    files: Vec<File>,
    /// Where outputs begin among registers.
    first: usize,
}

/// What one of the outputs is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SingleRow {
    /// The points of a line of a grid, by their names.
    Line(usize, String),
    /// The points of a grid, by its place in the ranking.
    Grid(usize),
    /// The total.
    Total,
    /// 0 no, 1 yes, 2 unknown.
    Eligible,
}

/// Gives each input its register: facts first, then what comparisons give. Absent: too many.
pub(super) fn registers(inputs: &[Input]) -> Option<Vec<u8>> {
    let is_fact = |input: &&Input| matches!(input, Input::Fact(_));
    let (mut fact, mut other) = (0, inputs.iter().filter(is_fact).count());
    let registers = inputs.iter().map(|input| {
        let next = if is_fact(&input) { &mut fact } else { &mut other };
        *next += 1;
        u8::try_from(*next - 1).ok()
    });
    registers.collect()
}

impl Single {
    pub(crate) fn new(alone: Alone) -> Self {
        let codes = alone.stages.iter().map(|stage| &stage.code).chain([&alone.code]);
        let files = codes.map(|code| {
            let mut file = [0; super::code::REGISTERS];
            scalar::prepare(code, &mut file);
            file
        });
        let files = files.collect();
        let (outputs, parts) = alone.outputs.iter().cloned().unzip();
        let first = alone.code.outputs.first().map_or(0, |first| usize::from(*first));
        let facts = alone.facts.iter().map(|(field, _)| *field).collect();
        let ranges = alone.facts.iter().map(|(_, (low, high))| (*low, high.abs_diff(*low)));
        let (lows, widths) = ranges.unzip();
        Self { alone, facts, lows, widths, outputs, parts, files, first }
    }

    /// Lists the facts that it reads, in the order of the slots that it takes.
    pub fn facts(&self) -> &[FieldId] {
        &self.facts
    }

    /// Lists what it gives, in the order of the slots that it fills.
    pub fn outputs(&self) -> &[SingleRow] {
        &self.outputs
    }

    /// Lists in how many parts of a point each is counted; 1 for eligibility.
    pub fn parts(&self) -> &[i64] {
        &self.parts
    }

    /// Evaluates a row; returns what it gives, in the order of [`Single::outputs`]. Absent: it cannot say it,
    /// and that is left to [`crate::Plans`]; a slot that its type cannot have, or too great for a kernel, is not its own,
    /// nor is a row of another length.
    pub fn evaluate(&mut self, slots: &[i64]) -> Option<&[i64]> {
        let (first, count) = (self.first, self.outputs.len());
        self.walked(slots)?.get(first..first + count)
    }

    /// How many registers the record of a row has.
    pub fn width(&self) -> usize {
        self.alone.code.registers
    }

    /// Evaluates a row and keeps all that its walk computed: the same walk, whose registers are the record.
    /// Returns whether it could, as [`Single::evaluate`] does.
    pub fn record(&mut self, slots: &[i64], record: &mut [i64]) -> bool {
        let width = self.width();
        match self.walked(slots).and_then(|file| file.get(..width)) {
            Some(file) if record.len() == width => {
                record.copy_from_slice(file);
                true
            }
            Some(_) | None => false,
        }
    }

    /// Reads what a record gives out, in the order of [`Single::outputs`].
    pub fn given<'r>(&self, record: &'r [i64]) -> &'r [i64] {
        record.get(self.first..self.first + self.outputs.len()).unwrap_or_default()
    }

    /// Reads what a record says of each operation of the rules: nothing, unless they are watched
    /// ([`crate::Columns::watcher`]).
    pub fn trace(&self, record: &[i64]) -> Recorded {
        Recorded::read(&self.alone.watched, record)
    }

    /// Tells whether each slot is in the range of its fact: what is beyond is not what the code takes.
    fn fits(&self, slots: &[i64]) -> bool {
        let ranges = self.lows.iter().zip(&self.widths);
        slots.iter().zip(ranges).fold(true, |fits, (slot, (low, width))| {
            fits & (slot.wrapping_sub(*low).cast_unsigned() <= *width)
        })
    }

    /// Walks a row; returns its registers. Absent: something is not said.
    fn walked(&mut self, slots: &[i64]) -> Option<&File> {
        if slots.len() != self.facts.len() || !self.fits(slots) {
            return None;
        }
        for file in &mut self.files {
            file.get_mut(..slots.len())?.copy_from_slice(slots);
        }
        if !self.compare() {
            return None;
        }
        let file = self.files.last_mut()?;
        scalar::walk(&self.alone.code, file).then_some(&*file)
    }

    /// Compares the row with itself, stage by stage. Returns whether what that gives can be said.
    fn compare(&mut self) -> bool {
        let Self { alone: Alone { stages, given, .. }, files, .. } = self;
        for (number, stage) in stages.iter().enumerate() {
            let Some((file, later)) = files.get_mut(number..).and_then(<[_]>::split_first_mut)
            else {
                return false;
            };
            scalar::walk(&stage.code, file);
            for (place, one) in &stage.compared {
                let Some(register) = given.get(*place as usize).copied().flatten() else {
                    continue;
                };
                let Some(value) = alone(one, file, stage.eligible) else { return false };
                let held = later.iter_mut().filter_map(|file| file.get_mut(usize::from(register)));
                held.for_each(|held| *held = value);
            }
        }
        true
    }
}

/// What a comparison gives to who is alone. Absent: it cannot be said.
fn alone(one: &Compared<u8>, file: &File, eligible: Option<u8>) -> Option<i64> {
    let get = |register: u8| file.get(usize::from(register)).copied().unwrap_or_default();
    let is_member = match one.population {
        Population::Everyone => true,
        Population::Eligible => eligible.map(get) == Some(1),
    };
    match one.kind {
        ComparedKind::Rank(..) => is_member.then_some(1),
        ComparedKind::Fold { fold, filter, value } => {
            let counts = is_member && filter.is_none_or(|filter| get(filter) == 1);
            let value = || value.map(get).filter(|value| value.unsigned_abs() < 1 << 56);
            match fold {
                Fold::Count | Fold::Exists => Some(i64::from(counts)),
                Fold::All => Some(i64::from(counts == is_member)),
                Fold::Sum if !counts => Some(0),
                Fold::Sum => value(),
                Fold::Minimum | Fold::Maximum => value().filter(|_| counts),
            }
        }
    }
}
