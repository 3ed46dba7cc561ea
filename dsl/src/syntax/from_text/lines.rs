//! The lines of a file, each with what it is and its words.

use super::layout::{self, Layout};
use super::trace::{Kind, Trace, Traced};
use crate::syntax::outline::{Line, Opening, Role, Word, WordKind};
use source::fold;
use std::collections::BTreeMap;

/// Says of each line of a text without mistakes what it is.
///
/// `written` has its comments, `blanked` has spaces in their place.
pub(super) fn lines(written: &str, blanked: &str, layout: &Layout, trace: Trace) -> Vec<Line> {
    let mut blocks = trace.blocks;
    blocks.sort_by_key(|block| block.start);
    let heads = layout.chunks.iter().map(|chunk| (chunk.head.start, opening(&chunk.head.word)));
    let mut lines = Lines { heads: heads.collect(), blocks: &blocks, block: None, marks: None };
    let mut at = 0;
    let mut out = Vec::new();
    for raw in written.split_inclusive('\n') {
        let end = at + raw.len();
        out.push(lines.line(raw, blanked.get(at..end).unwrap_or(""), at));
        at = end;
    }
    out
}

fn opening(word: &str) -> Opening {
    match word {
        "garantie" => Opening::Guarantee,
        word if super::DECLARATION_WORDS.iter().any(|known| fold(known) == word) => {
            Opening::Declaration
        }
        _ => Opening::Clause,
    }
}

struct Lines<'t> {
    heads: BTreeMap<usize, Opening>,
    blocks: &'t [Traced],
    /// The block under way.
    block: Option<Under>,
    /// How far from the left the last mark of the field under way is.
    marks: Option<usize>,
}

/// A block under way, and where its second line stands.
#[derive(Clone, Copy)]
struct Under {
    index: usize,
    second: Option<usize>,
    /// The least indentation of the blocks at its side.
    base: usize,
}

/// One line of code: where it is in the text.
#[derive(Clone, Copy)]
struct Code<'t> {
    text: &'t str,
    start: usize,
    end: usize,
    indent: usize,
}

impl Lines<'_> {
    fn line(&mut self, raw: &str, blanked: &str, at: usize) -> Line {
        let comment_at = raw.bytes().zip(blanked.bytes()).position(|(a, b)| a != b);
        let comment =
            comment_at.and_then(|from| raw.get(from..)).map(|it| it.trim_end().to_owned());
        let text = blanked.trim();
        let margin = blanked.len() - blanked.trim_start().len();
        let margin = if text.is_empty() { comment_at.unwrap_or(0) } else { margin };
        let before = raw.get(..margin).unwrap_or("");
        let indent = before.chars().map(layout::width).sum();
        if text.is_empty() {
            return Line { indent, words: Vec::new(), comment, role: Role::Empty };
        }
        let code = Code { text, start: at + margin, end: at + raw.len(), indent };
        let role = self.role(code);
        let mut words = self.words(code);
        if role == Role::Section {
            words.insert(0, Word { text: section(text).to_owned(), kind: WordKind::Plain });
        }
        Line { indent, words, comment, role }
    }

    fn role(&mut self, code: Code<'_>) -> Role {
        let after = self.blocks.partition_point(|block| block.start < code.end);
        let last = after.checked_sub(1).and_then(|at| Some((at, self.blocks.get(at)?)));
        let Some((index, block)) = last.filter(|(_, block)| block.end > code.start) else {
            self.block = None;
            return Role::Section;
        };
        if block.start < code.start {
            return Role::Continuation { steps: self.steps(block, code) };
        }
        let base = self.block.and_then(|under| {
            let before = self.blocks.get(under.index)?;
            (before.level == block.level).then_some(under.base.min(block.indent))
        });
        let base = base.unwrap_or(block.indent);
        self.block = Some(Under { index, second: None, base });
        self.marks = None;
        if block.start > code.start {
            return Role::Section;
        }
        match (self.heads.get(&code.start), block.kind) {
            (Some(opening), _) => Role::Head(*opening),
            (None, Kind::Row(shape)) if block.end <= code.end => {
                Role::Row { level: block.level, shape }
            }
            (None, Kind::Row(_) | Kind::Head | Kind::Field | Kind::Entry) => {
                Role::Entry { level: block.level }
            }
        }
    }

    /// How many steps further than its block a line stands.
    fn steps(&mut self, block: &Traced, code: Code<'_>) -> usize {
        let Some(under) = &mut self.block else { return 1 };
        match block.kind {
            Kind::Head => {
                let second = *under.second.get_or_insert(code.indent);
                if code.indent > second { 2 } else { 1 }
            }
            Kind::Field if layout::is_mark(&fold(layout::word(code.text))) => {
                self.marks = Some(code.indent);
                1
            }
            Kind::Field => {
                if self.marks.is_some_and(|marks| code.indent > marks) {
                    2
                } else {
                    1
                }
            }
            Kind::Entry | Kind::Row(_) => usize::from(code.indent > under.base.min(block.indent)),
        }
    }

    fn words(&self, code: Code<'_>) -> Vec<Word> {
        let Some(block) = self.block.and_then(|under| self.blocks.get(under.index)) else {
            return Vec::new();
        };
        let inside = block.words.iter().filter(|it| it.at >= code.start && it.at < code.end);
        inside.map(|placed| placed.word.clone()).collect()
    }
}

/// How the first words of a part of an example are spelt.
fn section(text: &str) -> &'static str {
    match fold(layout::word(text)).as_str() {
        "etant" => "étant donné",
        "parmi" => "parmi les candidats",
        _ => "attend",
    }
}
