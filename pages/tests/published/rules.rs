//! Criteria, groups, tables and definitions in words.

use crate::small::policy;
use pages::publication::{Entry, Referred};

fn json(sheet: &pages::publication::Sheet) -> serde_json::Value {
    serde_json::to_value(sheet).unwrap()
}

const FAMILY: &str = r#"
## Une famille de lignes.
famille logement "Mon logement" retient le maximum
  plafond 50 points
  source "Article 4"
  ## Une ligne.
  critère petit "Petit"
    donne 5 points × foyer.personnes
    si foyer.personnes > foyer.pièces
    sauf si majeur
    au plus 20 points
    exige validé par travailleur_social
    avec seuil = foyer.pièces
    dit "Vous êtes {foyer.personnes} pour {seuil} pièces."
    sinon dit "Assez grand."
    hypothèse "À confirmer" à revoir le 2028-12-31
"#;

#[test]
fn a_family_says_what_counts_and_each_criterion_everything() {
    let sheet = policy(FAMILY);
    insta::assert_json_snapshot!(json(&sheet)["regles"]);
}

const TABLE: &str = r#"
## Les points, selon le revenu.
table points_revenu : points "Points du revenu"
  | foyer.revenus                            | demandeur.statut => points               |
  | moins de 1 000 €/mois                    | *                => 10 points            |
  | de 1 000 €/mois à moins de 2 000 €/mois  | cdi ; apprenti   => de 10 points à 0 point |
  | plus de 4 000 €/mois                     | retraité         => -5 points            |
  | sinon                                                       => pas de valeur        |
  source "Barème de 2019"

paramètre plancher_revenu : €/mois "Revenu plancher"
  | du 2019-01-01 au 2019-12-31 => 900 €/mois   |
  | à partir du 2020-01-01      => 900,50 €/mois |

critère revenu "Mon revenu"
  donne arrondi_inférieur(points_revenu)
  si foyer.revenus ≥ plancher_revenu et majeur
"#;

#[test]
fn tables_parameters_and_definitions_are_told_once_with_all_their_rows() {
    let sheet = policy(TABLE);
    let told: Vec<&str> = sheet
        .referred
        .iter()
        .map(|it| match it {
            Referred::Definition(found) => found.id.as_str(),
            Referred::Table(found) => found.id.as_str(),
        })
        .collect();
    assert_eq!(told, ["points_revenu", "plancher_revenu", "majeur", "âge"]);
    insta::assert_json_snapshot!(json(&sheet)["definitions"]);
}

#[test]
fn a_rule_reads_facts_and_says_where_they_come_from() {
    insta::assert_json_snapshot!(json(&policy(TABLE))["faits_lus"]);
}

#[test]
fn a_criterion_without_texts_of_its_own_cites_none() {
    let sheet = policy("critère c \"C\"\n  donne 1 point\n  si majeur\n");
    let Some(Entry::Rule(rule)) = sheet.rules.first() else { panic!("{:?}", sheet.rules) };
    assert!(rule.grounds.is_empty(), "its unit's are told once, for the unit");
    assert_eq!(sheet.grounds.sources, ["Le règlement"]);
}
