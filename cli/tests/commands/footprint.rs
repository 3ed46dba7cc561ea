//! `faits-lus`: what units read, by which way, and who sees it.

use crate::bareme::{fixture, run};

#[test]
fn a_company_reads_what_choices_share() {
    let run = run(&["faits-lus", "policies", "--unite", "orango"]);
    assert_eq!(run.exit, 0, "{}", run.explanation);
    insta::assert_snapshot!(run.answer);
}

#[test]
fn a_ranking_reads_through_tables_and_definitions() {
    let run = run(&["footprint", "policies", "--unite", "rapprochement"]);
    assert_eq!(run.exit, 0, "{}", run.explanation);
    insta::assert_snapshot!(run.answer);
}

#[test]
fn what_is_read_has_a_json_shape() {
    let run = run(&["faits-lus", &fixture("simple"), "--format", "json"]);
    assert_eq!(run.exit, 0, "{}", run.explanation);
    insta::assert_snapshot!(run.answer);
}

#[test]
fn every_unit_that_reads_is_listed_once() {
    let answer = run(&["faits-lus", "policies", "--format", "json"]).json();
    let units = answer["unites"].as_array().unwrap();
    let names: Vec<&str> = units.iter().map(|unit| unit["unite"].as_str().unwrap()).collect();
    let mut once = names.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), names.len());
    assert!(names.contains(&"entreprise") && names.contains(&"air_france"), "{names:?}");
}

#[test]
fn an_unknown_unit_is_a_mistake_of_usage() {
    let run = run(&["faits-lus", "policies", "--unite", "orengo"]);
    assert_eq!(run.exit, 2);
    assert!(run.explanation.contains("vouliez-vous dire « orango » ?"), "{}", run.explanation);
}
