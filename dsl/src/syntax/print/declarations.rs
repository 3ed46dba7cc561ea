//! Declarations and their clauses.

use super::expressions::{Quotes, expr, quantity, quoted, sum_level, template, ty};
use super::grid::Row;
use super::{Page, label, print_period, sharing_word};
use crate::syntax::tree::{
    Argument, Bound, Cell, CellItem, CellKind, Clause, ClauseKind, Criterion, DeclarationKind,
    Definition, Entity, Enumeration, Family, Field, Function, Hypothesis, Mark, MarkKind,
    Multiplicity, Parameter, ProofLevel, Retains, RowResult, Slot, Table, TableBody, TableRow,
    TableRows, WrittenLever,
};

impl Page {
    pub(super) fn declaration(&mut self, kind: &DeclarationKind) {
        match kind {
            DeclarationKind::Enumeration(it) => self.enumeration(it),
            DeclarationKind::Entity(it) => self.entity(it),
            DeclarationKind::Definition(it) => self.definition(it),
            DeclarationKind::Parameter(it) => self.parameter(it),
            DeclarationKind::Table(it) => self.table(it),
            DeclarationKind::Function(it) => self.function(it),
            DeclarationKind::Criterion(it) => self.criterion(it, 0),
            DeclarationKind::Family(it) => self.family(it),
            DeclarationKind::Slot(it) => self.slot(it),
            DeclarationKind::Eligibility(it) => {
                self.line(0, &format!("éligible {}{}", it.name.text, label(it.label.as_ref())));
                self.clauses(&it.clauses, 2);
            }
            DeclarationKind::Guarantee(it) => self.guarantee(it),
            DeclarationKind::Example(it) => self.example(it),
        }
    }

    fn enumeration(&mut self, it: &Enumeration) {
        self.line(0, &format!("énumération {}{}", it.name.text, label(it.label.as_ref())));
        let width = it.values.iter().map(|(name, _)| name.text.chars().count()).max().unwrap_or(0);
        for (value, text) in &it.values {
            let text = label(text.as_ref());
            let gap = if text.is_empty() { 0 } else { width - value.text.chars().count() };
            self.line(2, &format!("| {}{}{text}", value.text, " ".repeat(gap)));
        }
    }

    fn entity(&mut self, it: &Entity) {
        let list = match it.multiplicity {
            Multiplicity::Single => "",
            Multiplicity::List => " liste",
        };
        self.line(0, &format!("entité {}{list}{}", it.name.text, label(it.label.as_ref())));
        for field in &it.fields {
            self.field(field);
        }
    }

    fn field(&mut self, it: &Field) {
        self.doc(it.doc.as_ref(), 2);
        for (at, line) in field(it).iter().enumerate() {
            self.line(if at == 0 { 2 } else { 4 }, line);
        }
    }

    fn definition(&mut self, it: &Definition) {
        let declared =
            it.ty.as_ref().map_or_else(String::new, |declared| format!(" : {}", ty(declared)));
        let name = &it.name.text;
        let arguments = arguments(&it.arguments);
        self.line(
            0,
            &format!("définition {name}{arguments}{}{declared}", label(it.label.as_ref())),
        );
        self.line(2, &format!("= {}", expr(&it.value)));
        self.clauses(&it.clauses, 2);
    }

    fn parameter(&mut self, it: &Parameter) {
        let label = label(it.label.as_ref());
        self.line(0, &format!("paramètre {} : {}{label}", it.name.text, ty(&it.ty)));
        let mut rows = Vec::new();
        for row in &it.rows {
            let value = row.value.as_ref().map_or_else(|| "pas de valeur".to_owned(), expr);
            match &row.period {
                Some(period) => rows.push(Row::arrow(vec![print_period(period)], value)),
                None => self.line(2, &format!("= {value}")),
            }
        }
        self.rows(2, &rows);
        self.clauses(&it.clauses, 2);
    }

