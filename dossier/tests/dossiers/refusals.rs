//! What is refused, with which code, where, and without ever repeating a value.

use crate::vocabulary::{json, one, yaml};
use dossier::DossierError;

/// A dossier's facts, and the error they must give.
struct Refused {
    facts: &'static str,
    code: &'static str,
    path: &'static str,
    says: &'static str,
    help: Option<&'static str>,
    secret: &'static str,
}

const fn refused(
    facts: &'static str,
    code: &'static str,
    path: &'static str,
    says: &'static str,
    secret: &'static str,
) -> Refused {
    Refused { facts, code, path, says, help: None, secret }
}

impl Refused {
    const fn helped(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }
}

const WRONG: &[Refused] = &[
    refused("foyer: { revenu: 77777 }", "D0201", "foyer.revenu", "champ inconnu « revenu »", "77777")
        .helped("vouliez-vous dire « revenus » ?"),
    refused("foier: { revenus: 77777 }", "D0201", "foier", "champ inconnu « foier »", "77777")
        .helped("vouliez-vous dire « foyer » ?"),
    refused("offre: { loyer: 77777 }", "D0201", "offre", "« offre » dans un candidat", "77777")
        .helped("l'offre se donne une fois, au début du dossier, pour tous les candidats"),
    refused("foyer: { revenus: beaucoup }", "D0202", "foyer.revenus", "attendu un nombre en €/mois, trouvé un texte", "beaucoup"),
    refused("foyer: { revenus: [77777] }", "D0202", "foyer.revenus", "attendu un nombre en €/mois, trouvé une liste", "77777"),
    refused("foyer: { revenus: oui }", "D0202", "foyer.revenus", "attendu un nombre en €/mois, trouvé oui ou non", "77777"),
    refused("foyer: { revenus: 1977-07-17 }", "D0202", "foyer.revenus", "attendu un nombre en €/mois, trouvé une date", "1977"),
    refused("foyer: { revenus: '' }", "D0202", "foyer.revenus", "attendu un nombre en €/mois, trouvé un texte vide", "77777"),
    refused("foyer: { revenus: '77777 €/an' }", "D0202", "foyer.revenus", "attendu un nombre en €/mois, trouvé un nombre en €/an", "77777")
        .helped("donnez le nombre dans l'unité du champ, avec ou sans son unité"),
    refused("foyer: { revenus: '77777 km' }", "D0202", "foyer.revenus", "attendu un nombre en €/mois, trouvé un nombre en km", "77777")
        .helped("donnez le nombre dans l'unité du champ, avec ou sans son unité"),
    refused("foyer: { revenus: '77777 %' }", "D0202", "foyer.revenus", "attendu un nombre en €/mois, trouvé un pourcentage", "77777"),
    refused("foyer: { revenus: 77_777 }", "D0202", "foyer.revenus", "attendu un nombre en €/mois, trouvé un texte", "77_777"),
    refused("foyer: { revenus: .inf }", "D0202", "foyer.revenus", "attendu un nombre en €/mois, trouvé un texte", "inf"),
    refused("foyer: { personnes: 31.5 }", "D0202", "foyer.personnes", "attendu un nombre entier, trouvé un nombre à décimales", "31"),
    refused("foyer: { personnes: '31,5' }", "D0202", "foyer.personnes", "attendu un nombre entier, trouvé un nombre à décimales", "31"),
    refused("foyer: { personnes: { numerateur: 77, denominateur: 2 } }", "D0202", "foyer.personnes", "attendu un nombre entier, trouvé un nombre à décimales", "77"),
    refused("foyer: { personnes: { numerateur: 77, denominateur: 0 } }", "D0202", "foyer.personnes", "attendu un nombre entier, trouvé une fraction de dénominateur nul", "77"),
    refused("foyer: { personnes: -7777 }", "D0205", "foyer.personnes", "attendu un nombre positif ou nul, trouvé un nombre négatif", "7777"),
    refused("foyer: { revenus: '-7777,50 €/mois' }", "D0205", "foyer.revenus", "attendu un nombre positif ou nul, trouvé un nombre négatif", "7777"),
    refused("foyer: { revenus: { valeur: { numerateur: -7777, denominateur: 3 } } }", "D0205", "foyer.revenus", "attendu un nombre positif ou nul, trouvé un nombre négatif", "7777"),
    refused("foyer: { revenus: 1e400 }", "D0205", "foyer.revenus", "nombre hors limites : 18 chiffres et 12 décimales au plus", "400"),
    refused("foyer: { revenus: 777777777777777777777777777777777777777777777777777777777777 }", "D0205", "foyer.revenus", "nombre hors limites : 18 chiffres et 12 décimales au plus", "7777"),
    refused("foyer: { revenus: 0.7777777777777777 }", "D0205", "foyer.revenus", "nombre hors limites : 18 chiffres et 12 décimales au plus", "7777"),
    refused("demandeur: { date_naissance: 1977-02-30 }", "D0202", "demandeur.date_naissance", "attendu une date, trouvé un jour qui n'existe pas dans le calendrier", "1977"),
    refused("demandeur: { date_naissance: 17/07/1977 }", "D0202", "demandeur.date_naissance", "attendu une date, trouvé un texte", "1977")
        .helped("une date s'écrit 2020-05-02"),
    refused("demandeur: { date_naissance: 77 }", "D0202", "demandeur.date_naissance", "attendu une date, trouvé un nombre", "77")
        .helped("une date s'écrit 2020-05-02"),
    refused("demandeur: { date_naissance: 1977-07-17T00:00:00Z }", "D0202", "demandeur.date_naissance", "attendu une date, trouvé un texte", "1977")
        .helped("une date s'écrit 2020-05-02"),
    refused("demandeur: { statut: etudiant }", "D0202", "demandeur.statut", "attendu une valeur de « statut_professionnel », trouvé une autre valeur", "etudiant")
        .helped("vouliez-vous dire « étudiant » ?"),
    refused("demandeur: { statut: magistrat }", "D0202", "demandeur.statut", "attendu une valeur de « statut_professionnel », trouvé une autre valeur", "magistrat")
        .helped("valeurs possibles : cdi, cdd, étudiant"),
    refused("demandeur: { statut: 77 }", "D0202", "demandeur.statut", "attendu une valeur de « statut_professionnel », trouvé un nombre", "77")
        .helped("valeurs possibles : cdi, cdd, étudiant"),
    refused("demandeur: { nom: [Zorglub] }", "D0202", "demandeur.nom", "attendu un texte, trouvé une liste", "Zorglub"),
    refused("demandeur: { nom: \"Zor\\u0007glub\" }", "D0202", "demandeur.nom", "attendu un texte, trouvé un texte avec des caractères de contrôle", "glub"),
    refused("demandeur: { nom: true }", "D0202", "demandeur.nom", "attendu un texte, trouvé oui ou non", "true"),
    refused("demandeur: Zorglub", "D0202", "demandeur", "attendu un ensemble de champs, trouvé un texte", "Zorglub"),
    refused("demandeur: [ { nom: Zorglub } ]", "D0202", "demandeur", "attendu un ensemble de champs, trouvé une liste", "Zorglub"),
    refused("employeur: { siren: 777 777 777 }", "D0202", "employeur.siren", "attendu un code, trouvé un texte qui n'en est pas un", "777")
        .helped("un code n'a que des chiffres et des lettres sans accent, entre guillemets s'il commence par zéro"),
    refused("employeur: { cotisante: 77 }", "D0202", "employeur.cotisante", "attendu oui ou non, trouvé un nombre", "77"),
    refused("employeur: { cotisante: peut-être }", "D0202", "employeur.cotisante", "attendu oui ou non, trouvé un texte", "peut"),
    refused("personne_à_charge: 77", "D0202", "personne_à_charge", "attendu une liste, trouvé un nombre", "77")
        .helped("une liste vide s'écrit []"),
    refused("personne_à_charge: { handicap: oui }", "D0202", "personne_à_charge", "attendu une liste, trouvé un ensemble de champs", "77")
        .helped("une liste vide s'écrit []"),
    refused("personne_à_charge: [ {}, { date_naissance: 1977-13-01 } ]", "D0202", "personne_à_charge[1].date_naissance", "attendu une date, trouvé un jour qui n'existe pas dans le calendrier", "1977"),
    refused("personne_à_charge: [ 77 ]", "D0202", "personne_à_charge[0]", "attendu un ensemble de champs, trouvé un nombre", "77"),
    refused("foyer: { revenus: { valeur: 77777, statu: vérifié } }", "D0201", "foyer.revenus.statu", "champ inconnu « statu »", "77777")
        .helped("vouliez-vous dire « statut » ?"),
    refused("foyer: { revenus: { valeur: 77777, statut: approuvé } }", "D0202", "foyer.revenus.statut", "attendu déclaré, vérifié ou validé, trouvé un texte", "77777"),
    refused("foyer: { revenus: { valeur: 77777, statut: vérifié, role: Zorglub } }", "D0202", "foyer.revenus.role", "« role » accompagne le statut « validé »", "Zorglub"),
    refused("foyer: { revenus: { valeur: 77777, date: hier } }", "D0202", "foyer.revenus.date", "attendu une date, trouvé un texte", "hier")
        .helped("une date s'écrit 2020-05-02"),
    refused("foyer: { revenus: { valeur: { valeur: 77777 } } }", "D0202", "foyer.revenus", "attendu un nombre en €/mois, trouvé un ensemble de champs", "77777"),
    refused("foyer: { revenus: { source: écran } }", "D0204", "foyer.revenus", "« valeur » manque", "écran")
        .helped("un fait s'écrit { valeur: …, source: …, date: …, statut: … }"),
    refused("foyer: { revenus: { valeur: 77777, non_communique: oui } }", "D0202", "foyer.revenus", "attendu un fait non communiqué sans valeur, trouvé une valeur", "77777"),
    refused("foyer: { revenus: { non_communique: 77 } }", "D0202", "foyer.revenus.non_communique", "attendu oui ou non, trouvé un nombre", "77"),
    refused("postule: peut-être", "D0202", "postule", "attendu oui ou non, trouvé un texte", "peut"),
    refused("cerfa: { E7: 77777 }", "D0301", "cerfa", "le recueil n'a pas d'adaptateur de formulaire", "77777"),
    refused("cerfa: zorglub.json", "D0301", "cerfa", "formulaire introuvable à côté du dossier", "zorglub"),
    refused("cerfa: ../../etc/zorglub", "D0301", "cerfa", "le formulaire se trouve à côté du dossier", "zorglub")
        .helped("donnez un chemin relatif, sans « .. »"),
    refused("cerfa: [77]", "D0202", "cerfa", "attendu un formulaire ou le chemin d'un fichier, trouvé une liste", "77"),
];

