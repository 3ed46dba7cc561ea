//! Marks: what is told, and where, as a line under the line it is about.
//!
//! ```text
//! critère loin "J'habite loin"
//!   donne 10 km
//! #       ^^^^^ E0302: attendu des points
//! ```
//!
//! The carets stand under the place, column by column. `#` may open the line; it is left out when the
//! place begins in the first column. `|` marks an empty place before its column; `…` after the
//! carets, a place that goes on past its line. What follows the code is a part of the message.
//! A place that cannot be marked (a whole file, a line that the harness wrote) is named at the head of
//! the section: `# fichier recueil.yaml E0901: …`.

use source::{Code, Severity};
use std::fmt;

/// A place of a part of a section.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A whole file, or a line that the section does not write.
    File(String),
    /// A place on a line of a part.
    Line {
        /// The part, by rank in the section.
        part: usize,
        /// The line, from 0 in the part, marks left out.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// How far it goes.
        extent: Extent,
    },
}

/// How far a place goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Extent {
    /// Nowhere: between two characters.
    Empty,
    /// Some columns of its line.
    Columns(usize),
    /// Some columns, to the end of its line, and further.
    PastLine(usize),
}

/// What a section says it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The code.
    pub code: String,
    /// Where.
    pub place: Place,
    /// A part of the message, possibly empty.
    pub says: String,
}

/// What a section is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The code.
    pub code: Code,
    /// Where.
    pub place: Place,
    /// The message.
    pub message: String,
}

impl Finding {
    /// Returns its severity.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// Tells whether a mark is about it.
    pub fn is_marked_by(&self, mark: &Mark) -> bool {
        self.code.0 == mark.code
            && self.place == mark.place
            && self.message.contains(mark.says.as_str())
    }

    /// Makes the mark that says all of it.
    pub fn mark(&self) -> Mark {
        Mark { code: self.code.0.to_owned(), place: self.place.clone(), says: self.message.clone() }
    }
}

/// Reads a line as a mark. Shape: its column, its extent, its code, its part of the message.
pub fn read(line: &str) -> Option<(usize, Extent, &str, &str)> {
    let rest = line.strip_prefix('#').unwrap_or(line);
    let signs = rest.trim_start_matches(' ');
    let column = line.chars().count() - signs.chars().count() + 1;
    let (extent, told) = match signs.strip_prefix("| ") {
        Some(told) => (Extent::Empty, told),
        None => {
            let (carets, told) = signs.split_once(' ')?;
            let width = carets.chars().take_while(|&sign| sign == '^').count();
            match carets.trim_start_matches('^') {
                "" if width > 0 => (Extent::Columns(width), told),
                "…" if width > 0 => (Extent::PastLine(width), told),
                _ => return None,
            }
        }
    };
    let (code, says) = told.split_once(": ").unwrap_or((told, ""));
    is_code(code).then_some((column, extent, code, says))
}

/// Reads a line of a section's head. Shape: the file, the code, the part of the message.
pub fn read_file(line: &str) -> Option<Mark> {
    let (path, told) = line.strip_prefix("# fichier ")?.split_once(' ')?;
    let (code, says) = told.split_once(": ").unwrap_or((told, ""));
    let place = Place::File(path.to_owned());
    is_code(code).then(|| Mark { code: code.to_owned(), place, says: says.to_owned() })
}

/// Tells whether a word is a diagnostic code.
pub fn is_code(word: &str) -> bool {
    let mut signs = word.chars();
    matches!(signs.next(), Some('E' | 'W' | 'N'))
        && word.len() == 5
        && signs.all(|sign| sign.is_ascii_digit())
}

/// Writes a mark as the line that reads so.
impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(path) => write!(f, "# fichier {path} {}", self.code)?,
            Place::Line { column, extent, .. } => {
                if *column > 1 {
                    write!(f, "#{}", " ".repeat(column - 2))?;
                }
                let signs = match *extent {
                    Extent::Empty => "|".to_owned(),
                    Extent::Columns(width) => "^".repeat(width),
                    Extent::PastLine(width) => format!("{}…", "^".repeat(width)),
                };
                write!(f, "{signs} {}", self.code)?;
            }
        }
        if self.says.is_empty() { Ok(()) } else { write!(f, ": {}", self.says) }
    }
}
