//! Comparisons as data: what changes is told, what does not is not, and every witness shows it.

use std::collections::BTreeSet;
use tests::comparisons::{cases, files};
use tests::suite::Shared;

#[test]
fn what_changes_is_told_and_shown() -> std::io::Result<()> {
    let shared = Shared::read()?;
    let writes = std::env::var_os("COMPARAISONS_ECRITES").is_some();
    let mut told = Vec::new();
    for path in files()? {
        let name = path.display();
        let all = match cases(&std::fs::read_to_string(&path)?) {
            Ok(all) => all,
            Err(said) => {
                told.push(format!("{name} : {said}"));
                continue;
            }
        };
        let mut written = String::new();
        for case in &all {
            let title = &case.title;
            let found = match case.find(&shared) {
                Ok(found) => found,
                Err(said) => {
                    told.push(format!("{name} « {title} » : {said}"));
                    written.push_str(&case.written(&case.expected));
                    continue;
                }
            };
            written.push_str(&case.written(&found.lines));
            if found.lines != case.expected && !writes {
                let (due, lines) = (&case.expected, &found.lines);
                told.push(format!("{name} « {title} » : attendu {due:#?}, trouvé {lines:#?}"));
            }
            told.extend(found.faults.iter().map(|said| format!("{name} « {title} » : {said}")));
        }
        if writes {
            std::fs::write(&path, written)?;
        }
    }
    assert!(told.is_empty(), "\n{}\n{} faute(s)", told.join("\n"), told.len());
    Ok(())
}

/// Whether a line says that nobody gains or loses.
fn is_quiet(line: &str) -> bool {
    line.contains("même effet") || line.starts_with("refusé") || !line.contains(", ")
}

#[test]
fn half_of_the_comparisons_find_nothing_for_anyone() -> std::io::Result<()> {
    let (mut quiet, mut loud) = (0, 0);
    let mut titles = BTreeSet::new();
    for path in files()? {
        for case in cases(&std::fs::read_to_string(&path)?).unwrap_or_default() {
            assert!(titles.insert(case.title.clone()), "« {} » deux fois", case.title);
            if case.expected.iter().all(|line| is_quiet(line)) { quiet += 1 } else { loud += 1 }
        }
    }
    assert!(quiet >= 30 && loud >= 30, "{quiet} sans effet, {loud} avec");
    Ok(())
}
