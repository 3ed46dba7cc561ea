//! Changes made to a text, as a hand, a program or a malicious mind would make them.
//!
//! Most work on tokens and lines, so that what comes out is nearly right and goes deep; some on bytes.

use crate::generate::Choices;
use std::ops::Range;

/// Words and texts that changes bring.
pub struct Stock<'s> {
    /// Words of the language.
    pub words: &'s [String],
    /// Another text of the same kind.
    pub other: &'s [u8],
}

/// A kind of change.
#[derive(Clone, Copy, Debug)]
enum Change {
    DropLines,
    RepeatLines,
    SwapLines,
    BorrowLines,
    DropToken,
    RepeatToken,
    SwapTokens,
    CopyToken,
    BorrowToken,
    Word,
    Number,
    Strange,
    Indent,
    Truncate,
    Byte,
    Deepen,
}

/// Changes by how often they are made.
const CHANGES: [Change; 22] = [
    Change::CopyToken,
    Change::CopyToken,
    Change::CopyToken,
    Change::Number,
    Change::Number,
    Change::BorrowToken,
    Change::BorrowToken,
    Change::BorrowLines,
    Change::BorrowLines,
    Change::DropToken,
    Change::DropToken,
    Change::RepeatToken,
    Change::SwapTokens,
    Change::Word,
    Change::DropLines,
    Change::RepeatLines,
    Change::SwapLines,
    Change::Indent,
    Change::Strange,
    Change::Truncate,
    Change::Byte,
    Change::Deepen,
];

/// Numbers at the edges of what is counted, and others that rules compare with.
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "-1",
    "1,5",
    "30",
    "100",
    "101",
    "0,1",
    "33,33",
    "12",
    "365",
    "2019",
    "999999999999999999",
    "1000000000000000000",
    "170141183460469231731687303715884105727",
    "0,000000000001",
    "1 000 000",
    "007",
    "2020-02-29",
    "2019-02-29",
    "2019-12-31",
    "9999-12-31",
    "0001-01-01",
    "1e9",
    "1.5",
    "69386",
    "2A004",
];

/// Characters that hide, turn, combine, or resemble others; and those of the grammar.
const STRANGE: &[&str] = &[
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\u{0}",
    "\u{7f}",
    "\u{a0}",
    "\u{202f}",
    "\u{2028}",
    "\u{85}",
    "\u{301}",
    "\u{1f9d1}\u{200d}\u{1f33e}",
    "\u{430}",
    "\u{10ffff}",
    "ß",
    "ﬁ",
    "İ",
    "É",
    "œ",
    "\r",
    "\r\n",
    "\t",
    "\u{b}",
    "\"",
    "«",
    "»",
    "“",
    "”",
    "'",
    "’",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "|",
    "=>",
    "⇒",
    "=",
    "≠",
    "≤",
    "×",
    "÷",
    ":",
    ";",
    ",",
    ".",
    "#",
    "##",
    "\\",
    "&a ",
    "*a",
    "%",
    "€",
    "€/mois",
    "—",
    "…",
    "- ",
    "!!str ",
    "@",
];

/// How many changes are made, by how often: one alone goes deepest, none is for what is drawn beside.
const COUNTS: [usize; 8] = [0, 1, 1, 1, 1, 2, 3, 6];

/// Makes a few changes.
pub fn changed(text: &[u8], stock: &Stock<'_>, c: &mut Choices<'_>) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..c.pick(&COUNTS).copied().unwrap_or(1) {
        let change = c.pick(&CHANGES).copied().unwrap_or(Change::Byte);
        change.make(&mut text, stock, c);
    }
    text
}

impl Change {
    fn make(self, text: &mut Vec<u8>, stock: &Stock<'_>, c: &mut Choices<'_>) {
        let words: Vec<&str> = stock.words.iter().map(String::as_str).collect();
        match self {
            Self::DropLines => drop(text.splice(some_lines(text, c), [])),
            Self::RepeatLines => copy(text, some_lines(text, c), c),
            Self::SwapLines => swap(text, &lines(text), c),
            Self::BorrowLines => {
                let borrowed = stock.other.get(some_lines(stock.other, c)).unwrap_or_default();
                let at = c.pick(&lines(text)).map_or(0, |line| line.start);
                insert(text, at, borrowed);
            }
            Self::DropToken => drop(text.splice(some_token(text, c), [])),
            Self::RepeatToken => {
                let token = some_token(text, c);
                let copied = text.get(token.clone()).unwrap_or_default().to_vec();
                insert(text, token.end, &copied.repeat(1 + c.below(3)));
            }
            Self::SwapTokens => swap(text, &tokens(text), c),
            Self::CopyToken => {
                let copied = text.get(some_word(text, c)).unwrap_or_default().to_vec();
                drop(text.splice(some_word(text, c), copied));
            }
            Self::BorrowToken => {
                let borrowed = stock.other.get(some_word(stock.other, c)).unwrap_or_default();
                drop(text.splice(some_word(text, c), borrowed.iter().copied()));
            }
            Self::Word => put(text, &words, c),
            Self::Number => {
                let is_number =
                    |token: &Range<usize>| text.get(token.start).is_some_and(u8::is_ascii_digit);
                let numbers: Vec<Range<usize>> =
                    tokens(text).into_iter().filter(is_number).collect();
                let at = c.pick(&numbers).cloned().unwrap_or(0..0);
                drop(text.splice(at, c.word(NUMBERS).bytes()));
            }
            Self::Strange => put(text, STRANGE, c),
            Self::Indent => {
                let at = c.pick(&lines(text)).map_or(0, |line| line.start);
                let spaces =
                    text.get(at..).unwrap_or_default().iter().take_while(|it| **it == b' ');
                drop(text.splice(at..at + spaces.count(), b" ".repeat(c.below(7))));
            }
            Self::Truncate => text.truncate(c.below(text.len() + 1)),
            Self::Byte => {
                let at = c.below(text.len());
                if let Some(byte) = text.get_mut(at) {
                    *byte = u8::try_from(c.below(256)).unwrap_or(0);
                }
            }
            Self::Deepen => {
                let (open, close) =
                    [("(", ")"), ("[", "]"), ("{", "}"), ("non ", ""), ("a: ", "")][c.below(5)];
                let token = some_word(text, c);
                let depth = [3, 20, 64, 65, 300][c.below(5)];
                insert(text, token.end, close.repeat(depth).as_bytes());
                insert(text, token.start, open.repeat(depth).as_bytes());
            }
        }
    }
}

