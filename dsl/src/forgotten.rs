//! A vocabulary that a unit reads without using it: one mistake, however many names it leaves
//! unknown.

use crate::resolved::tree::{Recueil, Unit};
use crate::syntax::tree::{DeclarationKind, UnitKind};
use source::{Diagnostic, FileId, Sources, Span, code};
use std::collections::{BTreeMap, BTreeSet};

/// Replaces the unknown names of a forgotten vocabulary by the one mistake they come from.
///
/// Errors: `E0210`.
pub(crate) fn vocabularies(
    found: Vec<Diagnostic>,
    resolved: &Recueil,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let mut forgotten: BTreeMap<(FileId, &str), Diagnostic> = BTreeMap::new();
    let mut kept = Vec::new();
    for one in found {
        let name = sources.excerpt(one.primary);
        match declared_elsewhere(&one, name, resolved) {
            Some((unit, vocabulary)) => {
                forgotten
                    .entry((one.primary.file, vocabulary))
                    .or_insert_with(|| not_used(&one, name, unit, vocabulary));
            }
            None => kept.push(one),
        }
    }
    kept.extend(forgotten.into_values());
    kept
}

/// Finds the vocabulary that declares an unknown name and that its unit forgets to use.
fn declared_elsewhere<'r>(
    one: &Diagnostic,
    name: &str,
    resolved: &'r Recueil,
) -> Option<(&'r Unit, &'r str)> {
    if one.code != code::UNKNOWN_NAME {
        return None;
    }
    let unit = resolved.units.iter().find(|unit| unit.span.file == one.primary.file)?;
    if unit.applies.is_some() || unit.uses.is_empty() {
        return None;
    }
    let used = used(unit, resolved);
    let owner = resolved.units.iter().find(|other| {
        let name_of = other.name.text.as_str();
        name_of != unit.name.text
            && !used.contains(name_of)
            && declared(other).any(|declared| declared == name)
    })?;
    Some((unit, owner.name.text.as_str()))
}

/// The vocabularies that a unit uses, directly or not.
fn used<'r>(unit: &'r Unit, resolved: &'r Recueil) -> BTreeSet<&'r str> {
    let mut waiting: Vec<&str> = unit.uses.iter().map(|name| name.text.as_str()).collect();
    let mut used = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if used.insert(name) {
            let versions = resolved.versions(name).flat_map(|(_, unit)| &unit.uses);
            waiting.extend(versions.map(|name| name.text.as_str()));
        }
    }
    used
}

/// The names that a vocabulary gives to those who use it.
fn declared(unit: &Unit) -> impl Iterator<Item = &str> {
    let vocabulary = unit.kind == UnitKind::Vocabulary;
    let declarations = unit.held().iter().filter(move |_| vocabulary);
    declarations.filter_map(|declaration| match &declaration.kind {
        DeclarationKind::Entity(it) => Some(it.name.text.as_str()),
        DeclarationKind::Definition(it) => Some(it.name.text.as_str()),
        DeclarationKind::Parameter(it) => Some(it.name.text.as_str()),
        DeclarationKind::Table(it) => Some(it.name.text.as_str()),
        DeclarationKind::Function(it) => Some(it.name.text.as_str()),
        DeclarationKind::Enumeration(_)
        | DeclarationKind::Criterion(_)
        | DeclarationKind::Family(_)
        | DeclarationKind::Slot(_)
        | DeclarationKind::Eligibility(_)
        | DeclarationKind::Guarantee(_)
        | DeclarationKind::Example(_) => None,
    })
}

fn not_used(one: &Diagnostic, name: &str, unit: &Unit, vocabulary: &str) -> Diagnostic {
    let last = unit.uses.last().map_or(unit.span, |name| name.span);
    let end = Span { start: last.end, ..last };
    let message =
        format!("« {} » lit le vocabulaire « {vocabulary} » sans le citer", unit.name.text);
    Diagnostic::new(code::VOCABULARY_NOT_USED, last, message)
        .with_label(one.primary, format!("« {name} » vient de « {vocabulary} »"))
        .with_help(format!("ajoutez « ; {vocabulary} » à la clause « utilise »"))
        .with_edit(end, format!(" ; {vocabulary}"))
}
