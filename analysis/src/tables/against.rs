//! The one row that goes against the course of its table: 0, 10, 2, 30 points.
//!
//! Along an input, all else being the same, results that never decrease but at one row are nearly
//! surely a slip of the pen. It takes two rises without this row, and a row before and after it: a
//! table that rises then falls, or that ends by a fall, is as its author wants it, and so is one with
//! a row for values that do not touch (`2 ; 4`). `sinon`, holes and « pas de valeur » end a course.

use super::layout::{Budget, Found, Layout, Region};
use super::searches::{is_otherwise, value_at};
use super::wording::{Speech, literal};
use engine::{Exact, Type, Value};
use source::{Diagnostic, code};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// How many steps one way make a course.
const STEPS: usize = 2;

/// Tells the row that goes against the course of a table; absent when it takes too long.
pub(super) fn check(
    speech: Speech<'_>,
    layout: &Layout<'_>,
    budget: &mut Budget,
    out: &mut Vec<Diagnostic>,
) -> Option<()> {
    if !matches!(layout.table.ty, Type::Number(..)) {
        return Some(());
    }
    let inputs = 0..layout.table.inputs.len();
    for axis in inputs.filter(|at| layout.axes.get(*at).is_some_and(super::axis::Axis::is_ordered))
    {
        let courses = courses(layout, axis, budget)?;
        let mut ways = [Ordering::Less, Ordering::Greater].into_iter();
        if let Some(against) = ways.find_map(|way| only_one(&courses, way)) {
            out.push(told(speech, layout, axis, &against));
        }
    }
    Some(())
}

/// A row on a course, from one number to another when it slopes.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    row: usize,
    /// The first of its pieces.
    piece: usize,
    from: Exact,
    to: Exact,
}

/// The rows taken one after the other along an axis, at one point of the others.
struct Course {
    /// One piece of each axis.
    at: Region,
    stretches: Vec<Stretch>,
}

/// The row against a course, with its neighbour from which, or to which, results go the other way.
struct Against<'c> {
    course: &'c Course,
    this: Stretch,
    /// In the order of the axis.
    step: (Stretch, Stretch),
    way: Ordering,
}

/// The courses along an axis through each row.
fn courses(layout: &Layout<'_>, axis: usize, budget: &mut Budget) -> Option<Vec<Course>> {
    let mut courses = Vec::new();
    for row in 0..layout.row_count() {
        if layout.table.rows.get(row).is_none_or(is_otherwise) {
            continue;
        }
        match layout.taken_by(row, budget) {
            Found::Here(region) => {
                let at = region.iter().map(|span| span.start..span.start + 1).collect();
                courses.extend(along(layout, axis, at, budget)?);
            }
            Found::Nowhere => {}
            Found::TooLong => return None,
        }
    }
    Some(courses)
}

/// Goes along an axis from end to end; a course ends where no row gives a number of its own.
fn along(
    layout: &Layout<'_>,
    axis: usize,
    mut at: Region,
    budget: &mut Budget,
) -> Option<Vec<Course>> {
    let mut courses = vec![Course { at: at.clone(), stretches: Vec::new() }];
    for piece in 0..layout.axes.get(axis)?.len() {
        *at.get_mut(axis)? = piece..piece + 1;
        let near = layout.near(&at);
        budget.0 = budget.0.checked_sub(near.len() + 1)?;
        let stretch = near.first().and_then(|row| stretch(layout, axis, *row, piece));
        let Some(course) = courses.last_mut() else { continue };
        match (stretch, course.stretches.last()) {
            (Some(stretch), Some(last)) if last.row == stretch.row => {}
            (Some(stretch), _) => course.stretches.push(stretch),
            (None, _) => courses.push(Course { at: at.clone(), stretches: Vec::new() }),
        }
    }
    Some(courses)
}

