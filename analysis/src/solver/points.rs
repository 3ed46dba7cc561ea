//! The points of a grid as a term: lines, families, tranches, gates and bounds, as the engine has
//! them.
//!
//! A proof that is asked may always be missing, except that a file and its pair have the same ones
//! where they are not about a fact that differs.

use super::encoding::{Copy, Encoding, Given, during};
use super::smt::{self, Term, all, any, apply, choice, compared, not};
use engine::{
    Comparison, Criterion, Exact, Family, GridVersion, Part, Perimeter, Retains, Slot, Tranche,
    ValidationGate, Value,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The points of a file, and whether the grid is established for it.
pub(crate) struct Total {
    pub(crate) points: Term,
    pub(crate) established: Term,
}

/// The texts that a grid names outside its code.
pub(crate) fn texts(version: &GridVersion) -> Vec<Value> {
    let ranges = version
        .perimeter
        .iter()
        .flat_map(|(perimeter, _)| perimeter.included.iter().chain(&perimeter.excluded));
    let ends = ranges.flat_map(|(low, high)| [low, high]);
    ends.map(|text| Value::Text(Arc::from(text.as_str()))).collect()
}

/// Writes the points of one or two files.
pub(crate) struct Lines<'e, 'c> {
    pub(crate) encoding: &'e mut Encoding<'c>,
    /// Whether each criterion's proofs are missing, where files share it.
    missing: BTreeMap<String, Term>,
}

/// A criterion as it stands before its family.
struct Line {
    points: Term,
    /// It competes for the points of its family.
    competes: Term,
    /// It is surely false.
    closed: Term,
}

impl<'e, 'c> Lines<'e, 'c> {
    /// Begins.
    pub(crate) fn new(encoding: &'e mut Encoding<'c>) -> Self {
        Self { encoding, missing: BTreeMap::new() }
    }

    /// The total of a file.
    pub(crate) fn total(&mut self, version: &GridVersion, copy: Copy) -> Total {
        let parts: Vec<Term> = version.parts.iter().map(|part| self.part(part, copy)).collect();
        let sum = clipped(&smt::sum(&parts), version.floor, version.cap);
        let open = self.gate(version, copy);
        let points = choice(&open, &sum, &smt::number(Exact::ZERO));
        let points = self.encoding.named("Real", points);
        let applies = version.applies.map(|slot| self.get(slot, copy).is(true));
        let here = version.perimeter.as_ref().map(|(perimeter, slot)| {
            let commune = self.get(*slot, copy);
            all([commune.known.clone(), self.inside(perimeter, &commune.value)])
        });
        Total { points, established: all(applies.into_iter().chain(here)) }
    }

    fn get(&self, slot: Slot, copy: Copy) -> Given {
        self.encoding.get(slot, copy)
    }

    fn inside(&self, perimeter: &Perimeter, commune: &str) -> Term {
        let range = |(low, high): &(String, String)| {
            let word = |text: &str| self.encoding.words.term(&Value::Text(Arc::from(text)));
            apply("<=", &[&word(low), commune, &word(high)])
        };
        let included = any(perimeter.included.iter().map(range));
        let included = if perimeter.included.is_empty() { smt::truth(true) } else { included };
        all([included, not(&any(perimeter.excluded.iter().map(range)))])
    }

    fn gate(&self, version: &GridVersion, copy: Copy) -> Term {
        let shared = version.sharing.as_ref().map(|sharing| {
            let level = self.get(sharing.gate, copy);
            let some = compared(Comparison::Greater, &level.value, &smt::number(Exact::ZERO));
            all([level.known, some])
        });
        let validated = match &version.validation {
            ValidationGate::Open => None,
            ValidationGate::Fact { slot, confirmed, .. } => {
                let state = self.get(*slot, copy);
                let confirmed = smt::integer(i128::from(*confirmed));
                Some(all([state.known, apply("=", &[&state.value, &confirmed])]))
            }
        };
        all(shared.into_iter().chain(validated))
    }

    fn part(&mut self, part: &Part, copy: Copy) -> Term {
        match part {
            Part::Criterion(criterion) => self.line(criterion, copy).points,
            Part::Tranche(tranche) => self.tranche(tranche, copy),
            Part::Family(family) => self.family(family, copy),
        }
    }

    fn tranche(&mut self, tranche: &Tranche, copy: Copy) -> Term {
        let open: Vec<Term> = tranche
            .criteria
            .iter()
            .map(|one| all([self.open(one, copy), not(&self.unproved(one, copy))]))
            .collect();
        choice(&any(open), &smt::number(tranche.points), &smt::number(Exact::ZERO))
    }

    fn family(&mut self, family: &Family, copy: Copy) -> Term {
        let lines: Vec<Line> = family.criteria.iter().map(|one| self.line(one, copy)).collect();
        let zero = smt::number(Exact::ZERO);
        let points = match family.retains {
            Retains::Maximum => {
                let (mut some, mut best) = (smt::truth(false), zero);
                for line in &lines {
                    let better = compared(Comparison::Greater, &line.points, &best);
                    let takes = all([line.competes.clone(), any([not(&some), better])]);
                    best = self.encoding.named("Real", choice(&takes, &line.points, &best));
                    some = any([some, line.competes.clone()]);
                }
                best
            }
            Retains::First => {
                let mut before: Vec<Term> = Vec::new();
                let mut counted = Vec::new();
                for line in &lines {
                    counted.push(choice(&all(before.clone()), &line.points, &zero));
                    before.push(line.closed.clone());
                }
                smt::sum(&counted)
            }
        };
        clipped(&points, family.floor, family.cap)
    }

    /// That a criterion's conditions surely hold.
    fn open(&self, criterion: &Criterion, copy: Copy) -> Term {
        let condition = criterion.condition.map(|slot| self.get(slot, copy).is(true));
        let exception = criterion.exception.map(|slot| self.get(slot, copy).is(false));
        let speaks = during(criterion.period);
        all(std::iter::once(speaks).chain(condition).chain(exception))
    }

    /// That they surely do not.
    fn shut(&self, criterion: &Criterion, copy: Copy) -> Term {
        let condition = criterion.condition.map(|slot| self.get(slot, copy).is(false));
        let exception = criterion.exception.map(|slot| self.get(slot, copy).is(true));
        let silent = not(&during(criterion.period));
        any(std::iter::once(silent).chain(condition).chain(exception))
    }

    /// That a proof is missing.
    fn unproved(&mut self, criterion: &Criterion, copy: Copy) -> Term {
        if criterion.proofs.is_empty() {
            return smt::truth(false);
        }
        let fields =
            criterion.proofs.iter().flat_map(|gate| gate.fields.iter().chain(&gate.item_fields));
        let own = fields.into_iter().any(|field| self.encoding.is_moved(*field));
        let name = match (own, copy) {
            (true, Copy::Second) => format!("{} 2", criterion.id),
            (true, Copy::First) | (false, _) => criterion.id.clone(),
        };
        if let Some(known) = self.missing.get(&name) {
            return known.clone();
        }
        let free = self.encoding.free_truth();
        self.missing.insert(name, free.clone());
        free
    }

    fn line(&mut self, criterion: &Criterion, copy: Copy) -> Line {
        let zero = smt::number(Exact::ZERO);
        let (open, shut) = (self.open(criterion, copy), self.shut(criterion, copy));
        let missing = self.unproved(criterion, copy);
        let bound = |slot: Option<Slot>| slot.map(|slot| self.get(slot, copy));
        let (floor, cap) = (bound(criterion.floor), bound(criterion.cap));
        let bounds_known = all(floor.iter().chain(&cap).map(|bound| bound.known.clone()));
        let (mut counted, mut doubtful, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
        for one in &criterion.contributions {
            let amount = self.get(one.amount, copy);
            let condition = one.condition.map(|slot| self.get(slot, copy));
            let holds = condition.as_ref().map_or(smt::truth(true), |given| given.is(true));
            let fails = condition.as_ref().map_or(smt::truth(false), |given| given.is(false));
            let counts = all([holds, amount.known.clone()]);
            amounts.push(choice(&counts, &amount.value, &zero));
            doubtful.push(not(&any([fails, counts.clone()])));
            counted.push(counts);
        }
        let (counted, doubtful) = (any(counted), any(doubtful));
        let sum = self.encoding.named("Real", smt::sum(&amounts));
        let kept = clip(&sum, floor.map(|bound| bound.value), cap.map(|bound| bound.value));
        let kept = self.encoding.named("Real", kept);
        let nothing_kept = all([doubtful.clone(), not(&counted)]);
        let given = all([open.clone(), bounds_known.clone(), not(&missing), not(&nothing_kept)]);
        let points = self.encoding.named("Real", choice(&given, &kept, &zero));
        let unclipped = apply("=", &[&kept, &sum]);
        let capped = all([given, not(&doubtful), not(&unclipped)]);
        let worth = not(&apply("=", &[&points, &zero]));
        let idle = all([open, bounds_known, not(&doubtful), not(&counted), unclipped]);
        let competes = self.encoding.named("Bool", any([worth, capped]));
        Line { points, competes, closed: any([shut, idle]) }
    }
}

/// Points between bounds; the cap wins over the floor.
fn clip(points: &str, floor: Option<Term>, cap: Option<Term>) -> Term {
    let raised = floor.map_or(points.to_owned(), |floor| {
        choice(&compared(Comparison::Less, points, &floor), &floor, points)
    });
    cap.map_or(raised.clone(), |cap| {
        choice(&compared(Comparison::Greater, &raised, &cap), &cap, &raised)
    })
}

fn clipped(points: &str, floor: Option<Exact>, cap: Option<Exact>) -> Term {
    clip(points, floor.map(smt::number), cap.map(smt::number))
}
