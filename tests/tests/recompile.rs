//! Verifying again after a change gives the same as verifying anew: program, typed tree and
//! diagnostics, whatever changed.

use analysis::{Opened, Verifier};
use dsl::Compiled;
use dsl::resolved::tree::Unit;
use source::{Checked, Severity};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use tests::companies::{companies, company, path};
use tests::rules::{files_of, root};

type Files = BTreeMap<String, Vec<u8>>;

fn many(count: usize) -> std::io::Result<Files> {
    let mut files = files_of(&root().join("policies"))?;
    files.extend(companies(count).into_iter().map(|(path, text)| (path, text.into_bytes())));
    Ok(files)
}

fn verified(verifier: &mut Verifier, files: &Files) -> Checked<Compiled> {
    verifier.verify(&Opened::of(files), None)
}

/// What may not differ: everything but what was kept.
fn shown(checked: &Checked<Compiled>) -> String {
    let compiled = checked.value.as_ref();
    let parts = compiled.map(|it| (&it.resolved, &it.typed, &it.lowered));
    format!("{parts:#?}\n{:#?}", checked.diagnostics)
}

/// Verifies again what has become of a recueil, and compares. Shape: how many files were kept.
#[track_caller]
fn same(verifier: &mut Verifier, files: &Files) -> usize {
    let (again, anew) = (verified(verifier, files), verified(&mut Verifier::default(), files));
    let (again_shown, anew_shown) = (shown(&again), shown(&anew));
    if again_shown != anew_shown {
        let differs = again_shown.lines().zip(anew_shown.lines()).find(|(a, b)| a != b);
        panic!("again and anew differ: {differs:#?}");
    }
    again.value.map_or(0, |compiled| compiled.kept.len())
}

fn edit(files: &mut Files, path: &str, from: &str, to: &str) {
    let text = String::from_utf8(files[path].clone()).expect("rule files are UTF-8");
    assert!(text.contains(from), "« {from} » is in {path}");
    files.insert(path.to_owned(), text.replacen(from, to, 1).into_bytes());
}

const COMPANIES: usize = 12;
/// The four companies of the real recueil fill the same frame.
const FILLINGS: usize = COMPANIES + 4;

#[test]
fn one_company_that_changes_leaves_the_others_as_they_were() -> std::io::Result<()> {
    let mut files = many(COMPANIES)?;
    let mut verifier = Verifier::default();
    assert_eq!(same(&mut verifier, &files), 0);
    assert_eq!(same(&mut verifier, &files), FILLINGS);
    files.insert(path(5), company(5, 1).into_bytes());
    assert_eq!(same(&mut verifier, &files), FILLINGS - 1);
    Ok(())
}

#[test]
fn what_companies_stand_on_changes_them_all() -> std::io::Result<()> {
    let mut files = many(COMPANIES)?;
    let mut verifier = Verifier::default();
    let changes = [
        ("cadres/cadre_entreprise.bareme", "donne 166 points", "donne 165 points"),
        ("vocabulaires/cerfa_14069.bareme", "âge", "âge"),
        ("tables/plafonds_plus.csv", "2019", "2019"),
    ];
    same(&mut verifier, &files);
    edit(&mut files, changes[0].0, changes[0].1, changes[0].2);
    assert_eq!(same(&mut verifier, &files), 0, "the frame's points");
    let vocabulary = files[changes[1].0].clone();
    files.insert(changes[1].0.to_owned(), [b"# une remarque\n".to_vec(), vocabulary].concat());
    assert_eq!(same(&mut verifier, &files), 0, "the vocabulary's places");
    let table = files[changes[2].0].clone();
    files.insert(changes[2].0.to_owned(), [table, b"# fin\n".to_vec()].concat());
    assert_eq!(same(&mut verifier, &files), 0, "a table");
    assert_eq!(same(&mut verifier, &files), FILLINGS);
    Ok(())
}