fn stretch(layout: &Layout<'_>, axis: usize, row: usize, piece: usize) -> Option<Stretch> {
    let def = layout.table.rows.get(row).filter(|def| !is_otherwise(def))?;
    let ends = match &def.result {
        engine::RowResult::Linear { across: (from, to), .. } => (*from, *to),
        engine::RowResult::Value(_) | engine::RowResult::NoValue => (Exact::ZERO, Exact::ZERO),
    };
    let number = |at| match value_at(&def.result, axis, at)? {
        Value::Number(number) => Some(number),
        Value::Bool(_) | Value::Date(_) | Value::Enum(_) | Value::Text(_) => None,
    };
    Some(Stretch { row, piece, from: number(ends.0)?, to: number(ends.1)? })
}

/// Finds the row, the same on every course, without which all of them go one way.
fn only_one(courses: &[Course], way: Ordering) -> Option<Against<'_>> {
    let mut found: BTreeMap<usize, Against<'_>> = BTreeMap::new();
    for course in courses {
        let (right, wrong) = steps(&course.stretches, way);
        if wrong == 0 {
            continue;
        }
        let at = (right > 0).then(|| against(&course.stretches, way)).flatten()?;
        let [before, this, after] = *course.stretches.get(at - 1..=at + 1)?.first_chunk()?;
        let wrong = before.to.cmp(&this.from) == way.reverse();
        let step = if wrong { (before, this) } else { (this, after) };
        found.entry(this.row).or_insert(Against { course, this, step, way });
    }
    let only = found.len() == 1;
    found.into_values().next().filter(|_| only)
}

/// The place of the row without which a course goes one way; the last when there are several.
fn against(stretches: &[Stretch], way: Ordering) -> Option<usize> {
    let rows: BTreeSet<usize> = stretches.iter().map(|one| one.row).collect();
    let mut interior = (1..stretches.len().saturating_sub(1)).rev();
    let is_it = |at: &usize| {
        let mut rest = stretches.to_vec();
        rest.remove(*at);
        matches!(steps(&rest, way), (right, 0) if right >= STEPS)
    };
    interior.find(is_it).filter(|_| rows.len() == stretches.len())
}

/// How many steps go a way, and how many the other.
fn steps(stretches: &[Stretch], way: Ordering) -> (usize, usize) {
    let numbers: Vec<Exact> = stretches.iter().flat_map(|one| [one.from, one.to]).collect();
    let count = |order: Ordering| {
        let pairs = numbers.iter().zip(numbers.iter().skip(1));
        pairs.filter(|(before, after)| before.cmp(after) == order).count()
    };
    (count(way), count(way.reverse()))
}

fn told(speech: Speech<'_>, layout: &Layout<'_>, axis: usize, against: &Against<'_>) -> Diagnostic {
    let Against { course, this, step: (first, second), way } = against;
    let rows = &layout.table.rows;
    let span = |stretch: &Stretch| rows.get(stretch.row).map(|row| row.span).unwrap_or_default();
    let points = |number: Exact| literal(&Value::Number(number), layout.table.ty, speech.schema);
    let place = |stretch: &Stretch| {
        let sample = layout.axes.get(axis).and_then(|axis| axis.sample(stretch.piece));
        sample.map_or_else(String::new, |value| speech.value(axis, value))
    };
    let goes = match way {
        Ordering::Less => "monte",
        Ordering::Equal | Ordering::Greater => "descend",
    };
    let message = format!(
        "le tableau « {} » {goes} avec « {} », sauf à cette ligne : {} pour {}, puis {} pour {}",
        layout.table.name,
        speech.input(axis),
        points(first.to),
        place(first),
        points(second.from),
        place(second),
    );
    let (other, said) = if second.row == this.row {
        (first, "la ligne qui précède")
    } else {
        (second, "la ligne qui suit")
    };
    let mut diagnostic = Diagnostic::new(code::ROW_AGAINST_COURSE, span(this), message)
        .with_label(span(other), said);
    let mut at = course.at.clone();
    if let Some(piece) = at.get_mut(axis) {
        *piece = this.piece..this.piece + 1;
    }
    if layout.axes.len() > 2
        && let Some(point) = layout.point(&at)
    {
        diagnostic = diagnostic.with_help(format!("par exemple pour {}", speech.point(&point)));
    }
    diagnostic
        .with_help("corrigez le résultat de cette ligne, ou celui de sa voisine")
        .with_help("si c'est voulu, une exception du manifeste le dit, avec son motif")
}
