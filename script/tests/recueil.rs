//! The scripts of the recueil, through the sandbox: what real authors write stays within limits.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use dossier::{AdaptedForm, FormAdapter, Format, Node, NodeKind};
use engine::{Base, Exact, FunctionDef, NumberForm, Schema, Scripts, Type, Unit, Value};
use script::Sandbox;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const ADAPTER: &str = "adaptateurs/cerfa_14069.rhai";
const DISTANCES: &str = "scripts/distances.rhai";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn sandbox() -> Sandbox {
    let read = |path: &str| {
        let text = std::fs::read_to_string(root().join("policies").join(path)).unwrap();
        BTreeMap::from([(path.to_owned(), text)])
    };
    let compiled = Sandbox::compile(&read(DISTANCES), &read(ADAPTER));
    assert_eq!(compiled.errors, []);
    compiled.sandbox
}

fn distance(from: &str, to: &str) -> Result<Value, engine::EvalError> {
    let function = FunctionDef {
        name: "distance_km".to_owned(),
        entry: "distance_km".to_owned(),
        script: DISTANCES.to_owned(),
        arguments: vec![Type::Code, Type::Code],
        ty: Type::Number(Unit::of(Base::Kilometre), NumberForm::Decimal),
    };
    let code = |text: &str| Value::Text(text.into());
    sandbox().call(&function, &[code(from), code(to)], &Schema::default())
}

fn forms() -> BTreeMap<String, Node> {
    let mut forms = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("examples/cerfa")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if Format::of_name(&name) == Format::Json {
            let bytes = std::fs::read(&path).unwrap();
            forms.insert(name, dossier::parse(&bytes, Format::Json).unwrap());
        }
    }
    assert!(forms.len() >= 8, "the recueil has at least eight raw applications");
    forms
}

fn adapted(form: &Node) -> AdaptedForm {
    sandbox().adapter(ADAPTER).expect("the recueil has an adapter").adapt(form).unwrap()
}

/// Repeats every item of a form's lists until there are so many.
fn lengthened(form: &Node, items: usize) -> Node {
    let mut form = form.clone();
    if let NodeKind::Map(entries) = &mut form.kind {
        for entry in entries {
            if let NodeKind::List(list) = &mut entry.value.kind {
                let models = list.clone();
                list.extend(models.into_iter().cycle().take(items.saturating_sub(list.len())));
            }
        }
    }
    form
}

/// Returns the scalars of a tree that could be someone's: long enough not to be a common word.
fn private_texts(node: &Node, found: &mut Vec<String>) {
    match &node.kind {
        NodeKind::Scalar(scalar) if scalar.text.chars().count() >= 5 => {
            found.push(scalar.text.clone());
        }
        NodeKind::Scalar(_) => {}
        NodeKind::List(items) => items.iter().for_each(|item| private_texts(item, found)),
        NodeKind::Map(entries) => {
            for entry in entries {
                private_texts(&entry.value, found);
            }
        }
    }
}

#[test]
fn distances_are_those_of_the_table() {
    assert_eq!(distance("42218", "69386"), Ok(Value::Number(Exact::whole(52))));
    assert_eq!(distance("69386", "69386"), Ok(Value::Number(Exact::ZERO)));
    assert_eq!(distance("99999", "69386"), Err(engine::EvalError::ScriptFailure));
}

#[test]
fn every_raw_application_becomes_facts_or_refusals() {
    for (name, form) in forms() {
        let adapted = adapted(&form);
        let NodeKind::Map(entities) = &adapted.facts.kind else {
            panic!("{name}: facts by entity")
        };
        assert!(entities.len() > 5, "{name}: {} entities", entities.len());
        assert_eq!(adapted.refusals.is_empty(), !name.contains("corriger"), "{name}");
    }
}

#[test]
fn a_refusal_never_repeats_what_was_typed() {
    for (name, form) in forms() {
        let mut texts = Vec::new();
        private_texts(&form, &mut texts);
        for refusal in adapted(&form).refusals {
            assert!(!refusal.form_box.is_empty(), "{name}: a refusal names its box");
            let repeated = texts.iter().find(|text| refusal.message.contains(text.as_str()));
            assert_eq!(repeated, None, "{name}: {}", refusal.message);
        }
    }
}

#[test]
fn a_form_of_another_shape_is_refused_not_crashed_on() {
    let sandbox = sandbox();
    let adapter = sandbox.adapter(ADAPTER).unwrap();
    for text in [
        "{}",
        "[]",
        "null",
        "12",
        r#"{"formulaire": []}"#,
        r#"{"formulaire": "14069*05", "cases": {"C1": {"a": [[[]]]}}, "motifs": [[1]], "ressources": [null, 3, "x", {}]}"#,
    ] {
        let form = dossier::parse(text.as_bytes(), Format::Json).unwrap();
        if let Ok(adapted) = adapter.adapt(&form) {
            assert!(!adapted.refusals.is_empty() || text.contains("*05"), "{text}");
        }
    }
}

#[test]
fn a_large_household_stays_within_the_limits() {
    for name in ["03-couple-deux-enfants.json", "07-foyer-handicap.json"] {
        let forms = forms();
        let form = lengthened(&forms[name], 10);
        let NodeKind::Map(entities) = adapted(&form).facts.kind else { panic!("facts by entity") };
        let of = |name: &str| entities.iter().find(|entity| &*entity.key == name);
        let NodeKind::List(children) = &of("personne_à_charge").unwrap().value.kind else {
            panic!("a list of persons")
        };
        assert_eq!(children.len(), 10);
    }
}
