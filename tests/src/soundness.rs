//! What the analysis says of generated rules, against facts drawn at random.
//!
//! A proved guarantee holds of every file, what lines can give contains what they give, a criterion
//! said never to give never does. Files that contradict a verdict are looked for where they would be:
//! on the day, in the grid and among the facts that the verdict is about.

use crate::describe;
use crate::generate::{Choices, completed, days, pool, recueil};
use crate::pasted;
use crate::rules::Rules;
use analysis::{Opinion, UnitPoints};
use dsl::lower::GuaranteeCode;
use dsl::typed::tree::{Guarantee, GuaranteeKind, Target};
use engine::{
    Case, Computed, Criterion, Date, Direction, Exact, FactState, FieldId, GridOutcome, GridState,
    GridVersion, ListState, Op, Part, Pool, Range, Slot, Truth, Value,
};
use source::{Diagnostic, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Whose verdicts are put to the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Those of our own procedures.
    Ourselves,
    /// Those, and Z3's of what they leave; Z3 is asked about all guarantees, and agrees.
    Z3,
}

/// How many verdicts were put to the test.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Guarantees proved, refuted, not decided.
    pub guarantees: [usize; 3],
    /// Guarantees that Z3 proves, and refutes, as our own procedures do.
    pub decided: [usize; 2],
    /// Guarantees that Z3 alone decides.
    pub settled: usize,
    /// Times a file was put to a proved guarantee.
    pub trials: usize,
    /// Lines compared with what they can give.
    pub lines: usize,
    /// Warnings about criteria put to the test.
    pub warnings: usize,
}

impl Tally {
    /// Adds another.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let [a, b, c] = self.guarantees;
        let [x, y, z] = other.guarantees;
        let ([d, e], [u, v]) = (self.decided, other.decided);
        Self {
            guarantees: [a + x, b + y, c + z],
            decided: [d + u, e + v],
            settled: self.settled + other.settled,
            trials: self.trials + other.trials,
            lines: self.lines + other.lines,
            warnings: self.warnings + other.warnings,
        }
    }
}

/// Verifies a generated recueil and puts what is said to the test of some pools.
///
/// Errors: a sentence with the rules, the pool and what contradicts the verdict.
pub fn check(by: By, rules: &[u32], facts: &[Vec<u32>]) -> Result<Tally, String> {
    let texts = recueil(&mut Choices::new(rules));
    let files: BTreeMap<String, Vec<u8>> =
        texts.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect();
    let rules = Rules::from_bytes(files.clone());
    let shown =
        || texts.iter().map(|(path, text)| format!("=== {path}\n{text}\n")).collect::<String>();
    let errors = rules.errors();
    if !errors.is_empty() {
        return Err(format!("règles refusées :\n{}\n{}", errors.join("\n"), shown()));
    }
    let mut found = rules.verified();
    let alone = Verdicts::new(&rules, found.clone()).counts();
    let decided = match by {
        By::Ourselves => [0; 2],
        By::Z3 => {
            let decided = agreed(&rules, &found);
            rules.settle(&mut found);
            decided.map_err(|said| format!("{said}\n{}", shown()))?
        }
    };
    let wrong = pasted::faults(&files, &rules, &found);
    let verdicts = Verdicts::new(&rules, found);
    let settled = alone[2] - verdicts.counts()[2];
    let mut tally = Tally { guarantees: verdicts.counts(), decided, settled, ..Tally::default() };
    if let Some(wrong) = wrong.first() {
        return Err(format!("{wrong}\n{}", shown()));
    }
    for stream in facts {
        let mut c = Choices::new(stream);
        let day = c.pick(days()).and_then(|day| Date::parse_iso(day)).ok_or("aucun jour")?;
        let schema = &rules.compiled.typed.schema;
        let drawn = pool(&mut c, schema, day);
        let full = complete(&mut c, &rules, &drawn);
        for pool in [&drawn, &full] {
            let told = verdicts.hold(pool, &mut c, pool == &full, &mut tally);
            told.map_err(|said| format!("{said}\n{}\n{}", describe::pool(pool, schema), shown()))?;
        }
    }
    Ok(tally)
}

