//! Which version each candidate has, and the ranking of a pool over both populations.

use super::expression::{Env, World};
use super::lines::{Cause, Sheet, lines};
use super::outcome::{Because, Candidate, Condition, Grid, IfAllApply};
use super::value::{Val, Why, Whys};
use dsl::typed::tree::{self, Ranking, Recueil};
use engine::{
    Date, Direction, EvalError, FactRef, FactState, GridState, MotifCode, Perimeter, Pool, Scripts,
    Truth, Value,
};
use num_rational::BigRational;
use std::cmp::Ordering;
use std::sync::Arc;

/// The version of a grid that a candidate has, or why there is none.
enum Selected<'t> {
    Version(&'t tree::Grid),
    Not(GridState, Because, Option<&'t tree::Grid>),
}

/// Whether a version takes a case in.
enum Applies {
    Yes,
    No(MotifCode),
    Unknown(Whys),
}

impl<'t> World<'t> {
    fn applies(self, grid: &'t tree::Grid, who: usize) -> Applies {
        let inside = match &grid.perimeter {
            None => Ok(true),
            Some((perimeter, fact)) => match self.eval(fact, &Env::default(), who) {
                Val::Text(code) => Ok(contains(perimeter, &code)),
                other => Err(other.doubt().unwrap_or_default()),
            },
        };
        if inside == Ok(false) {
            return Applies::No(MotifCode::OutsidePerimeter);
        }
        let concerned = match &grid.applies {
            None => Ok(true),
            Some(condition) => self.eval(condition, &Env::default(), who).truth(),
        };
        if concerned == Ok(false) {
            return Applies::No(MotifCode::OutsidePopulation);
        }
        let whys: Whys =
            [inside, concerned].into_iter().filter_map(Result::err).flatten().collect();
        if whys.is_empty() { Applies::Yes } else { Applies::Unknown(whys) }
    }

    /// The version in force, when it takes the case in.
    fn alone(self, version: Option<&'t tree::Grid>, who: usize) -> Selected<'t> {
        let Some(version) = version.filter(|version| version.period.contains(self.pool.date))
        else {
            let because = Because::plain(MotifCode::NotEstablished);
            return Selected::Not(GridState::NotEstablished, because, None);
        };
        match self.applies(version, who) {
            Applies::Yes => Selected::Version(version),
            Applies::No(code) => {
                Selected::Not(GridState::NotApplicable, Because::plain(code), Some(version))
            }
            Applies::Unknown(whys) => {
                let because = Cause::Unknown(whys).because();
                Selected::Not(GridState::Indeterminate, because, Some(version))
            }
        }
    }

    fn select(self, name: &str, who: usize) -> Selected<'t> {
        let tree: &'t Recueil = self.tree;
        let versions =
            || tree.grids.iter().map(Arc::as_ref).filter(move |grid| *grid.unit == *name);
        let in_force = |grid: &&tree::Grid| grid.period.contains(self.pool.date);
        let base = versions().filter(in_force).find(|grid| grid.filling.is_none());
        if !versions().any(|grid| grid.frame) {
            return self.alone(base, who);
        }
        let siren = self.siren(who);
        let fillings: Vec<&tree::Grid> =
            versions().filter(in_force).filter(|grid| grid.filling.is_some()).collect();
        let of_others = |grid: &&&tree::Grid| match &siren {
            Ok(siren) => !grid.sirens.is_empty() && !grid.sirens.contains(siren),
            Err(_) => !grid.sirens.is_empty(),
        };
        let considered = fillings.iter().filter(|grid| !of_others(grid));
        let verdicts: Vec<(&tree::Grid, Applies)> =
            considered.map(|grid| (*grid, self.applies(grid, who))).collect();
        let applying: Vec<&tree::Grid> = verdicts
            .iter()
            .filter(|(_, applies)| matches!(applies, Applies::Yes))
            .map(|(grid, _)| *grid)
            .collect();
        match applying.as_slice() {
            [only] => Selected::Version(only),
            [] if !versions().any(|grid| grid.open) => self.alone(base, who),
            [] => {
                let by_siren = fillings.iter().any(|grid| !grid.sirens.is_empty());
                not_filled(&verdicts, siren.err().filter(|_| by_siren))
            }
            _ => {
                let why = Why::Failed(EvalError::TwoFillings);
                let because = Cause::Unknown(Whys::from([why])).because();
                Selected::Not(GridState::Indeterminate, because, None)
            }
        }
    }

    fn siren(self, who: usize) -> Result<String, Why> {
        let schema = &self.tree.schema;
        let field = schema.entity_named("employeur").and_then(|id| schema.field_named(id, "siren"));
        let Some(field) = field else { return Ok(String::new()) };
        match self.case(who).and_then(|case| case.facts.get(&field)).map(|fact| &fact.state) {
            Some(FactState::Known(Value::Text(siren))) => Ok(siren.to_string()),
            Some(FactState::Withheld) => Err(Why::Withheld(FactRef::Field(field))),
            Some(FactState::Known(_) | FactState::Missing) | None => {
                Err(Why::Missing(FactRef::Field(field)))
            }
        }
    }

    fn score(self, id: &str, selected: Selected<'t>, who: usize) -> Grid {
        match selected {
            Selected::Not(state, because, version) => Grid {
                id: id.to_owned(),
                state,
                because: Some(because),
                filling: version.and_then(|version| version.filling.clone()),
                points: None,
                lines: Vec::new(),
            },
            Selected::Version(version) => {
                let lines = lines(self, version, who);
                Grid {
                    id: id.to_owned(),
                    state: GridState::Established,
                    because: None,
                    filling: version.filling.clone(),
                    points: Some(lines.iter().map(|line| &line.points).sum()),
                    lines,
                }
            }
        }
    }

    /// Computes a grid for a candidate with the version in force for it.
    pub fn grid_in_force(self, name: &str, who: usize) -> Grid {
        let selected = self.select(name, who);
        self.score(name, selected, who)
    }

    /// Computes one version of a grid for a candidate, whoever its filling is for; a frame with free
    /// criteria is nothing by itself.
    pub fn grid(self, grid: &'t tree::Grid, who: usize) -> Grid {
        let nothing = grid.open && grid.filling.is_none();
        let selected = if nothing { not_filled(&[], None) } else { self.alone(Some(grid), who) };
        self.score(&grid.unit, selected, who)
    }

    /// The total of a grid in eligibility; nothing when it is not established.
    pub fn grid_total(self, name: &str, who: usize) -> BigRational {
        self.grid_in_force(name, who).points.unwrap_or_default()
    }
}

fn not_filled<'t>(verdicts: &[(&'t tree::Grid, Applies)], siren: Option<Why>) -> Selected<'t> {
    let mut whys = Whys::new();
    let mut outside: Option<(MotifCode, Option<&'t tree::Grid>)> = None;
    for (grid, applies) in verdicts {
        match applies {
            Applies::Yes => {}
            Applies::Unknown(unknown) => whys.extend(unknown),
            Applies::No(MotifCode::OutsidePopulation) => {
                outside = Some((MotifCode::OutsidePopulation, Some(grid)));
            }
            Applies::No(code) => outside = outside.or(Some((*code, None))),
        }
    }
    if whys.is_empty() {
        whys.extend(siren);
    }
    if !whys.is_empty() {
        return Selected::Not(GridState::Indeterminate, Cause::Unknown(whys).because(), None);
    }
    match outside {
        Some((code, version)) => {
            Selected::Not(GridState::NotApplicable, Because::plain(code), version)
        }
        None => {
            let because = Because::plain(MotifCode::NotEstablished);
            Selected::Not(GridState::NotEstablished, because, None)
        }
    }
}

