//! What every reader of declarations shares: the text, the faults found so far, and the cut of a
//! declaration into its head and its clauses.
//!
//! Invariant: a block gives a value or exactly one diagnostic.

use super::clauses::clause;
use super::layout::{Block, Line, Style, blocks};
use super::literals::name;
use super::node::{Node, Parts, Rule, parse};
use super::original::Original;
use super::trace::Trace;
use super::{Built, DECLARATION_WORDS};
use crate::syntax::tree::{Broken, Clause, Name, Text};
use source::{Diagnostic, Span, code, fold, nearest};

/// Reads the chunks of one text.
pub(super) struct Reader<'s> {
    /// The text.
    pub(super) original: &'s Original,
    /// What was found wrong.
    pub(super) faults: Vec<Diagnostic>,
    /// What did not parse.
    pub(super) broken: Vec<Broken>,
    /// The words of what parsed, when somebody asks for them.
    pub(super) trace: Option<Trace>,
}

impl<'s> Reader<'s> {
    /// The cleaned text.
    pub(super) fn text(&self) -> &'s str {
        &self.original.text
    }

    /// Parses a block and builds its value; a failure becomes the block's one diagnostic.
    pub(super) fn block<T>(
        &mut self,
        rule: Rule,
        block: &Block,
        build: impl FnOnce(&Node<'_>) -> Built<T>,
    ) -> Option<T> {
        let tree = parse(rule, self.original, block.start, block.end);
        if let (Some(trace), Ok(tree)) = (&mut self.trace, &tree) {
            trace.keep(block, &tree.root());
        }
        self.keep(tree.and_then(|tree| build(&tree.root())))
    }

    /// Reads what stands one level deeper than usual: the criteria of a family, the rows of a fact.
    pub(super) fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.trace.iter_mut().for_each(Trace::enter);
        let value = read(self);
        self.trace.iter_mut().for_each(Trace::leave);
        value
    }

    /// Keeps a value, or its diagnostic.
    pub(super) fn keep<T>(&mut self, built: Built<T>) -> Option<T> {
        match built {
            Ok(value) => Some(value),
            Err(fault) => {
                self.faults.push(*fault);
                None
            }
        }
    }

    /// Reports a mistake of a whole block.
    pub(super) fn refuse(&mut self, fault: Diagnostic) {
        self.faults.push(fault);
    }

    /// The place of a line.
    pub(super) fn line_span(&self, line: &Line) -> Span {
        self.original.span(line.start, line.end)
    }

    /// The place of the first word of a line, or of its first character.
    pub(super) fn word_span(&self, line: &Line) -> Span {
        let written = line.text(self.text());
        let word = super::layout::word(written);
        let len = if word.is_empty() {
            written.chars().next().map_or(0, char::len_utf8)
        } else {
            word.len()
        };
        self.original.span(line.start, line.start + len)
    }

    /// The place of several lines.
    pub(super) fn lines_span(&self, lines: &[Line]) -> Span {
        let start = lines.first().map_or(0, |line| line.start);
        self.original.span(start, lines.last().map_or(start, |line| line.end))
    }

    /// Notes that the declaration of these lines is broken, so that its name is not « unknown ».
    pub(super) fn note_broken(&mut self, line: &Line) {
        let written = line.text(self.text());
        let keyword = super::layout::word(written);
        let rest = written.get(keyword.len()..).unwrap_or("").trim_start();
        let at = line.end - rest.len();
        let len = rest.find(|c: char| !super::layout::is_word(c)).unwrap_or(rest.len());
        let named = rest.get(..len).filter(|word| !word.is_empty());
        let name = named.map(|word| Name {
            text: word.to_owned(),
            span: self.original.span(at, at + word.len()),
        });
        let span = self.line_span(line);
        self.broken.push(Broken { keyword: line.word.to_string(), name, span });
    }

    /// Cuts a declaration in blocks; the first is its head.
    pub(super) fn cut(&self, lines: &[Line]) -> Cut {
        let mut blocks = blocks(self.text(), lines, Style::Clauses).into_iter();
        Cut { head: blocks.next(), body: blocks.collect() }
    }

    /// Reads blocks of clauses; absent when one is broken (all are read all the same).
    pub(super) fn clauses(&mut self, blocks: &[Block]) -> Option<Vec<Clause>> {
        let mut clauses = Some(Vec::with_capacity(blocks.len()));
        let mut misplaced: Option<usize> = None;
        for block in blocks {
            if misplaced.is_some_and(|indent| block.head.indent > indent) {
                continue;
            }
            misplaced = None;
            if let Some(fault) = self.misplaced(&block.head) {
                misplaced = Some(block.head.indent);
                self.note_broken(&block.head);
                self.refuse(fault);
                clauses = None;
                continue;
            }
            let read = self.block(Rule::clause_block, block, |tree| clauses_of(tree.parts()));
            match (&mut clauses, read) {
                (Some(clauses), Some(read)) => clauses.extend(read),
                _ => clauses = None,
            }
        }
        clauses
    }

    /// Tells that an indented line opens a declaration that stands in the first column.
    pub(super) fn misplaced(&self, line: &Line) -> Option<Diagnostic> {
        let known = declaration_word(&line.word).filter(|_| !line.second.is_empty())?;
        let message = format!("« {known} » en retrait, hors de sa place");
        let help = if known == "critère" {
            "un critère en retrait appartient à la famille ou à la tranche au-dessus ; sinon il commence en première colonne"
        } else {
            "une déclaration commence en première colonne"
        };
        let fault = Diagnostic::new(code::MISPLACED_INDENT, self.word_span(line), message);
        let before = self.text().get(..line.start).unwrap_or("");
        let margin = self.original.span(
            before.trim_end_matches(|c: char| c != '\n' && c.is_whitespace()).len(),
            line.start,
        );
        Some(fault.with_help(help).with_edit(margin, ""))
    }

    /// Says that a first word is no keyword, with the nearest one.
    pub(super) fn unknown_keyword(&self, line: &Line, known: &[&str]) -> Diagnostic {
        let written = line.text(self.text());
        let word = super::layout::word(written);
        let span = self.word_span(line);
        if word.is_empty() {
            let found = written.chars().next().unwrap_or(' ');
            let message = format!("attendu un mot-clé en première colonne, trouvé « {found} »");
            let fault = Diagnostic::new(code::UNKNOWN_KEYWORD, span, message);
            let rest = written.get(found.len_utf8()..).unwrap_or("");
            let next = super::layout::word(rest.trim_start());
            if known.iter().any(|word| fold(word) == fold(next)) {
                let len = written.len() - rest.trim_start().len();
                let bullet = self.original.span(line.start, line.start + len);
                return fault.with_help(format!("supprimez « {found} »")).with_edit(bullet, "");
            }
            return fault.with_help("la suite d'une déclaration s'écrit en retrait");
        }
        let fault =
            Diagnostic::new(code::UNKNOWN_KEYWORD, span, format!("mot-clé inconnu : « {word} »"));
        if nearest(word, known.iter().copied()).is_some() {
            fault.with_suggestion(word, known.iter().copied())
        } else {
            fault.with_help("la première colonne ouvre une déclaration ou une clause ; sa suite s'écrit en retrait")
        }
    }
}

