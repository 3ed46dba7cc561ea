//! The abstract walk: the same flat code, over reaches.
//!
//! For a candidate, a slot that nothing missing touches keeps exactly what was computed, and is read there; only
//! the others are walked. Withheld and unshared facts stay unknown.

use super::interval::{Days, Interval};
use super::numbers::{arithmetic, calendar, round};
use super::possible::{Orders, Possible, Reach, Reached};
use super::tables::table;
use super::touched::Touched;
use crate::evaluate::{PoolColumn, PoolColumns, body_of, level_of, ordered};
use crate::scalar::{Run, Scalar};
use crate::scratch::Scratch;
use crate::{
    Case, Code, Comparison, Direction, EntityId, Exact, Fact, FactState, FieldId, Fold, Item,
    ListState, Op, Period, Range, Sharing, Slot, Value,
};

/// Whether a candidate is compared with the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Membership {
    In,
    #[default]
    Out,
    /// Its missing facts decide.
    Uncertain,
}

/// A candidate as the walk looks at it.
#[derive(Clone, Copy)]
pub(crate) struct Candidate<'r> {
    pub(crate) case: &'r Case,
    pub(crate) cells: &'r [Scalar],
    pub(crate) columns: &'r PoolColumns,
    pub(crate) membership: Membership,
    pub(crate) totals: &'r [(u32, Range)],
}

/// Whose facts the walk reads.
#[derive(Clone, Copy)]
enum Facts<'r> {
    /// Anyone's.
    Any,
    Of(Candidate<'r>),
}

/// An item of an enclosing fold.
#[derive(Clone, Copy)]
pub(super) enum ItemView<'r> {
    Any,
    Known(&'r Item),
}

/// What a list of the case holds for the abstract walk.
pub(super) enum ListView<'r> {
    /// Any number of items.
    Any,
    Known(&'r [Item]),
    Withheld,
}

/// An abstract walk under way.
pub(super) struct AbstractWalk<'w, 'r, 'e> {
    pub(super) run: &'w mut Run<'e>,
    pub(super) code: &'r Code,
    facts: Facts<'r>,
    period: Period,
    pub(super) slots: Scratch<Reach>,
    pub(super) items: Vec<ItemView<'r>>,
    touched: Touched,
    /// The operations to walk, all when absent.
    needed: Option<&'r [bool]>,
}

/// Returns what code reaches with anyone's facts.
pub(super) fn any_reach(run: &mut Run<'_>, code: &Code, period: Period) -> Scratch<Reach> {
    walk(run, code, Facts::Any, period, Touched::all()).0
}

/// What one candidate's code reaches, and which slots its missing facts touch: the others hold what was computed.
pub(crate) struct CandidateReach<'r> {
    slots: Scratch<Reach>,
    touched: Touched,
    cells: &'r [Scalar],
}

impl CandidateReach<'_> {
    /// Tells whether missing facts could change a slot.
    pub(crate) fn is_touched(&self, slot: Slot) -> bool {
        self.touched.has(slot.0 as usize)
    }
}

impl Reached for CandidateReach<'_> {
    fn at(&self, slot: Slot) -> Reach {
        let held = if self.is_touched(slot) { None } else { self.cells.get(slot.0 as usize) };
        match held {
            Some(scalar) => Reach::exactly(*scalar),
            None => (&**self.slots).at(slot),
        }
    }
}

/// Returns what code reaches once a candidate's missing facts are known, or as they stand.
pub(crate) fn candidate_reach<'r>(
    run: &mut Run<'_>,
    code: &Code,
    candidate: Candidate<'r>,
) -> CandidateReach<'r> {
    let touched = Touched::none(code.ops.len());
    let period = Period { from: Some(run.date), to: Some(run.date) };
    let (slots, touched) = walk(run, code, Facts::Of(candidate), period, touched);
    CandidateReach { slots, touched, cells: candidate.cells }
}

fn walk(
    run: &mut Run<'_>,
    code: &Code,
    facts: Facts<'_>,
    period: Period,
    touched: Touched,
) -> (Scratch<Reach>, Touched) {
    let slots = Scratch::of(Reach::UNKNOWN, code.ops.len());
    let items = Vec::new();
    let mut walk = AbstractWalk { run, code, facts, period, slots, items, touched, needed: None };
    walk.ops(0..code.ops.len());
    (walk.slots, walk.touched)
}

impl<'w, 'r, 'e> AbstractWalk<'w, 'r, 'e> {
    /// Begins a walk of some operations with anyone's facts.
    pub(super) fn of_some(
        run: &'w mut Run<'e>,
        code: &'r Code,
        period: Period,
        needed: &'r [bool],
    ) -> Self {
        let slots = Scratch::of(Reach::UNKNOWN, code.ops.len());
        let (items, touched) = (Vec::new(), Touched::all());
        let (facts, needed) = (Facts::Any, Some(needed));
        Self { run, code, facts, period, slots, items, touched, needed }
    }

