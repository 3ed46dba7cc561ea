//! Witnesses: the example that comes with a fault, pasted at the end of the file that it names,
//! compiles and then fails, alone; what a help adds is true of the rules that it is about.

use source::Diagnostic;
use std::collections::BTreeMap;
use tests::rules::Rules;

const VOCABULARY: &str = r#"
vocabulaire faits
version 1
en vigueur à partir du 2018-01-01

énumération statut
  | cdi "CDI"
  | cdd "CDD"
  | apprenti "Apprenti"

entité demandeur
  naissance : date
  statut : statut
  handicap : booléen
  commune : commune

entité foyer
  personnes : entier
  revenus : €/mois
  revenu_fiscal : €/an
  trajet : minutes
  distance : km
  surface : m²
  attente : mois
  préavis : jours
  part : %
  solde : €
  indice : nombre

entité enfant liste
  naissance : date
  revenus : €/mois

entité offre
  loyer : €/mois
  commune : commune

définition âge : ans
  = années_révolues(demandeur.naissance ; date_évaluation)

définition taux : %
  = offre.loyer / foyer.revenus

définition âge_de(p : enfant) : ans
  = années_révolues(p.naissance ; date_évaluation)

fonction écart(a : commune ; b : commune) : km
  rhai "écarts.rhai"
"#;

const SCRIPT: &str = "fn ecart(a, b) { if a == b { 0 } else { 12 } }";

const HEADER: &str = "politique essai\nversion 1\nen vigueur à partir du 2020-01-01\n\
                      utilise faits\nsource \"Essai\"\n";

/// The example that refutes the one guarantee of a policy.
fn refutation(body: &str) -> String {
    example_of("E0412", body).unwrap_or_else(|| panic!("no example: {body}"))
}

/// The example that comes with the one fault of a code.
fn example_of(code: &str, body: &str) -> Option<String> {
    let (path, example) = example_among(code, &[("essai.bareme", &format!("{HEADER}{body}"))])?;
    assert_eq!(path, "essai.bareme");
    Some(example)
}

/// The same over several files: the file where the example is to be pasted, and the example.
fn example_among(code: &str, written: &[(&str, &str)]) -> Option<(String, String)> {
    let (rules, fault) = fault_among(code, written);
    let example = fault.example?;
    let file = rules.recueil.sources.get(example.file)?;
    Some((file.path.clone(), example.text))
}

/// The one fault of a code in a policy.
fn fault_of(code: &str, body: &str) -> Diagnostic {
    fault_among(code, &[("essai.bareme", &format!("{HEADER}{body}"))]).1
}

/// The one fault of a code in several files.
fn fault_among(code: &str, written: &[(&str, &str)]) -> (Rules, Diagnostic) {
    let shared = [("faits.bareme", VOCABULARY), ("scripts/écarts.rhai", SCRIPT)];
    let texts = shared.iter().chain(written);
    let files: BTreeMap<String, Vec<u8>> =
        texts.map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let rules = Rules::from_bytes(files.clone());
    assert_eq!(rules.errors(), Vec::<String>::new(), "{written:?}");
    let found = rules.verified();
    assert_eq!(tests::pasted::faults(&files, &rules, &found), Vec::<String>::new());
    let faults: Vec<_> = found.iter().filter(|d| d.code.0 == code).collect();
    let said: Vec<String> = found.iter().map(|d| rules.say(d)).collect();
    assert_eq!(faults.len(), 1, "{written:?}\n{said:?}");
    let fault = faults[0].clone();
    (rules, fault)
}

fn always(condition: &str) -> String {
    refutation(&format!("garantie \"Toujours\"\n  {condition}\n"))
}

fn shown(facts: &[&str], date: &str, condition: &str) -> String {
    let mut text = format!("exemple \"Toujours\" le {date}\n");
    if !facts.is_empty() {
        text.push_str("  étant donné\n");
    }
    for fact in facts {
        text.push_str(&format!("    {fact}\n"));
    }
    text.push_str(&format!("  attend\n    {condition}\n"));
    text
}

