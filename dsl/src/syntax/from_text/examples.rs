//! Guarantees and examples.

use super::Built;
use super::clauses::proof;
use super::expressions::{direction, expr, sum_expr};
use super::layout::{Block, Line, Style, blocks, folded};
use super::literals::{code_name, count, date, name, path, signed_quantity, text};
use super::node::{Node, Rule, unexpected};
use super::reader::Reader;
use super::tables::{fact_head, fact_row};
use crate::syntax::tree::{
    Example, Expectation, ExpectationKind, ExpectedOutcome, FactTable, GivenFact, GivenValue,
    Guarantee, GuaranteeForm, GuaranteeKind, LineKind, Name, Path,
};
use engine::Date;
use source::{Diagnostic, code, fold};

impl Reader<'_> {
    /// Reads `garantie "…"` and its forms.
    pub(super) fn guarantee(&mut self, lines: &[Line]) -> Option<Guarantee> {
        let (first, others) = lines.split_first()?;
        let head = self.block(Rule::guarantee, &alone(first), |node| {
            let mut parts = node.parts();
            let label = text(&parts.need(Rule::text)?);
            let form = parts.accept(Rule::guarantee_form).map(|node| form(&node)).transpose()?;
            Ok(Guarantee { label, forms: form.into_iter().collect() })
        });
        let mut forms = Some(Vec::new());
        for block in blocks(self.text(), others, Style::Entries) {
            let read = self.block(Rule::guarantee_line, &block, |node| form(&node.only()));
            match (&mut forms, read) {
                (Some(forms), Some(read)) => forms.push(read),
                _ => forms = None,
            }
        }
        let mut guarantee = head?;
        guarantee.forms.extend(forms?);
        if guarantee.forms.is_empty() {
            let span = self.line_span(first);
            self.refuse(Diagnostic::new(
                code::SYNTAX,
                span,
                "attendu ce que la garantie promet, sous son titre",
            ));
            return None;
        }
        Some(guarantee)
    }

    /// Reads `exemple "…"` and its three parts.
    pub(super) fn example(&mut self, lines: &[Line]) -> Option<Example> {
        let parts = sections(self.text(), lines);
        let head = alone(lines.first()?);
        let head = Block { end: parts.head_end.max(head.end), ..head };
        let title = self.block(Rule::example, &head, |node| {
            let mut parts = node.parts();
            let label = text(&parts.need(Rule::text)?);
            let day = parts.accept(Rule::date).map(|node| date(&node)).transpose()?;
            Ok(Title { label, date: day })
        });
        let mut given = Some(Vec::new());
        let mut expectations = Some(Vec::new());
        let candidates = self.candidates(&parts.sections);
        for section in &parts.sections {
            let blocks = blocks(self.text(), &section.lines, Style::Entries);
            match section.kind {
                SectionKind::Given => merge(&mut given, self.given(&blocks)),
                SectionKind::Expected => merge(&mut expectations, self.expected(&blocks)),
                SectionKind::Candidates => {}
            }
        }
        let title = title?;
        let (mut given, candidates, mut expectations) = (given?, candidates?, expectations?);
        given.shrink_to_fit();
        expectations.shrink_to_fit();
        if expectations.is_empty() {
            let span = self.lines_span(lines.get(..1)?);
            let message = "attendu « attend » et au moins une ligne dans cet exemple";
            self.refuse(Diagnostic::new(code::SYNTAX, span, message));
            return None;
        }
        Some(Example { label: title.label, date: title.date, given, candidates, expectations })
    }

    fn given(&mut self, blocks: &[Block]) -> Option<Vec<GivenFact>> {
        let mut facts = Some(Vec::new());
        for entry in entries(self.text(), blocks) {
            let read = self.given_fact(&entry);
            match (&mut facts, read) {
                (Some(facts), Some(fact)) => facts.push(fact),
                _ => facts = None,
            }
        }
        facts
    }

    fn given_fact(&mut self, entry: &Entry) -> Option<GivenFact> {
        let given = self.block(Rule::given_line, &entry.block, given_line)?;
        let end = entry.rows.last().map_or(entry.block.end, |row| row.end);
        let span = self.original.span(entry.block.start, end);
        match (given.value, entry.rows.first()) {
            (Some(value), None) => Some(GivenFact { path: given.path, value, span }),
            (None, Some(_)) => {
                let items = self.deeper(|reader| reader.fact_table(&entry.rows))?;
                let items = GivenValue::Items(items);
                Some(GivenFact { path: given.path, value: items, span })
            }
            (Some(_), Some(row)) => {
                let span = self.original.span(row.start, row.end);
                let message = "une valeur et un tableau pour le même fait";
                self.refuse(Diagnostic::new(code::SYNTAX, span, message));
                None
            }
            (None, None) => {
                let at = self.original.span(entry.block.end, entry.block.end);
                let message = "attendu « = » et une valeur, « non renseigné », « non communiqué », « aucun » ou un tableau";
                self.refuse(Diagnostic::new(code::SYNTAX, at, message));
                None
            }
        }
    }

    /// Reads rows of facts; absent when one is broken.
    /// Reads the one table of candidates; none when the example has no such section.
    fn candidates(&mut self, sections: &[Section]) -> Option<Option<FactTable>> {
        let mut tables = sections.iter().filter(|it| matches!(it.kind, SectionKind::Candidates));
        let Some(section) = tables.next() else { return Some(None) };
        let again = tables.next();
        if let Some(again) = again {
            let span = self.line_span(&again.opening);
            let message = "« parmi les candidats » est écrit deux fois dans cet exemple";
            self.refuse(
                Diagnostic::new(code::SYNTAX, span, message)
                    .with_help("réunissez les candidats dans un seul tableau"),
            );
        }
        let blocks = blocks(self.text(), &section.lines, Style::Entries);
        if blocks.is_empty() {
            let span = self.line_span(&section.opening);
            let message = "attendu un tableau sous « parmi les candidats »";
            self.refuse(
                Diagnostic::new(code::SYNTAX, span, message)
                    .with_help("une ligne de faits, puis une ligne pour chaque candidat"),
            );
        }
        let table = self.fact_table(&blocks)?;
        again.is_none().then_some(Some(table))
    }

    fn fact_table(&mut self, blocks: &[Block]) -> Option<FactTable> {
        let (first, others) = blocks.split_first()?;
        let heads = self.block(Rule::fact_head, first, |node| Ok(fact_head(node)))?;
        let mut rows = Some(Vec::new());
        for block in others {
            let row = self.block(Rule::fact_row, block, |node| fact_row(node, heads.len()));
            match (&mut rows, row) {
                (Some(rows), Some(row)) => rows.push(row),
                _ => rows = None,
            }
        }
        Some(FactTable { heads, rows: rows? })
    }

    fn expected(&mut self, blocks: &[Block]) -> Option<Vec<Expectation>> {
        let mut lines = Some(Vec::new());
        for block in blocks {
            match (&mut lines, self.block(Rule::expected_line, block, expectation)) {
                (Some(lines), Some(line)) => lines.push(line),
                _ => lines = None,
            }
        }
        lines
    }
}

