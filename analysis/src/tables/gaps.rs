//! Gaps: values that no row takes, where something that hangs on the table would be left undecided.
//!
//! A table is looked at as each of its readers uses it: with what the inputs reach there, on the
//! reader's days. A hole that only a criterion shut anyway would meet is none. Days without any row
//! are not looked at here: they are a matter of periods.

use super::axis::Domain;
use super::domains;
use super::layout::{Budget, Layout, Region};
use super::shown::Stage;
use crate::readers::{Lookup, Reader};
use engine::{Code, Period, Reach, Slot, Type, Value};
use source::{Diagnostic, code};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::ops::{ControlFlow, Range};

/// How many holes of one table are told.
const MAX_TOLD: usize = 3;
/// How many holes of one use are kept.
const MAX_KEPT: usize = 40;
/// How many pieces of holes of one use are looked at.
const MAX_LOOKED_AT: usize = 300;

/// What readers reach, computed once per code and only when it is asked for.
pub(super) struct Reached<'c> {
    readers: &'c [Reader<'c>],
    /// For each reader, the first one of the same version.
    first: Vec<usize>,
    expected: Vec<OnceCell<Vec<Reach>>>,
}

impl<'c> Reached<'c> {
    pub(super) fn new(readers: &'c [Reader<'c>]) -> Self {
        let mut first: Vec<usize> = Vec::with_capacity(readers.len());
        for (at, reader) in readers.iter().enumerate() {
            let before = first.last().copied().filter(|before| {
                readers.get(*before).is_some_and(|before| std::ptr::eq(before.code, reader.code))
            });
            first.push(before.unwrap_or(at));
        }
        let expected = readers.iter().map(|_| OnceCell::new()).collect();
        Self { readers, first, expected }
    }

    fn of(&self, reader: usize) -> &[Reach] {
        let cell = self.first.get(reader).and_then(|first| self.expected.get(*first));
        let (Some(cell), Some(reader)) = (cell, self.readers.get(reader)) else { return &[] };
        cell.get_or_init(|| domains::expected(reader.program, reader.code, reader.version_days))
    }
}

/// One way in which a table is used.
struct Use<'c> {
    days: Period,
    domains: Vec<Domain>,
    reader: Option<(&'c Reader<'c>, Lookup)>,
}

/// A hole of a table.
struct Hole<'t> {
    layout: &'t Layout<'t>,
    region: Region,
    point: Vec<Value>,
}

/// Tells the gaps of a table; absent when the search is too long.
pub(super) fn check(
    stage: Stage<'_>,
    table: usize,
    reached: &Reached<'_>,
    out: &mut Vec<Diagnostic>,
) -> Option<()> {
    let mut told: Vec<Diagnostic> = Vec::new();
    let mut full: Vec<(Vec<Domain>, Period)> = Vec::new();
    for one in uses(stage, table, reached) {
        if full.iter().any(|(domains, days)| *domains == one.domains && *days == one.days) {
            continue;
        }
        let cuts = one.cuts();
        let layout =
            Layout::cut_at(&stage.speech.typed.table, one.domains.clone(), one.days, &cuts);
        match holes(&layout, &one)? {
            Holes::None => full.push((one.domains, one.days)),
            Holes::Shut => {}
            Holes::Some(holes) => told.extend(tell(stage, &holes)),
        }
    }
    let mut kept: Vec<Diagnostic> = Vec::new();
    for one in told {
        let known = kept.iter().any(|other| other.message == one.message);
        if !known && kept.len() < MAX_TOLD {
            kept.push(one);
        }
    }
    if stage.speech.typed.table.inputs.len() > 1 {
        kept.truncate(1);
    }
    out.extend(kept);
    Some(())
}

/// Says the holes of one use: those of a single column of unordered values together.
fn tell(stage: Stage<'_>, holes: &[Hole<'_>]) -> Vec<Diagnostic> {
    let Some(first) = holes.first() else { return Vec::new() };
    let ordered = first.layout.axes.first().is_some_and(super::axis::Axis::is_ordered);
    match first.layout.axes.len() {
        2 if !ordered => vec![anywhere(stage, holes)],
        2 => holes.iter().take(MAX_TOLD).map(|hole| told_of(stage, hole)).collect(),
        _ => vec![told_of(stage, first)],
    }
}

