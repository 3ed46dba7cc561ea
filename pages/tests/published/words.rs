//! Conditions and amounts in words, one by one.

use crate::small::policy;
use pages::publication::{Entry, Rule};

fn rule(clauses: &str) -> Rule {
    let sheet = policy(&format!("critère c \"C\"\n  {clauses}\n"));
    match sheet.rules.into_iter().next().unwrap() {
        Entry::Rule(rule) => *rule,
        Entry::Group(_) => panic!("a group"),
    }
}

/// Removes what stands between words but is no plain space.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

fn condition(text: &str) -> String {
    let rule = rule(&format!("donne 1 point\n  si {text}"));
    plain(&rule.condition.unwrap().in_line().to_string())
}

fn amount(text: &str) -> String {
    plain(&rule(&format!("donne {text}")).gifts.first().unwrap().amount.to_string())
}

#[test]
fn a_condition_reads_as_a_sentence() {
    let said = [
        ("âge < 30 ans", "« Âge » vaut moins de 30 ans"),
        ("âge ≤ 30 ans", "« Âge » vaut au plus 30 ans"),
        ("âge > 30 ans", "« Âge » vaut plus de 30 ans"),
        ("âge ≥ 18 mois", "« Âge » vaut au moins 18 mois"),
        ("foyer.personnes = 2", "« Nombre de personnes » vaut 2"),
        ("foyer.personnes ≠ 2", "« Nombre de personnes » ne vaut pas 2"),
        ("foyer.personnes > foyer.pièces", "« Nombre de personnes » dépasse « Nombre de pièces »"),
        (
            "foyer.personnes ≤ foyer.pièces",
            "« Nombre de personnes » ne dépasse pas « Nombre de pièces »",
        ),
        (
            "demandeur.date_naissance < 1990-03-01",
            "« Date de naissance » (Le demandeur) est avant le 1er mars 1990",
        ),
        (
            "demandeur.date_naissance ≥ date_évaluation - 6 mois",
            "« Date de naissance » (Le demandeur) ne vient pas avant la date située 6 mois avant la date d'évaluation",
        ),
        ("demandeur.statut = cdi", "« Statut professionnel » est « CDI »"),
        ("demandeur.statut ≠ cdi", "« Statut professionnel » n'est pas « CDI »"),
        (
            "demandeur.statut parmi { cdi ; apprenti ; retraité }",
            "« Statut professionnel » est « CDI », « Apprenti » ou « Retraité »",
        ),
        ("demandeur.ville = \"69386\"", "« Commune de résidence » est « 69386 »"),
        (
            "âge entre 18 ans et 30 ans",
            "« Âge » est dans l'intervalle de 18 ans à 30 ans, bornes comprises",
        ),
        ("demandeur.boursier", "« Boursier » : oui"),
        ("non demandeur.boursier", "« Boursier » : non"),
        ("demandeur.boursier = non", "« Boursier » : non"),
        ("renseigné(foyer.revenus)", "on connaît « Revenus » (Le foyer)"),
        ("non renseigné(foyer.revenus)", "on ne connaît pas « Revenus » (Le foyer)"),
        (
            "majeur et (demandeur.boursier ou âge > 60 ans)",
            "« Majeur » : oui et (« Boursier » : oui ou « Âge » vaut plus de 60 ans)",
        ),
        ("non (âge < 30 ans)", "il n'est pas vrai que (« Âge » vaut moins de 30 ans)"),
        (
            "nombre(e dans enfant tel que âge_de(e) < 6 ans) ≥ 2",
            "le nombre d'éléments dans la liste « Les enfants » pour lesquels : « Âge d'un enfant » vaut moins de 6 ans vaut au moins 2",
        ),
        (
            "existe(e dans enfant tel que e.revenus > 0 €/mois)",
            "dans la liste « Les enfants », un élément au moins remplit : « Revenus » vaut plus de 0 €/mois",
        ),
    ];
    for (written, words) in said {
        assert_eq!(condition(written), words, "{written}");
    }
}

#[test]
fn an_amount_reads_as_the_formula_it_is() {
    let said = [
        ("70 points", "donne 70 points"),
        (
            "arrondi_supérieur(0,125 point × foyer.personnes)",
            "donne 0,125 point × « Nombre de personnes », arrondi à l'unité supérieure",
        ),
        (
            "1 point × (foyer.personnes - foyer.pièces)",
            "donne 1 point × (« Nombre de personnes » − « Nombre de pièces »)",
        ),
        (
            "10 points - (3 points - 1 point × foyer.personnes)",
            "donne 10 points − (3 points − 1 point × « Nombre de personnes »)",
        ),
        (
            "arrondi_inférieur(0,5 point × foyer.personnes)",
            "donne 0,5 point × « Nombre de personnes », arrondi à l'unité inférieure",
        ),
        (
            "21 points - 1 point × rang de demandeur.date_naissance croissant parmi les candidats",
            "donne 21 points − 1 point × le rang de « Date de naissance » (Le demandeur), du plus ancien au plus récent, parmi les candidats",
        ),
        (
            "1 point × min(5 ; foyer.personnes)",
            "donne 1 point × le plus petit de ces nombres (5 et « Nombre de personnes »)",
        ),
    ];
    for (written, words) in said {
        assert_eq!(amount(written), words, "{written}");
    }
    let taken = rule("retire 40 points\n  si majeur");
    assert_eq!(plain(&taken.gifts.first().unwrap().amount.to_string()), "retire 40 points");
}

#[test]
fn what_is_negative_has_a_true_minus_and_what_is_not_a_number_keeps_its_hyphens() {
    assert_eq!(condition("foyer.personnes > -1"), "« Nombre de personnes » vaut plus de −1");
    assert_eq!(condition("demandeur.ville = \"a-b\""), "« Commune de résidence » est « a-b »");
}
