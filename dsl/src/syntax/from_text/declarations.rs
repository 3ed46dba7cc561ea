//! Enumerations, entities, definitions, parameters, tables, functions.

use super::expressions::expr;
use super::layout::{Block, Line, Style, blocks};
use super::literals::{hypothesis, name, text, ty};
use super::node::{Node, Parts, Rule, unexpected};
use super::reader::{Cut, Reader, clauses_of, head_label, head_name};
use super::tables::{parameter_row, table_head, table_row};
use super::{Built, clauses::sharing_level};
use crate::syntax::tree::{
    Argument, Broken, Clause, Definition, Entity, Enumeration, Expr, Field, Function, Mark,
    MarkKind, Multiplicity, Name, Parameter, ParameterRow, Table, TableBody, TableRows, Text,
    TypeExpr, WrittenLever,
};
use source::{Diagnostic, code};

/// What the heads of this file may hold.
struct Head {
    name: Name,
    arguments: Vec<Argument>,
    label: Option<Text>,
    ty: Option<TypeExpr>,
    value: Option<Expr>,
    file: Option<Text>,
    clauses: Vec<Clause>,
}

impl Reader<'_> {
    /// Reads `énumération NOM` and its values.
    pub(super) fn enumeration(&mut self, lines: &[Line]) -> Option<Enumeration> {
        let Cut { head, body } = self.cut(lines);
        let head = self.block(Rule::enumeration, &head?, |node| {
            let mut parts = node.parts();
            Ok((head_name(&mut parts)?, head_label(&mut parts)))
        });
        let mut values = Some(Vec::new());
        for block in &body {
            let value = self.block(Rule::enum_row, block, |node| {
                let mut parts = node.parts();
                Ok((head_name(&mut parts)?, head_label(&mut parts)))
            });
            match (&mut values, value) {
                (Some(values), Some(value)) => values.push(value),
                _ => values = None,
            }
        }
        let (name, label) = head?;
        Some(Enumeration { name, label, values: values? })
    }

    /// Reads `entité NOM` and its fields; a broken field is left out and noted.
    pub(super) fn entity(&mut self, lines: &[Line]) -> Option<Entity> {
        let mut blocks = blocks(self.text(), lines, Style::Fields).into_iter();
        let head = self.block(Rule::entity, &blocks.next()?, |node| {
            let mut parts = node.parts();
            let name = head_name(&mut parts)?;
            let is_list = parts.accept(Rule::is_list).is_some();
            let multiplicity = if is_list { Multiplicity::List } else { Multiplicity::Single };
            Ok(Entity { name, multiplicity, label: head_label(&mut parts), fields: Vec::new() })
        });
        let mut fields = Vec::new();
        for block in blocks {
            match self.block(Rule::field, &block, |node| field(node, &block)) {
                Some(field) => fields.push(field),
                None => self.note_broken_field(&block),
            }
        }
        let mut entity = head?;
        entity.fields = fields;
        Some(entity)
    }

    fn note_broken_field(&mut self, block: &Block) {
        let word = super::layout::word(block.head.text(self.text())).to_owned();
        let span = self.word_span(&block.head);
        let name = (!word.is_empty()).then_some(Name { text: word, span });
        self.broken.push(Broken { keyword: "champ".to_owned(), name, span });
    }

    /// Reads `définition NOM = EXPR`.
    pub(super) fn definition(&mut self, lines: &[Line]) -> Option<Definition> {
        let Cut { head, body } = self.cut(lines);
        let head = self.block(Rule::definition, &head?, build_head);
        let clauses = self.clauses(&body);
        let Head { name, arguments, label, ty, value, clauses: mut own, .. } = head?;
        own.extend(clauses?);
        Some(Definition { name, arguments, label, ty, value: value?, clauses: own })
    }

    /// Reads `paramètre NOM : TYPE` and its value or its dated rows.
    pub(super) fn parameter(&mut self, lines: &[Line]) -> Option<Parameter> {
        let Cut { head, body } = self.cut(lines);
        let head_block = head?;
        let head = self.block(Rule::parameter, &head_block, build_head);
        let Sorted { rows, others } = self.sort(body);
        let mut dated = Some(Vec::new());
        for block in &rows {
            match (&mut dated, self.block(Rule::param_row, block, parameter_row)) {
                (Some(dated), Some(row)) => dated.push(row),
                _ => dated = None,
            }
        }
        let clauses = self.clauses(&others);
        let Head { name, label, ty, value, clauses: mut own, .. } = head?;
        let mut dated = dated?;
        own.extend(clauses?);
        match (value, rows.first()) {
            (Some(_), Some(row)) => {
                return self.lacks(row.start, row.end, "une seule valeur est attendue après « = »");
            }
            (Some(value), None) => {
                let span = value.span;
                dated.push(ParameterRow { period: None, value: Some(value), span });
            }
            (None, None) => {
                let message = "attendu « = » et une valeur, ou des lignes « | période => valeur »";
                return self.lacks(head_block.end, head_block.end, message);
            }
            (None, Some(_)) => {}
        }
        Some(Parameter { name, ty: ty?, label, rows: dated, clauses: own })
    }

    /// Reads `table NOM : TYPE`, its rows or its file.
    pub(super) fn table(&mut self, lines: &[Line]) -> Option<Table> {
        let Cut { head, body } = self.cut(lines);
        let head_block = head?;
        let head = self.block(Rule::table, &head_block, build_head);
        let Sorted { rows, others } = self.sort(body);
        let Cited { files, others } = self.cited("depuis", Rule::csv_block, others);
        let table_rows = self.table_rows(&rows);
        let clauses = self.clauses(&others);
        let Head { name, arguments, label, ty, file: own_file, clauses: mut own, .. } = head?;
        own.extend(clauses?);
        let body = match (files?.pop().or(own_file), rows.first()) {
            (Some(file), None) => TableBody::Csv(file),
            (None, Some(_)) => TableBody::Rows(table_rows?),
            (Some(_), Some(row)) => {
                return self.lacks(
                    row.start,
                    row.end,
                    "un tableau a des lignes ou un fichier, pas les deux",
                );
            }
            (None, None) => {
                let message = "attendu les lignes du tableau, ou « depuis » et un fichier";
                return self.lacks(head_block.end, head_block.end, message);
            }
        };
        Some(Table { name, arguments, ty: ty?, label, body, clauses: own })
    }

    /// Reads a header and rows; absent when one is broken, or when there is no row.
    fn table_rows(&mut self, blocks: &[Block]) -> Option<TableRows> {
        let (first, others) = blocks.split_first()?;
        let head = self.block(Rule::table_head, first, table_head)?;
        let mut rows = Some(Vec::new());
        for block in others {
            let row = self.block(Rule::table_row, block, |node| table_row(node, head.inputs.len()));
            match (&mut rows, row) {
                (Some(rows), Some(row)) => rows.push(row),
                _ => rows = None,
            }
        }
        if others.is_empty() {
            return self.lacks(first.end, first.end, "attendu au moins une ligne sous l'en-tête");
        }
        Some(TableRows { inputs: head.inputs, result: head.result, rows: rows? })
    }

    /// Reads `fonction NOM(…) : TYPE rhai "…"`.
    pub(super) fn function(&mut self, lines: &[Line]) -> Option<Function> {
        let Cut { head, body } = self.cut(lines);
        let head_block = head?;
        let head = self.block(Rule::function, &head_block, build_head);
        let Cited { files, others } = self.cited("rhai", Rule::script_block, body);
        let clauses = self.clauses(&others);
        let Head { name, arguments, label, ty, file: own_file, clauses: mut own, .. } = head?;
        own.extend(clauses?);
        let Some(script) = files?.pop().or(own_file) else {
            return self.lacks(
                head_block.end,
                head_block.end,
                "attendu « rhai » et le nom d'un script",
            );
        };
        Some(Function { name, arguments, ty: ty?, label, script, clauses: own })
    }

    fn sort(&self, blocks: Vec<Block>) -> Sorted {
        let (rows, others) = blocks.into_iter().partition(|block| block.head.is_row(self.text()));
        Sorted { rows, others }
    }

    /// Takes the block that names a file.
    fn cited(&mut self, word: &str, rule: Rule, blocks: Vec<Block>) -> Cited {
        let (files, others): (Vec<_>, Vec<_>) =
            blocks.into_iter().partition(|block| &*block.head.word == word);
        let mut cited = Some(Vec::new());
        for block in &files {
            let read =
                self.block(rule, block, |node| Ok(text(&node.only().parts().need(Rule::text)?)));
            match (&mut cited, read) {
                (Some(cited), Some(read)) if cited.is_empty() => cited.push(read),
                (Some(_), Some(_)) => {
                    let message = format!("« {word} » est déjà dit");
                    cited = self.lacks(block.start, block.end, &message);
                }
                _ => cited = None,
            }
        }
        Cited { files: cited, others }
    }

    /// Reports what a declaration lacks, and gives nothing.
    fn lacks<T>(&mut self, start: usize, end: usize, message: &str) -> Option<T> {
        self.refuse(Diagnostic::new(code::SYNTAX, self.original.span(start, end), message));
        None
    }
}

