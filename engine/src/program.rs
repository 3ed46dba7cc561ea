//! The compiled program: flat code over numbered slots, and the lines that read it.
//!
//! Invariants: an operation reads only slots written before it, except the body of a fold, which
//! lies directly after the fold and is skipped by the outer walk; the operation at index `i` writes
//! slot `i`. Nothing here knows names except for display.

use crate::{Date, EntityId, Exact, FieldId, Period, Rounding, Schema, Sharing, Type, Value};
use source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A value computed by the operation of the same index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u32);

/// Identifies a table of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);

/// Identifies a scripted function of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub u32);

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `=`.
    Equal,
    /// `≠`.
    NotEqual,
    /// `<`.
    Less,
    /// `≤`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `≥`.
    GreaterOrEqual,
}

impl Comparison {
    /// Returns what holds of two known values where this does not.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::GreaterOrEqual,
            Self::LessOrEqual => Self::Greater,
            Self::Greater => Self::LessOrEqual,
            Self::GreaterOrEqual => Self::Less,
        }
    }

    /// Returns the same, its two sides exchanged.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }
}

/// Arithmetic on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `×`.
    Multiply,
    /// `/`.
    Divide,
    /// The smaller.
    Minimum,
    /// The greater.
    Maximum,
}

/// Calendar operations on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Calendar {
    /// `date + n mois` (a date and a whole number of months).
    AddMonths,
    /// `date - n mois`.
    SubtractMonths,
    /// `date + n jours`.
    AddDays,
    /// `date - n jours`.
    SubtractDays,
    /// `mois_révolus(a ; b)`: completed months from a to b, in months.
    CompletedMonths,
    /// `années_révolues(a ; b)`: completed years from a to b, in months (a multiple of 12).
    CompletedYears,
    /// `jours_entre(a ; b)`, in days.
    DaysBetween,
}

/// How a list or a pool is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fold {
    /// How many.
    Count,
    /// Whether one satisfies the filter.
    Exists,
    /// Whether all satisfy the filter.
    All,
    /// The sum of the values.
    Sum,
    /// The least value; an error when there is none.
    Minimum,
    /// The greatest value; an error when there is none.
    Maximum,
}

/// Whom a pool operation looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Population {
    /// The eligible candidates of the population being ranked.
    Eligible,
    /// The whole input.
    Everyone,
}

/// Which way a rank or an order goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

/// One operation. Slots named are read; the operation's own index is written.
///
/// An unknown operand makes the result unknown unless said otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// A constant.
    Constant(Value),
    /// « pas de valeur »: comparisons with it are false; other operations make it an unknown.
    NoValue,
    /// The date of evaluation.
    EvaluationDate,
    /// A fact of a single entity.
    Fact(FieldId),
    /// A fact that the frame shares only from a level on: `gate` holds the level granted by the
    /// applicant's choice as a number (0 nothing, 1 identification, 2 complete).
    SharedFact {
        /// The fact.
        field: FieldId,
        /// The level it takes; absent: never shared.
        needs: Option<Sharing>,
        /// The level granted.
        gate: Slot,
    },
    /// A fact of the current item of an enclosing fold: `depth` 0 is the outermost.
    ItemFact {
        /// The fact.
        field: FieldId,
        /// Which enclosing fold.
        depth: u32,
    },
    /// Arithmetic on two numbers.
    Arithmetic(Arithmetic, Slot, Slot),
    /// Rounding to a multiple of a step.
    Round(Rounding, Slot, Slot),
    /// Calendar arithmetic.
    Calendar(Calendar, Slot, Slot),
    /// A comparison of two values of one type.
    Compare(Comparison, Slot, Slot),
    /// Kleene's « et ».
    And(Slot, Slot),
    /// Kleene's « ou ».
    Or(Slot, Slot),
    /// Kleene's « non ».
    Not(Slot),
    /// `renseigné(f)`: never unknown.
    IsKnown(Slot),
    /// Takes the second when the first is true, the third when false.
    Select(Slot, Slot, Slot),
    /// The result of the first row that accepts the inputs.
    Table(TableId, Vec<Slot>),
    /// A scripted function.
    Call(FunctionId, Vec<Slot>),
    /// A fold over a list; the body is the `body` operations right after this one.
    FoldList {
        /// How.
        fold: Fold,
        /// Over what.
        list: EntityId,
        /// The level of sharing that the list's facts take in a frame, and the gate.
        shared: Option<(Option<Sharing>, Slot)>,
        /// How many operations the body has.
        body: u32,
        /// `tel que`, inside the body.
        filter: Option<Slot>,
        /// What is folded, inside the body.
        value: Option<Slot>,
    },
    /// `rang de … parmi …`: competition rank (1, 2, 2, 4) of the key.
    Rank {
        /// The key.
        key: Slot,
        /// Which way.
        direction: Direction,
        /// Among whom.
        population: Population,
    },
    /// A fold over the pool; the filter and the value are slots of each candidate.
    FoldPool {
        /// How.
        fold: Fold,
        /// Among whom.
        population: Population,
        /// `tel que`.
        filter: Option<Slot>,
        /// What is folded.
        value: Option<Slot>,
    },
    /// `total_de GRILLE`, in eligibility.
    GridTotal(u32),
}

