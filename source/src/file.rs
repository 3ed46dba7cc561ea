//! Source files and the places inside them.
//!
//! A [`Span`] is a range of bytes of one file; lines and columns are computed only when shown.

use std::sync::{Arc, OnceLock};

/// Identifies one file of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// A range of bytes of one source file, end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// Makes a span; an end before the start is clamped to it.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX).max(start);
        Self { file, start, end }
    }

    /// Returns the smallest span that covers both (same file; otherwise `self`).
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file == other.file {
            Self {
                file: self.file,
                start: self.start.min(other.start),
                end: self.end.max(other.end),
            }
        } else {
            self
        }
    }

    /// Returns the empty span at its start.
    #[must_use]
    pub fn head(self) -> Self {
        Self { end: self.start, ..self }
    }
}

/// A line and a column, both counted from 1; the column counts Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// One source text with its path relative to the recueil.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the recueil's root, with `/`.
    pub path: String,
    /// The text as read (BOM included when there was one).
    pub text: String,
    /// The first byte of each line, from the first time that a place is told.
    line_starts: OnceLock<Box<[u32]>>,
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path && self.text == other.text
    }
}

impl Eq for SourceFile {}

impl SourceFile {
    /// Makes a source file.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), line_starts: OnceLock::new() }
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let after = |(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX);
            std::iter::once(0).chain(self.text.match_indices('\n').map(after)).collect()
        })
    }

    /// Returns the line and column of a byte offset; past the end, the end's.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let offset = (offset as usize).min(self.text.len());
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start as usize <= offset).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0) as usize;
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count()) + 1;
        LineColumn { line, column }
    }

    /// Returns the bytes from a line and a column, counted from 1, to the end of that line; zero
    /// counts as one.
    pub fn to_line_end(&self, line: usize, column: usize) -> std::ops::Range<usize> {
        let start = self.line_starts().get(line.saturating_sub(1)).copied();
        let start = start.map_or(self.text.len(), |start| start as usize);
        let content = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or("");
        let skipped = content.chars().take(column.saturating_sub(1)).map(char::len_utf8);
        start + skipped.sum::<usize>()..start + content.len()
    }

    /// Returns the text of a span of this file, empty when out of range.
    pub fn excerpt(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }
}

/// All the source files of one recueil.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Arc<SourceFile>>,
}

impl Sources {
    /// Adds a file and returns its id.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(Arc::new(file));
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// Returns a file by id.
    pub fn get(&self, id: FileId) -> Option<&Arc<SourceFile>> {
        self.files.get(id.0 as usize)
    }

    /// Iterates over the files with their ids, in order of addition.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Arc<SourceFile>)> {
        (0u32..).map(FileId).zip(&self.files)
    }

    /// Returns the text under a span, empty when unknown.
    pub fn excerpt(&self, span: Span) -> &str {
        self.get(span.file).map_or("", |file| file.excerpt(span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_a_line_starts_at_a_character() {
        let file = SourceFile::new("a.rhai", "un\nété deux\ntrois");
        let rest = |line, column| file.text.get(file.to_line_end(line, column));
        assert_eq!(rest(2, 5), Some("deux"));
        assert_eq!(rest(2, 0), Some("été deux"));
        assert_eq!(rest(0, 0), Some("un"));
        assert_eq!(rest(3, 99), Some(""));
        assert_eq!(rest(9, 1), Some(""));
    }
}
