//! The text that is parsed, and the way back from each of its bytes to the author's file.
//!
//! The parsed text is NFC, without byte order mark and without the invisible characters that are
//! refused (each of them is a diagnostic, then set aside, so that it hides nothing else).
//! Invariant: every place in a diagnostic or a tree is a range of bytes of the file as read.

use source::{Diagnostic, FileId, Span, code};
use std::cell::Cell;
use std::iter::Peekable;
use std::str::CharIndices;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Forbidden characters are reported once a line, and no more than this often in a file.
const MAX_REPORTS: usize = 50;

/// Broken blocks of a file beyond this many get no suggestion that is tried first.
const MAX_REPAIRS: u32 = 40;

/// A cleaned text and its map to the original.
#[derive(Debug)]
pub(super) struct Original {
    /// The file.
    pub(super) file: FileId,
    /// The cleaned text.
    pub(super) text: String,
    /// How many broken blocks may still be mended: a file of nothing else must end at once.
    pub(super) repairs: Cell<u32>,
    steps: Vec<Step>,
}

/// From `clean` on, both offsets advance together, until the next step.
#[derive(Debug)]
struct Step {
    clean: usize,
    original: usize,
}

impl Original {
    /// Cleans a text that starts `offset` bytes into its file. Errors: `E0108`.
    pub(super) fn clean(file: FileId, text: &str, offset: usize) -> (Self, Vec<Diagnostic>) {
        let mut cleaner = Cleaner {
            out: String::with_capacity(text.len()),
            steps: vec![Step { clean: 0, original: offset }],
            faults: Vec::new(),
            line_reported: false,
            file,
            offset,
        };
        let body = text.strip_prefix('\u{feff}');
        if body.is_some() {
            cleaner.step(3);
        }
        let skipped = text.len() - body.map_or(text.len(), str::len);
        cleaner.read(body.unwrap_or(text), skipped);
        (
            Self { file, text: cleaner.out, repairs: Cell::new(MAX_REPAIRS), steps: cleaner.steps },
            cleaner.faults,
        )
    }

    /// Returns the place in the file of a range of the cleaned text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.file, self.original(start), self.original(end.max(start)))
    }

    fn original(&self, clean: usize) -> usize {
        let after = self.steps.partition_point(|step| step.clean <= clean);
        self.steps
            .get(after.saturating_sub(1))
            .map_or(clean, |step| step.original + clean.saturating_sub(step.clean))
    }
}

struct Cleaner {
    out: String,
    steps: Vec<Step>,
    faults: Vec<Diagnostic>,
    line_reported: bool,
    file: FileId,
    offset: usize,
}

impl Cleaner {
    /// Reads a text that starts after some bytes of what was given.
    fn read(&mut self, text: &str, skipped: usize) {
        if text.chars().all(is_plain) {
            self.out.push_str(text);
            return;
        }
        let composed = is_nfc_quick(text.chars()) == IsNormalized::Yes;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let at = at + skipped;
            if is_forbidden(c, &mut chars) {
                self.refuse(at, c);
            } else if composed || !starts_cluster(&mut chars) {
                self.keep(c);
            } else {
                self.compose(at, c, &mut chars);
            }
        }
    }

    fn keep(&mut self, c: char) {
        if c == '\n' {
            self.line_reported = false;
        }
        self.out.push(c);
    }

    /// Says that what follows in the clean text stands at `at` in the original.
    fn step(&mut self, at: usize) {
        self.steps.push(Step { clean: self.out.len(), original: at + self.offset });
    }

    fn refuse(&mut self, at: usize, c: char) {
        let place = at + self.offset;
        let span = Span::new(self.file, place, place + c.len_utf8());
        if !self.line_reported && self.faults.len() < MAX_REPORTS {
            self.faults.push(
                Diagnostic::new(
                    code::BAD_CHARACTER,
                    span,
                    format!("caractère interdit : {} (U+{:04X})", french_name(c), u32::from(c)),
                )
                .with_help("supprimez ce caractère, souvent venu d'un copier-coller")
                .with_edit(span, ""),
            );
        }
        self.line_reported = true;
        if c == '\r' {
            self.keep('\n');
        }
        self.step(at + c.len_utf8());
    }

    /// Composes a letter with the marks that follow it.
    fn compose(&mut self, at: usize, first: char, chars: &mut Peekable<CharIndices<'_>>) {
        let mut cluster = String::from(first);
        while let Some(mark) = chars.next_if(|(_, c)| continues_cluster(*c)) {
            cluster.push(mark.1);
        }
        self.out.extend(cluster.nfc());
        self.step(at + cluster.len());
    }
}

/// Tells whether a character stays as it is wherever it stands: most do.
fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~' | '\n' | '\t' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}')
        || !c.is_ascii()
            && !is_forbidden(c, &mut "".char_indices().peekable())
            && !continues_cluster(c)
}

fn starts_cluster(chars: &mut Peekable<CharIndices<'_>>) -> bool {
    chars.peek().is_some_and(|(_, next)| continues_cluster(*next))
}

fn continues_cluster(c: char) -> bool {
    canonical_combining_class(c) != 0 || is_nfc_quick(std::iter::once(c)) != IsNormalized::Yes
}

/// Tells whether a character is invisible, or changes how the rest is read.
fn is_forbidden(c: char, following: &mut Peekable<CharIndices<'_>>) -> bool {
    match c {
        '\n' | '\t' => false,
        '\r' => following.peek().is_none_or(|(_, next)| *next != '\n'),
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{feff}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{3164}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control(),
    }
}

fn french_name(c: char) -> &'static str {
    match c {
        '\0' => "caractère nul",
        '\r' => "retour chariot seul",
        '\u{ad}' => "tiret conditionnel",
        '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => "espace de largeur nulle",
        '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            "changement du sens de lecture"
        }
        other if other.is_control() => "caractère de contrôle",
        _ => "caractère invisible",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn places_survive_composition_and_removal() {
        let text = "\u{feff}crite\u{300}re\u{200b} a\r\n";
        let (clean, faults) = Original::clean(FileId(0), text, 10);
        assert_eq!(clean.text, "critère a\r\n");
        let place = |needle: &str| {
            let at = clean.text.find(needle).unwrap();
            let span = clean.span(at, at + needle.len());
            text.get(span.start as usize - 10..span.end as usize - 10).unwrap()
        };
        assert_eq!(place("è"), "e\u{300}");
        assert_eq!(place("a\r"), "a\r");
        assert_eq!(faults.len(), 1);
        assert_eq!(faults.first().unwrap().code, code::BAD_CHARACTER);
    }

    #[test]
    fn a_plain_character_is_neither_forbidden_nor_composed() {
        let plain = |c: &char| is_plain(*c);
        for c in ('\0'..=char::MAX).filter(plain) {
            assert!(!is_forbidden(c, &mut "".char_indices().peekable()), "{c:?}");
            assert!(!continues_cluster(c), "{c:?}");
        }
    }

    #[test]
    fn a_file_of_nuls_is_a_few_diagnostics() {
        let (clean, faults) = Original::clean(FileId(0), &"\0\n".repeat(10_000), 0);
        assert_eq!(clean.text.len(), 10_000);
        assert_eq!(faults.len(), MAX_REPORTS);
    }
}
