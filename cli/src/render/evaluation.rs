//! A ranked pool for an HR officer or an applicant: who stands where, and every line's reason.

use super::page::Page;
use super::style::{self, heading, paint};
use super::table::{Align, Cell, Table};
use super::words;
use crate::recueil::Recueil;
use engine::{
    CandidateOutcome, ConditionOutcome, Date, GridOutcome, GridState, LineOutcome, PoolOutcome,
    Schema, Shown, Truth, Type, Unit, show, show_number,
};
use explain::grounds;
use source::{counted, fold, ordinal};

/// How many digits of a hash identify a recueil for people.
const HASH_DIGITS: usize = 12;

/// Draws the whole answer for a dossier.
pub fn evaluation(recueil: &Recueil, date: Date, outcome: &PoolOutcome) -> String {
    let schema = &recueil.compiled.lowered.program.schema;
    let mut page = Page::starting(title(recueil, date, outcome));
    if outcome.candidates.is_empty() {
        page.lines("\nLe dossier n'a aucun candidat.\n");
        return page.done();
    }
    page.blank();
    page.lines(ranked(outcome));
    page.lines(proposal(recueil, outcome));
    page.lines(unranked(outcome, schema));
    for candidate in &outcome.candidates {
        page.blank();
        page.lines(candidate_title(candidate, outcome));
        for grid in &candidate.grids {
            page.lines(grid_lines(grid, schema));
        }
    }
    page.done()
}

/// Says what ranks, when, and under which rules.
fn title(recueil: &Recueil, date: Date, outcome: &PoolOutcome) -> String {
    let (unit, version) = &outcome.ranking;
    let label = grounds::ranking(&recueil.compiled, &outcome.ranking).map_or(unit, |it| &it.label);
    let hash: String = recueil.files.hash.chars().take(HASH_DIGITS).collect();
    let named = heading(&format!("{label}, au {}", words::date(date)));
    let under = format!("Recueil « {} » (empreinte {hash}), {unit} {version}", recueil.files.name);
    format!("{named}\n{}\n", paint(style::FAINT, &under))
}

fn ranked(outcome: &PoolOutcome) -> String {
    let ranked: Vec<&CandidateOutcome> =
        outcome.candidates.iter().filter(|candidate| candidate.rank.is_some()).collect();
    let Some(first) = ranked.first() else { return "Aucun candidat n'est classé.\n".to_owned() };
    let fixed = [(Align::Right, "Rang"), (Align::Left, "Candidat"), (Align::Right, "Total")];
    let grids = first.grids.iter().map(|grid| (Align::Right, grid.id.as_str()));
    let last = [(Align::Right, "Si tous postulaient")];
    let mut table = Table::headed(fixed.into_iter().chain(grids).chain(last));
    for candidate in &ranked {
        let rank = candidate.rank.map_or_else(String::new, |rank| rank.to_string());
        let total = with_range(&show_number(candidate.total), candidate);
        let name_style = if candidate.kept { style::TITLE } else { style::PLAIN };
        let mut row = vec![
            rank.into(),
            Cell::styled(name_style, candidate.id.as_str()),
            Cell::styled(style::TITLE, total),
        ];
        row.extend(candidate.grids.iter().map(grid_cell));
        let all = candidate.if_all_apply;
        let all = all.map(|all| format!("{} sur {}", ordinal(all.rank), all.of));
        row.push(all.unwrap_or_default().into());
        table.row(row);
    }
    table.draw("")
}

fn with_range(total: &str, candidate: &CandidateOutcome) -> String {
    match words::range(candidate.range, candidate.total) {
        Some(range) => format!("{total} {range}"),
        None => total.to_owned(),
    }
}

fn grid_cell(grid: &GridOutcome) -> Cell {
    match grid.points {
        Some(points) => show_number(points).into(),
        None => Cell::styled(style::FAINT, words::grid_state(grid.state)),
    }
}

fn proposal(recueil: &Recueil, outcome: &PoolOutcome) -> String {
    let kept: Vec<&str> = outcome
        .candidates
        .iter()
        .filter(|candidate| candidate.kept)
        .map(|candidate| candidate.id.as_str())
        .collect();
    if kept.is_empty() {
        return String::new();
    }
    let most =
        grounds::ranking(&recueil.compiled, &outcome.ranking).and_then(|ranking| ranking.keeps);
    let most = most.map_or_else(String::new, |most| format!(" (au plus {most})"));
    let count = counted(kept.len(), "candidat retenu", "candidats retenus");
    format!(
        "\nProposition : {count}{most} : {}.\nElle ne vaut qu'une fois confirmée par une personne nommément désignée.\n",
        kept.join(", ")
    )
}

fn unranked(outcome: &PoolOutcome, schema: &Schema) -> String {
    let mut page = Page::default();
    for candidate in outcome.candidates.iter().filter(|candidate| candidate.rank.is_none()) {
        if page.is_empty() {
            page.blank();
            page.line(heading("Non classés"));
        }
        for reason in reasons(candidate, schema) {
            page.line(format!("  {} : {reason}", candidate.id));
        }
    }
    page.done()
}

