//! The facts and proofs that still matter, and how much of the total's interval each decides.
//!
//! A missing fact is weighed twice: by what the interval loses once it is settled that the fact never
//! comes, and by what it leaves open when nothing else ever comes. The first finds the facts that all
//! is waiting for together; the second, those of which one is enough. The greater of the two orders
//! the list. A proof is weighed by what the interval loses once it is given.

use super::Subject;
use super::edits::{Edit, awaiting, edited, named, proven};
use super::readers::Readers;
use super::value::{Lack, MissingFact, NamedFact};
use crate::points::Points;
use crate::standing::LineName;
use engine::{
    Assessed, Case, Exact, Fact, FactRef, FactState, LineState, ListState, MotifCode, Pool, Range,
    ValidationGate, Value,
};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Weighs what a candidate lacks.
pub(super) struct Weighing<'w> {
    pub(super) subject: Subject<'w>,
    pub(super) outcome: &'w Assessed<'w>,
    pub(super) readers: &'w Readers,
}

/// Points between two ends; unbounded is more than any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Width {
    Of(Exact),
    Unbounded,
}

impl Width {
    fn of(range: Range) -> Self {
        let bounded = range.low.zip(range.high).and_then(|(low, high)| high.subtract(low).ok());
        bounded.map_or(Self::Unbounded, Self::Of)
    }

    /// What is left of it without another.
    fn less(self, other: Self) -> Self {
        match (self, other) {
            (Self::Of(a), Self::Of(b)) => {
                Self::Of(a.subtract(b).map_or(Exact::ZERO, |rest| rest.max(Exact::ZERO)))
            }
            (Self::Unbounded, Self::Of(_)) => Self::Unbounded,
            (_, Self::Unbounded) => Self::Of(Exact::ZERO),
        }
    }

    fn points(self) -> Option<Points> {
        match self {
            Self::Of(points) => Some(Points(points)),
            Self::Unbounded => None,
        }
    }
}

