//! Guarantees and examples, as written.

use super::{Direction, Expr, Name, Path, ProofLevel, Quantity, Text};
use engine::Date;
use source::Span;

/// `garantie "…"` and its form.
#[derive(Clone, Debug)]
pub struct Guarantee {
    /// In words.
    pub label: Text,
    /// What is promised.
    pub forms: Vec<GuaranteeForm>,
}

/// What a guarantee promises.
#[derive(Clone, Debug)]
pub struct GuaranteeForm {
    /// Which form.
    pub kind: GuaranteeKind,
    /// Where it stands.
    pub span: Span,
}

/// The forms of a guarantee.
#[derive(Clone, Debug)]
pub enum GuaranteeKind {
    /// A condition that always holds.
    Always(Expr),
    /// `indépendant de FAIT`.
    Independent(Path),
    /// `croissant|décroissant selon EXPR`.
    Monotone(Direction, Expr),
    /// `si COND alors COND`.
    Implies(Expr, Expr),
}

/// `exemple "…" le D`.
#[derive(Clone, Debug)]
pub struct Example {
    /// In words.
    pub label: Text,
    /// The date of evaluation; the unit's first day when absent.
    pub date: Option<Date>,
    /// `étant donné`.
    pub given: Vec<GivenFact>,
    /// `parmi les candidats`.
    pub candidates: Option<FactTable>,
    /// `attend`.
    pub expectations: Vec<Expectation>,
}

/// One given fact.
#[derive(Clone, Debug)]
pub struct GivenFact {
    /// Which fact, or which list.
    pub path: Path,
    /// Its state.
    pub value: GivenValue,
    /// Where it stands.
    pub span: Span,
}

/// The state of a given fact.
#[derive(Clone, Debug)]
pub enum GivenValue {
    /// `= EXPR`, with its proof.
    Value(Expr, Option<ProofLevel>),
    /// `non communiqué`.
    Withheld,
    /// `non renseigné`.
    Missing,
    /// `aucune` / `aucun`: the empty list.
    EmptyList,
    /// Items of a list.
    Items(FactTable),
}

/// A table of facts: one row per item or candidate. An empty cell or `-` is a missing fact.
#[derive(Clone, Debug)]
pub struct FactTable {
    /// Column heads: paths (of the item, or of the case).
    pub heads: Vec<Path>,
    /// Rows of values.
    pub rows: Vec<FactRow>,
}

/// One row of a table of facts.
#[derive(Clone, Debug)]
pub struct FactRow {
    /// One per head; absent for a missing fact.
    pub cells: Vec<Option<Expr>>,
    /// The row.
    pub span: Span,
}

/// One line of `attend`.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The candidate it is about, when said.
    pub candidate: Option<Name>,
    /// What is expected.
    pub kind: ExpectationKind,
    /// Where it stands.
    pub span: Span,
}

/// What an example expects.
#[derive(Clone, Debug)]
pub enum ExpectationKind {
    /// A condition that holds, such as `taux_effort = 31,25 %`.
    Holds(Expr),
    /// `EXPR non évaluable`.
    Unknown(Expr),
    /// `critère|tranche|famille|éligible|grille NOM = …`.
    Line(LineKind, Name, ExpectedOutcome),
    /// `total = N points`.
    Total(Quantity),
    /// `total de A à B`.
    TotalRange(Quantity, Quantity),
    /// `rang = N`.
    Rank(u32),
    /// `ordre a ; b`.
    Order(Vec<Name>),
}

/// Which kind of line an expectation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// A criterion.
    Criterion,
    /// A tranche.
    Slot,
    /// A family (the sum of its lines).
    Family,
    /// An eligibility condition.
    Eligibility,
    /// A grid.
    Grid,
}

/// Points, a state, or both.
#[derive(Clone, Debug)]
pub struct ExpectedOutcome {
    /// Expected points.
    pub points: Option<Quantity>,
    /// Expected state word, folded (`non_evaluable`, `en_attente`, `oui`, `non_etabli`…).
    pub state: Option<Name>,
}
