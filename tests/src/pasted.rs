//! The examples that come with faults, pasted where their reader would paste them.
//!
//! Pasted at the end of the file that it names, an example brings no new error but one: an
//! expectation of its own that is not kept.

use crate::rules::Rules;
use source::Diagnostic;
use std::collections::BTreeMap;

/// Pastes each example that comes with a fault. Shape: one sentence per example that does not do as
/// it should.
pub fn faults(
    files: &BTreeMap<String, Vec<u8>>,
    rules: &Rules,
    found: &[Diagnostic],
) -> Vec<String> {
    let mut faults = Vec::new();
    for found in found {
        let Some(example) = &found.example else { continue };
        let Some(path) = rules.recueil.sources.get(example.file).map(|file| &file.path) else {
            continue;
        };
        let mut files = files.clone();
        let Some(text) = files.get_mut(path) else {
            faults.push(format!("{} : « {path} » n'est pas un fichier", found.code));
            continue;
        };
        let example = &example.text;
        text.extend(format!("\n{example}").as_bytes());
        if let Some(fault) = fault(rules, &Rules::from_bytes(files), example) {
            faults.push(format!("{} : {fault}\n{example}", found.code));
        }
    }
    faults
}

fn fault(before: &Rules, after: &Rules, example: &str) -> Option<String> {
    let errors = after.errors();
    if errors.len() > before.errors().len() {
        return Some(format!("l'exemple collé ne compile pas : {errors:?}"));
    }
    let failed = |rules: &Rules| -> Vec<String> {
        let reports = analysis::run_examples(&rules.compiled, &rules.sandbox);
        let failed = reports.into_iter().filter(|report| !report.failures.is_empty());
        failed.map(|report| report.label).collect()
    };
    let (known, found) = (failed(before), failed(after));
    let new: Vec<&String> = found.iter().filter(|label| !known.contains(label)).collect();
    match new.as_slice() {
        [label] if example.contains(&format!("\"{label}\"")) => None,
        [] => Some("l'exemple collé n'échoue pas".to_owned()),
        others => Some(format!("d'autres exemples échouent : {others:?}")),
    }
}
