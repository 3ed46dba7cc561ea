//! The resolved recueil: which units exist, in which versions, on which days, and what they use.
//!
//! Names of units, periods and the schema of facts are settled here; the names inside expressions
//! are settled by the checker, because what a bare word means depends on the type expected beside
//! it (`statut = cdi`).

use super::from_syntax::declarations;
use crate::syntax::tree::{
    Broken, CodeRange, Declaration, Direction, Expr, Hypothesis, Name, OrderKeyKind, Path,
    SharingRow, Text, UnitKind,
};
use engine::{EntityId, Exact, Period, Schema};
use source::{SourceFile, Span};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Identifies one version of one unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(pub u32);

/// All units of a recueil.
#[derive(Debug, Default)]
pub struct Recueil {
    /// Every version of every unit, by [`UnitId`].
    pub units: Vec<Arc<Unit>>,
    /// Versions by name, in order of their periods.
    pub by_name: BTreeMap<String, Vec<UnitId>>,
    /// The facts, as all vocabularies say.
    pub schema: Schema,
    /// Where each entity's name is declared first.
    pub entity_spans: BTreeMap<EntityId, Span>,
    /// Names that something of a vocabulary would declare, and has an error of its own: not finding
    /// them is no second error.
    pub broken_names: BTreeSet<String>,
}

impl Recueil {
    /// Returns a unit.
    pub fn unit(&self, id: UnitId) -> Option<&Unit> {
        self.units.get(id.0 as usize).map(Arc::as_ref)
    }

    /// Tells whether a unit fills a frame that is closed in all its versions: such a unit declares
    /// nothing that another may refer to.
    pub fn fills_a_closed_frame(&self, unit: &Unit) -> bool {
        unit.applies.as_ref().is_some_and(|frame| self.is_a_closed_frame(&frame.text))
    }

    /// Tells whether a frame is closed in all its versions, of which there is one.
    pub(crate) fn is_a_closed_frame(&self, name: &str) -> bool {
        let closed = |frame: &Unit| frame.kind == UnitKind::Frame && !frame.frame().open;
        let mut versions = self.versions(name).map(|(_, frame)| frame).peekable();
        versions.peek().is_some() && versions.all(closed)
    }

    /// Returns the versions of a unit by name.
    pub fn versions(&self, name: &str) -> impl Iterator<Item = (UnitId, &Unit)> {
        let ids = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(|&id| Some((id, self.unit(id)?)))
    }
}

/// One version of one unit, its clauses read.
#[derive(Debug)]
pub struct Unit {
    /// Which kind.
    pub kind: UnitKind,
    /// Its name.
    pub name: Name,
    /// Its label, its name when it has none.
    pub label: String,
    /// Its documentation.
    pub doc: Option<String>,
    /// Its version label.
    pub version: String,
    /// Days in force.
    pub period: Period,
    /// Where the period is said, or the header.
    pub period_span: Span,
    /// Vocabularies used.
    pub uses: Vec<Name>,
    /// The frame applied.
    pub applies: Option<Name>,
    /// Sources of the unit.
    pub sources: Vec<Text>,
    /// Legal bases of the unit.
    pub legal_bases: Vec<Text>,
    /// Hypotheses of the unit.
    pub hypotheses: Vec<Hypothesis>,
    /// Dates of `relu le`, with their places.
    pub reviews: Vec<(engine::Date, Span)>,
    /// What it says of all its points together; a company says nothing of them.
    pub(crate) bounds: Option<Box<Bounds>>,
    /// `s'applique si`.
    pub applies_if: Option<Expr>,
    /// `périmètre communes`.
    pub perimeter: Option<Box<Communes>>,
    /// What only a frame says.
    pub(super) of_frame: Option<Box<FrameClauses>>,
    /// What only a company says.
    pub company: CompanyClauses,
    /// What only a ranking says.
    pub(super) of_ranking: Option<Box<RankingClauses>>,
    /// Declared sizes of consent scopes, in a vocabulary.
    pub sharing_sizes: Vec<(engine::Sharing, u32, Span)>,
    /// What it declares.
    pub(crate) declared: Declared,
    /// What was written and did not parse.
    pub broken: Vec<Broken>,
    /// The header.
    pub span: Span,
}

/// What is in a perimeter, what is not, and where that is said.
pub type Communes = (Vec<CodeRange>, Vec<CodeRange>, Span);

/// What a unit says of all its points together, and where.
#[derive(Debug, Default)]
pub(crate) struct Bounds {
    pub(crate) scale: Option<(Exact, Span)>,
    pub(crate) cap: Option<(Exact, Span)>,
    pub(crate) floor: Option<(Exact, Span)>,
}

/// What a unit declares: as a tree, or where it is written.
///
/// A company's declarations are of no use once they are compiled, and companies are the many.
#[derive(Debug)]
pub(crate) enum Declared {
    /// In order of the text.
    Here(Vec<Declaration>),
    /// To be parsed again by who asks.
    Written(Arc<SourceFile>),
}