#[test]
fn a_witness_gives_plain_facts_of_every_unit() {
    let cases: &[(&str, &[&str])] = &[
        ("foyer.personnes < 4", &["foyer.personnes = 4"]),
        ("foyer.revenus > 1 234,56 €/mois", &["foyer.revenus = 500 €/mois"]),
        ("foyer.revenu_fiscal ≤ 30 000 €/an", &["foyer.revenu_fiscal = 31 000 €/an"]),
        ("foyer.trajet < 75 minutes", &["foyer.trajet = 90 minutes"]),
        ("foyer.trajet ≠ 2 minutes", &["foyer.trajet = 2 minutes"]),
        ("foyer.distance < 70 km", &["foyer.distance = 80 km"]),
        ("foyer.surface ≥ 45 m²", &["foyer.surface = 30 m²"]),
        ("foyer.attente ≤ 36 mois", &["foyer.attente = 37 mois"]),
        ("foyer.préavis ≠ 10 jours", &["foyer.préavis = 10 jours"]),
        ("foyer.préavis < 5 jours", &["foyer.préavis = 10 jours"]),
        ("foyer.préavis ≠ 1 jour", &["foyer.préavis = 1 jour"]),
        ("foyer.part < 31,25 %", &["foyer.part = 50 %"]),
        ("foyer.solde < 1 000 000 €", &["foyer.solde = 1 000 000 €"]),
        ("foyer.indice ≠ 1,5", &["foyer.indice = 1,5"]),
        ("non demandeur.handicap", &["demandeur.handicap = oui"]),
        ("demandeur.statut ≠ apprenti", &["demandeur.statut = apprenti"]),
        ("offre.commune ≠ 2A004", &["offre.commune = \"2A004\""]),
    ];
    for (condition, facts) in cases {
        assert_eq!(always(condition), shown(facts, "2020-01-01", condition));
    }
}

#[test]
fn a_witness_goes_back_through_definitions() {
    assert_eq!(
        always("âge ≥ 30 ans"),
        shown(&["demandeur.naissance = 2018-01-01"], "2020-01-01", "âge ≥ 30 ans")
    );
    assert_eq!(
        always("âge ≠ 29 ans"),
        shown(&["demandeur.naissance = 1991-01-01"], "2020-01-01", "âge ≠ 29 ans")
    );
    assert_eq!(
        always("âge < 30 ans"),
        shown(&["demandeur.naissance = 1985-01-01"], "2020-01-01", "âge < 30 ans")
    );
    assert_eq!(
        always("âge < 60 ans"),
        shown(&["demandeur.naissance = 1950-01-01"], "2020-01-01", "âge < 60 ans")
    );
    assert_eq!(
        always("taux < 26 %"),
        shown(
            &["foyer.revenus = 1 600 €/mois", "offre.loyer = 1 600 €/mois"],
            "2020-01-01",
            "taux < 26 %"
        )
    );
}

