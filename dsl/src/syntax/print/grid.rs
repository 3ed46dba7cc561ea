//! Rows of a table, their columns aligned.

/// One row: cells, then perhaps a result after `=>`.
pub(super) struct Row {
    cells: Vec<String>,
    result: Option<String>,
}

impl Row {
    /// `| a | b |`.
    pub(super) fn plain(cells: Vec<String>) -> Self {
        Self { cells, result: None }
    }

    /// `| a | b => r |`.
    pub(super) fn arrow(cells: Vec<String>, result: String) -> Self {
        Self { cells, result: Some(result) }
    }
}

/// Prints rows; a row of a single cell where others have more spans all columns.
pub(super) fn grid(rows: &[Row]) -> Vec<String> {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let full = rows.iter().filter(|row| row.cells.len() == columns);
            full.filter_map(|row| row.cells.get(column)).map(|cell| width(cell)).max().unwrap_or(0)
        })
        .collect();
    let last = rows.iter().filter_map(|row| row.result.as_deref()).map(width).max().unwrap_or(0);
    rows.iter().map(|row| line(row, &widths, last)).collect()
}

fn line(row: &Row, widths: &[usize], last: usize) -> String {
    let whole = widths.iter().sum::<usize>() + 3 * widths.len().saturating_sub(1);
    let spans_all = row.cells.len() == 1 && widths.len() > 1;
    let cells: Vec<String> = row
        .cells
        .iter()
        .enumerate()
        .map(|(column, cell)| {
            let due = if spans_all { whole } else { widths.get(column).copied().unwrap_or(0) };
            pad(cell, due)
        })
        .collect();
    let start = format!("| {}", cells.join(" | "));
    match &row.result {
        Some(result) => format!("{start} => {} |", pad(result, last)),
        None => format!("{start} |"),
    }
}

fn pad(cell: &str, due: usize) -> String {
    let missing = due.saturating_sub(width(cell));
    format!("{cell}{}", " ".repeat(missing))
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}
