//! The test bench: an example of the rules, its facts changed by a form, the points before and after. Nothing is
//! recorded, and facts go in the body of a form, never in an address.

use super::bench_facts::{Entered, entered};
use super::sessions::visitor;
use crate::access::By;
use crate::answers::{Document, by_rules};
use crate::app::App;
use crate::forms::Sent;
use crate::problem::Problem;
use crate::rules::Rules;
use crate::under::Asked;
use axum::extract::{Extension, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use dsl::typed::tree::Example;
use engine::{
    CandidateOutcome, ConditionOutcome, Exact, GridOutcome, GridState, LineOutcome, Pool, Truth,
};
use explain::Words;
use pages::people::Visitor;
use pages::people::bench::{Bench, Choice, Line, Lines, Side, Trial};
use serde::Deserialize;
use std::sync::Arc;

/// Which example.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Which {
    exemple: Option<usize>,
    #[serde(default)]
    candidat: usize,
}

/// `GET /essai?exemple=&candidat=`: the examples, and one of them as it is.
pub async fn choose(
    State(app): State<App>,
    Extension(by): Extension<By>,
    Asked(which): Asked<Which>,
) -> Result<Response, Problem> {
    let rules = app.generation().rules.clone();
    tried(&app, &by, rules, which, Sent::default()).await
}

/// `POST /essai`: an example with some of its facts changed.
///
/// Errors: rules that are not kept, an example that they have not, a fact that they have not.
pub async fn change(
    State(app): State<App>,
    Extension(by): Extension<By>,
    mut sent: Sent,
) -> Result<Response, Problem> {
    let number = |name: &str| sent.field(name).and_then(|it| it.parse().ok());
    let exemple = number("exemple").ok_or_else(|| Problem::unknown("exemple"))?;
    let which = Which { exemple: Some(exemple), candidat: number("candidat").unwrap_or(0) };
    let rules = app.rules(sent.field("regles").unwrap_or_default()).await?;
    let own = ["jeton", "regles", "exemple", "candidat"];
    sent.0.retain(|(name, _)| !own.contains(&name.as_str()));
    tried(&app, &by, rules, which, sent).await
}

async fn tried(
    app: &App,
    by: &By,
    rules: Arc<Rules>,
    which: Which,
    sent: Sent,
) -> Result<Response, Problem> {
    let (visitor, made_by) = (visitor(app, by), rules.clone());
    let state = app.clone();
    let work = move || {
        let page = page(&rules, visitor, &which, &sent)?;
        state.metrics.evaluated.inc_by(u64::from(page.trial.is_some()) * 2);
        let is_wrong = page.trial.as_ref().is_some_and(|trial| !trial.wrong.is_empty());
        Ok((is_wrong, Document::page(pages::people::bench::bench(&page))))
    };
    let (is_wrong, page) = app.workshop.long(work).await?;
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(by_rules(&made_by, (status, page).into_response()))
}

fn page(rules: &Rules, visitor: Visitor, which: &Which, sent: &Sent) -> Result<Bench, Problem> {
    let choice = |(number, example): (usize, &Example)| Choice {
        number,
        label: format!("{}, le {}", example.label, pages::days::day(example.pool.date)),
        is_chosen: which.exemple == Some(number),
    };
    let choices = examples(rules).map(choice).collect();
    let trial = match which.exemple {
        Some(number) => Some(trial(rules, number, which.candidat, sent)?),
        None => None,
    };
    Ok(Bench { visitor, rules: rules.hash().to_owned(), choices, trial })
}

/// Lists the examples that a ranking is in force for, each with its number among all.
fn examples(rules: &Rules) -> impl Iterator<Item = (usize, &Example)> {
    let all = rules.compiled.typed.examples.iter().enumerate();
    all.filter(|(_, example)| {
        let is_ranked = rules.program().ranking_at(example.pool.date).is_some();
        is_ranked && !example.pool.candidates.is_empty()
    })
}

fn trial(rules: &Rules, number: usize, place: usize, sent: &Sent) -> Result<Trial, Problem> {
    let example = examples(rules).find(|(at, _)| *at == number).map(|(_, example)| example);
    let example = example.ok_or_else(|| Problem::unknown("exemple"))?;
    let pool: &Pool = &example.pool;
    let candidate = pool.candidates.get(place).ok_or_else(|| Problem::unknown("candidat"))?;
    let Entered { case, groups } = entered(rules, &candidate.case, sent)?;
    let mut changed = pool.clone();
    if let Some(candidate) = changed.candidates.get_mut(place) {
        candidate.case = case;
    }
    let (before, after) = (of(rules, pool, place)?, of(rules, &changed, place)?);
    let fields = || groups.iter().flat_map(|group| &group.fields);
    let labels = |all: Vec<&str>| all.into_iter().map(str::to_owned).collect();
    Ok(Trial {
        number,
        label: example.label.clone(),
        day: pages::days::day(pool.date),
        candidate: place,
        candidates: pool.candidates.iter().map(|one| one.id.clone()).collect(),
        wrong: labels(fields().filter(|it| it.is_wrong).map(|it| it.label.as_str()).collect()),
        changed: labels(fields().filter(|it| it.is_changed).map(|it| it.label.as_str()).collect()),
        total: total(before.total, after.total),
        lines: lines(&before, &after),
        groups,
    })
}

