//! One rule file: parsed, printed, formatted.

use super::{Verdict, Way, told};
use crate::describe::without_places;
use crate::mistakes::apply;
use dsl::syntax::tree::Unit;
use dsl::syntax::{self, print};
use source::{Checked, Diagnostic, SourceFile, Sources, code};

/// Diagnostics of a text whose replacements are made.
const MOST_MENDED: usize = 4;

/// A rule file is parsed. What is told of it holds, and is not told again once mended as it says; what
/// has no error prints to a text that parses to the same tree and prints to itself.
pub fn parse(bytes: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(bytes);
    let parsed = read(&text)?;
    if parsed.has_errors() {
        return mended(&text, &parsed.diagnostics).map(|()| Way::Refused);
    }
    let unit = parsed.value.ok_or("ni erreur ni arbre")?;
    let printed = print(&unit);
    let again = read(&printed)?;
    if again.diagnostics != parsed.diagnostics && !again.diagnostics.is_empty() {
        return Err(format!("imprimé, il est refusé : {:?}\n{printed}", again.diagnostics));
    }
    let again = again.value.ok_or("imprimé, il n'a plus d'arbre")?;
    if shape(&again) != shape(&unit) {
        return Err(format!("imprimé, il change de sens :\n{printed}"));
    }
    if print(&again) != printed {
        return Err(format!("imprimé deux fois, il change :\n{printed}"));
    }
    Ok(Way::Through)
}

/// A rule file is formatted when, and only when, it has no error; it keeps its meaning and its
/// comments, and there is nothing more to do.
pub fn format_round_trip(bytes: &[u8]) -> Verdict {
    let text = String::from_utf8_lossy(bytes);
    let parsed = read(&text)?;
    let formatted = format(&text)?;
    let (unit, once) = match (parsed.has_errors(), parsed.value, formatted.value) {
        (true, _, None) => return Ok(Way::Refused),
        (true, _, Some(_)) => return Err("un fichier faux est mis en forme".to_owned()),
        (false, Some(unit), Some(once)) => (unit, once),
        (false, _, _) => {
            return Err(format!("il n'est pas mis en forme : {:?}", formatted.diagnostics));
        }
    };
    let again = read(&once)?.value.ok_or("mis en forme, il est refusé")?;
    if shape(&again) != shape(&unit) {
        return Err(format!("mis en forme, il change de sens :\n{once}"));
    }
    if comments(&once) != comments(&text) {
        return Err(format!("mis en forme, il perd un commentaire :\n{once}"));
    }
    let twice = format(&once)?.value.ok_or("mis en forme, il ne l'est plus")?;
    if twice != once {
        return Err(format!("mis en forme deux fois, il change :\n{once}\npuis\n{twice}"));
    }
    Ok(Way::Through)
}

/// Makes the replacements of the first diagnostics, each alone: it is not told again at its place.
fn mended(text: &str, found: &[Diagnostic]) -> Result<(), String> {
    // A line says one forbidden character; the next is said when it is gone.
    let mendable = |one: &&Diagnostic| !one.edits.is_empty() && one.code != code::BAD_CHARACTER;
    for told in found.iter().filter(mendable).take(MOST_MENDED) {
        let mended = apply(told, told.primary.file, text);
        let again = syntax::parse(told.primary.file, &mended).diagnostics;
        let said = |one: &Diagnostic| (one.code, one.primary.start, one.message.clone());
        if again.iter().any(|one| said(one) == said(told)) {
            return Err(format!("sa correction laisse le message : {told:?}"));
        }
    }
    Ok(())
}

fn shape(unit: &Unit) -> String {
    without_places(&format!("{unit:?}"))
}

/// The lines that are comments.
fn comments(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| line.starts_with('#')).collect()
}

fn read(text: &str) -> Result<Checked<Unit>, String> {
    checked(text, syntax::parse)
}

fn format(text: &str) -> Result<Checked<String>, String> {
    checked(text, dsl::format)
}

/// Gives a text to a pass, and checks what it tells.
fn checked<T>(
    text: &str,
    pass: impl Fn(source::FileId, &str) -> Checked<T>,
) -> Result<Checked<T>, String> {
    let mut sources = Sources::default();
    let id = sources.add(SourceFile::new("essai.bareme", text));
    let found = pass(id, text);
    told::check(&found.diagnostics, &sources)?;
    Ok(found)
}
