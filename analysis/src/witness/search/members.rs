//! The ways to meet what is wanted of a list or of the other candidates: members are made.

use super::ways::level;
use super::{MOST_MEMBERS, Others, Search, State, Way, goal};
use crate::witness::aims::{Aim, at_least};
use engine::{Direction, Exact, Fold, Interval, Item, ListState, Op, Slot, Value};

impl Search<'_> {
    pub(super) fn fold(state: &State, op: &Op, aim: &Aim) -> Vec<Way> {
        let Op::FoldList { fold, list, shared, filter, value: folded, .. } = op else {
            return Vec::new();
        };
        let mut gate = Vec::new();
        match shared {
            None => {}
            Some((None, _)) => return Vec::new(),
            Some((Some(needs), slot)) => gate.push(goal(*slot, at_least(level(*needs)))),
        }
        let items = match state.case.lists.get(list) {
            None => 0,
            Some(ListState::Known(items)) => items.len(),
            Some(ListState::Missing | ListState::Withheld) => return Vec::new(),
        };
        let mut ways = Vec::new();
        if items == 0 && !state.case.lists.contains_key(list) && empty_gives(*fold, aim) {
            let mut state = state.clone();
            state.case.lists.insert(*list, ListState::Known(Vec::new()));
            ways.push(Way::gives(state, gate.clone()));
        }
        let Some((truth, value_aim, copies)) = wanted_item(*fold, aim, items) else { return ways };
        let mut next = state.clone();
        let entry = next.case.lists.entry(*list).or_insert_with(|| ListState::Known(Vec::new()));
        let ListState::Known(held) = entry else { return ways };
        held.push(Item::new());
        if copies > 1 {
            next.copies.push((*list, held.len() - 1, copies));
        }
        let mut tasks = gate;
        tasks.extend(filter.map(|slot| goal(slot, Aim::Truth(truth))));
        if let (Some(slot), Some(aim)) = (folded, value_aim) {
            tasks.push(goal(*slot, aim));
        }
        ways.push(Way::gives(next, tasks));
        ways
    }

    pub(super) fn ranked(
        &self,
        state: &State,
        aim: &Aim,
        key: Slot,
        direction: Direction,
    ) -> Vec<Way> {
        let wanted = if let Aim::Numbers(wanted) = aim { *wanted } else { Interval::ANY };
        let counted = Interval { whole: true, ..Interval::closed(Some(Exact::ONE), None) };
        let Some(rank) = wanted.and(counted).and_then(|wanted| wanted.low) else {
            return Vec::new();
        };
        let mut next = state.clone();
        if rank > Exact::ONE {
            let field = match self.op(key) {
                Some(Op::Fact(field) | Op::SharedFact { field, .. }) => *field,
                Some(_) | None => return Vec::new(),
            };
            let Some(count) = members(rank) else { return Vec::new() };
            if next.others.is_some() {
                return Vec::new();
            }
            next.others = Some(Others { count: count - 1, ahead: Some((field, direction)) });
        }
        vec![Way::gives(next, vec![goal(key, Aim::Known)])]
    }

    pub(super) fn pooled(
        state: &State,
        aim: &Aim,
        fold: Fold,
        filter: Option<Slot>,
        folded: Option<Slot>,
    ) -> Vec<Way> {
        match (fold, aim) {
            (Fold::Count, Aim::Numbers(wanted)) => {
                let truth = Interval { whole: true, ..Interval::closed(Some(Exact::ZERO), None) };
                let Some(low) = wanted.and(truth).and_then(|wanted| wanted.low) else {
                    return Vec::new();
                };
                let Some(count) = members(low) else { return Vec::new() };
                let mut next = state.clone();
                let asked = |truth| filter.map(|slot| goal(slot, Aim::Truth(truth)));
                if count == 0 {
                    return vec![Way::gives(next, asked(false).into_iter().collect())];
                }
                if count > 1 && next.others.is_none() {
                    next.others = Some(Others { count: count - 1, ahead: None });
                }
                vec![Way::gives(next, asked(true).into_iter().collect())]
            }
            (
                Fold::Count | Fold::Sum | Fold::Minimum | Fold::Maximum | Fold::Exists | Fold::All,
                _,
            ) => {
                let filter = filter.map(|slot| goal(slot, Aim::Truth(true)));
                let folded = folded.map(|slot| goal(slot, aim.clone()));
                vec![Way::asks(filter.into_iter().chain(folded).collect())]
            }
        }
    }
}

/// Tells whether a fold over no item may give what is wanted.
fn empty_gives(fold: Fold, aim: &Aim) -> bool {
    match fold {
        Fold::Count | Fold::Sum => aim.holds(&Value::Number(Exact::ZERO)),
        Fold::Exists => aim.holds(&Value::Bool(false)),
        Fold::All => aim.holds(&Value::Bool(true)),
        Fold::Minimum | Fold::Maximum => false,
    }
}

/// What one more item must be: the truth of its filter, its value, and how many alike.
fn wanted_item(fold: Fold, aim: &Aim, items: usize) -> Option<(bool, Option<Aim>, usize)> {
    match (fold, aim) {
        (Fold::Exists, Aim::Truth(truth)) => Some((*truth, None, 1)),
        (Fold::All, Aim::Truth(truth)) => (!truth).then_some((false, None, 1)),
        (Fold::Count, Aim::Numbers(wanted)) => {
            let counted = Interval { whole: true, ..Interval::closed(Some(Exact::ONE), None) };
            let least = wanted.and(counted).and_then(|wanted| wanted.low)?;
            let held = i128::try_from(items).ok()?;
            let more = least.subtract(Exact::whole(held)).ok()?.max(Exact::ONE);
            Some((true, None, members(more)?))
        }
        (Fold::Sum | Fold::Minimum | Fold::Maximum, _) => Some((true, Some(aim.clone()), 1)),
        (Fold::Exists | Fold::All | Fold::Count, _) => None,
    }
}

fn members(count: Exact) -> Option<usize> {
    let whole = count.is_whole() && count <= Exact::whole(MOST_MEMBERS);
    whole.then(|| usize::try_from(count.numerator()).ok())?
}

/// Moves a key ahead of what it is.
pub(super) fn ahead(value: &mut Value, direction: Direction, by: usize) {
    let by = i64::try_from(by).unwrap_or(1);
    let by = if direction == Direction::Ascending { -by } else { by };
    match value {
        Value::Date(day) => *day = day.plus_days(by).unwrap_or(*day),
        Value::Number(number) => *number = number.add(Exact::from(by)).unwrap_or(*number),
        Value::Bool(_) | Value::Enum(_) | Value::Text(_) => {}
    }
}