/// A condition with what is declared before it; only that it is refuted, and shown truly.
#[test]
fn every_operation_is_read_backwards() {
    let cases = [
        "définition reste = foyer.revenus - offre.loyer\n|reste ≥ 600 €/mois",
        "définition quart = foyer.revenus / 4\n|arrondi_inférieur(quart) ≠ 321 €/mois",
        "|arrondi_commercial(taux ; 1 %) ≠ 33 %",
        "|arrondi_supérieur(foyer.indice) ≠ 7",
        "|min(foyer.personnes ; 5) < 5",
        "|max(foyer.personnes ; 5) = 5",
        "|foyer.personnes × 3 - 1 < 20",
        "|-foyer.indice < 4",
        "|foyer.revenus en €/an ≠ 24 000 €/an",
        "|mois_révolus(demandeur.naissance ; date_évaluation) ≠ 345 mois",
        "|jours_entre(demandeur.naissance ; date_évaluation) < 1 000 jours",
        "|demandeur.naissance + 3 mois ≠ 2019-05-02",
        "|demandeur.naissance - 10 jours < date_évaluation",
        "|date_évaluation ≠ 2021-03-04",
        "|mois_révolus(2019-06-15 ; date_évaluation) ≠ 18 mois",
        "|demandeur.statut parmi { cdi ; cdd } ou âge < 25 ans",
        "|non (demandeur.statut = cdi et foyer.personnes entre 3 et 4 et taux ≥ 30 %)",
        "|foyer.personnes > 2 et foyer.personnes < 5",
        "|non (foyer.personnes < 2 ou foyer.personnes > 5)",
        "|foyer.personnes × 2 ≠ foyer.indice × 50",
        "|nombre(e dans enfant tel que âge_de(e) < 6 ans) ≤ 2",
        "|existe(e dans enfant tel que e.revenus > 300 €/mois)",
        "|non existe(e dans enfant tel que e.revenus > 300 €/mois)",
        "|non (existe(e dans enfant tel que e.revenus > 300 €/mois) et existe(e dans enfant tel que e.revenus < 100 €/mois))",
        "|tous(e dans enfant tel que âge_de(e) ≥ 18 ans)",
        "|somme(e.revenus pour e dans enfant) < 900 €/mois",
        "|minimum(e.naissance pour e dans enfant) < 2015-01-01",
        "|renseigné(foyer.trajet)",
        "|non existe(e dans enfant tel que non renseigné(e.revenus))",
        "|non (renseigné(foyer.trajet) et foyer.trajet > 60 minutes)",
        "|écart(demandeur.commune ; offre.commune) = 0 km",
        "|écart(demandeur.commune ; offre.commune) ≠ 0 km",
        "paramètre seuil : €/mois\n  | du 2020-01-01 au 2020-06-30 => 500 €/mois |\n  | à partir du 2020-07-01 => 900 €/mois |\n|seuil ≠ 900 €/mois",
        "table t : points\n  | foyer.personnes | demandeur.statut => points |\n  | 1 à 2 | cdi ; cdd => 10 points |\n  | 3 ou plus | cdi => 20 points |\n  | sinon => 0 point |\n|t < 20 points",
        "table t : points\n  | foyer.personnes | demandeur.statut => points |\n  | 1 à 2 | cdi ; cdd => 10 points |\n  | 3 ou plus | cdi => 20 points |\n  | sinon => 0 point |\n|t > 0 point",
        "table t : points\n  | taux => points |\n  | moins de 16 % => 0 point |\n  | de 16 % à 26 % => de 0 point à 40 points |\n  | plus de 26 % => 40 points |\n|t ≠ 30 points",
        "table t : points\n  | offre.commune => points |\n  | 69123 ; 69381 à 69389 => 10 points |\n  | sinon => 0 point |\n|t ≠ 10 points",
        "table t : points\n  | demandeur.naissance => points |\n  | entre 1900-01-01 et 2030-12-31 => 10 points |\n  | sinon => 0 point |\n|t = 10 points",
        "|si âge < 25 ans alors foyer.revenus < 1 000 €/mois",
    ];
    for case in cases {
        let (before, condition) = case.split_once('|').unwrap_or((case, ""));
        let (before, condition) = match case.rfind("\n|") {
            Some(at) => (&case[..=at], &case[at + 2..]),
            None => (before, condition),
        };
        refutation(&format!("{before}garantie \"Toujours\"\n  {condition}\n"));
    }
}

#[test]
fn a_scale_that_is_exceeded_comes_with_a_file_that_exceeds_it() {
    let lines = "sur 100 points\n\
                 critère un \"Un\"\n  donne 70 points\n  si foyer.personnes > 2\n\
                 critère deux \"Deux\"\n  donne 40 points\n  si âge < 30 ans\n  exige vérifié\n";
    let expected = "exemple \"Plus de points que n'en annonce « essai »\" le 2020-01-01\n  \
                    étant donné\n    \
                    demandeur.naissance = 2018-01-01 vérifié\n    \
                    foyer.personnes = 3\n  \
                    attend\n    total = 100 points\n";
    assert_eq!(example_of("E0404", lines).as_deref(), Some(expected));
    let endless = "sur 40 points\ncritère un \"Un\"\n  donne 1 point × foyer.personnes\n";
    assert!(example_of("E0404", endless).is_some());
}