/// The keyword of a declaration, from its folded form.
fn declaration_word(folded: &str) -> Option<&'static str> {
    let at = FOLDED_DECLARATION_WORDS.iter().position(|word| *word == folded)?;
    DECLARATION_WORDS.get(at).copied()
}

/// [`DECLARATION_WORDS`], folded, in the same order.
const FOLDED_DECLARATION_WORDS: &[&str] = &[
    "enumeration",
    "entite",
    "definition",
    "parametre",
    "table",
    "fonction",
    "critere",
    "famille",
    "tranche",
    "eligible",
    "garantie",
    "exemple",
];

#[cfg(test)]
#[test]
fn folded_declaration_words_are_in_the_same_order() {
    let folded: Vec<String> = DECLARATION_WORDS.iter().map(|word| source::fold(word)).collect();
    assert_eq!(folded, FOLDED_DECLARATION_WORDS);
}

/// A declaration cut in blocks.
pub(super) struct Cut {
    pub(super) head: Option<Block>,
    pub(super) body: Vec<Block>,
}

/// The clauses among the last children of a node.
pub(super) fn clauses_of(parts: Parts<'_>) -> Built<Vec<Clause>> {
    parts.map(|node| clause(&node)).collect()
}

/// Takes the name that a head starts with.
pub(super) fn head_name(parts: &mut Parts<'_>) -> Built<Name> {
    Ok(name(&parts.need(Rule::name)?))
}

/// Takes the label of a head, when written.
pub(super) fn head_label(parts: &mut Parts<'_>) -> Option<Text> {
    parts.accept(Rule::text).map(|label| super::literals::text(&label))
}