fn contains(perimeter: &Perimeter, code: &str) -> bool {
    let within = |(from, to): &(String, String)| from.as_str() <= code && code <= to.as_str();
    (perimeter.included.is_empty() || perimeter.included.iter().any(within))
        && !perimeter.excluded.iter().any(within)
}

/// One candidate in one population.
struct Place {
    who: usize,
    total: BigRational,
    keys: Vec<Val>,
}

/// Ranks a pool; absent when no ranking is in force.
pub fn rank(tree: &Recueil, scripts: &dyn Scripts, pool: &Pool) -> Option<Vec<Candidate>> {
    let ranking = ranking_at(tree, pool.date)?;
    let everyone = 0..pool.candidates.len();
    let nobody = World { tree, scripts, pool, members: &[] };
    let eligible: Vec<(Truth, Vec<Condition>)> =
        everyone.clone().map(|who| eligibility(nobody, ranking, who)).collect();
    let is_eligible = |who: usize| eligible.get(who).is_some_and(|(truth, _)| *truth == Truth::Yes);
    let has_applied = |who: usize| pool.candidates.get(who).is_some_and(|one| one.applies);
    let all: Vec<bool> = everyone.clone().map(is_eligible).collect();
    let applied: Vec<bool> =
        everyone.clone().map(|who| is_eligible(who) && has_applied(who)).collect();
    let first = World { members: &applied, ..nobody };
    let second = World { members: &all, ..nobody };
    let order = ordered(first, ranking);
    let order_of_all = ordered(second, ranking);
    let keeps = ranking.keeps.map_or(usize::MAX, |keeps| keeps as usize);
    let mut candidates = Vec::new();
    let unranked = everyone.filter(|who| !applied.get(*who).copied().unwrap_or(false));
    for who in order.iter().map(|place| place.who).chain(unranked) {
        let Some((truth, conditions)) = eligible.get(who) else { continue };
        let at = order.iter().position(|place| place.who == who);
        let grids: Vec<Grid> =
            ranking.grids.iter().map(|name| first.grid_in_force(name, who)).collect();
        let of = order_of_all.len();
        let if_all_apply =
            order_of_all.iter().position(|place| place.who == who).map(|at| IfAllApply {
                rank: from_one(at),
                of: from_one(of) - 1,
                total: order_of_all.get(at).map(|place| place.total.clone()).unwrap_or_default(),
            });
        candidates.push(Candidate {
            id: pool.candidates.get(who).map(|candidate| candidate.id.clone()).unwrap_or_default(),
            eligible: *truth,
            conditions: conditions.clone(),
            rank: at.map(from_one),
            kept: at.is_some_and(|at| at < keeps),
            total: sum(&grids),
            if_all_apply,
            grids,
        });
    }
    Some(candidates)
}

