//! What must be true of every diagnostic: its places are in the text, its message is one line, its
//! replacements can be made, and it can be shown.

use source::{Diagnostic, Sources, Span};

/// Checks diagnostics. Errors: a sentence about the first that is not as it must be.
pub fn check(diagnostics: &[Diagnostic], sources: &Sources) -> Result<(), String> {
    for diagnostic in diagnostics {
        one(diagnostic, sources).map_err(|said| format!("{said} : {diagnostic:?}"))?;
    }
    let shown = cli::plain_diagnostics(diagnostics, sources);
    let unshown = diagnostics.iter().find(|one| !shown.contains(&format!("[{}]", one.code)));
    unshown.map_or(Ok(()), |one| Err(format!("un message n'est pas montré : {one:?}")))
}

fn one(diagnostic: &Diagnostic, sources: &Sources) -> Result<(), String> {
    let labels = diagnostic.labels.iter().map(|label| label.span);
    let edits = diagnostic.edits.iter().map(|edit| edit.span);
    let mut spans = std::iter::once(diagnostic.primary).chain(labels).chain(edits);
    if let Some(span) = spans.find(|span| !is_in_text(*span, sources)) {
        return Err(format!("un lieu hors du texte, {span:?}"));
    }
    let texts = diagnostic.labels.iter().map(|label| &label.text).chain(&diagnostic.helps);
    let mut texts = texts.chain([&diagnostic.message, &diagnostic.primary_label]);
    if let Some(text) = texts.find(|text| text.contains(['\n', '\r'])) {
        return Err(format!("un texte de plusieurs lignes, {text:?}"));
    }
    if diagnostic.message.is_empty() || diagnostic.message.ends_with('.') {
        return Err("un message vide, ou fini par un point".to_owned());
    }
    let mut spans: Vec<Span> = diagnostic.edits.iter().map(|edit| edit.span).collect();
    spans.sort();
    if spans.windows(2).any(|pair| matches!(pair, [a, b] if a.file == b.file && a.end > b.start)) {
        return Err("deux corrections se recouvrent".to_owned());
    }
    let is_idle = |edit: &source::Edit| sources.excerpt(edit.span) == edit.text;
    if diagnostic.edits.iter().any(is_idle) {
        return Err("une correction ne change rien".to_owned());
    }
    Ok(())
}

fn is_in_text(span: Span, sources: &Sources) -> bool {
    let file = sources.get(span.file);
    let (start, end) = (span.start as usize, span.end as usize);
    file.is_some_and(|file| start <= end && file.text.get(start..end).is_some())
}