fn alone(line: &Line) -> Block {
    Block { start: line.start, end: line.end, head: line.clone() }
}

fn merge<T>(all: &mut Option<Vec<T>>, more: Option<Vec<T>>) {
    match (all.as_mut(), more) {
        (Some(all), Some(more)) => all.extend(more),
        _ => *all = None,
    }
}

struct Title {
    label: crate::syntax::tree::Text,
    date: Option<Date>,
}

// ------------------------------------------------------------------ sections

#[derive(Clone, Copy)]
enum SectionKind {
    Given,
    Candidates,
    Expected,
}

struct Section {
    kind: SectionKind,
    opening: Line,
    indent: usize,
    lines: Vec<Line>,
}

impl Section {
    /// Tells whether a line is as deep as what the section holds: then it is one of its entries,
    /// even when it reads like the opening of a section.
    fn holds(&self, line: &Line) -> bool {
        let first = self.lines.first().map_or(self.indent + 1, |first| first.indent);
        line.indent > self.indent && line.indent >= first
    }
}

struct Sections {
    head_end: usize,
    sections: Vec<Section>,
}

fn sections(text: &str, lines: &[Line]) -> Sections {
    let mut parts = Sections { head_end: 0, sections: Vec::new() };
    for line in lines.iter().skip(1) {
        let held = parts.sections.last().is_some_and(|section| section.holds(line));
        if let Some(opening) = section(text, line).filter(|_| !held) {
            let lines = opening.rest.into_iter().collect();
            let (kind, indent, opening) = (opening.kind, line.indent, line.clone());
            parts.sections.push(Section { kind, opening, indent, lines });
        } else if let Some(section) = parts.sections.last_mut() {
            section.lines.push(line.clone());
        } else {
            parts.head_end = line.end;
        }
    }
    parts
}

/// A line that opens a section, and what it already says of it.
struct Opening {
    kind: SectionKind,
    rest: Option<Line>,
}

fn section(text: &str, line: &Line) -> Option<Opening> {
    let (kind, words) = match (&*line.word, &*line.second) {
        ("etant", "donne") => (SectionKind::Given, 2),
        ("parmi", "les") => (SectionKind::Candidates, 3),
        ("attend", _) => (SectionKind::Expected, 1),
        _ => return None,
    };
    let written = line.text(text);
    let mut rest = written;
    for _ in 0..words {
        let skipped = rest.trim_start();
        rest = skipped.get(super::layout::word(skipped).len()..).unwrap_or("");
    }
    if rest.starts_with('.') || rest.trim_start().starts_with('=') {
        return None;
    }
    let rest = rest.trim_start();
    let rest = rest.strip_prefix(':').unwrap_or(rest).trim_start();
    let start = line.end - rest.len();
    let mut left = line.clone();
    left.start = start;
    left.indent += written.chars().count() - rest.chars().count();
    left.word = folded(super::layout::word(rest));
    left.second = compact_str::CompactString::default();
    Some(Opening { kind, rest: (!rest.is_empty()).then_some(left) })
}