/// Asks Z3 about every guarantee. Shape: those that it proves and refutes as we do.
///
/// Errors: one that it proves and we refute, or the other way.
fn agreed(rules: &Rules, found: &[Diagnostic]) -> Result<[usize; 2], String> {
    let told =
        |code: &str, span: Span| found.iter().any(|one| one.code.0 == code && one.primary == span);
    let (sources, compiled) = (&rules.recueil.sources, &rules.compiled);
    let opinions =
        analysis::opinions(sources, compiled, &rules.sandbox, crate::z3::z3(), &mut |_| true);
    let mut agreed = [0, 0];
    for (at, opinion) in opinions.map_err(|failure| failure.to_string())? {
        let Some(guarantee) = compiled.typed.guarantees.get(at) else { continue };
        let refuted = told("E0412", guarantee.span);
        let proved = !refuted && !told("N0101", guarantee.span);
        match opinion {
            Opinion::Proved if refuted => {
                return Err(format!("« {} » : Z3 la prouve, nous la réfutons", guarantee.label));
            }
            Opinion::Refuted { why, .. } if proved => {
                let label = &guarantee.label;
                return Err(format!("« {label} » : Z3 la réfute ({why}), nous la prouvons"));
            }
            Opinion::Proved => agreed[0] += usize::from(proved),
            Opinion::Refuted { .. } => agreed[1] += usize::from(refuted),
            Opinion::Undecided(_) => {}
        }
    }
    Ok(agreed)
}

/// The pool with every fact known.
fn complete(c: &mut Choices<'_>, rules: &Rules, pool: &Pool) -> Pool {
    let mut pool = pool.clone();
    for candidate in &mut pool.candidates {
        let case = &mut candidate.case;
        case.facts.retain(|_, fact| fact.state != FactState::Withheld);
        case.lists.retain(|_, list| *list != ListState::Withheld);
        for list in case.lists.values_mut() {
            let ListState::Known(items) = list else { continue };
            for item in items {
                item.retain(|_, fact| fact.state != FactState::Withheld);
            }
        }
    }
    let everyone = 0..pool.candidates.len();
    let schema = &rules.compiled.typed.schema;
    everyone.fold(pool, |pool, who| completed(c, schema, &pool, who))
}

/// Everything that was said of a recueil.
struct Verdicts<'r> {
    rules: &'r Rules,
    found: Vec<Diagnostic>,
    points: Vec<UnitPoints>,
}

impl<'r> Verdicts<'r> {
    fn new(rules: &'r Rules, found: Vec<Diagnostic>) -> Self {
        Self { rules, found, points: analysis::points(&rules.compiled) }
    }

    fn told(&self, code: &str, span: Span) -> bool {
        self.found.iter().any(|one| one.code.0 == code && one.primary == span)
    }

    fn counts(&self) -> [usize; 3] {
        let mut counts = [0; 3];
        for guarantee in &self.rules.compiled.typed.guarantees {
            let at = if self.told("E0412", guarantee.span) {
                1
            } else {
                2 * usize::from(self.told("N0101", guarantee.span))
            };
            if let Some(count) = counts.get_mut(at) {
                *count += 1;
            }
        }
        counts
    }

    fn hold(
        &self,
        pool: &Pool,
        c: &mut Choices<'_>,
        full: bool,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let compiled = &self.rules.compiled;
        let guarantees = compiled.typed.guarantees.iter().zip(&compiled.lowered.guarantees);
        for (guarantee, code) in guarantees {
            let proved = !self.told("E0412", guarantee.span) && !self.told("N0101", guarantee.span);
            if proved {
                self.keeps(guarantee, code, pool, c, full, tally)
                    .map_err(|said| format!("« {} » : {said}", guarantee.label))?;
            }
        }
        for place in &compiled.lowered.grids {
            let Some((grid, version)) = self.rules.grid_at(*place) else { continue };
            if !version.period.contains(pool.date) {
                continue;
            }
            let outcomes = self.rules.evaluator().grid(grid, version, pool);
            let values = self.rules.evaluator().values(&version.code, pool);
            for (outcome, values) in outcomes.iter().zip(&values) {
                self.lines((version, pool.date), outcome, full, tally)?;
                self.conditions(version, values, full, tally)?;
            }
        }
        Ok(())
    }