/// The blocks of a declaration: rows apart.
struct Sorted {
    rows: Vec<Block>,
    others: Vec<Block>,
}

/// The file cited: none or one; absent when a block is broken.
struct Cited {
    files: Option<Vec<Text>>,
    others: Vec<Block>,
}

fn build_head(node: &Node) -> Built<Head> {
    let mut parts = node.parts();
    let name = head_name(&mut parts)?;
    let arguments = parts.accept(Rule::arguments).map(|node| arguments(&node)).transpose()?;
    let typed = parts.accept(Rule::typed).or_else(|| parts.accept(Rule::maybe_typed));
    let label = typed.as_ref().and_then(|node| node.parts().find(|part| part.rule() == Rule::text));
    let written = typed.as_ref().and_then(|node| node.parts().find(|part| part.rule() == Rule::ty));
    let value = parts.accept(Rule::expr).map(|value| expr(&value)).transpose()?;
    let file = parts.accept(Rule::from_csv).or_else(|| parts.accept(Rule::script));
    let file = file.map(|node| node.parts().need(Rule::text)).transpose()?;
    Ok(Head {
        name,
        arguments: arguments.unwrap_or_default(),
        label: label.map(|node| text(&node)),
        ty: written.map(|node| ty(&node)),
        value,
        file: file.map(|node| text(&node)),
        clauses: clauses_of(parts)?,
    })
}

