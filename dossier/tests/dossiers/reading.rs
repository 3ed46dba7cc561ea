//! What a good dossier becomes.

use crate::vocabulary::{json, number, one, schema, state, text, yaml};
use engine::{Date, FactState, ListState, Proof, Value};

const BOTH: &str = r#"
date: 2019-10-15
offre: { commune: "69386", loyer: 500, typologie: T1 }
candidats:
  - id: tabanou
    postule: oui
    demandeur: { date_naissance: 1990-03-14, statut: cdi }
    foyer: { revenus: 1600, personnes: 1 }
    employeur:
      cotisante: oui
      validation: { valeur: confirmée, date: 2019-07-12, source: employeur, statut: validé, role: "Chargée de l'entreprise" }
  - id: 2
    postule: non
    foyer: { revenus: 1550.50 }
    employeur: { validation: en_cours }
"#;

#[test]
fn a_dossier_is_a_date_an_offer_and_candidates() {
    let dossier = yaml(BOTH).unwrap();
    assert_eq!(dossier.date, Date::parse_iso("2019-10-15"));
    assert_eq!(dossier.offer.len(), 3);
    let ids: Vec<&str> = dossier.candidates.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["tabanou", "2"]);
    assert!(dossier.candidates[0].applies && !dossier.candidates[1].applies);
    for candidate in 0..2 {
        assert_eq!(state(&dossier, candidate, "offre.loyer"), number("500"));
        assert_eq!(state(&dossier, candidate, "offre.commune"), text("69386"));
    }
    assert_eq!(state(&dossier, 1, "foyer.revenus"), number("1550,5"));
    assert_eq!(state(&dossier, 1, "foyer.personnes"), FactState::Missing);
}

#[test]
fn a_fact_keeps_its_source_its_date_and_its_proof() {
    let dossier = yaml(BOTH).unwrap();
    let schema = schema();
    let employer = schema.entity_named("employeur").unwrap();
    let field = schema.field_named(employer, "validation").unwrap();
    let fact = &dossier.candidates[0].case.facts[&field];
    assert_eq!(fact.state, FactState::Known(Value::Enum(2)));
    assert_eq!(fact.source.as_deref(), Some("employeur"));
    assert_eq!(fact.date, Date::parse_iso("2019-07-12"));
    assert_eq!(fact.proof, Proof::Validated(Some("Chargée de l'entreprise".into())));
    let plain = &dossier.candidates[1].case.facts[&field];
    assert_eq!(
        (plain.proof.clone(), plain.source.clone(), plain.date),
        (Proof::Declared, None, None)
    );
}

#[test]
fn json_and_yaml_say_the_same() {
    let text = r#"{"date": "2019-10-15", "offre": {"commune": 69386, "loyer": 500.00, "typologie": "T1"},
      "candidats": [{"id": "a", "postule": true, "foyer": {"revenus": 1600, "personnes": 2.0},
        "demandeur": {"nom": "D\u00e9\uD83D\uDE00"}, "personne_à_charge": [{"handicap": false}]}]}"#;
    let same = "date: 2019-10-15\noffre: { commune: 69386, loyer: '500,00', typologie: T1 }\ncandidats:\n- id: a\n  postule: Oui\n  foyer: { revenus: 1 600, personnes: '2' }\n  demandeur: { nom: Dé😀 }\n  personne_à_charge: [ { handicap: non } ]\n";
    assert_eq!(json(text).unwrap(), yaml(same).unwrap());
}

#[test]
fn every_type_is_read() {
    let dossier = yaml(&one(
        "demandeur: { nom: \"d'Été\", date_naissance: '1988-02-29', statut: étudiant }\nfoyer: { revenus: \"1 600,50 €/mois\", personnes: 3, part: 31,25 }\nemploi: { ancienneté: 3 ans, trajet: 1 h }\nemployeur: { siren: 000000018, cotisante: False }",
    ));
    // In a flow map a bare comma separates: the second half is another key.
    assert!(dossier.is_err());
    let dossier = yaml(&one(
        "demandeur: { nom: \"d'Été\", date_naissance: '1988-02-29', statut: étudiant }\nfoyer: { revenus: \"1 600,50 €/mois\", personnes: 3, part: \"31,25 %\" }\nemploi: { ancienneté: 3 ans, trajet: 1 h }\nemployeur: { siren: 000000018, cotisante: False }",
    ))
    .unwrap();
    let of = |path| state(&dossier, 0, path);
    assert_eq!(of("demandeur.nom"), text("d'Été"));
    assert_eq!(
        of("demandeur.date_naissance"),
        FactState::Known(Value::Date(Date::new(1988, 2, 29).unwrap()))
    );
    assert_eq!(of("demandeur.statut"), FactState::Known(Value::Enum(2)));
    assert_eq!(of("foyer.revenus"), number("1600,5"));
    assert_eq!(of("foyer.personnes"), number("3"));
    assert_eq!(of("foyer.part"), number("0,3125"));
    assert_eq!(of("emploi.ancienneté"), number("36"));
    assert_eq!(of("emploi.trajet"), number("60"));
    assert_eq!(of("employeur.siren"), text("000000018"));
    assert_eq!(of("employeur.cotisante"), FactState::Known(Value::Bool(false)));
}

