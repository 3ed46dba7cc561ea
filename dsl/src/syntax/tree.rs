//! The syntax tree: what an author wrote, with the place of every word.
//!
//! Names are still text and units of measure are still spelled; nothing is known to exist.

mod examples;
mod expressions;

pub use examples::{
    Example, Expectation, ExpectationKind, ExpectedOutcome, FactRow, FactTable, GivenFact,
    GivenValue, Guarantee, GuaranteeForm, GuaranteeKind, LineKind,
};
pub use expressions::{BinaryOp, CompareOp, Expr, ExprKind, Fold, FoldOp, Path, Population};

use engine::Date;
use source::Span;

/// A name as written (NFC), with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name, NFC-normalised.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Name {
    /// Returns the label, or the name as words when the author gave none.
    pub fn label(&self, written: Option<&Text>) -> String {
        written.map_or_else(|| self.text.replace('_', " "), |label| label.text.clone())
    }
}

/// A quoted text, with its place (quotes included).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text without quotes, escapes resolved.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// An exact decimal as written: `digits × 10^-scale`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// All digits, without the mark.
    pub digits: i128,
    /// How many of them stand after the mark.
    pub scale: u32,
}

/// A unit of measure as written: factors with exponents, such as `€` 1, `mois` -1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitExpr {
    /// Base words in order with their exponent (+1 before the first `/`, -1 after).
    pub factors: Vec<(String, i8)>,
    /// Where it stands.
    pub span: Span,
}

/// A number with an optional unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The number.
    pub number: Decimal,
    /// Its unit, when written.
    pub unit: Option<UnitExpr>,
    /// Where both stand.
    pub span: Span,
}

/// When something is in force; both days included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day, absent for « jusqu'au ».
    pub from: Option<Date>,
    /// Last day, absent for « à partir du ».
    pub to: Option<Date>,
    /// Where it stands.
    pub span: Span,
}

/// One file: a unit of text with its clauses and declarations.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Which kind of file.
    pub kind: UnitKind,
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Documentation before the header.
    pub doc: Option<String>,
    /// Clauses of the unit, in order.
    pub clauses: Vec<UnitClause>,
    /// Declarations, in order; those that did not parse are absent (their diagnostics are not).
    pub declarations: Vec<Declaration>,
    /// What did not parse, so that a later pass does not call it unknown or missing.
    pub broken: Vec<Broken>,
    /// The header's place.
    pub span: Span,
}

/// Something that was written but did not parse; its diagnostic is already given.
#[derive(Clone, Debug)]
pub struct Broken {
    /// The keyword it starts with, folded: `version`, `critere`; `champ` for a field of an entity.
    pub keyword: String,
    /// The name it would have declared, when one can be read.
    pub name: Option<Name>,
    /// Its first line.
    pub span: Span,
}

/// The four kinds of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnitKind {
    /// Entities, enumerations, definitions: the facts.
    Vocabulary,
    /// Fixed criteria and slots that others fill.
    Frame,
    /// A scoring grid, or the filling of a frame.
    Policy,
    /// How grids add up into a ranking.
    Ranking,
}

/// A clause in the first column.
#[derive(Clone, Debug)]
pub struct UnitClause {
    /// What it says.
    pub kind: UnitClauseKind,
    /// Where it stands.
    pub span: Span,
}

/// What a clause of the unit says.
#[derive(Clone, Debug)]
pub enum UnitClauseKind {
    /// `version 2019.1`: the label, as text.
    Version(String),
    /// `en vigueur du … au …`.
    InForce(Period),
    /// `utilise cerfa ; plateforme`.
    Uses(Vec<Name>),
    /// `source "…"`.
    Source(Text),
    /// `fondement "…"`.
    LegalBasis(Text),
    /// `sur 240 points`.
    Scale(Quantity),
    /// `plafond 150 points`.
    Cap(Quantity),
    /// `plancher 0 point`.
    Floor(Quantity),
    /// `hypothèse "…" à revoir le D`.
    Hypothesis(Hypothesis),
    /// `relu le D`.
    Reviewed(Date),
    /// `applique entreprise`.
    Applies(Name),
    /// `s'applique si COND`.
    AppliesIf(Expr),
    /// `périmètre communes … sauf …`.
    Perimeter(Perimeter),
    /// `critères libres`.
    OpenCriteria,
    /// `exige validation de l'employeur`.
    RequiresEmployerValidation,
    /// `visible demande.choix_partage ; employeur`.
    Visible(Vec<Path>),
    /// `partage selon EXPR` and its rows.
    SharingBy(Expr, Vec<SharingRow>),
    /// `partage identification 21 champs`.
    SharingSize(SharingLevel, u32),
    /// `employeur siren 420495178 ; …`.
    Employer(Vec<Name>),
    /// `quota 12 000 points par an`.
    Quota(Quantity),
    /// `validation déléguée`.
    DelegatedValidation,
    /// `champ complémentaire matricule obligatoire`.
    ComplementaryField(Name, Obligation),
    /// `propose choix 1 et 3`.
    OffersChoices(Vec<u32>),
    /// `grilles als + entreprise`.
    Grids(Vec<Name>),
    /// `ordre par total décroissant ; …`.
    Order(Vec<OrderKey>),
    /// `retient 5 candidats`.
    Keeps(u32),
}

