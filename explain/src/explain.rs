//! From an outcome and its trace to an [`Explanation`].

use crate::explanation::{
    Condition, Explanation, Fact, Family, Grid, Grounds, Headline, Identity, InForce, Line, Motif,
    Proof, Rank, Reasoning, Required, Retains, Rules, Tie, View, Voice,
};
use crate::grounds;
use crate::points::Points;
use crate::reasoning::Reader;
use crate::value::{Named, Shown};
use dsl::Compiled;
use engine::{
    CandidateOutcome, Case, ConditionOutcome, Criterion, Exact, FactRef, GridOutcome, GridVersion,
    LineOutcome, MotifCode, Part, Pool, PoolOutcome, RankingVersion, Slot, Trace, ValidationGate,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An evaluation to be explained: the rules, what they were applied to, and what came out.
#[derive(Clone, Copy)]
pub struct Evaluation<'e> {
    /// The rules.
    pub rules: &'e Compiled,
    /// The name and the hash of their recueil.
    pub recueil: (&'e str, &'e str),
    /// The candidates, and the date.
    pub pool: &'e Pool,
    /// What came out.
    pub outcome: &'e PoolOutcome,
}

impl Evaluation<'_> {
    /// Explains a candidate's outcome by the trace of its walk: the whole, as an auditor sees it.
    pub fn explain(&self, candidate: &CandidateOutcome, trace: &Trace) -> Explanation {
        let program = &self.rules.lowered.program;
        let (unit, version) = &self.outcome.ranking;
        let ranking = program.ranking_version(unit, version);
        let (name, hash) = self.recueil;
        let empty = Case::default();
        let case = self.pool.candidates.get(candidate.index).map_or(&empty, |it| &it.case);
        let explainer = Explainer { rules: self.rules, case, trace, date: self.pool.date };
        Explanation {
            view: View::Auditor,
            candidate: candidate.id.clone(),
            date: self.pool.date,
            recueil: Identity::unnamed(name, hash),
            ranking: ranking.map(|ranking| self.ranking_rules(ranking)),
            headline: Some(self.headline(candidate, ranking)),
            eligibility: ranking
                .map(|ranking| explainer.eligibility(ranking, candidate))
                .unwrap_or_default(),
            grids: candidate.grids.iter().map(|grid| explainer.grid(grid)).collect(),
            since: None,
            changes: None,
            report: None,
            without_sensitive: false,
        }
    }

    fn ranking_rules(&self, ranking: &RankingVersion) -> Rules {
        Rules {
            unit: ranking.unit.clone(),
            version: ranking.version.clone(),
            label: ranking.label.clone(),
            in_force: ranking.period.into(),
            grounds: grounds::of_version(self.rules, &ranking.unit, &ranking.version),
        }
    }

    fn headline(&self, candidate: &CandidateOutcome, ranking: Option<&RankingVersion>) -> Headline {
        Headline {
            total: Points(candidate.total),
            maximum: maximum(candidate).map(Points),
            range: candidate.range.into(),
            eligible: candidate.eligible.into(),
            applies: candidate.applies,
            rank: Rank::among(
                self.outcome.candidates.iter().map(|candidate| candidate.rank),
                candidate.rank,
                candidate.total,
            ),
            if_all_apply: candidate.if_all_apply.map(|all| Rank {
                rank: all.rank,
                of: all.of,
                total: Points(all.total),
            }),
            kept: candidate.kept,
            keeps: ranking.and_then(|ranking| ranking.keeps),
            tie: self.tie(candidate, ranking),
        }
    }

    /// Tells how many of those who are ranked have the same total, and what comes after the total
    /// in the order.
    fn tie(&self, candidate: &CandidateOutcome, ranking: Option<&RankingVersion>) -> Option<Tie> {
        candidate.rank?;
        let same = |other: &&CandidateOutcome| {
            other.index != candidate.index && other.rank.is_some() && other.total == candidate.total
        };
        let others = self.outcome.candidates.iter().filter(same).count();
        let keys = ranking.map_or(&[][..], |ranking| &ranking.order);
        let after = keys.iter().skip_while(|key| key.key != engine::OrderKeyKind::Total).skip(1);
        let keys = after.map(|key| key.label.clone()).collect();
        (others > 0).then(|| Tie { others: u32::try_from(others).unwrap_or(u32::MAX), keys })
    }
}

