//! Two things that people see under one label (`W0111`): lines of a unit, values of an enumeration,
//! fields of an entity.

use super::Subject;
use super::written::lines;
use dsl::syntax::tree::{DeclarationKind, Text};
use source::{Diagnostic, code, fold};
use std::collections::BTreeMap;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    for unit in &subject.units {
        report(lines(unit).into_iter().filter_map(|line| line.label), out);
        for declaration in unit.declarations.iter() {
            match &declaration.kind {
                DeclarationKind::Enumeration(d) => {
                    report(d.values.iter().filter_map(|(_, label)| label.as_ref()), out);
                }
                DeclarationKind::Entity(d) => {
                    report(d.fields.iter().filter_map(|field| field.label.as_ref()), out);
                }
                _ => {}
            }
        }
    }
}

fn report<'c>(labels: impl Iterator<Item = &'c Text>, out: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<String, &Text> = BTreeMap::new();
    for label in labels {
        match first.get(&fold(label.text.trim())) {
            Some(earlier) => out.push(
                Diagnostic::new(
                    code::DUPLICATE_LABEL,
                    label.span,
                    format!("le libellé « {} » sert déjà", label.text),
                )
                .with_label(earlier.span, "une première fois ici")
                .with_help("dites ce qui les distingue"),
            ),
            None => {
                first.insert(fold(label.text.trim()), label);
            }
        }
    }
}
