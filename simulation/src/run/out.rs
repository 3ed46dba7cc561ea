//! Where rows go: out, or aside.

use super::reading::{Fault, Faults, Piece, Row};
use super::told::Told;
use super::{Counts, Found, RunError, SIDES, columns};
use crate::comparison::{Comparison, Report, Side};
use crate::table::{Cell, Filling, Heading, Kind, Sink};
use engine::{FactState, Outcomes, Schema, Truth};
use std::borrow::Cow;
use std::io::Write;

/// Where rows go, and what is counted of them.
pub(super) struct Out<'s, W: Write + Send + 'static> {
    found: &'s mut Sink<W>,
    aside: &'s mut Sink<W>,
    pub(super) counts: Counts,
    schemas: Vec<&'s Schema>,
    told: [Told; SIDES],
    comparison: Option<Comparison>,
}

/// Returns the heads of the columns of what is aside; with two recueils, which of them a row is wrong for.
pub(super) fn headings(compares: bool) -> Vec<Heading> {
    let mut headings = vec![Heading::new("ligne", Kind::Whole)];
    let names = ["id", "colonne", "motif"].into_iter().chain(compares.then_some("regles"));
    headings.extend(names.map(|name| Heading::new(name, Kind::Text)));
    headings
}

impl<'s, W: Write + Send + 'static> Out<'s, W> {
    pub(super) fn new(
        found: &'s mut Sink<W>,
        aside: &'s mut Sink<W>,
        schemas: Vec<&'s Schema>,
        comparison: Option<Comparison>,
    ) -> Self {
        let (counts, told) = (Counts::default(), Default::default());
        Self { found, aside, counts, schemas, told, comparison }
    }

    /// Returns what was counted and found.
    pub(super) fn end(self) -> (Counts, Option<Report>) {
        (self.counts, self.comparison.map(Comparison::report))
    }

    /// Sets a row aside.
    pub(super) fn aside(&mut self, row: u64, id: &str, faults: &Faults) -> Result<(), RunError> {
        self.counts.aside += 1;
        let [before, after] = faults;
        let Some(first) = before.as_ref().or(after.as_ref()) else { return Ok(()) };
        let mut message = Cow::Borrowed(first.message.as_str());
        if let (Some(before), Some(after)) = (before, after)
            && before != after
        {
            message = format!("avant : {} ; après : {}", before.message, after.message).into();
        }
        let side = match (before, after) {
            (Some(_), None) => Side::Before,
            (None, _) => Side::After,
            (Some(_), Some(_)) => Side::Both,
        };
        if let Some(comparison) = &mut self.comparison {
            comparison.aside(side);
        }
        let text = |text| Cell::Text(Cow::Borrowed(text));
        let number = i64::try_from(row).map_or(Cell::Absent, Cell::Count);
        let mut cells = vec![number, text(id), text(&first.column), text(&message)];
        cells.extend((self.schemas.len() > 1).then(|| text(side.name())));
        self.aside.row(&cells).map_err(RunError::Aside)
    }

    /// Writes what is found of a whole piece as columns, when it goes out whole, under one recueil, to a table that
    /// takes them. Returns whether it did; nothing is written otherwise.
    pub(super) fn columns(
        &mut self,
        piece: &Piece<'_>,
        outcomes: &[Outcomes],
    ) -> Result<bool, RunError> {
        let rows: usize = outcomes.iter().map(|of| of.eligible.len()).sum();
        if !self.found.takes_columns() || self.comparison.is_some() || rows != piece.rows.len() {
            return Ok(false);
        }
        if !outcomes.iter().all(columns::are_columns) {
            return Ok(false);
        }
        let mut rest = piece.rows.as_slice();
        for of in outcomes {
            let (rows, others) = rest.split_at(of.eligible.len().min(rest.len()));
            rest = others;
            let fill = |into: &mut Filling<'_>| columns::fill(into, piece, rows, of);
            self.found.columns(fill).map_err(RunError::Found)?;
            let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
            let eligible = of.eligible.iter().filter(|truth| **truth == Truth::Yes);
            self.counts.written += count(rows.len());
            self.counts.eligible += count(eligible.count());
            self.counts.kept += count(of.kept.iter().filter(|kept| **kept).count());
        }
        Ok(true)
    }

    /// Writes what is found of a row, or sets it aside.
    pub(super) fn row<'o>(
        &mut self,
        row: &Row,
        piece: &Piece<'_>,
        found: &mut [impl Iterator<Item = Found<'o>>],
    ) -> Result<(), RunError> {
        let mut faults: Option<Faults> = None;
        let mut places = [0; SIDES];
        let sides = found.iter_mut().zip(&mut self.told).zip(&self.schemas);
        for (side, ((found, told), schema)) in sides.enumerate() {
            let fault = match row.faults.get(side) {
                Some(Some(fault)) => Some(fault.clone()),
                Some(None) | None => found.next().and_then(|found| {
                    places.get_mut(side).into_iter().for_each(|place| *place = found.place);
                    said(&found, told, schema).err()
                }),
            };
            if let Some(fault) = fault {
                let faults = faults.get_or_insert_default();
                faults.get_mut(side).into_iter().for_each(|held| *held = Some(fault.clone()));
            }
        }
        if let Some(faults) = faults {
            return self.aside(row.number, piece.id(row), &faults);
        }
        self.compare(row, piece, places);
        self.write(row, piece)
    }

    fn compare(&mut self, row: &Row, piece: &Piece<'_>, places: [usize; SIDES]) {
        let Some(comparison) = &mut self.comparison else { return };
        let fact = |side: usize, column: usize| {
            let held = piece.sides.get(side).zip(places.get(side));
            let fact = held.and_then(|(side, place)| side.facts.fact(column, *place));
            fact.map_or(FactState::Missing, |fact| fact.state)
        };
        comparison.take(piece.offer(row), self.told.each_ref(), fact);
    }

    fn write(&mut self, row: &Row, piece: &Piece<'_>) -> Result<(), RunError> {
        let [first, _] = &self.told;
        self.counts.written += 1;
        self.counts.eligible += u64::from(first.eligible == Truth::Yes);
        self.counts.kept += u64::from(first.kept);
        let text = |text| Cell::Text(Cow::Borrowed(text));
        let mut cells = vec![text(piece.id(row)), text(piece.offer(row))];
        self.told.iter().take(self.schemas.len()).for_each(|told| told.write(&mut cells));
        self.found.row(&cells).map_err(RunError::Found)
    }
}

/// Takes what is found of a row. Errors: it cannot be evaluated, or written.
pub(super) fn said(
    Found { outcomes, at, .. }: &Found<'_>,
    told: &mut Told,
    schema: &Schema,
) -> Result<(), Fault> {
    if let Ok(found) = outcomes.errors.binary_search_by_key(at, |(row, _)| *row) {
        let field = outcomes.errors.get(found).map(|(_, error)| schema.path(error.field));
        let message = "valeur que son type ne peut pas avoir";
        return Err(Fault::new(&field.unwrap_or_default(), message));
    }
    let unwritten = "des points n'ont pas d'écriture décimale à quatre chiffres";
    told.take(outcomes, *at).ok_or_else(|| Fault::new("", unwritten))
}
