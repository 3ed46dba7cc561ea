//! Rows read for each recueil, offer by offer.

use super::{RunError, SIDES};
use crate::incoming::{Given, RowFault, Table};
use crate::mapping::{Mapping, Proven};
use crate::slots::{Cell, Facts, mark};
use dossier::{Cells, Named};
use engine::Schema;
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// What is wrong with a row, for a recueil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) column: String,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(column: &str, message: &str) -> Self {
        Self { column: column.to_owned(), message: message.to_owned() }
    }
}

/// What is wrong with a row for each recueil; absent: nothing, or there is no such recueil.
pub(super) type Faults = [Option<Fault>; SIDES];

/// A row that is being evaluated.
pub(super) struct Row {
    /// Where its identifier is among those of the piece.
    id: Range<usize>,
    pub(super) number: u64,
    /// The place of its offer in the piece.
    pub(super) offer: usize,
    /// For which recueils it is no candidate, and why.
    pub(super) faults: Faults,
}

/// Rows of whole offers.
pub(super) struct Piece<'p> {
    pub(super) rows: Vec<Row>,
    /// The identifiers of the rows, one after the other.
    ids: String,
    pub(super) offers: Vec<String>,
    pub(super) sides: Vec<Held<'p>>,
    /// Whether an offer begins with the next row.
    is_between: bool,
}

/// What a recueil reads of a piece: a row for each of its candidates.
pub(super) struct Held<'p> {
    mapping: &'p Mapping,
    cells: Cells<'p>,
    pub(super) facts: Facts,
    pub(super) applies: Vec<u8>,
    pub(super) pools: Vec<Range<usize>>,
    /// Which columns are facts of the offer, among those of the mapping.
    of_offer: Vec<usize>,
    /// The facts of the offer by its first row; nothing before it.
    first: Vec<Cell>,
    /// The row that is being read: the cells that were not read with their block, and the place of its column.
    row: Vec<(usize, Cell)>,
    /// The block that was looked at, and the place of the row in it.
    block: Option<usize>,
    at: usize,
}

impl<'p> Piece<'p> {
    pub(super) fn new(sides: impl Iterator<Item = (&'p Schema, &'p Mapping)>) -> Self {
        let sides = sides.map(|(schema, mapping)| Held::new(schema, mapping)).collect();
        let (rows, ids, offers) = (Vec::new(), String::new(), Vec::new());
        Self { rows, ids, offers, sides, is_between: true }
    }

    /// Returns the offer of a row.
    pub(super) fn offer(&self, row: &Row) -> &str {
        self.offers.get(row.offer).map_or("", String::as_str)
    }

    /// Returns the identifier of a row.
    pub(super) fn id(&self, row: &Row) -> &str {
        self.ids.get(row.id.clone()).unwrap_or_default()
    }

    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= super::PIECE
    }

    pub(super) fn clear(&mut self) {
        self.rows.clear();
        self.ids.clear();
        self.offers.clear();
        for side in &mut self.sides {
            side.facts.clear();
            side.applies.clear();
            side.pools.clear();
        }
    }

    /// Makes a pool of the rows since the last one.
    pub(super) fn end_of_offer(&mut self) {
        self.is_between = true;
        for side in &mut self.sides {
            side.facts.settle();
            let first = side.pools.last().map_or(0, |pool| pool.end);
            if side.facts.rows() > first {
                side.pools.push(first..side.facts.rows());
            }
            side.first.clear();
        }
    }
}

impl<'p> Held<'p> {
    fn new(schema: &'p Schema, mapping: &'p Mapping) -> Self {
        let entity = schema.entity_named("offre");
        let columns = (0..).zip(&mapping.columns);
        let of_offer = columns.filter(|(_, column)| match column.named {
            Named::Field(field) => schema.field(field).map(|def| def.entity) == entity,
            Named::List(_) => false,
        });
        Self {
            mapping,
            cells: Cells::new(schema),
            facts: Facts::new(schema, &mapping.columns),
            applies: Vec::new(),
            pools: Vec::new(),
            of_offer: of_offer.map(|(at, _)| at).collect(),
            first: Vec::new(),
            row: Vec::new(),
            block: None,
            at: 0,
        }
    }

    /// Looks at the block of a row, when it is another than that of the row before.
    fn look_ahead(&mut self, table: &Table) {
        let Some(block) = table.block() else { return };
        self.at = block.rows.start;
        if self.block.replace(block.number) != Some(block.number) {
            self.facts.look_ahead(&self.cells, &self.mapping.columns, &block);
        }
    }

