//! Folds over lists of reaches.

use super::interval::Interval;
use super::possible::{Possible, Reach};
use super::walk::{AbstractWalk, ItemView, ListView};
use crate::{Exact, Fold, Op, Slot};

/// What one item brings to a fold.
#[derive(Clone, Copy)]
struct Member {
    filter: Reach,
    value: Reach,
}

impl Member {
    fn counts(self) -> bool {
        self.filter.can_be_true()
    }

    fn must_count(self) -> bool {
        self.counts() && !self.filter.can_be_false() && !self.doubtful()
    }

    fn doubtful(self) -> bool {
        self.filter.unknown || self.filter.no_value
    }
}

impl<'r> AbstractWalk<'_, 'r, '_> {
    pub(super) fn fold_list(&mut self, op: &'r Op, at: usize) -> Reach {
        let Op::FoldList { fold, list, shared, body, filter, value } = op else {
            return Reach::UNKNOWN;
        };
        let body = at + 1..at + 1 + *body as usize;
        let read = (*filter, *value);
        let folded = match self.list(*list) {
            ListView::Withheld => Reach::UNKNOWN,
            ListView::Any => {
                let member = self.member(read, body, ItemView::Any);
                any_number(*fold, member)
            }
            ListView::Known(items) => {
                let mut members = Vec::with_capacity(items.len());
                for item in items {
                    members.push(self.member(read, body.clone(), ItemView::Known(item)));
                }
                of_members(*fold, &members)
            }
        };
        match shared {
            Some((needs, gate)) => self.shared(*needs, *gate, folded),
            None => folded,
        }
    }

    fn member(
        &mut self,
        read: (Option<Slot>, Option<Slot>),
        body: std::ops::Range<usize>,
        item: ItemView<'r>,
    ) -> Member {
        self.items.push(item);
        self.ops(body);
        self.items.pop();
        let always = Reach::truths(true, false);
        let (filter, value) = read;
        Member {
            filter: filter.map_or(always, |slot| self.get(slot)),
            value: value.map_or(Reach::UNKNOWN, |slot| self.get(slot)),
        }
    }
}

/// Folds items that are known, whose facts may not be.
fn of_members(fold: Fold, members: &[Member]) -> Reach {
    let doubtful = members.iter().any(|member| member.doubtful());
    match fold {
        Fold::Count => {
            let count = |counted: fn(Member) -> bool| {
                let count = members.iter().filter(|member| counted(**member)).count();
                i128::try_from(count).ok().map(Exact::whole)
            };
            let (low, high) = (count(Member::must_count), count(Member::counts));
            let counts = Interval::counts(low, high);
            Reach { unknown: doubtful, ..Reach::known(Possible::Number(counts)) }
        }
        Fold::Exists => Reach {
            possible: truths(
                members.iter().any(|member| member.counts()),
                members.iter().all(|member| member.filter.can_be_false()),
            ),
            unknown: doubtful && !members.iter().any(|member| member.must_count()),
            no_value: false,
        },
        Fold::All => Reach {
            possible: truths(
                members.iter().all(|member| member.counts()),
                members.iter().any(|member| member.filter.can_be_false()),
            ),
            unknown: doubtful,
            no_value: false,
        },
        Fold::Sum => sum(members, doubtful),
        Fold::Minimum | Fold::Maximum => {
            let counting = members.iter().filter(|member| member.counts());
            let values = counting.map(|member| member.value).reduce(Reach::or);
            let Some(values) = values else { return Reach::UNKNOWN };
            let surely = members.iter().any(|member| member.must_count());
            let reach = Reach::known(values.possible).stopped_by(values);
            if doubtful || !surely { reach.or_unknown() } else { reach }
        }
    }
}

fn truths(yes: bool, no: bool) -> Possible {
    if yes || no { Possible::Bool { yes, no } } else { Possible::Nothing }
}

fn sum(members: &[Member], doubtful: bool) -> Reach {
    let zero = Interval::only(Exact::ZERO);
    let mut sum = zero;
    let mut unknown = doubtful;
    for member in members.iter().filter(|member| member.counts()) {
        unknown = unknown || member.value.unknown || member.value.no_value;
        let Some(value) = member.value.numbers() else {
            if member.must_count() {
                return Reach::UNKNOWN;
            }
            continue;
        };
        let part = if member.must_count() { value } else { value.or(zero) };
        sum = sum.plus(part);
        unknown = unknown || (part.is_bounded() && !sum.is_bounded());
    }
    Reach { possible: Possible::Number(sum), unknown, no_value: false }
}

/// Folds any number of items, all alike.
fn any_number(fold: Fold, member: Member) -> Reach {
    let zero = Some(Exact::ZERO);
    let possible = match fold {
        Fold::Count => {
            let high = if member.counts() { None } else { zero };
            Possible::Number(Interval::counts(zero, high))
        }
        Fold::Exists => Possible::Bool { yes: member.counts(), no: true },
        Fold::All => Possible::Bool { yes: true, no: member.filter.can_be_false() },
        Fold::Sum => match member.value.numbers() {
            Some(value) if member.counts() => {
                let low = value.low.filter(|low| *low >= Exact::ZERO).and(zero);
                let high = value.high.filter(|high| *high <= Exact::ZERO).and(zero);
                Possible::Number(Interval { whole: value.whole, ..Interval::closed(low, high) })
            }
            Some(_) | None => Possible::Number(Interval::only(Exact::ZERO)),
        },
        Fold::Minimum | Fold::Maximum => member.value.possible,
    };
    Reach::known(possible).or_unknown()
}
