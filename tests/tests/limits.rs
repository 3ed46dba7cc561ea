//! The limits of rule files, from both sides: what is just within passes, what is just beyond is
//! refused at its place, at once.

use dsl::limits::{COST, DECLARATIONS, FILE_BYTES, TABLE_INPUTS, TABLE_ROWS};
use std::fmt::Write;
use std::sync::mpsc;
use std::time::Duration;
use tests::rules::Rules;

/// A hang, not a measure.
const GUARD: Duration = Duration::from_secs(240);

const VOCABULARY: &str = "vocabulaire v
version 1
en vigueur à partir du 2019-01-01

entité foyer
  personnes : entier \"Personnes\"

entité membre liste \"Les membres\"
  revenus : entier \"Revenus\"
";
const POLICY: &str = "politique p
version 1
en vigueur à partir du 2019-01-01
utilise v
source \"Essai\"
";

/// Verifies a policy, perhaps with a CSV table. Shape: `path:line:column code` of each error.
#[track_caller]
fn errors(policy: String, csv: Option<String>) -> Vec<String> {
    let (done, result) = mpsc::channel();
    std::thread::spawn(move || {
        let mut texts = vec![("v.bareme", VOCABULARY), ("p.bareme", policy.as_str())];
        texts.extend(csv.as_deref().map(|csv| ("t.csv", csv)));
        let rules = Rules::from_texts(texts);
        let found = rules.verified();
        let errors = found.iter().filter(|one| one.severity == source::Severity::Error);
        let said = |one| rules.say(one).split_whitespace().take(2).collect::<Vec<_>>().join(" ");
        done.send(errors.map(said).collect())
    });
    result.recv_timeout(GUARD).expect("verification hangs or died")
}

fn criteria(count: usize) -> String {
    let mut text = POLICY.to_owned();
    for at in 1..=count {
        let _ = write!(text, "critère c{at}\n  donne 1 point si foyer.personnes = 1\n");
    }
    text
}

#[test]
fn ten_thousand_criteria_are_a_grid() {
    assert_eq!(errors(criteria(10_000), None), [""; 0]);
}

#[test]
fn declarations_are_counted() {
    // Five lines of the first column come before.
    let within = DECLARATIONS - POLICY.lines().count();
    let short = |count: usize| format!("{POLICY}{}", "relu le 2019-01-01\n".repeat(count));
    assert_eq!(errors(short(within), None), [""; 0]);
    assert_eq!(errors(short(within + 1), None), ["p.bareme:20001:1: E0110"]);
}

fn table(rows: usize, inputs: usize) -> String {
    let heads = vec!["foyer.personnes"; inputs].join(" | ");
    let mut text = format!("{POLICY}table t : points\n  | {heads} => points |\n");
    for at in 1..rows {
        let cells = vec![at.to_string(); inputs].join(" | ");
        let _ = writeln!(text, "  | {cells} => {at} points |");
    }
    let _ = writeln!(text, "  | sinon => 0 point |");
    text
}

#[test]
fn rows_and_inputs_of_a_table_are_counted() {
    assert_eq!(errors(table(TABLE_ROWS, 1), None), [""; 0]);
    assert_eq!(errors(table(TABLE_ROWS + 1, 1), None), ["p.bareme:6:7: E0110"]);
    assert_eq!(errors(table(3, TABLE_INPUTS), None), [""; 0]);
    assert_eq!(errors(table(3, TABLE_INPUTS + 1), None), ["p.bareme:6:7: E0110"]);
}

#[test]
fn a_csv_table_has_the_size_of_a_file() {
    let policy = format!("{POLICY}table t : points\n  depuis \"t.csv\"\n");
    let small = "foyer.personnes;points\n1;1 point\nsinon;0 point\n";
    let padded = |bytes: usize| format!("{small}#{}\n", "x".repeat(bytes - small.len() - 2));
    assert_eq!(errors(policy.clone(), Some(padded(FILE_BYTES))), [""; 0]);
    assert_eq!(errors(policy, Some(padded(FILE_BYTES + 1))), ["t.csv:1:1: E0110"]);
}

/// A loop in a loop, as deep as said.
fn loops(depth: usize) -> String {
    let mut inner = "m1.revenus > 0".to_owned();
    for level in (1..=depth).rev() {
        inner = format!("existe(m{level} dans membre tel que m{level}.revenus > 1 et {inner})");
    }
    format!("{POLICY}critère c \"Boucles\"\n  donne 1 point\n  si {inner}\n")
}

#[test]
fn what_an_evaluation_costs_is_estimated_before_any() {
    assert_eq!(errors(loops(4), None), [""; 0]);
    assert_eq!(errors(loops(7), None), ["p.bareme:1:11: E0904"]);
    let rules = Rules::from_texts([("v.bareme", VOCABULARY), ("p.bareme", &loops(4))]);
    let cost = rules.compiled.lowered.program.cost();
    assert!(16_u64.pow(4) < cost && cost < COST, "{cost}");
}