impl Op {
    /// Calls a function on each slot that the operation reads, the body of a fold apart.
    pub fn each_operand(&self, read: &mut impl FnMut(Slot)) {
        match self {
            Self::Constant(_)
            | Self::NoValue
            | Self::EvaluationDate
            | Self::Fact(_)
            | Self::ItemFact { .. }
            | Self::GridTotal(_) => {}
            Self::SharedFact { gate, .. } => read(*gate),
            Self::Arithmetic(_, a, b)
            | Self::Round(_, a, b)
            | Self::Calendar(_, a, b)
            | Self::Compare(_, a, b)
            | Self::And(a, b)
            | Self::Or(a, b) => {
                read(*a);
                read(*b);
            }
            Self::Not(a) | Self::IsKnown(a) | Self::Rank { key: a, .. } => read(*a),
            Self::Select(condition, a, b) => {
                read(*condition);
                read(*a);
                read(*b);
            }
            Self::Table(_, slots) | Self::Call(_, slots) => slots.iter().copied().for_each(read),
            Self::FoldList { shared, filter, value, .. } => {
                if let Some((_, gate)) = shared {
                    read(*gate);
                }
                filter.iter().chain(value).copied().for_each(read);
            }
            Self::FoldPool { filter, value, .. } => {
                filter.iter().chain(value).copied().for_each(read);
            }
        }
    }

    /// Calls a function on each slot that the operation reads, to be renumbered.
    pub fn each_operand_mut(&mut self, renumber: &mut dyn FnMut(&mut Slot)) {
        match self {
            Self::Constant(_)
            | Self::NoValue
            | Self::EvaluationDate
            | Self::Fact(_)
            | Self::ItemFact { .. }
            | Self::GridTotal(_) => {}
            Self::SharedFact { gate, .. } => renumber(gate),
            Self::Arithmetic(_, a, b)
            | Self::Round(_, a, b)
            | Self::Calendar(_, a, b)
            | Self::Compare(_, a, b)
            | Self::And(a, b)
            | Self::Or(a, b) => {
                renumber(a);
                renumber(b);
            }
            Self::Not(a) | Self::IsKnown(a) | Self::Rank { key: a, .. } => renumber(a),
            Self::Select(condition, a, b) => {
                renumber(condition);
                renumber(a);
                renumber(b);
            }
            Self::Table(_, slots) | Self::Call(_, slots) => slots.iter_mut().for_each(renumber),
            Self::FoldList { shared, filter, value, .. } => {
                if let Some((_, gate)) = shared {
                    renumber(gate);
                }
                filter.iter_mut().chain(value).for_each(renumber);
            }
            Self::FoldPool { filter, value, .. } => {
                filter.iter_mut().chain(value).for_each(renumber);
            }
        }
    }

