//! The syntax tree back to text, in canonical form.
//!
//! Invariant: parsing what is printed gives the same tree, places apart. Comments are not kept;
//! documentation (`##`) is. Clauses of the unit come before its declarations.

mod declarations;
mod examples;
mod expressions;
pub(crate) mod grid;

use super::tree::{
    ClauseKind, CodeRange, DeclarationKind, Expr, Field, Name, Obligation, OrderKey, OrderKeyKind,
    Perimeter, Period, SharingLevel, SharingRow, Text, Unit, UnitClauseKind, UnitKind,
};
use expressions::{Quotes, expr, quantity, quoted, sum_level};
use grid::{Row, grid};

/// Prints an expression in one line.
pub fn print_expr(it: &Expr) -> String {
    expr(it)
}

/// Prints a clause of a declaration in one line.
pub fn print_clause(kind: &ClauseKind) -> String {
    declarations::clause(kind)
}

/// Prints the type, the label and the marks of a field. Shape: one line each.
pub fn print_field(field: &Field) -> Vec<String> {
    declarations::field(field)
}

/// Prints a key of an order.
pub fn print_order_key(key: &OrderKey) -> String {
    order_key(key)
}

/// Prints a declaration, without its documentation. Shape: one line each.
pub fn print_declaration(kind: &DeclarationKind) -> Vec<String> {
    let mut page = Page::default();
    page.declaration(kind);
    page.text.lines().map(|line| line.trim_start().to_owned()).collect()
}

/// Prints the communes of a perimeter.
pub fn print_communes(included: &[CodeRange], excluded: &[CodeRange]) -> String {
    communes(included, excluded)
}

/// Prints a unit as an author would write it.
pub fn print(unit: &Unit) -> String {
    let mut page = Page::default();
    page.doc(unit.doc.as_ref(), 0);
    let kind = match unit.kind {
        UnitKind::Vocabulary => "vocabulaire",
        UnitKind::Frame => "cadre",
        UnitKind::Policy => "politique",
        UnitKind::Ranking => "classement",
    };
    page.line(0, &format!("{kind} {}{}", unit.name.text, label(unit.label.as_ref())));
    for clause in &unit.clauses {
        page.unit_clause(&clause.kind);
    }
    for declaration in &unit.declarations {
        page.blank();
        page.doc(declaration.doc.as_ref(), 0);
        page.declaration(&declaration.kind);
    }
    page.text
}

