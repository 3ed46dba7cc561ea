//! The typed tree: every name is an id, every expression has a type, every number is in the
//! reduced unit of its type.
//!
//! This is what lowering compiles and what a reference evaluator can walk directly.

use crate::syntax::tree::LineKind;
use engine::{
    Arithmetic, Calendar, Comparison, Date, Direction, EntityId, Exact, FieldId, Fold, FunctionDef,
    Grounds, Period, Pool, Population, ProofLevel, Retains, Rounding, Schema, Sharing, Table, Type,
    Value,
};
use source::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::Arc;

/// Identifies a definition of the [`Recueil`]. A definition refers only to smaller ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DefinitionId(pub u32);

/// Identifies a table of the [`Recueil`], in the same order as the program's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(pub u32);

/// Identifies a function of the [`Recueil`], in the same order as the program's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId(pub u32);

/// Identifies a bound item of one enclosing fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub u32);

/// A checked recueil.
#[derive(Clone, Debug, Default)]
pub struct Recueil {
    /// The facts.
    pub schema: Schema,
    /// Definitions; dependencies come first.
    pub definitions: Vec<Definition>,
    /// Tables and parameters.
    pub tables: Vec<TypedTable>,
    /// Scripted functions.
    pub functions: Vec<FunctionDef>,
    /// Grids in force, version by version, filling by filling.
    pub grids: Vec<Arc<Grid>>,
    /// Rankings, version by version.
    pub rankings: Vec<Ranking>,
    /// Guarantees.
    pub guarantees: Vec<Guarantee>,
    /// Examples.
    pub examples: Vec<Example>,
}

/// A definition.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// Its label, its name when it has none.
    pub label: String,
    /// Its parameters' types.
    pub arguments: Vec<Type>,
    /// Its value.
    pub value: Expr,
    /// Which facts it reads, through everything it refers to.
    pub footprint: Footprint,
    /// Where its name stands.
    pub span: Span,
}

/// A table with the expressions of its inputs. A parameter is a table without inputs.
#[derive(Clone, Debug)]
pub struct TypedTable {
    /// Its label, its name when it has none.
    pub label: String,
    /// Its parameters' types.
    pub arguments: Vec<Type>,
    /// What its columns look at.
    pub inputs: Vec<Expr>,
    /// Its rows.
    pub table: Table,
    /// Which facts its inputs read.
    pub footprint: Footprint,
    /// Whether it is a `paramètre`.
    pub parameter: bool,
    /// Where its name stands.
    pub span: Span,
}

/// The facts that something reads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Fields, of single entities and of items.
    pub fields: BTreeSet<FieldId>,
    /// Lists.
    pub lists: BTreeSet<EntityId>,
    /// Whether it compares candidates.
    pub pool: bool,
}

impl Footprint {
    /// Adds all of another footprint.
    pub fn extend(&mut self, other: &Self) {
        self.fields.extend(&other.fields);
        self.lists.extend(&other.lists);
        self.pool |= other.pool;
    }
}

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it computes.
    pub kind: Box<ExprKind>,
    /// Its type.
    pub ty: Type,
    /// Where it stands.
    pub span: Span,
}

/// An item of a list: bound by a fold, or an argument of the enclosing definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemRef {
    /// Bound by an enclosing fold.
    Bound(ItemId),
    /// The argument of that index.
    Argument(u32),
}

/// What an expression computes.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A constant.
    Constant(Value),
    /// `date_évaluation`.
    EvaluationDate,
    /// A fact of a single entity.
    Fact(FieldId),
    /// A fact of an item.
    ItemFact(ItemRef, FieldId),
    /// An item, as an argument.
    Item(ItemRef),
    /// An argument of the enclosing definition or table.
    Argument(u32),
    /// A local name of the enclosing criterion (`avec`).
    Local(u32),
    /// A definition, with its arguments.
    Definition(DefinitionId, Vec<Expr>),
    /// A table or a parameter, with its arguments.
    Table(TableId, Vec<Expr>),
    /// A scripted function.
    Function(FunctionId, Vec<Expr>),
    /// Arithmetic.
    Arithmetic(Arithmetic, Expr, Expr),
    /// Rounding to a step.
    Round(Rounding, Expr, Expr),
    /// Calendar arithmetic.
    Calendar(Calendar, Expr, Expr),
    /// A comparison.
    Compare(Comparison, Expr, Expr),
    /// All of these.
    And(Vec<Expr>),
    /// Any of these.
    Or(Vec<Expr>),
    /// Not this.
    Not(Expr),
    /// `renseigné(f)`.
    IsKnown(Expr),
    /// A fold over a list.
    FoldList {
        /// How.
        fold: Fold,
        /// Over what.
        list: EntityId,
        /// The item's name inside.
        item: ItemId,
        /// `tel que`.
        filter: Option<Expr>,
        /// What is folded.
        value: Option<Expr>,
    },
    /// A competition rank.
    Rank(Expr, Direction, Population),
    /// A fold over the pool.
    FoldPool {
        /// How.
        fold: Fold,
        /// Among whom.
        population: Population,
        /// `tel que`.
        filter: Option<Expr>,
        /// What is folded.
        value: Option<Expr>,
    },
    /// `total_de GRILLE`: the grid's name.
    GridTotal(String),
}

