//! The trace of one row as the walk leaves it: registers, which say what each operation computed, and are
//! read only when that is asked for.

use super::node::Id;
use crate::plan::code::Shape;
use crate::plan::days;
use crate::{Computed, Exact, Trace, Value};
use std::collections::BTreeMap;

/// What a slot of a code is once a row is walked, over registers of a kind.
#[derive(Clone, Debug)]
pub(super) enum Said<R> {
    /// Nothing here says it: a list, a script, a text.
    Not,
    Constant(Value),
    NoValue,
    Held(R, Shape),
    /// `above / (base × times)`.
    Ratio {
        above: R,
        base: Option<R>,
        times: i64,
    },
}

/// A code under watch.
#[derive(Clone, Debug)]
pub(super) struct Watched<R> {
    /// The grid; absent for the code of the ranking.
    pub(super) grid: Option<String>,
    /// Whether it is the row's.
    pub(super) applies: R,
    pub(super) slots: Vec<Said<R>>,
}

impl Watched<Id> {
    /// Calls a function on each node, in the order of [`Watched::map`].
    pub(super) fn each(&self, f: &mut impl FnMut(Id)) {
        self.map(&mut |id| {
            f(id);
            0
        });
    }

    /// Returns the same over registers.
    pub(super) fn map(&self, f: &mut impl FnMut(Id) -> u8) -> Watched<u8> {
        let slots = self.slots.iter().map(|said| match said {
            Said::Not => Said::Not,
            Said::Constant(value) => Said::Constant(value.clone()),
            Said::NoValue => Said::NoValue,
            Said::Held(id, shape) => Said::Held(f(*id), *shape),
            Said::Ratio { above, base, times } => {
                Said::Ratio { above: f(*above), base: base.map(&mut *f), times: *times }
            }
        });
        let slots = slots.collect();
        Watched { grid: self.grid.clone(), applies: f(self.applies), slots }
    }
}

impl Said<u8> {
    fn read(&self, record: &[i64]) -> Option<Computed> {
        let held = |register: &u8| record.get(usize::from(*register)).copied();
        let value = match self {
            Self::Not => return None,
            Self::NoValue => return Some(Computed::NoValue),
            Self::Constant(value) => value.clone(),
            Self::Held(register, shape) => value(held(register)?, *shape)?,
            Self::Ratio { above, base, times } => {
                let base = base.as_ref().map_or(Some(1), held)?;
                let below = i128::from(base) * i128::from(*times);
                Value::Number(Exact::fraction(held(above)?.into(), below)?)
            }
        };
        Some(Computed::Known(value))
    }
}

fn value(held: i64, shape: Shape) -> Option<Value> {
    match shape {
        Shape::Bool => Some(Value::Bool(held == 1)),
        Shape::Date => days::unpacked(held).map(Value::Date),
        Shape::Enum => u32::try_from(held).ok().map(Value::Enum),
        Shape::Number(parts) => Exact::fraction(held.into(), parts.into()).map(Value::Number),
        Shape::Text | Shape::Ratio => None,
    }
}

/// What the record of a row says of each operation: absent where no register says it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The ranking's own code.
    pub standing: Vec<Option<Computed>>,
    /// The code of each established grid, by the grid's name.
    pub grids: BTreeMap<String, Vec<Option<Computed>>>,
}

impl Recorded {
    pub(super) fn read(watched: &[Watched<u8>], record: &[i64]) -> Self {
        let mut read = Self::default();
        for code in watched {
            if record.get(usize::from(code.applies)) != Some(&1) {
                continue;
            }
            let values = code.slots.iter().map(|said| said.read(record)).collect();
            match &code.grid {
                Some(grid) => drop(read.grids.insert(grid.clone(), values)),
                None => read.standing = values,
            }
        }
        read
    }

    /// Returns the whole trace. Absent: something of it is not said.
    pub fn whole(self) -> Option<Trace> {
        let all = |values: Vec<Option<Computed>>| values.into_iter().collect::<Option<Vec<_>>>();
        let grids = self.grids.into_iter().map(|(grid, values)| Some((grid, all(values)?)));
        Some(Trace { standing: all(self.standing)?, grids: grids.collect::<Option<_>>()? })
    }
}