/// Adds the maxima of the grids up; absent when one that counts is not established or unbounded.
fn maximum(candidate: &CandidateOutcome) -> Option<Exact> {
    let counted =
        candidate.grids.iter().filter(|grid| grid.state != engine::GridState::NotApplicable);
    counted.map(|grid| grid.maximum).try_fold(Exact::ZERO, |sum, most| sum.add(most?).ok())
}

/// What is needed to explain one candidate's grids.
struct Explainer<'e> {
    rules: &'e Compiled,
    case: &'e Case,
    trace: &'e Trace,
    date: engine::Date,
}

impl Explainer<'_> {
    fn eligibility(
        &self,
        ranking: &RankingVersion,
        candidate: &CandidateOutcome,
    ) -> Vec<Condition> {
        let program = &self.rules.lowered.program;
        let reader = Reader::of_ranking(program, ranking, Some(&self.trace.standing), self.date);
        let conditions = candidate.eligibilities.iter().zip(&ranking.eligibilities);
        conditions
            .map(|(outcome, eligibility)| self.condition(&reader, outcome, &eligibility.criterion))
            .collect()
    }

    fn grid(&self, outcome: &GridOutcome) -> Grid {
        let program = &self.rules.lowered.program;
        let mut grid = self.bare_grid(outcome);
        let Some(version) = program.version_of(outcome) else { return grid };
        let values = self.trace.grids.get(&outcome.id).map_or(&[][..], Vec::as_slice);
        let reader = Reader::of_grid(program, version, Some(values), self.date);
        grid.rules = Some(self.grid_rules(version));
        grid.filling = outcome.filling.as_ref().and_then(|filling| self.filling(filling));
        grid.applies = version.applies.map(|slot| reader.line(&[]).condition(slot));
        grid.facts = self.gates(&reader, version);
        let origins = by_id(version);
        let line = |line: &LineOutcome| self.line(&reader, line, origins.get(line.id.as_str()));
        grid.lines = outcome.lines.iter().map(line).collect();
        if let Some(choice) = self.choice(version) {
            grid.tell_choice(&choice);
        }
        grid
    }

    /// Makes a grid of what its outcome says alone.
    fn bare_grid(&self, outcome: &GridOutcome) -> Grid {
        let own = self.rules.lowered.program.grids.iter().find(|grid| grid.id == outcome.id);
        Grid {
            id: outcome.id.clone(),
            label: outcome.label.clone(),
            of_employer: own.is_some_and(engine::Grid::is_of_company),
            of_territory: own.is_some_and(engine::Grid::is_of_territory),
            rules: None,
            filling: None,
            state: outcome.state.into(),
            facts: Vec::new(),
            applies: None,
            motif: outcome.motif.as_ref().map(|motif| self.motif(motif)),
            points: outcome.points.map(Points),
            maximum: outcome.maximum.map(Points),
            range: (outcome.state == engine::GridState::Established).then(|| outcome.range.into()),
            lines: Vec::new(),
        }
    }

    /// Lists the facts behind the choice to share and the employer's validation.
    fn gates(&self, reader: &Reader<'_>, version: &GridVersion) -> Vec<Fact> {
        let mut line = reader.line(&[]);
        if let Some(sharing) = &version.sharing {
            line.value(sharing.gate);
        }
        if let ValidationGate::Fact { slot, .. } = version.validation {
            line.value(slot);
        }
        line.facts(self.case)
    }

    /// Returns the applicant's choice to share, where the grid has one.
    fn choice(&self, version: &GridVersion) -> Option<Shown> {
        let field = version.sharing.as_ref()?.choice?;
        let schema = &self.rules.lowered.program.schema;
        let known = match &self.case.facts.get(&field)?.state {
            engine::FactState::Known(value) => value,
            engine::FactState::Missing | engine::FactState::Withheld => return None,
        };
        Some(Shown::known(known, schema.field(field)?.ty, schema))
    }

    fn grid_rules(&self, version: &GridVersion) -> Rules {
        Rules {
            unit: version.unit.to_string(),
            version: version.version.to_string(),
            label: version.label.to_string(),
            in_force: version.period.into(),
            grounds: grounds::of_version(self.rules, &version.unit, &version.version),
        }
    }

    fn filling(&self, (unit, version): &(Arc<str>, Arc<str>)) -> Option<Rules> {
        let found = grounds::unit(self.rules, unit, version)?;
        Some(Rules {
            unit: unit.to_string(),
            version: version.to_string(),
            label: found.label.clone(),
            in_force: found.period.into(),
            grounds: grounds::of_version(self.rules, unit, version),
        })
    }

    fn line(
        &self,
        reader: &Reader<'_>,
        outcome: &LineOutcome,
        origin: Option<&Origin<'_>>,
    ) -> Line {
        let mut line = self.bare_line(outcome);
        if self.is_for_others(&outcome.motif) {
            line.motif = Motif::of_others();
        }
        match origin {
            Some(&Origin::Criterion(criterion, family)) => {
                line.doc.clone_from(&criterion.grounds.doc);
                line.grounds = Grounds::of(criterion);
                line.family = family.map(family_of);
                line.in_force = criterion.period.into();
                line.proofs = proofs(criterion);
                (line.reasoning, line.facts) = self.reasoning(reader, criterion);
                line.relative = reader.compares(slots(criterion));
                line.rounded = reader.roundings(slots(criterion));
            }
            Some(&Origin::Tranche(criteria)) => {
                let pairs = outcome.sub_criteria.iter().zip(criteria);
                line.criteria =
                    pairs.map(|(sub, criterion)| self.condition(reader, sub, criterion)).collect();
                line.relative = reader.compares(criteria.iter().flat_map(slots));
                line.rounded = reader.roundings(criteria.iter().flat_map(slots));
            }
            None => {}
        }
        line
    }

    /// Makes a line of what its outcome says alone.
    fn bare_line(&self, outcome: &LineOutcome) -> Line {
        let certain = outcome.range == engine::Range::only(outcome.points);
        Line {
            id: outcome.id.clone(),
            label: outcome.label.clone(),
            doc: None,
            grounds: Grounds::default(),
            in_force: InForce::default(),
            proofs: Vec::new(),
            family: None,
            state: outcome.state.into(),
            points: Points(outcome.points),
            maximum: outcome.maximum.map(Points),
            range: (!certain).then(|| outcome.range.into()),
            motif: self.motif(&outcome.motif),
            facts: Vec::new(),
            reasoning: Reasoning::default(),
            criteria: Vec::new(),
            relative: false,
            rounded: Vec::new(),
        }
    }

    fn condition(
        &self,
        reader: &Reader<'_>,
        outcome: &ConditionOutcome,
        criterion: &Criterion,
    ) -> Condition {
        let (reasoning, facts) = self.reasoning(reader, criterion);
        Condition {
            id: outcome.id.clone(),
            label: outcome.label.clone(),
            doc: criterion.grounds.doc.clone(),
            grounds: Grounds::of(criterion),
            proofs: proofs(criterion),
            truth: outcome.truth.into(),
            motif: self.motif(&outcome.motif),
            facts,
            reasoning,
        }
    }

    fn reasoning(&self, reader: &Reader<'_>, criterion: &Criterion) -> (Reasoning, Vec<Fact>) {
        let mut line = reader.line(&criterion.quantities);
        let reasoning = line.reasoning(criterion);
        (reasoning, line.facts(self.case))
    }

    /// Tells whether a motive speaks of facts that this candidate has given: another lacks them.
    fn is_for_others(&self, motif: &engine::Motif) -> bool {
        let lacks = matches!(motif.code, MotifCode::Missing | MotifCode::Withheld);
        let given = |fact: &FactRef| match fact {
            FactRef::Field(field) => self
                .case
                .facts
                .get(field)
                .is_some_and(|fact| matches!(fact.state, engine::FactState::Known(_))),
            FactRef::List(_) => false,
        };
        lacks && !motif.facts.is_empty() && motif.facts.iter().all(given)
    }

    fn motif(&self, motif: &engine::Motif) -> Motif {
        let schema = &self.rules.lowered.program.schema;
        Motif {
            code: motif.code,
            facts: motif.facts.iter().map(|fact| Named::of(*fact, schema)).collect(),
            text: motif.text.clone(),
            voice: match motif.voice {
                engine::Voice::Rule => Voice::Rule,
                engine::Voice::Engine => Voice::Program,
            },
            choice: None,
            error: motif.error,
            raw: motif.raw.map(Points),
        }
    }
}

