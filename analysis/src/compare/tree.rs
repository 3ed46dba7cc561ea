//! What changed between two sets of rules, as a value: unit by unit, thing by thing.

use super::effects::Whose;
use super::stage::Witness;
use dsl::syntax::tree::UnitKind;
use engine::{Exact, Period, Schema};
use source::Span;

/// What changed between two sets of rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The versions of units that changed, in the order of their names and days.
    pub units: Vec<UnitChanges>,
    /// Scripts and form adapters that changed.
    pub scripts: Vec<ScriptChange>,
    /// How many versions of units were compared.
    pub compared: usize,
    /// The facts of both, which witnesses are in the terms of.
    pub schema: Schema,
}

/// A script or a form adapter of another text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptChange {
    /// Its path in the recueil.
    pub path: String,
    /// Whether it was, and is.
    pub kind: Presence,
}

/// Whether something was there before, and is after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Only after.
    Added,
    /// Only before.
    Removed,
    /// Both, and not the same.
    Changed,
}

/// One version of a unit, on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The unit's name.
    pub unit: String,
    /// Its label for people.
    pub label: String,
    /// The label of the version.
    pub version: String,
    /// Its days in force.
    pub period: Period,
    /// Its header.
    pub span: Span,
}

/// On which days two versions are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// Those on which both are in force.
    Common(Period),
    /// None is common: those of the second, as if the first were in force.
    Following(Period),
    /// There is only one version.
    Alone,
}

/// What changed in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitChanges {
    /// Which kind of unit.
    pub kind: UnitKind,
    /// The version before; absent when it is added.
    pub before: Option<Version>,
    /// The version after; absent when it is removed.
    pub after: Option<Version>,
    /// The days looked at.
    pub days: Days,
    /// What changed; none in a version added or removed.
    pub changes: Vec<Change>,
}

/// What a change is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Which kind of thing.
    pub kind: SubjectKind,
    /// Its name, the one after when it has two.
    pub name: String,
    /// Its label for people, when it has one.
    pub label: Option<String>,
    /// The family, the tranche or the entity around it.
    pub within: Option<String>,
}

/// The kinds of things that change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectKind {
    /// The unit itself.
    Unit,
    /// A criterion.
    Criterion,
    /// A family.
    Family,
    /// A tranche.
    Tranche,
    /// A condition of eligibility.
    Eligibility,
    /// A definition.
    Definition,
    /// A parameter.
    Parameter,
    /// A table.
    Table,
    /// A function.
    Function,
    /// An enumeration.
    Enumeration,
    /// A field of an entity.
    Field,
    /// A guarantee.
    Guarantee,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is about.
    pub subject: Subject,
    /// What changed of it.
    pub kind: ChangeKind,
    /// What was written, line by line.
    pub before: Vec<String>,
    /// What is written.
    pub after: Vec<String>,
    /// Where it was written.
    pub before_at: Option<Span>,
    /// Where it is written.
    pub after_at: Option<Span>,
    /// What it does to files; absent for what gives no points.
    pub effect: Option<Effect>,
    /// The changed definitions, tables, parameters and functions that it comes from, when its own text
    /// did not change.
    pub through: Vec<String>,
}

/// What changes of something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is no longer there.
    Removed,
    /// It had another name.
    Renamed(String),
    /// It is in another family or tranche.
    Moved,
    /// Its place among the others matters, and is another.
    Reordered,
    /// Words that people read, or that say why.
    Reworded(Wording),
    /// `si`, `sauf si`, `s'applique si`.
    Condition,
    /// Its points are another constant.
    Reweighted(Exact, Exact),
    /// `donne`, `retire`, `au moins`, `au plus`.
    Points,
    /// `exige`.
    Proof,
    /// `en vigueur`.
    Period,
    /// `retient`, in a family.
    Retains,
    /// `plafond`, `plancher`.
    Bounds,
    /// `sur N points`.
    Scale,
    /// `périmètre`.
    Perimeter,
    /// `partage selon`, `visible`.
    Sharing,
    /// `exige validation de l'employeur`, `validation déléguée`.
    Validation,
    /// `employeur siren`.
    Employers,
    /// `grilles`.
    Grids,
    /// `ordre par`.
    Order,
    /// `retient N candidats`.
    Keeps,
    /// What a definition computes.
    Value,
    /// The rows of a table, the values of a parameter, the choices of an enumeration.
    Rows,
    /// The type and the marks of a field.
    Marks,
    /// The script of a function.
    Script,
    /// A clause that gives no points.
    Clause,
}

