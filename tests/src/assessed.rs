//! What is decided without a word is what is said: an assessment beside the outcome of the same pool.

use engine::{
    Assessed, AssessedCondition, AssessedGrid, AssessedLine, Assessment, CandidateOutcome,
    ConditionOutcome, GridOutcome, LineOutcome, Motif, PoolOutcome, Why,
};

/// Compares an assessment with an outcome.
///
/// Errors: a sentence with both.
pub fn says_the_same(assessment: &Assessment<'_>, outcome: &PoolOutcome) -> Result<(), String> {
    let ranking = assessment.ranking;
    let names = (ranking.unit.clone(), ranking.version.clone());
    let all = assessment.candidates.len() == outcome.candidates.len() && names == outcome.ranking;
    let pairs = assessment.candidates.iter().zip(&outcome.candidates);
    match pairs.clone().find(|(decided, said)| !candidate(decided, said)) {
        Some((decided, said)) => Err(format!("décidé {decided:#?}\ndit {said:#?}")),
        None if all => Ok(()),
        None => Err("un autre classement".to_owned()),
    }
}

/// Takes out of an outcome what sentences alone do not say.
pub fn in_sentences(mut outcome: PoolOutcome) -> PoolOutcome {
    for candidate in &mut outcome.candidates {
        for condition in &mut candidate.eligibilities {
            condition.quantities.clear();
        }
        for line in candidate.grids.iter_mut().flat_map(|grid| &mut grid.lines) {
            line.quantities.clear();
            line.sub_criteria.clear();
        }
    }
    outcome
}

/// Compares an assessment by the walk of the program with one by its plans.
///
/// Errors: a sentence with the first candidate of both that differs.
pub fn is_as_planned(
    walked: &Assessment<'_>,
    planned: Option<&Assessment<'_>>,
) -> Result<(), String> {
    let planned = planned.ok_or("le plan n'a pas de classement")?;
    let mut pairs = walked.candidates.iter().zip(&planned.candidates);
    match pairs.find(|(walked, planned)| walked != planned) {
        Some((walked, planned)) => Err(format!("{}", Difference { walked, planned })),
        None if walked == planned => Ok(()),
        None => Err("le plan classe d'autres candidats".to_owned()),
    }
}

/// Two candidates that should be the same, by what differs.
struct Difference<'d> {
    walked: &'d Assessed<'d>,
    planned: &'d Assessed<'d>,
}

impl std::fmt::Display for Difference<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for one in [self.walked, self.planned] {
            let Assessed { index, eligible, rank, kept, total, range, .. } = one;
            writeln!(f, "candidat {index} {eligible:?} {rank:?} {kept} {total} {range:?}")?;
            for condition in &one.eligibilities {
                writeln!(
                    f,
                    "  {} {:?} {:?}",
                    condition.criterion.id, condition.truth, condition.why
                )?;
            }
            for grid in &one.grids {
                let AssessedGrid { state, points, range, why, .. } = grid;
                writeln!(f, "  {} {state:?} {points:?} {range:?} {why:?}", grid.grid.id)?;
                for line in &grid.lines {
                    let AssessedLine { state, points, range, why, conditions, .. } = line;
                    writeln!(f, "    {} {state:?} {points} {range:?} {why:?}", line.id())?;
                    for one in conditions {
                        writeln!(f, "      {} {:?} {:?}", one.criterion.id, one.truth, one.why)?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn candidate(decided: &Assessed<'_>, said: &CandidateOutcome) -> bool {
    (decided.index, decided.eligible, decided.applies, decided.rank, decided.kept)
        == (said.index, said.eligible, said.applies, said.rank, said.kept)
        && (decided.total, decided.range, decided.if_all_apply)
            == (said.total, said.range, said.if_all_apply)
        && each(&decided.eligibilities, &said.eligibilities, condition)
        && each(&decided.grids, &said.grids, grid)
}

fn grid(decided: &AssessedGrid<'_>, said: &GridOutcome) -> bool {
    let version = decided.version.map(|version| (version.unit.clone(), version.version.clone()));
    let filling = decided.version.and_then(|version| version.filling.clone());
    (&decided.grid.id, &version, &filling) == (&said.id, &said.version, &said.filling)
        && (decided.state, decided.points, decided.maximum(), decided.range)
            == (said.state, said.points, said.maximum, said.range)
        && match (&decided.why, &said.motif) {
            (Some(decided), Some(said)) => why(decided, said),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        }
        && each(&decided.lines, &said.lines, line)
}

fn line(decided: &AssessedLine<'_>, said: &LineOutcome) -> bool {
    decided.id() == said.id
        && decided.label() == said.label
        && (decided.state, decided.points, decided.maximum(), decided.range)
            == (said.state, said.points, said.maximum, said.range)
        && why(&decided.why, &said.motif)
        && each(&decided.conditions, &said.sub_criteria, condition)
}

fn condition(decided: &AssessedCondition<'_>, said: &ConditionOutcome) -> bool {
    decided.criterion.id == said.id && decided.truth == said.truth && why(&decided.why, &said.motif)
}

fn why(decided: &Why, said: &Motif) -> bool {
    (decided.code, &decided.facts, decided.raw, decided.error)
        == (said.code, &said.facts, said.raw, said.error)
}

fn each<D, S>(decided: &[D], said: &[S], same: impl Fn(&D, &S) -> bool) -> bool {
    decided.len() == said.len() && decided.iter().zip(said).all(|(a, b)| same(a, b))
}