/// What a line is made by.
#[derive(Clone, Copy)]
enum Origin<'v> {
    Criterion(&'v Criterion, Option<&'v engine::Family>),
    Tranche(&'v [Criterion]),
}

fn by_id(version: &GridVersion) -> BTreeMap<&str, Origin<'_>> {
    let mut origins = BTreeMap::new();
    for part in &version.parts {
        match part {
            Part::Criterion(criterion) => {
                origins.insert(criterion.id.as_str(), Origin::Criterion(criterion, None));
            }
            Part::Family(family) => {
                let members = family.criteria.iter();
                origins.extend(members.map(|criterion| {
                    (criterion.id.as_str(), Origin::Criterion(criterion, Some(family)))
                }));
            }
            Part::Tranche(tranche) => {
                origins.insert(tranche.id.as_str(), Origin::Tranche(&tranche.criteria));
            }
        }
    }
    origins
}

fn family_of(family: &engine::Family) -> Family {
    Family {
        id: family.id.clone(),
        label: family.label.clone(),
        retains: match family.retains {
            engine::Retains::Maximum => Retains::Maximum,
            engine::Retains::First => Retains::First,
        },
    }
}

impl Motif {
    /// Makes the motive of a line that waits for another candidate: of whom, and for what, is not
    /// told.
    fn of_others() -> Self {
        Self {
            code: MotifCode::Missing,
            facts: Vec::new(),
            text: "Une information d'un autre candidat manque.".to_owned(),
            voice: Voice::Program,
            choice: None,
            raw: None,
            error: None,
        }
    }
}

