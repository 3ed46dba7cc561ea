//! Single mistakes made to the real policies, and what their author is told.
//!
//! A mistake is a text file of `tests/mistakes/`: a title, fields, then what is true and what
//! is written instead, as often as needed:
//!
//! ```text
//! # L'accent du nom est oublié
//! fichier : als/als_2019.bareme
//! code : E0201
//! correction : même sens
//! --- vrai
//!   si âge < 30 ans
//! --- faux
//!   si age < 30 ans
//! ```
//!
//! - `copie : entreprises/orango_4.bareme` makes the mistake in a copy, beside the true file;
//! - `correction` says what the suggested replacements give: `même sens`, the program of before the
//!   mistake; `sans erreur`, a recueil that compiles; `à la main`, none is suggested.
//!
//! What must hold: one error and no other, at the lines that were changed, with a help.

use crate::describe::without_places;
use crate::rules::{Rules, files_of};
use source::{Diagnostic, FileId, Severity, SourceFile};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;

/// What the replacements suggested for a mistake give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mending {
    /// The program of before the mistake.
    SameMeaning,
    /// A recueil that compiles.
    Sound,
    /// None is suggested.
    ByHand,
}

/// One mistake.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// The name of its file, such as `012_accent`.
    pub name: String,
    /// What its author did.
    pub title: String,
    /// The true file.
    file: String,
    /// The file where the mistake is: the true one, or a copy.
    target: String,
    /// The one code.
    code: String,
    /// What the replacements suggested give.
    pub mending: Mending,
    swaps: Vec<Swap>,
}

/// A text of the true file, and what is written instead.
#[derive(Clone, Debug, Default)]
struct Swap {
    before: String,
    after: String,
}

impl Mistake {
    /// Reads a mistake. Errors: what the text lacks.
    pub fn read(name: &str, text: &str) -> Result<Self, String> {
        let (head, swaps) = text.split_once("--- vrai\n").ok_or("aucune ligne « --- vrai »")?;
        let title = head.lines().next().and_then(|line| line.strip_prefix("# "));
        let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
        fields.extend(head.lines().filter_map(|line| line.split_once(" : ")));
        let need = |key: &str| {
            fields.get(key).map(|it| (*it).to_owned()).ok_or(format!("aucun champ « {key} »"))
        };
        let mending = match need("correction")?.as_str() {
            "même sens" => Mending::SameMeaning,
            "sans erreur" => Mending::Sound,
            "à la main" => Mending::ByHand,
            other => return Err(format!("correction inconnue : « {other} »")),
        };
        let file = need("fichier")?;
        Ok(Self {
            name: name.to_owned(),
            title: title.ok_or("aucun titre")?.to_owned(),
            target: need("copie").unwrap_or_else(|_| file.clone()),
            file,
            code: need("code")?,
            mending,
            swaps: swaps.split("\n--- vrai\n").map(Swap::read).collect::<Result<_, _>>()?,
        })
    }

    /// Makes the mistake. Errors: a text that is not exactly once in the true file.
    fn make(&self, files: &Files) -> Result<Made, String> {
        let bytes = files.get(&self.file).ok_or(format!("aucun fichier « {} »", self.file))?;
        let mut made =
            Made { text: String::from_utf8_lossy(bytes).into_owned(), changed: Vec::new() };
        for swap in &self.swaps {
            let places: Vec<usize> =
                made.text.match_indices(&swap.before).map(|(at, _)| at).collect();
            let [at] = places.as_slice() else {
                return Err(format!(
                    "« {} » est {} fois dans le fichier",
                    swap.before,
                    places.len()
                ));
            };
            made.swap(*at, swap);
        }
        Ok(made)
    }
}

