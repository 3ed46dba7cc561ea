//! What criteria may read: sharing, marks, and local names put in place.

use super::from_resolved::Checker;
use super::tree::{Expr, ExprKind, Footprint, SharingRule};
use super::ways::Read;
use crate::syntax::tree::Text;
use engine::{FieldId, Schema, Sharing};
use source::{Code, Diagnostic, Span, code};

/// Replaces each local name by its value; a later local may use those before it.
pub(super) fn substitute_locals(value: Expr, locals: &[(String, Expr)]) -> Expr {
    if locals.is_empty() {
        return value;
    }
    let Expr { kind, ty, span } = value;
    let go = |inner: Expr| substitute_locals(inner, locals);
    let all = |items: Vec<Expr>| items.into_iter().map(go).collect::<Vec<_>>();
    let kind = match *kind {
        ExprKind::Local(at) => {
            let Some((before, [(_, value), ..])) = locals.split_at_checked(at as usize) else {
                return Expr { kind: Box::new(ExprKind::Local(at)), ty, span };
            };
            return substitute_locals(value.clone(), before);
        }
        ExprKind::Definition(id, arguments) => ExprKind::Definition(id, all(arguments)),
        ExprKind::Table(id, arguments) => ExprKind::Table(id, all(arguments)),
        ExprKind::Function(id, arguments) => ExprKind::Function(id, all(arguments)),
        ExprKind::Arithmetic(op, a, b) => ExprKind::Arithmetic(op, go(a), go(b)),
        ExprKind::Round(mode, a, b) => ExprKind::Round(mode, go(a), go(b)),
        ExprKind::Calendar(op, a, b) => ExprKind::Calendar(op, go(a), go(b)),
        ExprKind::Compare(op, a, b) => ExprKind::Compare(op, go(a), go(b)),
        ExprKind::And(items) => ExprKind::And(all(items)),
        ExprKind::Or(items) => ExprKind::Or(all(items)),
        ExprKind::Not(a) => ExprKind::Not(go(a)),
        ExprKind::IsKnown(a) => ExprKind::IsKnown(go(a)),
        ExprKind::Rank(a, direction, among) => ExprKind::Rank(go(a), direction, among),
        ExprKind::FoldList { fold, list, item, filter, value } => {
            ExprKind::FoldList { fold, list, item, filter: filter.map(go), value: value.map(go) }
        }
        ExprKind::FoldPool { fold, population, filter, value } => {
            ExprKind::FoldPool { fold, population, filter: filter.map(go), value: value.map(go) }
        }
        other @ (ExprKind::Constant(_)
        | ExprKind::EvaluationDate
        | ExprKind::Fact(_)
        | ExprKind::ItemFact(..)
        | ExprKind::Item(_)
        | ExprKind::Argument(_)
        | ExprKind::GridTotal(_)) => other,
    };
    Expr { kind: Box::new(kind), ty, span }
}

/// Who writes a criterion, for what it may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Author {
    /// Action Logement, in its own grids and frames.
    Operator,
    /// A territory, in a frame with free criteria.
    Territory,
    /// A company, in a frame with fixed points.
    Company,
}

/// Something that reads facts, where it stands.
pub(super) struct Reading<'r> {
    /// What it evaluates.
    pub(super) exprs: Vec<&'r Expr>,
    /// What all of it reads.
    pub(super) footprint: &'r Footprint,
    /// Who writes it.
    pub(super) author: Author,
    /// What the applicant's choice shares with a company.
    pub(super) sharing: Option<&'r SharingRule>,
    /// Whether it states a legal basis.
    pub(super) basis: HasBasis,
    /// Its place.
    pub(super) span: Span,
}

impl Checker<'_> {
    /// Checks what is read against marks and sharing. Errors: `E0402`, `E0403`.
    pub(super) fn check_reading(&mut self, reading: &Reading<'_>) {
        for read in reading.footprint.all() {
            if let Read::Field(field) = read {
                self.check_marks(reading, field);
            }
            if let (Author::Company, Some(sharing)) = (reading.author, reading.sharing)
                && !sharing.may_show(&self.tree.schema, read)
            {
                let help = "le cadre dit ce que chaque choix du salarié partage";
                let said = match read {
                    Read::Field(_) => "n'est jamais partagé avec l'entreprise",
                    Read::List(_) => "est une liste qui n'est jamais partagée avec l'entreprise",
                };
                self.report_read(reading, read, code::NOT_SHARED, said, help);
            }
        }
    }

    fn check_marks(&mut self, reading: &Reading<'_>, field: FieldId) {
        let Some(def) = self.tree.schema.field(field) else { return };
        let company = reading.author == Author::Company;
        if !(def.protected || def.sensitive) || !(company || reading.basis == HasBasis::No) {
            return;
        }
        let mark = if def.sensitive { "sensible" } else { "protégé" };
        let help = if company {
            "la politique d'une entreprise ne peut pas le lire"
        } else {
            "citez le texte qui l'autorise : fondement \"…\""
        };
        let said = format!("est un fait {mark}");
        self.report_read(reading, Read::Field(field), code::PROTECTED_FACT, &said, help);
    }

    /// Reports something that may not be read, with the way to it.
    fn report_read(
        &mut self,
        reading: &Reading<'_>,
        read: Read,
        code: Code,
        said: &str,
        help: &str,
    ) {
        let name = self.tree.read_name(read);
        let way = self.tree.way_to(&reading.exprs, read).unwrap_or_default();
        let message = match self.tree.way_in_words(&way) {
            None => format!("« {name} » {said}"),
            Some(through) => format!("« {name} » {said}, {through}"),
        };
        let mut diagnostic = Diagnostic::new(code, reading.span, message).with_help(help);
        for span in way.iter().rev().filter_map(|step| self.tree.step_span(*step)) {
            diagnostic = diagnostic.with_label(span, "le fait passe par ici");
        }
        self.out.push(diagnostic);
    }
}

impl SharingRule {
    /// Tells whether a level shows something to the company. A list is shown with any of its fields.
    pub fn shows(&self, schema: &Schema, read: Read, level: Option<Sharing>) -> bool {
        let field = |field: FieldId| {
            let Some(def) = schema.field(field) else { return false };
            let shared = def.sharing.is_some_and(|needs| level.is_some_and(|level| needs <= level));
            shared || self.visible.contains(&field) || self.visible_lists.contains(&def.entity)
        };
        match read {
            Read::Field(id) => field(id),
            Read::List(id) => {
                let fields = schema.entity(id).map_or(&[][..], |list| list.fields.as_slice());
                self.visible_lists.contains(&id) || fields.iter().copied().any(field)
            }
        }
    }

    /// Tells whether some choice shows something to the company.
    pub fn may_show(&self, schema: &Schema, read: Read) -> bool {
        self.shows(schema, read, self.levels.values().max().copied())
    }
}

/// Whether a legal basis is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HasBasis {
    /// It does.
    Yes,
    /// It does not.
    No,
}

impl HasBasis {
    /// Tells whether a unit states one.
    pub(super) fn of_unit(stated: &[Text]) -> Self {
        if stated.is_empty() { Self::No } else { Self::Yes }
    }
}