fn only(errors: &[DossierError], facts: &str) -> DossierError {
    let [error] = errors else { panic!("one error for {facts}, not {errors:#?}") };
    error.clone()
}

#[test]
fn every_wrong_fact_has_its_error() {
    for case in WRONG {
        let error = only(&yaml(&one(case.facts)).unwrap_err(), case.facts);
        assert_eq!(error.code.0, case.code, "{}: {error}", case.facts);
        assert_eq!(error.path, format!("candidats[0].{}", case.path), "{}", case.facts);
        assert_eq!(error.message, case.says, "{}", case.facts);
        assert_eq!(error.help.as_deref(), case.help, "{}", case.facts);
        assert!(error.place.line >= 4, "{}: {:?}", case.facts, error.place);
    }
}

#[test]
fn no_error_repeats_a_value() {
    for case in WRONG {
        for error in yaml(&one(case.facts)).unwrap_err() {
            let said = format!("{} {}", error.message, error.help.unwrap_or_default());
            assert!(!said.contains(case.secret), "{}: {said}", case.facts);
            assert!(!said.contains('\n') && !error.message.ends_with('.'), "{said}");
        }
    }
}

#[test]
fn a_sensitive_fact_gets_no_nearest_value() {
    // A field marked sensitive, of an enumeration: the nearest value would tell what was declared.
    let mut schema = crate::vocabulary::schema();
    let entity = schema.entity_named("demandeur").unwrap();
    let field = schema.field_named(entity, "statut").unwrap();
    schema.fields[field.0 as usize].sensitive = true;
    let text = one("demandeur: { statut: etudiant }");
    let errors =
        dossier::read(text.as_bytes(), dossier::Format::Yaml, &schema, dossier::Forms::none());
    let error = only(&errors.unwrap_err(), "statut");
    assert_eq!(error.help.as_deref(), Some("valeurs possibles : cdi, cdd, étudiant"));
}

