//! The language suite, run. `cargo test -p tests --test suite -- --nocapture` prints how many cases
//! each construct has; `SUITE_ECRIT=1` writes the marks of what is found.

use std::collections::{BTreeMap, BTreeSet};
use tests::suite::section::{preamble, sections};
use tests::suite::{CaseFile, Shared, Side, faults, files, marked};

/// Judges the files of one side. Shape: one sentence per fault.
fn judge(side: Side) -> std::io::Result<Vec<String>> {
    let shared = Shared::read()?;
    let mut told = Vec::new();
    for file in files()?.iter().filter(|file| file.side == side) {
        if std::env::var_os("SUITE_ECRIT").is_some() {
            write(file, &shared)?;
        }
        let of_file = judge_text(&std::fs::read_to_string(&file.path)?, side, &shared);
        told.extend(of_file.into_iter().map(|said| format!("{}:{said}", file.path.display())));
    }
    Ok(told)
}

fn judge_text(text: &str, side: Side, shared: &Shared) -> Vec<String> {
    let sections = match sections(text) {
        Ok(sections) => sections,
        Err(said) => return vec![said],
    };
    let mut told = Vec::new();
    let mut titles = BTreeSet::new();
    for section in &sections {
        let faults = faults(section, side, shared);
        let (line, title) = (section.line, &section.title);
        told.extend(faults.into_iter().map(|said| format!("{line} « {title} » : {said}")));
        if !titles.insert(title) {
            told.push(format!("{line} « {title} » : ce titre est déjà pris"));
        }
    }
    told
}

fn write(file: &CaseFile, shared: &Shared) -> std::io::Result<()> {
    let text = std::fs::read_to_string(&file.path)?;
    let Ok(sections) = sections(&text) else { return Ok(()) };
    let marked: String = sections.iter().map(|section| marked(section, shared)).collect();
    std::fs::write(&file.path, format!("{}{marked}", preamble(&text)))
}

fn holds(side: Side) -> std::io::Result<()> {
    let told = judge(side)?;
    let help = "SUITE_ECRIT=1 cargo test -p tests --test suite écrit les marques trouvées";
    assert!(told.is_empty(), "\n{}\n{} faute(s) ; {help}", told.join("\n"), told.len());
    Ok(())
}

#[test]
fn what_is_right_passes_and_means_what_it_says() -> std::io::Result<()> {
    holds(Side::Pass)
}

#[test]
fn what_is_wrong_is_told_in_its_place() -> std::io::Result<()> {
    holds(Side::Fail)
}

#[test]
fn half_of_the_suite_is_mistakes() -> std::io::Result<()> {
    let mut table: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for file in files()? {
        let cases = sections(&std::fs::read_to_string(&file.path)?).map_or(0, |all| all.len());
        let row = table.entry(file.construct).or_default();
        match file.side {
            Side::Pass => row.0 += cases,
            Side::Fail => row.1 += cases,
        }
    }
    println!("{:24} {:>5} {:>5}", "construct", "pass", "fail");
    for (construct, (pass, fail)) in &table {
        println!("{construct:24} {pass:5} {fail:5}");
        assert!(*pass > 0 && *fail > 0, "{construct} shows both what is right and what is wrong");
    }
    let (pass, fail) = table.values().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    println!("{:24} {pass:5} {fail:5}", "");
    assert!(pass.min(fail) * 2 >= pass.max(fail), "{pass} pass, {fail} fail");
    Ok(())
}

/// A rule with a wrong unit, its mark in the given form.
fn wrong_unit(mark: &str) -> String {
    format!("=== cas \"a\"\ncritère c \"C\"\n  donne 10 km\n{mark}\n")
}

/// A rule with an example that expects some points.
fn example(points: &str) -> String {
    format!(
        "=== cas \"a\"\ncritère c \"C\"\n  donne 10 points\n  si foyer.personnes > 1\n\nexemple \"E\"\n  \
         étant donné\n    foyer.personnes = 2\n  attend\n    critère c = {points} points\n"
    )
}

#[test]
fn a_section_that_lies_is_found() -> std::io::Result<()> {
    let shared = Shared::read()?;
    let lies = |side: Side, text: &str| judge_text(text, side, &shared).len();
    for right in ["#       ^^^^^ E0302", "#       ^^^^^ E0302: attendu « points »"] {
        assert_eq!(lies(Side::Fail, &wrong_unit(right)), 0, "{right}");
    }
    for (wrong, faults) in [
        ("", 1),
        ("#       ^^^^ E0302", 2),
        ("#        ^^^^^ E0302", 2),
        ("#       ^^^^^… E0302", 2),
        ("#       | E0302", 2),
        ("#       ^^^^^ E0301", 2),
        ("#       ^^^^^ E0302: attendu des pommes", 2),
        ("#       ^^^^^ E0302\n#       ^^^^^ E0302", 1),
        ("  si oui\n#       ^^^^^ E0302", 2),
    ] {
        assert_eq!(lies(Side::Fail, &wrong_unit(wrong)), faults, "{wrong}");
    }
    assert_eq!(
        lies(Side::Pass, &wrong_unit("#       ^^^^^ E0302")),
        2,
        "an error in pass, no example"
    );
    assert_eq!(lies(Side::Pass, &example("10")), 0);
    assert!(lies(Side::Pass, &example("11")) > 1, "an example that does not hold");
    assert_eq!(lies(Side::Fail, &example("10")), 1, "nothing wrong in fail");
    let without = "=== cas \"a\" sans exemple\nparamètre p : entier = 3\n";
    assert_eq!(judge_text(without, Side::Pass, &shared), Vec::<String>::new());
    assert_eq!(lies(Side::Pass, &without.replace(" sans exemple", "")), 1, "no example");
    assert_eq!(lies(Side::Pass, &format!("{without}{without}")), 1, "one title, two cases");
    assert_eq!(lies(Side::Pass, &without.replace("sans", "avec")), 1, "an unknown word");
    assert_eq!(lies(Side::Pass, &format!("paramètre p : entier = 3\n{without}")), 1, "no section");
    Ok(())
}

#[test]
fn places_are_those_of_the_text_as_written() -> std::io::Result<()> {
    let shared = Shared::read()?;
    let text = "=== cas \"a\" échappé\n\
                critère c \"C\"\\r\n  donne\\u{A0}10 km\\r\n#            ^^^^^ E0302\n\
                === cas \"b\"\n# fichier essai.bareme E0112: en-tête\n# Une note.\n\
                === fichier essai.bareme\n\n";
    assert_eq!(judge_text(text, Side::Fail, &shared), Vec::<String>::new());
    let sections = sections(text).map_err(std::io::Error::other)?;
    let written: String = sections.iter().map(|section| marked(section, &shared)).collect();
    assert_eq!(written, text, "a mark that is right stays as it is");
    let bare: String =
        text.lines().filter(|line| !line.contains('^')).map(|line| format!("{line}\n")).collect();
    let bare = tests::suite::section::sections(&bare).map_err(std::io::Error::other)?;
    let first = bare.first().map(|section| marked(section, &shared)).unwrap_or_default();
    assert!(first.contains("\n#            ^^^^^ E0302: attendu « points »"), "{first}");
    Ok(())
}
