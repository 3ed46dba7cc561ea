//! One generated case: rules compiled from text, a pool, and everything that must be true of what the
//! engine says of it.

use crate::assessed::{in_sentences, is_as_planned, says_the_same};
use crate::columned;
use crate::describe;
use crate::generate::{Choices, completed, days, pool, recueil};
use crate::reference::{self, Candidate, World};
use crate::rules::{Rules, candidate};
use engine::{
    CandidateOutcome, Date, EvalError, Exact, GridOutcome, Motif, MotifCode, Plans, Pool,
    PoolOutcome,
};
use std::collections::BTreeMap;

/// How a generated recueil fared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Pools compared.
    pub cases: usize,
    /// Candidates in them.
    pub candidates: usize,
    /// Lines of established grids.
    pub lines: usize,
    /// Pools left aside because a number overflowed 128 bits, which the reference has no notion of.
    pub overflows: usize,
}

/// Compiles a generated recueil and checks pools of facts against it.
///
/// Errors: a sentence with the rules, the pool and the difference.
pub fn check(rules: &[u32], facts: &[Vec<u32>]) -> Result<Tally, String> {
    let texts = recueil(&mut Choices::new(rules));
    let compiled =
        Rules::from_texts(texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let shown =
        || texts.iter().map(|(path, text)| format!("=== {path}\n{text}\n")).collect::<String>();
    let errors = compiled.errors();
    if !errors.is_empty() {
        return Err(format!("règles refusées :\n{}\n{}", errors.join("\n"), shown()));
    }
    let mut tally = Tally::default();
    for stream in facts {
        let mut c = Choices::new(stream);
        let day = c.pick(days()).and_then(|day| Date::parse_iso(day)).ok_or("aucun jour")?;
        let schema = &compiled.compiled.typed.schema;
        let pool = pool(&mut c, schema, day);
        one(&compiled, &pool, &mut c, &mut tally)
            .map_err(|said| format!("{said}\n{}\n{}", describe::pool(&pool, schema), shown()))?;
    }
    Ok(tally)
}

/// Ranks a pool, and checks all that must be true of the ranking.
///
/// Errors: a sentence about what does not hold.
pub fn one(
    rules: &Rules,
    pool: &Pool,
    c: &mut Choices<'_>,
    tally: &mut Tally,
) -> Result<(), String> {
    let outcome = rules.rank(pool).ok_or("aucun classement en vigueur")?;
    if overflows(&outcome) {
        tally.overflows += 1;
        return Ok(());
    }
    let assessment = rules.evaluator().assess(pool).ok_or("aucun classement en vigueur")?;
    says_the_same(&assessment, &outcome)?;
    let sentences = rules.evaluator().tell_in_sentences(pool);
    let sentences = sentences.map(|told| PoolOutcome::of(told, pool));
    if sentences.as_ref() != Some(&in_sentences(outcome.clone())) {
        return Err(format!("en phrases {sentences:#?}\nentier {outcome:#?}"));
    }
    let planned = Plans::new(rules.evaluator()).assess(pool);
    is_as_planned(&assessment, planned.as_ref())?;
    columned::says_the_same(Plans::new(rules.evaluator()), pool, &assessment)?;
    agree(rules, pool, &outcome)?;
    for one in &outcome.candidates {
        adds_up(one)?;
        tally.lines += one.grids.iter().map(|grid| grid.lines.len()).sum::<usize>();
    }
    is_blind_to_order(rules, pool, &outcome)?;
    ranges_hold(rules, pool, &outcome, c)?;
    tally.cases += 1;
    tally.candidates += pool.candidates.len();
    Ok(())
}

/// Compares a ranking with the reference's, which has nothing to say of numbers that overflow.
///
/// Errors: a sentence with both.
pub fn agree(rules: &Rules, pool: &Pool, outcome: &PoolOutcome) -> Result<(), String> {
    if overflows(outcome) {
        return Ok(());
    }
    let slow =
        reference::rank(&rules.compiled.typed, &rules.sandbox, pool).ok_or("aucun classement")?;
    same(&slow, &reference::of_pool(outcome))
}

/// Compares what every grid in force gives each candidate, fillings apart, with the reference.
///
/// Errors: a sentence with both.
pub fn grids_agree(rules: &Rules, pool: &Pool) -> Result<(), String> {
    let compiled = &rules.compiled;
    let members: Vec<bool> = pool.candidates.iter().map(|candidate| candidate.applies).collect();
    let tree = &compiled.typed;
    let world = World { tree, scripts: &rules.sandbox, pool, members: &members };
    for (typed, place) in tree.grids.iter().zip(&compiled.lowered.grids) {
        let Some((grid, version)) = rules.grid_at(*place) else { continue };
        if !version.period.contains(pool.date) {
            continue;
        }
        let outcomes = rules.evaluator().grid(grid, version, pool);
        if outcomes.iter().any(grid_overflows) {
            continue;
        }
        for (who, outcome) in outcomes.iter().enumerate() {
            let (slow, fast) = (world.grid(typed, who), reference::Grid::from(outcome));
            if slow != fast {
                return Err(format!("référence {slow:#?}\nmoteur {fast:#?}"));
            }
        }
    }
    Ok(())
}

/// Tells whether a number overflowed 128 bits, which the reference has no notion of.
pub fn overflows(outcome: &PoolOutcome) -> bool {
    outcome.candidates.iter().any(|one| {
        one.eligibilities.iter().any(|condition| is_overflow(&condition.motif))
            || one.grids.iter().any(grid_overflows)
    })
}

/// Tells whether a number of a grid overflowed 128 bits.
pub fn grid_overflows(grid: &GridOutcome) -> bool {
    grid.motif.as_ref().is_some_and(is_overflow)
        || grid.lines.iter().any(|line| is_overflow(&line.motif))
}

fn is_overflow(motif: &Motif) -> bool {
    motif.code == MotifCode::Calculation && motif.error == Some(EvalError::Overflow)
}

fn same(slow: &[Candidate], fast: &[Candidate]) -> Result<(), String> {
    match slow.iter().zip(fast).find(|(slow, fast)| slow != fast) {
        Some((slow, fast)) => Err(format!(
            "référence {}moteur {}",
            describe::candidate(slow),
            describe::candidate(fast)
        )),
        None if slow.len() == fast.len() => Ok(()),
        None => Err("nombre de candidats".to_owned()),
    }
}

/// Points belong to lines, lines to grids, grids to the total; each within its range and maximum.
///
/// Errors: a sentence about what is not so.
pub fn adds_up(one: &CandidateOutcome) -> Result<(), String> {
    let mut total = Exact::ZERO;
    for grid in &one.grids {
        let mut points = Exact::ZERO;
        for line in &grid.lines {
            points = points.add(line.points).map_err(|error| error.to_string())?;
            let beyond = line.maximum.is_some_and(|maximum| line.points > maximum);
            if beyond || !line.range.contains(line.points) {
                return Err(format!("la ligne {} sort de ses bornes : {line:#?}", line.id));
            }
        }
        let held = grid.points.unwrap_or(Exact::ZERO);
        if grid.points.is_some() && held != points {
            return Err(format!("la grille {} n'est pas la somme de ses lignes", grid.id));
        }
        if !grid.range.contains(held) {
            return Err(format!("la grille {} sort de son intervalle : {grid:#?}", grid.id));
        }
        total = total.add(held).map_err(|error| error.to_string())?;
    }
    if total != one.total || !one.range.contains(total) {
        return Err(format!("le total de {} : {} hors de {:?}", one.id, one.total, one.range));
    }
    Ok(())
}

/// The pool in another order gives the same candidates the same outcomes.
fn is_blind_to_order(rules: &Rules, pool: &Pool, outcome: &PoolOutcome) -> Result<(), String> {
    let mut turned = pool.clone();
    turned.candidates.reverse();
    if let Some(last) = turned.candidates.pop() {
        turned.candidates.insert(0, last);
    }
    let other = rules.rank(&turned).ok_or("aucun classement")?;
    let by_id = |outcome: &PoolOutcome| -> BTreeMap<String, Candidate> {
        outcome.candidates.iter().map(|one| (one.id.clone(), Candidate::from(one))).collect()
    };
    if by_id(outcome) == by_id(&other) {
        Ok(())
    } else {
        Err("un autre ordre du pool change un résultat".to_owned())
    }
}

/// Whatever the missing facts of one candidate turn out to be, its total was within its range.
fn ranges_hold(
    rules: &Rules,
    pool: &Pool,
    outcome: &PoolOutcome,
    c: &mut Choices<'_>,
) -> Result<(), String> {
    let who = c.below(pool.candidates.len());
    let Some(before) = candidate(outcome, who) else { return Ok(()) };
    for _ in 0..2 {
        let completed = completed(c, &rules.compiled.typed.schema, pool, who);
        let Some(after) = rules.rank(&completed) else { continue };
        if overflows(&after) {
            continue;
        }
        let Some(after) = candidate(&after, who) else { continue };
        if !before.range.contains(after.total) {
            return Err(format!(
                "{} : {:?} ne contient pas {}\navant {}après {}complété : {}",
                before.id,
                before.range,
                after.total,
                describe::candidate(&Candidate::from(before)),
                describe::candidate(&Candidate::from(after)),
                describe::pool(&completed, &rules.compiled.typed.schema)
            ));
        }
    }
    Ok(())
}
