//! Diagnostics with their excerpts, drawn in the manner of compilers.

use super::words;
use crate::recueil::Recueil;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use source::{Diagnostic, FileId, Severity, SourceFile, Sources, Span};
use std::ops::Range;

/// A line longer than this is not shown: the excerpt would hide the message.
const LONGEST_LINE: usize = 1_000;

/// Draws diagnostics, one after another.
pub fn diagnostics<'d>(
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    sources: &Sources,
) -> String {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    diagnostics.into_iter().map(|one| drawn(one, sources, &renderer) + "\n\n").collect()
}

/// Counts what was found: `2 erreurs, 1 avertissement`.
pub fn summary(recueil: &Recueil) -> String {
    let said = [
        (Severity::Error, "erreur", "erreurs"),
        (Severity::Warning, "avertissement", "avertissements"),
        (Severity::Note, "remarque", "remarques"),
    ];
    let said: Vec<String> = said
        .into_iter()
        .map(|(severity, one, many)| (recueil.count(severity), one, many))
        .filter(|(count, _, _)| *count > 0)
        .map(|(count, one, many)| words::count(count, one, many))
        .collect();
    if said.is_empty() { "aucune erreur".to_owned() } else { said.join(", ") }
}

fn drawn(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let (level, name) = match diagnostic.severity {
        Severity::Error => (Level::ERROR, "erreur"),
        Severity::Warning => (Level::WARNING, "avertissement"),
        Severity::Note => (Level::NOTE, "remarque"),
    };
    // The name carries the code and its space, as French puts one before the colon.
    let name = format!("{name}[{}] ", diagnostic.code);
    let title = level.with_name(name).primary_title(safe(&diagnostic.message));
    let mut group = Group::with_title(title);
    for file in files(diagnostic) {
        group = match sources.get(file) {
            Some(source) => excerpt(group, diagnostic, file, source),
            None => group,
        };
    }
    for help in &diagnostic.helps {
        group = group.element(Level::HELP.with_name("aide ").message(safe(help)));
    }
    renderer.render(&[group])
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

fn excerpt<'s>(
    group: Group<'s>,
    diagnostic: &'s Diagnostic,
    file: FileId,
    source: &'s SourceFile,
) -> Group<'s> {
    let primary = (diagnostic.primary, diagnostic.primary_label.as_str());
    let labels = diagnostic.labels.iter().map(|label| (label.span, label.text.as_str()));
    let here = std::iter::once(primary)
        .chain(labels)
        .enumerate()
        .filter(|(_, (span, _))| span.file == file)
        .map(|(at, (span, text))| (at == 0, range(span, source), text));
    let here: Vec<(bool, Range<usize>, &str)> = here.collect();
    let readable = here.iter().all(|(_, range, _)| {
        lines_of(&source.text, range).lines().all(|line| line.len() <= LONGEST_LINE)
    });
    if !readable || source.text.is_empty() {
        let start = here.first().map_or(0, |(_, range, _)| range.start);
        let at = source.line_column(u32::try_from(start).unwrap_or(u32::MAX));
        let origin = Origin::path(safe(&source.path)).line(at.line).char_column(at.column);
        return group.element(origin);
    }
    let mut snippet = Snippet::source(source.text.as_str()).path(safe(&source.path));
    for (is_primary, range, text) in here {
        let kind = if is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let annotation = kind.span(range);
        let text = safe(text);
        let annotation = if text.is_empty() { annotation } else { annotation.label(text) };
        snippet = snippet.annotation(annotation);
    }
    group.element(snippet)
}

/// Returns the bytes of a span, inside its file, at the boundaries of characters, on its first
/// line when it has many: a whole declaration underlined says no more than its beginning.
fn range(span: Span, source: &SourceFile) -> Range<usize> {
    const MANY: usize = 6;
    let text = source.text.as_str();
    let boundary = |at: u32| floor(text, usize::try_from(at).unwrap_or(usize::MAX));
    let (start, end) = (boundary(span.start), boundary(span.end));
    let content = text.get(start..end).unwrap_or("");
    if content.lines().count() > MANY {
        let first = content.lines().next().map_or(0, |line| line.trim_end().len());
        return start..start + first;
    }
    start..start + content.trim_end().len()
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Returns the whole lines that a range touches.
fn lines_of<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    let start =
        text.get(..range.start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(range.end..).and_then(|after| after.find('\n'));
    let end = end.map_or(text.len(), |at| range.end + at);
    text.get(start..end).unwrap_or("")
}

/// Makes a text fit for a terminal: control characters and those that turn text are replaced.
pub fn safe(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| if c.is_control() || turns(c) { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}