    /// Walks one operation and returns what it reaches.
    pub(super) fn one(&mut self, at: usize) -> Reach {
        self.code.ops.get(at).map_or(Reach::UNKNOWN, |op| self.op(op, at))
    }
}

impl<'r> AbstractWalk<'_, 'r, '_> {
    pub(super) fn ops(&mut self, range: std::ops::Range<usize>) {
        let code = self.code;
        let mut at = range.start;
        while at < range.end {
            let Some(op) = code.ops.get(at) else { return };
            if self.needed.is_some_and(|needed| !needed.get(at).copied().unwrap_or(true)) {
                at += 1 + body_of(op);
                continue;
            }
            // A fold's body is walked whatever touches it: its cells hold the last item only.
            let alone = self.items.is_empty();
            let touched = match self.facts {
                Facts::Of(candidate) if alone => {
                    let schema = &self.run.program.schema;
                    self.touched.reaches(code, schema, &candidate, at)
                }
                Facts::Of(_) | Facts::Any => true,
            };
            if touched {
                let reach = self.op(op, at);
                if let Some(slot) = self.slots.get_mut(at) {
                    *slot = reach;
                }
                self.touched.set(at, !alone || !self.is_as_computed(at, reach));
            }
            at += 1 + body_of(op);
        }
    }

    /// Tells whether a slot reaches what was computed of a candidate and nothing else. What is unknown may become
    /// so for another reason (a fact that was missing, a calculation that fails), which « renseigné » tells apart.
    fn is_as_computed(&self, at: usize, reach: Reach) -> bool {
        let Facts::Of(candidate) = self.facts else { return false };
        let computed = candidate.cells.get(at);
        let known = computed.filter(|scalar| !matches!(scalar, Scalar::Unknown(_)));
        known.is_some_and(|scalar| Reach::exactly(*scalar) == reach)
    }

    pub(super) fn get(&self, slot: Slot) -> Reach {
        held(self.facts, &self.touched, &self.slots, slot)
    }

    fn any_of(&self, field: FieldId) -> Reach {
        let schema = &self.run.program.schema;
        let Some(def) = schema.field(field) else { return Reach::UNKNOWN };
        Reach::known(Possible::of_fact(schema, def.ty)).or_unknown()
    }

    fn fact(&mut self, fact: Option<&Fact>, field: FieldId) -> Reach {
        match fact.map(|fact| &fact.state) {
            Some(FactState::Known(value)) => Reach::exactly(self.run.scalar(value)),
            Some(FactState::Withheld) => Reach::UNKNOWN,
            Some(FactState::Missing) | None => self.any_of(field),
        }
    }

    fn single_fact(&mut self, field: FieldId) -> Reach {
        match self.facts {
            Facts::Any => self.any_of(field),
            Facts::Of(candidate) => self.fact(candidate.case.facts.get(&field), field),
        }
    }