#[test]
fn a_bare_number_is_in_the_field_s_unit() {
    let dossier =
        yaml(&one("emploi: { ancienneté: 18 }\nfoyer:\n  part: 31,25\n  revenus: 31,5")).unwrap();
    assert_eq!(state(&dossier, 0, "emploi.ancienneté"), number("18"));
    assert_eq!(state(&dossier, 0, "foyer.part"), number("0,3125"));
    assert_eq!(state(&dossier, 0, "foyer.revenus"), number("31,5"));
}

#[test]
fn an_exact_fraction_is_a_number() {
    let dossier =
        yaml(&one("foyer: { revenus: { numerateur: 19000, denominateur: 12 } }")).unwrap();
    let third = engine::Exact::fraction(19000, 12).unwrap();
    assert_eq!(state(&dossier, 0, "foyer.revenus"), FactState::Known(Value::Number(third)));
    let long = one(
        "foyer: { revenus: { valeur: { numérateur: 19000, dénominateur: 12 }, statut: vérifié } }",
    );
    assert_eq!(
        state(&yaml(&long).unwrap(), 0, "foyer.revenus"),
        FactState::Known(Value::Number(third))
    );
}

#[test]
fn missing_withheld_and_empty_are_three_things() {
    let dossier = yaml(&one(
        "foyer: { revenus: null, personnes: { non_communique: true }, part: { valeur: ~, source: écran 3 } }\ndemandeur:\nemployeur: { non_communiqué: oui }\npersonne_à_charge: []",
    ))
    .unwrap();
    let of = |path| state(&dossier, 0, path);
    assert_eq!(of("foyer.revenus"), FactState::Missing);
    assert_eq!(of("foyer.personnes"), FactState::Withheld);
    assert_eq!(of("foyer.part"), FactState::Missing);
    assert_eq!(of("demandeur.nom"), FactState::Missing);
    assert_eq!(of("employeur.validation"), FactState::Withheld);
    assert_eq!(of("employeur.siren"), FactState::Withheld);
    let list = |facts: &str| {
        let dossier = yaml(&one(facts)).unwrap();
        let id = schema().entity_named("personne_à_charge").unwrap();
        dossier.candidates[0].case.lists.get(&id).cloned().unwrap_or_default()
    };
    assert_eq!(list("personne_à_charge: []"), ListState::Known(Vec::new()));
    assert_eq!(list("personne_à_charge: null"), ListState::Missing);
    assert_eq!(list("postule: oui"), ListState::Missing);
    assert_eq!(list("personne_à_charge: { non_communique: oui }"), ListState::Withheld);
    let ListState::Known(items) = list("personne_à_charge: [ { handicap: oui }, {} ]") else {
        panic!("a list")
    };
    assert_eq!(items.iter().map(engine::Facts::len).collect::<Vec<_>>(), [1, 0]);
}

#[test]
fn a_candidate_applies_unless_it_says_no() {
    let dossier = yaml(
        "offre: {}\ncandidats: [ { id: a }, { id: b, postule: non }, { id: c, postule: null } ]",
    )
    .unwrap();
    let applies: Vec<bool> = dossier.candidates.iter().map(|it| it.applies).collect();
    assert_eq!(applies, [true, false, true]);
}

#[test]
fn an_empty_pool_is_a_correct_dossier() {
    let dossier = yaml("date: 2019-10-15\noffre: { loyer: 500 }\ncandidats: []").unwrap();
    assert_eq!(dossier.candidates, []);
    assert_eq!(yaml("offre: {}\ncandidats: []").unwrap().date, None);
}

#[test]
fn a_bom_crlf_and_decomposed_accents_change_nothing() {
    let plain =
        one("personne_à_charge: [ { handicap: non } ]\nemployeur: { validation: confirmée }");
    let decomposed: String = plain.replace('é', "e\u{301}").replace('à', "a\u{300}");
    let odd = format!("\u{feff}{}", decomposed.replace('\n', "\r\n"));
    assert_eq!(yaml(&odd).unwrap(), yaml(&plain).unwrap());
}

#[test]
fn anchors_within_reason_are_read() {
    let text = "offre: {}\ncandidats:\n  - { id: a, foyer: &f { revenus: 1600 } }\n  - { id: b, foyer: *f }\n";
    let dossier = yaml(text).unwrap();
    assert_eq!(state(&dossier, 1, "foyer.revenus"), number("1600"));
}

#[test]
fn an_accentless_status_is_understood() {
    let dossier = yaml(&one("foyer: { revenus: { valeur: 1, statut: verifie } }")).unwrap();
    let fact = dossier.candidates[0].case.facts.values().find(|fact| fact.proof == Proof::Verified);
    assert!(fact.is_some());
}
