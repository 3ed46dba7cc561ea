//! The lines of a grid as nodes, for rows of which every fact is known: what `lines` drafts, in the same
//! order of precedence.

use super::inputs::Input;
use super::node::Id;
use super::translate::{Amount, Building, Translation};
use crate::plan::code::{Place, Shape};
use crate::{
    Contribution, Criterion, Date, Exact, Family, GridVersion, LineState, Part, ProofGate, Retains,
    Slot, Tranche, Truth, ValidationGate,
};

/// A line as nodes.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) id: String,
    pub(super) points: Amount,
    /// The code of its state; 0 where there is no such line.
    pub(super) state: Id,
}

/// Numbers states; 0 is no line.
pub(super) fn state_code(state: LineState) -> i64 {
    match state {
        LineState::Obtained => 1,
        LineState::NotObtained => 2,
        LineState::NotEvaluable => 3,
        LineState::Pending => 4,
        LineState::Capped => 5,
    }
}

/// Reads a state's number back.
pub(crate) fn state_of(code: i64) -> Option<LineState> {
    match code {
        1 => Some(LineState::Obtained),
        2 => Some(LineState::NotObtained),
        3 => Some(LineState::NotEvaluable),
        4 => Some(LineState::Pending),
        5 => Some(LineState::Capped),
        _ => None,
    }
}

/// Numbers truths: 0 no, 1 yes, 2 unknown.
pub(crate) fn truth_of(code: i64) -> Truth {
    match code {
        0 => Truth::No,
        1 => Truth::Yes,
        _ => Truth::Unknown,
    }
}

/// A line being drafted.
#[derive(Clone, Copy, Debug)]
struct Draft {
    points: Amount,
    /// Obtained or capped.
    counts: Id,
    capped: Id,
    pending: Id,
    /// Its condition holds and something of it counts: no later line of its family speaks.
    taken: Id,
}

/// One version being drafted.
pub(super) struct Drafting<'d, 'b> {
    pub(super) code: Translation<'b>,
    pub(super) places: &'d [Place],
    pub(super) date: Date,
    /// The proof gates of the kernel.
    pub(super) gates: &'d mut Vec<ProofGate>,
}

/// A slot that is read.
#[derive(Clone, Copy)]
enum Read<T> {
    Held(T),
    /// Known to be no value, or not known here: rows that read it are not said.
    Not,
}

impl Drafting<'_, '_> {
    fn place(&self, slot: Slot) -> &Place {
        self.places.get(slot.0 as usize).unwrap_or(&Place::Outside)
    }

    fn truth_at(&mut self, slot: Slot) -> Read<Id> {
        let place = self.place(slot).clone();
        match self.code.read(&place) {
            Some((node, Shape::Bool)) => Read::Held(node),
            Some(_) | None => Read::Not,
        }
    }

    fn number_at(&mut self, slot: Slot) -> Read<Amount> {
        let place = self.place(slot).clone();
        match self.code.read(&place) {
            Some((node, Shape::Number(parts))) => Read::Held(Amount { node, parts }),
            Some(_) | None => Read::Not,
        }
    }

    /// Reads a truth where it matters.
    pub(super) fn truth(&mut self, slot: Slot, matters: Id) -> Id {
        match self.truth_at(slot) {
            Read::Held(node) => node,
            Read::Not => self.never(matters),
        }
    }

    fn number(&mut self, slot: Slot, matters: Id) -> Amount {
        match self.number_at(slot) {
            Read::Held(amount) => amount,
            Read::Not => Amount { node: self.never(matters), parts: 1 },
        }
    }

    /// Marks the rows where what is not said matters.
    pub(super) fn never(&mut self, matters: Id) -> Id {
        let none = self.building().nodes.truth(false);
        self.building().require(matters, none);
        none
    }

    pub(super) fn building(&mut self) -> &mut Building {
        self.code.building
    }

    fn and(&mut self, a: Id, b: Id) -> Id {
        self.building().nodes.and(a, b)
    }

    fn not(&mut self, a: Id) -> Id {
        self.building().nodes.not(a)
    }

    fn no(&mut self) -> Id {
        self.building().nodes.truth(false)
    }

    fn amount(&mut self, value: Exact) -> Option<Amount> {
        let parts = i64::try_from(value.denominator()).ok()?;
        let node = self.building().nodes.set(i64::try_from(value.numerator()).ok()?);
        Some(Amount { node, parts })
    }

