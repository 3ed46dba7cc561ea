//! What is written of each thing of a unit, topic by topic and in canonical words: spaces, comments and
//! the order of topics do not count.

use super::joint::Side;
use super::rows;
use super::tree::{ChangeKind, Subject, SubjectKind, Wording};
use dsl::resolved::tree::Unit;
use dsl::syntax::tree::{
    Clause, ClauseKind, Criterion, Declaration, DeclarationKind, Entity, Family, Retains, Slot,
    Text,
};
use dsl::syntax::{print_clause, print_declaration, print_expr, print_field};
use source::Span;

/// What lines are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Topic {
    Wording(Wording),
    Condition,
    Points,
    Locals,
    Proof,
    Period,
    Retains,
    Bounds,
    Value,
    Rows,
    Marks,
    Script,
    Clause,
}

impl Topic {
    /// What changes when its lines do.
    pub(super) fn change(self) -> ChangeKind {
        match self {
            Self::Wording(wording) => ChangeKind::Reworded(wording),
            Self::Condition | Self::Locals => ChangeKind::Condition,
            Self::Points => ChangeKind::Points,
            Self::Proof => ChangeKind::Proof,
            Self::Period => ChangeKind::Period,
            Self::Retains => ChangeKind::Retains,
            Self::Bounds => ChangeKind::Bounds,
            Self::Value => ChangeKind::Value,
            Self::Rows => ChangeKind::Rows,
            Self::Marks => ChangeKind::Marks,
            Self::Script => ChangeKind::Script,
            Self::Clause => ChangeKind::Clause,
        }
    }
}

/// One thing that a unit declares.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) subject: Subject,
    pub(super) lines: Vec<(Topic, String)>,
    /// Its name.
    pub(super) span: Span,
    /// The whole declaration.
    pub(super) whole: Span,
    /// The text of the script of a function.
    pub(super) script: Option<String>,
}

impl Written {
    /// The lines of a topic.
    pub(super) fn of(&self, topic: Topic) -> Vec<String> {
        let own = self.lines.iter().filter(|(of, _)| *of == topic);
        own.map(|(_, line)| line.clone()).collect()
    }

    /// Every line that is not wording.
    pub(super) fn rules(&self) -> Vec<String> {
        let wording = |topic: Topic| matches!(topic, Topic::Wording(_));
        let own = self.lines.iter().filter(|(topic, _)| !wording(*topic));
        own.map(|(_, line)| line.clone()).collect()
    }
}

/// Lists what a unit declares, in the order of the text; examples apart.
pub(super) fn written(side: Side<'_>, unit: &Unit) -> Vec<Written> {
    let mut all = Vec::new();
    for declaration in unit.declarations().iter() {
        add(side, declaration, &mut all);
    }
    all
}

fn add(side: Side<'_>, declaration: &Declaration, all: &mut Vec<Written>) {
    let (doc, whole) = (declaration.doc.as_ref(), declaration.span);
    match &declaration.kind {
        DeclarationKind::Criterion(it) => {
            let doc = doc.or(it.doc.as_ref());
            let named = Named::new(SubjectKind::Criterion, &it.name, it.label.as_ref(), whole);
            all.push(named.written(doc, clauses(&it.clauses)));
        }
        DeclarationKind::Eligibility(it) => {
            let named = Named::new(SubjectKind::Eligibility, &it.name, it.label.as_ref(), whole);
            all.push(named.written(doc, clauses(&it.clauses)));
        }
        DeclarationKind::Family(it) => {
            let named = Named::new(SubjectKind::Family, &it.name, it.label.as_ref(), whole);
            all.push(named.written(doc, family(it)));
            all.extend(it.criteria.iter().map(|one| inner(one, &it.name.text)));
        }
        DeclarationKind::Slot(it) => {
            let named = Named::new(SubjectKind::Tranche, &it.name, it.label.as_ref(), whole);
            all.push(named.written(doc, slot(it)));
            all.extend(it.criteria.iter().map(|one| inner(one, &it.name.text)));
        }
        DeclarationKind::Definition(it) => {
            let mut lines = vec![(Topic::Value, format!("= {}", print_expr(&it.value)))];
            lines.extend(of_definition(&it.clauses));
            let named = Named::new(SubjectKind::Definition, &it.name, it.label.as_ref(), whole);
            all.push(named.written(doc, lines));
        }
        DeclarationKind::Parameter(it) => {
            let lines = rows::of(side, it.name.span).into_iter().map(|row| (Topic::Rows, row));
            let lines = lines.chain(of_definition(&it.clauses)).collect();
            let named = Named::new(SubjectKind::Parameter, &it.name, it.label.as_ref(), whole);
            all.push(named.written(doc, lines));
        }
        DeclarationKind::Table(it) => {
            let lines = rows::of(side, it.name.span).into_iter().map(|row| (Topic::Rows, row));
            let lines = lines.chain(of_definition(&it.clauses)).collect();
            let named = Named::new(SubjectKind::Table, &it.name, it.label.as_ref(), whole);
            all.push(named.written(doc, lines));
        }
        DeclarationKind::Function(it) => {
            let mut lines = vec![(Topic::Script, format!("rhai \"{}\"", it.script.text))];
            lines.extend(of_definition(&it.clauses));
            let named = Named::new(SubjectKind::Function, &it.name, it.label.as_ref(), whole);
            all.push(Written { script: script(side, &it.name.text), ..named.written(doc, lines) });
        }
        DeclarationKind::Enumeration(it) => {
            let printed = print_declaration(&declaration.kind).into_iter().skip(1);
            let lines = printed.map(|line| (Topic::Rows, unaligned(&line))).collect();
            let named = Named::new(SubjectKind::Enumeration, &it.name, it.label.as_ref(), whole);
            all.push(named.written(doc, lines));
        }
        DeclarationKind::Entity(it) => all.extend(fields(it)),
        DeclarationKind::Guarantee(it) => {
            let lines = print_declaration(&declaration.kind).into_iter().skip(1);
            let lines = lines.map(|line| (Topic::Condition, line)).collect();
            let name = dsl::syntax::tree::Name { text: it.label.text.clone(), span: it.label.span };
            let named = Named::new(SubjectKind::Guarantee, &name, None, whole);
            all.push(named.written(doc, lines));
        }
        DeclarationKind::Example(_) => {}
    }
}

