//! The words of a line, with one space where one is due.

use crate::syntax::outline::{Word, WordKind};

/// Joins words.
pub(super) fn joined(words: &[Word]) -> String {
    let mut out = String::new();
    let mut before: Option<WordKind> = None;
    for word in words {
        if before.is_some_and(|before| is_apart(before, word.kind)) {
            out.push(' ');
        }
        out.push_str(&word.text);
        before = Some(word.kind);
    }
    out
}

fn is_apart(before: WordKind, word: WordKind) -> bool {
    let touches = matches!(before, WordKind::Call | WordKind::Leading)
        || matches!(word, WordKind::Call | WordKind::Closing);
    !touches
}
