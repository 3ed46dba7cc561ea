//! Which columns come out on a day: the grids of the ranking, and the lines of every version in force.

use crate::lines::CLIP;
use crate::{Date, Exact, GridVersion, Part, Program};
use std::collections::BTreeSet;

/// What comes out on a day.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) grids: Vec<GridLayout>,
}

/// What comes out of a grid.
#[derive(Clone, Debug)]
pub(super) struct GridLayout {
    pub(super) grid: u32,
    pub(super) id: String,
    /// Names of lines: those of each version in the order of its text, then what clips.
    pub(super) lines: Vec<String>,
}

impl Layout {
    /// Lists the columns of a day; absent when no ranking is in force.
    pub(super) fn new(program: &Program, date: Date) -> Option<Self> {
        let ranking = program.ranking_at(date)?;
        let grids = ranking.grids.iter().filter_map(|id| {
            let grid = program.grids.get(*id as usize)?;
            let versions = grid.all_versions().filter(|version| version.period.contains(date));
            Some(GridLayout { grid: *id, id: grid.id.clone(), lines: lines(versions) })
        });
        Some(Self { grids: grids.collect() })
    }
}

fn lines<'p>(versions: impl Iterator<Item = &'p GridVersion>) -> Vec<String> {
    let (mut lines, mut clips, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    let mut add = |to: &mut Vec<String>, id: String| {
        if seen.insert(id.clone()) {
            to.push(id);
        }
    };
    for version in versions {
        for part in &version.parts {
            match part {
                Part::Criterion(criterion) => add(&mut lines, criterion.id.clone()),
                Part::Tranche(tranche) => add(&mut lines, tranche.id.clone()),
                Part::Family(family) => {
                    family.criteria.iter().for_each(|one| add(&mut lines, one.id.clone()));
                    if clips_at(family.floor, family.cap) {
                        add(&mut clips, format!("{CLIP}.{}", family.id));
                    }
                }
            }
        }
        if clips_at(version.floor, version.cap) {
            add(&mut clips, CLIP.to_owned());
        }
    }
    lines.extend(clips);
    lines
}

fn clips_at(floor: Option<Exact>, cap: Option<Exact>) -> bool {
    floor.is_some() || cap.is_some()
}