    fn zero(&mut self) -> Amount {
        Amount { node: self.building().nodes.set(0), parts: 1 }
    }

    /// Whether the conditions of a criterion let it speak, where it is looked at.
    fn opening(&mut self, criterion: &Criterion, matters: Id) -> Id {
        if !criterion.period.contains(self.date) {
            return self.no();
        }
        let mut open = self.building().nodes.truth(true);
        if let Some(slot) = criterion.condition {
            open = self.truth(slot, matters);
        }
        if let Some(slot) = criterion.exception {
            // A false condition wins over an exception that is not said.
            let looked = self.and(matters, open);
            let exception = self.truth(slot, looked);
            let spared = self.not(exception);
            open = self.and(open, spared);
        }
        open
    }

    /// Whether a proof that a criterion asks for is not there.
    fn unmet(&mut self, criterion: &Criterion) -> Id {
        let mut unmet = self.no();
        for gate in &criterion.proofs {
            let held = self.gates.iter().position(|held| held == gate);
            let place = held.unwrap_or_else(|| {
                self.gates.push(gate.clone());
                self.gates.len() - 1
            });
            let short = Input::Short(u32::try_from(place).unwrap_or(u32::MAX));
            let short = self.building().input(short);
            unmet = self.building().nodes.or(unmet, short);
        }
        unmet
    }

    /// Decides a condition: whether it holds, and whether it waits for a proof.
    pub(super) fn condition(&mut self, criterion: &Criterion, matters: Id) -> (Id, Id) {
        let open = self.opening(criterion, matters);
        let unmet = self.unmet(criterion);
        let met = self.not(unmet);
        (self.and(open, met), self.and(open, unmet))
    }

    /// Adds up what a criterion gives; tells whether something was counted.
    fn given(&mut self, given: &[Contribution], matters: Id) -> Option<(Amount, Id)> {
        let mut sum = self.zero();
        let mut counted = self.no();
        for one in given {
            let holds = match one.condition {
                Some(slot) => self.truth(slot, matters),
                None => self.building().nodes.truth(true),
            };
            let looked = self.and(matters, holds);
            let amount = self.number(one.amount, looked);
            let node = self.building().nodes.keep(holds, amount.node);
            sum = self.sum(sum, Amount { node, ..amount })?;
            counted = self.building().nodes.or(counted, holds);
        }
        Some((sum, counted))
    }

    fn sum(&mut self, a: Amount, b: Amount) -> Option<Amount> {
        let (a, b, parts) = self.building().common(a, b)?;
        Some(Amount { node: self.building().nodes.add(a, b), parts })
    }

    /// Clips points; tells whether something was clipped.
    fn clipped(
        &mut self,
        points: Amount,
        floor: Option<Amount>,
        cap: Option<Amount>,
    ) -> Option<(Amount, Id)> {
        let mut kept = points;
        if let Some(floor) = floor {
            let (a, b, parts) = self.building().common(kept, floor)?;
            kept = Amount { node: self.building().nodes.maximum(a, b), parts };
        }
        if let Some(cap) = cap {
            let (a, b, parts) = self.building().common(kept, cap)?;
            kept = Amount { node: self.building().nodes.minimum(a, b), parts };
        }
        let (a, b, _) = self.building().common(kept, points)?;
        let same = self.building().nodes.same(a, b);
        Some((kept, self.not(same)))
    }

    fn criterion(&mut self, criterion: &Criterion, matters: Id) -> Option<Draft> {
        let open = self.opening(criterion, matters);
        let speaks = self.and(matters, open);
        let (sum, counted) = self.given(&criterion.contributions, speaks)?;
        let floor = criterion.floor.map(|slot| self.number(slot, speaks));
        let cap = criterion.cap.map(|slot| self.number(slot, speaks));
        let (kept, clips) = self.clipped(sum, floor, cap)?;
        let none = self.building().nodes.is(kept.node, 0);
        let some = self.not(none);
        let says = self.building().nodes.or(clips, some);
        let unmet = self.unmet(criterion);
        let met = self.not(unmet);
        let heard = self.and(open, says);
        let counts = self.and(heard, met);
        let pending = self.and(heard, unmet);
        let capped = self.and(counts, clips);
        let held = self.building().nodes.or(counted, clips);
        let taken = self.and(open, held);
        let given = self.and(open, met);
        let points = Amount { node: self.building().nodes.keep(given, kept.node), ..kept };
        Some(Draft { points, counts, capped, pending, taken })
    }