impl Swap {
    fn read(text: &str) -> Result<Self, String> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        let (before, after) =
            text.split_once("\n--- faux").ok_or("aucune ligne « --- faux »".to_owned())?;
        let after = after.strip_prefix('\n').unwrap_or(after);
        Ok(Self { before: before.to_owned(), after: after.to_owned() })
    }

    /// The bytes of `after` that are not as they were.
    fn changed(&self) -> Range<usize> {
        let same = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
            pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
        };
        let head = same(&mut self.before.chars().zip(self.after.chars()));
        let rest = |text: &str| text.get(head..).unwrap_or_default().to_owned();
        let (before, after) = (rest(&self.before), rest(&self.after));
        let tail = same(&mut before.chars().rev().zip(after.chars().rev()));
        head..self.after.len() - tail
    }
}

/// A file with a mistake in it.
struct Made {
    text: String,
    /// The bytes that are not as they were.
    changed: Vec<Range<usize>>,
}

impl Made {
    fn swap(&mut self, at: usize, swap: &Swap) {
        self.text.replace_range(at..at + swap.before.len(), &swap.after);
        let moved = |byte: usize| {
            if byte > at { byte + swap.after.len() - swap.before.len().min(byte) } else { byte }
        };
        for range in &mut self.changed {
            *range = moved(range.start)..moved(range.end);
        }
        let changed = swap.changed();
        self.changed.push(at + changed.start..at + changed.end);
    }

    /// Tells whether a place is on the lines changed, or touches them.
    fn is_near(&self, diagnostic: &Diagnostic, file: &SourceFile) -> bool {
        let line = |byte: usize| file.line_column(u32::try_from(byte).unwrap_or(u32::MAX)).line;
        let (start, end) = (diagnostic.primary.start as usize, diagnostic.primary.end as usize);
        self.changed.iter().any(|changed| {
            line(start) <= line(changed.end) + 1 && line(changed.start) <= line(end) + 1
        })
    }
}

/// The files of a recueil by path.
type Files = BTreeMap<String, Vec<u8>>;

/// The real policies, true.
pub struct Policies {
    files: Files,
    meaning: String,
}

/// What an author is told of a mistake, and what does not hold.
pub struct Told {
    /// The message as the terminal shows it, then the lines mended.
    pub shown: String,
    /// What does not hold, one sentence each.
    pub faults: Vec<String>,
}

impl Policies {
    /// Reads the policies. Errors: a directory that cannot be read.
    pub fn read(dir: &Path) -> std::io::Result<Self> {
        let files = files_of(dir)?;
        let meaning = meaning(&Rules::from_files(&files));
        Ok(Self { files, meaning })
    }

    /// Makes a mistake. Shape: the text of the file that has it; none when it cannot be made.
    pub fn mistaken(&self, mistake: &Mistake) -> Option<String> {
        mistake.make(&self.files).ok().map(|made| made.text)
    }

    /// Makes a mistake, and judges what is told of it.
    pub fn judge(&self, mistake: &Mistake) -> Told {
        let made = match mistake.make(&self.files) {
            Ok(made) => made,
            Err(fault) => return Told { shown: String::new(), faults: vec![fault] },
        };
        let mut files = self.files.clone();
        files.insert(mistake.target.clone(), made.text.clone().into_bytes());
        let rules = Rules::from_files(&files);
        let diagnostics = told(&rules);
        let mut faults = Vec::new();
        let sources = &rules.recueil.sources;
        let mut shown = cli::plain_diagnostics(&diagnostics, sources);
        let errors: Vec<&Diagnostic> =
            diagnostics.iter().filter(|d| d.severity == Severity::Error).collect();
        let [error] = errors.as_slice() else {
            faults.push(format!("{} erreurs au lieu d'une", errors.len()));
            return Told { shown, faults };
        };
        if error.code.0 != mistake.code {
            faults.push(format!("{} au lieu de {}", error.code, mistake.code));
        }
        match sources.get(error.primary.file) {
            // A copy is a mistake as a whole.
            Some(file)
                if file.path == mistake.target
                    && (mistake.target != mistake.file || made.is_near(error, file)) => {}
            Some(_) | None => faults.push("l'erreur est dite loin de la faute".to_owned()),
        }
        if error.helps.is_empty() {
            faults.push("aucune aide".to_owned());
        }
        let _ = write!(shown, "{}", self.mend(mistake, error, &rules, files, &mut faults));
        Told { shown, faults }
    }