#[test]
fn an_error_has_its_line_and_column() {
    let text =
        "offre: { loyer: 500 }\ncandidats:\n  - id: a\n    foyer:\n      revenus: beaucoup\n";
    let error = only(&yaml(text).unwrap_err(), text);
    assert_eq!((error.place.line, error.place.column), (5, 16));
    let error = only(
        &json(
            "{\"offre\": {},\n \"candidats\": [{\"id\": \"é\", \"foyer\": {\"revenus\": \"x\"}}]}",
        )
        .unwrap_err(),
        "json",
    );
    assert_eq!((error.place.line, error.place.column), (2, 49));
    assert_eq!(
        error.to_string(),
        "D0202 candidats[0].foyer.revenus (ligne 2, colonne 49) : attendu un nombre en €/mois, trouvé un texte"
    );
}

#[test]
fn the_frame_of_a_dossier_is_checked() {
    for (text, code, path, says) in [
        ("", "D0101", "", "texte vide"),
        ("# rien\n", "D0101", "", "texte vide"),
        ("bonjour", "D0202", "", "attendu un dossier (date, offre, candidats), trouvé un texte"),
        ("[]", "D0202", "", "attendu un dossier (date, offre, candidats), trouvé une liste"),
        ("offre: {}", "D0204", "candidats", "« candidats » manque"),
        ("candidats: []", "D0204", "offre", "« offre » manque"),
        ("offre:\ncandidats: []", "D0204", "offre", "« offre » manque"),
        (
            "offre: {}\ncandidats: 3",
            "D0202",
            "candidats",
            "attendu une liste de candidats, trouvé un nombre",
        ),
        (
            "offre: {}\ncandidats: [ 3 ]",
            "D0202",
            "candidats[0]",
            "attendu un candidat (id, postule, faits), trouvé un nombre",
        ),
        ("offre: {}\ncandidats: [ { postule: oui } ]", "D0204", "candidats[0].id", "« id » manque"),
        (
            "offre: {}\ncandidats: [ { id: [1] } ]",
            "D0202",
            "candidats[0].id",
            "attendu un texte, trouvé une liste",
        ),
        (
            "offre: {}\ncandidats: [ { id: '' } ]",
            "D0202",
            "candidats[0].id",
            "attendu un texte, trouvé un texte vide",
        ),
        (
            "date: demain\noffre: {}\ncandidats: []",
            "D0202",
            "date",
            "attendu une date, trouvé un texte",
        ),
        (
            "dates: 2019-10-15\noffre: {}\ncandidats: []",
            "D0201",
            "dates",
            "champ inconnu « dates »",
        ),
        ("offre: { loier: 3 }\ncandidats: []", "D0201", "offre.loier", "champ inconnu « loier »"),
        (
            "offre: 3\ncandidats: []",
            "D0202",
            "offre",
            "attendu un ensemble de champs, trouvé un nombre",
        ),
    ] {
        let error = only(&yaml(text).unwrap_err(), text);
        let got = (error.code.0, error.path.as_str(), error.message.as_str());
        assert_eq!(got, (code, path, says), "{text}");
    }
}