/// The text of the script that a function is in.
fn script(side: Side<'_>, function: &str) -> Option<String> {
    let mut functions = side.compiled.typed.functions.iter();
    let found = functions.find(|found| found.name == function)?;
    side.recueil.scripts.get(&found.script).cloned()
}

/// A name with what stands around it.
struct Named {
    subject: Subject,
    span: Span,
    whole: Span,
}

impl Named {
    fn new(
        kind: SubjectKind,
        name: &dsl::syntax::tree::Name,
        label: Option<&Text>,
        whole: Span,
    ) -> Self {
        let label = label.map(|label| label.text.clone());
        let subject = Subject { kind, name: name.text.clone(), label, within: None };
        Self { subject, span: name.span, whole }
    }

    fn written(self, doc: Option<&String>, own: Vec<(Topic, String)>) -> Written {
        let label = self.subject.label.iter().map(|label| (Wording::Label, label.clone()));
        let doc = doc.into_iter().map(|doc| (Wording::Documentation, doc.clone()));
        let words = label.chain(doc).map(|(wording, text)| (Topic::Wording(wording), text));
        let lines = words.chain(own).collect();
        Written { subject: self.subject, lines, span: self.span, whole: self.whole, script: None }
    }
}

fn inner(criterion: &Criterion, around: &str) -> Written {
    let label = criterion.label.as_ref();
    let mut named = Named::new(SubjectKind::Criterion, &criterion.name, label, criterion.span);
    named.subject.within = Some(around.to_owned());
    named.written(criterion.doc.as_ref(), clauses(&criterion.clauses))
}

fn family(it: &Family) -> Vec<(Topic, String)> {
    let retained = match it.retains {
        Retains::Maximum => "retient le maximum",
        Retains::First => "retient le premier",
    };
    let own = std::iter::once((Topic::Retains, retained.to_owned()));
    own.chain(clauses(&it.clauses)).collect()
}

fn slot(it: &Slot) -> Vec<(Topic, String)> {
    let printed = print_declaration(&DeclarationKind::Slot(Slot {
        label: None,
        clauses: Vec::new(),
        criteria: Vec::new(),
        ..it.clone()
    }));
    let gives = printed.first().and_then(|line| line.split_once(" donne "));
    let points = gives.map(|(_, points)| (Topic::Points, format!("donne {points}")));
    points.into_iter().chain(clauses(&it.clauses)).collect()
}

fn fields(it: &Entity) -> Vec<Written> {
    let field = |field: &dsl::syntax::tree::Field| {
        let kind = SubjectKind::Field;
        let mut named = Named::new(kind, &field.name, field.label.as_ref(), field.name.span);
        named.subject.within = Some(it.name.text.clone());
        let unlabelled = dsl::syntax::tree::Field { label: None, ..field.clone() };
        let lines = print_field(&unlabelled).into_iter().map(|line| (Topic::Marks, line));
        named.written(field.doc.as_ref(), lines.collect())
    };
    it.fields.iter().map(field).collect()
}

fn clauses(all: &[Clause]) -> Vec<(Topic, String)> {
    all.iter().map(|clause| (topic(&clause.kind), print_clause(&clause.kind))).collect()
}

/// What names the steps of a definition is part of it.
fn of_definition(all: &[Clause]) -> Vec<(Topic, String)> {
    let mut lines = clauses(all);
    for (topic, _) in &mut lines {
        if *topic == Topic::Locals {
            *topic = Topic::Value;
        }
    }
    lines
}

fn topic(kind: &ClauseKind) -> Topic {
    match kind {
        ClauseKind::Gives(..) | ClauseKind::Takes(..) => Topic::Points,
        ClauseKind::AtLeast(_) | ClauseKind::AtMost(_) => Topic::Points,
        ClauseKind::If(_) | ClauseKind::Unless(_) => Topic::Condition,
        ClauseKind::Requires(..) => Topic::Proof,
        ClauseKind::Cap(_) | ClauseKind::Floor(_) => Topic::Bounds,
        ClauseKind::InForce(_) => Topic::Period,
        ClauseKind::With(..) => Topic::Locals,
        ClauseKind::Source(_) => Topic::Wording(Wording::Sources),
        ClauseKind::LegalBasis(_) => Topic::Wording(Wording::LegalBases),
        ClauseKind::Says(_) => Topic::Wording(Wording::Says),
        ClauseKind::ElseSays(_) => Topic::Wording(Wording::ElseSays),
        ClauseKind::Hypothesis(_) | ClauseKind::Reviewed(_) => Topic::Wording(Wording::Hypotheses),
    }
}

/// A line without the spaces that align it with others.
fn unaligned(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}