/// A text with values in it.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its parts.
    pub parts: Vec<TemplatePart>,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum TemplatePart {
    /// Text.
    Text(Arc<str>),
    /// A value.
    Value(Expr),
}

/// One version of a grid: a policy, a frame alone, or a frame with one filling.
#[derive(Clone, Debug)]
pub struct Grid {
    /// The policy's or the frame's name.
    pub unit: Arc<str>,
    /// Its version label.
    pub version: Arc<str>,
    /// The filling's name and version.
    pub filling: Option<(Arc<str>, Arc<str>)>,
    /// Its label.
    pub label: Arc<str>,
    /// Its days.
    pub period: Period,
    /// Whether it is a frame (alone or filled).
    pub frame: bool,
    /// Whether that frame has free criteria.
    pub open: bool,
    /// SIREN numbers of a filling.
    pub sirens: Vec<String>,
    /// The perimeter and the fact compared with it.
    pub perimeter: Option<(Arc<engine::Perimeter>, Expr)>,
    /// `s'applique si`.
    pub applies: Option<Expr>,
    /// `sur N points`, and where.
    pub scale: Option<(Exact, Span)>,
    /// `plafond`.
    pub cap: Option<Exact>,
    /// `plancher`.
    pub floor: Option<Exact>,
    /// Sharing by consent, the frame's.
    pub sharing: Option<Arc<SharingRule>>,
    /// The employer's validation: absent when not required, or delegated.
    pub validation: Option<ValidationRule>,
    /// Its parts.
    pub parts: Vec<Part>,
    /// Where the unit (the filling, if any) is declared.
    pub span: Span,
}

/// What the applicant's choice shares.
#[derive(Clone, Debug)]
pub struct SharingRule {
    /// The choice.
    pub choice: Expr,
    /// Level of each value of its enumeration.
    pub levels: BTreeMap<u32, Sharing>,
    /// Facts and lists seen whatever the choice.
    pub visible: BTreeSet<FieldId>,
    /// Lists seen whatever the choice.
    pub visible_lists: BTreeSet<EntityId>,
}

/// Where the employer's validation is read.
#[derive(Clone, Copy, Debug)]
pub struct ValidationRule {
    /// The fact.
    pub field: FieldId,
    /// Index of `en_cours`.
    pub pending: u32,
    /// Index of `refusée`.
    pub refused: u32,
    /// Index of `confirmée`.
    pub confirmed: u32,
}

/// A part of a grid. What a frame brings is shared by all who fill it.
#[derive(Clone, Debug)]
pub enum Part {
    /// One line.
    Criterion(Arc<Criterion>),
    /// Several lines of which one counts.
    Family(Arc<Family>),
    /// One line with sub-criteria.
    Tranche(Arc<Tranche>),
}

/// A criterion.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// Its name.
    pub id: String,
    /// What the applicant reads.
    pub label: String,
    /// What is written about it.
    pub grounds: Arc<Grounds>,
    /// When it is in force.
    pub period: Period,
    /// `avec`: names and values, each may use those before.
    pub locals: Vec<(String, Expr)>,
    /// `si`.
    pub condition: Option<Expr>,
    /// `sauf si`.
    pub exception: Option<Expr>,
    /// `donne`, and `retire` negated.
    pub contributions: Vec<Contribution>,
    /// `au moins`.
    pub floor: Option<Expr>,
    /// `au plus`.
    pub cap: Option<Expr>,
    /// `exige`: the level, and the facts it is asked of.
    pub proofs: Vec<(ProofLevel, BTreeSet<FieldId>)>,
    /// `dit`.
    pub says: Option<Template>,
    /// `sinon dit`.
    pub else_says: Option<Template>,
    /// Which facts it reads.
    pub footprint: Footprint,
    /// Where its name stands.
    pub span: Span,
}

