//! The facts that generated rules are about: a little of every type, sharing level and kind.

/// The types of generated expressions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    Bool,
    Number,
    Monthly,
    Yearly,
    Months,
    Days,
    Points,
    Distance,
    Date,
    Status,
    Code,
}

/// A fact: its path, its type, and whether a company may read it.
pub(super) struct FactSpec {
    pub(super) path: &'static str,
    pub(super) ty: Ty,
    pub(super) shared: bool,
}

const fn fact(path: &'static str, ty: Ty) -> FactSpec {
    FactSpec { path, ty, shared: true }
}

pub(super) const FACTS: &[FactSpec] = &[
    fact("foyer.personnes", Ty::Number),
    fact("foyer.taux", Ty::Number),
    fact("foyer.revenus", Ty::Monthly),
    fact("foyer.impôt", Ty::Yearly),
    fact("demande.dépôt", Ty::Date),
    fact("demande.naissance", Ty::Date),
    fact("demande.urgent", Ty::Bool),
    FactSpec { path: "demande.handicap", ty: Ty::Bool, shared: false },
    FactSpec { path: "demande.économies", ty: Ty::Yearly, shared: false },
    fact("demande.délai", Ty::Months),
    fact("demande.absence", Ty::Days),
    fact("demande.acquis", Ty::Points),
    fact("demande.trajet", Ty::Distance),
    fact("demande.statut", Ty::Status),
    fact("demande.commune", Ty::Code),
    fact("offre.loyer", Ty::Monthly),
    fact("offre.commune", Ty::Code),
    fact("offre.disponible", Ty::Date),
    fact("employeur.cotisante", Ty::Bool),
];

/// The fields of the items of `personne`.
pub(super) const ITEM_FACTS: &[(&str, Ty)] = &[
    ("naissance", Ty::Date),
    ("à_charge", Ty::Bool),
    ("revenu", Ty::Monthly),
    ("rang", Ty::Number),
    ("présence", Ty::Months),
    ("statut", Ty::Status),
];

pub(super) const STATUSES: &[&str] = &["cdi", "cdd", "retraité"];
pub(super) const CODES: &[&str] = &["69123", "69381", "69385", "2A004", "42218"];
pub(super) const SIRENS: &[&str] = &["111111111", "222222222", "333333333"];
pub(super) const DATES: &[&str] = &[
    "2019-10-15",
    "2018-08-31",
    "2020-02-29",
    "2016-02-29",
    "2019-01-31",
    "2018-02-28",
    "2019-12-31",
    "1990-03-14",
    "2020-03-01",
];

/// Literals of a type, the simplest first.
pub(super) fn literals(ty: Ty) -> &'static [&'static str] {
    match ty {
        Ty::Bool => &["oui", "non"],
        Ty::Number => &["1", "0", "2", "3", "5", "2,5", "25 %", "33 %", "31,25 %", "12"],
        Ty::Monthly => &["500 €/mois", "0 €/mois", "800 €/mois", "1 600 €/mois", "1 600,50 €/mois"],
        Ty::Yearly => &["6 000 €/an", "0 €/an", "9 600 €/an", "19 200 €/an"],
        Ty::Months => &["6 mois", "0 mois", "1 an", "18 mois", "3 ans"],
        Ty::Days => &["10 jours", "0 jours", "1 jour", "31 jours", "365 jours"],
        Ty::Points => &["10 points", "1 point", "0 point", "5 points", "40 points", "2,5 points"],
        Ty::Distance => &["40 km", "0 km", "70 km", "12,5 km"],
        Ty::Date => DATES,
        Ty::Status => STATUSES,
        Ty::Code => &["\"69123\"", "\"69381\"", "\"69385\"", "\"2A004\"", "\"42218\""],
    }
}

/// How a type is written.
pub(super) fn type_name(ty: Ty) -> &'static str {
    match ty {
        Ty::Bool => "booléen",
        Ty::Number => "nombre",
        Ty::Monthly => "€/mois",
        Ty::Yearly => "€/an",
        Ty::Months => "mois",
        Ty::Days => "jours",
        Ty::Points => "points",
        Ty::Distance => "km",
        Ty::Date => "date",
        Ty::Status => "statut",
        Ty::Code => "code",
    }
}

/// The vocabulary's text, definitions apart.
pub(super) const TEXT: &str = r#"vocabulaire faits "Les faits"
version 1
en vigueur à partir du 2000-01-01
source "essai"

énumération statut
  | cdi
  | cdd
  | retraité

énumération choix
  | anonyme
  | identification
  | complet
  | autre

énumération état_validation
  | en_cours
  | refusée
  | confirmée

entité foyer
  personnes : entier
    partage identification
  taux : %
    partage complet
  revenus : €/mois
    partage complet
  impôt : €/an
    partage complet

entité demande
  numéro : texte
    unique
  dépôt : date
    partage identification
    levier "attendre {durée}"
  naissance : date
    partage complet
  urgent : booléen
    partage identification
    levier vers oui "demander l'urgence"
  handicap : booléen
  économies : €/an
  délai : mois
    partage complet
    levier "demander un délai {valeur}"
  absence : jours
    partage complet
  acquis : points
    partage identification
  trajet : km
    partage complet
    levier "choisir un trajet {valeur}"
  statut : statut
    partage complet
    levier "devenir {valeur}"
  commune : commune
    partage complet
  choix : choix
    partage identification
    levier vers complet "tout partager"

entité offre
  loyer : €/mois
    levier "choisir un loyer {valeur}"
  commune : commune
  disponible : date

entité employeur
  siren : code
  cotisante : booléen
    levier vers oui "choisir une entreprise cotisante"
  validation : état_validation
    levier vers confirmée "demander la validation"

entité personne liste
  naissance : date
    partage complet
  à_charge : booléen
    partage identification
  revenu : €/mois
    partage complet
  rang : entier
    partage identification
  présence : mois
    partage complet
  statut : statut
    partage complet
"#;
