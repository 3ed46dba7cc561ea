//! Whole sheets and pages: addresses, links, kinds, examples, and the page of a small rule.

use crate::small::{policy, published};
use pages::html;
use pages::publication::Kind;

const FRAME: &str = r#"cadre entreprise "Le cadre"
version 1
en vigueur à partir du 2019-01-01
utilise faits
sur 50 points
source "Le règlement"

critère base "Base"
  donne 10 points
  si majeur

tranche A "Première tranche" donne 40 points
"#;

const COMPANY: &str = r#"politique exemplia "Exemplia"
applique entreprise
version 2 / b
en vigueur du 2020-06-01 au 2021-05-31
employeur siren 123456789
source "Accord"

tranche A
  critère jeune "Jeune"
    si âge < 26 ans
"#;

#[test]
fn a_company_tells_its_own_rules_and_leads_to_its_frame() {
    let publication = published(&[("cadre.bareme", FRAME), ("exemplia.bareme", COMPANY)]);
    let [frame, company] = publication.sheets.as_slice() else { panic!("{publication:?}") };
    assert_eq!((frame.kind, company.kind), (Kind::Frame, Kind::Company));
    assert_eq!(company.address, "exemplia-2-b");
    assert_eq!(company.in_force(), "du 1er juin 2020 au 31 mai 2021");
    assert_eq!(company.audience, ["Les salariés de l'entreprise au SIREN 123456789."]);
    assert_eq!(company.rules.len(), 1, "the frame's own criteria are on its page");
    let link = company.frame.as_ref().unwrap();
    assert_eq!(link.address.as_deref(), Some("entreprise-1"));
    assert!(html::sheet(&publication, company).contains("<a href=\"entreprise-1.html\">"));

    let alone = publication.clone().keeping(|sheet| sheet.kind == Kind::Company);
    let [company] = alone.sheets.as_slice() else { panic!("{alone:?}") };
    assert_eq!(company.frame.as_ref().unwrap().address, None, "nothing leads to an absent page");
    assert!(!html::sheet(&alone, company).contains("entreprise-1.html"));
}

const EXAMPLES: &str = r#"
critère c "Petit revenu"
  donne 10 points
  si foyer.revenus < 1 000 €/mois
  exige vérifié

exemple "Deux candidats" le 2019-10-15
  parmi les candidats
    | candidat | foyer.revenus | postule |
    | anne     | 900 €/mois    | oui     |
    | bruno    | -             | non     |
  attend
    anne : critère c = en_attente
    bruno : foyer.revenus non évaluable

exemple "Une liste" le 2019-10-15
  étant donné
    foyer.revenus = 999,50 €/mois vérifié
    demandeur.statut non communiqué
    enfant
      | date_naissance | revenus    |
      | 2016-05-02     | 0 €/mois   |
      | 2018-01-01     | -          |
  attend
    critère c = 10 points
    nombre(e dans enfant) = 2
    total = 10 points
"#;

#[test]
fn examples_tell_facts_and_results() {
    let sheet = policy(EXAMPLES);
    insta::assert_json_snapshot!(serde_json::to_value(&sheet.examples).unwrap());
}

#[test]
fn a_small_rule_has_this_page() {
    let text = "critère jeune \"J'ai moins de 30 ans\"\n  donne 70 points\n  si âge < 30 ans\n  \
                source \"Moins de 30 ans : + 70 points\"\n  dit \"Vous avez {âge}.\"\n";
    let head = "## Une grille d'une ligne.\npolitique essai \"Une grille\"\nversion 1\n\
                en vigueur à partir du 2019-01-01\nutilise faits\nsource \"Le règlement\"\n\n";
    let publication = published(&[("essai.bareme", &format!("{head}{text}"))]);
    let page = html::sheet(&publication, publication.sheets.first().unwrap());
    let page = page.replace(&publication.hash, "…");
    let (before, after) = page.split_once("<style>").unwrap();
    let (_, after) = after.split_once("</style>").unwrap();
    insta::assert_snapshot!(format!("{before}<style>…</style>{after}"));
}

#[test]
fn the_index_leads_to_every_page_by_kind() {
    let publication = published(&[("cadre.bareme", FRAME), ("exemplia.bareme", COMPANY)]);
    let page = html::index(&publication);
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}: {page}"));
    assert!(at("<h2>Cadres</h2>") < at("href=\"entreprise-1.html\""));
    assert!(at("href=\"entreprise-1.html\"") < at("<h2>Politiques d&#39;entreprises</h2>"));
    assert!(!page.contains("<h2>Classements</h2>"), "no heading without a page");
}