/// Says why a candidate is not ranked.
fn reasons(candidate: &CandidateOutcome, schema: &Schema) -> Vec<String> {
    let head = match candidate.eligible {
        Truth::Yes => {
            return vec![match candidate.if_all_apply {
                Some(all) => format!(
                    "n'a pas postulé ; {} sur {} avec {} si tous postulaient",
                    ordinal(all.rank),
                    all.of,
                    words::points(all.total)
                ),
                None => "n'a pas postulé".to_owned(),
            }];
        }
        Truth::No => "pas éligible",
        Truth::Unknown => "éligibilité indéterminée",
    };
    let against = candidate.eligibilities.iter().filter(|it| it.truth == candidate.eligible);
    against
        .map(|it| {
            let numbers = it.quantities.iter().filter_map(|it| computed(it, schema));
            let numbers: Vec<String> = numbers.map(|(_, said)| said).collect();
            let numbers = match numbers.join(" · ") {
                none if none.is_empty() => none,
                some => format!(" {some}"),
            };
            format!("{head}. {} : {}{numbers}", it.label, reason(it))
        })
        .collect()
}

fn reason(condition: &ConditionOutcome) -> String {
    if condition.motif.text.is_empty() {
        words::truth(condition.truth).to_owned()
    } else {
        condition.motif.text.clone()
    }
}

/// Says a candidate's total, rank and place if all applied.
fn candidate_title(candidate: &CandidateOutcome, outcome: &PoolOutcome) -> String {
    let of = outcome.candidates.iter().filter(|other| other.rank.is_some()).count();
    let total = with_range(&words::points(candidate.total), candidate);
    let place = match candidate.rank {
        Some(rank) => format!("{} sur {of}", ordinal(rank)),
        None => "non classé".to_owned(),
    };
    let all = match candidate.if_all_apply {
        Some(all) if candidate.rank != Some(all.rank) || usize::try_from(all.of) != Ok(of) => {
            format!(" ; {} sur {} si tous postulaient", ordinal(all.rank), all.of)
        }
        Some(_) | None => String::new(),
    };
    format!("{} : {total}, {place}{all}\n", heading(&candidate.id))
}

/// Draws a grid: its points, then its lines.
fn grid_lines(grid: &GridOutcome, schema: &Schema) -> String {
    let mut page = Page::starting(grid_title(grid));
    if grid.state != GridState::Established {
        return page.done();
    }
    let mut table = Table::new([Align::Right, Align::Left, Align::Left]);
    for line in &grid.lines {
        let style = words::line_style(line.state);
        table.row(vec![
            Cell::styled(style, line_points(line)),
            Cell::styled(style, words::line_state(line.state)),
            line.label.as_str().into(),
        ]);
        for said in said(line, schema) {
            table.row(vec!["".into(), "".into(), Cell::styled(style::FAINT, said)]);
        }
    }
    page.lines(table.draw("    "));
    page.done()
}

/// Says a grid's points on its maximum, or why it has none.
fn grid_title(grid: &GridOutcome) -> String {
    let label = paint(style::TITLE, &grid.label);
    let said = match (grid.points, grid.maximum) {
        (Some(points), Some(most)) => {
            format!("{} sur {}", words::points(points), show_number(most))
        }
        (Some(points), None) => words::points(points),
        (None, _) => not_established(grid),
    };
    format!("  {label} : {said}\n")
}

/// Says the state of a grid without points, and why when the state does not say it all.
fn not_established(grid: &GridOutcome) -> String {
    let state = words::grid_state(grid.state);
    match &grid.motif {
        Some(motif) if !fold(&motif.text).starts_with(&fold(state)) => {
            format!("{state}. {}", motif.text)
        }
        Some(motif) => motif.text.clone(),
        None => state.to_owned(),
    }
}

/// Writes a line's points on its maximum.
fn line_points(line: &LineOutcome) -> String {
    // A line that only takes points away has a maximum of zero, which says nothing.
    match line.maximum.filter(|most| !most.is_zero()) {
        Some(most) => format!("{} / {}", show_number(line.points), show_number(most)),
        None => show_number(line.points),
    }
}

/// Says the reason of a line, then what it does not say: a tranche's criteria, and the computed
/// quantities.
fn said(line: &LineOutcome, schema: &Schema) -> Vec<String> {
    let motif = &line.motif.text;
    let mut said: Vec<String> = Vec::new();
    if !motif.is_empty() {
        said.push(motif.clone());
    }
    let unsaid = line.sub_criteria.iter().filter(|it| it.motif.text != *motif);
    said.extend(unsaid.map(|it| format!("{} : {}", it.label, reason(it))));
    let quantities = line.sub_criteria.iter().flat_map(|it| &it.quantities).chain(&line.quantities);
    let computed = quantities.filter_map(|it| computed(it, schema));
    let unsaid = computed.filter(|(value, _)| !motif.contains(value));
    let mut unsaid: Vec<String> = unsaid.map(|(_, said)| said).collect();
    unsaid.dedup();
    if !unsaid.is_empty() {
        said.push(unsaid.join(" · "));
    }
    said
}

/// Shows a computed number, and says it with its name: `Taux d'effort : 31,25 %`. A fact, or the points of its
/// line, says nothing more than they do.
fn computed(shown: &Shown, schema: &Schema) -> Option<(String, String)> {
    let Type::Number(unit, _) = shown.ty else { return None };
    if shown.name.contains('.') || unit == Unit::points() {
        return None;
    }
    let value = show(shown.value.as_ref()?, shown.ty, schema);
    let label = if shown.label.is_empty() { &shown.name } else { &shown.label };
    let said = format!("{label} : {value}");
    Some((value, said))
}