    /// Reads the facts of a row, without adding them. Errors: what is wrong with it.
    fn read(&mut self, table: &Table, names: &[String]) -> Result<(), Fault> {
        self.look_ahead(table);
        self.row.clear();
        let name = |at: usize| names.get(at).map_or("", String::as_str);
        for number in 0..self.facts.odd().len() {
            let at = self.facts.odd().get(number).copied().unwrap_or_default();
            let Some(column) = self.mapping.columns.get(at) else { continue };
            let level = match column.proof {
                Proven::As(_) => Given::Absent,
                Proven::By(at) => table.cell(at),
            };
            let given = table.cell(column.at);
            let read = self.facts.read(at, &mut self.cells, column, given, level);
            self.row.push((at, read.map_err(|told| Fault::new(name(column.at), &told.message))?));
        }
        let mut same = self.of_offer.iter().zip(&self.first);
        match same.find(|(at, first)| self.cell(**at).as_ref() != Some(*first)) {
            None => Ok(()),
            Some((at, _)) => {
                let at = self.mapping.columns.get(*at).map_or(0, |column| column.at);
                let message = "ce fait de l'offre n'est pas celui de sa première ligne";
                Err(Fault::new(name(at), message))
            }
        }
    }

    /// Returns a cell of the row that was read.
    fn cell(&self, at: usize) -> Option<Cell> {
        let own = self.row.iter().find(|(column, _)| *column == at);
        own.map(|(_, cell)| cell.clone()).or_else(|| self.facts.seen(at, self.at))
    }

    /// Adds the row that was read.
    fn push(&mut self, applies: bool) {
        if self.first.is_empty() {
            let cells = self.of_offer.iter().filter_map(|at| self.cell(*at)).collect();
            self.first = cells;
        }
        mark(&mut self.applies, self.facts.rows(), applies);
        self.facts.push(self.at, self.row.drain(..));
    }
}

/// The identifiers of the rows of an offer: most tables have them in order, and one that is greater than the last is
/// then new.
#[derive(Default)]
struct Ids {
    /// One after the other.
    all: String,
    ends: Vec<usize>,
    /// All of them once one was not in order, of which there are then no more in the text.
    seen: Option<HashSet<String>>,
}

impl Ids {
    fn clear(&mut self) {
        self.all.clear();
        self.ends.clear();
        self.seen = None;
    }

    fn last(&self) -> Option<&str> {
        let (end, before) = self.ends.split_last()?;
        self.all.get(before.last().copied().unwrap_or(0)..*end)
    }

    /// Tells whether a row has an identifier.
    fn contains(&mut self, id: &str) -> bool {
        if self.seen.is_none() && self.last().is_none_or(|last| last < id) {
            return false;
        }
        self.seen.get_or_insert_with(|| texts(&self.all, &self.ends)).contains(id)
    }

    /// Adds an identifier that no row has, and of which that was asked.
    fn insert(&mut self, id: &str) {
        match &mut self.seen {
            Some(seen) => drop(seen.insert(id.to_owned())),
            None => {
                self.all.push_str(id);
                self.ends.push(self.all.len());
            }
        }
    }
}

/// Cuts texts that follow each other.
fn texts(all: &str, ends: &[usize]) -> HashSet<String> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    let cut = |(start, end): (usize, &usize)| all.get(start..*end).map(str::to_owned);
    starts.zip(ends).filter_map(cut).collect()
}

/// Reads rows, offer by offer.
pub(super) struct Reader {
    names: Vec<String>,
    id: Option<usize>,
    applies: Option<usize>,
    at: usize,
    /// How many recueils there are.
    sides: usize,
    offer: String,
    /// The offers that have passed.
    passed: HashSet<String>,
    /// Identifiers of the offer's rows.
    ids: Ids,
}

