//! Diagnostics with their excerpts, drawn in the manner of compilers.

use super::excerpt;
use crate::recueil::Recueil;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Group, Level, Renderer};
use source::{Diagnostic, Severity, Sources, counted};

/// Draws diagnostics, one after another.
pub fn diagnostics<'d>(
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    sources: &Sources,
) -> String {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    diagnostics.into_iter().map(|one| drawn(one, sources, &renderer) + "\n\n").collect()
}

/// Draws diagnostics without styles, as a file or a pipe receives them.
pub fn plain_diagnostics<'d>(
    all: impl IntoIterator<Item = &'d Diagnostic>,
    sources: &Sources,
) -> String {
    anstream::adapter::strip_str(&diagnostics(all, sources)).to_string()
}

/// Writes diagnostics one a line: `chemin:ligne:colonne: erreur[E0302] message`.
pub fn short<'d>(
    diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    sources: &Sources,
) -> String {
    diagnostics.into_iter().map(|one| short_line(one, sources)).collect()
}

fn short_line(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let file = sources.get(diagnostic.primary.file);
    let path = file.map_or_else(String::new, |file| safe(&file.path));
    let at = file.map(|file| file.line_column(diagnostic.primary.start));
    let (line, column) = at.map_or((1, 1), |at| (at.line, at.column));
    let (_, name) = level(diagnostic.severity);
    let message = safe(&diagnostic.message);
    format!("{path}:{line}:{column}: {name}[{}] {message}\n", diagnostic.code)
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
        .map(|(count, one, many)| counted(count, one, many))
        .collect();
    if said.is_empty() { "aucune erreur".to_owned() } else { said.join(", ") }
}

fn drawn(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let (level, name) = level(diagnostic.severity);
    // The name carries the code and its space, as French puts one before the colon.
    let name = format!("{name}[{}] ", diagnostic.code);
    let title = level.with_name(name).primary_title(safe(&diagnostic.message));
    let mut group = Group::with_title(title);
    for element in excerpt::elements(diagnostic, sources) {
        group = group.element(element);
    }
    for help in &diagnostic.helps {
        group = group.element(Level::HELP.with_name("aide ").message(safe(help)));
    }
    renderer.render(&[group]) + shown_example(diagnostic, sources).as_str()
}

/// The example that shows the fault, from the first column, to be copied as it is.
fn shown_example(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let Some(example) = &diagnostic.example else { return String::new() };
    let other = sources.get(example.file).filter(|_| example.file != diagnostic.primary.file);
    let place = other.map_or("le fichier".to_owned(), |file| format!("« {} »", safe(&file.path)));
    let lines = example.text.lines().map(safe).collect::<Vec<_>>().join("\n");
    format!("\n   = exemple à coller dans {place} :\n\n{lines}")
}

fn level(severity: Severity) -> (Level<'static>, &'static str) {
    match severity {
        Severity::Error => (Level::ERROR, "erreur"),
        Severity::Warning => (Level::WARNING, "avertissement"),
        Severity::Note => (Level::NOTE, "remarque"),
    }
}

/// Makes a text fit for a terminal: control characters and those that turn text are replaced.
pub fn safe(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .map(|c| if c.is_control() || turns(c) { char::REPLACEMENT_CHARACTER } else { c })
        .collect()
}
