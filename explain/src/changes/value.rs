//! What could change, as a value: what each page draws, and words are made from.

use crate::explanation::{Range, iso, iso_date, iso_or_none};
use crate::points::Points;
use crate::standing::{LineChange, LineName, PointsChange};
use crate::value::Shown;
use engine::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// Ce qui pourrait changer le résultat d'un candidat
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Changements")]
pub struct Changes {
    /// Ce que le candidat peut faire, et ce que cela donnerait ; le plus de points d'abord
    #[serde(rename = "propositions")]
    pub proposals: Vec<Change>,
    /// Ce qui n'a pas pu être cherché jusqu'au bout
    #[serde(rename = "non_determine", skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<Undecided>,
    /// Entre quoi ce que le candidat choisit peut bouger sans que le total baisse
    #[serde(rename = "marges", skip_serializing_if = "Vec::is_empty")]
    pub margins: Vec<Margin>,
    /// Le moins et le plus que vaudra le total, une fois connus les faits qui manquent
    #[serde(rename = "intervalle")]
    pub range: Range,
    /// Les faits et les preuves qui manquent et comptent encore, les plus décisifs d'abord
    #[serde(rename = "faits_manquants")]
    pub missing: Vec<MissingFact>,
}

/// Un changement, évalué par le moteur : une seule chose à faire, ou deux quand une ne suffit pas
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Changement")]
pub struct Change {
    /// Ce qu'il faut faire, tout ensemble
    #[serde(rename = "gestes")]
    pub steps: Vec<Step>,
    /// Ce que l'on atteint au moindre changement
    #[serde(rename = "atteint")]
    pub goals: Vec<Goal>,
    /// Toutes les lignes dont les points changent
    #[serde(rename = "lignes")]
    pub lines: Vec<LineChange>,
    /// Le total
    pub total: PointsChange,
    /// Le rang parmi les candidatures déposées, si les autres restent comme elles sont
    #[serde(rename = "rang")]
    pub rank: RankChange,
    /// Si toutes les conditions d'éligibilité sont remplies, avant et après
    #[serde(rename = "eligible")]
    pub eligible: EligibleChange,
}

/// Un geste : un levier, ou une preuve à fournir
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Geste")]
pub struct Step {
    /// Les faits en cause
    #[serde(rename = "faits")]
    pub facts: Vec<NamedFact>,
    /// Ce qu'il faut faire
    #[serde(flatten)]
    pub action: Action,
}

/// Un fait, par son chemin et par son libellé
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "FaitNomme")]
pub struct NamedFact {
    /// `entité.champ`
    #[serde(rename = "fait")]
    pub path: String,
    /// Ce que lit le demandeur
    #[serde(rename = "libelle")]
    pub label: String,
}

/// La phrase d'un levier : ce qui a été trouvé se dit entre les deux parties
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PhraseDeLevier")]
pub struct Phrase {
    /// Le début
    #[serde(rename = "avant")]
    pub before: String,
    /// La fin
    #[serde(rename = "apres")]
    pub after: String,
}

impl From<&engine::Sentence> for Phrase {
    fn from(sentence: &engine::Sentence) -> Self {
        Self { before: sentence.before.clone(), after: sentence.after.clone() }
    }
}

/// Ce qu'il faut faire
#[expect(clippy::large_enum_variant, reason = "there are few, and most are of the largest")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "geste")]
#[schemars(rename = "Action")]
pub enum Action {
    /// Choisir un nombre dans un intervalle
    #[serde(rename = "choisir")]
    Choose {
        /// La phrase, où l'intervalle prend place
        #[serde(rename = "phrase")]
        phrase: Phrase,
        /// La valeur d'aujourd'hui
        #[serde(rename = "actuel")]
        current: Shown,
        /// La plus proche de celles qui conviennent : c'est elle qui est évaluée
        #[serde(rename = "au_plus_pres")]
        nearest: Shown,
        /// La plus petite de l'intervalle, comprise ; absente : sans limite
        #[serde(rename = "de", skip_serializing_if = "Option::is_none")]
        from: Option<Shown>,
        /// La plus grande de l'intervalle, comprise ; absente : sans limite
        #[serde(rename = "a", skip_serializing_if = "Option::is_none")]
        to: Option<Shown>,
        /// Le pas des valeurs que l'on écrit : un centime, une unité
        #[serde(rename = "pas")]
        grain: Shown,
    },
    /// Choisir une valeur d'une énumération
    #[serde(rename = "choisir_dans_une_liste")]
    Pick {
        /// La phrase, où le libellé prend place
        #[serde(rename = "phrase")]
        phrase: Phrase,
        /// La valeur d'aujourd'hui
        #[serde(rename = "actuel")]
        current: Shown,
        /// La valeur à choisir
        #[serde(rename = "valeur")]
        value: Shown,
    },
    /// Obtenir une valeur que la phrase nomme
    #[serde(rename = "obtenir")]
    Reach {
        /// La phrase entière
        #[serde(rename = "texte")]
        says: String,
        /// La valeur d'aujourd'hui ; absente si elle n'est pas renseignée
        #[serde(rename = "actuel", skip_serializing_if = "Option::is_none")]
        current: Option<Shown>,
        /// La valeur à obtenir
        #[serde(rename = "valeur")]
        value: Shown,
    },
    /// Attendre
    #[serde(rename = "attendre")]
    Wait {
        /// La phrase, où la durée prend place
        #[serde(rename = "phrase")]
        phrase: Phrase,
        /// Combien de mois entiers
        #[serde(rename = "mois")]
        months: u32,
        /// Le premier jour où les points sont là
        #[serde(rename = "premier_jour", serialize_with = "iso")]
        #[schemars(schema_with = "iso_date")]
        first_day: Date,
        /// Le dernier jour essayé où ils le sont encore ; absent : jusqu'au bout de ce qui est essayé
        #[serde(
            rename = "jusqu_au",
            serialize_with = "iso_or_none",
            skip_serializing_if = "Option::is_none"
        )]
        #[schemars(schema_with = "iso_date")]
        last_day: Option<Date>,
    },
    /// Fournir une preuve
    #[serde(rename = "prouver")]
    Prove {
        /// Le niveau demandé
        #[serde(rename = "niveau")]
        level: Proof,
        /// Le rôle de qui valide
        #[serde(skip_serializing_if = "Option::is_none")]
        role: Option<String>,
    },
}

