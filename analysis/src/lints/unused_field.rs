//! Fields of a vocabulary that no rule reads and of which nothing says where they come from
//! (`W0110`).
//!
//! A form has boxes that no rule reads: a field with `cerfa` or `source` is asked for anyway.

use super::Subject;
use dsl::syntax::tree::{DeclarationKind, Field, MarkKind};
use engine::FieldId;
use source::{Diagnostic, code};
use std::collections::BTreeSet;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let read = fields_read(subject);
    let schema = &subject.compiled.typed.schema;
    for declaration in subject.units.iter().flat_map(|unit| unit.declarations.iter()) {
        let DeclarationKind::Entity(entity) = &declaration.kind else { continue };
        let Some(id) = schema.entity_named(&entity.name.text) else { continue };
        for field in entity.fields.iter().filter(|field| !is_asked_for(field)) {
            let known = schema.field_named(id, &field.name.text);
            if known.is_some_and(|known| !read.contains(&known)) {
                let (entity, name) = (&entity.name.text, &field.name.text);
                let message = format!(
                    "aucune règle ne lit « {entity}.{name} », et rien ne dit d'où vient ce fait"
                );
                out.push(
                    Diagnostic::new(code::UNUSED_FIELD, field.name.span, message)
                        .with_help("dites d'où il vient (« cerfa » ou « source »), ou retirez-le"),
                );
            }
        }
    }
}

fn fields_read(subject: &Subject<'_>) -> BTreeSet<FieldId> {
    let mut read = subject.used_by_rules().fields.clone();
    read.extend(&subject.used_by_examples().fields);
    let schema = &subject.compiled.typed.schema;
    let siren = schema.entity_named("employeur").and_then(|id| schema.field_named(id, "siren"));
    read.extend(siren);
    read
}

fn is_asked_for(field: &Field) -> bool {
    field.marks.iter().any(|mark| matches!(mark.kind, MarkKind::Cerfa(_) | MarkKind::Source(_)))
}
