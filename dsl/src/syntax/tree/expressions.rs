//! Expressions, as written.

use super::{Direction, Name, Quantity, UnitExpr};
use engine::Date;
use source::Span;

/// `demandeur.date_naissance`, `âge`, `p.handicap`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// Words between the dots.
    pub segments: Vec<Name>,
    /// Where it stands.
    pub span: Span,
}

impl Path {
    /// Returns the path as written, with dots.
    pub fn text(&self) -> String {
        self.segments.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(".")
    }
}

/// An expression with its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it computes.
    pub kind: Box<ExprKind>,
    /// Where it stands.
    pub span: Span,
}

/// What an expression computes.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A number with its unit.
    Number(Quantity),
    /// A date.
    Date(Date),
    /// A quoted text or code.
    Text(String),
    /// A bare code where a word cannot be a name (`69386`, `2A004`).
    Code(String),
    /// `oui` / `non`.
    Bool(bool),
    /// `date_évaluation`.
    EvaluationDate,
    /// A name or a dotted path.
    Path(Path),
    /// `f(a ; b)`.
    Call(Name, Vec<Expr>),
    /// `-X`.
    Negate(Expr),
    /// `non X`.
    Not(Expr),
    /// `A + B` and the like.
    Binary(BinaryOp, Expr, Expr),
    /// `A = B` and the like.
    Compare(CompareOp, Expr, Expr),
    /// `X entre A et B`, both included.
    Between(Expr, Expr, Expr),
    /// `X parmi { a ; b }`.
    OneOf(Expr, Vec<Expr>),
    /// `A et B et …`.
    And(Vec<Expr>),
    /// `A ou B ou …`.
    Or(Vec<Expr>),
    /// `X en €/mois`.
    Convert(Expr, UnitExpr),
    /// `renseigné(f)`.
    IsKnown(Path),
    /// `nombre(x dans L tel que C)` and the other folds over a list.
    Fold(Fold),
    /// `rang de E croissant parmi les candidats`.
    Rank(Expr, Direction, Population),
    /// `nombre de candidats`, `nombre(candidats tel que C)`.
    PoolCount(Option<Expr>, Population),
    /// `somme(E parmi les candidats)`.
    PoolFold(FoldOp, Expr, Population),
    /// `total_de GRILLE`.
    GridTotal(Name),
}

/// Which candidates a pool expression counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Population {
    /// `parmi les candidats`: the eligible ones.
    Eligible,
    /// `parmi tous les candidats`: the whole input.
    Everyone,
}

/// A fold over a list entity.
#[derive(Clone, Debug)]
pub struct Fold {
    /// Which fold.
    pub op: FoldOp,
    /// The name of the item.
    pub item: Name,
    /// The list entity.
    pub list: Name,
    /// What is folded (sum, minimum, maximum).
    pub value: Option<Expr>,
    /// `tel que`.
    pub filter: Option<Expr>,
}

/// The folds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldOp {
    /// `nombre`.
    Count,
    /// `existe`.
    Exists,
    /// `tous`.
    All,
    /// `somme`.
    Sum,
    /// `minimum`.
    Minimum,
    /// `maximum`.
    Maximum,
}

/// Arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `×`.
    Multiply,
    /// `/`.
    Divide,
}

/// Comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    /// `=`, `est`.
    Equal,
    /// `≠`, `n'est pas`.
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