    /// How many operations right after it are its body.
    pub fn body(&self) -> usize {
        crate::evaluate::body_of(self)
    }
}

/// Flat code, with what is needed to explain it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Code {
    /// The operations.
    pub ops: Vec<Op>,
    /// Where each operation comes from.
    pub spans: Vec<Span>,
    /// The stages: stage 0 reads no pool; each later stage starts with the pool operations whose
    /// keys the stages before it computed. Shape: the index of the first operation of each stage,
    /// ascending; the first is 0.
    pub stages: Vec<u32>,
}

impl Code {
    /// Tells whether the code compares candidates.
    pub fn reads_pool(&self) -> bool {
        self.stages.len() > 1
    }
}

/// A compiled table: rows tried in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// The types of its inputs.
    pub inputs: Vec<Type>,
    /// The type of its results.
    pub ty: Type,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// When it is in force.
    pub period: Period,
    /// One per input.
    pub cells: Vec<Cell>,
    /// The result.
    pub result: RowResult,
    /// Where it is written.
    pub span: Span,
}

/// What a cell accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// `*`, `sinon`.
    Any,
    /// Any of these.
    OneOf(Vec<CellRange>),
}

/// A range of values; a single value has twice the same included bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellRange {
    /// Lower bound.
    pub low: Option<Bound>,
    /// Upper bound.
    pub high: Option<Bound>,
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The value.
    pub value: Value,
    /// Whether it belongs to the range.
    pub included: bool,
}

/// The result of a row. Rows hold constants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowResult {
    /// A value.
    Value(Value),
    /// Linear between two values, across the bounded interval of one input.
    Linear {
        /// Which input.
        input: u32,
        /// The input's bounds.
        across: (Exact, Exact),
        /// The results at those bounds.
        between: (Exact, Exact),
    },
    /// « pas de valeur ».
    NoValue,
}

/// A scripted function, typed at the border.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionDef {
    /// Its name in the language.
    pub name: String,
    /// Its name in the script (accents removed).
    pub entry: String,
    /// The script's path in the recueil.
    pub script: String,
    /// The types of its arguments.
    pub arguments: Vec<Type>,
    /// The type of its result.
    pub ty: Type,
}

/// The proof a criterion asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofLevel {
    /// `vérifié`.
    Verified,
    /// `validé`, by a role when said.
    Validated(Option<String>),
}

/// A proof gate: each of these facts must be established that well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofGate {
    /// How well.
    pub level: ProofLevel,
    /// The facts of single entities.
    pub fields: Vec<FieldId>,
    /// The facts of list items (all items count).
    pub item_fields: Vec<FieldId>,
}

/// A text with values in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Its parts in order.
    pub parts: Vec<TemplatePart>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// Text.
    Text(Arc<str>),
    /// A value of the code, and its type for display.
    Value(Slot, Type),
}

/// A named intermediate quantity worth showing: a fact, a definition, a table, a local name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// Its path or name in the language.
    pub name: Arc<str>,
    /// Its label.
    pub label: Arc<str>,
    /// Its value.
    pub slot: Slot,
    /// Its type.
    pub ty: Type,
}

/// `donne` or `retire`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contribution {
    /// The points, already negated for `retire`.
    pub amount: Slot,
    /// Its own condition.
    pub condition: Option<Slot>,
}

/// What is written about a criterion, and what it stands on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grounds {
    /// Its documentation.
    pub doc: Option<String>,
    /// The texts it obeys, its unit's when it names none.
    pub sources: Vec<String>,
    /// The legal bases it states.
    pub legal_bases: Vec<String>,
    /// The hypotheses beside it.
    pub hypotheses: Vec<String>,
}

