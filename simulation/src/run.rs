//! A population evaluated: rows in, rows out, and those in error set aside with their reason.
//!
//! Rows of an offer are together; several offers are evaluated at once, on every core, and forgotten. A row goes
//! out or aside, never both and never neither: [`Counts::read`] is the sum of the two.

use crate::incoming::{ReadError, Table};
use crate::mapping::Mapping;
use crate::slots::{Cell as Held, Facts, mark};
use crate::table::{Cell, Heading, Kind, Sink, TableError};
use csv::StringRecord;
use dossier::Cells;
use engine::{Asked, Bits, Columns, Date, Exact, GridState, Outcomes, Plans, Schema, Truth};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::io::Write;
use std::ops::Range;

/// How many rows are evaluated at once, to within an offer.
const PIECE: usize = 16_384;

/// How many rows a core takes at once, to within an offer.
const SHARE: usize = 2_048;

/// How many decimals points have.
const DECIMALS: u8 = 4;

/// Why a population is not evaluated to its end.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The population cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What is found cannot be written.
    #[error(transparent)]
    Write(#[from] TableError),
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
    /// How many of those that went out are eligible.
    pub eligible: u64,
    /// How many of them are kept.
    pub kept: u64,
}

/// Returns the heads of the columns of what is aside.
pub fn aside_headings() -> Vec<Heading> {
    vec![
        Heading::new("ligne", Kind::Whole),
        Heading::new("id", Kind::Text),
        Heading::new("colonne", Kind::Text),
        Heading::new("motif", Kind::Text),
    ]
}

/// What evaluates populations on a day.
pub struct Simulation<'p> {
    columns: Columns<'p>,
    schema: &'p Schema,
    date: Date,
    outcomes: Vec<Outcomes>,
}

impl<'p> Simulation<'p> {
    /// Prepares the evaluation.
    ///
    /// Errors: no ranking is in force on that day.
    pub fn new(plans: Plans<'p>, date: Date) -> Result<Self, RunError> {
        let schema = &plans.evaluator().program().schema;
        let columns = Columns::new(plans);
        let mut empty = Outcomes::default();
        let batch = columns.batch(date, 0);
        if !columns.evaluate(&batch, &[], Asked::States, &mut empty) {
            return Err(RunError::NoRanking(date));
        }
        Ok(Self { columns, schema, date, outcomes: vec![empty] })
    }

    /// Returns the heads of the columns of what goes out.
    pub fn headings(&self) -> Vec<Heading> {
        let points = |name: String| Heading::new(name, Kind::Decimal(DECIMALS));
        let mut headings = vec![
            Heading::new("id", Kind::Text),
            Heading::new("offre", Kind::Text),
            Heading::new("eligible", Kind::Text),
            points("total".to_owned()),
            Heading::new("rang", Kind::Whole),
            Heading::new("retenu", Kind::Truth),
            Heading::new("rang_si_tous", Kind::Whole),
        ];
        for grid in self.outcomes.iter().take(1).flat_map(|outcomes| &outcomes.grids) {
            headings.push(points(grid.id.clone()));
            headings
                .extend(grid.lines.iter().map(|line| points(format!("{}.{}", grid.id, line.id))));
        }
        headings
    }

    /// Evaluates a population; `on_row` is told of each row that was read.
    ///
    /// Errors: what cannot be read or written any more; an offer whose rows are not together.
    pub fn run<W: Write + Send>(
        mut self,
        mut table: Table,
        mapping: &Mapping,
        (out, aside): (&mut Sink<W>, &mut Sink<W>),
        on_row: &dyn Fn(),
    ) -> Result<Counts, RunError> {
        let mut piece = Piece::new(self.schema, mapping, table.names.clone());
        let mut reader = Reader::new(self.schema);
        let mut to = Out { found: out, aside, counts: Counts::default() };
        let mut row = StringRecord::new();
        while let Some(read) = table.next(&mut row)? {
            to.counts.read += 1;
            on_row();
            if let Err(fault) = read {
                to.aside("", "", fault.message())?;
                continue;
            }
            let offer = row.get(mapping.offer).unwrap_or("").trim();
            if reader.offer != offer && !offer.is_empty() {
                piece.end_of_offer();
                if piece.facts.rows() >= PIECE {
                    self.evaluate(&mut piece, &mut to)?;
                }
                if !reader.begins(offer) {
                    return Err(RunError::Apart { row: to.counts.read });
                }
            }
            if let Err(fault) = reader.read(&row, mapping, &mut piece, to.counts.read) {
                let id = mapping.id.and_then(|at| row.get(at)).unwrap_or("");
                to.aside(id, &fault.column, &fault.message)?;
            }
        }
        piece.end_of_offer();
        self.evaluate(&mut piece, &mut to)?;
        Ok(to.counts)
    }