#[test]
fn an_error_at_the_end_of_a_text_is_in_it() {
    for (text, place) in [(":\nfoyer", (2, 6)), (":\r\né", (2, 2)), (":\ra\n", (3, 1))] {
        let error = only(&yaml(text).unwrap_err(), text);
        assert_eq!((error.code.0, (error.place.line, error.place.column)), ("D0101", place));
    }
}

#[test]
fn an_identifier_is_given_once() {
    let text = "offre: {}\ncandidats:\n  - id: zorglub\n  - id: b\n  - id: zorglub\n  - { id: 7 }\n  - { id: '7' }\n";
    let errors = yaml(text).unwrap_err();
    let got: Vec<_> =
        errors.iter().map(|it| (it.code.0, it.path.as_str(), it.place.line)).collect();
    assert_eq!(got, [("D0203", "candidats[2].id", 5), ("D0203", "candidats[4].id", 7)]);
    assert!(errors.iter().all(|error| !error.message.contains("zorglub")));
}

#[test]
fn every_error_is_reported_in_the_order_of_the_text() {
    let text = one(
        "foyer: { revenus: x, personnes: 1.5 }\nfoier: {}\ndemandeur: { date_naissance: 2019-02-30, nom: [] }",
    );
    let codes: Vec<_> = yaml(&text).unwrap_err().iter().map(|error| error.code.0).collect();
    assert_eq!(codes, ["D0202", "D0202", "D0201", "D0202", "D0202"]);
}