/// A compiled criterion: one line, or a sub-criterion of a tranche (then without contributions).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Criterion {
    /// Its name.
    pub id: String,
    /// What the applicant reads.
    pub label: String,
    /// What is written about it.
    pub grounds: Arc<Grounds>,
    /// When it is in force.
    pub period: Period,
    /// `si`.
    pub condition: Option<Slot>,
    /// `sauf si`.
    pub exception: Option<Slot>,
    /// `donne` and `retire`.
    pub contributions: Vec<Contribution>,
    /// `au moins`.
    pub floor: Option<Slot>,
    /// `au plus`.
    pub cap: Option<Slot>,
    /// `exige`.
    pub proofs: Vec<ProofGate>,
    /// `dit`.
    pub says: Option<Template>,
    /// `sinon dit`.
    pub else_says: Option<Template>,
    /// What it read, for the justification.
    pub quantities: Vec<Quantity>,
    /// The most it can give, when bounded.
    pub maximum: Option<Exact>,
    /// Where it is written.
    pub span: Span,
}

/// Which line of a family counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retains {
    /// The best.
    Maximum,
    /// The first true one.
    First,
}

/// A compiled family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name.
    pub id: String,
    /// Its label.
    pub label: String,
    /// Which line counts.
    pub retains: Retains,
    /// `plafond`.
    pub cap: Option<Exact>,
    /// `plancher`.
    pub floor: Option<Exact>,
    /// Its criteria: each is a line.
    pub criteria: Vec<Criterion>,
}

/// A compiled tranche: one line with sub-criteria.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tranche {
    /// Its name.
    pub id: String,
    /// Its label.
    pub label: String,
    /// The points granted once.
    pub points: Exact,
    /// Its sub-criteria; none when the slot is not filled.
    pub criteria: Vec<Criterion>,
    /// Where it is written.
    pub span: Span,
}

/// A part of a grid, in order of text. What a frame brings is shared by those who fill it alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// One line.
    Criterion(Arc<Criterion>),
    /// Several lines of which one counts.
    Family(Arc<Family>),
    /// One line with sub-criteria.
    Tranche(Arc<Tranche>),
}

impl Part {
    /// Returns its criteria, in order.
    pub fn criteria(&self) -> &[Criterion] {
        match self {
            Self::Criterion(criterion) => std::slice::from_ref(criterion),
            Self::Family(family) => &family.criteria,
            Self::Tranche(tranche) => &tranche.criteria,
        }
    }
}

/// The employer's validation, when a frame requires it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValidationGate {
    /// Not required, or delegated to Action Logement.
    Open,
    /// Read from a fact of the enumeration `en_cours`, `refusée`, `confirmée`.
    Fact {
        /// The fact's slot.
        slot: Slot,
        /// The fact.
        field: FieldId,
        /// Indexes of the three values.
        pending: u32,
        /// See `pending`.
        refused: u32,
        /// See `pending`.
        confirmed: u32,
    },
}

/// Sharing by consent, in a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharingGate {
    /// The level granted, as a number.
    pub gate: Slot,
    /// The fact of the choice, when it is a plain fact.
    pub choice: Option<FieldId>,
}

/// Who a filling is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Perimeter {
    /// Included ranges of codes, both ends included; empty: everywhere.
    pub included: Vec<(String, String)>,
    /// Excluded ranges.
    pub excluded: Vec<(String, String)>,
}

