//! One candidate from JSON to JSON, by Barème: facts straight into slots, its kernel, its values.

use crate::workload::{Workload, today};
use dossier::{Straight, Way};
use engine::{Columns, Single};
use explain::Values;

/// Answers one who applies alone.
pub struct Answering<'w> {
    straight: Straight<'w>,
    single: Single,
    values: Values,
    slots: Vec<i64>,
}

impl<'w> Answering<'w> {
    /// Prepares what does not depend on who applies. Absent: the rules have no kernel, or facts no slot.
    pub fn new(workload: &'w Workload, rules: &Columns<'_>) -> Option<Self> {
        let (program, single) = (workload.rules.program(), rules.single(today(), None)?);
        let straight = Straight::new(&program.schema, single.facts())?;
        let values = Values::new(program, today(), &single)?;
        let slots = vec![0; single.facts().len()];
        Some(Self { straight, single, values, slots })
    }

    /// Adds the values of a candidate to a text. Errors: it is not said so, and would take the long way.
    pub fn answer(&mut self, json: &[u8], out: &mut Vec<u8>) -> Result<(), String> {
        let Self { straight, single, values, slots } = self;
        let said = straight.read(json, slots) == Way::Straight
            && single.evaluate(slots).is_some_and(|given| values.write(given, out));
        if said { Ok(()) } else { Err("un candidat que les cases ne disent pas".to_owned()) }
    }
}