fn arguments(node: &Node) -> Built<Vec<Argument>> {
    node.parts()
        .map(|argument| {
            let mut parts = argument.parts();
            let name = name(&parts.need(Rule::name)?);
            Ok(Argument { name, ty: ty(&parts.need(Rule::ty)?) })
        })
        .collect()
}

fn field(node: &Node, block: &Block) -> Built<Field> {
    let mut parts = node.parts();
    let name = head_name(&mut parts)?;
    let ty = ty(&parts.need(Rule::ty)?);
    let label = head_label(&mut parts);
    let marks = marks(parts)?;
    Ok(Field { name, ty, label, marks, doc: block.head.doc.clone() })
}

fn marks(parts: Parts<'_>) -> Built<Vec<Mark>> {
    parts.map(|node| Ok(Mark { kind: mark(&node.only())?, span: node.span() })).collect()
}

fn mark(node: &Node) -> Built<MarkKind> {
    let mut parts = node.parts();
    Ok(match node.rule() {
        Rule::shared => MarkKind::Sharing(sharing_level(&parts.need(Rule::sharing_level)?)),
        Rule::optional => MarkKind::Optional,
        Rule::sensitive => MarkKind::Sensitive,
        Rule::protected => MarkKind::Protected,
        Rule::unique => MarkKind::Unique,
        Rule::cerfa => MarkKind::Cerfa(text(&parts.need(Rule::text)?)),
        Rule::lever => {
            let towards = parts.accept(Rule::name).map(|node| name(&node));
            MarkKind::Lever(WrittenLever { towards, says: text(&parts.need(Rule::text)?) })
        }
        Rule::source => MarkKind::Source(text(&parts.need(Rule::text)?)),
        Rule::legal_basis => MarkKind::LegalBasis(text(&parts.need(Rule::text)?)),
        Rule::hypothesis => MarkKind::Hypothesis(hypothesis(node)?),
        _ => return Err(unexpected(node.span())),
    })
}