/// Un niveau de preuve
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "NiveauDePreuve")]
pub enum Proof {
    /// Une pièce vérifiée
    #[serde(rename = "verifie")]
    Verified,
    /// Une validation par quelqu'un
    #[serde(rename = "valide")]
    Validated,
}

/// Ce qu'un changement atteint, et qu'aucun changement plus petit du même levier n'atteint
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(tag = "but")]
#[schemars(rename = "But")]
pub enum Goal {
    /// Plus de points sur une ligne
    #[serde(rename = "palier_suivant")]
    More(LineName),
    /// Le plus de points que ce levier donne à une ligne
    #[serde(rename = "meilleur_palier")]
    Most(LineName),
    /// Un nombre de points de plus au total
    #[serde(rename = "points_de_plus")]
    Gain {
        /// Combien
        points: Points,
    },
    /// Remplir toutes les conditions d'éligibilité
    #[serde(rename = "eligible")]
    Eligible,
}

/// Un rang, avant et après ; absent quand le candidat n'est pas classé
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "RangChange")]
pub struct RankChange {
    /// Aujourd'hui
    #[serde(rename = "avant")]
    pub before: Option<u32>,
    /// Après le changement
    #[serde(rename = "apres")]
    pub after: Option<u32>,
}

/// L'éligibilité, avant et après
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "EligibiliteChangee")]
pub struct EligibleChange {
    /// Aujourd'hui
    #[serde(rename = "avant")]
    pub before: crate::explanation::Truth,
    /// Après le changement
    #[serde(rename = "apres")]
    pub after: crate::explanation::Truth,
}

/// Un nombre que le candidat choisit, et les valeurs autour de la sienne qui ne lui font rien perdre
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Marge")]
pub struct Margin {
    /// Le fait
    #[serde(flatten)]
    pub fact: NamedFact,
    /// La valeur d'aujourd'hui
    #[serde(rename = "actuel")]
    pub current: Shown,
    /// La plus petite, comprise ; absente : sans limite
    #[serde(rename = "de", skip_serializing_if = "Option::is_none")]
    pub from: Option<Shown>,
    /// La plus grande, comprise ; absente : sans limite
    #[serde(rename = "a", skip_serializing_if = "Option::is_none")]
    pub to: Option<Shown>,
    /// Le pas des valeurs que l'on écrit : un centime, une unité
    #[serde(rename = "pas")]
    pub grain: Shown,
}

/// Un levier dont toutes les valeurs n'ont pas été essayées
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "NonDetermine")]
pub struct Undecided {
    /// Le fait que le levier change
    #[serde(flatten)]
    pub fact: NamedFact,
    /// La plus petite valeur essayée ; absente : jusqu'en bas
    #[serde(rename = "de", skip_serializing_if = "Option::is_none")]
    pub from: Option<Shown>,
    /// La plus grande valeur essayée ; absente : jusqu'en haut
    #[serde(rename = "a", skip_serializing_if = "Option::is_none")]
    pub to: Option<Shown>,
}

/// Un fait ou une preuve qui manque, et ce qu'il décide
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FaitManquant")]
pub struct MissingFact {
    /// Le fait
    #[serde(flatten)]
    pub fact: NamedFact,
    /// Pourquoi il ne compte pas
    #[serde(rename = "raison")]
    pub reason: Lack,
    /// De combien l'intervalle du total se resserre si l'on sait que ce fait ne viendra pas, ou que
    /// cette preuve est donnée ; absent : sans limite
    #[serde(rename = "decide")]
    pub decides: Option<Points>,
    /// L'intervalle du total si ce fait seul venait à être connu ; absent pour une preuve
    #[serde(rename = "a_lui_seul", skip_serializing_if = "Option::is_none")]
    pub alone: Option<Range>,
    /// Les lignes qui l'attendent
    #[serde(rename = "lignes")]
    pub lines: Vec<LineName>,
    /// S'il décide de l'éligibilité
    #[serde(rename = "pour_etre_eligible")]
    pub for_eligibility: bool,
}

/// Pourquoi un fait ne compte pas encore
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(rename = "Manque")]
pub enum Lack {
    /// Personne ne l'a donné
    #[serde(rename = "non_renseigne")]
    Missing,
    /// La preuve demandée n'est pas là
    #[serde(rename = "preuve_attendue")]
    ProofAwaited,
    /// L'employeur n'a pas encore répondu
    #[serde(rename = "validation_en_cours")]
    ValidationPending,
    /// Le demandeur a choisi de ne pas le communiquer
    #[serde(rename = "non_communique")]
    Withheld,
    /// Le choix du demandeur ne le partage pas avec l'entreprise
    #[serde(rename = "non_partage")]
    NotShared,
}
