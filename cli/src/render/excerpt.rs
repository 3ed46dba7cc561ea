//! The lines around a diagnostic's places.
//!
//! Only the lines that matter are given to the drawing: a file of a hundred thousand lines costs no
//! more than a small one. Places far apart are shown apart.

use super::diagnostics::safe;
use annotate_snippets::{Annotation, AnnotationKind, Element, Origin, Snippet};
use source::{Diagnostic, FileId, SourceFile, Sources, Span};
use std::ops::Range;

/// A line longer than this is not shown: the excerpt would hide the message.
const LONGEST_LINE: usize = 1_000;

/// Places this many lines apart are shown apart.
const FAR: usize = 50;

/// A place with more lines than this is shown by its first line alone: a whole declaration
/// underlined says no more than its beginning.
const MOST_LINES: usize = 6;

/// A place of a diagnostic in one file.
struct Mark<'d> {
    rank: Rank,
    bytes: Range<usize>,
    text: &'d str,
}

/// Whether a place is the one to mend.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Primary,
    Other,
}

/// Returns the excerpts of a diagnostic, that of its primary place first.
pub fn elements<'s>(diagnostic: &'s Diagnostic, sources: &'s Sources) -> Vec<Element<'s>> {
    let mut elements = Vec::new();
    for id in files(diagnostic) {
        let Some(file) = sources.get(id) else { continue };
        for window in windows(marks(diagnostic, id, file), file) {
            elements.push(element(&window, file));
        }
    }
    elements
}

/// Returns the files that a diagnostic speaks of, the primary place's first.
fn files(diagnostic: &Diagnostic) -> Vec<FileId> {
    let mut files = vec![diagnostic.primary.file];
    for label in &diagnostic.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
}

/// Returns the places of a diagnostic in one file, in order.
fn marks<'d>(diagnostic: &'d Diagnostic, id: FileId, file: &SourceFile) -> Vec<Mark<'d>> {
    let primary = (Rank::Primary, diagnostic.primary, diagnostic.primary_label.as_str());
    let labels = diagnostic.labels.iter().map(|it| (Rank::Other, it.span, it.text.as_str()));
    let mut marks: Vec<Mark<'d>> = std::iter::once(primary)
        .chain(labels)
        .filter(|(_, span, _)| span.file == id)
        .map(|(rank, span, text)| Mark { rank, bytes: bytes(span, &file.text), text })
        .collect();
    marks.sort_by_key(|mark| mark.bytes.start);
    marks
}

/// Parts places that are far apart, the primary's part first.
fn windows<'d>(marks: Vec<Mark<'d>>, file: &SourceFile) -> Vec<Vec<Mark<'d>>> {
    let mut windows: Vec<Vec<Mark<'d>>> = Vec::new();
    let mut reached = 0;
    for mark in marks {
        let is_near = line(file, mark.bytes.start) <= reached + FAR;
        reached = reached.max(line(file, mark.bytes.end));
        match windows.last_mut() {
            Some(window) if is_near => window.push(mark),
            Some(_) | None => windows.push(vec![mark]),
        }
    }
    windows.sort_by_key(|window| window.iter().map(|mark| mark.rank).min());
    windows
}

fn element<'s>(window: &[Mark<'s>], file: &'s SourceFile) -> Element<'s> {
    let start = window.iter().map(|mark| mark.bytes.start).min().unwrap_or(0);
    let end = window.iter().map(|mark| mark.bytes.end).max().unwrap_or(0);
    let lines = lines(&file.text, start..end);
    let shown = file.text.get(lines.clone()).unwrap_or("");
    let path = safe(&file.path);
    if shown.is_empty() || shown.lines().any(|line| line.len() > LONGEST_LINE) {
        let start = window.iter().min_by_key(|mark| mark.rank).map_or(start, |it| it.bytes.start);
        let at = file.line_column(offset(start));
        return Origin::path(path).line(at.line).char_column(at.column).into();
    }
    let annotations = window.iter().map(|mark| annotation(mark, lines.start));
    Snippet::source(shown)
        .line_start(line(file, lines.start))
        .path(path)
        .annotations(annotations)
        .into()
}

fn annotation<'s>(mark: &Mark<'s>, origin: usize) -> Annotation<'s> {
    let kind = match mark.rank {
        Rank::Primary => AnnotationKind::Primary,
        Rank::Other => AnnotationKind::Context,
    };
    let annotation = kind.span(mark.bytes.start - origin..mark.bytes.end - origin);
    if mark.text.is_empty() { annotation } else { annotation.label(safe(mark.text)) }
}

fn line(file: &SourceFile, byte: usize) -> usize {
    file.line_column(offset(byte)).line
}

fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

/// Returns the bytes of a span, inside its text and at the boundaries of characters.
fn bytes(span: Span, text: &str) -> Range<usize> {
    let boundary = |at: u32| floor(text, usize::try_from(at).unwrap_or(usize::MAX));
    let (start, end) = (boundary(span.start), boundary(span.end));
    let content = text.get(start..end).unwrap_or("");
    let kept = if content.lines().nth(MOST_LINES).is_some() {
        content.lines().next().unwrap_or("")
    } else {
        content
    };
    start..start + kept.trim_end().len()
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Returns the whole lines that a range touches.
fn lines(text: &str, range: Range<usize>) -> Range<usize> {
    let before = text.get(..range.start).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let after = text.get(range.end..).unwrap_or("");
    start..after.find('\n').map_or(text.len(), |at| range.end + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use source::code;

    fn drawn(text: &str, primary: Range<usize>, other: Option<Range<usize>>) -> usize {
        let mut sources = Sources::default();
        let id = sources.add(SourceFile::new("a.bareme", text));
        let mut diagnostic =
            Diagnostic::new(code::SYNTAX, Span::new(id, primary.start, primary.end), "ici");
        if let Some(other) = other {
            diagnostic = diagnostic.with_label(Span::new(id, other.start, other.end), "là");
        }
        elements(&diagnostic, &sources).len()
    }

    #[test]
    fn near_places_share_an_excerpt_and_far_ones_do_not() {
        let text = "ligne\n".repeat(200);
        assert_eq!(drawn(&text, 0..5, Some(12..17)), 1);
        assert_eq!(drawn(&text, 0..5, Some(600..605)), 2);
        assert_eq!(drawn(&text, 600..605, Some(0..5)), 2);
    }

    #[test]
    fn a_place_stays_inside_its_text() {
        let span = |start, end| Span::new(FileId(0), start, end);
        assert_eq!(bytes(span(2, 900), "été\n"), 2..5);
        assert_eq!(bytes(span(1, 5), "été\n"), 0..5);
        assert_eq!(lines("a\nbc\nd", 2..3), 2..4);
        assert_eq!(lines("", 0..0), 0..0);
    }

    #[test]
    fn a_long_place_is_its_first_line() {
        let text = "tête\n".repeat(10);
        assert_eq!(bytes(Span::new(FileId(0), 0, text.len()), &text), 0..5);
    }
}
