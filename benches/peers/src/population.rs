//! The rows as a file that contestants of any language read: a description in JSON, and the columns one after
//! the other, numbers of 32 bits.

use benches::population::{CATEGORIES, CHOICES, DWELLINGS, POOL, SITUATIONS, TODAY};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use yardstick::Row;

/// The narrowest type that holds a column, as numpy names it.
type Width = &'static str;

/// What is read of a row, given its number.
type Cell = fn(usize, &Row) -> u32;

/// The columns. Dates are `yyyymmdd`, enumerations the places of their values in the tables.
const COLUMNS: &[(&str, Width, Cell)] = &[
    ("offer", "i4", |at, _| (at / POOL) as u32),
    ("number", "i2", |at, _| (at % POOL) as u32),
    ("rank", "i2", |_, row| u32::from(row.rank)),
    ("born", "i4", |_, row| row.applicant.born),
    ("requested", "i4", |_, row| row.applicant.requested),
    ("hired", "i4", |_, row| row.applicant.hired),
    ("income", "i4", |_, row| row.applicant.income),
    ("taxed", "i4", |_, row| row.applicant.taxed),
    ("rent", "i4", |_, row| row.applicant.rent),
    ("moved", "i2", |_, row| u32::from(row.applicant.moved)),
    ("commute", "i2", |_, row| u32::from(row.applicant.commute)),
    ("household", "i1", |_, row| u32::from(row.applicant.household)),
    ("dependants", "i1", |_, row| u32::from(row.applicant.dependants)),
    ("situation", "i1", |_, row| u32::from(row.applicant.situation)),
    ("choice", "i1", |_, row| u32::from(row.applicant.choice)),
    ("category", "i1", |_, row| u32::from(row.applicant.category)),
    ("dwelling", "i1", |_, row| u32::from(row.applicant.dwelling)),
    ("contributes", "bool", |_, row| u32::from(row.applicant.contributes)),
    ("compensated", "bool", |_, row| u32::from(row.applicant.compensated)),
    ("validated", "bool", |_, row| u32::from(row.applicant.validated)),
    ("recruited_far", "bool", |_, row| u32::from(row.applicant.recruited_far)),
    ("disabled", "bool", |_, row| u32::from(row.applicant.disabled)),
    ("priority", "bool", |_, row| u32::from(row.applicant.priority)),
    ("turned_down", "bool", |_, row| u32::from(row.applicant.turned_down)),
    ("declined", "bool", |_, row| u32::from(row.applicant.declined)),
];

/// Writes rows in a folder; returns where their description is.
pub fn write(rows: &[Row], folder: &Path) -> std::io::Result<PathBuf> {
    let path = folder.join("population.json");
    let mut cells = BufWriter::new(File::create(path.with_extension("i32"))?);
    for (_, _, cell) in COLUMNS {
        for (at, row) in rows.iter().enumerate() {
            cells.write_all(&cell(at, row).to_le_bytes())?;
        }
    }
    cells.flush()?;
    std::fs::write(&path, description(rows.len()))?;
    Ok(path)
}

fn description(rows: usize) -> String {
    let columns = COLUMNS.iter().map(|(name, width, _)| format!("\"{name}\": \"{width}\""));
    let table = |name: &str, values: &[&str]| {
        let values: Vec<_> = values.iter().map(|value| format!("\"{value}\"")).collect();
        format!("\"{name}\": [{}]", values.join(", "))
    };
    let tables = [
        table("situation", &SITUATIONS),
        table("choice", &CHOICES),
        table("category", &CATEGORIES),
        table("dwelling", &DWELLINGS),
    ];
    format!(
        "{{\n  \"rows\": {rows},\n  \"today\": {TODAY},\n  \"columns\": {{ {} }},\n  \"tables\": {{ {} }}\n}}\n",
        columns.collect::<Vec<_>>().join(", "),
        tables.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use yardstick::contestant::rows;

    #[test]
    fn columns_follow_each_other_as_they_are_described() {
        let (rows, folder) = (rows(490), std::env::temp_dir().join(std::process::id().to_string()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = write(&rows, &folder).unwrap();
        let cells = std::fs::read(path.with_extension("i32")).unwrap();
        assert_eq!(cells.len(), COLUMNS.len() * 490 * 4);
        let rent = COLUMNS.iter().position(|(name, _, _)| *name == "rent").unwrap();
        let cell = &cells[(rent * 490 + 300) * 4..][..4];
        assert_eq!(cell, rows[300].applicant.rent.to_le_bytes());
        let described = std::fs::read_to_string(&path).unwrap();
        assert!(described.contains("\"rows\": 490") && described.contains("\"rent\": \"i4\""));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