/// Whether a complementary field must be filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obligation {
    /// `obligatoire`.
    Mandatory,
    /// Nothing said.
    Optional,
}

/// How far a fact is shared, or how much a choice shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SharingLevel {
    /// `rien` (in a frame's rows only).
    Nothing,
    /// `identification`.
    Identification,
    /// `complet`.
    Complete,
}

/// `| anonyme => rien |`.
#[derive(Clone, Debug)]
pub struct SharingRow {
    /// The choice.
    pub value: Name,
    /// What it shares.
    pub level: SharingLevel,
}

/// A hypothesis: what the source does not say.
#[derive(Clone, Debug)]
pub struct Hypothesis {
    /// In words.
    pub text: Text,
    /// When to look again.
    pub review: Option<Date>,
}

/// `périmètre communes 69123 ; 69381 à 69389 sauf 69385`: INSEE codes of the offer.
#[derive(Clone, Debug)]
pub struct Perimeter {
    /// Included codes or ranges of codes.
    pub included: Vec<CodeRange>,
    /// Excluded ones.
    pub excluded: Vec<CodeRange>,
}

/// One code, or all codes between two, both included (compared as text of equal length).
#[derive(Clone, Debug)]
pub struct CodeRange {
    /// First code.
    pub from: Name,
    /// Last code; the first again for a single one.
    pub to: Name,
}

/// One key of an order.
#[derive(Clone, Debug)]
pub struct OrderKey {
    /// What is compared.
    pub key: OrderKeyKind,
    /// Which way.
    pub direction: Direction,
    /// Whether the author marks it `unique`.
    pub unique: bool,
    /// Where it stands.
    pub span: Span,
}

/// What a key of an order compares.
#[derive(Clone, Debug)]
pub enum OrderKeyKind {
    /// The total of the grids.
    Total,
    /// An expression.
    Expr(Expr),
}

/// The direction of an order or a rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// `croissant`: smallest first.
    Ascending,
    /// `décroissant`: greatest first.
    Descending,
}

/// A declaration with its documentation.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// What is declared.
    pub kind: DeclarationKind,
    /// The `##` lines before it.
    pub doc: Option<String>,
    /// The whole declaration.
    pub span: Span,
}

/// What a declaration declares.
#[derive(Clone, Debug)]
pub enum DeclarationKind {
    /// `énumération`.
    Enumeration(Enumeration),
    /// `entité`.
    Entity(Entity),
    /// `définition`.
    Definition(Definition),
    /// `paramètre`.
    Parameter(Parameter),
    /// `table`.
    Table(Table),
    /// `fonction`.
    Function(Function),
    /// `critère` in the first column.
    Criterion(Criterion),
    /// `famille`.
    Family(Family),
    /// `tranche`.
    Slot(Slot),
    /// `éligible`.
    Eligibility(Eligibility),
    /// `garantie`.
    Guarantee(Guarantee),
    /// `exemple`.
    Example(Example),
}

/// `énumération NOM` and its values.
#[derive(Clone, Debug)]
pub struct Enumeration {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Values with their labels.
    pub values: Vec<(Name, Option<Text>)>,
}

/// `entité NOM [liste]` and its fields.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its name.
    pub name: Name,
    /// Whether it is repeated.
    pub multiplicity: Multiplicity,
    /// Its label.
    pub label: Option<Text>,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// One of an entity, or many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiplicity {
    /// One per dossier.
    Single,
    /// `liste`.
    List,
}

