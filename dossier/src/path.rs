//! Where in a dossier: `candidats[2].foyer.revenus`, counted from zero.
//!
//! A path is a chain of borrowed steps, so that walking ten thousand candidates allocates nothing
//! until there is an error to report.

use crate::limits;

/// A step after its parents.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Path<'a> {
    /// The dossier itself.
    Root,
    /// A key of a map.
    Key(&'a Self, &'a str),
    /// An item of a list.
    Index(&'a Self, usize),
}

impl<'a> Path<'a> {
    /// Returns the path of a key.
    pub(crate) fn key(&'a self, key: &'a str) -> Self {
        Path::Key(self, key)
    }

    /// Returns the path of an item.
    pub(crate) fn index(&'a self, index: usize) -> Self {
        Path::Index(self, index)
    }
}

impl std::fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Key(Path::Root, key) => f.write_str(&word(key)),
            Path::Key(parent, key) => write!(f, "{parent}.{}", word(key)),
            Path::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// Returns an author's word fit for one line of a message: shortened, without control characters.
pub(crate) fn word(text: &str) -> String {
    let mut out: String = text
        .chars()
        .take(limits::QUOTED_CHARACTERS)
        .map(|c| if c.is_control() || is_invisible(c) { '\u{fffd}' } else { c })
        .collect();
    if text.chars().nth(limits::QUOTED_CHARACTERS).is_some() {
        out.push('…');
    }
    out
}

/// Tells whether a character hides or turns the text around it.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
