//! Columns aligned by the width of what they show; styles take no width.

use super::style::{self, paint};
use anstyle::Style;

/// Between two columns.
const GAP: &str = "  ";

/// Which side a column leans on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// Makes a cell with a style.
    pub fn styled(style: Style, text: impl Into<String>) -> Self {
        Self { text: text.into(), style }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::styled(style::PLAIN, text)
    }
}

/// A table in the making.
#[derive(Clone, Debug)]
pub struct Table {
    columns: Vec<Align>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Makes a table without headings.
    pub fn new(columns: impl IntoIterator<Item = Align>) -> Self {
        Self { columns: columns.into_iter().collect(), rows: Vec::new() }
    }

    /// Makes a table with a line of headings.
    pub fn headed<'a>(columns: impl IntoIterator<Item = (Align, &'a str)>) -> Self {
        let (columns, names): (Vec<Align>, Vec<Cell>) = columns
            .into_iter()
            .map(|(align, name)| (align, Cell::styled(style::FAINT, name)))
            .unzip();
        Self { columns, rows: vec![names] }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// Draws it, each line after a margin.
    pub fn draw(&self, margin: &str) -> String {
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|at| self.rows.iter().filter_map(|row| row.get(at)).map(Cell::width).max())
            .map(Option::unwrap_or_default)
            .collect();
        self.rows.iter().map(|row| self.line(row, &widths, margin)).collect()
    }

    fn line(&self, row: &[Cell], widths: &[usize], margin: &str) -> String {
        let mut line = margin.to_owned();
        for (at, ((cell, align), width)) in row.iter().zip(&self.columns).zip(widths).enumerate() {
            if at > 0 {
                line.push_str(GAP);
            }
            let blank = " ".repeat(width.saturating_sub(cell.width()));
            let painted = paint(cell.style, &cell.text);
            let is_last = at + 1 == row.len();
            match align {
                Align::Right => line.extend([blank, painted]),
                Align::Left if is_last => line.push_str(&painted),
                Align::Left => line.extend([painted, blank]),
            }
        }
        let end = line.trim_end().len();
        line.truncate(end);
        line.push('\n');
        line
    }
}
