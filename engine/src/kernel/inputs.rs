//! What a kernel reads from outside, each in the range that its rows keep to.

use crate::plan::days;
use crate::{FieldId, Schema, Type};
use std::collections::{BTreeMap, BTreeSet};

/// Something that a row is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Input {
    /// The slot of a fact.
    Fact(FieldId),
    /// Whether the facts of a proof gate are not established as well as it asks: its place among gates.
    Short(u32),
    /// What the comparison of candidates gives: its place among comparisons.
    Given(u32),
}

/// The greatest number of parts of a row that a kernel takes.
pub(crate) const GREATEST: i64 = 1 << 40;
/// The greatest that a comparison of candidates gives.
const GIVEN: (i64, i64) = (-(1 << 56), 1 << 56);

/// The inputs of a kernel, in the order of its places.
#[derive(Clone, Debug, Default)]
pub(crate) struct Inputs {
    places: BTreeMap<Input, u32>,
    pub(crate) all: Vec<Input>,
    ranges: BTreeMap<FieldId, (i64, i64)>,
    texts: BTreeSet<FieldId>,
    /// By comparison of candidates.
    pub(crate) given: Vec<(i64, i64)>,
}

impl Inputs {
    /// Knows the range of each field.
    pub(crate) fn new(schema: &Schema) -> Self {
        let fields = (0..).map(FieldId).zip(&schema.fields);
        let ranges = fields.clone().map(|(id, def)| (id, range_of(schema, def.ty))).collect();
        let texts = fields.filter(|(_, def)| matches!(def.ty, Type::Text | Type::Code));
        let texts = texts.map(|(id, _)| id).collect();
        Self { ranges, texts, ..Self::default() }
    }

    #[cfg(test)]
    pub(super) fn of_numbers(count: u32) -> Self {
        let ranges = (0..count).map(|field| (FieldId(field), (-GREATEST, GREATEST))).collect();
        Self { ranges, ..Self::default() }
    }

    /// Returns the place of an input, and its range.
    pub(crate) fn place(&mut self, input: Input) -> (u32, (i64, i64)) {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(input).or_insert(next);
        if place == next {
            self.all.push(input);
        }
        (place, self.range_of(input))
    }

    /// Returns the range of an input.
    pub(super) fn range_of(&self, input: Input) -> (i64, i64) {
        match input {
            Input::Fact(field) => self.range(field),
            Input::Short(_) => (0, 1),
            Input::Given(place) => self.given.get(place as usize).copied().unwrap_or(GIVEN),
        }
    }

    /// Tells whether a fact is a text, held by what stands for it among those of the rules.
    pub(super) fn is_text(&self, field: FieldId) -> bool {
        self.texts.contains(&field)
    }

    /// Returns the range of a fact.
    pub(super) fn range(&self, field: FieldId) -> (i64, i64) {
        self.ranges.get(&field).copied().unwrap_or((0, 0))
    }
}

/// Returns the range that the slots of a type keep to; a row with another is not a kernel's.
pub(crate) fn range_of(schema: &Schema, ty: Type) -> (i64, i64) {
    match ty {
        Type::Bool => (0, 1),
        Type::Number(..) if ty.counts_from_zero() => (0, GREATEST),
        Type::Number(..) => (-GREATEST, GREATEST),
        Type::Date => days::PACKED,
        Type::Enum(id) => {
            let count = schema.enumeration(id).map_or(0, |def| def.values.len());
            (0, i64::try_from(count).unwrap_or(i64::MAX).saturating_sub(1).max(0))
        }
        Type::Text | Type::Code | Type::Item(_) => (0, i64::MAX / 4),
    }
}
