//! The files of `examples/` and of `policies/`: every dossier is read and ranked, by the engine and
//! by the reference; every form gives facts; every unit proves itself.

use crate::{House, house, text};
use dossier::{Format, Forms};
use engine::Pool;
use std::collections::BTreeSet;
use tests::reference;
use tests::rules::{Rules, root};

fn policies() -> Rules {
    Rules::from_dir(&root().join("policies")).unwrap()
}

fn dossiers(files: &[House]) -> impl Iterator<Item = &House> {
    files.iter().filter(|file| {
        let beside = file.path.strip_prefix("examples/").is_some_and(|rest| !rest.contains('/'));
        beside && !file.path.ends_with(".md")
    })
}

#[test]
fn every_dossier_is_ranked_alike_by_the_engine_and_by_the_reference() {
    let rules = policies();
    let schema = &rules.compiled.typed.schema;
    let adapter =
        rules.recueil.adapters.keys().find_map(|path| rules.sandbox.adapter(path)).unwrap();
    let files = house();
    let mut ranked = 0;
    for file in dossiers(&files) {
        let load = |path: &str| std::fs::read(root().join("examples").join(path)).ok();
        let forms = Forms { adapter: &adapter, load: &load };
        let format = if file.path.ends_with(".json") { Format::Json } else { Format::Yaml };
        let dossier = dossier::read(file.text.as_bytes(), format, schema, forms)
            .unwrap_or_else(|errors| panic!("{}: {errors:?}", file.path));
        let date = dossier.date.unwrap_or_else(|| panic!("{}: no date", file.path));
        let pool = Pool { date, candidates: dossier.candidates };
        let outcome = rules.rank(&pool).unwrap_or_else(|| panic!("{}: no ranking", file.path));
        let slow = reference::rank(&rules.compiled.typed, &rules.sandbox, &pool).unwrap();
        assert_eq!(slow, reference::of_pool(&outcome), "{}", file.path);
        ranked += 1;
    }
    assert!(ranked >= 14, "{ranked} dossiers");
}

/// The form that shows what is refused.
const TO_MEND: &str = "examples/cerfa/09-a-corriger.json";

#[test]
fn every_form_gives_facts_but_the_one_to_mend() {
    let rules = policies();
    let schema = &rules.compiled.typed.schema;
    let adapter =
        rules.recueil.adapters.keys().find_map(|path| rules.sandbox.adapter(path)).unwrap();
    let files = house();
    let forms = files.iter().filter(|file| file.path.starts_with("examples/cerfa/"));
    let mut read = 0;
    for file in forms.filter(|file| file.path.ends_with(".json")) {
        let form = dossier::parse(file.text.as_bytes(), Format::Json).unwrap();
        match dossier::facts_of_form(&form, &adapter, schema) {
            Ok(case) => {
                assert_ne!(file.path, TO_MEND);
                assert!(case.facts.len() > 20, "{}: {} facts", file.path, case.facts.len());
            }
            Err(errors) => {
                assert_eq!(file.path, TO_MEND, "{errors:?}");
                assert!(errors.iter().all(|error| error.code.0 == "D0301"), "{errors:?}");
            }
        }
        read += 1;
    }
    assert!(read >= 9, "{read} forms");
}

#[test]
fn the_page_of_examples_names_each() {
    let page = text("examples/README.md");
    for file in dossiers(&house()) {
        let name = file.path.trim_start_matches("examples/");
        assert!(page.contains(name), "examples/README.md does not name {name}");
    }
}

/// Lists the units without an example.
fn unproved(rules: &Rules) -> Vec<&str> {
    let proved: BTreeSet<_> =
        rules.compiled.typed.examples.iter().map(|example| example.span.file).collect();
    let units = rules.compiled.resolved.units.iter();
    units
        .filter(|unit| !proved.contains(&unit.span.file))
        .map(|unit| unit.name.text.as_str())
        .collect()
}

#[test]
fn every_unit_of_the_policies_has_an_example() {
    assert_eq!(unproved(&policies()), Vec::<&str>::new());
    let bare = "vocabulaire v\nversion 1\nen vigueur à partir du 2019-01-01\n";
    assert_eq!(unproved(&Rules::from_texts([("v.bareme", bare)])), ["v"]);
}
