//! Raw applications in place of facts.

use crate::vocabulary::{number, schema, state};
use dossier::{
    AdaptedForm, AdapterFailure, Dossier, DossierError, FormAdapter, Format, Forms, Node, NodeKind,
    Refusal, Scalar, facts_of_form, parse, read,
};
use engine::{FactState, Proof};

/// An adapter that takes box E7 for the income and refuses it when it is not a number.
struct IncomeAdapter;

impl FormAdapter for IncomeAdapter {
    fn adapt(&self, form: &Node) -> Result<AdaptedForm, AdapterFailure> {
        let Some(NodeKind::Scalar(typed)) = form.get("E7").map(|node| node.kind.clone()) else {
            return Err(AdapterFailure { message: "l'adaptateur a échoué, ligne 3".to_owned() });
        };
        if !typed.text.chars().all(|c| c.is_ascii_digit()) {
            let refusal = Refusal {
                form_box: "E7".to_owned(),
                message: "un montant\nest attendu.".to_owned(),
            };
            return Ok(AdaptedForm { facts: Node::map([]), refusals: vec![refusal] });
        }
        let entry = |key: &str, node: Node| (key.to_owned(), node);
        let status = Node::scalar(Scalar::quoted("vérifié"));
        let value = Node::scalar(Scalar::plain(typed.text));
        let income = Node::map([entry("valeur", value), entry("statut", status)]);
        let persons = Node::map([
            entry("valeur", Node::scalar(Scalar::plain("2"))),
            entry("source", Node::scalar(Scalar::quoted("G2"))),
        ]);
        let home = Node::map([entry("revenus", income), entry("personnes", persons)]);
        Ok(AdaptedForm { facts: Node::map([entry("foyer", home)]), refusals: Vec::new() })
    }
}

fn files(path: &str) -> Option<Vec<u8>> {
    match path {
        "cerfa/a.json" => Some(b"{\"E7\": \"1600\"}".to_vec()),
        "cerfa/casse.json" => Some(b"{\"E7\": ".to_vec()),
        _ => None,
    }
}

fn dossier(candidate: &str) -> Result<Dossier, Vec<DossierError>> {
    let text = format!("offre: {{ loyer: 500 }}\ncandidats:\n  - {candidate}\n");
    let forms = Forms { adapter: &IncomeAdapter, load: &files };
    read(text.as_bytes(), Format::Yaml, &schema(), forms)
}

#[test]
fn a_form_in_place_or_beside_becomes_facts_with_their_boxes() {
    for candidate in ["{ id: a, cerfa: { E7: 1600 } }", "{ id: a, cerfa: cerfa/a.json }"] {
        let dossier = dossier(candidate).unwrap();
        assert_eq!(state(&dossier, 0, "foyer.revenus"), number("1600"));
        assert_eq!(state(&dossier, 0, "foyer.personnes"), number("2"));
        let sources: Vec<_> = dossier.candidates[0]
            .case
            .facts
            .values()
            .filter_map(|fact| fact.source.as_deref())
            .collect();
        // The first box is the vocabulary's, the second the adapter's.
        assert_eq!(sources, ["E7", "G2"]);
        let proofs =
            dossier.candidates[0].case.facts.values().filter(|fact| fact.proof == Proof::Verified);
        assert_eq!(proofs.count(), 1);
    }
}

#[test]
fn facts_given_beside_the_form_win_wherever_they_stand() {
    for candidate in [
        "{ id: a, cerfa: { E7: 1600 }, foyer: { revenus: 1 } }",
        "{ id: a, foyer: { revenus: 1 }, cerfa: { E7: 1600 } }",
    ] {
        let dossier = dossier(candidate).unwrap();
        assert_eq!(state(&dossier, 0, "foyer.revenus"), number("1"));
        assert_eq!(state(&dossier, 0, "foyer.personnes"), number("2"));
    }
    let withheld =
        dossier("{ id: a, cerfa: { E7: 1600 }, foyer: { revenus: { non_communique: oui } } }")
            .unwrap();
    assert_eq!(state(&withheld, 0, "foyer.revenus"), FactState::Withheld);
}

#[test]
fn a_refused_box_is_named() {
    let errors = dossier("{ id: a, cerfa: { E7: beaucoup } }").unwrap_err();
    let [error] = errors.as_slice() else { panic!("one error") };
    assert_eq!((error.code.0, error.path.as_str()), ("D0301", "candidats[0].cerfa"));
    assert_eq!(error.message, "case « E7 » : un montant est attendu");
    assert_eq!((error.place.line, error.place.column), (3, 27));
}

#[test]
fn a_failing_adapter_or_a_broken_form_is_an_error_of_the_candidate() {
    for (candidate, says) in [
        ("{ id: a, cerfa: { E8: 1 } }", "l'adaptateur a échoué, ligne 3"),
        ("{ id: a, cerfa: cerfa/b.json }", "formulaire introuvable à côté du dossier"),
        (
            "{ id: a, cerfa: cerfa/casse.json }",
            "formulaire mal formé, ligne 1, colonne 8 : texte inachevé",
        ),
        ("{ id: a, cerfa: /etc/passwd }", "le formulaire se trouve à côté du dossier"),
        ("{ id: a, cerfa: 'C:\\x' }", "le formulaire se trouve à côté du dossier"),
    ] {
        let errors = dossier(candidate).unwrap_err();
        let [error] = errors.as_slice() else { panic!("one error for {candidate}") };
        assert_eq!((error.code.0, error.message.as_str()), ("D0301", says), "{candidate}");
        assert_eq!(error.path, "candidats[0].cerfa");
    }
}

#[test]
fn facts_of_an_adapter_are_checked_like_any_other() {
    struct Wrong;
    impl FormAdapter for Wrong {
        fn adapt(&self, _: &Node) -> Result<AdaptedForm, AdapterFailure> {
            let income =
                Node::map([("revenus".to_owned(), Node::scalar(Scalar::quoted("zorglub")))]);
            let facts =
                Node::map([("foyer".to_owned(), income), ("foier".to_owned(), Node::map([]))]);
            Ok(AdaptedForm { facts, refusals: Vec::new() })
        }
    }
    let form = parse(b"{}", Format::Json).unwrap();
    let errors = facts_of_form(&form, &Wrong, &schema()).unwrap_err();
    let said: Vec<_> = errors.iter().map(|it| (it.code.0, it.path.as_str())).collect();
    assert_eq!(said, [("D0201", "foier"), ("D0202", "foyer.revenus")]);
    assert!(errors.iter().all(|error| !error.to_string().contains("zorglub")));
}

#[test]
fn a_form_alone_becomes_facts() {
    let form = parse(b"{\"E7\": \"1600\"}", Format::Json).unwrap();
    let case = facts_of_form(&form, &IncomeAdapter, &schema()).unwrap();
    assert_eq!(case.facts.len(), 2);
}
