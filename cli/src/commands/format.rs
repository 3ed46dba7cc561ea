//! `formater`: rule files in the one style.
//!
//! Every file is read and formatted before the first is written; a file with errors stays as it is.

use super::{located, said};
use crate::arguments::{Format, FormatFiles};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{files, terminal};
use source::{Diagnostic, FileId, SourceFile, Sources, Span, code, counted};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Runs the command.
pub fn run(arguments: &FormatFiles, format: Format) -> Result<Exit, Failure> {
    let groups = groups(&arguments.files)?;
    let mut found = Found::default();
    for group in &groups {
        found.format(group);
    }
    if !arguments.verifier {
        for file in &found.changed {
            files::replace(&file.path, file.text.as_bytes())?;
        }
    }
    match format {
        Format::Json => {
            let paths = found.changed.iter().map(|file| file.path.display().to_string());
            let faults = found.broken.iter();
            let faults =
                faults.flat_map(|(group, faults)| wire::Found::all(faults, &group.sources));
            terminal::answer_json(&wire::Formatted::of(paths.collect(), faults.collect()))?;
        }
        Format::Humain | Format::Court => say(arguments, &found, format)?,
    }
    Ok(match (found.broken.is_empty(), found.changed.is_empty()) {
        (false, _) => Exit::Policy,
        (true, false) if arguments.verifier => Exit::Tests,
        (true, _) => Exit::Yes,
    })
}

fn say(arguments: &FormatFiles, found: &Found<'_>, format: Format) -> Result<(), Failure> {
    for (group, faults) in &found.broken {
        terminal::explain(&said(faults, &group.sources, format));
    }
    for file in &found.changed {
        terminal::answer(&format!("{}\n", file.path.display()))?;
    }
    let changed = counted(found.changed.len(), "fichier", "fichiers");
    let what = if arguments.verifier { "à mettre en forme" } else { "mis en forme" };
    let kept = counted(found.kept, "en forme", "en forme");
    terminal::explain(&format!("{changed} {what}, {kept}\n"));
    Ok(())
}

/// The rule files of a recueil, or one file alone.
struct Group {
    root: PathBuf,
    sources: Sources,
    rules: Vec<FileId>,
    faults: Vec<Diagnostic>,
}

/// Reads what is named; without a name, the recueil from here.
fn groups(named: &[PathBuf]) -> Result<Vec<Group>, Failure> {
    if named.is_empty() {
        return Ok(vec![recueil(&located(None)?)?]);
    }
    named.iter().map(|path| if path.is_dir() { recueil(path) } else { alone(path) }).collect()
}

fn recueil(root: &Path) -> Result<Group, Failure> {
    let opened = dsl::recueil::open(&files::read_all(root)?);
    let recueil = opened.value.unwrap_or_default();
    let faults = opened.diagnostics;
    let (sources, rules) = (recueil.sources, recueil.rules);
    Ok(Group { root: root.to_path_buf(), sources, rules, faults })
}

fn alone(path: &Path) -> Result<Group, Failure> {
    let bytes = files::read_head(path, u64::try_from(dsl::limits::FILE_BYTES).unwrap_or(0) + 1)?;
    let mut sources = Sources::default();
    let (text, faults) = match String::from_utf8(bytes) {
        Ok(text) => (text, Vec::new()),
        Err(_) => {
            let place = Span::new(FileId(0), 0, 0);
            let message = "le fichier n'est pas enregistré en UTF-8";
            (String::new(), vec![Diagnostic::new(code::NOT_UTF8, place, message)])
        }
    };
    let id = sources.add(SourceFile::new(path.display().to_string(), text));
    Ok(Group { root: PathBuf::new(), sources, rules: vec![id], faults })
}

/// A file that is not in the style, and how it would be.
struct Changed {
    path: PathBuf,
    text: String,
}

#[derive(Default)]
struct Found<'g> {
    changed: Vec<Changed>,
    kept: usize,
    broken: Vec<(&'g Group, Vec<Diagnostic>)>,
}

impl<'g> Found<'g> {
    fn format(&mut self, group: &'g Group) {
        let broken: BTreeSet<FileId> = group.faults.iter().map(|it| it.primary.file).collect();
        let mut faults = group.faults.clone();
        for id in group.rules.iter().filter(|id| !broken.contains(id)) {
            let Some(file) = group.sources.get(*id) else { continue };
            let formatted = dsl::format(*id, &file.text);
            match formatted.value {
                None => faults.extend(formatted.diagnostics),
                Some(text) if text == file.text => self.kept += 1,
                Some(text) => {
                    let path = group.root.join(&file.path);
                    self.changed.push(Changed { path, text });
                }
            }
        }
        if !faults.is_empty() {
            self.broken.push((group, faults));
        }
    }
}
