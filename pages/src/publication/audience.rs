//! Whom a unit is for, and how it counts: employers, communes, scale, validation, sharing, order.

use super::rules::points;
use super::{Kind, SharingWords};
use crate::phrases::{Phrase, Speech, quoted};
use dsl::resolved::tree::Unit;
use dsl::syntax::tree::UnitKind;
use dsl::typed::tree::{Grid, OrderKey, Ranking, Recueil, SharingRule};
use engine::{Direction, Sharing, Type};

/// Tells of which kind a unit is; nothing for a vocabulary, which has no page.
pub(super) fn kind(unit: &Unit, grid: Option<&Grid>) -> Option<Kind> {
    Some(match unit.kind {
        UnitKind::Vocabulary => return None,
        UnitKind::Frame => Kind::Frame,
        UnitKind::Ranking => Kind::Ranking,
        UnitKind::Policy if unit.applies.is_none() => Kind::Policy,
        UnitKind::Policy if grid.is_some_and(|grid| grid.open) => Kind::Territory,
        UnitKind::Policy => Kind::Company,
    })
}

/// Says whom a unit is for.
pub(super) fn audience(unit: &Unit, kind: Kind) -> Vec<String> {
    let mut said = Vec::new();
    let sirens: Vec<&str> = unit.company.sirens.iter().map(|siren| siren.text.as_str()).collect();
    match sirens.as_slice() {
        [] => said.push(everyone(kind).to_owned()),
        [only] => said.push(format!("Les salariés de l'entreprise au SIREN {only}.")),
        all => said.push(format!("Les salariés des entreprises aux SIREN {}.", all.join(", "))),
    }
    if let Some((included, excluded, _)) = unit.perimeter.as_deref() {
        let ranges = |codes: &[dsl::syntax::tree::CodeRange]| {
            codes.iter().map(range).collect::<Vec<_>>().join(", ")
        };
        let but = if excluded.is_empty() {
            String::new()
        } else {
            format!(", sauf {}", ranges(excluded))
        };
        said.push(format!(
            "Pour les logements des communes de code INSEE {}{but}.",
            ranges(included)
        ));
    }
    said.extend(company(unit));
    said
}

fn everyone(kind: Kind) -> &'static str {
    match kind {
        Kind::Ranking | Kind::Policy => "Toutes les personnes qui postulent à un logement.",
        Kind::Frame => {
            "Toutes les personnes qui postulent, selon la politique qui remplit ce cadre."
        }
        Kind::Company => "Les salariés de toute entreprise.",
        Kind::Territory => "Les personnes qui postulent à un logement de ce territoire.",
    }
}

fn range(range: &dsl::syntax::tree::CodeRange) -> String {
    if range.from.text == range.to.text {
        range.from.text.clone()
    } else {
        format!("{} à {}", range.from.text, range.to.text)
    }
}

fn company(unit: &Unit) -> Vec<String> {
    let clauses = &unit.company;
    let mut said = Vec::new();
    if clauses.delegated.is_some() {
        said.push("L'entreprise délègue sa validation : elle n'est pas attendue.".to_owned());
    }
    if let Some(quota) = clauses.quota {
        said.push(format!("L'entreprise attribue au plus {} par an.", points(quota)));
    }
    if !clauses.complementary.is_empty() {
        let names: Vec<String> =
            clauses.complementary.iter().map(|name| name.text.replace('_', " ")).collect();
        said.push(format!("L'entreprise demande de plus : {}.", names.join(", ")));
    }
    let choices: Vec<String> = clauses.choices.iter().map(u32::to_string).collect();
    match choices.as_slice() {
        [] => {}
        [only] => said.push(format!("Elle propose le seul choix de partage {only}.")),
        [all @ .., last] => {
            said.push(format!("Elle propose les choix de partage {} et {last}.", all.join(", ")));
        }
    }
    said
}

/// Says how the points of a grid count.
pub(super) fn how_of_grid(unit: &Unit) -> Vec<Phrase> {
    let mut how = Vec::new();
    how.extend(unit.scale().map(|(scale, _)| format!("Le total est sur {}.", points(scale))));
    how.extend(unit.cap().map(|(cap, _)| format!("Le total ne dépasse pas {}.", points(cap))));
    how.extend(
        unit.floor().map(|(floor, _)| format!("Le total ne descend pas sous {}.", points(floor))),
    );
    if unit.frame().requires_validation.is_some() {
        let said =
            "Les points attendent la validation de l'employeur ; s'il la refuse, il n'y en a pas.";
        how.push(said.to_owned());
    }
    if unit.frame().open {
        how.push("Les critères sont ceux de la politique qui remplit le cadre.".to_owned());
    }
    how.into_iter().map(Phrase::of).collect()
}

/// Says how a ranking orders.
pub(super) fn how_of_ranking(tree: &Recueil, ranking: &Ranking) -> Vec<Phrase> {
    let speech = Speech::new(tree);
    let keys = ranking.order.iter().map(|key| key_words(speech, key)).collect();
    let order = Phrase::enumerated(keys, ", puis ");
    let mut how = vec![Phrase::of("Les candidats sont classés par ").with(order).then(".")];
    how.extend(ranking.keeps.map(|keeps| match keeps {
        0 | 1 => Phrase::of(format!("Il propose {keeps} candidat.")),
        _ => Phrase::of(format!("Il propose les {keeps} premiers candidats.")),
    }));
    how
}

fn key_words(speech: Speech<'_>, key: &OrderKey) -> Phrase {
    let (what, ty) = match &key.key {
        None => (Phrase::of("total des points"), None),
        Some(expr) => (speech.amount(expr), Some(expr.ty)),
    };
    let way = match (ty, key.direction) {
        (Some(Type::Date), Direction::Ascending) => ", le plus ancien d'abord",
        (Some(Type::Date), Direction::Descending) => ", le plus récent d'abord",
        (_, Direction::Ascending) => ", le plus petit d'abord",
        (_, Direction::Descending) => ", le plus grand d'abord",
    };
    what.then(way)
}

/// Says what each choice of the applicant shows to the employer.
pub(super) fn sharing(tree: &Recueil, rule: Option<&SharingRule>) -> Vec<SharingWords> {
    let Some(rule) = rule else { return Vec::new() };
    let Type::Enum(id) = rule.choice.ty else { return Vec::new() };
    let values = tree.schema.enumeration(id).map_or(&[][..], |def| def.values.as_slice());
    let row = |(index, value): (u32, &engine::EnumValue)| {
        let shows = match rule.levels.get(&index) {
            None | Some(Sharing::Nothing) => "rien : aucun point de cette grille",
            Some(Sharing::Identification) => "les informations d'identification",
            Some(Sharing::Complete) => "toute la demande",
        };
        let choice = format!("{}. {}", index + 1, value.label);
        SharingWords { choice, shows: shows.to_owned() }
    };
    (0..).zip(values).map(row).collect()
}

/// Names a grid of a ranking: its label, its name when it has none.
pub(super) fn grid_label(tree: &Recueil, name: &str) -> String {
    let grid = tree.grids.iter().find(|grid| *grid.unit == *name);
    grid.map_or_else(|| quoted(name), |grid| grid.label.to_string())
}
