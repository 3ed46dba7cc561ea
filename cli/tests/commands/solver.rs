//! `verifier --solveur z3`.

use crate::bareme::{Run, fixture, root, run, run_where};
use std::process::Command;

/// The program that the repository's own script finds or gets.
fn z3() -> String {
    let output = Command::new(root().join("tests/tools/z3")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn verify(format: &str, program: &str) -> Run {
    let recueil = fixture("garanties");
    let day = ["--date", "2019-10-15"];
    let arguments = ["verifier", &recueil, "--solveur", "z3", "--format", format, day[0], day[1]];
    run_where(&[("BAREME_Z3", program)], &arguments)
}

#[test]
fn what_is_not_decided_is_asked_of_the_solver() {
    let alone = run(&["verifier", &fixture("garanties"), "--format", "court"]);
    assert!(alone.answer.contains("N0101") && !alone.answer.contains("N0110"), "{}", alone.answer);
    let asked = verify("court", &z3());
    insta::assert_snapshot!(asked.whole());
}

#[test]
fn json_names_the_solver() {
    let json = verify("json", &z3()).json();
    let found = json["diagnostics"].as_array().unwrap();
    let told = found.iter().find(|it| it["code"] == "N0110").unwrap();
    assert_eq!(told["message"], "garantie prouvée par Z3");
    let refuted = found.iter().find(|it| it["code"] == "E0412").unwrap();
    assert!(refuted["message"].as_str().unwrap().contains("par Z3 puis par le moteur"));
    assert!(refuted["exemple"]["texte"].as_str().unwrap().contains("foyer.personnes = 13"));
}

#[test]
fn a_solver_that_is_absent_or_does_not_answer_is_a_failure() {
    let recueil = fixture("garanties");
    let absent = run_where(
        &[("BAREME_Z3", ""), ("PATH", "/nowhere")],
        &["verifier", &recueil, "--solveur", "z3"],
    );
    insta::assert_snapshot!("absent", absent.whole());
    let broken = verify("humain", "/nowhere/z3");
    assert_eq!(broken.exit, 1);
    assert!(broken.explanation.contains("Z3 (« /nowhere/z3 ») ne démarre pas"));
    let silent = verify("humain", "/bin/true");
    assert_eq!(silent.exit, 1, "{}", silent.explanation);
}