    fn evaluate<W: Write + Send>(
        &mut self,
        piece: &mut Piece,
        to: &mut Out<'_, W>,
    ) -> Result<(), RunError> {
        let mut batch = self.columns.batch(self.date, piece.facts.rows());
        piece.facts.fill(&mut batch)?;
        batch.applying(Bits(&piece.applies))?;
        let asked = (Asked::States, SHARE);
        self.columns.evaluate_all(&batch, &piece.pools, asked, &mut self.outcomes);
        drop(batch);
        to.counts.offers += u64::try_from(piece.pools.len()).unwrap_or(u64::MAX);
        let mut offers = piece
            .pools
            .iter()
            .zip(&piece.offers)
            .flat_map(|(rows, offer)| rows.clone().map(move |_| offer.as_str()));
        let mut rows = piece.rows.iter();
        for outcomes in &self.outcomes {
            for at in 0..outcomes.eligible.len() {
                let (Some(row), Some(offer)) = (rows.next(), offers.next()) else { break };
                to.row(self.schema, (row, offer), outcomes, at)?;
            }
        }
        piece.clear();
        Ok(())
    }
}

/// A row that is being evaluated.
struct Row {
    id: String,
    number: u64,
}

/// Rows of whole offers.
struct Piece {
    names: Vec<String>,
    facts: Facts,
    applies: Vec<u8>,
    rows: Vec<Row>,
    pools: Vec<Range<usize>>,
    /// The offer of each pool, and that of the rows that have none yet.
    offers: Vec<String>,
}

impl Piece {
    fn new(schema: &Schema, mapping: &Mapping, names: Vec<String>) -> Self {
        let facts = Facts::new(schema, &mapping.columns);
        let (applies, rows, pools, offers) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { names, facts, applies, rows, pools, offers }
    }

    fn clear(&mut self) {
        self.facts.clear();
        self.applies.clear();
        self.rows.clear();
        self.pools.clear();
        self.offers.clear();
    }

    /// Makes a pool of the rows since the last one.
    fn end_of_offer(&mut self) {
        let first = self.pools.last().map_or(0, |pool| pool.end);
        if self.facts.rows() > first {
            self.pools.push(first..self.facts.rows());
        }
    }

    /// Tells whether an offer has rows already.
    fn has_begun(&self) -> bool {
        self.offers.len() > self.pools.len()
    }
}

/// What is wrong with a row.
struct Fault {
    column: String,
    message: String,
}

/// Reads rows, offer by offer.
struct Reader<'p> {
    cells: Cells<'p>,
    /// The entity of the offer.
    entity: Option<engine::EntityId>,
    schema: &'p Schema,
    offer: String,
    /// The offers that have passed.
    passed: HashSet<String>,
    /// Identifiers of the offer's rows.
    ids: BTreeSet<String>,
    /// The facts of the offer, by its first row.
    facts: Vec<String>,
}

impl<'p> Reader<'p> {
    fn new(schema: &'p Schema) -> Self {
        Self {
            cells: Cells::new(schema),
            entity: schema.entity_named("offre"),
            schema,
            offer: String::new(),
            passed: HashSet::new(),
            ids: BTreeSet::new(),
            facts: Vec::new(),
        }
    }

    /// Begins an offer; tells whether it had not passed.
    fn begins(&mut self, offer: &str) -> bool {
        offer.clone_into(&mut self.offer);
        self.ids.clear();
        self.facts.clear();
        self.passed.insert(offer.to_owned())
    }

    /// Reads a row into a piece. Errors: what is wrong with it; nothing of it is then in the piece.
    fn read(
        &mut self,
        row: &StringRecord,
        mapping: &Mapping,
        piece: &mut Piece,
        number: u64,
    ) -> Result<(), Fault> {
        let name = |at: usize| piece.names.get(at).cloned().unwrap_or_default();
        let fault =
            |at: usize, message: &str| Fault { column: name(at), message: message.to_owned() };
        if row.get(mapping.offer).unwrap_or("").trim().is_empty() {
            return Err(fault(mapping.offer, "l'offre manque"));
        }
        let id = match mapping.id {
            None => number.to_string(),
            Some(at) => match row.get(at).unwrap_or("").trim() {
                "" => return Err(fault(at, "l'identifiant manque")),
                id if self.ids.contains(id) => {
                    return Err(fault(
                        at,
                        "identifiant déjà porté par un autre candidat de l'offre",
                    ));
                }
                id => id.to_owned(),
            },
        };
        let applies = match mapping.applies {
            None => true,
            Some(at) => match source::fold(row.get(at).unwrap_or("").trim()).as_str() {
                "" | "oui" | "true" => true,
                "non" | "false" => false,
                _ => return Err(fault(at, "attendu oui ou non")),
            },
        };
        let mut cells: Vec<Held> = Vec::with_capacity(mapping.columns.len());
        for (at, column) in mapping.columns.iter().enumerate() {
            let text = row.get(column.at).unwrap_or("");
            let cell = piece.facts.read(at, &mut self.cells, column, text);
            cells.push(cell.map_err(|told| fault(column.at, &told.message))?);
        }
        if let Some(at) = self.other_offer(row, mapping, piece.has_begun()) {
            return Err(fault(at, "ce fait de l'offre n'est pas celui de sa première ligne"));
        }
        if !piece.has_begun() {
            piece.offers.push(self.offer.clone());
        }
        mark(&mut piece.applies, piece.facts.rows(), applies);
        piece.facts.push(cells);
        piece.rows.push(Row { id: id.clone(), number });
        self.ids.insert(id);
        Ok(())
    }