#[test]
fn a_scale_that_no_file_exceeds_comes_without() {
    let lines = "sur 100 points\n\
                 critère un \"Un\"\n  donne 70 points\n  si âge < 30 ans\n\
                 critère deux \"Deux\"\n  donne 40 points\n  si âge ≥ 60 ans\n";
    assert_eq!(example_of("E0404", lines), None);
}

#[test]
fn a_hole_of_a_table_comes_with_facts_that_fall_in_it() {
    let table = "table t : points\n  | foyer.personnes => points |\n  | 1 ou moins => 0 point |\n  \
                 | 3 ou plus => 10 points |\ncritère un \"Un\"\n  donne t\n";
    let expected = "exemple \"Chaque valeur a son résultat\" le 2020-01-01\n  étant donné\n    \
                    foyer.personnes = 2\n  attend\n    t = t\n";
    assert_eq!(example_of("W0131", table).as_deref(), Some(expected));
}

#[test]
fn a_jump_for_some_files_only_says_for_which() {
    let table = "table t : points\n  | demandeur.statut | foyer.distance => points |\n  \
                 | cdi | * => 10 points |\n  | cdd ; apprenti | moins de 10 km => 0 point |\n  \
                 | cdd ; apprenti | de 10 km à 20 km => de 0 point à 10 points |\n  \
                 | cdd | plus de 20 km => 10 points |\n  \
                 | apprenti | plus de 20 km => 20 points |\n\
                 critère un \"Un\"\n  donne arrondi_inférieur(t)\n";
    let help = fault_of("W0135", table).helps;
    assert_eq!(
        help,
        [
            "par exemple pour demandeur.statut = apprenti ; foyer.distance = 21 km",
            "pour une pente sans saut, les deux lignes donnent le même résultat à leur borne",
        ]
    );
    let alone = "table t : points\n  | foyer.distance => points |\n  \
                 | moins de 10 km => 0 point |\n  \
                 | de 10 km à 20 km => de 0 point à 10 points |\n  \
                 | plus de 20 km => 20 points |\n\
                 critère un \"Un\"\n  donne arrondi_inférieur(t)\n";
    let help = fault_of("W0135", alone).helps;
    assert_eq!(help.len(), 1, "{help:?}");
}

#[test]
fn a_jump_is_shown_at_the_bound() {
    let table = |last: &str| {
        format!(
            "table t : points\n  | taux => points |\n  | moins de 16 % => 0 point |\n  \
             | de 16 % à moins de 26 % => de 0 point à 30 points |\n  | {last} => 40 points |\n\
             critère effort \"Effort\"\n  donne arrondi_inférieur(t)\n"
        )
    };
    let expected = "exemple \"Le résultat attendu\" le 2020-01-01\n  étant donné\n    \
                    foyer.revenus = 1 600 €/mois\n    offre.loyer = 416 €/mois\n  \
                    attend\n    t = 30 points\n";
    assert_eq!(example_of("W0135", &table("26 % ou plus")).as_deref(), Some(expected));
}

#[test]
fn a_jump_of_one_of_several_columns_is_shown_where_it_is() {
    let table = "table t : points\n  | taux | demandeur.statut => points |\n  \
                 | moins de 16 % | * => 0 point |\n  \
                 | de 16 % à 26 % | cdi => de 0 point à 30 points |\n  \
                 | plus de 26 % | cdi => 40 points |\n  \
                 | 16 % ou plus | cdd ; apprenti => 0 point |\n\
                 critère effort \"Effort\"\n  donne arrondi_inférieur(t)\n";
    let example = example_of("W0135", table).unwrap();
    assert!(example.contains("demandeur.statut = cdi"), "{example}");
    assert!(example.ends_with("t = 40 points\n"), "{example}");
}

