//! A population evaluated, under one recueil or two: rows in, rows out, and those in error set aside with their reason.
//!
//! Rows of an offer are together; several offers are evaluated at once, on every core, and forgotten. A row goes
//! out or aside, never both and never neither: [`Counts::read`] is the sum of the two. Under two recueils, a row that
//! is wrong for one of them is aside, and is a candidate of the other all the same.

mod columns;
mod held;
mod out;
mod reading;
mod told;

pub(crate) use told::{DECIMALS, Told};

use crate::comparison::{Comparison, Report};
use crate::incoming::{ReadError, Table};
use crate::mapping::Mapping;
use crate::table::{Heading, Kind, Sink, TableError};
use engine::{Asked, Bits, Columns, Date, Outcomes, Plans, Program};
use out::Out;
use reading::{Faults, Piece, Reader};
use std::io::Write;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// How many rows are evaluated at once, to within an offer.
const PIECE: usize = 8_192;

/// How many recueils there may be.
const SIDES: usize = 2;

/// How many rows a core takes at once, to within an offer.
const SHARE: usize = 2_048;

/// How many rows that are candidates nowhere wait to be written.
const WAITING: usize = 1_024;

/// How many pieces are in turn read and evaluated.
const IN_TURN: usize = 4;

/// Why a population is not evaluated to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The population cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What is found cannot be written.
    #[error(transparent)]
    Found(TableError),
    /// What is aside cannot be written.
    #[error(transparent)]
    Aside(TableError),
    /// An offer comes back after another.
    #[error(
        "les lignes d'une offre ne se suivent pas : la ligne {row} est d'une offre déjà passée"
    )]
    Apart {
        /// The row that comes back.
        row: u64,
    },
    /// No ranking is in force on that day.
    #[error("aucun classement n'est en vigueur le {0}")]
    NoRanking(Date),
    /// A column that the engine does not take.
    #[error("colonne refusée : {0}")]
    Column(#[from] engine::ColumnError),
}

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// How many were read.
    pub read: u64,
    /// How many went out.
    pub written: u64,
    /// How many are aside.
    pub aside: u64,
    /// How many offers there are.
    pub offers: u64,
    /// How many of those that went out are eligible, under the first recueil.
    pub eligible: u64,
    /// How many of them are kept, under the first recueil.
    pub kept: u64,
}

/// What was read.
enum Read<'m> {
    /// A row that is a candidate nowhere.
    Aside(u64, String, Faults),
    /// Rows of whole offers.
    Piece(Piece<'m>),
}

/// A population that is being read, piece by piece.
struct Reading<'m> {
    table: Table,
    reader: Reader,
    pieces: Receiver<Piece<'m>>,
    to: SyncSender<Read<'m>>,
    read: u64,
}

/// Why no more is read.
enum Stopped {
    /// Who evaluates has ended, and says why.
    Ended,
    /// The population cannot be read on.
    By(RunError),
}

impl From<ReadError> for Stopped {
    fn from(error: ReadError) -> Self {
        Self::By(error.into())
    }
}

impl<'m> Reading<'m> {
    /// Reads to the end; returns how many rows there were. When who evaluates has ended, stops without an error of
    /// its own.
    fn read(mut self, on_row: &dyn Fn()) -> Result<u64, RunError> {
        match self.rows(on_row) {
            Ok(()) | Err(Stopped::Ended) => Ok(self.read),
            Err(Stopped::By(error)) => Err(error),
        }
    }

    fn rows(&mut self, on_row: &dyn Fn()) -> Result<(), Stopped> {
        let mut piece = self.empty()?;
        while let Some(read) = self.table.read()? {
            self.read += 1;
            on_row();
            match read {
                Err(fault) => self.aside(String::new(), self.reader.unread(fault))?,
                Ok(()) => self.row(&mut piece)?,
            }
        }
        piece.end_of_offer();
        self.send(Read::Piece(piece))
    }

    /// Reads a row into a piece, which is sent when it is full.
    fn row(&mut self, piece: &mut Piece<'m>) -> Result<(), Stopped> {
        if piece.is_full() && self.reader.is_elsewhere(&self.table) {
            piece.end_of_offer();
            let full = std::mem::replace(piece, self.empty()?);
            self.send(Read::Piece(full))?;
        }
        match self.reader.take(&self.table, piece, self.read).map_err(Stopped::By)? {
            None => Ok(()),
            Some(faults) => self.aside(self.reader.id(&self.table), faults),
        }
    }