impl Reader {
    pub(super) fn new<'p>(
        sides: impl Iterator<Item = (&'p Schema, &'p Mapping)>,
        names: Vec<String>,
    ) -> Self {
        let mappings: Vec<&Mapping> = sides.map(|(_, mapping)| mapping).collect();
        let first = mappings.first();
        Self {
            names,
            id: first.and_then(|mapping| mapping.id),
            applies: first.and_then(|mapping| mapping.applies),
            at: first.map_or(0, |mapping| mapping.offer),
            sides: mappings.len(),
            offer: String::new(),
            passed: HashSet::new(),
            ids: Ids::default(),
        }
    }

    /// Tells whether a row is of another offer than the one before; a row without one is not.
    pub(super) fn is_elsewhere(&self, table: &Table) -> bool {
        let offer = table.cell(self.at).text();
        let offer = offer.trim();
        self.offer != offer && !offer.is_empty()
    }

    /// Begins the offer of a row; tells whether it had not passed.
    fn begins(&mut self, table: &Table) -> bool {
        table.cell(self.at).text().trim().clone_into(&mut self.offer);
        self.ids.clear();
        self.passed.insert(self.offer.clone())
    }

    /// Says what is wrong with a row whose cells are none.
    pub(super) fn unread(&self, fault: RowFault) -> Faults {
        self.everywhere(&Fault::new("", fault.message()))
    }

    /// Says the same for each recueil.
    fn everywhere(&self, fault: &Fault) -> Faults {
        let mut faults = Faults::default();
        faults.iter_mut().take(self.sides).for_each(|it| *it = Some(fault.clone()));
        faults
    }

    /// Returns the identifier that a row says.
    pub(super) fn id(&self, table: &Table) -> String {
        self.id.map_or_else(String::new, |at| table.cell(at).text().trim().to_owned())
    }

    fn fault(&self, at: usize, message: &str) -> Fault {
        Fault::new(self.names.get(at).map_or("", String::as_str), message)
    }

    /// Reads a row into a piece, beginning its offer when it is of another than the row before. Returns what is wrong
    /// with it when it is a candidate nowhere; nothing of it is then in the piece.
    ///
    /// Errors: [`RunError::Apart`].
    pub(super) fn take(
        &mut self,
        table: &Table,
        piece: &mut Piece<'_>,
        number: u64,
    ) -> Result<Option<Faults>, RunError> {
        if self.is_elsewhere(table) {
            piece.end_of_offer();
            if !self.begins(table) {
                return Err(RunError::Apart { row: number });
            }
        }
        Ok(self.read(table, piece, number))
    }

    /// Reads a row of the offer that has begun.
    fn read(&mut self, table: &Table, piece: &mut Piece<'_>, number: u64) -> Option<Faults> {
        let (id, applies) = match self.roles(table, number) {
            Ok(roles) => roles,
            Err(fault) => return Some(self.everywhere(&fault)),
        };
        let mut faults = Faults::default();
        for (side, fault) in piece.sides.iter_mut().zip(&mut faults) {
            match side.read(table, &self.names) {
                Ok(()) => side.push(applies),
                Err(found) => *fault = Some(found),
            }
        }
        if faults.iter().take(self.sides).all(Option::is_some) {
            return Some(faults);
        }
        if std::mem::take(&mut piece.is_between) {
            piece.offers.push(self.offer.clone());
        }
        let offer = piece.offers.len().saturating_sub(1);
        self.ids.insert(&id);
        let first = piece.ids.len();
        piece.ids.push_str(&id);
        piece.rows.push(Row { id: first..piece.ids.len(), number, offer, faults });
        None
    }

    /// Reads who a row is of, and whether they apply.
    fn roles<'t>(&mut self, table: &'t Table, number: u64) -> Result<(Cow<'t, str>, bool), Fault> {
        if table.cell(self.at).text().trim().is_empty() {
            return Err(self.fault(self.at, "l'offre manque"));
        }
        let id = match self.id {
            None => Cow::Owned(number.to_string()),
            Some(at) => {
                let id = match table.cell(at).text() {
                    Cow::Borrowed(id) => Cow::Borrowed(id.trim()),
                    Cow::Owned(id) => Cow::Owned(id.trim().to_owned()),
                };
                if id.is_empty() {
                    return Err(self.fault(at, "l'identifiant manque"));
                }
                if self.ids.contains(&id) {
                    let twice = "identifiant déjà porté par un autre candidat de l'offre";
                    return Err(self.fault(at, twice));
                }
                id
            }
        };
        let applies = match self.applies {
            None => true,
            Some(at) => {
                applies(table.cell(at)).ok_or_else(|| self.fault(at, "attendu oui ou non"))?
            }
        };
        Ok((id, applies))
    }
}

/// Reads whether someone applies: who does not say does. Absent: neither yes nor no.
fn applies(cell: Given<'_>) -> Option<bool> {
    match cell {
        Given::Absent | Given::Truth(true) => Some(true),
        Given::Truth(false) => Some(false),
        Given::Text(_) | Given::Number(..) | Given::Day(_) => {
            match source::fold(cell.text().trim()).as_str() {
                "" | "oui" | "true" => Some(true),
                "non" | "false" => Some(false),
                _ => None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_there_once_in_whatever_order() {
        for ids in [["a", "b", "c", "d"], ["a", "c", "b", "d"], ["d", "c", "b", "a"]] {
            let mut held = Ids::default();
            for (at, id) in ids.into_iter().enumerate() {
                assert!(!held.contains(id), "{id}");
                held.insert(id);
                for before in ids.iter().take(at + 1) {
                    assert!(held.contains(before), "{before} of {ids:?}");
                }
                assert!(!held.contains("bb"), "{ids:?}");
            }
            held.clear();
            assert!(!held.contains("a"), "another offer");
        }
    }
}