impl Grid {
    /// Says the applicant's choice beside each thing that it keeps from the employer.
    fn tell_choice(&mut self, choice: &Shown) {
        let lines = self.lines.iter_mut().flat_map(|line| {
            let subs = line.criteria.iter_mut().map(|it| &mut it.motif);
            std::iter::once(&mut line.motif).chain(subs)
        });
        for motif in lines.chain(&mut self.motif) {
            if matches!(motif.code, MotifCode::NotShared | MotifCode::Anonymous) {
                motif.choice = Some(choice.clone());
            }
        }
    }
}

fn proofs(criterion: &Criterion) -> Vec<Required> {
    let required = criterion.proofs.iter().map(|gate| match &gate.level {
        engine::ProofLevel::Verified => Required { proof: Proof::Verified, by: None },
        engine::ProofLevel::Validated(by) => {
            Required { proof: Proof::Validated, by: by.as_ref().map(|by| by.replace('_', " ")) }
        }
    });
    required.collect()
}

/// Iterates over the slots that make a criterion's outcome.
fn slots(criterion: &Criterion) -> impl Iterator<Item = Slot> {
    let amounts = criterion
        .contributions
        .iter()
        .flat_map(|contribution| contribution.condition.into_iter().chain([contribution.amount]));
    let bounds = criterion.floor.into_iter().chain(criterion.cap);
    criterion.condition.into_iter().chain(criterion.exception).chain(amounts).chain(bounds)
}