/// Words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wording {
    /// The label.
    Label,
    /// The documentation.
    Documentation,
    /// `dit`.
    Says,
    /// `sinon dit`.
    ElseSays,
    /// `source`.
    Sources,
    /// `fondement`.
    LegalBases,
    /// `hypothèse`, `relu le`.
    Hypotheses,
}

/// What a change does to files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Whether someone gains: a shut condition opens, or points are more.
    pub gains: Answer,
    /// Whether someone loses.
    pub losses: Answer,
}

/// Whether something happens to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is proved that it never does.
    Never(Whose),
    /// A file shows it.
    Shown(Box<Witness>),
    /// Neither proved nor shown.
    Open,
}

impl Answer {
    /// Tells whether it is proved never to happen.
    pub fn is_never(&self) -> bool {
        matches!(self, Self::Never(_))
    }

    /// The answer of a search.
    pub(super) fn found(witness: Option<Witness>) -> Self {
        witness.map_or(Self::Open, |witness| Self::Shown(Box::new(witness)))
    }

    /// The answer over the files of either.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (shown @ Self::Shown(_), _) | (_, shown @ Self::Shown(_)) => shown,
            (Self::Open, _) | (_, Self::Open) => Self::Open,
            (Self::Never(Whose::Complete), Self::Never(_))
            | (Self::Never(_), Self::Never(Whose::Complete)) => Self::Never(Whose::Complete),
            (Self::Never(Whose::Every), Self::Never(Whose::Every)) => Self::Never(Whose::Every),
        }
    }

    /// Returns the file that shows it.
    pub fn witness(&self) -> Option<&Witness> {
        match self {
            Self::Shown(witness) => Some(witness),
            Self::Never(_) | Self::Open => None,
        }
    }
}

/// What an effect says, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nobody gains and nobody loses.
    Same,
    /// Some gain, nobody loses.
    Weakened,
    /// Some lose, nobody gains.
    Strengthened,
    /// Some gain, and others lose.
    Incomparable,
    /// Nobody loses; whether some gain is open.
    AtMostWeakened,
    /// Nobody gains; whether some lose is open.
    AtMostStrengthened,
    /// Some gain; whether others lose is open.
    SomeGain,
    /// Some lose; whether others gain is open.
    SomeLose,
    /// Nothing is proved or shown.
    Undecided,
}

impl Effect {
    /// The effect of what changes nothing for anyone.
    pub(super) fn none() -> Self {
        Self { gains: Answer::Never(Whose::Every), losses: Answer::Never(Whose::Every) }
    }

    /// The effect over the files of either.
    pub(super) fn or(self, other: Self) -> Self {
        Self { gains: self.gains.or(other.gains), losses: self.losses.or(other.losses) }
    }

    /// Says it in one word.
    pub fn verdict(&self) -> Verdict {
        match (&self.gains, &self.losses) {
            (Answer::Never(_), Answer::Never(_)) => Verdict::Same,
            (Answer::Shown(_), Answer::Never(_)) => Verdict::Weakened,
            (Answer::Never(_), Answer::Shown(_)) => Verdict::Strengthened,
            (Answer::Shown(_), Answer::Shown(_)) => Verdict::Incomparable,
            (Answer::Open, Answer::Never(_)) => Verdict::AtMostWeakened,
            (Answer::Never(_), Answer::Open) => Verdict::AtMostStrengthened,
            (Answer::Shown(_), Answer::Open) => Verdict::SomeGain,
            (Answer::Open, Answer::Shown(_)) => Verdict::SomeLose,
            (Answer::Open, Answer::Open) => Verdict::Undecided,
        }
    }

    /// The files that show it: who gains, who loses.
    pub fn witnesses(&self) -> impl Iterator<Item = &Witness> {
        self.gains.witness().into_iter().chain(self.losses.witness())
    }
}