fn insert(text: &mut Vec<u8>, at: usize, what: &[u8]) {
    let at = at.min(text.len());
    drop(text.splice(at..at, what.iter().copied()));
}

/// Puts a word before a token, or in its place.
fn put(text: &mut Vec<u8>, words: &[&str], c: &mut Choices<'_>) {
    let token = some_token(text, c);
    let end = if c.often(50) { token.start } else { token.end };
    let word = c.pick(words).copied().unwrap_or_default();
    drop(text.splice(token.start..end, word.bytes()));
}

fn copy(text: &mut Vec<u8>, from: Range<usize>, c: &mut Choices<'_>) {
    let copied = text.get(from).unwrap_or_default().to_vec();
    let at = c.pick(&lines(text)).map_or(0, |line| line.start);
    insert(text, at, &copied);
}

fn swap(text: &mut Vec<u8>, parts: &[Range<usize>], c: &mut Choices<'_>) {
    let (Some(a), Some(b)) = (c.pick(parts).cloned(), c.pick(parts).cloned()) else { return };
    let (first, last) = if a.start <= b.start { (a, b) } else { (b, a) };
    let part = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default().to_vec();
    let (before, after) = (part(&first), part(&last));
    if first.end <= last.start {
        drop(text.splice(last, before));
        drop(text.splice(first, after));
    }
}

/// One to four lines.
fn some_lines(text: &[u8], c: &mut Choices<'_>) -> Range<usize> {
    let lines = lines(text);
    let first = c.below(lines.len());
    let last = (first + c.below(4)).min(lines.len().saturating_sub(1));
    let start = lines.get(first).map_or(0, |line| line.start);
    start..lines.get(last).map_or(start, |line| line.end)
}

fn some_token(text: &[u8], c: &mut Choices<'_>) -> Range<usize> {
    c.pick(&tokens(text)).cloned().unwrap_or(0..0)
}

/// A token that is not white.
fn some_word(text: &[u8], c: &mut Choices<'_>) -> Range<usize> {
    let words = tokens(text);
    let is_word = |token: &&Range<usize>| {
        text.get((*token).clone()).is_some_and(|it| !it.trim_ascii().is_empty())
    };
    let words: Vec<Range<usize>> = words.iter().filter(is_word).cloned().collect();
    c.pick(&words).cloned().unwrap_or(0..0)
}

/// The lines of a text, each with its end.
pub fn lines(text: &[u8]) -> Vec<Range<usize>> {
    parts(text, |before, _| before == b'\n')
}

/// The tokens of a text: words and numbers, spaces, and every other sign by itself.
pub fn tokens(text: &[u8]) -> Vec<Range<usize>> {
    parts(text, |before, after| kind(before) != kind(after) || kind(before) == Kind::Sign)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Space,
    Sign,
}

fn kind(byte: u8) -> Kind {
    match byte {
        b' ' => Kind::Space,
        b'_' | 128.. => Kind::Word,
        _ if byte.is_ascii_alphanumeric() => Kind::Word,
        _ => Kind::Sign,
    }
}

/// Cuts a text between the bytes that part it.
fn parts(text: &[u8], parted: impl Fn(u8, u8) -> bool) -> Vec<Range<usize>> {
    let pairs = text.windows(2).enumerate();
    let cuts = pairs.filter_map(|(at, pair)| match pair {
        [before, after] if parted(*before, *after) => Some(at + 1),
        _ => None,
    });
    let mut start = 0;
    let mut parts: Vec<Range<usize>> = Vec::new();
    for end in cuts.chain([text.len()]) {
        if end > start {
            parts.push(start..end);
        }
        start = end;
    }
    parts
}
