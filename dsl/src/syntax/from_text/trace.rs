//! The words of each block as it is parsed, in their canonical spelling.
//!
//! Only the grammar knows which words are keywords: names are free. Invariant: a word is spelt
//! anew only where the tree cannot see the difference.

use super::expected::{Wanted, describe};
use super::layout::Block;
use super::node::{Node, Rule};
use crate::syntax::outline::{RowShape, Word, WordKind};
use source::fold;

/// The blocks that parsed, in the order in which they were read.
#[derive(Debug, Default)]
pub(super) struct Trace {
    /// The blocks.
    pub(super) blocks: Vec<Traced>,
    depth: usize,
}

/// A block that parsed.
#[derive(Debug)]
pub(super) struct Traced {
    pub(super) kind: Kind,
    /// Steps from the left.
    pub(super) level: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Columns from the left, as written.
    pub(super) indent: usize,
    pub(super) words: Vec<Placed>,
}

/// A word and its first byte.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) at: usize,
    pub(super) word: Word,
}

/// What a block is, for its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Head,
    Field,
    Entry,
    Row(RowShape),
}

impl Trace {
    /// Keeps the words of a block.
    pub(super) fn keep(&mut self, block: &Block, tree: &Node<'_>) {
        let (kind, level) = place(tree.rule());
        let mut words = Vec::new();
        collect(tree, tree.rule(), &mut words);
        self.blocks.push(Traced {
            kind,
            level: level + self.depth,
            start: block.start,
            end: block.end,
            indent: block.head.indent,
            words,
        });
    }

    /// What follows stands one step deeper.
    pub(super) fn enter(&mut self) {
        self.depth += 1;
    }

    /// What follows stands one step less deep.
    pub(super) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}

fn place(rule: Rule) -> (Kind, usize) {
    match rule {
        Rule::enum_row | Rule::sharing_row => (Kind::Row(RowShape::Open), 1),
        Rule::param_row | Rule::table_head | Rule::table_row => (Kind::Row(RowShape::Closed), 1),
        Rule::fact_head | Rule::fact_row => (Kind::Row(RowShape::Facts), 2),
        Rule::field => (Kind::Field, 1),
        Rule::clause_block | Rule::csv_block | Rule::script_block | Rule::guarantee_line => {
            (Kind::Entry, 1)
        }
        Rule::given_line | Rule::expected_line => (Kind::Entry, 2),
        _ => (Kind::Head, 0),
    }
}

fn collect(node: &Node<'_>, parent: Rule, words: &mut Vec<Placed>) {
    let rule = node.rule();
    let whole = matches!(rule, Rule::path | Rule::free_path | Rule::quantity | Rule::unit);
    let mut inner = node.all().peekable();
    if !whole && inner.peek().is_some() {
        inner.for_each(|child| collect(&child, rule, words));
    } else if !node.text().is_empty() {
        let word = Word { text: spelling(node), kind: kind(rule, parent) };
        words.push(Placed { at: node.start(), word });
    }
}

fn kind(rule: Rule, parent: Rule) -> WordKind {
    match rule {
        Rule::bar => WordKind::Bar,
        Rule::arrow => WordKind::Arrow,
        Rule::closing => WordKind::Closing,
        Rule::opening if parent == Rule::group => WordKind::Leading,
        Rule::opening => WordKind::Call,
        Rule::minus => WordKind::Leading,
        _ => WordKind::Plain,
    }
}

fn spelling(node: &Node<'_>) -> String {
    let written = node.text();
    match node.rule() {
        Rule::arrow => "=>".to_owned(),
        Rule::minus | Rule::missing => "-".to_owned(),
        Rule::additive if written != "+" => "-".to_owned(),
        Rule::multiplicative => if matches!(written, "*" | "×") { "×" } else { "/" }.to_owned(),
        Rule::comparator => comparator(written).to_owned(),
        Rule::date => one_space(written.split_whitespace().map(word)),
        Rule::siren => one_space(written.split_whitespace().map(str::to_owned)),
        Rule::state => one_space(written.split_whitespace().map(str::to_lowercase)),
        Rule::quantity => one_space(node.all().flat_map(|part| {
            let words: Vec<String> = part.text().split_whitespace().map(str::to_owned).collect();
            words
        })),
        Rule::text => quoted(written),
        rule => match describe(rule) {
            Wanted::Keyword(_) | Wanted::OperatorWord => {
                one_space(written.split_whitespace().map(word))
            }
            Wanted::Sign(_)
            | Wanted::Thing(_)
            | Wanted::Operator
            | Wanted::End
            | Wanted::Nothing => written.to_owned(),
        },
    }
}

fn one_space(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(" ")
}

fn comparator(written: &str) -> &str {
    match written {
        "<>" | "!=" => "≠",
        "<=" => "≤",
        ">=" => "≥",
        other => other,
    }
}

/// Puts a text between straight quotes, when that takes no backslash.
fn quoted(written: &str) -> String {
    let inner = match written.chars().next() {
        Some('«') => written.trim_start_matches('«').trim_end_matches('»').trim(),
        Some('“') => written.trim_start_matches('“').trim_end_matches('”'),
        _ => return written.to_owned(),
    };
    if inner.contains(['"', '\\', '«', '»', '“', '”']) {
        return written.to_owned();
    }
    format!("\"{inner}\"")
}

/// Spells a word of the language in lower case, with its accents.
fn word(written: &str) -> String {
    let folded = fold(written);
    match ACCENTED.iter().find(|accented| fold(accented) == folded) {
        Some(accented) => (*accented).to_owned(),
        None => folded,
    }
}

/// The words of the language that carry accents.
pub(super) const ACCENTED: &[&str] = &[
    "à",
    "août",
    "communiqué",
    "complémentaire",
    "critère",
    "critères",
    "date_évaluation",
    "décembre",
    "décroissant",
    "définition",
    "déléguée",
    "éligible",
    "entité",
    "énumération",
    "évaluable",
    "février",
    "hypothèse",
    "indépendant",
    "non_évaluable",
    "paramètre",
    "périmètre",
    "priorité",
    "protégé",
    "renseigné",
    "validé",
    "vérifié",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_accented_keyword_of_the_list_is_known() {
        let list = include_str!("../../../../grammar/keywords.txt");
        let lines = list.lines().filter(|line| !line.starts_with('#'));
        for keyword in lines.flat_map(str::split_whitespace) {
            if keyword != "étant" && keyword != "donné" {
                assert_eq!(word(keyword), keyword);
            }
        }
    }

    #[test]
    fn quotes_are_straight_where_nothing_need_be_escaped() {
        assert_eq!(quoted("« Oui »"), "\"Oui\"");
        assert_eq!(quoted("“Oui”"), "\"Oui\"");
        assert_eq!(quoted("« dit \"oui\" »"), "« dit \"oui\" »");
    }
}