    pub(super) fn list(&self, list: EntityId) -> ListView<'r> {
        let Facts::Of(candidate) = self.facts else { return ListView::Any };
        match candidate.case.lists.get(&list) {
            Some(ListState::Known(items)) => ListView::Known(items),
            Some(ListState::Withheld) => ListView::Withheld,
            Some(ListState::Missing) | None => ListView::Any,
        }
    }

    /// Limits what is read to what the choice shares.
    pub(super) fn shared(&self, needs: Option<Sharing>, gate: Slot, fact: Reach) -> Reach {
        let gate = self.get(gate);
        let (Some(needs), Some(levels)) = (needs, gate.numbers()) else { return Reach::UNKNOWN };
        let needs = level_of(needs);
        let may = levels.high.is_none_or(|high| needs <= high);
        let must = levels.low.is_some_and(|low| needs <= low) && !gate.unknown && !gate.no_value;
        match (may, must) {
            (false, _) => Reach::UNKNOWN,
            (true, true) => fact,
            (true, false) => fact.or_unknown(),
        }
    }

    fn op(&mut self, op: &'r Op, at: usize) -> Reach {
        match op {
            Op::Constant(value) => Reach::exactly(self.run.scalar(value)),
            Op::NoValue => Reach::exactly(Scalar::NoValue),
            Op::EvaluationDate => {
                Reach::known(Possible::Date(Days { low: self.period.from, high: self.period.to }))
            }
            Op::Fact(field) => self.single_fact(*field),
            Op::SharedFact { field, needs, gate } => {
                let fact = self.single_fact(*field);
                self.shared(*needs, *gate, fact)
            }
            Op::ItemFact { field, depth } => match self.items.get(*depth as usize).copied() {
                Some(ItemView::Known(item)) => self.fact(item.get(field), *field),
                Some(ItemView::Any) | None => self.any_of(*field),
            },
            Op::Arithmetic(operator, a, b) => arithmetic(*operator, self.get(*a), self.get(*b)),
            Op::Round(mode, a, step) => round(*mode, self.get(*a), self.get(*step)),
            Op::Calendar(operator, a, b) => calendar(*operator, self.get(*a), self.get(*b)),
            Op::Compare(comparison, a, b) => self.compare(*comparison, self.get(*a), self.get(*b)),
            Op::And(a, b) => and(self.get(*a), self.get(*b)),
            Op::Or(a, b) => not(and(not(self.get(*a)), not(self.get(*b)))),
            Op::Not(a) => not(self.get(*a)),
            Op::IsKnown(a) => Reach::truths(true, self.get(*a).unknown),
            Op::Select(condition, a, b) => self.select(*condition, *a, *b),
            Op::Table(id, inputs) => {
                let Some(def) = self.run.program.tables.get(id.0 as usize) else {
                    return Reach::UNKNOWN;
                };
                let (facts, touched, slots) = (self.facts, &self.touched, &self.slots);
                let input = |at: usize| match inputs.get(at) {
                    Some(slot) => held(facts, touched, slots, *slot),
                    None => Reach::UNKNOWN,
                };
                table(self.run, def, &input, self.period)
            }
            Op::Call(id, arguments) => self.call(id.0 as usize, arguments),
            Op::FoldList { .. } => self.fold_list(op, at),
            Op::Rank { key, direction, .. } => self.rank(at, *key, *direction),
            Op::FoldPool { fold, value, .. } => self.fold_pool(at, *fold, *value),
            Op::GridTotal(grid) => self.grid_total(*grid),
        }
    }

    fn compare(&mut self, comparison: Comparison, a: Reach, b: Reach) -> Reach {
        let possible = Orders::of(self.run, a.possible, b.possible).truths(comparison);
        let reach = Reach { possible, unknown: a.unknown || b.unknown, no_value: false };
        if a.no_value || b.no_value { reach.or(Reach::truths(false, true)) } else { reach }
    }

    fn select(&mut self, condition: Slot, a: Slot, b: Slot) -> Reach {
        let (condition, a, b) = (self.get(condition), self.get(a), self.get(b));
        let chosen = match (condition.can_be_true(), condition.can_be_false()) {
            (true, true) => a.or(b),
            (true, false) => a,
            (false, true) => b,
            (false, false) => Reach::UNKNOWN,
        };
        chosen.stopped_by(condition)
    }

    fn call(&mut self, function: usize, arguments: &[Slot]) -> Reach {
        let program = self.run.program;
        let Some(def) = program.functions.get(function) else { return Reach::UNKNOWN };
        let singles: Option<Vec<Value>> = arguments
            .iter()
            .map(|slot| self.get(*slot).single().and_then(|scalar| self.run.value(scalar)))
            .collect();
        match (self.facts, singles) {
            (Facts::Of(_), Some(values)) => {
                match self.run.scripts.call(def, &values, &program.schema) {
                    Ok(value) => Reach::exactly(self.run.scalar(&value)).or_unknown(),
                    Err(_) => Reach::UNKNOWN,
                }
            }
            (Facts::Any | Facts::Of(_), _) => {
                Reach::known(Possible::any(&program.schema, def.ty)).or_unknown()
            }
        }
    }

    /// Bounds a rank by the known keys of the others that are certainly better, and perhaps better.
    fn rank(&mut self, at: usize, key: Slot, direction: Direction) -> Reach {
        let ranks = Interval::counts(Some(Exact::ONE), None);
        let open = Reach::known(Possible::Number(ranks)).or_unknown();
        let Facts::Of(candidate) = self.facts else { return open };
        if candidate.membership == Membership::Out && !self.is_for_everyone(at) {
            return Reach::UNKNOWN;
        }
        let column = candidate.columns.iter().find(|(index, _)| *index == at);
        let Some((_, PoolColumn::Rank(keys))) = column else { return open };
        let own = self.get(key);
        let (low, high) = key_ends(own.possible);
        let (best, worst) = match direction {
            Direction::Ascending => (low, high),
            Direction::Descending => (high, low),
        };
        let before = |end: Option<Scalar>| {
            end.map(|end| keys.partition_point(|k| ordered(self.run, direction, *k, end).is_lt()))
        };
        let rank = |before: usize| Exact::whole(i128::try_from(before).unwrap_or(i128::MAX - 1));
        let first = before(best).unwrap_or(0);
        let last = before(worst).unwrap_or(keys.len());
        let ranks =
            Interval::counts(rank(first).add(Exact::ONE).ok(), rank(last).add(Exact::ONE).ok());
        Reach::known(Possible::Number(ranks)).or_unknown()
    }

    fn is_for_everyone(&self, at: usize) -> bool {
        matches!(
            self.code.ops.get(at),
            Some(
                Op::Rank { population: crate::Population::Everyone, .. }
                    | Op::FoldPool { population: crate::Population::Everyone, .. }
            )
        )
    }

    /// Bounds a fold over the pool when only one candidate's part is uncertain: counts move by one
    /// and the rest is left open.
    fn fold_pool(&mut self, at: usize, fold: Fold, value: Option<Slot>) -> Reach {
        let column = match self.facts {
            Facts::Any => None,
            Facts::Of(candidate) => {
                candidate.columns.iter().find(|(index, _)| *index == at).map(|(_, held)| held)
            }
        };
        let zero = Some(Exact::ZERO);
        let possible = match (fold, column) {
            (Fold::Count, Some(PoolColumn::Fold { count })) => {
                let end = |count: usize| i128::try_from(count).ok().map(Exact::whole);
                let (low, high) = (end(count.saturating_sub(1)), end(count.saturating_add(1)));
                Possible::Number(Interval::counts(low, high))
            }
            (Fold::Count, Some(PoolColumn::Rank(_)) | None) => {
                Possible::Number(Interval::counts(zero, None))
            }
            (Fold::Exists | Fold::All, _) => Possible::Bool { yes: true, no: true },
            (Fold::Sum | Fold::Minimum | Fold::Maximum, _) => {
                match value.map(|slot| self.get(slot).possible) {
                    Some(Possible::Date(_)) => Possible::Date(Days::ANY),
                    Some(
                        Possible::Nothing
                        | Possible::Bool { .. }
                        | Possible::Number(_)
                        | Possible::Enum(_)
                        | Possible::Text(_),
                    )
                    | None => Possible::Number(Interval::ANY),
                }
            }
        };
        Reach::known(possible).or_unknown()
    }

    fn grid_total(&self, grid: u32) -> Reach {
        let range = match self.facts {
            Facts::Any => None,
            Facts::Of(candidate) => {
                candidate.totals.iter().find(|(id, _)| *id == grid).map(|(_, range)| *range)
            }
        };
        let interval = match range {
            Some(Range { low, high }) => Interval::closed(low, high),
            None => Interval::ANY,
        };
        Reach::known(Possible::Number(interval))
    }
}

