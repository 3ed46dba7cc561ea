//! Where a change of rules comes from when their own text did not change: the definitions, tables,
//! parameters and functions that did, and that they read.

use super::rules::Which;
use super::tree::SubjectKind;
use super::written::Written;
use crate::cells::cone;
use dsl::Compiled;
use engine::{Code, Op, Slot};
use source::Span;

/// Something that changed and that rules may read.
#[derive(Clone, Debug)]
pub(super) struct Source {
    name: String,
    kind: SubjectKind,
    /// Its declaration on each side.
    first: Option<Span>,
    second: Option<Span>,
}

impl Source {
    /// Makes the source of a changed pair; absent for what no rule reads by name.
    pub(super) fn of(before: Option<&Written>, after: Option<&Written>) -> Option<Self> {
        let own = after.or(before)?;
        match own.subject.kind {
            SubjectKind::Definition
            | SubjectKind::Parameter
            | SubjectKind::Table
            | SubjectKind::Function => {}
            SubjectKind::Unit
            | SubjectKind::Criterion
            | SubjectKind::Family
            | SubjectKind::Tranche
            | SubjectKind::Eligibility
            | SubjectKind::Enumeration
            | SubjectKind::Field
            | SubjectKind::Guarantee => return None,
        }
        let rules = |one: Option<&Written>| one.map(|one| (one.rules(), one.script.clone()));
        let changed = rules(before) != rules(after);
        let span = |one: Option<&Written>| one.map(|one| one.whole);
        let source = Self {
            name: own.subject.name.clone(),
            kind: own.subject.kind,
            first: span(before),
            second: span(after),
        };
        changed.then_some(source)
    }

    fn declared(&self, which: Which) -> Option<Span> {
        match which {
            Which::First => self.first,
            Which::Second => self.second,
        }
    }
}

/// Names the sources that some slots of one side depend on.
pub(super) fn through(
    sources: &[Source],
    which: Which,
    compiled: &Compiled,
    code: &Code,
    slots: &[Slot],
) -> Vec<String> {
    let needed = cone(code, slots);
    let mut names = Vec::new();
    for source in sources {
        let Some(own) = source.declared(which) else { continue };
        let read = (0..).zip(&needed).any(|(at, needed): (usize, &bool)| {
            *needed
                && (code.spans.get(at).is_some_and(|span| inside(*span, own))
                    || code.ops.get(at).is_some_and(|op| names_it(op, compiled, source, own)))
        });
        if read && !names.contains(&source.name) {
            names.push(source.name.clone());
        }
    }
    names
}

/// Names the grids whose totals some slots read.
pub(super) fn totals(compiled: &Compiled, code: &Code, slots: &[Slot]) -> Vec<String> {
    let needed = cone(code, slots);
    let read = code.ops.iter().zip(&needed).filter(|(_, needed)| **needed);
    let grids = read.filter_map(|(op, _)| match op {
        Op::GridTotal(id) => compiled.lowered.program.grids.get(*id as usize),
        _ => None,
    });
    grids.map(|grid| grid.id.clone()).collect()
}

fn inside(span: Span, declaration: Span) -> bool {
    span != Span::default()
        && span.file == declaration.file
        && declaration.start <= span.start
        && span.end <= declaration.end
}

fn names_it(op: &Op, compiled: &Compiled, source: &Source, declaration: Span) -> bool {
    match op {
        Op::Table(id, _) => {
            let table = compiled.typed.tables.get(id.0 as usize);
            table.is_some_and(|table| inside(table.span, declaration))
        }
        Op::Call(id, _) => {
            let function = compiled.typed.functions.get(id.0 as usize);
            source.kind == SubjectKind::Function
                && function.is_some_and(|function| function.name == source.name)
        }
        _ => false,
    }
}
