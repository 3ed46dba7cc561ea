//! Time: versions of a unit side by side, and the days on which its dependencies do not change.

use super::from_syntax::kind_name;
use super::tree::{Recueil, Unit, UnitId};
use engine::{Date, Period};
use source::{Diagnostic, Edit, code};
use std::collections::{BTreeMap, BTreeSet};

/// Some days of a unit during which each unit it depends on keeps one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The days.
    pub period: Period,
    /// The version in force of each dependency, by name.
    pub versions: BTreeMap<String, UnitId>,
}

/// Reports a name shared by two kinds of units, overlapping versions, and days without one between
/// two versions.
///
/// Errors: `E0202`, `E0501`, `E0502`, `E0902`.
pub(super) fn check_versions(recueil: &Recueil, out: &mut Vec<Diagnostic>) {
    for name in recueil.by_name.keys() {
        let mut versions: Vec<&Unit> = recueil.versions(name).map(|(_, unit)| unit).collect();
        versions.sort_by_key(|unit| unit.period.from);
        if let Some(&first) = versions.first() {
            out.extend(versions.iter().filter_map(|other| of_another_kind(first, other)));
            versions.retain(|unit| unit.kind == first.kind);
        }
        for pair in versions.windows(2) {
            if let [earlier, later] = pair {
                check_pair(earlier, later, out);
            }
        }
    }
}

/// Refuses a name that a unit of another kind has: whoever cites it must know what it is, on any day.
fn of_another_kind(first: &Unit, other: &Unit) -> Option<Diagnostic> {
    if first.kind == other.kind {
        return None;
    }
    let [here, elsewhere] = [other, first].map(|unit| kind_name(unit.kind, unit.applies.is_some()));
    let message = format!("« {} » est {here} ici et {elsewhere} ailleurs", other.name.text);
    let fault = Diagnostic::new(code::DUPLICATE_NAME, other.name.span, message)
        .with_label(first.name.span, format!("ici, {elsewhere}"))
        .with_help("donnez un autre nom à l'une de ces unités");
    Some(fault)
}

fn check_pair(earlier: &Unit, later: &Unit, out: &mut Vec<Diagnostic>) {
    let name = &later.name.text;
    if earlier.version == later.version {
        out.push(
            Diagnostic::new(
                code::DUPLICATE_UNIT,
                later.span,
                format!("la version {} de « {name} » est déjà déclarée", later.version),
            )
            .with_label(earlier.span, "déclarée ici")
            .with_help("une nouvelle version change d'étiquette et de période ; une copie inutile se supprime"),
        );
        return;
    }
    if let Some(common) = earlier.period.intersection(later.period) {
        out.push(
            Diagnostic::new(
                code::VERSIONS_OVERLAP,
                later.period_span,
                format!(
                    "les versions {} et {} de « {name} » sont toutes deux en vigueur {common}",
                    earlier.version, later.version
                ),
            )
            .with_label(earlier.period_span, format!("version {}", earlier.version))
            .with_help("finissez la première version la veille du début de la seconde")
            .with_edits(ends_before(earlier, later)),
        );
    } else if let (Some(end), Some(start)) = (earlier.period.to, later.period.from)
        && end.tomorrow() != start
    {
        let gap = Period { from: Some(end.tomorrow()), to: Some(start.yesterday()) };
        out.push(
            Diagnostic::new(
                code::VERSIONS_GAP,
                later.period_span,
                format!("« {name} » n'a aucune version {gap}"),
            )
            .with_label(earlier.period_span, format!("version {}", earlier.version))
            .with_help("commencez la seconde version le lendemain de la fin de la première"),
        );
    }
}

/// Ends a version the day before the next one starts.
fn ends_before(earlier: &Unit, later: &Unit) -> Option<Edit> {
    let (from, next) = (earlier.period.from?, later.period.from?);
    let text = format!("du {from} au {}", next.yesterday());
    (from < next).then_some(Edit { span: earlier.period_span, text })
}

/// Cuts a period into segments during which each named dependency keeps one version; days on which
/// a dependency has none belong to no segment.
pub fn segments(
    recueil: &Recueil,
    period: Period,
    dependencies: &BTreeSet<String>,
) -> Vec<Segment> {
    let mut segments = vec![Segment { period, versions: BTreeMap::new() }];
    for name in dependencies {
        segments = segments
            .into_iter()
            .flat_map(|segment| {
                recueil.versions(name).filter_map(move |(id, unit)| {
                    let period = segment.period.intersection(unit.period)?;
                    let mut versions = segment.versions.clone();
                    versions.insert(name.clone(), id);
                    Some(Segment { period, versions })
                })
            })
            .collect();
    }
    segments.sort_by_key(|segment| segment.period.from);
    segments
}

/// Returns the first day of a period on which a vocabulary has no version, if any.
pub(super) fn first_day_without(recueil: &Recueil, name: &str, period: Period) -> Option<Date> {
    let mut versions: Vec<Period> = recueil.versions(name).map(|(_, unit)| unit.period).collect();
    versions.sort_by_key(|version| version.from);
    let mut day = period.from?;
    for version in versions {
        if version.contains(day) {
            day = version.to?.tomorrow();
        }
    }
    period.contains(day).then_some(day)
}