#[test]
fn no_more_than_a_hundred_errors_are_reported() {
    let candidate = |i| format!("  - {{ id: c{i}, foyer: {{ revenus: x }} }}\n");
    let candidates = (0..5_000).map(candidate).collect::<Vec<_>>().concat();
    assert_eq!(yaml(&format!("offre: {{}}\ncandidats:\n{candidates}")).unwrap_err().len(), 100);
}

#[test]
fn a_key_given_twice_is_refused() {
    let text = one("foyer: { revenus: 1, personnes: 2, revenus: 77777 }");
    let error = only(&yaml(&text).unwrap_err(), &text);
    assert_eq!((error.code.0, error.path.as_str()), ("D0101", "candidats[0].foyer"));
    assert_eq!(error.message, "champ « revenus » donné deux fois");
    let text = r#"{"offre": {}, "candidats": [], "candidats": []}"#;
    assert_eq!(only(&json(text).unwrap_err(), text).message, "champ « candidats » donné deux fois");
    // Twice the same in two ways of typing its accent.
    let text = "offre: {}\ncandidats: []\n\u{e9}t\u{e9}: 1\ne\u{301}te\u{301}: 1\n";
    assert_eq!(only(&yaml(text).unwrap_err(), text).message, "champ « été » donné deux fois");
}

#[test]
fn malformed_texts_have_a_place() {
    for text in [
        "offre: {",
        "offre: ]",
        "a: b: c",
        "\t- x",
        "- a\nb: c",
        "'",
        "\"\\q\"",
        "&a",
        "*a",
        "offre: *nul\n",
        "? [a]\n: b",
        "? {a: b}\n: c",
        "!!binary abc",
        "offre: !u { a: 1 }",
        "<<: { a: 1 }",
        "a: &x [*x]",
        "--- a\n--- b\n",
        "%YAML 3.0\n",
        "a: |\n  x\n y",
        "{a: 1}}",
        "\0",
        "offre: \u{1}",
    ] {
        let errors = yaml(text).unwrap_err();
        assert!(errors.iter().all(|error| error.place.line > 0), "{text:?}: {errors:?}");
    }
    for text in [
        "",
        "{",
        "[",
        "{}}",
        "[1,]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a: 1}",
        "[1 2]",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "NaN",
        "Infinity",
        "nul",
        "True",
        "'a'",
        "\"a",
        "\"\\x\"",
        "\"\\ud800\"",
        "\"\\udc00\"",
        "\"\\ud800\\u0041\"",
        "\"\t\"",
        "\"\n\"",
        "// c\n1",
        "1 1",
        "{\"a\":1 \"b\":2}",
        "[}",
        "{]",
        "\"\\u12\"",
        "\"\\u00e",
        "-",
        "\u{a0}1",
    ] {
        let errors = json(text).unwrap_err();
        assert!(
            errors.iter().all(|it| it.code.0 == "D0101" && it.place.line > 0),
            "{text:?}: {errors:?}"
        );
    }
    let latin = dossier::parse(b"offre: { nom: \"\xe9\" }", dossier::Format::Yaml).unwrap_err();
    assert_eq!(only(&latin, "latin").message, "texte qui n'est pas de l'UTF-8");
}

#[test]
fn a_hostile_key_is_tamed_in_messages() {
    let text = one("\"zor\\nglub\\u202e\\u0000 \\x1b[31m\": 1");
    let error = only(&yaml(&text).unwrap_err(), &text);
    assert_eq!(error.message, "champ inconnu « zor\u{fffd}glub\u{fffd}\u{fffd} \u{fffd}[31m »");
    let long = one(&format!("\"{}\": 1", "k".repeat(90_000)));
    let error = only(&yaml(&long).unwrap_err(), "long");
    assert!(error.message.chars().count() < 100 && error.path.chars().count() < 100);
}