    fn aside(&self, id: String, faults: Faults) -> Result<(), Stopped> {
        self.send(Read::Aside(self.read, id, faults))
    }

    /// Waits for an empty piece.
    fn empty(&self) -> Result<Piece<'m>, Stopped> {
        self.pieces.recv().map_err(|_| Stopped::Ended)
    }

    fn send(&self, read: Read<'m>) -> Result<(), Stopped> {
        self.to.send(read).map_err(|_| Stopped::Ended)
    }
}

/// What evaluates populations on a day.
pub struct Simulation<'p> {
    date: Date,
    sides: Vec<Side<'p>>,
}

/// A recueil that evaluates.
struct Side<'p> {
    program: &'p Program,
    columns: Columns<'p>,
    /// The heads of the columns of what it says of a row.
    headings: Vec<Heading>,
    outcomes: Vec<Outcomes>,
}

impl<'p> Side<'p> {
    fn new(plans: Plans<'p>, date: Date) -> Result<Self, RunError> {
        let program = plans.evaluator().program();
        let columns = Columns::new(plans);
        let mut empty = Outcomes::default();
        let batch = columns.batch(date, 0);
        if !columns.evaluate(&batch, &[], Asked::States, &mut empty) {
            return Err(RunError::NoRanking(date));
        }
        Ok(Self { program, columns, headings: told::headings(&empty), outcomes: vec![empty] })
    }

    /// Evaluates the rows of a piece that are candidates here.
    fn evaluate(&mut self, held: &reading::Held<'_>, date: Date) -> Result<(), RunError> {
        let mut batch = self.columns.batch(date, held.facts.rows());
        held.facts.fill(&mut batch)?;
        batch.applying(Bits(&held.applies))?;
        let asked = (Asked::States, SHARE);
        self.columns.evaluate_all(&batch, &held.pools, asked, &mut self.outcomes);
        Ok(())
    }

    /// Iterates over the rows of a piece that are candidates here, in order.
    fn rows(&self) -> impl Iterator<Item = Found<'_>> {
        let all =
            self.outcomes.iter().flat_map(|of| (0..of.eligible.len()).map(move |at| (of, at)));
        all.enumerate().map(|(place, (outcomes, at))| Found { place, outcomes, at })
    }
}

/// What is found of a candidate: its place in the piece, and in the outcomes.
struct Found<'o> {
    place: usize,
    outcomes: &'o Outcomes,
    at: usize,
}

/// Which columns a comparison is told by.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// Every enumeration that is not sensitive.
    Enumerations,
    /// Columns of the table, by their names.
    Columns(&'a [String]),
}

impl<'p> Simulation<'p> {
    /// Prepares the evaluation.
    ///
    /// Errors: no ranking is in force on that day.
    pub fn new(plans: Plans<'p>, date: Date) -> Result<Self, RunError> {
        Ok(Self { date, sides: vec![Side::new(plans, date)?] })
    }

    /// Adds a second recueil, to which the first is compared.
    ///
    /// Errors: no ranking of it is in force on that day.
    pub fn against(mut self, plans: Plans<'p>) -> Result<Self, RunError> {
        self.sides.truncate(1);
        self.sides.push(Side::new(plans, self.date)?);
        Ok(self)
    }

    /// Returns the heads of the columns of what goes out: what is said of a row, before and after when there are two
    /// recueils.
    pub fn headings(&self) -> Vec<Heading> {
        let mut headings = vec![Heading::new("id", Kind::Text), Heading::new("offre", Kind::Text)];
        let prefixes = if self.sides.len() > 1 { ["avant.", "apres."] } else { ["", ""] };
        for (side, prefix) in self.sides.iter().zip(prefixes) {
            let prefixed = |it: &Heading| Heading::new(format!("{prefix}{}", it.name), it.kind);
            headings.extend(side.headings.iter().map(prefixed));
        }
        headings
    }

