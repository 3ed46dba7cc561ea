//! What each line moves: lines of both recueils side by side, by the names of their grid and their own.
//!
//! A line that one recueil does not have gives nothing under it; neither does one of a grid that is not established,
//! so that what lines move together is what totals move.

use super::{Movement, Tally};
use engine::{Date, GridVersion, Outcomes, Part, Program};
use std::collections::BTreeMap;

/// What a line moves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineMovement {
    /// The name of its grid.
    pub grid: String,
    /// The label of its grid.
    pub grid_label: String,
    /// Its name.
    pub id: String,
    /// Its label, that of the second recueil when both have it.
    pub label: String,
    /// Which recueils have it.
    pub of: super::Side,
    /// What it moves.
    pub movement: Movement,
}

/// What one of the points of a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A grid: its name, its label.
    Grid(String, String),
    /// A line of the last grid: its name, its label.
    Line(String, String),
}

/// Rules of which points are told.
pub(crate) struct Rules<'a> {
    pub(crate) program: &'a Program,
    pub(crate) date: Date,
    pub(crate) outcomes: Option<&'a Outcomes>,
}

impl Rules<'_> {
    /// Names the points of a row, in their order.
    pub(crate) fn named(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for column in self.outcomes.into_iter().flat_map(|outcomes| &outcomes.grids) {
            let Some(grid) = self.program.grids.get(column.grid as usize) else { continue };
            let versions = grid.all_versions().filter(|it| it.period.contains(self.date));
            let mut labels = BTreeMap::new();
            versions.for_each(|version| name(version, &mut labels));
            places.push(Place::Grid(grid.id.clone(), grid.label.clone()));
            let lines = column.lines.iter().map(|line| {
                let label = labels.get(&line.id).cloned();
                Place::Line(line.id.clone(), label.unwrap_or_else(|| clip(&line.id, &labels)))
            });
            places.extend(lines);
        }
        places
    }
}

/// Takes the labels of the lines of a version, and of its families under `.NOM`.
fn name(version: &GridVersion, labels: &mut BTreeMap<String, String>) {
    let mut add = |id: String, label: &str| drop(labels.insert(id, label.to_owned()));
    for part in &version.parts {
        match part {
            Part::Criterion(one) => add(one.id.clone(), &one.label),
            Part::Tranche(one) => add(one.id.clone(), &one.label),
            Part::Family(family) => {
                add(format!(".{}", family.id), &family.label);
                family.criteria.iter().for_each(|one| add(one.id.clone(), &one.label));
            }
        }
    }
}

/// Labels a line that clips.
fn clip(id: &str, labels: &BTreeMap<String, String>) -> String {
    let family = id.find('.').and_then(|at| id.get(at..)).and_then(|family| labels.get(family));
    let what = "Plafond ou plancher";
    family.map_or_else(|| what.to_owned(), |family| format!("{what} : {family}"))
}

/// A line that is being counted: the places of its grid and of its points, under each recueil.
struct Pair {
    line: LineMovement,
    at: [Option<(usize, usize)>; 2],
    tally: Tally,
}

/// The lines of both recueils.
pub(super) struct Lines(Vec<Pair>);

impl Lines {
    pub(super) fn new([before, after]: [Vec<Place>; 2]) -> Self {
        let mut pairs: Vec<Pair> = Vec::new();
        for (side, places) in [before, after].iter().enumerate() {
            let (mut grid, mut next) = ((0, "", ""), pairs.len());
            for (at, place) in places.iter().enumerate() {
                let (id, label) = match place {
                    Place::Grid(id, label) => {
                        grid = (at, id.as_str(), label.as_str());
                        continue;
                    }
                    Place::Line(id, label) => (id, label),
                };
                let own = |pair: &Pair| pair.line.grid == grid.1 && pair.line.id == *id;
                let found = match pairs.iter().position(own) {
                    Some(found) => found,
                    None => {
                        // A new line comes after the one that it follows in its own rules.
                        pairs.insert(next, Pair::new([grid.1, grid.2, id, label]));
                        next
                    }
                };
                next = found + 1;
                if let Some(pair) = pairs.get_mut(found) {
                    label.clone_into(&mut pair.line.label);
                    if let Some(held) = pair.at.get_mut(side) {
                        *held = Some((grid.0, at));
                    }
                }
            }
        }
        Self(pairs)
    }

    pub(super) fn take(&mut self, points: [&[Option<i64>]; 2]) {
        let [before, after] = points;
        for Pair { at: [first, second], tally, .. } in &mut self.0 {
            tally.take(read(before, *first), read(after, *second));
        }
    }

    pub(super) fn done(self) -> Vec<LineMovement> {
        let done = |Pair { mut line, at, tally }| {
            line.of = match at {
                [Some(_), None] => super::Side::Before,
                [None, _] => super::Side::After,
                [Some(_), Some(_)] => super::Side::Both,
            };
            line.movement = tally.movement();
            line
        };
        self.0.into_iter().map(done).collect()
    }
}

impl Pair {
    fn new([grid, grid_label, id, label]: [&str; 4]) -> Self {
        let line = LineMovement {
            grid: grid.to_owned(),
            grid_label: grid_label.to_owned(),
            id: id.to_owned(),
            label: label.to_owned(),
            of: super::Side::Both,
            movement: Tally::default().movement(),
        };
        Self { line, at: [None, None], tally: Tally::default() }
    }
}

/// Reads the points of a line: none without it, or when its grid is not established.
fn read(points: &[Option<i64>], at: Option<(usize, usize)>) -> i64 {
    let Some((grid, line)) = at else { return 0 };
    let established = points.get(grid).copied().flatten();
    established.and_then(|_| points.get(line).copied().flatten()).unwrap_or(0)
}
