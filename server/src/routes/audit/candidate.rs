//! The page of a candidate of a decision: its facts, its lines as recorded beside what the replay gives.

use super::decision::page_of;
use super::{changed, facts, proofs, rerun, stored, words};
use crate::access::By;
use crate::answers::{Document, Form};
use crate::app::App;
use crate::problem::Problem;
use crate::routes::case::{self as archive, Whose};
use crate::routes::explanations::{Decided, Language, Wish, YesNo};
use crate::routes::sessions::visitor;
use crate::rules::Rules;
use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use explain::View;
use pages::people::audit::{Candidate, Line, Lines, Pair, Readable, Side};
use registry::entry::CandidateRecord;
use registry::outcome::{Condition, Grid, Outcome, Version};
use registry::{Beside, RegistryError, Sealed, Unsealed};
use std::sync::Arc;

/// `GET /audit/decisions/{id}/candidats/{place}`.
pub async fn show(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Path((id, place)): Path<(String, usize)>,
) -> Result<Document, Problem> {
    let stored = Arc::new(stored(&app, &id).await?);
    let candidate = stored.candidates.get(place).ok_or_else(|| Problem::unknown("candidat"))?;
    let record = candidate.said().map_err(changed)?;
    let examined = app.registry.examine(&stored).await?;
    let values = app.registry.examine_values(&stored, place).await?;
    let rerun = rerun::rerun(&app, &stored, Some(place)).await?;
    let (name, readable) = match app.registry.unseal(&stored, place) {
        Ok(Unsealed::Whole(sealed, _)) => whole(&sealed, rerun.beside, rerun.rules.as_deref()),
        Ok(Unsealed::Erased { entry, facts }) => (None, Readable::Erased { entry, facts }),
        Err(RegistryError::Foreign(_)) => (None, Readable::Unreadable),
        Err(other) => return Err(other.into()),
    };
    let mut proofs = proofs::of_decision(&app, &stored, &examined);
    proofs.push(proofs::of_values(&app, &values));
    Ok(Document::page(pages::people::audit::candidate(&Candidate {
        visitor: visitor(&app, &by),
        decision: stored.entry.id.clone(),
        day: words::day(&stored.said.content.date),
        place,
        count: stored.candidates.len(),
        id: name,
        said: said(&record),
        proofs,
        replayed: only(rerun.replayed, place),
        readable,
    })))
}

/// `GET /audit/decisions/{id}/candidats/{place}/dossier`: its own case file.
pub async fn case(
    State(app): State<App>,
    Path((id, place)): Path<(String, usize)>,
) -> Result<Response, Problem> {
    archive::given(&app, &stored(&app, &id).await?, Whose::At(place)).await
}

/// `GET /audit/decisions/{id}/candidats/{place}/explication`: why these points, for the auditor.
pub async fn explanation(
    State(app): State<App>,
    Path((id, place)): Path<(String, usize)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let form = Form::asked(&headers, &[Form::Html, Form::Pdf])?;
    let (view, language, report) = (View::Auditor, Language::Fr, YesNo::Oui);
    let decided = Decided::read(&app, &id).await?;
    decided.explained(&app, place, Wish { view, form, language, report }).await
}

/// Keeps what a replay says of one candidate.
fn only(replayed: pages::people::audit::Replayed, place: usize) -> pages::people::audit::Replayed {
    use pages::people::audit::Replayed;
    match replayed {
        Replayed::Different(places) if places.contains(&place) => Replayed::Different(vec![place]),
        Replayed::Different(_) | Replayed::Same(_) => Replayed::Same(1),
        Replayed::Not(why) => Replayed::Not(why),
    }
}

fn said(record: &CandidateRecord) -> Vec<Pair> {
    let pair = |name, value: String| Pair { name, value, address: None };
    let yes = |is_so: bool| if is_so { "oui" } else { "non" }.to_owned();
    vec![
        pair("Total", record.total.clone()),
        pair("Rang", rank(record.rank)),
        pair("A postulé", yes(record.applies)),
        pair("Proposé", yes(record.kept)),
        pair("Sujet", record.subject.clone()),
    ]
}

fn rank(rank: Option<u32>) -> String {
    rank.map_or_else(|| "sans rang".to_owned(), |rank| rank.to_string())
}

fn whole(
    sealed: &Sealed,
    beside: Option<Beside>,
    rules: Option<&Rules>,
) -> (Option<String>, Readable) {
    let found = beside.map(|beside| beside.found);
    let readable = Readable::Whole {
        facts: facts::rows(&sealed.facts, rules),
        lines: lines(&sealed.outcome, found.as_ref(), rules),
    };
    (Some(sealed.application.clone()), readable)
}

/// Puts the lines of two outcomes beside each other.
fn lines(recorded: &Outcome, found: Option<&Outcome>, rules: Option<&Rules>) -> Vec<Lines> {
    let conditions = paired(
        &recorded.eligibilities,
        found.map(|found| &found.eligibilities[..]),
        |one| one.id.to_string(),
        |one| (words::condition(&one.id, rules.map(Rules::program)), of_condition(one, rules)),
    );
    let mut all =
        vec![Lines { title: "Les conditions".to_owned(), rules: None, lines: conditions }];
    let none = Vec::new();
    let new = found.map_or(&none, |found| &found.grids);
    let only_found = new.iter().filter(|grid| recorded.grids.iter().all(|it| it.id != grid.id));
    for grid in recorded.grids.iter().chain(only_found) {
        let of = |outcome: &'_ Outcome| outcome.grids.iter().find(|it| it.id == grid.id).cloned();
        let sides = (of(recorded), found.map(of));
        all.push(of_grid(sides.0.as_ref(), sides.1.as_ref().map(Option::as_ref), grid, rules));
    }
    let whole = paired(
        &together(recorded),
        found.map(together).as_deref(),
        |(name, _)| (*name).to_owned(),
        |(name, value)| {
            let (most, state, why) = (String::new(), String::new(), String::new());
            ((*name).to_owned(), Side { value: value.clone(), most, state, why })
        },
    );
    all.push(Lines { title: "Ensemble".to_owned(), rules: None, lines: whole });
    all.retain(|block| !block.lines.is_empty());
    all
}