/// Returns what was computed in a slot that nothing missing touches, and that was not walked.
fn settled(facts: Facts<'_>, touched: &Touched, at: usize) -> Option<Scalar> {
    let Facts::Of(candidate) = facts else { return None };
    if touched.has(at) {
        return None;
    }
    candidate.cells.get(at).copied()
}

/// Returns what a slot may hold, walked or settled.
fn held(facts: Facts<'_>, touched: &Touched, slots: &[Reach], slot: Slot) -> Reach {
    settled(facts, touched, slot.0 as usize).map_or_else(|| slots.at(slot), Reach::exactly)
}

fn key_ends(possible: Possible) -> (Option<Scalar>, Option<Scalar>) {
    match possible {
        Possible::Number(interval) => {
            (interval.low.map(Scalar::Number), interval.high.map(Scalar::Number))
        }
        Possible::Date(days) => (days.low.map(Scalar::Date), days.high.map(Scalar::Date)),
        Possible::Nothing | Possible::Bool { .. } | Possible::Enum(_) | Possible::Text(_) => {
            let single = possible.single();
            (single, single)
        }
    }
}

fn not(a: Reach) -> Reach {
    let possible = match a.possible {
        Possible::Bool { yes, no } => Possible::Bool { yes: no, no: yes },
        Possible::Nothing
        | Possible::Number(_)
        | Possible::Date(_)
        | Possible::Enum(_)
        | Possible::Text(_) => Possible::Nothing,
    };
    Reach { possible, unknown: a.unknown || a.no_value, no_value: false }
}

fn and(a: Reach, b: Reach) -> Reach {
    let doubt = |x: Reach| x.unknown || x.no_value;
    let yes = a.can_be_true() && b.can_be_true();
    let no = a.can_be_false() || b.can_be_false();
    let unknown =
        (doubt(a) && (doubt(b) || b.can_be_true())) || (doubt(b) && (doubt(a) || a.can_be_true()));
    let possible = if yes || no { Possible::Bool { yes, no } } else { Possible::Nothing };
    Reach { possible, unknown, no_value: false }
}