    fn tranche(&mut self, tranche: &Tranche, matters: Id) -> Option<Draft> {
        let (mut holds, mut waits) = (self.no(), self.no());
        for criterion in &tranche.criteria {
            let still = self.not(holds);
            let looked = self.and(matters, still);
            let (own, waiting) = self.condition(criterion, looked);
            holds = self.building().nodes.or(holds, own);
            waits = self.building().nodes.or(waits, waiting);
        }
        let none = self.not(holds);
        let pending = self.and(none, waits);
        let whole = self.amount(tranche.points)?;
        let points = Amount { node: self.building().nodes.keep(holds, whole.node), ..whole };
        let no = self.no();
        Some(Draft { points, counts: holds, capped: no, pending, taken: holds })
    }

    /// Leaves the points of a family to one line.
    fn retain(&mut self, retains: Retains, drafts: &mut [Draft]) -> Option<()> {
        match retains {
            Retains::Maximum => self.best(drafts),
            Retains::First => {
                let mut taken = self.no();
                for draft in drafts {
                    let own = draft.taken;
                    self.yields(draft, taken);
                    taken = self.building().nodes.or(taken, own);
                }
                Some(())
            }
        }
    }

    fn best(&mut self, drafts: &mut [Draft]) -> Option<()> {
        let (mut some, mut best, mut winner) = (self.no(), self.zero(), self.zero().node);
        for (at, draft) in (0..).zip(drafts.iter()) {
            let (held, own, parts) = self.building().common(best, draft.points)?;
            let better = self.building().nodes.less(held, own);
            let first = self.not(some);
            let wins = self.building().nodes.or(first, better);
            let wins = self.and(draft.counts, wins);
            best = Amount { node: self.building().nodes.select(wins, own, held), parts };
            let place = self.building().nodes.set(at);
            winner = self.building().nodes.select(wins, place, winner);
            some = self.building().nodes.or(some, draft.counts);
        }
        for (at, draft) in (0..).zip(drafts.iter_mut()) {
            let is = self.building().nodes.is(winner, at);
            let not = self.not(is);
            let loses = self.and(some, not);
            self.yields(draft, loses);
        }
        Some(())
    }

    /// Takes the points of a line where it yields, and its state when it had some.
    fn yields(&mut self, draft: &mut Draft, yields: Id) {
        let none = self.building().nodes.is(draft.points.node, 0);
        let some = self.not(none);
        let yields = self.and(yields, some);
        let kept = self.not(yields);
        draft.points.node = self.building().nodes.keep(kept, draft.points.node);
        draft.counts = self.and(draft.counts, kept);
        draft.capped = self.and(draft.capped, kept);
    }

    fn state(&mut self, draft: Draft) -> Id {
        let nodes = &mut self.building().nodes;
        let code = |state| state_code(state);
        let (not, pending) =
            (nodes.set(code(LineState::NotObtained)), nodes.set(code(LineState::Pending)));
        let (obtained, capped) =
            (nodes.set(code(LineState::Obtained)), nodes.set(code(LineState::Capped)));
        let state = nodes.select(draft.pending, pending, not);
        let state = nodes.select(draft.counts, obtained, state);
        nodes.select(draft.capped, capped, state)
    }

    /// Drafts a version where it is the candidate's. Absent: something has no node.
    pub(super) fn lines(&mut self, version: &GridVersion, own: Id) -> Option<(Vec<Line>, Amount)> {
        let behind = self.code.matters();
        let matters = self.and(own, behind);
        let anonymous = self.not(behind);
        let (refused, waits) = self.validation(version, matters);
        let speaks = self.building().nodes.or(anonymous, refused);
        let speaks = self.not(speaks);
        let matters = self.and(matters, speaks);
        let held = self.not(waits);
        let clips = self.and(speaks, held);
        let mut lines = Vec::new();
        let mut total = self.zero();
        for part in &version.parts {
            let (drafts, ids) = self.part(part, matters)?;
            let mut sum = self.zero();
            for (mut draft, id) in drafts.into_iter().zip(ids) {
                self.hold(&mut draft, speaks, waits);
                sum = self.sum(sum, draft.points)?;
                let state = self.state(draft);
                lines.push(Line { id, points: draft.points, state });
            }
            if let Part::Family(family) = part {
                sum = self.family_clip(family, sum, clips, &mut lines)?;
            }
            total = self.sum(total, sum)?;
        }
        let id = crate::lines::CLIP.to_owned();
        let total = self.clip((version.floor, version.cap), total, clips, (id, &mut lines))?;
        Some((lines, total))
    }