impl Unit {
    /// Returns what only a frame says: nothing, for others.
    pub fn frame(&self) -> &FrameClauses {
        const NOTHING: &FrameClauses = &FrameClauses {
            open: false,
            requires_validation: None,
            visible: Vec::new(),
            sharing: None,
        };
        self.of_frame.as_deref().unwrap_or(NOTHING)
    }

    /// Returns what only a ranking says: nothing, for others.
    pub fn ranking(&self) -> &RankingClauses {
        const NOTHING: &RankingClauses =
            &RankingClauses { grids: Vec::new(), order: Vec::new(), order_span: None, keeps: None };
        self.of_ranking.as_deref().unwrap_or(NOTHING)
    }

    /// Returns `sur N points`, and where it is said.
    pub fn scale(&self) -> Option<(Exact, Span)> {
        self.bounds.as_ref()?.scale
    }

    /// Returns `plafond N points`, and where it is said.
    pub fn cap(&self) -> Option<(Exact, Span)> {
        self.bounds.as_ref()?.cap
    }

    /// Returns `plancher N points`, and where it is said.
    pub fn floor(&self) -> Option<(Exact, Span)> {
        self.bounds.as_ref()?.floor
    }

    /// Returns its declarations in order of the text; those of a company are parsed again.
    pub fn declarations(&self) -> Cow<'_, [Declaration]> {
        match &self.declared {
            Declared::Here(declarations) => Cow::Borrowed(declarations),
            Declared::Written(file) => Cow::Owned(declarations(self.span.file, file)),
        }
    }

    /// Returns the declarations that it holds: all of them while it is compiled, and after, none of
    /// a company's.
    pub(crate) fn held(&self) -> &[Declaration] {
        match &self.declared {
            Declared::Here(declarations) => declarations,
            Declared::Written(_) => &[],
        }
    }

    /// What it says of its points, to be said.
    pub(super) fn bounds(&mut self) -> &mut Bounds {
        self.bounds.get_or_insert_default()
    }

    /// What only a frame says, to be said.
    pub(super) fn frame_mut(&mut self) -> &mut FrameClauses {
        self.of_frame.get_or_insert_default()
    }

    /// What only a ranking says, to be said.
    pub(super) fn ranking_mut(&mut self) -> &mut RankingClauses {
        self.of_ranking.get_or_insert_default()
    }

    /// Gives back the room that its lists had to grow: companies' policies are many.
    pub(crate) fn shrink(&mut self) {
        self.uses.shrink_to_fit();
        self.sources.shrink_to_fit();
        self.legal_bases.shrink_to_fit();
        self.hypotheses.shrink_to_fit();
        self.reviews.shrink_to_fit();
        self.company.sirens.shrink_to_fit();
        self.company.complementary.shrink_to_fit();
        self.company.choices.shrink_to_fit();
    }

    /// Tells whether it holds its declarations.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.declared, Declared::Here(_))
    }

    /// Lets go of its declarations, which can be read again where they are written.
    pub(crate) fn let_go(&mut self, file: &Arc<SourceFile>) {
        self.declared = Declared::Written(Arc::clone(file));
    }

    /// Tells whether something that starts with a keyword was written and did not parse.
    pub fn is_broken(&self, keyword: &str) -> bool {
        self.broken.iter().any(|broken| broken.keyword == keyword)
    }
}

/// Clauses of a `cadre`.
#[derive(Debug, Default)]
pub struct FrameClauses {
    /// `critères libres`.
    pub open: bool,
    /// `exige validation de l'employeur`.
    pub requires_validation: Option<Span>,
    /// `visible …`.
    pub visible: Vec<Path>,
    /// `partage selon …`.
    pub sharing: Option<(Expr, Vec<SharingRow>)>,
}

/// Clauses of a company's filling.
#[derive(Debug, Default)]
pub struct CompanyClauses {
    /// `employeur siren …`.
    pub sirens: Vec<Name>,
    /// `validation déléguée`.
    pub delegated: Option<Span>,
    /// `champ complémentaire …`.
    pub complementary: Vec<Name>,
    /// `quota N points par an`.
    pub quota: Option<Exact>,
    /// `propose choix …`.
    pub choices: Vec<u32>,
}

/// Clauses of a `classement`.
#[derive(Debug, Default)]
pub struct RankingClauses {
    /// `grilles …`.
    pub grids: Vec<Name>,
    /// `ordre par …`.
    pub order: Vec<OrderKey>,
    /// Where the order is said.
    pub order_span: Option<Span>,
    /// `retient N candidats`.
    pub keeps: Option<u32>,
}

/// A key of the order.
#[derive(Debug)]
pub struct OrderKey {
    /// What is compared.
    pub key: OrderKeyKind,
    /// Which way.
    pub direction: Direction,
    /// Whether marked `unique`.
    pub unique: bool,
    /// Where it stands.
    pub span: Span,
}
