//! Charts as drawings of whole coordinates. What they show is in a table beside them; no number is read off a drawing.

use super::{Bin, Ranks, Step};
use askama::Template;

/// The sides of a drawing of totals. Unit: those of its own.
const PLOT: Area = Area { left: 58, top: 40, width: 574, height: 240 };

/// Where something is drawn.
#[derive(Clone, Copy)]
struct Area {
    left: u64,
    top: u64,
    width: u64,
    height: u64,
}

impl Area {
    const fn bottom(self) -> u64 {
        self.top + self.height
    }

    const fn right(self) -> u64 {
        self.left + self.width
    }
}

/// A bar.
struct Bar {
    class: &'static str,
    x: u64,
    y: u64,
    width: u64,
    height: u64,
}

/// A mark of an axis, with its text.
struct Mark {
    x: u64,
    y: u64,
    text: String,
}

/// Totals before and after, as bars side by side.
#[derive(Template)]
#[template(path = "simulation/histogram.html")]
pub(super) struct Histogram {
    description: String,
    area: Area,
    bars: Vec<Bar>,
    counts: Vec<Mark>,
    bounds: Vec<Mark>,
}

impl Histogram {
    pub(super) fn of(bins: &[Bin], description: String) -> Self {
        let most = bins.iter().map(|bin| bin.before.max(bin.after)).max().unwrap_or(0);
        let top = rounded_up(most.max(1));
        let room = PLOT.width / number(bins.len()).max(1);
        let (gap, width) = (room / 10, (room * 2 / 5).max(1));
        let bar = |class, count: u64, x| {
            let height = scaled(count, top, PLOT.height);
            Bar { class, x, y: PLOT.bottom() - height, width, height }
        };
        let place = |at: usize| PLOT.left + number(at) * room;
        let bars = bins.iter().enumerate().flat_map(|(at, bin)| {
            let x = place(at) + gap;
            [bar("before", bin.before, x), bar("after", bin.after, x + width)]
        });
        let every = if bins.len() > 10 { 2 } else { 1 };
        let bounds = bins.iter().enumerate().step_by(every).map(|(at, bin)| Mark {
            x: place(at),
            y: PLOT.bottom() + 18,
            text: engine::show_number(bin.from.0),
        });
        let steps =
            [0, top / 2, top].into_iter().filter(|count| *count == 0 || top > 1 || *count == top);
        let counts = steps.map(|count| Mark {
            x: PLOT.left - 8,
            y: PLOT.bottom() - scaled(count, top, PLOT.height),
            text: super::page::count(count),
        });
        let (bars, counts, bounds) = (bars.collect(), counts.collect(), bounds.collect());
        Self { description, area: PLOT, bars, counts, bounds }
    }
}

/// How high a step of ranks is drawn.
const STEP: u64 = 44;

/// What is between two steps.
const BETWEEN: u64 = 12;

/// Where steps begin, under the titles of both sides.
const TOP: u64 = 36;

/// Where the bands between both sides begin and end.
const BANDS: (u64, u64) = (164, 476);

/// A step of ranks on one side.
struct Node {
    y: u64,
    name: String,
    count: String,
}

/// Those who go from a step to another.
struct Band {
    class: &'static str,
    path: String,
}

/// Ranks before and after, as bands from steps to steps.
#[derive(Template)]
#[template(path = "simulation/flows.html")]
pub(super) struct FlowChart {
    description: String,
    height: u64,
    before: Vec<Node>,
    after: Vec<Node>,
    bands: Vec<Band>,
}

impl FlowChart {
    pub(super) fn of(ranks: &Ranks, description: String) -> Self {
        let outgoing: Vec<u64> = ranks.counts.iter().map(|row| row.iter().sum()).collect();
        let incoming: Vec<u64> = (0..ranks.steps.len()).map(|to| column(ranks, to)).collect();
        Self {
            description,
            height: top(ranks.steps.len()),
            before: nodes(&ranks.steps, &outgoing),
            after: nodes(&ranks.steps, &incoming),
            bands: bands(ranks, &outgoing, &incoming),
        }
    }
}

/// Counts those who come to a step.
pub(super) fn column(ranks: &Ranks, to: usize) -> u64 {
    ranks.counts.iter().filter_map(|row| row.get(to)).sum()
}

