//! JSON with places and raw numbers, which `serde_json` gives only through features that would
//! change numbers for the whole workspace.
//!
//! The walk is a loop over one cursor; nesting lives in the builder's stack.

use crate::builder::{Builder, Stop};
use crate::node::{Place, Scalar};

/// Reads one JSON value.
pub(crate) fn read(text: &str) -> Result<Builder, Stop> {
    let mut reader = Reader { cursor: Cursor::new(text), builder: Builder::default() };
    reader.document()?;
    Ok(reader.builder)
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    builder: Builder,
}

/// What the grammar allows next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Due {
    /// A value.
    Value,
    /// A value, or the end of the list just opened.
    ValueOrEnd,
    /// A key.
    Key,
    /// A key, or the end of the map just opened.
    KeyOrEnd,
    /// `,`, or the end of the open list or map, or of the text.
    CommaOrEnd,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<(), Stop> {
        let mut open: Vec<u8> = Vec::new();
        let mut due = Due::Value;
        loop {
            self.cursor.skip_space();
            let Some(byte) = self.cursor.peek() else {
                let done = due == Due::CommaOrEnd && open.is_empty();
                return if done { Ok(()) } else { Err(self.malformed("texte inachevé")) };
            };
            let place = self.cursor.place;
            due = match (due, byte) {
                (Due::Value | Due::ValueOrEnd, b'{') => {
                    self.cursor.advance();
                    self.builder.open_map(place, 0)?;
                    open.push(b'}');
                    Due::KeyOrEnd
                }
                (Due::Value | Due::ValueOrEnd, b'[') => {
                    self.cursor.advance();
                    self.builder.open_list(place, 0)?;
                    open.push(b']');
                    Due::ValueOrEnd
                }
                (Due::ValueOrEnd | Due::KeyOrEnd | Due::CommaOrEnd, b'}' | b']')
                    if open.last() == Some(&byte) =>
                {
                    self.cursor.advance();
                    self.builder.close()?;
                    open.pop();
                    Due::CommaOrEnd
                }
                (Due::Value | Due::ValueOrEnd, _) => {
                    let scalar = self.scalar()?;
                    self.builder.scalar(scalar, place, 0)?;
                    Due::CommaOrEnd
                }
                (Due::Key | Due::KeyOrEnd, b'"') => {
                    let key = self.string()?;
                    self.builder.scalar(Scalar::quoted(key), place, 0)?;
                    self.cursor.skip_space();
                    if self.cursor.peek() != Some(b':') {
                        return Err(self.malformed("« : » attendu après la clé"));
                    }
                    self.cursor.advance();
                    Due::Value
                }
                (Due::CommaOrEnd, b',') => {
                    self.cursor.advance();
                    match open.last() {
                        Some(b'}') => Due::Key,
                        Some(_) => Due::Value,
                        None => return Err(self.malformed("un seul dossier par texte")),
                    }
                }
                (Due::Key | Due::KeyOrEnd | Due::CommaOrEnd, _) => {
                    return Err(self.malformed("JSON mal formé"));
                }
            };
        }
    }

    fn scalar(&mut self) -> Result<Scalar, Stop> {
        match self.cursor.peek() {
            Some(b'"') => self.string().map(Scalar::quoted),
            Some(_) | None => {
                let word = self.cursor.take_word();
                let known = matches!(word, "true" | "false" | "null") || is_number(word);
                if known { Ok(Scalar::plain(word)) } else { Err(self.malformed("JSON mal formé")) }
            }
        }
    }

    fn string(&mut self) -> Result<String, Stop> {
        self.cursor.advance();
        let mut out = String::new();
        loop {
            out.push_str(self.cursor.take_plain_text());
            match self.cursor.peek() {
                Some(b'"') => {
                    self.cursor.advance();
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.cursor.advance();
                    match self.escape() {
                        Some(c) => out.push(c),
                        None => return Err(self.malformed("échappement inconnu")),
                    }
                }
                Some(_) => return Err(self.malformed("caractère de contrôle dans un texte")),
                None => return Err(self.malformed("texte non fermé")),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let byte = self.cursor.peek()?;
        self.cursor.advance();
        match byte {
            b'"' => Some('"'),
            b'\\' => Some('\\'),
            b'/' => Some('/'),
            b'b' => Some('\u{8}'),
            b'f' => Some('\u{c}'),
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            b'u' => self.unicode_escape(),
            _ => None,
        }
    }

    fn unicode_escape(&mut self) -> Option<char> {
        let first = self.cursor.take_hex4()?;
        if !(0xd800..0xdc00).contains(&first) {
            return char::from_u32(first);
        }
        for expected in [b'\\', b'u'] {
            if self.cursor.peek()? != expected {
                return None;
            }
            self.cursor.advance();
        }
        let second = self.cursor.take_hex4()?;
        let low = second.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low)
    }

    fn malformed(&mut self, message: &str) -> Stop {
        let place = self.cursor.place;
        self.builder.syntax(message, place)
    }
}

/// Tells whether a word is a JSON number.
fn is_number(word: &str) -> bool {
    let rest = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (rest, None),
    };
    let (int, frac) = match mantissa.split_once('.') {
        Some((int, frac)) => (int, Some(frac)),
        None => (mantissa, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(int)
        && (int == "0" || !int.starts_with('0'))
        && frac.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

/// A position in the text that knows its line and column.
struct Cursor<'a> {
    text: &'a str,
    at: usize,
    place: Place,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, place: Place::START }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn advance(&mut self) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        if byte == b'\n' {
            self.place = Place { line: self.place.line.saturating_add(1), column: 1 };
        } else if byte & 0xc0 != 0x80 {
            self.place.column = self.place.column.saturating_add(1);
        }
    }

    fn take_while(&mut self, accepts: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&accepts) {
            self.advance();
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn skip_space(&mut self) {
        self.take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    }

    fn take_word(&mut self) -> &'a str {
        self.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'))
    }

    fn take_plain_text(&mut self) -> &'a str {
        self.take_while(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\')
    }

    fn take_hex4(&mut self) -> Option<u32> {
        let start = self.at;
        for _ in 0..4 {
            self.peek().filter(u8::is_ascii_hexdigit)?;
            self.advance();
        }
        u32::from_str_radix(self.text.get(start..self.at)?, 16).ok()
    }
}