fn uses<'c>(stage: Stage<'_>, table: usize, reached: &Reached<'c>) -> Vec<Use<'c>> {
    let (program, own) = (stage.program, stage.own);
    let types = &stage.speech.typed.table.inputs;
    let inputs = |code: &Code, reach: &[Reach], slots: &[Slot]| {
        let each = slots.iter().zip(types);
        each.map(|(slot, ty)| domains::of_slot(program, code, reach, *slot, *ty)).collect()
    };
    let mut uses: Vec<Use<'c>> = Vec::new();
    for (at, reader) in reached.readers.iter().enumerate() {
        for lookup in reader.lookups().filter(|lookup| lookup.table == table) {
            let domains = inputs(reader.code, reached.of(at), &lookup.inputs);
            uses.push(Use { days: reader.days, domains, reader: Some((reader, lookup)) });
        }
    }
    if uses.is_empty() {
        let days = stage.life;
        let domains = match own {
            Some(own) => {
                inputs(&own.code, &domains::expected(program, &own.code, days), &own.inputs)
            }
            None => types.iter().map(|ty| domains::of_fact_type(&program.schema, *ty)).collect(),
        };
        uses.push(Use { days, domains, reader: None });
    }
    uses
}

/// What is found of a use.
enum Holes<'t> {
    /// Every value has a row.
    None,
    /// No value without a row is one where something hangs on the table.
    Shut,
    Some(Vec<Hole<'t>>),
}

/// Finds the holes that matter to a use; absent when the search is too long.
fn holes<'t>(layout: &'t Layout<'t>, one: &Use<'_>) -> Option<Holes<'t>> {
    let mut budget = Budget(super::BUDGET);
    let mut holes: Vec<Hole<'t>> = Vec::new();
    let mut looked_at = 0;
    for day in days_in_force(layout) {
        let mut within = layout.everywhere();
        *within.last_mut()? = day..day + 1;
        layout.holes(within, &mut budget, &mut |region| {
            for piece in pieces(region) {
                looked_at += 1;
                if holes.len() >= MAX_KEPT || looked_at > MAX_LOOKED_AT {
                    return ControlFlow::Break(());
                }
                let known = holes.iter().any(|hole| hole.covers(&piece));
                let point = layout.point(&piece).filter(|point| !known && one.matters(point));
                if let Some(point) = point {
                    holes.push(Hole { layout, region: piece, point });
                }
            }
            ControlFlow::Continue(())
        })?;
    }
    Some(match (holes.is_empty(), looked_at) {
        (false, _) => Holes::Some(holes),
        (true, 0) => Holes::None,
        (true, _) => Holes::Shut,
    })
}

/// The regions of one piece per axis that make up a region.
fn pieces(region: &Region) -> impl Iterator<Item = Region> {
    let count = region.iter().map(Range::len).fold(1_usize, usize::saturating_mul);
    (0..count).map(move |number| {
        let mut rest = number;
        let one = |span: &Range<usize>| {
            let at = span.start + rest % span.len().max(1);
            rest /= span.len().max(1);
            at..at + 1
        };
        region.iter().map(one).collect()
    })
}

/// The pieces of days on which some row is in force.
fn days_in_force(layout: &Layout<'_>) -> BTreeSet<usize> {
    let rows = (0..layout.row_count()).filter_map(|row| layout.sides(row)?.last());
    rows.flatten().cloned().flatten().collect()
}

impl Use<'_> {
    /// The values at which its reader's decision may change, by column.
    fn cuts(&self) -> Vec<Vec<Value>> {
        let Some((reader, lookup)) = &self.reader else { return Vec::new() };
        lookup.inputs.iter().map(|input| reader.cuts(lookup.slot, *input)).collect()
    }

    fn matters(&self, point: &[Value]) -> bool {
        let Some((reader, lookup)) = &self.reader else { return true };
        let (Some((Value::Date(day), inputs)), columns) = (point.split_last(), &lookup.inputs)
        else {
            return true;
        };
        let days = Period { from: Some(*day), to: Some(*day) };
        let held: Vec<(Slot, Value)> =
            columns.iter().copied().zip(inputs.iter().cloned()).collect();
        reader.may_hang(lookup.slot, days, &held)
    }
}

