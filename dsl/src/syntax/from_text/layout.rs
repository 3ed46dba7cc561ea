//! Lines, chunks and blocks: the cut of a text before any grammar.
//!
//! Column 1 opens a *chunk* (header, clause of the unit, declaration); inside a chunk, some lines
//! open a *block*, which is parsed alone. So a mistake never reaches past its own block. A row
//! (`|`) is always a block of the current chunk, even in column 1. Comments are blanked, byte for
//! byte; `##` lines become the documentation of what follows.

use super::original::Original;
use compact_str::CompactString;
use source::fold;

/// One line of text, comments and blanks at both ends left out.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Its first byte that is not a space.
    pub(super) start: usize,
    /// One past its last byte that is not a space.
    pub(super) end: usize,
    /// How far it is from the left, in columns.
    pub(super) indent: usize,
    /// Its first word, folded; empty when it starts with something else.
    pub(super) word: CompactString,
    /// Its second word, folded, when it follows the first.
    pub(super) second: CompactString,
    /// Brackets opened minus brackets closed.
    brackets: i32,
    /// The `##` lines just before it.
    pub(super) doc: Option<String>,
}

/// What a line starts and ends with, for the cut.
impl Line {
    pub(super) fn is_row(&self, text: &str) -> bool {
        self.first_char(text) == Some('|')
    }

    fn first_char(&self, text: &str) -> Option<char> {
        self.text(text).chars().next()
    }

    pub(super) fn text<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or("")
    }
}

/// A line in the first column and all that belongs to it.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    /// Its lines, at least one.
    pub(super) lines: Vec<Line>,
    /// The first line, again.
    pub(super) head: Line,
}

/// What is parsed alone.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// First byte.
    pub(super) start: usize,
    /// One past the last.
    pub(super) end: usize,
    /// Its first line.
    pub(super) head: Line,
}

/// A text cut into chunks.
#[derive(Debug)]
pub(super) struct Layout {
    /// Lines before anything in the first column.
    pub(super) orphans: Vec<Line>,
    /// The chunks, in order.
    pub(super) chunks: Vec<Chunk>,
}

/// Blanks the comments of a text and cuts it into chunks.
pub(super) fn cut(original: &mut Original) -> Layout {
    let mut layout = Layout { orphans: Vec::new(), chunks: Vec::new() };
    for line in lines(original) {
        if line.indent == 0 && !line.is_row(&original.text) {
            layout.chunks.push(Chunk { head: line.clone(), lines: vec![line] });
        } else if let Some(chunk) = layout.chunks.last_mut() {
            chunk.lines.push(line);
        } else {
            layout.orphans.push(line);
        }
    }
    layout
}

fn lines(original: &mut Original) -> Vec<Line> {
    let mut blanked = String::with_capacity(original.text.len());
    let mut lines = Vec::new();
    let mut doc = Documentation::default();
    for raw in original.text.split_inclusive('\n') {
        let start = blanked.len();
        let code = raw.get(..code_end(raw)).unwrap_or(raw);
        blanked.push_str(code);
        let comment = raw.get(code.len()..).unwrap_or("");
        blanked.extend(comment.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
        if code.trim().is_empty() {
            doc.read(comment.trim_end());
        } else {
            lines.push(line(code, start, doc.take()));
        }
    }
    original.text = blanked;
    lines
}

/// The `##` lines that wait for what they document.
#[derive(Default)]
struct Documentation {
    lines: Vec<String>,
    interrupted: bool,
}

impl Documentation {
    fn read(&mut self, comment: &str) {
        match comment.strip_prefix("##") {
            Some(text) => {
                if self.interrupted {
                    self.lines.clear();
                    self.interrupted = false;
                }
                self.lines.push(text.strip_prefix(' ').unwrap_or(text).to_owned());
            }
            None => self.interrupted = !self.lines.is_empty(),
        }
    }

    fn take(&mut self) -> Option<String> {
        self.interrupted = false;
        let lines = std::mem::take(&mut self.lines);
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// Returns where the comment of a line starts, or its length.
fn code_end(line: &str) -> usize {
    signs(line).find(|(_, sign)| *sign == b'#').map_or(line.len(), |(at, _)| at)
}

/// Finds the signs of a line that open, close or begin a comment, those in quoted texts left out.
fn signs(line: &str) -> impl Iterator<Item = (usize, u8)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let bytes = line.as_bytes().get(at..)?;
            at += bytes.iter().position(|byte| b"#(){}\"\xc2\xe2".contains(byte))?;
            let rest = line.get(at..)?;
            let c = rest.chars().next()?;
            let found = at;
            at += match c {
                '"' | '«' | '“' => quoted_len(rest).len,
                _ => c.len_utf8(),
            };
            if let Some(sign) = rest.bytes().next().filter(|byte| b"#(){}".contains(byte)) {
                return Some((found, sign));
            }
        }
    })
}