    /// Applies the replacements suggested. Shape: the lines mended.
    fn mend(
        &self,
        mistake: &Mistake,
        error: &Diagnostic,
        rules: &Rules,
        mut files: Files,
        faults: &mut Vec<String>,
    ) -> String {
        match (mistake.mending, error.edits.is_empty()) {
            (Mending::ByHand, true) => return String::new(),
            (Mending::ByHand, false) => faults.push("une correction est proposée".to_owned()),
            (Mending::SameMeaning | Mending::Sound, true) => {
                faults.push("aucune correction proposée".to_owned());
                return String::new();
            }
            (Mending::SameMeaning | Mending::Sound, false) => {}
        }
        let edited: BTreeSet<FileId> = error.edits.iter().map(|edit| edit.span.file).collect();
        let mut shown = String::new();
        for id in edited {
            let Some(file) = rules.recueil.sources.get(id) else { continue };
            let mended = apply(error, id, &file.text);
            shown.push_str(&changed_lines(&file.text, &mended));
            files.insert(file.path.clone(), mended.into_bytes());
        }
        if files != self.files {
            let mended = Rules::from_files(&files);
            let errors = told(&mended).iter().filter(|d| d.severity == Severity::Error).count();
            if errors > 0 {
                faults.push(format!("la correction laisse {errors} erreurs"));
            } else if mistake.mending == Mending::SameMeaning && meaning(&mended) != self.meaning {
                faults.push("la correction ne rend pas le sens d'avant".to_owned());
            }
        }
        shown
    }
}

/// Everything said of a recueil; what needs sound rules is asked of sound rules only.
fn told(rules: &Rules) -> Vec<Diagnostic> {
    let mut told = rules.diagnostics.clone();
    if told.iter().all(|d| d.severity != Severity::Error) {
        told.extend(analysis::verify(&rules.recueil, &rules.compiled, &rules.sandbox));
    }
    told
}

/// Makes the replacements of a diagnostic in the text of a file.
pub fn apply(error: &Diagnostic, file: FileId, text: &str) -> String {
    let mut edits: Vec<_> = error.edits.iter().filter(|edit| edit.span.file == file).collect();
    edits.sort_by_key(|edit| edit.span);
    let mut mended = text.to_owned();
    for edit in edits.into_iter().rev() {
        mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    }
    mended
}

/// The lines that a replacement gives, a mark before each.
fn changed_lines(before: &str, after: &str) -> String {
    let (before, after): (Vec<&str>, Vec<&str>) =
        (before.lines().collect(), after.lines().collect());
    let head = before.iter().zip(&after).take_while(|(a, b)| a == b).count();
    let left = before.len().min(after.len()) - head;
    let tail =
        before.iter().rev().zip(after.iter().rev()).take(left).take_while(|(a, b)| a == b).count();
    let lines = after.get(head..after.len() - tail).unwrap_or_default();
    let mut shown = "corrigé :\n".to_owned();
    for line in lines {
        let _ = writeln!(shown, "  | {line}");
    }
    shown
}

/// What rules mean: everything compiled, places left out.
fn meaning(rules: &Rules) -> String {
    without_places(&format!("{:?}{:?}", rules.compiled.typed, rules.compiled.lowered))
}

/// Reads every mistake of a directory, in order of name. Errors: a file that cannot be read.
pub fn corpus(dir: &Path) -> std::io::Result<Vec<Result<Mistake, String>>> {
    let mut mistakes = BTreeMap::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == "txt") {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path)?;
            let read = Mistake::read(&name, &text).map_err(|fault| format!("{name} : {fault}"));
            mistakes.insert(name, read);
        }
    }
    Ok(mistakes.into_values().collect())
}