impl Hole<'_> {
    /// The single-column hole around it is told once, whatever the day.
    fn covers(&self, region: &Region) -> bool {
        let ordered = self.layout.axes.first().is_some_and(super::axis::Axis::is_ordered);
        let one_column = self.layout.axes.len() == 2 && ordered;
        one_column
            && self
                .run_along(0)
                .zip(region.first())
                .is_some_and(|(run, other)| run.start <= other.start && other.end <= run.end)
    }

    /// The hole along one axis, all else being as in its point.
    fn run_along(&self, axis: usize) -> Option<Range<usize>> {
        let pieces = self.layout.axes.get(axis)?.len();
        let mut point: Region = self.region.iter().map(|span| span.start..span.start + 1).collect();
        let at = point.get(axis)?.start;
        let mut is_hole = |piece: usize| {
            if let Some(span) = point.get_mut(axis) {
                *span = piece..piece + 1;
            }
            self.layout.near(&point).is_empty()
        };
        let before = (0..at).rev().take_while(|piece| is_hole(*piece)).count();
        let after = (at + 1..pieces).take_while(|piece| is_hole(*piece)).count();
        Some(at - before..at + 1 + after)
    }

    /// The row that takes the piece beside a run.
    fn row_at(&self, axis: usize, piece: usize) -> Option<usize> {
        let mut point: Region = self.region.iter().map(|span| span.start..span.start + 1).collect();
        *point.get_mut(axis)? = piece..piece + 1;
        self.layout.near(&point).first().copied()
    }
}

fn told_of(stage: Stage<'_>, hole: &Hole<'_>) -> Diagnostic {
    let columns = hole.layout.axes.len() - 1;
    let ordered =
        |axis: &usize| hole.layout.axes.get(*axis).is_some_and(super::axis::Axis::is_ordered);
    (0..columns)
        .filter(ordered)
        .find_map(|axis| between(stage, hole, axis))
        .unwrap_or_else(|| anywhere(stage, std::slice::from_ref(hole)))
}

/// A hole with a row on each side along an axis.
fn between(stage: Stage<'_>, hole: &Hole<'_>, axis: usize) -> Option<Diagnostic> {
    let speech = stage.speech;
    let run = hole.run_along(axis)?;
    let before = hole.row_at(axis, run.start.checked_sub(1)?)?;
    let after = hole.row_at(axis, run.end)?;
    let ends = hole.layout.axes.get(axis)?.ends(&run);
    let sample = speech.value(axis, hole.point.get(axis)?);
    let run = speech.run(axis, &ends)?;
    let example =
        if run.contains("exactement") { String::new() } else { format!(", par exemple {sample}") };
    let name = &speech.typed.table.name;
    let message = format!("{run}{example}, aucune ligne du tableau « {name} » ne convient");
    let rows = &speech.typed.table.rows;
    let mut diagnostic = Diagnostic::new(code::TABLE_GAP_BETWEEN, rows.get(before)?.span, message)
        .with_label(rows.get(after)?.span, "la ligne suivante commence ici");
    if speech.typed.table.inputs.len() > 1 || !speech.day(&hole.point).is_empty() {
        diagnostic = diagnostic.with_help(format!("par exemple {}", speech.point(&hole.point)));
    }
    let diagnostic = diagnostic.with_help(
        "écrivez la borne une fois comprise et une fois exclue : « de A à moins de B », puis « B ou plus »",
    );
    Some(stage.show(diagnostic, stage.expects_a_result(&hole.point)))
}

/// Holes without a row on each side; those of one column are listed.
fn anywhere(stage: Stage<'_>, holes: &[Hole<'_>]) -> Diagnostic {
    let speech = stage.speech;
    let name = &speech.typed.table.name;
    let first = holes.first();
    let point = first.map_or_else(String::new, |hole| speech.point(&hole.point));
    let message =
        format!("aucune ligne du tableau « {name} » ne convient, par exemple pour {point}");
    let mut diagnostic = Diagnostic::new(code::TABLE_GAP, speech.typed.span, message);
    let listed = matches!(speech.typed.table.inputs.as_slice(), [Type::Enum(_)]);
    if listed && holes.len() > 1 {
        let values = holes.iter().filter_map(|hole| Some(speech.value(0, hole.point.first()?)));
        let values: Vec<String> = values.collect();
        diagnostic = diagnostic.with_help(format!("valeurs sans ligne : {}", values.join(", ")));
    }
    let diagnostic = diagnostic.with_help("ajoutez la ligne qui manque, ou une ligne « sinon »");
    stage.show(diagnostic, first.and_then(|hole| stage.expects_a_result(&hole.point)))
}
