//! The end of what is kept: an erasure asked for, applications that end, retention rules.

use crate::bareme::Desk;

fn purge(desk: &Desk, day: &str, more: &[&str]) -> serde_json::Value {
    let rules = desk.text("regles.yaml");
    std::fs::write(
        &rules,
        "conservation:\n  - { depuis: radiation, mois: 12 }\n  - { depuis: derniere_decision, mois: 36 }\n",
    )
    .unwrap();
    let arguments = ["registre", "purger", "--regles", &rules, "--par", "dpo", "--le", day];
    desk.run(&[&arguments[..], more, &["--format", "json"]].concat()).ends(0).json()
}

#[test]
fn rules_erase_what_is_due_after_a_trial_that_erases_nothing() {
    let desk = Desk::new();
    desk.worked_example();
    let close = ["registre", "cloturer", "--candidature", "tabanou", "--motif", "radiation"];
    desk.run(&[&close[..], &["--le", "2020-01-10", "--par", "sne"]].concat()).ends(0);
    let due = |answer: &serde_json::Value| {
        [&answer["regles"][0]["echues"], &answer["regles"][1]["echues"]]
            .map(|it| it.as_u64().unwrap())
    };
    assert_eq!(due(&purge(&desk, "2021-01-09", &[])), [0, 0], "a day before");
    let trial = purge(&desk, "2021-01-10", &["--essai"]);
    assert_eq!((due(&trial), &trial["entree"]), ([1, 0], &serde_json::Value::Null));
    assert_eq!(due(&purge(&desk, "2021-01-10", &[])), [1, 0], "the trial has erased nothing");
    assert_eq!(due(&purge(&desk, "2022-10-15", &[])), [0, 1]);
    let state = desk.run(&["registre", "etat", "--format", "json"]).ends(0).json();
    assert_eq!((&state["effacees"], &state["candidatures"]), (&2.into(), &0.into()));
    desk.run(&["registre", "verifier", "--complet"]).ends(0);
}

#[test]
fn rules_that_are_none_are_refused() {
    let desk = Desk::new();
    for text in ["", "conservation: 12", "conservation: [{depuis: toujours, mois: 1}]", "autre: []"]
    {
        let rules = desk.text("regles.yaml");
        std::fs::write(&rules, text).unwrap();
        let refused = desk.run(&["registre", "purger", "--regles", &rules, "--par", "dpo"]).ends(1);
        assert!(refused.said.contains("n'est pas une liste de règles de conservation"), "{text}");
    }
}

#[test]
fn what_is_erased_is_told_by_a_replay_and_gives_no_receipt() {
    let desk = Desk::new();
    let decision = desk.worked_example();
    let id = decision["decision"].as_str().unwrap();
    let erase = |whose: &[&str]| {
        let why = ["--par", "dpo", "--raison", "demande de la personne"];
        desk.run(&[&["registre", "effacer"], whose, &why].concat())
    };
    let erased = erase(&["--candidature", "tabanou"]).ends(0);
    assert!(erased.answer.contains("le journal le dit à l'entrée 1"), "{}", erased.answer);
    let replayed = desk.run(&["rejouer", id]).ends(0);
    assert!(replayed.answer.contains("candidat 1 effacé à l'entrée 1"), "{}", replayed.answer);
    assert!(replayed.answer.contains("demandeur.date_naissance"), "{}", replayed.answer);
    assert!(!replayed.answer.contains("1990-03-14"));
    let receipt = desk.run(&["registre", "recu", id, "--candidat", "tabanou"]).ends(1);
    assert!(!receipt.said.contains("tabanou"), "{}", receipt.said);
    desk.run(&["registre", "recu", id, "--candidat", "leclerc"]).ends(0);
    let twice = erase(&["--candidature", "tabanou"]).ends(1);
    assert_eq!(twice.said, "erreur : le registre ne contient rien de cette candidature\n");
    desk.run(&["registre", "verifier", "--complet"]).ends(0);
}
