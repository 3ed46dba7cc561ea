//! Decisions run again by the command: alone, by days, under other rules, and after a stop.

use crate::bareme::{Desk, other_policies};
use serde_json::Value;

/// Records three decisions of 2019, and says which day is the last.
fn three(desk: &Desk) -> Vec<Value> {
    ["lyon-6e", "neuf-candidats", "un-candidat"]
        .map(|name| desk.recorded(&format!("examples/{name}.yaml")))
        .to_vec()
}

#[test]
fn a_decision_gives_the_same_bytes_again() {
    let desk = Desk::new();
    let decision = desk.worked_example();
    let same = desk.run(&["rejouer", decision["decision"].as_str().unwrap()]).ends(0);
    assert_eq!(same.answer, "Identique, octet pour octet.\n");
}

#[test]
fn days_are_replayed_and_counted() {
    let desk = Desk::new();
    let recorded = three(&desk);
    let day = recorded[0]["date"].as_str().unwrap();
    let of_day = recorded.iter().filter(|it| it["date"] == day).count();
    let days = |from: &str, to: &str| {
        let arguments = ["rejouer", "--depuis", from, "--jusqu-a", to, "--format", "json"];
        desk.run(&arguments).ends(0).json()
    };
    let one = days(day, day);
    assert_eq!((&one["decisions"], &one["identiques"]), (&of_day.into(), &of_day.into()));
    assert_eq!(days("2000-01-01", "2099-01-01")["identiques"], 3);
    assert_eq!(days("2000-01-01", "2000-12-31")["decisions"], 0);
    let open = desk.run(&["rejouer", "--depuis", "2000-01-01"]).ends(0);
    insta::assert_snapshot!("rejouer_jours", open.answer);
}

#[test]
fn other_rules_say_who_loses_and_by_which_line() {
    let desk = Desk::new();
    three(&desk);
    let other = desk.path("autres");
    other_policies(&other, "als/", ("30 ans", "29 ans"));
    let arguments = ["rejouer", "--depuis", "2000-01-01", "--avec", other.to_str().unwrap()];
    let replayed = desk.run(&arguments).ends(0);
    insta::assert_snapshot!("rejouer_avec", replayed.steady(&desk));
    let json = desk.run(&[&arguments[..], &["--format", "json"]].concat()).ends(0).json();
    assert_eq!(json["decisions"], 3);
    assert!(json["differentes"].as_u64().unwrap() > 0, "{json}");
    let moved = &json["detail"][0]["candidats"][0];
    assert!(moved["lignes"][0]["ligne"].as_str().unwrap().starts_with("als/"), "{moved}");
}

#[tokio::test]
async fn rules_that_were_changed_since_replay_nothing() {
    let desk = Desk::new();
    let decision = desk.worked_example();
    let changed = "UPDATE contents SET bytes = CAST(REPLACE(CAST(bytes AS TEXT), '30 ans', \
                   '29 ans') AS BLOB)";
    desk.change(&[changed]).await;
    let refused = desk.run(&["rejouer", decision["decision"].as_str().unwrap()]).ends(1);
    assert!(refused.answer.contains("ne sont plus ceux de son empreinte"), "{}", refused.answer);
}

#[test]
fn rules_with_mistakes_are_told_as_verifier_does() {
    let desk = Desk::new();
    three(&desk);
    let arguments = ["rejouer", "--depuis", "2000-01-01", "--avec", "cli/tests/fixtures/erreurs"];
    let refused = desk.run(&arguments).ends(3);
    assert!(refused.said.contains("erreur[E"), "{}", refused.said);
}

#[test]
fn a_replay_goes_on_from_its_mark_and_from_no_other() {
    let desk = Desk::new();
    three(&desk);
    let mark = desk.text("reprise.json");
    let go = |from: &str| {
        let arguments = ["rejouer", "--depuis", from, "--reprise", &mark, "--format", "json"];
        desk.run(&arguments)
    };
    assert_eq!(go("2000-01-01").ends(0).json()["decisions"], 3);
    desk.worked_example();
    assert_eq!(go("2000-01-01").ends(0).json()["decisions"], 4, "only the new one is done");
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&mark).unwrap()).unwrap();
    assert_eq!(kept["suivante"], 4);
    assert!(go("2001-01-01").ends(2).said.contains("la reprise d'un autre rejeu"));
    std::fs::write(&mark, "{}").unwrap();
    assert!(go("2000-01-01").ends(1).said.contains("n'est pas la reprise d'un rejeu"));
}
