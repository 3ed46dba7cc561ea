//! Definitions, tables, parameters, functions and enumerations that nothing uses (`W0108`).
//!
//! A vocabulary is offered to others: there, an example that tries a definition uses it.

use super::Subject;
use super::written::WrittenUnit;
use dsl::syntax::tree::{Declaration, DeclarationKind, Name, TypeExpr, UnitKind};
use source::{Diagnostic, code};
use std::collections::BTreeSet;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let (rules, examples) = (subject.used_by_rules(), subject.used_by_examples());
    let types = types_used(&subject.units);
    for unit in &subject.units {
        for declaration in unit.declarations.iter() {
            let Some((what, name)) = named(declaration) else { continue };
            let tried = unit.kind == UnitKind::Vocabulary;
            let used = match &declaration.kind {
                DeclarationKind::Enumeration(_) => types.contains(name.text.as_str()),
                DeclarationKind::Function(_) => {
                    rules.functions.contains(&name.text)
                        || tried && examples.functions.contains(&name.text)
                }
                _ => {
                    rules.named.contains(&name.span) || tried && examples.named.contains(&name.span)
                }
            };
            if !used {
                let message = format!("{what} « {} » ne sert à rien", name.text);
                out.push(
                    Diagnostic::new(code::UNUSED_DECLARATION, name.span, message)
                        .with_help("employez ce nom, ou retirez la déclaration")
                        .with_edit(declaration.span, ""),
                );
            }
        }
    }
}

fn named(declaration: &Declaration) -> Option<(&'static str, &Name)> {
    match &declaration.kind {
        DeclarationKind::Enumeration(d) => Some(("l'énumération", &d.name)),
        DeclarationKind::Definition(d) => Some(("la définition", &d.name)),
        DeclarationKind::Parameter(d) => Some(("le paramètre", &d.name)),
        DeclarationKind::Table(d) => Some(("la table", &d.name)),
        DeclarationKind::Function(d) => Some(("la fonction", &d.name)),
        DeclarationKind::Entity(_)
        | DeclarationKind::Criterion(_)
        | DeclarationKind::Family(_)
        | DeclarationKind::Slot(_)
        | DeclarationKind::Eligibility(_)
        | DeclarationKind::Guarantee(_)
        | DeclarationKind::Example(_) => None,
    }
}

/// Returns the names that declarations give as types.
fn types_used<'c>(units: &'c [WrittenUnit<'_>]) -> BTreeSet<&'c str> {
    let mut types: Vec<&TypeExpr> = Vec::new();
    for declaration in units.iter().flat_map(|unit| unit.declarations.iter()) {
        match &declaration.kind {
            DeclarationKind::Entity(d) => types.extend(d.fields.iter().map(|field| &field.ty)),
            DeclarationKind::Parameter(d) => types.push(&d.ty),
            DeclarationKind::Definition(d) => {
                types.extend(d.arguments.iter().map(|argument| &argument.ty).chain(&d.ty));
            }
            DeclarationKind::Table(d) => {
                types.extend(d.arguments.iter().map(|argument| &argument.ty).chain([&d.ty]));
            }
            DeclarationKind::Function(d) => {
                types.extend(d.arguments.iter().map(|argument| &argument.ty).chain([&d.ty]));
            }
            _ => {}
        }
    }
    types
        .into_iter()
        .filter_map(|ty| match ty {
            TypeExpr::Name(name) => Some(name.text.as_str()),
            TypeExpr::Unit(_) => None,
        })
        .collect()
}