#[test]
fn a_row_behind_an_early_otherwise_shows_what_is_taken_instead() {
    let table = "table t : points\n  | foyer.personnes => points |\n  | 2 ou moins => 5 points |\n  \
                 | sinon => 10 points |\n  | 6 ou plus => 20 points |\n\
                 critère taille \"Taille\"\n  donne t\n";
    let expected = "exemple \"Le résultat attendu\" le 2020-01-01\n  étant donné\n    \
                    foyer.personnes = 6\n  attend\n    t = 20 points\n";
    assert_eq!(example_of("W0132", table).as_deref(), Some(expected));
}

#[test]
fn a_row_that_no_file_could_tell_comes_without() {
    let same = "table t : points\n  | foyer.personnes => points |\n  | 3 ou moins => 5 points |\n  \
                | 2 à 3 => 5 points |\n  | 4 ou plus => 20 points |\n\
                critère taille \"Taille\"\n  donne t\n";
    assert_eq!(example_of("W0132", same), None);
    let impossible = "table t : points\n  | foyer.personnes => points |\n  \
                      | moins de 0 => 5 points |\n  | 0 ou plus => 20 points |\n\
                      critère taille \"Taille\"\n  donne t\n";
    assert_eq!(example_of("W0132", impossible), None);
}

#[test]
fn a_value_past_its_period_is_shown_on_the_first_day() {
    let parameter = "paramètre bonus : points\n  | du 2020-01-01 au 2020-06-30 => 10 points |\n  \
                     | à partir du 2020-08-01 => 20 points |\n\
                     critère bonus_de_tous \"Bonus\"\n  donne bonus\n";
    let expected =
        "exemple \"Chaque jour a son résultat\" le 2020-07-01\n  attend\n    bonus = bonus\n";
    assert_eq!(example_of("W0125", parameter).as_deref(), Some(expected));
}