/// A field of an entity.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// Its label.
    pub label: Option<Text>,
    /// Its marks.
    pub marks: Vec<Mark>,
    /// Documentation.
    pub doc: Option<String>,
}

/// A mark of a field.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Which one.
    pub kind: MarkKind,
    /// Where it stands.
    pub span: Span,
}

/// The marks a field may carry.
#[derive(Clone, Debug)]
pub enum MarkKind {
    /// `partage identification|complet`.
    Sharing(SharingLevel),
    /// `facultatif`.
    Optional,
    /// `sensible`.
    Sensitive,
    /// `protégé`.
    Protected,
    /// `unique`.
    Unique,
    /// `cerfa "…"`.
    Cerfa(Text),
    /// `levier "…"`.
    Lever(WrittenLever),
    /// `source "…"`.
    Source(Text),
    /// `fondement "…"`.
    LegalBasis(Text),
    /// `hypothèse "…"`.
    Hypothesis(Hypothesis),
}

/// `levier [vers VALEUR] "…"`: a way for the applicant to change the fact, as written.
#[derive(Clone, Debug)]
pub struct WrittenLever {
    /// The value that it leads to.
    pub towards: Option<Name>,
    /// The sentence that the applicant reads.
    pub says: Text,
}

/// A type as written: a name (`booléen`, an enumeration, an entity) or a unit of measure.
#[derive(Clone, Debug)]
pub enum TypeExpr {
    /// A word: `date`, `entier`, `statut_professionnel`; also `points`, `mois`, `km`.
    Name(Name),
    /// A unit that is not a single word: `€/mois`, `%`, `m²`.
    Unit(UnitExpr),
}

impl TypeExpr {
    /// Returns its place.
    pub fn span(&self) -> Span {
        match self {
            Self::Name(name) => name.span,
            Self::Unit(unit) => unit.span,
        }
    }
}

/// A parameter of a definition, table or function.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
}

/// `définition NOM = EXPR`.
#[derive(Clone, Debug)]
pub struct Definition {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub arguments: Vec<Argument>,
    /// Its label.
    pub label: Option<Text>,
    /// Its declared type.
    pub ty: Option<TypeExpr>,
    /// Its value.
    pub value: Expr,
    /// `avec`, `source`, `hypothèse`…
    pub clauses: Vec<Clause>,
}

/// `paramètre NOM : TYPE`, constant or dated.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// Its label.
    pub label: Option<Text>,
    /// Its values; a constant has one row without a period.
    pub rows: Vec<ParameterRow>,
    /// `source`, `hypothèse`…
    pub clauses: Vec<Clause>,
}

/// One dated value.
#[derive(Clone, Debug)]
pub struct ParameterRow {
    /// When; absent for a constant.
    pub period: Option<Period>,
    /// What; absent for « pas de valeur ».
    pub value: Option<Expr>,
    /// The row.
    pub span: Span,
}

/// `table NOM : TYPE`.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub arguments: Vec<Argument>,
    /// The type of its results.
    pub ty: TypeExpr,
    /// Its label.
    pub label: Option<Text>,
    /// Rows in the text, or a CSV file.
    pub body: TableBody,
    /// `source`, `hypothèse`…
    pub clauses: Vec<Clause>,
}

/// Where the rows of a table are.
#[derive(Clone, Debug)]
pub enum TableBody {
    /// In the text.
    Rows(TableRows),
    /// `depuis "fichier.csv"`.
    Csv(Text),
}

/// Header and rows.
#[derive(Clone, Debug)]
pub struct TableRows {
    /// The inputs.
    pub inputs: Vec<Expr>,
    /// The name over the results.
    pub result: Name,
    /// The rows.
    pub rows: Vec<TableRow>,
}

/// One row of a table.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// When, for a dated row of a CSV file.
    pub period: Option<Period>,
    /// One cell per input; a single [`CellKind::Otherwise`] covers all.
    pub cells: Vec<Cell>,
    /// The result.
    pub result: RowResult,
    /// The row.
    pub span: Span,
}

/// A cell with its place.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What it accepts.
    pub kind: CellKind,
    /// Where it stands.
    pub span: Span,
}

/// What a cell accepts.
#[derive(Clone, Debug)]
pub enum CellKind {
    /// `*`.
    Any,
    /// `sinon`.
    Otherwise,
    /// `a ; b`, each a value or a range.
    OneOf(Vec<CellItem>),
}