/// Lists what follows from the lines.
fn together(outcome: &Outcome) -> Vec<(&'static str, String)> {
    let range = match (&outcome.low, &outcome.high) {
        (None, None) => "inconnu".to_owned(),
        (low, high) => {
            let end = |end: &Option<_>| end.as_ref().map_or("?".to_owned(), ToString::to_string);
            format!("{} à {}", end(low), end(high))
        }
    };
    let all = outcome.if_all_apply.as_ref();
    let yes = |is_so: bool| if is_so { "oui" } else { "non" }.to_owned();
    vec![
        ("Total", outcome.total.to_string()),
        ("Total possible", range),
        ("Éligible", words::state(&outcome.eligible)),
        ("A postulé", yes(outcome.applies)),
        ("Rang", rank(outcome.rank)),
        ("Proposé", yes(outcome.kept)),
        (
            "Place si tous postulaient",
            all.map_or_else(
                || "sans place".to_owned(),
                |all| format!("{} sur {}, avec {}", all.rank, all.of, all.total),
            ),
        ),
    ]
}

fn of_grid(
    recorded: Option<&Grid<'static>>,
    found: Option<Option<&Grid<'static>>>,
    grid: &Grid<'static>,
    rules: Option<&Rules>,
) -> Lines {
    let given = grid.filling.as_ref().or(grid.version.as_ref());
    let version = given.map(|it: &Version<'_>| (&*it.unit, &*it.version));
    let none = Vec::new();
    let lines_of =
        |side: Option<&Grid<'static>>| side.map_or(none.clone(), |grid| grid.lines.clone());
    let mut lines = paired(
        &lines_of(recorded),
        found.map(lines_of).as_deref(),
        |line| line.id.to_string(),
        |line| {
            let side = Side {
                value: line.points.to_string(),
                most: most(line.maximum.as_ref()),
                state: words::state(&line.state),
                why: words::reason(&line.motif, rules),
            };
            (words::line(&grid.id, &line.id, version, rules), side)
        },
    );
    // What a grid says apart from its lines.
    let alone = |side: &Grid<'static>| Grid { lines: Vec::new(), ..side.clone() };
    lines.extend(paired(
        &recorded.map(alone).into_iter().collect::<Vec<_>>(),
        found.map(|side| side.map(alone).into_iter().collect::<Vec<_>>()).as_deref(),
        |grid| grid.id.to_string(),
        |grid| {
            let why = grid.motif.as_ref().map(|motif| words::reason(motif, rules));
            let side = Side {
                value: grid
                    .points
                    .as_ref()
                    .map_or_else(|| "sans points".to_owned(), ToString::to_string),
                most: most(grid.maximum.as_ref()),
                state: words::state(&grid.state),
                why: why.unwrap_or_default(),
            };
            ("Somme de la grille".to_owned(), side)
        },
    ));
    let page = version.zip(rules).and_then(|((unit, version), rules)| {
        let page = page_of(rules, unit, version)?;
        Some((format!("{unit}, version {version}"), page))
    });
    Lines { title: words::grid(&grid.id, rules), rules: page, lines }
}

/// Says the most that points could be: nothing of what can only take some away.
fn most(maximum: Option<&impl ToString>) -> String {
    maximum.map(ToString::to_string).filter(|most| most != "0").unwrap_or_default()
}

fn of_condition(condition: &Condition<'_>, rules: Option<&Rules>) -> Side {
    Side {
        value: words::state(&condition.state),
        most: String::new(),
        state: String::new(),
        why: words::reason(&condition.motif, rules),
    }
}

/// Pairs what has the same name on both sides, in the order of the record, then what is only found.
fn paired<T: PartialEq>(
    recorded: &[T],
    found: Option<&[T]>,
    name: impl Fn(&T) -> String,
    said: impl Fn(&T) -> (String, Side),
) -> Vec<Line> {
    let beside = |all: &'_ [T], id: &str| all.iter().position(|one| name(one) == id);
    let row = |before: Option<&T>, after: Option<&T>| {
        let one = before.or(after)?;
        let side = |one: &T| said(one).1;
        let same = before == after;
        let (recorded, found) = (before.map(side), after.map(side));
        Some(Line { label: said(one).0, id: name(one), recorded, found, same })
    };
    let all = found.unwrap_or_default();
    let both = recorded.iter().filter_map(|one| {
        let after = beside(all, &name(one)).and_then(|at| all.get(at));
        row(Some(one), after)
    });
    let new = all.iter().filter(|one| beside(recorded, &name(one)).is_none());
    both.chain(new.filter_map(|one| row(None, Some(one)))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_takes_points_away_has_no_most() {
        assert_eq!(most(Some(&"20")), "20");
        assert_eq!((most(Some(&"0")), most(None::<&String>)), (String::new(), String::new()));
    }
}
