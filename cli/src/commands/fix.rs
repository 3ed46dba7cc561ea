//! `verifier --corriger`: the replacements that diagnostics offer, applied.
//!
//! Rounds: every replacement that touches no other is applied, the recueil is verified again, until
//! nothing more is offered. Invariant: a file never gets an error that it did not have; then its
//! replacements of that round are left out, and it is not touched again.

use crate::failure::Failure;
use crate::files;
use crate::recueil::Recueil;
use engine::Date;
use source::{Diagnostic, Edit, FileId, Severity, code};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Rounds before giving up: each mends what the one before uncovered.
const MOST_ROUNDS: usize = 10;

/// What was mended, and the files left as they were.
#[derive(Debug, Default)]
pub struct Fixes {
    /// One sentence for each replacement: `chemin:ligne:colonne: corrigé[E0105] « a » → « b »`.
    pub done: Vec<String>,
    /// Files whose replacements would bring an error.
    pub refused: BTreeSet<String>,
}

type Files = BTreeMap<String, Vec<u8>>;

/// Mends the recueil of a directory on the disk.
pub fn fix(directory: &Path, today: Option<Date>) -> Result<Fixes, Failure> {
    let original = files::read_all(directory)?;
    let mut texts = original.clone();
    let mut fixes = Fixes::default();
    let mut recueil = Recueil::of(&texts, today);
    for _ in 0..MOST_ROUNDS {
        let round = Round::offered(&recueil, &fixes.refused);
        if round.edits.is_empty() {
            break;
        }
        let mended = round.applied(&recueil, &texts);
        let after = Recueil::of(&mended, today);
        let worse = round.worse(&recueil, &after);
        if worse.is_empty() {
            fixes.done.extend(round.sentences(&recueil));
            (texts, recueil) = (mended, after);
        } else {
            fixes.refused.extend(worse);
        }
    }
    for (path, bytes) in texts.iter().filter(|(path, bytes)| original.get(*path) != Some(*bytes)) {
        files::replace(&directory.join(path), bytes)?;
    }
    Ok(fixes)
}

/// The replacements of one round, by file and from the start of each.
#[derive(Debug, Default)]
struct Round<'r> {
    edits: BTreeMap<FileId, Vec<(&'r Diagnostic, &'r Edit)>>,
}

impl<'r> Round<'r> {
    fn offered(recueil: &'r Recueil, refused: &BTreeSet<String>) -> Self {
        let mut round = Self::default();
        let not_text = recueil.diagnostics.iter().filter(|it| it.code == code::NOT_UTF8);
        let not_text: BTreeSet<FileId> = not_text.map(|it| it.primary.file).collect();
        let may = |id: FileId| {
            let path = recueil.sources().get(id).map_or("", |file| file.path.as_str());
            recueil.files.rules.contains(&id) && !not_text.contains(&id) && !refused.contains(path)
        };
        for diagnostic in &recueil.diagnostics {
            let edits = &diagnostic.edits;
            if edits.iter().all(|edit| may(edit.span.file) && round.is_free(edit)) {
                for edit in edits {
                    round.edits.entry(edit.span.file).or_default().push((diagnostic, edit));
                }
            }
        }
        for edits in round.edits.values_mut() {
            edits.sort_by_key(|(_, edit)| edit.span);
        }
        round
    }

    fn is_free(&self, edit: &Edit) -> bool {
        let others = self.edits.get(&edit.span.file);
        others.into_iter().flatten().all(|(_, other)| {
            // Two insertions at one place have no order.
            other.span.end <= edit.span.start && other.span != edit.span
                || edit.span.end <= other.span.start && other.span != edit.span
        })
    }

    fn applied(&self, recueil: &Recueil, texts: &Files) -> Files {
        let mut texts = texts.clone();
        for (id, edits) in &self.edits {
            let Some(file) = recueil.sources().get(*id) else { continue };
            let mut text = file.text.clone();
            for (_, edit) in edits.iter().rev() {
                let (start, end) = (edit.span.start as usize, edit.span.end as usize);
                if text.get(start..end).is_some() {
                    text.replace_range(start..end, &edit.text);
                }
            }
            texts.insert(file.path.clone(), text.into_bytes());
        }
        texts
    }

    /// Returns the mended files that have an error they did not have.
    fn worse(&self, before: &Recueil, after: &Recueil) -> BTreeSet<String> {
        let edited = self.edits.keys().filter_map(|id| before.sources().get(*id));
        let edited = edited.map(|file| file.path.as_str());
        let is_worse = |path: &&str| {
            let had = errors(before, path);
            errors(after, path).iter().any(|(error, count)| count > had.get(error).unwrap_or(&0))
        };
        edited.filter(is_worse).map(str::to_owned).collect()
    }

    fn sentences(&self, recueil: &Recueil) -> Vec<String> {
        let all = self.edits.iter().flat_map(|(id, edits)| edits.iter().map(move |it| (id, it)));
        all.filter_map(|(id, (diagnostic, edit))| {
            let file = recueil.sources().get(*id)?;
            let at = file.line_column(edit.span.start);
            let (path, code, new) = (&file.path, diagnostic.code, &edit.text);
            let old = file.excerpt(edit.span);
            Some(format!("{path}:{}:{}: corrigé[{code}] « {old} » → « {new} »", at.line, at.column))
        })
        .collect()
    }
}

/// Counts the errors of a file, whatever their places.
fn errors<'r>(recueil: &'r Recueil, path: &str) -> BTreeMap<(&'static str, &'r str), usize> {
    let mut counts = BTreeMap::new();
    for diagnostic in recueil.diagnostics.iter().filter(|it| it.severity == Severity::Error) {
        let file = recueil.sources().get(diagnostic.primary.file);
        if file.is_some_and(|file| file.path == path) {
            *counts.entry((diagnostic.code.0, diagnostic.message.as_str())).or_default() += 1;
        }
    }
    counts
}