fn nodes(steps: &[Step], counts: &[u64]) -> Vec<Node> {
    let all = steps.iter().zip(counts).enumerate();
    let node = |(at, (step, count)): (usize, (&Step, &u64))| Node {
        y: top(at),
        name: super::page::step(*step),
        count: super::page::count(*count),
    };
    all.map(node).collect()
}

/// Draws bands: at each end, as high as its share of the step.
fn bands(ranks: &Ranks, outgoing: &[u64], incoming: &[u64]) -> Vec<Band> {
    let mut bands = Vec::new();
    let mut reached = vec![0_u64; incoming.len()];
    for (from, (row, out)) in ranks.counts.iter().zip(outgoing).enumerate() {
        let mut left = 0;
        let ends = row.iter().zip(incoming).zip(&mut reached).enumerate();
        for (to, ((count, all), reached)) in ends.filter(|(_, ((count, _), _))| **count > 0) {
            let y = |at, count, all| top(at) + scaled(count, all, STEP);
            let edge = |passed: u64| (passed, passed + count);
            let ((a, b), (c, d)) = (edge(left), edge(*reached));
            let class = match to.cmp(&from) {
                std::cmp::Ordering::Less => "up",
                std::cmp::Ordering::Equal => "stay",
                std::cmp::Ordering::Greater => "down",
            };
            let path = band([y(from, a, *out), y(from, b, *out), y(to, c, *all), y(to, d, *all)]);
            bands.push(Band { class, path });
            (left, *reached) = (b, d);
        }
    }
    bands
}

/// Writes the outline of a band, from its two heights on the left to those on the right.
fn band([a, b, c, d]: [u64; 4]) -> String {
    let (left, right) = BANDS;
    let middle = u64::midpoint(left, right);
    format!(
        "M{left} {a}C{middle} {a} {middle} {c} {right} {c}V{d}C{middle} {d} {middle} {b} {left} {b}Z"
    )
}

fn top(at: usize) -> u64 {
    TOP + number(at) * (STEP + BETWEEN)
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Scales a count to a length, to the nearest below, but one at least for what there is.
fn scaled(count: u64, most: u64, length: u64) -> u64 {
    let scaled = u128::from(count) * u128::from(length) / u128::from(most.max(1));
    let scaled = u64::try_from(scaled).unwrap_or(length).min(length);
    if count > 0 { scaled.max(1) } else { 0 }
}

/// Rounds up to one, two or five and zeros.
fn rounded_up(count: u64) -> u64 {
    let mut step = 1_u64;
    loop {
        for by in [1, 2, 5] {
            let end = step.saturating_mul(by);
            if end >= count {
                return end;
            }
        }
        step = step.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_on_a_round_count_that_holds_all() {
        let ends = [1, 2, 3, 7, 10, 11, 245, 4_999, 5_001].map(rounded_up);
        assert_eq!(ends, [1, 2, 5, 10, 10, 20, 500, 5_000, 10_000]);
        assert!(rounded_up(u64::MAX) == u64::MAX);
    }

    #[test]
    fn what_there_is_can_be_seen_and_nothing_is_drawn_of_what_is_not() {
        assert_eq!([scaled(0, 9, 240), scaled(1, 1_000_000, 240), scaled(9, 9, 240)], [0, 1, 240]);
        assert_eq!((scaled(7, 0, 240), scaled(u64::MAX, u64::MAX, 240)), (240, 240));
    }

    #[test]
    fn bands_fill_their_steps_and_no_more() {
        let steps = vec![Step { from: Some(1), to: Some(1) }, Step { from: None, to: None }];
        let counts = vec![vec![3, 1], vec![0, 4]];
        let ranks = Ranks { steps, counts, better: 0, same: 0, worse: 0 };
        let bands = bands(&ranks, &[4, 4], &[3, 5]);
        assert_eq!(
            bands.iter().map(|band| band.class).collect::<Vec<_>>(),
            ["stay", "down", "stay"]
        );
        assert!(bands[0].path.starts_with("M164 36C") && bands[0].path.contains("V80C"));
        assert!(bands[2].path.contains(" 476 100V136C"), "{}", bands[2].path);
    }
}
