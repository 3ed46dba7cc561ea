//! Generated tables: columns cut into intervals or values, rows that cover or leave a gap.

use super::Choices;
use super::expressions::{Named, Scope, expr};
use super::vocabulary::{Ty, literals, type_name};

/// Writes a table and returns its name and type.
pub(super) fn table(c: &mut Choices<'_>, scope: &Scope, number: usize, text: &mut String) -> Named {
    let name = format!("table_{number}");
    let ty =
        c.pick(&[Ty::Points, Ty::Number, Ty::Points, Ty::Months]).copied().unwrap_or(Ty::Points);
    let argument = c.often(30);
    let mut scope = scope.clone();
    let mut arguments = Vec::new();
    let mut head = name.clone();
    if argument {
        let of = column_type(c);
        scope.locals.push(("t".to_owned(), of));
        arguments.push(Some(of));
        head = format!("{name}(t : {})", type_name(of));
    }
    let first = column_type(c);
    let mut inputs = vec![first];
    if c.often(50) {
        inputs.push(column_type(c));
    }
    // A bare value of an enumeration says nothing of its type at the head of a column.
    let named = |column: String| {
        if literals(Ty::Status).contains(&column.as_str()) {
            "demande.statut".to_owned()
        } else {
            column
        }
    };
    let columns: Vec<String> = inputs.iter().map(|ty| named(expr(c, &scope, *ty, 1))).collect();
    text.push_str(&format!("\ntable {head} : {}\n", type_name(ty)));
    text.push_str(&format!("  | {} => résultat |\n", columns.join(" | ")));
    let rows = cells(c, first);
    for row in &rows {
        let mut rest = vec![row.clone()];
        if let Some(second) = inputs.get(1) {
            let options = cells(c, *second);
            rest.push(if c.often(50) {
                "*".to_owned()
            } else {
                c.pick(&options).cloned().unwrap_or_else(|| "*".to_owned())
            });
        }
        let bounded = |cell: &String| cell.contains(" à ") || cell.starts_with("entre");
        let linear = bounded(row) && !rest.get(1).is_some_and(bounded);
        let result = result(c, ty, linear && is_measured(first));
        text.push_str(&format!("  | {} => {result} |\n", rest.join(" | ")));
    }
    if c.often(70) || rows.is_empty() {
        text.push_str(&format!("  | sinon => {} |\n", result(c, ty, false)));
    }
    let pool = columns.iter().any(|column| column.contains("candidats"));
    Named { name, ty, arguments, pool }
}

fn column_type(c: &mut Choices<'_>) -> Ty {
    let types = [Ty::Number, Ty::Monthly, Ty::Months, Ty::Status, Ty::Date, Ty::Bool, Ty::Distance];
    c.pick(&types).copied().unwrap_or(Ty::Number)
}

fn is_measured(ty: Ty) -> bool {
    match ty {
        Ty::Number
        | Ty::Monthly
        | Ty::Yearly
        | Ty::Months
        | Ty::Days
        | Ty::Points
        | Ty::Distance => true,
        Ty::Bool | Ty::Date | Ty::Status | Ty::Code => false,
    }
}

/// Bounds in ascending order.
fn bounds(ty: Ty) -> &'static [&'static str] {
    match ty {
        Ty::Monthly => &["500 €/mois", "800 €/mois", "1 600 €/mois"],
        Ty::Months => &["6 mois", "1 an", "3 ans"],
        Ty::Distance => &["12,5 km", "40 km", "70 km"],
        Ty::Date => &["2018-02-28", "2019-01-31", "2020-02-29"],
        _ => &["1", "3", "5"],
    }
}

/// Cells that cut a column into parts, without an overlap.
fn cells(c: &mut Choices<'_>, ty: Ty) -> Vec<String> {
    match ty {
        Ty::Bool => vec!["oui".to_owned(), "non".to_owned()],
        Ty::Status => match c.below(3) {
            0 => literals(ty).iter().map(|value| (*value).to_owned()).collect(),
            1 => vec!["cdi ; cdd".to_owned()],
            _ => vec!["retraité".to_owned(), "cdd".to_owned()],
        },
        _ => {
            let [low, middle, high] = bounds(ty) else { return Vec::new() };
            match c.below(4) {
                0 => vec![
                    format!("moins de {low}"),
                    format!("de {low} à moins de {middle}"),
                    format!("de {middle} à moins de {high}"),
                    format!("{high} ou plus"),
                ],
                1 => vec![
                    format!("{low} ou moins"),
                    format!("de plus de {low} à {middle}"),
                    format!("de plus de {middle} à moins de {high}"),
                    format!("plus de {high}"),
                ],
                2 => vec![format!("de {low} à {middle}"), format!("{high}")],
                _ => vec![format!("entre {middle} et {high}")],
            }
        }
    }
}

fn result(c: &mut Choices<'_>, ty: Ty, linear: bool) -> String {
    if linear && c.often(50) {
        let (from, to) = (c.word(literals(ty)), c.word(literals(ty)));
        return format!("de {from} à {to}");
    }
    if c.often(8) { "pas de valeur".to_owned() } else { c.word(literals(ty)).to_owned() }
}