    /// Puts a proved guarantee to the test of each candidate.
    fn keeps(
        &self,
        guarantee: &Guarantee,
        code: &GuaranteeCode,
        pool: &Pool,
        c: &mut Choices<'_>,
        full: bool,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let Target::Grid(at) = guarantee.target else { return Ok(()) };
        let place = self.rules.compiled.lowered.grids.get(at as usize).copied();
        let Some((grid, version)) = place.and_then(|place| self.rules.grid_at(place)) else {
            return Ok(());
        };
        if !version.period.contains(pool.date) {
            return Ok(());
        }
        let totals = |pool: &Pool| -> Vec<Option<Exact>> {
            let outcomes = self.rules.evaluator().grid(grid, version, pool);
            outcomes.into_iter().map(|outcome| outcome.points).collect()
        };
        tally.trials += 1;
        match &guarantee.kind {
            GuaranteeKind::TotalBetween(low, high) => {
                let outside =
                    totals(pool).into_iter().flatten().find(|total| total < low || total > high);
                outside.map_or(Ok(()), |total| Err(format!("un total de {total}")))
            }
            GuaranteeKind::Always(_) | GuaranteeKind::Implies(..) => {
                let values = self.rules.evaluator().values(&code.code, pool);
                for values in &values {
                    let truths: Vec<Option<bool>> =
                        code.conditions.iter().map(|slot| truth(values, *slot)).collect();
                    match truths.as_slice() {
                        [Some(false)] => return Err("la condition est fausse".to_owned()),
                        [Some(true), Some(false)] => {
                            return Err("la conséquence est fausse".to_owned());
                        }
                        _ => {}
                    }
                }
                Ok(())
            }
            GuaranteeKind::Independent(field) => {
                let before = totals(pool);
                for who in 0..pool.candidates.len() {
                    let other = changed(c, self.rules, pool, who, &BTreeSet::from([*field]), true);
                    if totals(&other) != before {
                        let schema = &self.rules.compiled.typed.schema;
                        return Err(format!(
                            "le total change avec\n{}",
                            describe::pool(&other, schema)
                        ));
                    }
                }
                Ok(())
            }
            GuaranteeKind::Monotone(direction, _) if full => {
                let [slot] = code.conditions.as_slice() else { return Ok(()) };
                let fields = fields(code);
                for who in 0..pool.candidates.len() {
                    let other = changed(c, self.rules, pool, who, &fields, false);
                    let measured = |pool: &Pool| {
                        let values = self.rules.evaluator().values(&code.code, pool);
                        let held = values.get(who)?.get(slot.0 as usize)?.clone();
                        let Computed::Known(held) = held else { return None };
                        Some((held, totals(pool).get(who).copied().flatten()?))
                    };
                    let (Some(a), Some(b)) = (measured(pool), measured(&other)) else { continue };
                    if wrong_way(*direction, &a, &b) || wrong_way(*direction, &b, &a) {
                        let schema = &self.rules.compiled.typed.schema;
                        let other = describe::pool(&other, schema);
                        return Err(format!("{a:?} puis {b:?}, avec\n{other}"));
                    }
                }
                Ok(())
            }
            GuaranteeKind::Monotone(..) => Ok(()),
        }
    }

    /// Compares each line with what is said that it can give.
    fn lines(
        &self,
        (version, date): (&GridVersion, Date),
        outcome: &GridOutcome,
        full: bool,
        tally: &mut Tally,
    ) -> Result<(), String> {
        if outcome.state != GridState::Established {
            return Ok(());
        }
        let same = |one: &&UnitPoints| {
            one.unit == version.unit
                && one.version == version.version
                && one.filling == version.filling
        };
        let unit = self.points.iter().find(same).ok_or("une version sans points")?;
        let gated = version.sharing.is_some() || version.validation != engine::ValidationGate::Open;
        let inside =
            |range: Range, points: Exact| range.contains(points) || (gated && points.is_zero());
        for (part, can) in version.parts.iter().zip(&unit.lines) {
            let ids: Vec<String> = match part {
                Part::Criterion(criterion) => vec![criterion.id.clone()],
                Part::Tranche(tranche) => vec![tranche.id.clone()],
                Part::Family(family) => {
                    let clip = format!("ecretement.{}", family.id);
                    let own = family.criteria.iter().map(|criterion| criterion.id.clone());
                    own.chain([clip]).collect()
                }
            };
            let given = outcome.lines.iter().filter(|line| ids.contains(&line.id));
            let points = given
                .clone()
                .try_fold(Exact::ZERO, |sum, line| sum.add(line.points))
                .map_err(|_| "un total trop grand")?;
            if !inside(can.range, points) {
                return Err(format!(
                    "« {} » donne {points}, hors de {:?} à {:?}",
                    can.id, can.range.low, can.range.high
                ));
            }
            tally.lines += 1;
        }
        let total = outcome.points.unwrap_or(Exact::ZERO);
        if !inside(unit.range, total) {
            return Err(format!("« {} » donne {total}, hors de {:?}", unit.unit, unit.range));
        }
        self.criteria((version, date), outcome, full && !gated, tally)
    }

    /// Puts what is said of criteria to the test.
    fn criteria(
        &self,
        (version, date): (&GridVersion, Date),
        outcome: &GridOutcome,
        full: bool,
        tally: &mut Tally,
    ) -> Result<(), String> {
        for part in &version.parts {
            let is_line = !matches!(part, Part::Tranche(_));
            for criterion in part.criteria() {
                let line = outcome.lines.iter().find(|line| line.id == criterion.id);
                let points = line.map(|line| line.points).filter(|_| is_line);
                let open = opened(outcome, criterion);
                if self.told("W0120", criterion.span) {
                    tally.warnings += 1;
                    if points.is_some_and(|points| !points.is_zero())
                        || (!is_line && open == Some(Truth::Yes))
                    {
                        return Err(format!("« {} » ne devait jamais donner", criterion.id));
                    }
                }
                let alone = matches!(part, Part::Criterion(_));
                let speaks = alone && criterion.period.contains(date);
                if full && speaks && self.told("W0121", criterion.span) {
                    tally.warnings += 1;
                    if points.is_some_and(Exact::is_zero) {
                        return Err(format!("« {} » devait toujours donner", criterion.id));
                    }
                }
                if full && !is_line && open == Some(Truth::Yes) {
                    self.implied(outcome, part, criterion, tally)?;
                }
            }
        }
        Ok(())
    }