    /// Finds the column of a fact of the offer that is not that of its first row.
    fn other_offer(&mut self, row: &StringRecord, mapping: &Mapping, begun: bool) -> Option<usize> {
        let of_offer = mapping.columns.iter().filter(|column| match column.named {
            dossier::Named::Field(field) => {
                self.schema.field(field).map(|def| def.entity) == self.entity
            }
            dossier::Named::List(_) => false,
        });
        let of_offer: Vec<usize> = of_offer.map(|column| column.at).collect();
        let texts = of_offer.iter().map(|at| row.get(*at).unwrap_or(""));
        if begun {
            let mut same = of_offer.iter().zip(texts.zip(&self.facts));
            return same.find(|(_, (text, first))| text != first).map(|(at, _)| *at);
        }
        self.facts = texts.map(str::to_owned).collect();
        None
    }
}

/// Where rows go.
struct Out<'s, W: Write + Send> {
    found: &'s mut Sink<W>,
    aside: &'s mut Sink<W>,
    counts: Counts,
}

impl<W: Write + Send> Out<'_, W> {
    /// Sets the row that was just read aside.
    fn aside(&mut self, id: &str, column: &str, message: &str) -> Result<(), TableError> {
        self.aside_of(self.counts.read, id, column, message)
    }

    fn aside_of(
        &mut self,
        row: u64,
        id: &str,
        column: &str,
        message: &str,
    ) -> Result<(), TableError> {
        self.counts.aside += 1;
        let text = |text| Cell::Text(Cow::Borrowed(text));
        self.aside.row(&[whole(row), text(id), text(column), text(message)])
    }

    /// Writes what is found of a row, or sets it aside.
    fn row(
        &mut self,
        schema: &Schema,
        (row, offer): (&Row, &str),
        outcomes: &Outcomes,
        at: usize,
    ) -> Result<(), TableError> {
        if let Ok(found) = outcomes.errors.binary_search_by_key(&at, |(row, _)| *row) {
            let field = outcomes.errors.get(found).map(|(_, error)| schema.path(error.field));
            let message = "valeur que son type ne peut pas avoir";
            return self.aside_of(row.number, &row.id, &field.unwrap_or_default(), message);
        }
        let Some(cells) = cells(row, offer, outcomes, at) else {
            let message = "des points n'ont pas d'écriture décimale à quatre chiffres";
            return self.aside_of(row.number, &row.id, "", message);
        };
        self.counts.written += 1;
        self.counts.eligible += u64::from(outcomes.eligible.get(at) == Some(&Truth::Yes));
        self.counts.kept += u64::from(outcomes.kept.get(at) == Some(&true));
        self.found.row(&cells)
    }
}

fn whole(count: u64) -> Cell<'static> {
    i64::try_from(count).map_or(Cell::Absent, Cell::Count)
}

/// The cells of a row, in the order of the headings. Absent: points that no decimals say.
fn cells<'c>(
    row: &'c Row,
    offer: &'c str,
    outcomes: &Outcomes,
    at: usize,
) -> Option<Vec<Cell<'c>>> {
    let rank = |ranks: &[u32]| match ranks.get(at).copied().unwrap_or(0) {
        0 => Cell::Absent,
        rank => Cell::Count(rank.into()),
    };
    let eligible = match outcomes.eligible.get(at)? {
        Truth::Yes => "oui",
        Truth::No => "non",
        Truth::Unknown => "indetermine",
    };
    let mut cells = vec![
        Cell::Text(Cow::Borrowed(&row.id)),
        Cell::Text(Cow::Borrowed(offer)),
        Cell::of(eligible),
        decimal(outcomes.total.get(at)?)?,
        rank(&outcomes.rank),
        Cell::Truth(*outcomes.kept.get(at)?),
        rank(&outcomes.rank_if_all),
    ];
    for grid in &outcomes.grids {
        cells.push(match grid.states.get(at)? {
            GridState::Established => decimal(grid.points.get(at)?)?,
            GridState::NotEstablished | GridState::NotApplicable | GridState::Indeterminate => {
                Cell::Absent
            }
        });
        for line in &grid.lines {
            cells.push(match line.states.get(at)? {
                Some(_) => decimal(line.points.get(at)?)?,
                None => Cell::Absent,
            });
        }
    }
    Some(cells)
}

fn decimal(points: Exact) -> Option<Cell<'static>> {
    let parts = 10_i128.pow(DECIMALS.into());
    let (above, below) = (points.numerator(), points.denominator());
    let count = (parts % below == 0).then(|| above.checked_mul(parts / below))??;
    i64::try_from(count).ok().map(Cell::Count)
}
