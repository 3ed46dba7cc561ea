//! The most that a grid can give.

use crate::{Exact, GridVersion, Part};

impl GridVersion {
    /// Returns the most it can give: its declared scale, else the sum of its lines' maxima.
    pub fn maximum(&self) -> Option<Exact> {
        if self.scale.is_some() { self.scale } else { sum_of_maxima(self) }
    }
}

fn sum_of_maxima(version: &GridVersion) -> Option<Exact> {
    let mut sum = Exact::ZERO;
    for part in &version.parts {
        let part = match part {
            Part::Criterion(criterion) => criterion.maximum,
            Part::Tranche(tranche) => Some(tranche.points),
            Part::Family(family) => {
                let most = family
                    .criteria
                    .iter()
                    .map(|criterion| criterion.maximum)
                    .try_fold(Exact::ZERO, |most, one| one.map(|one| most.max(one)));
                lowest(most, family.cap)
            }
        };
        let Some(next) = part.and_then(|part| sum.add(part).ok()) else { return version.cap };
        sum = next;
    }
    lowest(Some(sum), version.cap)
}

fn lowest(a: Option<Exact>, b: Option<Exact>) -> Option<Exact> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