    /// A criterion said to be implied is open only when the other is.
    fn implied(
        &self,
        outcome: &GridOutcome,
        part: &Part,
        criterion: &Criterion,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let Part::Tranche(tranche) = part else { return Ok(()) };
        let told =
            self.found.iter().filter(|one| one.code.0 == "W0124" && one.primary == criterion.span);
        for label in told.flat_map(|one| &one.labels) {
            let other = tranche.criteria.iter().find(|other| other.span == label.span);
            let Some(other) = other else { continue };
            tally.warnings += 1;
            if opened(outcome, other) != Some(Truth::Yes) {
                return Err(format!("« {} » est rempli sans « {} »", criterion.id, other.id));
            }
        }
        Ok(())
    }

    /// Conditions said never to be true, alone or together, are not.
    fn conditions(
        &self,
        version: &GridVersion,
        values: &[Computed],
        full: bool,
        tally: &mut Tally,
    ) -> Result<(), String> {
        let holds = |span: Span| {
            let places = (0_u32..).zip(&version.code.spans).filter(|(_, own)| **own == span);
            places.map(|(at, _)| truth(values, Slot(at))).collect::<Vec<_>>()
        };
        for one in self.found.iter().filter(|one| full && one.code.0 == "W0123") {
            let (first, other) = (holds(one.primary), one.labels.first().map(|it| holds(it.span)));
            let [first] = first.as_slice() else { continue };
            let broken = match other.as_deref() {
                None => *first == Some(true),
                Some([other]) => *first == Some(true) && *other == Some(true),
                Some(_) => continue,
            };
            tally.warnings += 1;
            if broken {
                return Err(format!("démenti : {}", one.message));
            }
        }
        Ok(())
    }
}

fn truth(values: &[Computed], slot: Slot) -> Option<bool> {
    match values.get(slot.0 as usize) {
        Some(Computed::Known(Value::Bool(truth))) => Some(*truth),
        _ => None,
    }
}

fn opened(outcome: &GridOutcome, criterion: &Criterion) -> Option<Truth> {
    let conditions = outcome.lines.iter().flat_map(|line| &line.sub_criteria);
    conditions.into_iter().find(|one| one.id == criterion.id).map(|one| one.truth)
}

/// The facts that a guarantee's code reads.
fn fields(code: &GuaranteeCode) -> BTreeSet<FieldId> {
    let fields = code.code.ops.iter().filter_map(|op| match op {
        Op::Fact(field) | Op::SharedFact { field, .. } => Some(*field),
        _ => None,
    });
    fields.collect()
}

/// The pool with other values of some facts of one candidate.
fn changed(
    c: &mut Choices<'_>,
    rules: &Rules,
    drawn: &Pool,
    who: usize,
    fields: &BTreeSet<FieldId>,
    absent: bool,
) -> Pool {
    let schema = &rules.compiled.typed.schema;
    let other = pool(c, schema, drawn.date);
    let other = if absent { other } else { complete(c, rules, &other) };
    let mut changed = drawn.clone();
    let from = other.candidates.first().map(|candidate| &candidate.case);
    let to: Option<&mut Case> = changed.candidates.get_mut(who).map(|one| &mut one.case);
    if let (Some(from), Some(to)) = (from, to) {
        for field in fields {
            match from.facts.get(field) {
                Some(fact) => {
                    let proof = to.facts.get(field).map(|fact| fact.proof.clone());
                    let mut fact = fact.clone();
                    if !absent {
                        fact.proof = proof.unwrap_or_default();
                    }
                    to.facts.insert(*field, fact);
                }
                None => {
                    to.facts.remove(field);
                }
            }
        }
    }
    changed
}

fn wrong_way(direction: Direction, a: &(Value, Exact), b: &(Value, Exact)) -> bool {
    let grows = match (&a.0, &b.0) {
        (Value::Number(a), Value::Number(b)) => a < b,
        (Value::Date(a), Value::Date(b)) => a < b,
        _ => false,
    };
    grows
        && match direction {
            Direction::Ascending => a.1 > b.1,
            Direction::Descending => a.1 < b.1,
        }
}