/// Rows of a CSV, with a declaration that reads it and a line that is given by it.
fn with_csv(inputs: &str, csv: &str, call: &str) -> [(&'static str, String); 2] {
    let body = format!(
        "{HEADER}table t{inputs} : points\n  depuis \"t.csv\"\n\
         critère taille \"Taille\"\n  donne {call}\n"
    );
    [("tables/t.csv", csv.to_owned()), ("essai.bareme", body)]
}

#[test]
fn the_example_of_a_csv_goes_to_the_unit_that_reads_it() {
    let gap = "personnes ; points\n1 ; 10 points\n2 ; 20 points\n4 ou plus ; 30 points\n";
    let clash = "personnes ; points\n0 à 2 ; 10 points\n2 ou plus ; 20 points\n";
    let dated = "du ; au ; personnes ; points\n2020-01-01 ; 2020-06-30 ; 0 ou plus ; 10 points\n\
                 2020-08-01 ; ; 0 ou plus ; 20 points\n";
    for (code, csv) in [("W0131", gap), ("E0505", clash), ("W0125", dated)] {
        let files = with_csv("(personnes : entier)", csv, "t(foyer.personnes)");
        let [(table, rows), (unit, text)] = &files;
        let found = example_among(code, &[(table, rows), (unit, text)]);
        let (path, example) = found.unwrap_or_else(|| panic!("no example: {code}"));
        assert_eq!(path, "essai.bareme");
        assert!(example.contains("t("), "{example}");
    }
}

const GRID: &str = "politique besoin\nversion 1\nen vigueur à partir du 2020-03-01\nutilise faits\n\
                    source \"Règlement\"\n\ncritère cdi \"CDI\"\n  donne 50 points\n  \
                    si demandeur.statut = cdi\n";

fn ranking(from: &str, body: &str) -> String {
    format!(
        "classement offres\nversion 1\nen vigueur à partir du {from}\nutilise faits\n\
         source \"Règlement\"\ngrilles besoin\n\n{body}\n\
         ordre par total décroissant ; demandeur.commune croissant unique\n"
    )
}

#[test]
fn a_condition_on_a_grid_that_is_not_in_force_is_shown_to_be_decided_by_nothing() {
    let condition = "éligible besoin_réel \"Besoin\"\n  si total_de besoin ≥ 30 points\n  \
                     et foyer.personnes > 2\n";
    let text = ranking("2020-01-01", condition);
    let (path, example) =
        example_among("W0126", &[("besoin.bareme", GRID), ("offres.bareme", &text)]).unwrap();
    assert_eq!(path, "offres.bareme");
    let expected = "exemple \"Le total compte\" le 2020-01-01\n  étant donné\n    \
                    foyer.personnes = 3\n  attend\n    éligible besoin_réel = oui\n";
    assert_eq!(example, expected);
    let little = "éligible peu_de_besoin \"Peu de besoin\"\n  si total_de besoin < 30 points\n";
    let text = ranking("2020-01-01", little);
    let found = example_among("W0126", &[("besoin.bareme", GRID), ("offres.bareme", &text)]);
    let example = found.map(|(_, example)| example).unwrap_or_default();
    assert!(example.ends_with("éligible peu_de_besoin = non\n"), "{example}");
}

#[test]
fn a_guarantee_of_a_ranking_is_refuted_in_its_file() {
    let independent = "garantie \"Le statut ne compte pas\"\n  indépendant de demandeur.statut\n";
    let text = ranking("2020-03-01", independent);
    let (path, examples) =
        example_among("E0412", &[("besoin.bareme", GRID), ("offres.bareme", &text)]).unwrap();
    assert_eq!(path, "offres.bareme");
    assert_eq!(examples.matches("grille besoin = ").count(), 2, "{examples}");
    let always = "garantie \"Jamais plus de trois\"\n  foyer.personnes ≤ 3\n";
    let text = ranking("2020-03-01", always);
    let found = example_among("E0412", &[("besoin.bareme", GRID), ("offres.bareme", &text)]);
    assert_eq!(found.map(|(path, _)| path).as_deref(), Some("offres.bareme"));
}

/// What helps say of the facts of a company's criterion that no offered choice shares.
fn helps_of_unshared(condition: &str) -> Vec<String> {
    let vocabulary = "vocabulaire choix\nversion 1\nen vigueur à partir du 2018-01-01\n\n\
                      énumération choix\n  | anonyme \"Anonyme\"\n  | identité \"Identité\"\n  \
                      | tout \"Tout\"\n\n\
                      entité demande\n  choix : choix\n  ancienne : booléen\n    partage complet\n  \
                      majeur : booléen\n    partage identification\n";
    let frame = "cadre fermé\nversion 1\nen vigueur à partir du 2020-01-01\nutilise choix\n\
                 source \"Essai\"\npartage selon demande.choix\n  | anonyme => rien\n  \
                 | identité => identification\n  | tout => complet\n\n\
                 tranche A \"A\" donne 10 points\n";
    let company = format!(
        "politique exemplia\napplique fermé\nversion 1\nen vigueur à partir du 2020-01-01\n\
         utilise choix\nemployeur siren 123456789\npropose choix 1 et 2\nsource \"Essai\"\n\n\
         tranche A\n  critère essai \"Essai\"\n    si {condition}\n"
    );
    let texts =
        [("choix.bareme", vocabulary), ("cadre.bareme", frame), ("exemplia.bareme", &company)];
    let rules = Rules::from_texts(texts);
    assert_eq!(rules.errors(), Vec::<String>::new(), "{company}");
    let found = rules.verified_watching(&["W0160"]);
    let unshared = found.into_iter().filter(|one| one.code.0 == "W0160");
    unshared.flat_map(|one| one.helps).collect()
}

#[test]
fn a_criterion_that_no_choice_can_obtain_is_told_apart_from_one_that_another_fact_opens() {
    let offered = "choix proposés : 2";
    let never = "le critère n'est donc jamais obtenu";
    assert_eq!(helps_of_unshared("demande.ancienne"), [offered, never]);
    assert_eq!(helps_of_unshared("demande.ancienne et demande.majeur"), [offered, never]);
    assert_eq!(helps_of_unshared("demande.ancienne ou demande.majeur"), [offered]);
    assert_eq!(helps_of_unshared("demande.majeur"), Vec::<String>::new());
}
