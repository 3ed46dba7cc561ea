//! A recueil of many companies: the real policies, and as many company policies as asked.
//!
//! Each generated policy is what an HR officer writes: a header, three tranches of one to three
//! criteria, an example. They differ in names, SIREN, thresholds and choice of criteria; the same
//! number always gives the same text.

use std::collections::BTreeMap;
use std::fmt::Write;

/// Returns the generated policies by path in the recueil.
pub fn companies(count: usize) -> BTreeMap<String, String> {
    (1..=count).map(|number| (path(number), company(number, 0))).collect()
}

/// Returns the path of a generated policy.
pub fn path(number: usize) -> String {
    format!("entreprises/lot_{:03}/entreprise_{number:05}.bareme", number / 100)
}

/// Writes the policy of a company; `revision` moves its thresholds.
pub fn company(number: usize, revision: usize) -> String {
    let mut text = format!(
        "politique entreprise_{number:05} \"Politique logement de l'entreprise n° {number}\"\n\
         applique entreprise\n\
         version 2019.1\n\
         en vigueur à partir du 2019-07-01\n\
         employeur siren {siren}\n\
         champ complémentaire date_entrée obligatoire\n\
         propose choix 1 et 3\n\
         source \"Accord d'entreprise n° {number}\"\n",
        siren = siren(number)
    );
    for (slot, letter) in ["A", "B", "C"].into_iter().enumerate() {
        let _ = write!(text, "\ntranche {letter}\n");
        for rank in 0..=(number + slot) % 3 {
            let kind = (number / 3 + slot * 2 + rank * 3) % CRITERIA;
            text.push_str(&criterion(kind, slot, rank, number + revision));
        }
    }
    text.push_str(&example(number));
    text
}

fn siren(number: usize) -> usize {
    900_000_000 + number
}

/// How many sorts of criteria there are.
const CRITERIA: usize = 8;

fn criterion(kind: usize, slot: usize, rank: usize, seed: usize) -> String {
    let (name, label, condition, says, otherwise) = match kind {
        0 => (
            "embauche",
            "Mobilité à l'embauche",
            format!(
                "emploi.date_entrée ≥ demande.date_dépôt - {} mois\n    et logement_actuel.département ≠ emploi.département",
                3 + seed % 10
            ),
            "Vous êtes recruté dans un autre département que celui où vous habitez.",
            "Vous habitez le département de votre emploi, ou votre embauche est ancienne.",
        ),
        1 => (
            "trajet",
            "Un long trajet quotidien",
            format!("mobilité.trajet > {} minutes", 30 + seed % 90),
            "Votre trajet dure {mobilité.trajet}.",
            "Votre trajet ne dépasse pas la durée prévue.",
        ),
        2 => (
            "apprenti",
            "Les apprentis",
            "demandeur.statut = apprenti".to_owned(),
            "Vous êtes apprenti.",
            "Cette tranche vise les apprentis.",
        ),
        3 => (
            "jeune",
            "Les jeunes entrants",
            format!(
                "âge < {} ans\n    et demandeur.statut parmi {{ cdi ; apprenti }}",
                22 + seed % 12
            ),
            "Vous avez {âge}.",
            "Vous avez {âge}, ou un autre contrat.",
        ),
        4 => (
            "distance",
            "Le rapprochement du lieu de travail",
            format!("mobilité.distance ≥ {} km", 10 + seed % 60),
            "Vous habitez à {mobilité.distance} de votre travail.",
            "Vous habitez près de votre travail.",
        ),
        5 => (
            "revenus",
            "Les revenus modestes",
            format!("foyer.revenus < {} €/mois", 1_200 + 10 * (seed % 90)),
            "Vos revenus sont de {foyer.revenus}.",
            "Vos revenus dépassent le montant prévu.",
        ),
        6 => (
            "effort",
            "Un loyer lourd",
            format!("taux_effort > {} %", 25 + seed % 15),
            "Le loyer représente {taux_effort} de vos revenus.",
            "Le loyer ne pèse pas autant sur vos revenus.",
        ),
        _ => (
            "foyer",
            "Les familles",
            format!("foyer.personnes ≥ {}", 2 + seed % 4),
            "Vous êtes {foyer.personnes} à loger.",
            "Cette tranche vise les familles.",
        ),
    };
    let letter = ["a", "b", "c"].get(slot).copied().unwrap_or("d");
    format!(
        "  critère {name}_{letter}{rank} \"{label}, tranche {}\"\n    si {condition}\n    source \"Accord d'entreprise, article {}\"\n    dit \"{says}\"\n    sinon dit \"{otherwise}\"\n",
        letter.to_uppercase(),
        slot * 3 + rank + 1
    )
}

fn example(number: usize) -> String {
    format!(
        "\nexemple \"Le salarié reste anonyme\" le 2019-10-15\n  étant donné\n    demande.choix_partage = anonyme\n    employeur.siren = \"{}\"\n    employeur.cotisante = oui\n    employeur.validation = confirmée\n  attend\n    total = 0 points\n",
        siren(number)
    )
}
