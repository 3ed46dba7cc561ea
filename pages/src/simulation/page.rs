//! The page of a comparison: what a reform changes, for those who prepare it, in words, tables and charts.

use super::charts::{FlowChart, Histogram, column};
use super::{Comparison, Movement, Passage, Ranks, Side, Spread, Step};
use crate::html::rendered;
use askama::Template;
use engine::{Date, Exact, show_counted, show_number};
use source::ordinal;
use std::borrow::Borrow;

/// Lines of one grid.
struct Grid<'p> {
    label: &'p str,
    lines: Vec<&'p super::Line>,
}

#[derive(Template)]
#[template(path = "simulation/page.html")]
struct Page<'p> {
    of: &'p Comparison,
    histogram: Histogram,
    flows: FlowChart,
    grids: Vec<Grid<'p>>,
}

#[derive(Template)]
#[template(path = "simulation/movement.html")]
struct MovementCells<'p> {
    movement: &'p Movement,
}

impl<'p> MovementCells<'p> {
    fn of(movement: &'p Movement) -> Self {
        Self { movement }
    }
}

/// What templates say of values.
struct Said;

impl Said {
    fn count(number: impl Borrow<u64>) -> String {
        count(*number.borrow())
    }

    fn sum(numbers: &[u64]) -> String {
        count(numbers.iter().sum())
    }

    fn points(number: impl Borrow<Exact>) -> String {
        show_number(*number.borrow())
    }

    fn signed(number: impl Borrow<Exact>, sign: &str) -> String {
        signed(*number.borrow(), sign)
    }

    fn step(of: &Step) -> String {
        step(*of)
    }

    fn column(ranks: &Ranks, to: impl Borrow<usize>) -> u64 {
        column(ranks, *to.borrow())
    }

    fn side(of: impl Borrow<Side>) -> Option<&'static str> {
        side(*of.borrow())
    }
}

/// Makes the page. Shape: HTML that stands alone.
pub fn page(of: &Comparison) -> String {
    rendered(&Page {
        of,
        histogram: Histogram::of(&of.distribution.bins, totals(of)),
        flows: FlowChart::of(&of.ranks, ranks(of)),
        grids: grids(of),
    })
}

impl Page<'_> {
    /// Says the day in words.
    fn day(&self) -> String {
        Date::parse_iso(&self.of.day).map_or_else(|| self.of.day.clone(), crate::days::day)
    }

    fn sentence(&self) -> String {
        let Movement { gain, lose, same, .. } = self.of.total;
        format!(
            "Sur {}, {}, {} et {}.",
            show_counted(self.of.rows.compared, "candidat comparé", "candidats comparés"),
            show_counted(gain, "gagne des points", "gagnent des points"),
            show_counted(lose, "en perd", "en perdent"),
            show_counted(same, "garde les siens", "gardent les leurs"),
        )
    }

    fn choice(&self) -> String {
        let offers = &self.of.offers;
        format!(
            "{} sur {} {} d'autres candidats : {} parmi les retenus, {}.",
            show_counted(offers.changed, "offre", "offres"),
            count(offers.all),
            if offers.changed > 1 { "retiennent" } else { "retient" },
            show_counted(self.of.kept.entering, "candidat entre", "candidats entrent"),
            show_counted(self.of.kept.leaving, "en sort", "en sortent"),
        )
    }

    /// Tells whether some offers that change are not named.
    fn names_some(&self) -> bool {
        u64::try_from(self.of.offers.most.len()).is_ok_and(|named| named < self.of.offers.changed)
    }

    fn aside(&self) -> u64 {
        let rows = self.of.rows;
        rows.aside_before + rows.aside_after + rows.aside_both
    }

    fn passages(&self) -> [(&'static str, Passage); 2] {
        [("Candidats éligibles", self.of.eligible), ("Candidats retenus", self.of.kept)]
    }

    fn spreads(&self) -> Vec<(&'static str, &Spread)> {
        let distribution = &self.of.distribution;
        let sides = [("Avant", &distribution.before), ("Après", &distribution.after)];
        sides.into_iter().filter_map(|(name, spread)| Some((name, spread.as_ref()?))).collect()
    }

    fn unread(&self) -> Vec<(&'static str, String)> {
        let sides = [("avant", &self.of.before), ("après", &self.of.after)];
        let sides = sides.into_iter().filter(|(_, rules)| !rules.unread.is_empty());
        sides.map(|(name, rules)| (name, rules.unread.join(", "))).collect()
    }
}

/// Says in a sentence what the chart of totals shows.
fn totals(of: &Comparison) -> String {
    let bins = &of.distribution.bins;
    let most = |count: fn(&super::Bin) -> u64| bins.iter().max_by_key(|bin| count(bin));
    let sides = [("avant", most(|bin| bin.before)), ("après", most(|bin| bin.after))];
    let sides = sides.into_iter().filter_map(|(name, bin)| Some((name, bin?)));
    let tops = sides.map(|(name, bin)| {
        format!(
            "{name}, la tranche la plus fournie va de {} à {}",
            show_number(bin.from.0),
            show_number(bin.to.0)
        )
    });
    let tops: Vec<String> = tops.collect();
    format!(
        "Deux barres par tranche de {} points, le nombre de candidats avant et après : {}. Le tableau qui suit donne chaque nombre.",
        show_number(of.distribution.width.0),
        tops.join(" ; ")
    )
}

/// Says in a sentence what the chart of ranks shows.
fn ranks(of: &Comparison) -> String {
    let ranks = &of.ranks;
    format!(
        "Des bandes vont de chaque palier de rang avant, à gauche, à chaque palier après, à droite ; leur épaisseur est leur part du palier. {}, {} et {}. Le tableau qui suit donne chaque nombre.",
        show_counted(
            ranks.better,
            "candidat classé avant et après monte",
            "candidats classés avant et après montent"
        ),
        show_counted(ranks.same, "garde son rang", "gardent leur rang"),
        show_counted(ranks.worse, "descend", "descendent"),
    )
}

/// Groups lines by grid, in order.
fn grids(of: &Comparison) -> Vec<Grid<'_>> {
    let mut grids: Vec<(&str, Grid<'_>)> = Vec::new();
    for line in &of.lines {
        match grids.iter_mut().find(|(id, _)| *id == line.grid) {
            Some((_, grid)) => grid.lines.push(line),
            None => {
                grids.push((&line.grid, Grid { label: &line.grid_label, lines: vec![line] }));
            }
        }
    }
    grids.into_iter().map(|(_, grid)| grid).collect()
}

/// Says which rules a line is of; nothing when both have it.
fn side(side: Side) -> Option<&'static str> {
    match side {
        Side::Before => Some("avant seulement"),
        Side::After => Some("après seulement"),
        Side::Both => None,
    }
}

/// Names a step of ranks.
pub(super) fn step(step: Step) -> String {
    match (step.from, step.to) {
        (None, _) => "non classés".to_owned(),
        (Some(from), Some(to)) if from == to => ordinal(from),
        (Some(from), Some(to)) => format!("{} à {}", ordinal(from), ordinal(to)),
        (Some(from), None) => format!("{} et plus", ordinal(from)),
    }
}

/// Writes a count: `1 234`.
pub(super) fn count(count: u64) -> String {
    show_number(Exact::whole(count.into()))
}

/// Writes points that are more or fewer.
fn signed(number: Exact, sign: &str) -> String {
    if number.is_zero() { "0".to_owned() } else { format!("{sign}{}", show_number(number)) }
}
