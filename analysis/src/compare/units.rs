//! Which version of a unit is compared with which, and on which days.

use super::changes::Versions;
use super::clauses;
use super::facts::Apart;
use super::joint::{Joint, Side};
use super::pairing;
use super::segments::{fillings, segments};
use super::through::Source;
use super::tree::{Comparison, Days, Presence, ScriptChange, UnitChanges, Version};
use super::written::{Written, written};
use dsl::resolved::tree::{Unit, UnitId};
use engine::Period;
use std::collections::{BTreeMap, BTreeSet};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every unit of the two recueils.
    Everything,
    /// A version of the first recueil and one of the second.
    Versions(UnitId, UnitId),
}

/// Compares two recueils without errors.
///
/// Errors: see [`Apart`].
pub fn compare(first: Side<'_>, second: Side<'_>, scope: Scope) -> Result<Comparison, Apart> {
    let joint = Joint::of(first, second)?;
    let pairs = match scope {
        Scope::Everything => everything(first, second),
        Scope::Versions(one, other) => {
            let units = (first.compiled.resolved.unit(one), second.compiled.resolved.unit(other));
            vec![units]
        }
    };
    let written: Vec<Declared> = pairs
        .iter()
        .map(|(one, other)| {
            let of = |side: Side<'_>, unit: Option<&Unit>| {
                unit.map_or_else(Vec::new, |unit| written(side, unit))
            };
            Declared { before: of(first, *one), after: of(second, *other) }
        })
        .collect();
    let sources: Vec<Source> = written.iter().flat_map(Declared::sources).collect();
    let units = pairs.iter().zip(&written).filter_map(|((one, other), declared)| {
        let found = unit(&joint, (*one, *other), declared, &sources);
        found.filter(|unit| !unit.changes.is_empty() || unit.days == Days::Alone)
    });
    Ok(Comparison {
        units: units.collect(),
        scripts: scripts(first, second),
        compared: pairs.len(),
        schema: joint.facts.schema.clone(),
    })
}

/// What two versions declare.
struct Declared {
    before: Vec<Written>,
    after: Vec<Written>,
}

impl Declared {
    fn sources(&self) -> Vec<Source> {
        let pairs = pairing::pairs(&self.before, &self.after).into_iter();
        pairs.filter_map(|(one, other)| Source::of(one, other)).collect()
    }
}

type Pair<'u> = (Option<&'u Unit>, Option<&'u Unit>);

/// Pairs every version of every unit, in the order of kinds, names and days.
fn everything<'u>(first: Side<'u>, second: Side<'u>) -> Vec<Pair<'u>> {
    let (own, other) = (&first.compiled.resolved, &second.compiled.resolved);
    let names: BTreeSet<&str> =
        own.by_name.keys().chain(other.by_name.keys()).map(String::as_str).collect();
    let mut pairs = Vec::new();
    for name in names {
        let versions = |resolved: &'u dsl::resolved::tree::Recueil| -> Vec<&'u Unit> {
            resolved.versions(name).map(|(_, unit)| unit).collect()
        };
        pairs.extend(paired(&versions(own), &versions(other)));
    }
    pairs.sort_by_key(|(one, other)| other.or(*one).map(|unit| unit.kind));
    pairs
}

/// Pairs versions by label, else by first day, else by common days.
fn paired<'u>(first: &[&'u Unit], second: &[&'u Unit]) -> Vec<Pair<'u>> {
    let passes: [fn(&Unit, &Unit) -> bool; 3] = [
        |a, b| a.version == b.version,
        |a, b| a.period.from == b.period.from,
        |a, b| a.period.intersection(b.period).is_some(),
    ];
    let mut found: BTreeMap<usize, usize> = BTreeMap::new();
    for matches in passes {
        for (at, unit) in second.iter().enumerate() {
            if found.contains_key(&at) {
                continue;
            }
            let free = |one: &usize| !found.values().any(|taken| taken == one);
            let mut others = first.iter().enumerate().filter(|(one, _)| free(one));
            let partner = others.find(|(_, other)| other.kind == unit.kind && matches(other, unit));
            if let Some((one, _)) = partner {
                found.insert(at, one);
            }
        }
    }
    let gone = (0..).zip(first).filter(|(at, _)| !found.values().any(|taken| taken == at));
    let gone: Vec<Pair<'u>> = gone.map(|(_, unit)| (Some(*unit), None)).collect();
    let kept = second
        .iter()
        .enumerate()
        .map(|(at, unit)| (found.get(&at).and_then(|one| first.get(*one)).copied(), Some(*unit)));
    kept.chain(gone).collect()
}

/// Compares one pair; absent when neither is there.
fn unit(
    joint: &Joint<'_>,
    pair: Pair<'_>,
    declared: &Declared,
    sources: &[Source],
) -> Option<UnitChanges> {
    let (before, after) = match pair {
        (Some(before), Some(after)) => (before, after),
        (one, other) => {
            let kind = other.or(one)?.kind;
            let (before, after) = (one.map(version), other.map(version));
            return Some(UnitChanges {
                kind,
                before,
                after,
                days: Days::Alone,
                changes: Vec::new(),
            });
        }
    };
    let days = days(before, after);
    let segments = segments(joint, (before, after), days);
    let fillings = fillings(joint, (before, after), days);
    let around = after.applies.as_ref().map(|frame| frame.text.clone());
    let versions = Versions { joint, segments: &segments, fillings: &fillings, sources, around };
    let mut changes = Vec::new();
    if before.name.text == after.name.text {
        changes.extend(clauses::compare(&versions, before, after));
    }
    changes.extend(versions.declared(&declared.before, &declared.after));
    let (kind, before, after) = (after.kind, Some(version(before)), Some(version(after)));
    Some(UnitChanges { kind, before, after, days, changes })
}

fn version(unit: &Unit) -> Version {
    Version {
        unit: unit.name.text.clone(),
        label: unit.label.clone(),
        version: unit.version.clone(),
        period: unit.period,
        span: unit.span,
    }
}

fn days(before: &Unit, after: &Unit) -> Days {
    let common: Option<Period> = before.period.intersection(after.period);
    common.map_or(Days::Following(after.period), Days::Common)
}

/// Scripts and adapters whose text changed.
fn scripts(first: Side<'_>, second: Side<'_>) -> Vec<ScriptChange> {
    let all = |side: Side<'_>| -> BTreeMap<String, String> {
        let own = side.recueil.scripts.iter().chain(&side.recueil.adapters);
        own.map(|(path, text)| (path.clone(), text.clone())).collect()
    };
    let (own, other) = (all(first), all(second));
    let paths: BTreeSet<&String> = own.keys().chain(other.keys()).collect();
    let change = |path: &String| {
        let kind = match (own.get(path), other.get(path)) {
            (Some(a), Some(b)) if a == b => return None,
            (Some(_), Some(_)) => Presence::Changed,
            (None, _) => Presence::Added,
            (_, None) => Presence::Removed,
        };
        Some(ScriptChange { path: path.clone(), kind })
    };
    paths.into_iter().filter_map(change).collect()
}