/// Points with their own condition.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// The points; negative for `retire`.
    pub amount: Expr,
    /// Its own condition.
    pub condition: Option<Expr>,
}

/// A family.
#[derive(Clone, Debug)]
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
    /// Its criteria.
    pub criteria: Vec<Criterion>,
}

/// A tranche.
#[derive(Clone, Debug)]
pub struct Tranche {
    /// Its name.
    pub id: String,
    /// Its label.
    pub label: String,
    /// Points granted once.
    pub points: Exact,
    /// Its sub-criteria.
    pub criteria: Vec<Criterion>,
    /// Where its name stands.
    pub span: Span,
}

/// One version of a ranking.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// Its name.
    pub unit: String,
    /// Its version label.
    pub version: String,
    /// Its label.
    pub label: String,
    /// Its days.
    pub period: Period,
    /// The grids that add up.
    pub grids: Vec<String>,
    /// Conditions of eligibility.
    pub eligibilities: Vec<Criterion>,
    /// The total order.
    pub order: Vec<OrderKey>,
    /// How many are proposed.
    pub keeps: Option<u32>,
    /// Where it is declared.
    pub span: Span,
}

/// A key of the order.
#[derive(Clone, Debug)]
pub struct OrderKey {
    /// The key; absent for the total.
    pub key: Option<Expr>,
    /// Which way.
    pub direction: Direction,
    /// Its label for people.
    pub label: String,
}

/// Where a guarantee or an example evaluates its expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Definitions only.
    Definitions,
    /// A grid of [`Recueil::grids`].
    Grid(u32),
    /// A ranking of [`Recueil::rankings`].
    Ranking(u32),
}

/// A guarantee.
#[derive(Clone, Debug)]
pub struct Guarantee {
    /// In words.
    pub label: String,
    /// What it is about.
    pub target: Target,
    /// What is promised.
    pub kind: GuaranteeKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a guarantee.
#[derive(Clone, Debug)]
pub enum GuaranteeKind {
    /// The total stays between two bounds.
    TotalBetween(Exact, Exact),
    /// A condition always holds.
    Always(Expr),
    /// Nothing depends on that fact.
    Independent(FieldId),
    /// The total never goes the other way when the quantity grows.
    Monotone(Direction, Expr),
    /// Whenever the first holds, the second does.
    Implies(Expr, Expr),
}

/// An example, and what it evaluates.
#[derive(Clone, Debug)]
pub struct Example {
    /// What it evaluates.
    pub target: Target,
    /// The rest of it, which is the same whatever stands before it.
    pub said: Arc<ExampleSaid>,
}

impl Deref for Example {
    type Target = ExampleSaid;

    fn deref(&self) -> &ExampleSaid {
        &self.said
    }
}

/// What an example says.
#[derive(Debug)]
pub struct ExampleSaid {
    /// In words.
    pub label: String,
    /// The unit it stands in.
    pub unit: String,
    /// Its facts and date.
    pub pool: Pool,
    /// What it expects.
    pub expectations: Box<[Expectation]>,
    /// Where its label stands.
    pub span: Span,
}

/// One expectation.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The candidate's index in the pool.
    pub candidate: usize,
    /// What is expected.
    pub kind: ExpectationKind,
    /// Where it stands.
    pub span: Span,
}

/// What an example expects.
#[derive(Clone, Debug)]
pub enum ExpectationKind {
    /// A condition that holds.
    Holds(Expr),
    /// An expression that is unknown.
    Unknown(Expr),
    /// A line's points and state.
    Line(LineKind, String, Option<Exact>, Option<ExpectedState>),
    /// The total.
    Total(Exact),
    /// The least and the most.
    TotalRange(Exact, Exact),
    /// The rank.
    Rank(u32),
    /// The ranked candidates in order.
    Order(Vec<String>),
}

/// A state named in an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedState {
    /// A line's.
    Line(engine::LineState),
    /// A grid's.
    Grid(engine::GridState),
    /// A condition's.
    Truth(engine::Truth),
}

/// A date on which an example is evaluated when it names none.
pub fn default_date(period: Period) -> Option<Date> {
    period.from.or(period.to)
}
