//! The pages of the diagnostic codes: each code has one, which says what the table says, shows a
//! mistake that gives this code and no other, and shows the same text mended.

use source::{CodeInfo, all_codes};
use std::collections::BTreeSet;
use tests::manual::{Block, Remarks, blocks, failures_under, prelude};
use tests::rules::root;

/// What no example of a readable size can show.
const IN_WORDS: &[&str] = &["N0105"];

/// What is not as it should be in the page of a code.
fn faults(info: &CodeInfo, prelude: &str) -> Vec<String> {
    let page = info.page;
    let mut faults = Vec::new();
    let opening = format!("# {} : {}\n\n{}\n\n", info.code, info.title, info.explanation);
    if !page.starts_with(&opening) {
        faults.push("la page ne s'ouvre pas comme la table des codes".to_owned());
    }
    let blocks = blocks(page);
    if !IN_WORDS.contains(&info.code.0) {
        faults.extend(shape_faults(info, &blocks));
    }
    faults.extend(failures_under(prelude, &blocks, Remarks::Counted));
    faults
}

/// A page shows one mistake, announced by this code alone, then the same text mended.
fn shape_faults(info: &CodeInfo, blocks: &[Block]) -> Option<String> {
    let words = [" erreur ", " avertissement ", " remarque "];
    let is_wrong = |block: &Block| words.iter().any(|word| block.info.contains(word));
    let wrong: Vec<usize> =
        (0..blocks.len()).filter(|at| blocks.get(*at).is_some_and(is_wrong)).collect();
    let [at] = wrong.as_slice() else { return Some(format!("{} exemples faux", wrong.len())) };
    let announced = blocks.get(*at).is_some_and(|block| {
        words.iter().any(|word| block.info.ends_with(&format!("{word}{}", info.code)))
    });
    let mended = blocks.get(at + 1).is_some_and(|block| block.info != "text");
    match (announced, mended) {
        (true, true) => None,
        (false, _) => Some("l'exemple faux annonce un autre code".to_owned()),
        (true, false) => Some("aucun exemple corrigé".to_owned()),
    }
}

#[test]
fn every_code_has_a_page_whose_examples_are_true() -> std::io::Result<()> {
    let manual = blocks(&std::fs::read_to_string(root().join("docs/langage.md"))?);
    let prelude = prelude(&manual);
    let mut told = Vec::new();
    for info in all_codes() {
        told.extend(
            faults(info, prelude).into_iter().map(|said| format!("{} : {said}", info.code)),
        );
    }
    assert!(told.is_empty(), "\n{}", told.join("\n"));
    Ok(())
}

#[test]
fn every_page_is_the_page_of_a_code() -> std::io::Result<()> {
    let codes: BTreeSet<String> =
        all_codes().iter().map(|info| format!("{}.md", info.code)).collect();
    let mut pages = BTreeSet::new();
    for entry in std::fs::read_dir(root().join("docs/codes"))? {
        pages.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    assert_eq!(pages.difference(&codes).collect::<Vec<_>>(), Vec::<&String>::new());
    Ok(())
}
