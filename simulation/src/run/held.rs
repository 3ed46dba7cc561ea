//! Rows that are in memory, answered where they stand: as many rows out as in, in their order.

use super::reading::{Fault, Piece, Reader};
use super::told::Told;
use super::{RunError, Simulation, out};
use crate::incoming::Table;
use crate::mapping::Mapping;
use crate::table::{Cell, Columns, Heading, Kind};
use arrow_array::RecordBatch;
use std::collections::BTreeMap;

/// The column that says why a row is not evaluated.
const WHY: &str = "motif";

impl Simulation<'_> {
    /// Returns the heads of the columns that [`Simulation::answer`] gives, by the first recueil.
    pub fn answer_headings(&self) -> Vec<Heading> {
        let first = self.sides.first();
        let mut headings = first.map_or_else(Vec::new, |side| side.headings.clone());
        headings.push(Heading::new(WHY, Kind::Text));
        headings
    }

    /// Evaluates a table that is in memory, by the first recueil, and says of each row what is found, or why it is not
    /// evaluated. Shape: [`Simulation::answer_headings`], a row for each, in their order.
    ///
    /// Errors: an offer whose rows are not together; what the engine or Arrow does not take.
    pub fn answer(&mut self, mut table: Table, mapping: &Mapping) -> Result<RecordBatch, RunError> {
        let headings = self.answer_headings();
        let mut columns = Columns::new(&headings);
        let date = self.date;
        let Some(side) = self.sides.first_mut() else {
            return columns.arrow(&headings).map_err(RunError::Found);
        };
        let schema = &side.program.schema;
        let mut piece = Piece::new(std::iter::once((schema, mapping)));
        let mut reader = Reader::new(std::iter::once((schema, mapping)), table.names.clone());
        let (mut read, mut aside) = (0, BTreeMap::new());
        while let Some(row) = table.read()? {
            read += 1;
            let faults = match row {
                Err(fault) => Some(reader.unread(fault)),
                Ok(()) => reader.take(&table, &mut piece, read)?,
            };
            aside.extend(faults.and_then(|[fault, _]| fault).map(|fault| (read, fault)));
        }
        piece.end_of_offer();
        if let Some(held) = piece.sides.first() {
            side.evaluate(held, date)?;
        }
        let (mut told, mut found) = (Told::default(), side.rows());
        for row in 1..=read {
            let fault = match aside.remove(&row) {
                Some(fault) => Some(fault),
                None => found.next().and_then(|found| out::said(&found, &mut told, schema).err()),
            };
            let mut cells = Vec::with_capacity(headings.len());
            match fault {
                None => told.write(&mut cells),
                Some(fault) => {
                    cells.resize(headings.len().saturating_sub(1), Cell::Absent);
                    cells.push(Cell::Text(said(fault).into()));
                }
            }
            columns.row(&cells);
        }
        columns.arrow(&headings).map_err(RunError::Found)
    }
}

/// Says why a row is not evaluated.
fn said(Fault { column, message }: Fault) -> String {
    if column.is_empty() { message } else { format!("{column} : {message}") }
}