    /// Returns the heads of the columns of what is aside.
    pub fn aside_headings(&self) -> Vec<Heading> {
        out::headings(self.sides.len() > 1)
    }

    /// Prepares the comparison of two recueils; absent with one.
    ///
    /// Errors: columns that a comparison cannot be told by.
    pub fn comparison(
        &self,
        table: &Table,
        mappings: &[Mapping],
        by: By<'_>,
    ) -> Result<Option<Comparison>, Vec<crate::Mistake>> {
        let ([before, after], [first, second]) = (self.sides.as_slice(), mappings) else {
            return Ok(None);
        };
        let of = |side: &'_ Side<'p>| {
            let (program, date) = (side.program, self.date);
            let outcomes = side.outcomes.first();
            crate::comparison::Rules { program, date, outcomes }.named()
        };
        let schemas = [&before.program.schema, &after.program.schema];
        let groups = crate::comparison::categories(table, [first, second], schemas, by)?;
        let keeps = before.program.ranking_at(self.date).and_then(|ranking| ranking.keeps);
        Ok(Some(Comparison::new([of(before), of(after)], groups, keeps)))
    }

    /// Evaluates a population, by a mapping for each recueil; `on_row` is told of each row that was read. What the
    /// comparison found, when there is one, comes back. Rows are read here, and evaluated and written beside, a piece
    /// at a time.
    ///
    /// Errors: what cannot be read or written any more; an offer whose rows are not together.
    pub fn run<W: Write + Send + 'static>(
        mut self,
        table: Table,
        mappings: &[Mapping],
        comparison: Option<Comparison>,
        (out, aside): (&mut Sink<W>, &mut Sink<W>),
        on_row: &dyn Fn(),
    ) -> Result<(Counts, Option<Report>), RunError> {
        let schemas: Vec<_> = self.sides.iter().map(|side| &side.program.schema).collect();
        let sides = schemas.iter().copied().zip(mappings);
        let reader = Reader::new(sides.clone(), table.names.clone());
        let mut to = Out::new(out, aside, schemas.clone(), comparison);
        let (sender, found) = sync_channel(WAITING);
        let (back, pieces) = sync_channel(IN_TURN);
        for _ in 0..IN_TURN {
            // The room is there.
            let _ = back.send(Piece::new(sides.clone()));
        }
        let (read, said) = std::thread::scope(|scope| {
            let evaluating = scope.spawn(move || {
                let said = self.follow(&found, &back, &mut to);
                // Whoever reads is told by the end of both ways.
                drop((found, back));
                said.map(|()| to.end())
            });
            let read = Reading { table, reader, pieces, to: sender, read: 0 }.read(on_row);
            (read, evaluating.join())
        });
        match said {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(Err(error)) => Err(error),
            Ok(Ok((counts, report))) => Ok((Counts { read: read?, ..counts }, report)),
        }
    }

    /// Evaluates pieces as they come, and gives them back.
    fn follow<'m, W: Write + Send + 'static>(
        &mut self,
        found: &Receiver<Read<'m>>,
        back: &SyncSender<Piece<'m>>,
        to: &mut Out<'_, W>,
    ) -> Result<(), RunError> {
        for read in found {
            match read {
                Read::Aside(row, id, faults) => to.aside(row, &id, &faults)?,
                Read::Piece(mut piece) => {
                    self.evaluate(&mut piece, to)?;
                    // Whoever reads may have ended.
                    let _ = back.send(piece);
                }
            }
        }
        Ok(())
    }

    fn evaluate<W: Write + Send + 'static>(
        &mut self,
        piece: &mut Piece<'_>,
        to: &mut Out<'_, W>,
    ) -> Result<(), RunError> {
        for (side, held) in self.sides.iter_mut().zip(&piece.sides) {
            side.evaluate(held, self.date)?;
        }
        to.counts.offers += u64::try_from(piece.offers.len()).unwrap_or(u64::MAX);
        if let [side] = self.sides.as_slice()
            && to.columns(piece, &side.outcomes)?
        {
            piece.clear();
            return Ok(());
        }
        let mut found: Vec<_> = self.sides.iter().map(Side::rows).collect();
        for row in &piece.rows {
            to.row(row, piece, &mut found)?;
        }
        piece.clear();
        Ok(())
    }
}