/// The length of a quoted text, and whether it is closed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quoted {
    /// Bytes, quotes included; up to the end of the line when unclosed.
    pub(super) len: usize,
    /// Whether its closing quote was found on the line.
    pub(super) closed: bool,
}

/// Measures the quoted text that `rest` starts with.
pub(super) fn quoted_len(rest: &str) -> Quoted {
    let open = rest.chars().next();
    let close = match open {
        Some('«') => '»',
        Some('“') => '”',
        _ => '"',
    };
    let lead = close.encode_utf8(&mut [0; 4]).bytes().next().unwrap_or(b'"');
    let mut at = open.map_or(0, char::len_utf8);
    let mut escaped = false;
    while let Some(bytes) = rest.as_bytes().get(at..) {
        let met = |byte: &u8| *byte == b'\n' || *byte == b'\\' || *byte == lead;
        let passed = if escaped { 0 } else { bytes.iter().position(met).unwrap_or(bytes.len()) };
        let Some(c) = rest.get(at + passed..).and_then(|rest| rest.chars().next()) else { break };
        at += passed;
        match c {
            '\n' => return Quoted { len: at, closed: false },
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            other if other == close => return Quoted { len: at + c.len_utf8(), closed: true },
            _ => {}
        }
        at += c.len_utf8();
    }
    Quoted { len: rest.len(), closed: false }
}

fn line(code: &str, start: usize, doc: Option<String>) -> Line {
    let trimmed = code.trim_start();
    let margin = code.len() - trimmed.len();
    let content = trimmed.trim_end();
    let (word, second) = first_words(content);
    Line {
        start: start + margin,
        end: start + margin + content.len(),
        indent: code.chars().take_while(|c| c.is_whitespace()).map(width).sum(),
        word,
        second,
        brackets: brackets(content),
        doc,
    }
}

/// How many columns a character of the margin takes.
pub(super) fn width(c: char) -> usize {
    if c == '\t' { 4 } else { 1 }
}

/// Returns the first two words, folded, an apostrophe joining (`s'applique`).
fn first_words(content: &str) -> (CompactString, CompactString) {
    let first = word(content);
    let rest = content.get(first.len()..).unwrap_or("").trim_start();
    let second = if first.is_empty() { "" } else { word(rest) };
    (folded(first), folded(second))
}

/// Folds a word; most are written as they are folded.
pub(super) fn folded(word: &str) -> CompactString {
    let plain = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
    if word.bytes().all(plain) { word.into() } else { fold(word).as_str().into() }
}

pub(super) fn word(text: &str) -> &str {
    if !text.starts_with(is_word_start) {
        return "";
    }
    let end = text.find(|c: char| !is_word(c) && c != '\'' && c != '’').unwrap_or(text.len());
    // Only a first word of 60 characters can be a keyword; a huge one is not copied about.
    let written = text.get(..end).unwrap_or("");
    let longest = if end > 60 { written.char_indices().nth(60) } else { None };
    written.get(..longest.map_or(end, |(at, _)| at)).unwrap_or("")
}

pub(super) fn is_word_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

pub(super) fn is_word(c: char) -> bool {
    c.is_alphabetic() || c.is_ascii_digit() || c == '_' || canonical_mark(c)
}

fn canonical_mark(c: char) -> bool {
    // The first of them is U+0300.
    c >= '\u{300}' && unicode_normalization::char::canonical_combining_class(c) != 0
}

fn brackets(content: &str) -> i32 {
    let weight = |(_, sign)| match sign {
        b'(' | b'{' => 1,
        b')' | b'}' => -1,
        _ => 0,
    };
    signs(content).map(weight).sum()
}

// ------------------------------------------------------------------ blocks

/// How the lines of a chunk open blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// A clause keyword opens a block (criteria, families, definitions, tables…).
    Clauses,
    /// `name :` opens a field, its marks follow.
    Fields,
    /// Each line is one (guarantees, examples).
    Entries,
}

/// Cuts the lines of a chunk, or of a part of one, into blocks.
pub(super) fn blocks(text: &str, lines: &[Line], style: Style) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut depth = 0;
    // The indentation of the first line under the head; entries have no head.
    let base = match style {
        Style::Entries => lines.first(),
        Style::Clauses | Style::Fields => lines.iter().skip(1).find(|line| !line.is_row(text)),
    }
    .map_or(0, |line| line.indent);
    for line in lines {
        match blocks.last_mut() {
            Some(block) if !opens(text, block, line, Cut { style, base, depth }) => {
                block.end = line.end;
                depth = (depth + line.brackets).max(0);
            }
            _ => {
                depth = line.brackets.max(0);
                blocks.push(Block { start: line.start, end: line.end, head: line.clone() });
            }
        }
    }
    blocks
}