#[test]
fn mistakes_come_and_go() -> std::io::Result<()> {
    let mut files = many(COMPANIES)?;
    let sound = files.clone();
    let mut verifier = Verifier::default();
    same(&mut verifier, &files);
    let mistakes = [
        (path(3), "si ", "sii "),
        (path(4), "applique entreprise", "applique entrepris"),
        (path(6), "tranche B", "tranche D"),
        (path(6), "siren 900000006", "siren 900000007"),
        (path(7), "\ntranche A", "\ndéfinition double = 2\n\ntranche A"),
        (path(8), "politique entreprise_00008", "politique entreprise_00009"),
        (path(9), "version 2019.1\n", ""),
        (path(2), "si ", "si 1 > 2 et "),
        ("cadres/cadre_entreprise.bareme".to_owned(), "cadre entreprise", "cadre entreprises"),
        ("vocabulaires/cerfa_14069.bareme".to_owned(), "\ndéfinition", "\ndefinitoin"),
    ];
    for (path, from, to) in &mistakes {
        edit(&mut files, path, from, to);
        same(&mut verifier, &files);
    }
    assert!(verified(&mut verifier, &files).has_errors());
    for path in mistakes.iter().map(|(path, ..)| path).rev() {
        files.insert(path.clone(), sound[path].clone());
        same(&mut verifier, &files);
    }
    let mended = verified(&mut verifier, &files);
    assert!(mended.diagnostics.iter().all(|found| found.severity != Severity::Error));
    Ok(())
}

#[test]
fn files_come_and_go() -> std::io::Result<()> {
    let mut files = many(COMPANIES)?;
    let mut verifier = Verifier::default();
    same(&mut verifier, &files);
    files.remove(&path(1));
    same(&mut verifier, &files);
    files.insert(path(1), company(1, 7).into_bytes());
    same(&mut verifier, &files);
    files.insert(path(13), company(13, 0).into_bytes());
    same(&mut verifier, &files);
    files.remove("tables/plafonds_plus.csv");
    same(&mut verifier, &files);
    Ok(())
}

#[test]
fn a_warning_of_a_company_stays_until_it_is_mended() -> std::io::Result<()> {
    let mut files = many(COMPANIES)?;
    let mut verifier = Verifier::default();
    edit(&mut files, &path(3), "    si ", "    si 2 > 1 et ");
    let count =
        |verifier: &mut Verifier, files: &Files| verified(verifier, files).diagnostics.len();
    let with = count(&mut verifier, &files);
    files.insert(path(5), company(5, 1).into_bytes());
    assert_eq!(count(&mut verifier, &files), with, "kept with its file");
    files.insert(path(3), company(3, 0).into_bytes());
    assert_eq!(count(&mut verifier, &files), with - 1, "gone with it");
    Ok(())
}

#[test]
fn a_file_that_only_looks_like_a_company_is_compiled_with_the_rest() -> std::io::Result<()> {
    let mut files = many(COMPANIES)?;
    let mut verifier = Verifier::default();
    same(&mut verifier, &files);
    let vocabulary = "vocabulaires/cerfa_14069.bareme";
    edit(&mut files, vocabulary, "\nentité ", "\napplique entreprise\n\nentité ");
    same(&mut verifier, &files);
    let found = verified(&mut verifier, &files).diagnostics;
    let errors: Vec<_> = found.iter().filter(|one| one.severity == Severity::Error).collect();
    let [error] = errors.as_slice() else { panic!("one mistake, one error: {errors:#?}") };
    assert_eq!(error.code, source::code::WRONG_DECLARATION);
    Ok(())
}

#[test]
fn companies_let_go_of_their_declarations_and_give_them_again() -> std::io::Result<()> {
    let files = many(COMPANIES)?;
    let compiled = verified(&mut Verifier::default(), &files).value.expect("sound rules");
    let units = || compiled.resolved.units.iter();
    let fills = |unit: &&Arc<Unit>| compiled.resolved.fills_a_closed_frame(unit);
    assert_eq!(units().filter(fills).count(), FILLINGS);
    for unit in units() {
        let let_go = matches!(unit.declarations(), Cow::Owned(_));
        assert_eq!(let_go, fills(&unit), "« {} »", unit.name.text);
    }
    for number in 1..=COMPANIES {
        let text = company(number, 0);
        let unit = units().find(|unit| text.contains(&format!("politique {} ", unit.name.text)));
        let unit = unit.expect("each company is a unit");
        let parsed = dsl::syntax::parse(unit.span.file, &text).value.expect("sound rules");
        assert!(!unit.declarations().is_empty());
        assert_eq!(format!("{:?}", unit.declarations()), format!("{:?}", parsed.declarations));
    }
    Ok(())
}
