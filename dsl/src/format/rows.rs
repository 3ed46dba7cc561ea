//! Rows of a table, their columns aligned.

use super::spacing::joined;
use crate::syntax::outline::{RowShape, Word, WordKind};
use crate::syntax::{Row, grid};

/// Writes the rows of one table.
pub(super) fn aligned(shape: RowShape, rows: &[&[Word]]) -> Vec<String> {
    let rows: Vec<Row> = rows.iter().map(|words| row(shape, words)).collect();
    grid(&rows).into_iter().map(|line| finished(shape, &line)).collect()
}

/// An enumeration and a sharing have no bar at the end.
fn finished(shape: RowShape, line: &str) -> String {
    match shape {
        RowShape::Open => line.strip_suffix('|').unwrap_or(line).trim_end().to_owned(),
        RowShape::Closed | RowShape::Facts => line.to_owned(),
    }
}

fn row(shape: RowShape, words: &[Word]) -> Row {
    let mut cells = words.split(|word| word.kind == WordKind::Bar).skip(1);
    let mut cells: Vec<&[Word]> = cells.by_ref().collect();
    let is_closed = words.last().is_some_and(|last| last.kind == WordKind::Bar);
    if is_closed {
        cells.pop();
    }
    let last = cells.pop().unwrap_or_default();
    let mut texts: Vec<String> = cells.into_iter().map(joined).collect();
    let mut parts = last.split(|word| word.kind == WordKind::Arrow);
    let input = parts.next().unwrap_or_default();
    match (parts.next(), shape) {
        (Some(result), _) => {
            texts.push(joined(input));
            Row::arrow(texts, joined(result))
        }
        (None, RowShape::Open) => {
            let (name, label) = input.split_at_checked(1).unwrap_or((input, &[]));
            Row::labelled(joined(name), joined(label))
        }
        (None, RowShape::Closed | RowShape::Facts) => {
            texts.push(joined(input));
            Row::plain(texts)
        }
    }
}