    fn part(&mut self, part: &Part, matters: Id) -> Option<(Vec<Draft>, Vec<String>)> {
        match part {
            Part::Criterion(criterion) => {
                let draft = self.criterion(criterion, matters)?;
                Some((vec![draft], vec![criterion.id.clone()]))
            }
            Part::Tranche(tranche) => {
                let draft = self.tranche(tranche, matters)?;
                Some((vec![draft], vec![tranche.id.clone()]))
            }
            Part::Family(family) => {
                let (mut drafts, mut ids) = (Vec::new(), Vec::new());
                for criterion in &family.criteria {
                    drafts.push(self.criterion(criterion, matters)?);
                    ids.push(criterion.id.clone());
                }
                self.retain(family.retains, &mut drafts)?;
                Some((drafts, ids))
            }
        }
    }

    /// Tells where the employer's validation is refused, and where it is awaited.
    fn validation(&mut self, version: &GridVersion, matters: Id) -> (Id, Id) {
        let ValidationGate::Fact { slot, pending, refused, confirmed, .. } = version.validation
        else {
            return (self.no(), self.no());
        };
        let place = self.place(slot).clone();
        let Some((value, Shape::Enum)) = self.code.read(&place) else {
            self.never(matters);
            return (self.no(), self.no());
        };
        let nodes = &mut self.building().nodes;
        let is = |place: u32| i64::from(place);
        let waits = nodes.is(value, is(pending));
        let refused = nodes.is(value, is(refused));
        let given = nodes.is(value, is(confirmed));
        let either = nodes.or(waits, refused);
        let known = nodes.or(either, given);
        self.building().require(matters, known);
        (refused, waits)
    }

    /// Holds a line back behind a gate.
    fn hold(&mut self, draft: &mut Draft, speaks: Id, waits: Id) {
        let held = self.not(waits);
        let free = self.and(speaks, held);
        let waiting = self.and(speaks, waits);
        let due = self.building().nodes.or(draft.counts, draft.pending);
        draft.pending = {
            let held_back = self.and(waiting, due);
            let own = self.and(speaks, draft.pending);
            self.building().nodes.or(held_back, own)
        };
        draft.counts = self.and(draft.counts, free);
        draft.capped = self.and(draft.capped, free);
        draft.points.node = self.building().nodes.keep(free, draft.points.node);
    }

    fn family_clip(
        &mut self,
        family: &Family,
        sum: Amount,
        clips: Id,
        lines: &mut Vec<Line>,
    ) -> Option<Amount> {
        let id = format!("{}.{}", crate::lines::CLIP, family.id);
        self.clip((family.floor, family.cap), sum, clips, (id, lines))
    }

    /// Adds the signed line of a cap or a floor over a sum, and returns what is kept of it.
    fn clip(
        &mut self,
        (floor, cap): (Option<Exact>, Option<Exact>),
        sum: Amount,
        clips: Id,
        (id, lines): (String, &mut Vec<Line>),
    ) -> Option<Amount> {
        if floor.is_none() && cap.is_none() {
            return Some(sum);
        }
        let floor = floor.map(|floor| self.amount(floor).ok_or(())).transpose().ok()?;
        let cap = cap.map(|cap| self.amount(cap).ok_or(())).transpose().ok()?;
        let (kept, differs) = self.clipped(sum, floor, cap)?;
        let (after, before, parts) = self.building().common(kept, sum)?;
        let present = self.and(clips, differs);
        let nodes = &mut self.building().nodes;
        let cut = nodes.subtract(after, before);
        let points = Amount { node: nodes.keep(clips, cut), parts };
        let capped = nodes.set(state_code(LineState::Capped));
        let state = nodes.keep(present, capped);
        lines.push(Line { id, points, state });
        let clip = nodes.select(clips, after, before);
        Some(Amount { node: clip, parts })
    }
}