#[derive(Clone, Copy)]
struct Cut {
    style: Style,
    base: usize,
    depth: i32,
}

/// Tells whether a line opens a block rather than continues the one before.
fn opens(text: &str, block: &Block, line: &Line, cut: Cut) -> bool {
    if line.is_row(text) {
        return true;
    }
    if cut.depth > 0 {
        return false;
    }
    match cut.style {
        Style::Clauses => {
            opens_clause(block, line)
                || &*block.head.word != "definition"
                    && line.indent <= cut.base
                    && starts_afresh(text, line)
                    && !is_left_open(text, block)
        }
        Style::Fields => is_field(text, line) || line.indent <= cut.base && !is_mark(&line.word),
        Style::Entries => {
            line.indent <= cut.base && !continues(text, line) && !is_left_open(text, block)
        }
    }
}

/// Tells whether a folded word opens a mark of a field.
pub(super) fn is_mark(word: &str) -> bool {
    MARKS.contains(&word)
}

const MARKS: &[&str] = &[
    "partage",
    "facultatif",
    "sensible",
    "protege",
    "unique",
    "cerfa",
    "levier",
    "source",
    "fondement",
    "hypothese",
];

/// Words that open a clause at the start of a line.
fn opens_clause(block: &Block, line: &Line) -> bool {
    match (&*line.word, &*line.second) {
        // Deeper than the points it conditions, `si` belongs to their line.
        ("si", _) => {
            !(matches!(&*block.head.word, "donne" | "retire") && line.indent > block.head.indent)
        }
        (
            "donne" | "retire" | "exige" | "avec" | "source" | "fondement" | "dit" | "hypothese"
            | "relu" | "plafond" | "plancher" | "critere",
            _,
        )
        | ("sauf", "si")
        | ("au", "moins" | "plus")
        | ("sinon", "dit")
        | ("en", "vigueur") => true,
        _ => false,
    }
}

/// A word that is not the rest of a sentence.
fn starts_afresh(text: &str, line: &Line) -> bool {
    !line.word.is_empty() && !is_continuation(text, line)
}

const CONTINUATIONS: &[&str] = &[
    "et",
    "ou",
    "non",
    "alors",
    "parmi",
    "entre",
    "est",
    "n'est",
    "en",
    "croissant",
    "decroissant",
    "retient",
    "a",
    "tel",
    "pour",
    "liste",
    "sauf",
    "par",
    "les",
    "tous",
];

/// Tells whether the first word goes on with what precedes, rather than being a name.
fn is_continuation(text: &str, line: &Line) -> bool {
    if !CONTINUATIONS.contains(&&*line.word) || &*line.second == "selon" {
        return false;
    }
    let written = line.text(text);
    let rest = written.get(word(written).len()..).unwrap_or("");
    let named = rest.starts_with('.')
        || rest.trim_start().starts_with(['=', ':'])
        || &*line.word == "tous" && rest.trim_start().starts_with('(');
    // `a` without its accent is a likelier name than « à » at the start of a line.
    !named && (&*line.word != "a" || written.starts_with(['à', 'À']))
}

fn continues(text: &str, line: &Line) -> bool {
    if line.word.is_empty() {
        let first = line.first_char(text).unwrap_or(' ');
        return "+×*/÷=<>≤≥≠);:}".contains(first);
    }
    !matches!(&*line.word, "non" | "croissant" | "decroissant") && is_continuation(text, line)
}

/// Tells whether a block ends on a sign or a word that asks for more.
fn is_left_open(text: &str, block: &Block) -> bool {
    let so_far = text.get(block.start..block.end).unwrap_or("").trim_end();
    if so_far.ends_with(['+', '-', '−', '×', '*', '/', '÷', '=', '<', '>', '≤', '≥', '≠', ';', ':'])
    {
        return true;
    }
    let last = so_far.rsplit(|c: char| !is_word(c)).next().unwrap_or("");
    last.len() < 12 && OPEN_ENDS.contains(&fold(last).as_str())
}

const OPEN_ENDS: &[&str] = &["et", "ou", "si", "parmi", "entre", "de", "est", "alors", "selon"];

fn is_field(text: &str, line: &Line) -> bool {
    let content = line.text(text);
    let name = content.find(|c: char| !is_word(c)).unwrap_or(content.len());
    name > 0 && content.get(name..).unwrap_or("").trim_start().starts_with(':')
}
