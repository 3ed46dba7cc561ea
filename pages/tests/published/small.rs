//! Small recueils, compiled from text and published.

use pages::publication::Sheet;
use pages::{Publication, publication};
use std::collections::BTreeMap;

/// The vocabulary of these tests.
pub const VOCABULARY: &str = r#"vocabulaire faits "Les faits"
version 1
en vigueur à partir du 2019-01-01

énumération statut "Statut"
  | cdi "CDI"
  | apprenti "Apprenti"
  | retraité "Retraité"

entité demandeur "Le demandeur"
  date_naissance : date "Date de naissance"
    cerfa "A"
  statut : statut "Statut professionnel"
    partage complet
  boursier : booléen "Boursier"
    partage identification
  ville : code "Commune de résidence"

entité foyer "Le foyer"
  personnes : entier "Nombre de personnes"
  pièces : entier "Nombre de pièces"
  revenus : €/mois "Revenus"

entité enfant liste "Les enfants"
  date_naissance : date "Date de naissance"
  revenus : €/mois "Revenus"

définition âge "Âge" : ans
  = années_révolues(demandeur.date_naissance ; date_évaluation)

définition âge_de(p : enfant) "Âge d'un enfant" : ans
  = années_révolues(p.date_naissance ; date_évaluation)

définition majeur "Majeur" : booléen
  = âge ≥ 18 ans
"#;

/// Compiles and publishes files: `recueil.yaml` comes of itself.
pub fn published(files: &[(&str, &str)]) -> Publication {
    let mut bytes: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect();
    let manifest = "nom: essai\nlangage: 1\nunites: [\"*.bareme\"]\n";
    bytes.insert("recueil.yaml".to_owned(), manifest.as_bytes().to_vec());
    bytes.insert("faits.bareme".to_owned(), VOCABULARY.as_bytes().to_vec());
    let opened = dsl::recueil::open(&bytes);
    let files = opened.value.unwrap();
    let compiled = dsl::compile(&files, &dsl::ScriptIndex::default());
    let errors: Vec<String> = opened
        .diagnostics
        .iter()
        .chain(&compiled.diagnostics)
        .filter(|it| it.severity == source::Severity::Error)
        .map(|it| format!("{} {}", it.code, it.message))
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    publication(&files, &compiled.value.unwrap())
}

/// Publishes a policy of these declarations alone.
pub fn policy(declarations: &str) -> Sheet {
    let head = "politique essai \"Une grille\"\nversion 1\nen vigueur à partir du 2019-01-01\n\
                utilise faits\nsource \"Le règlement\"\n\n";
    let publication = published(&[("essai.bareme", &format!("{head}{declarations}"))]);
    let [sheet] = publication.sheets.try_into().unwrap();
    sheet
}