/// A line of facts and the rows under it.
struct Entry {
    block: Block,
    rows: Vec<Block>,
}

fn entries(text: &str, blocks: &[Block]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for block in blocks {
        match entries.last_mut() {
            Some(entry) if block.head.is_row(text) => entry.rows.push(block.clone()),
            _ => entries.push(Entry { block: block.clone(), rows: Vec::new() }),
        }
    }
    entries
}

// ------------------------------------------------------------------ lines

fn form(node: &Node) -> Built<GuaranteeForm> {
    let inner = node.only();
    let mut parts = inner.parts();
    let kind = match inner.rule() {
        Rule::independent => GuaranteeKind::Independent(path(&parts.need(Rule::free_path)?)),
        Rule::monotone => {
            let way = direction(&parts.need(Rule::direction)?);
            GuaranteeKind::Monotone(way, expr(&parts.need(Rule::expr)?)?)
        }
        Rule::implies => {
            let condition = expr(&parts.need(Rule::expr)?)?;
            GuaranteeKind::Implies(condition, expr(&parts.need(Rule::expr)?)?)
        }
        Rule::expr => GuaranteeKind::Always(expr(&inner)?),
        _ => return Err(unexpected(inner.span())),
    };
    Ok(GuaranteeForm { kind, span: node.span() })
}

struct Given {
    path: Path,
    value: Option<GivenValue>,
}

fn given_line(node: &Node) -> Built<Given> {
    let mut parts = node.parts();
    let path = path(&parts.need(Rule::free_path)?);
    let Some(said) = parts.next() else {
        return Ok(Given { path, value: None });
    };
    let value = match said.rule() {
        Rule::given_value => {
            let mut parts = said.parts();
            let value = sum_expr(&parts.need(Rule::sum)?)?;
            GivenValue::Value(value, parts.accept(Rule::proof).map(|node| proof(&node)))
        }
        Rule::withheld => GivenValue::Withheld,
        Rule::unknown => GivenValue::Missing,
        Rule::none => GivenValue::EmptyList,
        _ => return Err(unexpected(said.span())),
    };
    Ok(Given { path, value: Some(value) })
}

fn expectation(node: &Node) -> Built<Expectation> {
    let mut parts = node.parts();
    let candidate: Option<Name> = parts.accept(Rule::candidate).map(|node| code_name(&node));
    let kind = expectation_kind(&parts.need(Rule::expected)?.only())?;
    Ok(Expectation { candidate, kind, span: node.span() })
}

fn expectation_kind(node: &Node) -> Built<ExpectationKind> {
    let mut parts = node.parts();
    Ok(match node.rule() {
        Rule::expected_order => {
            ExpectationKind::Order(parts.map(|node| code_name(&node)).collect())
        }
        Rule::expected_total => {
            ExpectationKind::Total(signed_quantity(&parts.need(Rule::signed_quantity)?)?)
        }
        Rule::expected_range => {
            let low = signed_quantity(&parts.need(Rule::signed_quantity)?)?;
            ExpectationKind::TotalRange(low, signed_quantity(&parts.need(Rule::signed_quantity)?)?)
        }
        Rule::expected_rank => ExpectationKind::Rank(count(&parts.need(Rule::count)?)?),
        Rule::expected_points => {
            let kind = line_kind(&parts.need(Rule::line_kind)?)?;
            let line = name(&parts.need(Rule::name)?);
            ExpectationKind::Line(kind, line, outcome(&parts.need(Rule::outcome)?)?)
        }
        Rule::expected_holds => {
            let value = expr(&parts.need(Rule::expr)?)?;
            match parts.accept(Rule::not_evaluable) {
                Some(_) => ExpectationKind::Unknown(value),
                None => ExpectationKind::Holds(value),
            }
        }
        _ => return Err(unexpected(node.span())),
    })
}

fn line_kind(node: &Node) -> Built<LineKind> {
    match node.choice() {
        Some(Rule::kw_critere) => Ok(LineKind::Criterion),
        Some(Rule::kw_tranche) => Ok(LineKind::Slot),
        Some(Rule::kw_famille) => Ok(LineKind::Family),
        Some(Rule::kw_eligible) => Ok(LineKind::Eligibility),
        Some(Rule::kw_grille) => Ok(LineKind::Grid),
        _ => Err(unexpected(node.span())),
    }
}

fn outcome(node: &Node) -> Built<ExpectedOutcome> {
    let mut parts = node.parts();
    let points =
        parts.accept(Rule::signed_quantity).map(|node| signed_quantity(&node)).transpose()?;
    let state = parts.accept(Rule::state).map(|node| Name {
        text: fold(node.text()).split_whitespace().collect::<Vec<_>>().join("_"),
        span: node.span(),
    });
    Ok(ExpectedOutcome { points, state })
}