impl Weighing<'_> {
    /// Lists what is lacking, most decisive first.
    pub(super) fn list(&self) -> Vec<MissingFact> {
        let mut weighed = self.missing();
        weighed.extend(self.awaited());
        weighed.extend(self.withheld());
        weighed.sort_by_key(|(weight, fact)| (Reverse(*weight), fact.fact.clone()));
        weighed.into_iter().map(|(_, fact)| fact).collect()
    }

    fn case(&self) -> Option<&Case> {
        self.subject.pool.candidates.get(self.subject.candidate).map(|candidate| &candidate.case)
    }

    fn missing(&self) -> Vec<(Width, MissingFact)> {
        let Some(case) = self.case() else { return Vec::new() };
        let mut facts = self.readers.open.all();
        facts.extend(self.named_by(MotifCode::Missing).into_keys());
        let facts: Vec<FactRef> =
            facts.into_iter().filter(|fact| is_missing(case, *fact, self.subject)).collect();
        let whole = Width::of(self.outcome.range);
        let none = Width::of(self.range_without(&facts));
        let mut weighed = Vec::new();
        for fact in &facts {
            let decides = whole.less(Width::of(self.range_without(&[*fact])));
            let others: Vec<FactRef> = facts.iter().copied().filter(|it| it != fact).collect();
            let alone = self.range_without(&others);
            let weight = decides.max(Width::of(alone).less(none));
            let lines = self.readers.open.lines_of(*fact);
            let for_eligibility = self.is_for_eligibility(*fact);
            if weight == Width::Of(Exact::ZERO) && lines.is_empty() && !for_eligibility {
                continue;
            }
            let alone = Some(alone.into());
            let lack = Lack::Missing;
            let decides = decides.points();
            let fact = self.name(*fact);
            weighed.push((
                weight,
                MissingFact { fact, reason: lack, decides, alone, lines, for_eligibility },
            ));
        }
        weighed
    }

    /// The range of the total once it is settled that some facts never come.
    fn range_without(&self, facts: &[FactRef]) -> Range {
        let mut pool = self.subject.pool.clone();
        if let Some(candidate) = pool.candidates.get_mut(self.subject.candidate) {
            for fact in facts {
                match fact {
                    FactRef::Field(field) => {
                        let withheld = Fact { state: FactState::Withheld, ..Fact::default() };
                        candidate.case.facts.insert(*field, withheld);
                    }
                    FactRef::List(list) => {
                        candidate.case.lists.insert(*list, ListState::Withheld);
                    }
                }
            }
        }
        self.range(&pool)
    }

    fn range(&self, pool: &Pool) -> Range {
        let assessment = self.subject.plans.assess(pool);
        let own = assessment.as_ref().and_then(|all| all.candidate(self.subject.candidate));
        own.map_or(self.outcome.range, |outcome| outcome.range)
    }

    /// The proofs that are awaited, and the employer's validation.
    fn awaited(&self) -> Vec<(Width, MissingFact)> {
        let program = self.subject.program;
        let mut weighed = Vec::new();
        for criterion in awaiting(self.outcome) {
            let edit = Edit::proving(&program.schema, criterion);
            for field in proven(criterion) {
                let lines = self.lines_with(MotifCode::ProofAwaited, FactRef::Field(field));
                weighed.push(self.weigh_edit(&edit, field, Lack::ProofAwaited, lines));
            }
        }
        let mut seen = BTreeSet::new();
        weighed.retain(|(_, fact): &(Width, MissingFact)| seen.insert(fact.fact.clone()));
        for grid in &self.outcome.grids {
            let Some(version) = grid.version else { continue };
            let ValidationGate::Fact { field, confirmed, .. } = version.validation else {
                continue;
            };
            let pending = grid.lines.iter().filter(|line| {
                line.state == LineState::Pending && line.why.code == MotifCode::ValidationPending
            });
            let lines: Vec<LineName> = pending.map(|line| LineName::of(grid, line)).collect();
            if !lines.is_empty() {
                let edit = Edit::setting(&program.schema, field, Value::Enum(confirmed));
                weighed.push(self.weigh_edit(&edit, field, Lack::ValidationPending, lines));
            }
        }
        weighed
    }

    fn weigh_edit(
        &self,
        edit: &Edit,
        field: engine::FieldId,
        reason: Lack,
        lines: Vec<LineName>,
    ) -> (Width, MissingFact) {
        let mut pool = self.subject.pool.clone();
        let schema = &self.subject.program.schema;
        edited(&mut pool.candidates, self.subject.candidate, edit, schema);
        let decides = Width::of(self.outcome.range).less(Width::of(self.range(&pool)));
        let fact = named(schema, field);
        let for_eligibility = false;
        let decided = decides.points();
        (
            decides,
            MissingFact { fact, reason, decides: decided, alone: None, lines, for_eligibility },
        )
    }

    /// What the applicant chose not to give or to share: it decides of nothing, and is told last.
    fn withheld(&self) -> Vec<(Width, MissingFact)> {
        let codes =
            [(MotifCode::Withheld, Lack::Withheld), (MotifCode::NotShared, Lack::NotShared)];
        let mut listed = Vec::new();
        for (code, reason) in codes {
            for (fact, lines) in self.named_by(code) {
                let decides = Some(Points(Exact::ZERO));
                let for_eligibility = self.is_for_eligibility(fact);
                let fact = self.name(fact);
                listed.push((
                    Width::Of(Exact::ZERO),
                    MissingFact { fact, reason, decides, alone: None, lines, for_eligibility },
                ));
            }
        }
        listed
    }

    /// The facts that lines name with a motive, and those lines.
    fn named_by(&self, code: MotifCode) -> BTreeMap<FactRef, Vec<LineName>> {
        let mut named: BTreeMap<FactRef, Vec<LineName>> = BTreeMap::new();
        for grid in &self.outcome.grids {
            for line in &grid.lines {
                let subs = line.conditions.iter().map(|sub| &sub.why);
                let reasons = subs.chain([&line.why]).filter(|why| why.code == code);
                for fact in
                    reasons.flat_map(|why| why.facts.iter().copied()).collect::<BTreeSet<_>>()
                {
                    let name = LineName::of(grid, line);
                    named.entry(fact).or_default().push(name);
                }
            }
            let own = grid.why.iter().filter(|why| why.code == code);
            for fact in own.flat_map(|why| why.facts.iter().copied()) {
                named.entry(fact).or_default();
            }
        }
        named
    }

    fn lines_with(&self, code: MotifCode, fact: FactRef) -> Vec<LineName> {
        self.named_by(code).remove(&fact).unwrap_or_default()
    }

    fn is_for_eligibility(&self, fact: FactRef) -> bool {
        self.readers.open.eligibility.contains(&fact)
    }

    fn name(&self, fact: FactRef) -> NamedFact {
        let schema = &self.subject.program.schema;
        match fact {
            FactRef::Field(field) => named(schema, field),
            FactRef::List(list) => {
                let path = schema.fact_name(fact);
                let label = schema.entity(list).and_then(|def| def.label.clone());
                let label = label.unwrap_or_else(|| path.clone());
                NamedFact { path, label }
            }
        }
    }
}

/// Tells whether a fact of the candidate is missing; a field of a list's items, when it is of one.
fn is_missing(case: &Case, fact: FactRef, subject: Subject<'_>) -> bool {
    match fact {
        FactRef::List(list) => {
            matches!(case.lists.get(&list), None | Some(ListState::Missing))
        }
        FactRef::Field(field) => {
            let entity = subject.program.schema.field(field).map(|def| def.entity);
            let is_of_list = entity
                .and_then(|entity| subject.program.schema.entity(entity))
                .is_some_and(|entity| entity.list);
            !is_of_list
                && case.facts.get(&field).is_none_or(|fact| fact.state == FactState::Missing)
        }
    }
}
