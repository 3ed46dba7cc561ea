//! One row alone, its facts already in slots: the walk that allocates nothing.

use super::build::{Compared, ComparedKind};
use super::code::Code;
use super::scalar::{self, File};
use super::{Input, Kernel, Output};
use crate::{FieldId, Fold, Population};
use std::sync::Arc;

/// Evaluates rows one at a time, each a pool of its own, from slots to slots.
pub struct Single {
    kernel: Arc<Kernel>,
    code: Code,
    /// The registers of what it gives, in order.
    registers: Vec<u8>,
    /// Where the slots of facts go.
    places: Vec<usize>,
    /// By stage, then the last, registers with the constants of its code.
    files: Vec<File>,
    /// The slots of the facts, then what comparisons give.
    row: Vec<i64>,
    facts: Vec<FieldId>,
    outputs: Vec<SingleRow>,
    parts: Vec<i64>,
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

impl Single {
    pub(crate) fn new(kernel: Arc<Kernel>) -> Option<Self> {
        if !kernel.gates.is_empty() {
            return None;
        }
        let code = kernel.alone.clone()?;
        let codes = kernel.stages.iter().map(|stage| &stage.code).chain([&code]);
        let files = codes.map(|code| {
            let mut file = [0; super::code::REGISTERS];
            scalar::prepare(code, &mut file);
            file
        });
        let files = files.collect();
        let facts = kernel.inputs.iter().enumerate().filter_map(|(place, input)| match input {
            Input::Fact(field) => Some((place, *field)),
            Input::Short(_) | Input::Given(_) => None,
        });
        let (places, facts) = facts.unzip();
        // The same outputs, by the registers of this code.
        let own = |register: u8| {
            let at = kernel.code.outputs.iter().position(|output| *output == register);
            at.and_then(|at| code.outputs.get(at)).copied().unwrap_or_default()
        };
        let eligible = Output { register: kernel.eligible, parts: 1 };
        let given = kernel
            .grids
            .iter()
            .flat_map(|grid| grid.lines.iter().map(|line| line.points).chain([grid.points]));
        let given = given.chain([kernel.total, eligible]);
        let (registers, parts) = given.map(|one| (own(one.register), one.parts)).unzip();
        let mut outputs = Vec::new();
        for (place, grid) in kernel.grids.iter().enumerate() {
            outputs.extend(grid.lines.iter().map(|line| SingleRow::Line(place, line.id.clone())));
            outputs.push(SingleRow::Grid(place));
        }
        outputs.extend([SingleRow::Total, SingleRow::Eligible]);
        let row = vec![0; kernel.inputs.len()];
        Some(Self { kernel, code, registers, places, files, row, facts, outputs, parts })
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

    /// Evaluates a row. Returns whether it could: what it cannot say is left to [`crate::Plans`].
    pub fn evaluate(&mut self, slots: &[i64], out: &mut [i64]) -> bool {
        let Self { kernel, code, registers, places, files, row, .. } = self;
        for (place, slot) in places.iter().zip(slots) {
            if let Some(held) = row.get_mut(*place) {
                *held = *slot;
            }
        }
        for (stage, file) in kernel.stages.iter().zip(files.iter_mut()) {
            if !stage.compared.iter().all(|(_, one)| is_first_alone(one)) {
                scalar::walk(&stage.code, row, file);
            }
            for (place, one) in &stage.compared {
                let Some(value) = alone(one, file, stage.eligible) else { return false };
                let held = kernel.inputs.iter().position(|input| *input == Input::Given(*place));
                if let Some(slot) = held.and_then(|held| row.get_mut(held)) {
                    *slot = value;
                }
            }
        }
        let Some(file) = files.last_mut() else { return false };
        let whole = scalar::walk(code, row, file);
        for (out, register) in out.iter_mut().zip(registers.iter()) {
            *out = file.get(usize::from(*register)).copied().unwrap_or_default();
        }
        whole
    }
}

fn is_first_alone(one: &Compared<u8>) -> bool {
    matches!((one.population, one.kind), (Population::Everyone, ComparedKind::Rank(..)))
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