/// One compiled version of a grid: a policy, or a frame with one filling, or a frame alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GridVersion {
    /// The unit of text: the policy's name, or the frame's.
    pub unit: Arc<str>,
    /// Its version label.
    pub version: Arc<str>,
    /// The filling's unit and version, for a filled frame.
    pub filling: Option<(Arc<str>, Arc<str>)>,
    /// Label for people.
    pub label: Arc<str>,
    /// Days in force.
    pub period: Period,
    /// The SIREN numbers a filling is for; empty: for all.
    pub sirens: Vec<String>,
    /// The communes it is for, and the offer's fact (its slot in `code`).
    pub perimeter: Option<(Arc<Perimeter>, Slot)>,
    /// `s'applique si`.
    pub applies: Option<Slot>,
    /// `sur N points`.
    pub scale: Option<Exact>,
    /// `plafond`.
    pub cap: Option<Exact>,
    /// `plancher`.
    pub floor: Option<Exact>,
    /// Sharing by consent.
    pub sharing: Option<SharingGate>,
    /// The employer's validation.
    pub validation: ValidationGate,
    /// The lines.
    pub parts: Vec<Part>,
    /// The code that all slots above refer to.
    pub code: Code,
}

/// A grid of the ranking, with all its versions and fillings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Its name in `grilles`.
    pub id: String,
    /// Its label.
    pub label: String,
    /// The fact holding the employer's SIREN, when fillings are chosen by it.
    pub siren: Option<FieldId>,
    /// Whether it is a frame whose criteria are its fillers' (no filling: not established).
    pub open_frame: bool,
    /// A policy's versions, or a frame's own versions without a filling.
    pub versions: Vec<Arc<GridVersion>>,
    /// Fillings of a frame.
    pub fillings: Vec<Arc<GridVersion>>,
    /// Fillings by SIREN: indexes into `fillings`.
    pub by_siren: BTreeMap<String, Vec<u32>>,
    /// Fillings for every SIREN: indexes into `fillings`.
    pub for_all: Vec<u32>,
}

impl Grid {
    /// Iterates over its versions, then its fillings.
    pub fn all_versions(&self) -> impl Iterator<Item = &GridVersion> {
        self.versions.iter().chain(&self.fillings).map(Arc::as_ref)
    }

    /// Tells whether it is a company's: it reads only what the applicant shares.
    pub fn is_of_company(&self) -> bool {
        self.all_versions().any(|version| version.sharing.is_some())
    }

    /// Tells whether it is a territory's: it holds for some communes alone.
    pub fn is_of_territory(&self) -> bool {
        let bounded = self.all_versions().any(|version| version.perimeter.is_some());
        bounded && !self.is_of_company()
    }
}

/// A condition of eligibility.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eligibility {
    /// The condition; its `contributions` are empty.
    pub criterion: Criterion,
}

/// A key of the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderKey {
    /// What is compared.
    pub key: OrderKeyKind,
    /// Which way.
    pub direction: Direction,
    /// Its label for people.
    pub label: String,
}

/// What a key of the order compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderKeyKind {
    /// The total.
    Total,
    /// A value of the ranking's code.
    Slot(Slot),
}

/// One compiled version of a ranking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankingVersion {
    /// The unit's name.
    pub unit: String,
    /// Its version label.
    pub version: String,
    /// Its label.
    pub label: String,
    /// Days in force.
    pub period: Period,
    /// Indexes into [`Program::grids`], in order.
    pub grids: Vec<u32>,
    /// Conditions of eligibility.
    pub eligibilities: Vec<Eligibility>,
    /// The total order.
    pub order: Vec<OrderKey>,
    /// How many candidates are proposed.
    pub keeps: Option<u32>,
    /// The code of eligibility and order keys (stage 0 only).
    pub code: Code,
}

/// A compiled recueil.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// The facts.
    pub schema: Schema,
    /// Tables.
    pub tables: Vec<Table>,
    /// Scripted functions.
    pub functions: Vec<FunctionDef>,
    /// Grids.
    pub grids: Vec<Grid>,
    /// Versions of the ranking.
    pub rankings: Vec<RankingVersion>,
}

impl Program {
    /// Returns the ranking in force on a day.
    pub fn ranking_at(&self, date: Date) -> Option<&RankingVersion> {
        self.rankings.iter().find(|ranking| ranking.period.contains(date))
    }
}
