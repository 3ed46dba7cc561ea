//! Rows of a table, their columns aligned.
//!
//! When every result is a number with its unit, the numbers end in one column, as one adds them.

/// One row: cells, then perhaps a result after `=>`.
#[derive(Debug)]
pub(crate) struct Row {
    cells: Vec<String>,
    result: Tail,
}

/// What follows the cells.
#[derive(Debug)]
enum Tail {
    Nothing,
    Result(String),
    Label(String),
}

impl Row {
    /// `| a | b |`.
    pub(crate) fn plain(cells: Vec<String>) -> Self {
        Self { cells, result: Tail::Nothing }
    }

    /// `| a | b => r |`.
    pub(crate) fn arrow(cells: Vec<String>, result: String) -> Self {
        Self { cells, result: Tail::Result(result) }
    }

    /// `| a "label" |`.
    pub(crate) fn labelled(cell: String, label: String) -> Self {
        Self { cells: vec![cell], result: Tail::Label(label) }
    }

    fn result(&self) -> Option<&str> {
        match &self.result {
            Tail::Result(result) => Some(result),
            Tail::Nothing | Tail::Label(_) => None,
        }
    }
}

/// Prints rows; a row of a single cell where others have more spans all columns.
pub(crate) fn grid(rows: &[Row]) -> Vec<String> {
    let columns = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let full = rows.iter().filter(|row| row.cells.len() == columns);
            full.filter_map(|row| row.cells.get(column)).map(|cell| width(cell)).max().unwrap_or(0)
        })
        .collect();
    let indents = result_indents(rows);
    let results = rows
        .iter()
        .zip(&indents)
        .filter_map(|(row, indent)| row.result().map(|result| width(result) + indent));
    let last = results.max().unwrap_or(0);
    rows.iter().zip(indents).map(|(row, indent)| line(row, &widths, last, indent)).collect()
}

/// Returns how far each result stands from its column, so that numbers end together.
fn result_indents(rows: &[Row]) -> Vec<usize> {
    let numbers: Vec<Option<usize>> =
        rows.iter().map(|row| row.result().and_then(number_width)).collect();
    let results = rows.iter().filter(|row| row.result().is_some()).count();
    let widest = numbers.iter().flatten().max().copied().unwrap_or(0);
    // The first row may be a head, whose result is a name.
    let all = numbers.iter().flatten().count() + 1 >= results
        && rows
            .iter()
            .zip(&numbers)
            .skip(1)
            .all(|(row, it)| row.result().is_none() || it.is_some());
    let indent = |width: &Option<usize>| width.map_or(0, |width| widest - width);
    numbers.iter().map(|width| if all { indent(width) } else { 0 }).collect()
}

/// Returns how wide the number of `12 000 €/an` is; nothing for any other result.
fn number_width(result: &str) -> Option<usize> {
    let number = result.trim_end_matches(|c: char| !c.is_ascii_digit() && c != ' ').trim_end();
    let digits = number.strip_prefix('-').unwrap_or(number);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == ' ' || c == ',');
    is_number.then(|| width(number))
}

fn line(row: &Row, widths: &[usize], last: usize, indent: usize) -> String {
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
        Tail::Result(result) => {
            format!("{start} => {}{} |", " ".repeat(indent), pad(result, last - indent))
        }
        Tail::Label(label) => format!("{start} {label}").trim_end().to_owned(),
        Tail::Nothing => format!("{start} |"),
    }
}

fn pad(cell: &str, due: usize) -> String {
    let missing = due.saturating_sub(width(cell));
    format!("{cell}{}", " ".repeat(missing))
}

fn width(cell: &str) -> usize {
    cell.chars().count()
}