/// The text under way.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, indent: usize, line: &str) {
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }

    fn doc(&mut self, doc: Option<&String>, indent: usize) {
        for line in doc.iter().flat_map(|doc| doc.split('\n')) {
            let space = if line.is_empty() { "" } else { " " };
            self.line(indent, &format!("##{space}{line}"));
        }
    }

    fn rows(&mut self, indent: usize, rows: &[Row]) {
        for line in grid(rows) {
            self.line(indent, &line);
        }
    }

    fn unit_clause(&mut self, kind: &UnitClauseKind) {
        let line = match kind {
            UnitClauseKind::Version(label) => format!("version {label}"),
            UnitClauseKind::InForce(period) => format!("en vigueur {}", print_period(period)),
            UnitClauseKind::Uses(names) => format!("utilise {}", join(names, " ; ")),
            UnitClauseKind::Source(text) => {
                format!("source {}", quoted(&text.text, Quotes::Straight))
            }
            UnitClauseKind::LegalBasis(text) => {
                format!("fondement {}", quoted(&text.text, Quotes::Straight))
            }
            UnitClauseKind::Scale(points) => format!("sur {}", quantity(points)),
            UnitClauseKind::Cap(points) => format!("plafond {}", quantity(points)),
            UnitClauseKind::Floor(points) => format!("plancher {}", quantity(points)),
            UnitClauseKind::Hypothesis(hypothesis) => declarations::hypothesis(hypothesis),
            UnitClauseKind::Reviewed(day) => format!("relu le {day}"),
            UnitClauseKind::Applies(name) => format!("applique {}", name.text),
            UnitClauseKind::AppliesIf(condition) => format!("s'applique si {}", expr(condition)),
            UnitClauseKind::Perimeter(perimeter) => print_perimeter(perimeter),
            UnitClauseKind::OpenCriteria => "critères libres".to_owned(),
            UnitClauseKind::RequiresEmployerValidation => {
                "exige validation de l'employeur".to_owned()
            }
            UnitClauseKind::Visible(paths) => {
                let paths: Vec<String> = paths.iter().map(super::tree::Path::text).collect();
                format!("visible {}", paths.join(" ; "))
            }
            UnitClauseKind::SharingBy(choice, rows) => return self.sharing(&expr(choice), rows),
            UnitClauseKind::SharingSize(level, size) => {
                format!("partage {} {size} champs", sharing_word(*level))
            }
            UnitClauseKind::Employer(sirens) => format!("employeur siren {}", join(sirens, " ; ")),
            UnitClauseKind::Quota(points) => format!("quota {} par an", quantity(points)),
            UnitClauseKind::DelegatedValidation => "validation déléguée".to_owned(),
            UnitClauseKind::ComplementaryField(name, Obligation::Mandatory) => {
                format!("champ complémentaire {} obligatoire", name.text)
            }
            UnitClauseKind::ComplementaryField(name, Obligation::Optional) => {
                format!("champ complémentaire {}", name.text)
            }
            UnitClauseKind::OffersChoices(choices) => {
                let choices: Vec<String> = choices.iter().map(u32::to_string).collect();
                format!("propose choix {}", choices.join(" et "))
            }
            UnitClauseKind::Grids(names) => format!("grilles {}", join(names, " + ")),
            UnitClauseKind::Order(keys) => {
                let keys: Vec<String> = keys.iter().map(order_key).collect();
                format!("ordre par {}", keys.join(" ; "))
            }
            UnitClauseKind::Keeps(count) => format!("retient {count} candidats"),
        };
        self.line(0, &line);
    }

    fn sharing(&mut self, choice: &str, rows: &[SharingRow]) {
        self.line(0, &format!("partage selon {choice}"));
        let rows: Vec<Row> = rows
            .iter()
            .map(|row| Row::arrow(vec![row.value.text.clone()], sharing_word(row.level).to_owned()))
            .collect();
        self.rows(2, &rows);
    }
}

/// ` "libellé"`, or nothing.
fn label(label: Option<&Text>) -> String {
    label.map_or_else(String::new, |label| format!(" {}", quoted(&label.text, Quotes::Straight)))
}

fn join(names: &[Name], separator: &str) -> String {
    names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join(separator)
}

fn sharing_word(level: SharingLevel) -> &'static str {
    match level {
        SharingLevel::Nothing => "rien",
        SharingLevel::Identification => "identification",
        SharingLevel::Complete => "complet",
    }
}

fn print_period(period: &Period) -> String {
    match (period.from, period.to) {
        (Some(from), Some(to)) => format!("du {from} au {to}"),
        (Some(from), None) => format!("à partir du {from}"),
        (None, Some(to)) => format!("jusqu'au {to}"),
        (None, None) => String::new(),
    }
}

fn print_perimeter(perimeter: &Perimeter) -> String {
    format!("périmètre communes {}", communes(&perimeter.included, &perimeter.excluded))
}

fn communes(included: &[CodeRange], excluded: &[CodeRange]) -> String {
    let ranges =
        |ranges: &[CodeRange]| ranges.iter().map(code_range).collect::<Vec<_>>().join(" ; ");
    let said = ranges(included);
    if excluded.is_empty() { said } else { format!("{said} sauf {}", ranges(excluded)) }
}

fn code_range(range: &CodeRange) -> String {
    let from = code_word(&range.from);
    if range.from.text == range.to.text {
        from
    } else {
        format!("{from} à {}", code_word(&range.to))
    }
}

/// A code bare when it can stand so, quoted otherwise.
fn code_word(code: &Name) -> String {
    let bare = !code.text.is_empty() && code.text.chars().all(|c| c.is_ascii_alphanumeric());
    let digit = code.text.starts_with(|c: char| c.is_ascii_digit());
    if bare && digit { code.text.clone() } else { quoted(&code.text, Quotes::Straight) }
}

fn order_key(key: &OrderKey) -> String {
    let compared = match &key.key {
        OrderKeyKind::Total => "total".to_owned(),
        OrderKeyKind::Expr(key) => match sum_level(key) {
            // A fact named « total » is told from the total by the optional word.
            total if total == "total" => "priorité total".to_owned(),
            other => other,
        },
    };
    let unique = if key.unique { " unique" } else { "" };
    format!("{compared} {}{unique}", expressions::direction(key.direction))
}