/// Returns the ranking in force on a day.
pub fn ranking_at(tree: &Recueil, day: Date) -> Option<&Ranking> {
    tree.rankings.iter().find(|ranking| ranking.period.contains(day))
}

fn from_one(at: usize) -> u32 {
    u32::try_from(at + 1).unwrap_or(u32::MAX)
}

fn sum(grids: &[Grid]) -> BigRational {
    grids.iter().filter_map(|grid| grid.points.as_ref()).sum()
}

fn eligibility<'t>(world: World<'t>, ranking: &'t Ranking, who: usize) -> (Truth, Vec<Condition>) {
    let sheet = Sheet { world, sharing: None, who };
    let mut conditions = Vec::new();
    for criterion in &ranking.eligibilities {
        let (truth, cause) = sheet.condition(criterion);
        let because = cause.because();
        conditions.push(Condition { id: criterion.id.clone(), truth, because });
    }
    let has = |wanted: Truth| conditions.iter().any(|condition| condition.truth == wanted);
    let truth = match (has(Truth::No), has(Truth::Unknown)) {
        (true, _) => Truth::No,
        (false, true) => Truth::Unknown,
        (false, false) => Truth::Yes,
    };
    (truth, conditions)
}

/// The members of a population in order: by each key in turn, an unknown one last.
fn ordered<'t>(world: World<'t>, ranking: &'t Ranking) -> Vec<Place> {
    let members = (0..world.pool.candidates.len())
        .filter(|who| world.members.get(*who).copied().unwrap_or(false));
    let mut places: Vec<Place> = members
        .map(|who| {
            let grids: Vec<Grid> =
                ranking.grids.iter().map(|name| world.grid_in_force(name, who)).collect();
            let total = sum(&grids);
            let key = |key: &'t tree::OrderKey| match &key.key {
                None => Val::Number(total.clone()),
                Some(key) => world.eval(key, &Env::default(), who),
            };
            let keys = ranking.order.iter().map(key).collect();
            Place { who, total, keys }
        })
        .collect();
    places.sort_by(|a, b| {
        let mut order = Ordering::Equal;
        for ((key, a), b) in ranking.order.iter().zip(&a.keys).zip(&b.keys) {
            order = order.then(before(key.direction, a, b));
        }
        order.then(a.who.cmp(&b.who))
    });
    places
}

fn before(direction: Direction, a: &Val, b: &Val) -> Ordering {
    match (a.doubt().is_some(), b.doubt().is_some(), direction) {
        (true, true, _) => Ordering::Equal,
        (true, false, _) => Ordering::Greater,
        (false, true, _) => Ordering::Less,
        (false, false, Direction::Ascending) => a.order(b).unwrap_or(Ordering::Equal),
        (false, false, Direction::Descending) => b.order(a).unwrap_or(Ordering::Equal),
    }
}
