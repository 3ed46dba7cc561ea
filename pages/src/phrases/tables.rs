//! Tables in words: heads, cells, results, and the days of dated rows.

use super::{Phrase, Speech};
use crate::days;
use dsl::typed::tree::TypedTable;
use engine::{Bound, Cell, CellRange, Period, Row, RowResult, Type, Value};
use schemars::JsonSchema;
use serde::Serialize;

/// Une table en mots
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TableEnMots")]
pub struct TableWords {
    /// Ce que regarde chaque colonne ; la période d'abord, quand les lignes sont datées
    #[serde(rename = "entetes")]
    pub heads: Vec<Phrase>,
    /// Ce que donne la dernière colonne
    #[serde(rename = "resultat")]
    pub result: String,
    /// Les lignes, dans l'ordre : la première qui convient compte
    #[serde(rename = "lignes")]
    pub rows: Vec<RowWords>,
}

/// Une ligne de table en mots
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "LigneDeTable")]
pub struct RowWords {
    /// Une cellule par colonne
    #[serde(rename = "cellules")]
    pub cells: Vec<String>,
    /// Ce que donne la ligne
    #[serde(rename = "resultat")]
    pub result: String,
}

impl Speech<'_> {
    /// Puts a table into words.
    pub fn table(&self, typed: &TypedTable) -> TableWords {
        let rows = &typed.table.rows;
        let dated = rows.iter().any(|row| row.period != Period::default());
        let mut heads: Vec<Phrase> = typed.inputs.iter().map(|input| self.amount(input)).collect();
        if dated {
            heads.insert(0, Phrase::of("En vigueur"));
        }
        let row = |row: &Row| {
            let mut cells = self.cells(row, &typed.table.inputs);
            if dated {
                cells.insert(0, days::period(row.period));
            }
            RowWords { cells, result: self.result(&row.result, typed) }
        };
        let rows = rows.iter().map(row).collect();
        TableWords { heads, result: typed.label.clone(), rows }
    }

    fn cells(&self, row: &Row, inputs: &[Type]) -> Vec<String> {
        if !row.cells.is_empty() && row.cells.iter().all(|cell| *cell == Cell::Any) {
            return row.cells.iter().map(|_| "tous les autres cas".to_owned()).collect();
        }
        row.cells.iter().zip(inputs).map(|(cell, ty)| self.cell(cell, *ty)).collect()
    }

    fn cell(&self, cell: &Cell, ty: Type) -> String {
        match cell {
            Cell::Any => "toute valeur".to_owned(),
            Cell::OneOf(ranges) => {
                let said: Vec<String> =
                    ranges.iter().map(|range| self.cell_range(range, ty)).collect();
                said.join(" ou ")
            }
        }
    }

    fn cell_range(&self, range: &CellRange, ty: Type) -> String {
        let value = |bound: &Bound| self.written(&bound.value, ty);
        match (&range.low, &range.high) {
            (None, None) => "toute valeur".to_owned(),
            (Some(low), None) if low.included => format!("{} ou plus", value(low)),
            (Some(low), None) => format!("plus de {}", value(low)),
            (None, Some(high)) if high.included => format!("{} ou moins", value(high)),
            (None, Some(high)) => format!("moins de {}", value(high)),
            (Some(low), Some(high)) if low.value == high.value => value(low),
            (Some(low), Some(high)) => {
                let more = if low.included { "" } else { "plus de " };
                let less = if high.included { "" } else { "moins de " };
                format!("de {more}{} à {less}{}", value(low), value(high))
            }
        }
    }

    fn result(&self, result: &RowResult, typed: &TypedTable) -> String {
        let ty = typed.table.ty;
        let number = |number| self.written(&Value::Number(number), ty);
        match result {
            RowResult::Value(value) => self.written(value, ty),
            RowResult::Linear { between: (from, to), .. } => {
                format!("de {} à {}, en proportion", number(*from), number(*to))
            }
            RowResult::NoValue => "pas de valeur".to_owned(),
        }
    }
}
