//! `verifier --corriger`: the replacements that diagnostics offer, applied.
//!
//! Rounds: every mending (the replacements of one diagnostic) that touches no other is applied, the
//! recueil is verified again, until nothing more is offered. Invariant: a file never gets an error that
//! it did not have. Mendings that together bring one are halved until those that bring it are alone, and
//! these are left out.

use crate::failure::Failure;
use crate::files;
use crate::recueil::Recueil;
use engine::Date;
use source::{Diagnostic, Edit, FileId, Severity, code};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Rounds before giving up: each mends what the one before uncovered.
const MOST_ROUNDS: usize = 10;

/// What was mended, and what was not. Shape: one sentence for each replacement,
/// `chemin:ligne:colonne: corrigé[E0105] « a » → « b »`.
#[derive(Debug, Default)]
pub struct Fixes {
    /// The replacements applied.
    pub done: Vec<String>,
    /// Those that would bring an error.
    pub left_out: Vec<String>,
}

type Files = BTreeMap<String, Vec<u8>>;

/// Mends the recueil of a directory on the disk.
pub fn fix(directory: &Path, today: Option<Date>) -> Result<Fixes, Failure> {
    let original = files::read_all(directory)?;
    let mut texts = original.clone();
    let mut fixes = Fixes::default();
    let mut recueil = Recueil::of(&texts, today);
    for _ in 0..MOST_ROUNDS {
        let round = Round::offered(&recueil, &texts, today);
        let (kept, left_out) = round.parted();
        fixes.left_out = round.sentences("non corrigé", &left_out);
        if kept.is_empty() {
            break;
        }
        fixes.done.extend(round.sentences("corrigé", &kept));
        let mended = round.applied(&kept);
        recueil = Recueil::of(&mended, today);
        texts = mended;
    }
    for (path, bytes) in texts.iter().filter(|(path, bytes)| original.get(*path) != Some(*bytes)) {
        files::replace(&directory.join(path), bytes)?;
    }
    Ok(fixes)
}

/// Diagnostics whose replacements are applied, each wholly or not at all.
type Mendings<'r> = Vec<&'r Diagnostic>;

/// What may be mended at once.
struct Round<'r> {
    recueil: &'r Recueil,
    texts: &'r Files,
    today: Option<Date>,
    /// None touches another.
    mendings: Mendings<'r>,
}

impl<'r> Round<'r> {
    fn offered(recueil: &'r Recueil, texts: &'r Files, today: Option<Date>) -> Self {
        let not_text = recueil.diagnostics.iter().filter(|it| it.code == code::NOT_UTF8);
        let not_text: BTreeSet<FileId> = not_text.map(|it| it.primary.file).collect();
        let may = |id: FileId| recueil.files.rules.contains(&id) && !not_text.contains(&id);
        let mut round = Self { recueil, texts, today, mendings: Vec::new() };
        for diagnostic in recueil.diagnostics.iter().filter(|it| !it.edits.is_empty()) {
            let mut edits = diagnostic.edits.iter();
            if edits.all(|edit| may(edit.span.file) && round.is_free(edit)) {
                round.mendings.push(diagnostic);
            }
        }
        round
    }

    fn is_free(&self, edit: &Edit) -> bool {
        let others = self.mendings.iter().flat_map(|mending| &mending.edits);
        others.filter(|other| other.span.file == edit.span.file).all(|other| {
            // Two insertions at one place have no order.
            let are_apart = other.span.end <= edit.span.start || edit.span.end <= other.span.start;
            are_apart && other.span != edit.span
        })
    }

    /// Parts the mendings that can be applied together from those that bring an error.
    fn parted(&self) -> (Mendings<'r>, Mendings<'r>) {
        let (mut kept, mut left_out) = (Vec::new(), Vec::new());
        // The last is tried next; halves keep the order of the text.
        let mut waiting = vec![self.mendings.as_slice()];
        while let Some(next) = waiting.pop() {
            let tried: Vec<&Diagnostic> = kept.iter().chain(next).copied().collect();
            if next.is_empty() || !self.brings_an_error(&tried) {
                kept = tried;
            } else if let [alone] = next {
                left_out.push(*alone);
            } else {
                let (first, second) = next.split_at(next.len() / 2);
                waiting.extend([second, first]);
            }
        }
        (kept, left_out)
    }

    /// Tells whether a mended file would have an error that it does not have.
    fn brings_an_error(&self, mendings: &[&Diagnostic]) -> bool {
        let after = Recueil::of(&self.applied(mendings), self.today);
        let edits = mendings.iter().flat_map(|mending| &mending.edits);
        let edited: BTreeSet<FileId> = edits.map(|edit| edit.span.file).collect();
        let mut paths = edited.iter().filter_map(|id| self.recueil.sources().get(*id));
        paths.any(|file| {
            let had = errors(self.recueil, &file.path);
            let has = errors(&after, &file.path);
            has.iter().any(|(error, count)| count > had.get(error).unwrap_or(&0))
        })
    }

    fn applied(&self, mendings: &[&Diagnostic]) -> Files {
        let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
        for edit in mendings.iter().flat_map(|mending| &mending.edits) {
            by_file.entry(edit.span.file).or_default().push(edit);
        }
        let mut texts = self.texts.clone();
        for (id, mut edits) in by_file {
            let Some(file) = self.recueil.sources().get(id) else { continue };
            let mut text = file.text.clone();
            edits.sort_by_key(|edit| edit.span);
            for edit in edits.into_iter().rev() {
                let (start, end) = (edit.span.start as usize, edit.span.end as usize);
                if text.get(start..end).is_some() {
                    text.replace_range(start..end, &edit.text);
                }
            }
            texts.insert(file.path.clone(), text.into_bytes());
        }
        texts
    }

    fn sentences(&self, what: &str, mendings: &[&Diagnostic]) -> Vec<String> {
        let edits = mendings.iter().flat_map(|it| it.edits.iter().map(|edit| (it.code, edit)));
        let mut edits: Vec<_> = edits.collect();
        edits.sort_by_key(|(_, edit)| edit.span);
        edits
            .into_iter()
            .filter_map(|(code, edit)| {
                let file = self.recueil.sources().get(edit.span.file)?;
                let at = file.line_column(edit.span.start);
                let (path, old, new) = (&file.path, file.excerpt(edit.span), &edit.text);
                Some(format!(
                    "{path}:{}:{}: {what}[{code}] « {old} » → « {new} »",
                    at.line, at.column
                ))
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