    fn table(&mut self, it: &Table) {
        let (name, arguments) = (&it.name.text, arguments(&it.arguments));
        self.line(
            0,
            &format!("table {name}{arguments} : {}{}", ty(&it.ty), label(it.label.as_ref())),
        );
        match &it.body {
            TableBody::Csv(file) => {
                self.line(2, &format!("depuis {}", quoted(&file.text, Quotes::Straight)));
            }
            TableBody::Rows(rows) => self.rows(2, &table_rows(rows)),
        }
        self.clauses(&it.clauses, 2);
    }

    fn function(&mut self, it: &Function) {
        let (name, arguments) = (&it.name.text, arguments(&it.arguments));
        self.line(
            0,
            &format!("fonction {name}{arguments} : {}{}", ty(&it.ty), label(it.label.as_ref())),
        );
        self.line(2, &format!("rhai {}", quoted(&it.script.text, Quotes::Straight)));
        self.clauses(&it.clauses, 2);
    }

    fn criterion(&mut self, it: &Criterion, indent: usize) {
        self.doc(it.doc.as_ref(), indent);
        self.line(indent, &format!("critère {}{}", it.name.text, label(it.label.as_ref())));
        self.clauses(&it.clauses, indent + 2);
    }

    fn family(&mut self, it: &Family) {
        let retained = match it.retains {
            Retains::Maximum => "maximum",
            Retains::First => "premier",
        };
        let label = label(it.label.as_ref());
        self.line(0, &format!("famille {}{label} retient le {retained}", it.name.text));
        self.clauses(&it.clauses, 2);
        for criterion in &it.criteria {
            self.criterion(criterion, 2);
        }
    }

    fn slot(&mut self, it: &Slot) {
        let points = it.points.as_ref().map(|points| format!(" donne {}", quantity(points)));
        let label = label(it.label.as_ref());
        self.line(0, &format!("tranche {}{label}{}", it.name.text, points.unwrap_or_default()));
        self.clauses(&it.clauses, 2);
        for criterion in &it.criteria {
            self.criterion(criterion, 2);
        }
    }

    fn clauses(&mut self, clauses: &[Clause], indent: usize) {
        for it in clauses {
            self.line(indent, &clause(&it.kind));
        }
    }
}

/// A field: its own line, then its marks.
pub(super) fn field(it: &Field) -> Vec<String> {
    let own = format!("{} : {}{}", it.name.text, ty(&it.ty), label(it.label.as_ref()));
    std::iter::once(own).chain(it.marks.iter().map(print_mark)).collect()
}

fn print_mark(mark: &Mark) -> String {
    let text = |word: &str, text: &str| format!("{word} {}", quoted(text, Quotes::Straight));
    match &mark.kind {
        MarkKind::Sharing(level) => format!("partage {}", sharing_word(*level)),
        MarkKind::Optional => "facultatif".to_owned(),
        MarkKind::Sensitive => "sensible".to_owned(),
        MarkKind::Protected => "protégé".to_owned(),
        MarkKind::Unique => "unique".to_owned(),
        MarkKind::Cerfa(it) => text("cerfa", &it.text),
        MarkKind::Lever(WrittenLever { towards: Some(value), says }) => {
            text(&format!("levier vers {}", value.text), &says.text)
        }
        MarkKind::Lever(WrittenLever { towards: None, says }) => text("levier", &says.text),
        MarkKind::Source(it) => text("source", &it.text),
        MarkKind::LegalBasis(it) => text("fondement", &it.text),
        MarkKind::Hypothesis(it) => hypothesis(it),
    }
}

fn arguments(arguments: &[Argument]) -> String {
    if arguments.is_empty() {
        return String::new();
    }
    let inside: Vec<String> = arguments
        .iter()
        .map(|argument| format!("{} : {}", argument.name.text, ty(&argument.ty)))
        .collect();
    format!("({})", inside.join(" ; "))
}

/// `hypothèse "…" à revoir le D`.
pub(super) fn hypothesis(it: &Hypothesis) -> String {
    let review = it.review.map_or_else(String::new, |day| format!(" à revoir le {day}"));
    format!("hypothèse {}{review}", quoted(&it.text.text, Quotes::Straight))
}