/// Ranks a pool, and takes the outcome of one of its candidates.
fn of(rules: &Rules, pool: &Pool, place: usize) -> Result<CandidateOutcome, Problem> {
    let ranked = rules.evaluator().rank(pool);
    let ranked = ranked.ok_or_else(|| Problem::no_ranking(&pool.date.to_string()))?;
    let found = ranked.candidates.into_iter().find(|one| one.index == place);
    found.ok_or_else(Problem::broken)
}

fn points(points: Exact) -> String {
    Words::french().figure(points)
}

/// Says by how much something moves; nothing when it does not.
fn by_how_much(before: Exact, after: Exact) -> Option<String> {
    let difference = after.subtract(before).ok().filter(|it| *it != Exact::whole(0))?;
    let sign = if difference.is_negative() { "" } else { "+" };
    Some(format!("{sign}{}", points(difference)))
}

fn total(before: Exact, after: Exact) -> String {
    match by_how_much(before, after) {
        Some(moved) => {
            format!("Le total passe de {} à {} : {moved}.", points(before), points(after))
        }
        None => format!("Le total est de {}.", points(after)),
    }
}

fn lines(before: &CandidateOutcome, after: &CandidateOutcome) -> Vec<Lines> {
    let conditions = paired(&before.eligibilities, &after.eligibilities, |it| &it.id, condition);
    let mut all = vec![Lines { title: "Les conditions".to_owned(), lines: conditions }];
    for (one, other) in before.grids.iter().zip(&after.grids) {
        let mut lines = paired(&one.lines, &other.lines, |it| &it.id, line);
        lines.push(sum(one, other));
        all.push(Lines { title: one.label.clone(), lines });
    }
    all.push(Lines { title: "La place".to_owned(), lines: vec![rank(before, after)] });
    all.retain(|block| !block.lines.is_empty());
    all
}

/// What is said of one side, and the points in it when there are some.
type Told = (String, Side, Option<Exact>);

/// Pairs what has the same name on both sides, in the order of the first, then what is new.
fn paired<T>(before: &[T], after: &[T], id: fn(&T) -> &String, told: fn(&T) -> Told) -> Vec<Line> {
    let find = |all: &'_ [T], name: &str| all.iter().position(|one| id(one) == name);
    let both = before.iter().map(|one| {
        let other = find(after, id(one)).and_then(|at| after.get(at));
        row(Some(told(one)), other.map(told))
    });
    let new = after.iter().filter(|one| find(before, id(one)).is_none());
    both.chain(new.map(|one| row(None, Some(told(one))))).collect()
}

fn row(before: Option<Told>, after: Option<Told>) -> Line {
    let moved = match (&before, &after) {
        (Some((_, one, was)), Some((_, other, is))) => {
            let points = was.zip(*is).and_then(|(was, is)| by_how_much(was, is));
            points
                .or_else(|| (one.value != other.value).then(|| "une autre réponse".to_owned()))
                .or_else(|| (one.why != other.why).then(|| "une autre raison".to_owned()))
        }
        (None, None) => None,
        (Some(_), None) => Some("la ligne disparaît".to_owned()),
        (None, Some(_)) => Some("la ligne apparaît".to_owned()),
    };
    let label = before.as_ref().or(after.as_ref()).map(|(label, ..)| label.clone());
    let side = |told: Option<Told>| told.map(|(_, side, _)| side);
    Line { label: label.unwrap_or_default(), before: side(before), after: side(after), moved }
}

fn condition(condition: &ConditionOutcome) -> Told {
    let value = truth(condition.truth).to_owned();
    (condition.label.clone(), Side { value, why: condition.motif.text.clone() }, None)
}

fn truth(truth: Truth) -> &'static str {
    match truth {
        Truth::Yes => "oui",
        Truth::No => "non",
        Truth::Unknown => "on ne sait pas",
    }
}

fn line(line: &LineOutcome) -> Told {
    let most = line.maximum.map(|most| format!(" sur {}", points(most))).unwrap_or_default();
    let value = format!("{}{most}", points(line.points));
    (line.label.clone(), Side { value, why: line.motif.text.clone() }, Some(line.points))
}

fn sum(before: &GridOutcome, after: &GridOutcome) -> Line {
    let told = |grid: &GridOutcome| {
        let value = match (grid.state, grid.points) {
            (GridState::Established, Some(sum)) => points(sum),
            (GridState::Established | GridState::NotEstablished, _) => "non établi".to_owned(),
            (GridState::NotApplicable, _) => "sans objet".to_owned(),
            (GridState::Indeterminate, _) => "on ne sait pas".to_owned(),
        };
        let why = grid.motif.as_ref().map(|motif| motif.text.clone()).unwrap_or_default();
        ("Somme de la grille".to_owned(), Side { value, why }, grid.points)
    };
    row(Some(told(before)), Some(told(after)))
}

fn rank(before: &CandidateOutcome, after: &CandidateOutcome) -> Line {
    let told = |one: &CandidateOutcome| {
        let value = one.rank.map_or_else(|| "sans rang".to_owned(), |rank| format!("{rank}"));
        let why = format!("Éligible : {}.", truth(one.eligible));
        ("Rang parmi les candidats de l'exemple".to_owned(), Side { value, why }, None)
    };
    row(Some(told(before)), Some(told(after)))
}