/// A value or a range inside a cell.
#[derive(Clone, Debug)]
pub enum CellItem {
    /// A value.
    Value(Expr),
    /// A range.
    Range(Option<Bound>, Option<Bound>),
}

/// One end of a range.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The value.
    pub value: Expr,
    /// Whether it belongs to the range.
    pub included: bool,
}

/// The result of a row.
#[derive(Clone, Debug)]
pub enum RowResult {
    /// An expression.
    Value(Expr),
    /// `de P à Q`: linear across the row's interval.
    Linear(Expr, Expr),
    /// `pas de valeur`.
    NoValue(Span),
}

/// `fonction NOM(…) : TYPE rhai "…"`.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: Name,
    /// Its parameters.
    pub arguments: Vec<Argument>,
    /// Its result.
    pub ty: TypeExpr,
    /// Its label.
    pub label: Option<Text>,
    /// The script file.
    pub script: Text,
    /// `source`, `hypothèse`…
    pub clauses: Vec<Clause>,
}

/// `critère NOM "…"` and its clauses.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// Its name.
    pub name: Name,
    /// What the applicant reads.
    pub label: Option<Text>,
    /// Its clauses, in order.
    pub clauses: Vec<Clause>,
    /// Documentation (for an indented criterion; else on the declaration).
    pub doc: Option<String>,
    /// The whole criterion.
    pub span: Span,
}

/// `famille NOM "…" retient …`.
#[derive(Clone, Debug)]
pub struct Family {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Which line counts.
    pub retains: Retains,
    /// `plafond`, `plancher`, `source`…
    pub clauses: Vec<Clause>,
    /// Its criteria.
    pub criteria: Vec<Criterion>,
}

/// Which line of a family counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retains {
    /// `retient le maximum`.
    Maximum,
    /// `retient le premier`.
    First,
}

/// `tranche A "…" donne 166 points` in a frame, or its filling by a company.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Its name.
    pub name: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Its points, in a frame.
    pub points: Option<Quantity>,
    /// `source`, `hypothèse`…
    pub clauses: Vec<Clause>,
    /// Its criteria, in a filling.
    pub criteria: Vec<Criterion>,
}

/// `éligible NOM "…"` and its clauses.
#[derive(Clone, Debug)]
pub struct Eligibility {
    /// Its name.
    pub name: Name,
    /// What the applicant reads.
    pub label: Option<Text>,
    /// Its clauses.
    pub clauses: Vec<Clause>,
}

/// An indented clause.
#[derive(Clone, Debug)]
pub struct Clause {
    /// What it says.
    pub kind: ClauseKind,
    /// Where it stands.
    pub span: Span,
}

/// What an indented clause says.
#[derive(Clone, Debug)]
pub enum ClauseKind {
    /// `donne EXPR [si COND]` on one line.
    Gives(Expr, Option<Expr>),
    /// `retire EXPR [si COND]` on one line.
    Takes(Expr, Option<Expr>),
    /// `si COND` at a line's start.
    If(Expr),
    /// `sauf si COND`.
    Unless(Expr),
    /// `exige vérifié`, `exige validé par RÔLE`, with an optional fact.
    Requires(ProofLevel, Option<Path>),
    /// `au moins EXPR`.
    AtLeast(Expr),
    /// `au plus EXPR`.
    AtMost(Expr),
    /// `plafond N points`.
    Cap(Quantity),
    /// `plancher N points`.
    Floor(Quantity),
    /// `en vigueur …`.
    InForce(Period),
    /// `avec NOM = EXPR`.
    With(Name, Expr),
    /// `source "…"`.
    Source(Text),
    /// `fondement "…"`.
    LegalBasis(Text),
    /// `dit "…"`.
    Says(Template),
    /// `sinon dit "…"`.
    ElseSays(Template),
    /// `hypothèse "…" à revoir le D`.
    Hypothesis(Hypothesis),
    /// `relu le D`.
    Reviewed(Date),
}

/// The proof that a criterion asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProofLevel {
    /// `vérifié`.
    Verified,
    /// `validé`, by a role when said.
    Validated(Option<Name>),
}

/// A text with expressions in braces.
#[derive(Clone, Debug)]
pub struct Template {
    /// Literal and interpolated parts, in order.
    pub parts: Vec<TemplatePart>,
    /// The whole text.
    pub span: Span,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum TemplatePart {
    /// Text.
    Text(String),
    /// `{EXPR}`.
    Expr(Expr),
}