/// `vérifié`, `validé par RÔLE`.
pub(super) fn proof(level: &ProofLevel) -> String {
    match level {
        ProofLevel::Verified => "vérifié".to_owned(),
        ProofLevel::Validated(None) => "validé".to_owned(),
        ProofLevel::Validated(Some(role)) => format!("validé par {}", role.text),
    }
}

/// A clause of a declaration.
pub(super) fn clause(kind: &ClauseKind) -> String {
    let gives = |word: &str, value, condition: Option<&_>| match condition {
        Some(condition) => format!("{word} {} si {}", expr(value), expr(condition)),
        None => format!("{word} {}", expr(value)),
    };
    match kind {
        ClauseKind::Gives(value, condition) => gives("donne", value, condition.as_ref()),
        ClauseKind::Takes(value, condition) => gives("retire", value, condition.as_ref()),
        ClauseKind::If(condition) => format!("si {}", expr(condition)),
        ClauseKind::Unless(condition) => format!("sauf si {}", expr(condition)),
        ClauseKind::Requires(level, None) => format!("exige {}", proof(level)),
        ClauseKind::Requires(level, Some(fact)) => {
            format!("exige {} {}", fact.text(), proof(level))
        }
        ClauseKind::AtLeast(bound) => format!("au moins {}", expr(bound)),
        ClauseKind::AtMost(bound) => format!("au plus {}", expr(bound)),
        ClauseKind::Cap(points) => format!("plafond {}", quantity(points)),
        ClauseKind::Floor(points) => format!("plancher {}", quantity(points)),
        ClauseKind::InForce(period) => format!("en vigueur {}", print_period(period)),
        ClauseKind::With(name, value) => format!("avec {} = {}", name.text, expr(value)),
        ClauseKind::Source(text) => format!("source {}", quoted(&text.text, Quotes::Straight)),
        ClauseKind::LegalBasis(text) => {
            format!("fondement {}", quoted(&text.text, Quotes::Straight))
        }
        ClauseKind::Says(text) => format!("dit {}", template(text)),
        ClauseKind::ElseSays(text) => format!("sinon dit {}", template(text)),
        ClauseKind::Hypothesis(it) => hypothesis(it),
        ClauseKind::Reviewed(day) => format!("relu le {day}"),
    }
}

fn table_rows(it: &TableRows) -> Vec<Row> {
    let head = Row::arrow(it.inputs.iter().map(expr).collect(), it.result.text.clone());
    std::iter::once(head).chain(it.rows.iter().map(table_row)).collect()
}

fn table_row(row: &TableRow) -> Row {
    let result = match &row.result {
        RowResult::Value(value) => expr(value),
        RowResult::Linear(from, to) => format!("de {} à {}", sum_level(from), sum_level(to)),
        RowResult::NoValue(_) => "pas de valeur".to_owned(),
    };
    Row::arrow(row.cells.iter().map(cell).collect(), result)
}

fn cell(cell: &Cell) -> String {
    match &cell.kind {
        CellKind::Any => "*".to_owned(),
        CellKind::Otherwise => "sinon".to_owned(),
        CellKind::OneOf(items) => items.iter().map(cell_item).collect::<Vec<_>>().join(" ; "),
    }
}

fn cell_item(item: &CellItem) -> String {
    let sum = |bound: &Bound| sum_level(&bound.value);
    match item {
        CellItem::Value(value) => sum_level(value),
        CellItem::Range(Some(low), Some(high)) => {
            let from = if low.included { "de" } else { "de plus de" };
            let to = if high.included { "à" } else { "à moins de" };
            format!("{from} {} {to} {}", sum(low), sum(high))
        }
        CellItem::Range(Some(low), None) if low.included => format!("{} ou plus", sum(low)),
        CellItem::Range(Some(low), None) => format!("plus de {}", sum(low)),
        CellItem::Range(None, Some(high)) if high.included => format!("{} ou moins", sum(high)),
        CellItem::Range(None, Some(high)) => format!("moins de {}", sum(high)),
        CellItem::Range(None, None) => "*".to_owned(),
    }
}
