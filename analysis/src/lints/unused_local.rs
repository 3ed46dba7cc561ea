//! Local names (`avec`) and arguments that nothing uses (`W0109`).

use super::Subject;
use super::written::{clauses, expressions};
use dsl::syntax::tree::{Clause, ClauseKind, DeclarationKind, Expr, Family, Name, Slot};
use dsl::typed::tree as typed;
use dsl::typed::tree::{ExprKind, ItemRef};
use source::{Diagnostic, Span, code};
use std::collections::BTreeSet;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for declaration in subject.units.iter().flat_map(|unit| unit.declarations.iter()) {
        match &declaration.kind {
            DeclarationKind::Definition(d) => locals(&d.clauses, Some(&d.value), out),
            DeclarationKind::Family(Family { criteria, .. })
            | DeclarationKind::Slot(Slot { criteria, .. }) => {
                for criterion in criteria {
                    locals(&criterion.clauses, None, out);
                }
            }
            kind @ (DeclarationKind::Criterion(_) | DeclarationKind::Eligibility(_)) => {
                let own: Vec<&Clause> = clauses(kind);
                locals_of(&own, None, out);
            }
            DeclarationKind::Enumeration(_)
            | DeclarationKind::Entity(_)
            | DeclarationKind::Parameter(_)
            | DeclarationKind::Table(_)
            | DeclarationKind::Function(_)
            | DeclarationKind::Guarantee(_)
            | DeclarationKind::Example(_) => {}
        }
        arguments(subject, &declaration.kind, out);
    }
}

fn locals(written: &[Clause], value: Option<&Expr>, out: &mut Vec<Diagnostic>) {
    locals_of(&written.iter().collect::<Vec<_>>(), value, out);
}

fn locals_of(written: &[&Clause], value: Option<&Expr>, out: &mut Vec<Diagnostic>) {
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let inside = written.iter().flat_map(|clause| expressions(&clause.kind));
    for value in inside.chain(value) {
        value.visit_names(&mut |name| {
            used.insert(&name.text);
        });
    }
    for clause in written {
        let ClauseKind::With(name, _) = &clause.kind else { continue };
        if !used.contains(name.text.as_str()) {
            let message = format!("le nom « {} » ne sert à rien", name.text);
            out.push(
                Diagnostic::new(code::UNUSED_LOCAL, name.span, message)
                    .with_help("employez-le, ou retirez « avec »")
                    .with_edit(clause.span, ""),
            );
        }
    }
}

fn arguments(subject: &Subject<'_>, kind: &DeclarationKind, out: &mut Vec<Diagnostic>) {
    let tree = &subject.compiled.typed;
    let (name, arguments) = match kind {
        DeclarationKind::Definition(d) => (&d.name, &d.arguments),
        DeclarationKind::Table(d) => (&d.name, &d.arguments),
        _ => return,
    };
    let Some(values) = values_of(tree, name.span) else { return };
    let mut used = BTreeSet::new();
    for value in values {
        arguments_of(value, &mut used);
    }
    for (at, argument) in (0_u32..).zip(arguments) {
        if !used.contains(&at) {
            out.push(unused_argument(&argument.name, name));
        }
    }
}

fn unused_argument(argument: &Name, of: &Name) -> Diagnostic {
    let message = format!("l'argument « {} » de « {} » ne sert à rien", argument.text, of.text);
    Diagnostic::new(code::UNUSED_LOCAL, argument.span, message)
        .with_help("employez-le, ou retirez-le ici et dans les appels")
}

/// Returns the expressions of the definition or table declared somewhere.
fn values_of(tree: &typed::Recueil, span: Span) -> Option<Vec<&typed::Expr>> {
    let definition = tree.definitions.iter().find(|definition| definition.span == span);
    let table = tree.tables.iter().find(|table| table.span == span);
    match (definition, table) {
        (Some(definition), _) => Some(vec![&definition.value]),
        (None, Some(table)) => Some(table.inputs.iter().collect()),
        (None, None) => None,
    }
}

fn arguments_of(value: &typed::Expr, used: &mut BTreeSet<u32>) {
    match value.kind.as_ref() {
        ExprKind::Argument(at)
        | ExprKind::Item(ItemRef::Argument(at))
        | ExprKind::ItemFact(ItemRef::Argument(at), _) => {
            used.insert(*at);
        }
        _ => {}
    }
    for child in value.children() {
        arguments_of(child, used);
    }
}
