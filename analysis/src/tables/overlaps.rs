//! Rows that give different results for one set of values.
//!
//! A row without any condition (`sinon`) is what is left when no other row fits, and overlaps none.

use super::layout::{Budget, Layout, Region};
use super::searches::is_otherwise;
use super::shown::Stage;
use super::wording::Speech;
use engine::{RowResult, Value};
use source::{Diagnostic, code};
use std::collections::BTreeSet;
use std::ops::Range;

/// Tells the rows that clash with one before, and returns them; absent when there are too many pairs.
pub(super) fn check(
    stage: Stage<'_>,
    layout: &Layout<'_>,
    budget: &mut Budget,
    out: &mut Vec<Diagnostic>,
) -> Option<BTreeSet<usize>> {
    let speech = stage.speech;
    let rows = &layout.table.rows;
    let mut clashing = BTreeSet::new();
    for (later, row) in rows.iter().enumerate().filter(|(_, row)| !is_otherwise(row)) {
        let Some(around) = layout.around(later) else { continue };
        let near = layout.near(&around);
        budget.0 = budget.0.checked_sub(near.len() + 1)?;
        let mut before = near.into_iter().filter(|other| *other < later);
        let clash = before.find_map(|other| {
            let earlier = rows.get(other).filter(|row| !is_otherwise(row))?;
            Some((other, earlier, clash(layout, other, later)?))
        });
        let Some((other, earlier, region)) = clash else { continue };
        clashing.extend([other, later]);
        let at = shared_bound(speech, layout, (other, later), &region);
        let point = layout.point(&region).unwrap_or_default();
        let message = format!(
            "deux lignes du tableau « {} » donnent des résultats différents{at}, par exemple pour {}",
            layout.table.name,
            speech.point(&point)
        );
        let diagnostic = Diagnostic::new(code::TABLE_OVERLAP, row.span, message)
            .with_label(earlier.span, "l'autre ligne")
            .with_help("excluez la borne de l'une des deux : « de A à moins de B », « plus de A »");
        out.push(stage.show(diagnostic, stage.expects_of_row(&point, (other, later))));
    }
    Some(clashing)
}

/// A region of one piece per axis where two rows meet and disagree.
pub(super) fn clash(layout: &Layout<'_>, row: usize, other: usize) -> Option<Region> {
    let (a, b) = (layout.sides(row)?, layout.sides(other)?);
    let shared: Vec<Vec<Range<usize>>> = a.iter().zip(b).map(|(a, b)| common(a, b)).collect();
    if shared.iter().any(Vec::is_empty) {
        return None;
    }
    let first: Region = shared.iter().filter_map(|runs| runs.first()).map(piece).collect();
    let sloping = [row, other].into_iter().filter_map(|row| layout.table.rows.get(row));
    let along = sloping.into_iter().find_map(|row| match row.result {
        RowResult::Linear { input, .. } => Some(input as usize),
        RowResult::Value(_) | RowResult::NoValue => None,
    });
    let Some(along) = along else {
        return (!layout.agree(row, other, &first)).then_some(first);
    };
    let pieces = shared.get(along)?.iter().flat_map(Range::clone);
    pieces.into_iter().find_map(|at| {
        let mut region = first.clone();
        *region.get_mut(along)? = at..at + 1;
        (!layout.agree(row, other, &region)).then_some(region)
    })
}

fn piece(run: &Range<usize>) -> Range<usize> {
    run.start..run.start + 1
}

fn common(a: &[Range<usize>], b: &[Range<usize>]) -> Vec<Range<usize>> {
    let meet = |a: &Range<usize>, b: &Range<usize>| a.start.max(b.start)..a.end.min(b.end);
    a.iter().flat_map(|a| b.iter().map(|b| meet(a, b))).filter(|run| !run.is_empty()).collect()
}

/// Says the one value that two rows share along a column, when there is but one.
fn shared_bound(
    speech: Speech<'_>,
    layout: &Layout<'_>,
    (row, other): (usize, usize),
    region: &Region,
) -> String {
    let (Some(a), Some(b)) = (layout.sides(row), layout.sides(other)) else { return String::new() };
    let columns = layout.axes.len() - 1;
    let each = a.iter().zip(b).zip(layout.axes.iter().zip(region)).take(columns).enumerate();
    for (column, ((a, b), (axis, at))) in each {
        let is_bound = a != b && axis.is_ordered() && common(a, b).as_slice() == [at.clone()];
        if let Some(value @ Value::Number(_)) = axis.sample(at.start).filter(|_| is_bound) {
            return format!(" à leur borne commune ({})", speech.value(column, value));
        }
    }
    String::new()
}
