//! The reasoning of a line: the operations that gave its points, each with what it computed.
//!
//! It is read from the code and from the trace of the walk that gave the points: nothing is computed
//! again. A named quantity is laid open once, where it is first met; further on its name is enough.

mod build;
mod types;

pub use build::Reader;

use crate::value::Shown;
use schemars::JsonSchema;
use serde::Serialize;

/// Une étape du raisonnement : une opération et ce qu'elle a donné
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Etape")]
pub struct Step {
    /// Nom dans la langue : une définition, une table, ou entité.champ
    #[serde(rename = "nom", skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Ce que lit le demandeur
    #[serde(rename = "libelle", skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Ce qu'elle a donné
    #[serde(rename = "resultat")]
    pub value: Shown,
    /// L'opération
    pub operation: Operation,
    /// Si elle décide du résultat de la condition dont elle fait partie
    #[serde(rename = "decisif", skip_serializing_if = "std::ops::Not::not")]
    pub decisive: bool,
    /// The type of its value, known or not, for those who put it into words.
    #[serde(skip)]
    #[schemars(skip)]
    pub ty: engine::Type,
}

/// Les opérations
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Operation {
    /// Une constante de la règle
    #[serde(rename = "constante")]
    Constant,
    /// « pas de valeur », écrit dans la règle
    #[serde(rename = "pas_de_valeur")]
    NoValue,
    /// La date d'évaluation
    #[serde(rename = "date_evaluation")]
    EvaluationDate,
    /// Un fait du dossier
    #[serde(rename = "fait")]
    Fact {
        /// entité.champ
        #[serde(rename = "fait")]
        fact: String,
    },
    /// Une quantité déjà détaillée plus haut dans la ligne, ou trop longue pour l'être
    #[serde(rename = "voir")]
    Seen,
    /// Un calcul sur deux nombres
    #[serde(rename = "calcul")]
    Arithmetic {
        /// L'opérateur
        #[serde(rename = "operateur")]
        operator: Arithmetic,
        /// Les termes
        #[serde(rename = "termes")]
        terms: Vec<Step>,
    },
    /// Un arrondi voulu par la règle
    #[serde(rename = "arrondi")]
    Round {
        /// De quelle façon
        mode: Rounding,
        /// À quel pas, et le nombre avant arrondi
        #[serde(rename = "pas")]
        step: Box<Step>,
        /// Le nombre avant arrondi
        #[serde(rename = "nombre")]
        number: Box<Step>,
    },
    /// Un calcul de calendrier
    #[serde(rename = "calendrier")]
    Calendar {
        /// L'opérateur
        #[serde(rename = "operateur")]
        operator: Calendar,
        /// Les deux termes
        #[serde(rename = "termes")]
        terms: Vec<Step>,
    },
    /// Une comparaison
    #[serde(rename = "comparaison")]
    Compare {
        /// L'opérateur
        #[serde(rename = "operateur")]
        operator: Comparison,
        /// Les deux côtés
        #[serde(rename = "termes")]
        terms: Vec<Step>,
        /// Ce qui manque pour qu'elle soit vraie, entre deux nombres ou deux dates
        #[serde(rename = "ecart", skip_serializing_if = "Option::is_none")]
        gap: Option<Shown>,
    },
    /// Toutes les conditions ensemble
    #[serde(rename = "et")]
    And {
        /// Les conditions
        #[serde(rename = "parties")]
        parts: Vec<Step>,
    },
    /// L'une au moins des conditions
    #[serde(rename = "ou")]
    Or {
        /// Les conditions
        #[serde(rename = "parties")]
        parts: Vec<Step>,
    },
    /// Le contraire d'une condition
    #[serde(rename = "non")]
    Not {
        /// La condition
        #[serde(rename = "partie")]
        part: Box<Step>,
    },
    /// Si une valeur est renseignée
    #[serde(rename = "renseigne")]
    IsKnown {
        /// La valeur
        #[serde(rename = "partie")]
        part: Box<Step>,
    },
    /// Un choix selon une condition ; la branche retenue seule est détaillée
    #[serde(rename = "choix")]
    Select {
        /// La condition
        condition: Box<Step>,
        /// La branche retenue, quand la condition est connue
        #[serde(rename = "retenu", skip_serializing_if = "Option::is_none")]
        taken: Option<Box<Step>>,
        /// Les deux branches, oui puis non, là où rien n'est évalué
        #[serde(rename = "branches", skip_serializing_if = "Vec::is_empty")]
        branches: Vec<Step>,
    },
    /// Une table
    #[serde(rename = "table")]
    Table {
        /// Les entrées
        #[serde(rename = "entrees")]
        inputs: Vec<Step>,
        /// La ligne retenue : ce que chaque case accepte, dans l'ordre des entrées
        #[serde(rename = "ligne", skip_serializing_if = "Option::is_none")]
        row: Option<Vec<Accepted>>,
        /// Si le résultat est interpolé entre deux valeurs
        #[serde(rename = "interpole", skip_serializing_if = "std::ops::Not::not")]
        linear: bool,
    },
    /// Une fonction écrite dans un script
    #[serde(rename = "fonction")]
    Call {
        /// Les arguments
        arguments: Vec<Step>,
    },
    /// Un calcul sur une liste
    #[serde(rename = "liste")]
    List {
        /// Le calcul
        #[serde(rename = "operateur")]
        operator: Fold,
        /// La liste
        #[serde(rename = "liste")]
        list: String,
        /// Le nom de la liste que lit le demandeur
        #[serde(rename = "liste_libelle")]
        list_label: String,
        /// Ce que les éléments vérifient
        #[serde(rename = "filtre", skip_serializing_if = "Option::is_none")]
        filter: Option<Box<Step>>,
        /// Ce qui est calculé pour chacun
        #[serde(rename = "chacun", skip_serializing_if = "Option::is_none")]
        each: Option<Box<Step>>,
    },
    /// Un rang parmi les candidats : il dépend des autres
    #[serde(rename = "rang")]
    Rank {
        /// Ce qui est comparé
        #[serde(rename = "cle")]
        key: Box<Step>,
        /// Dans quel sens
        #[serde(rename = "sens")]
        direction: Direction,
        /// Parmi qui
        population: Population,
    },
    /// Un calcul sur tous les candidats : il dépend des autres
    #[serde(rename = "candidats")]
    Pool {
        /// Le calcul
        #[serde(rename = "operateur")]
        operator: Fold,
        /// Parmi qui
        population: Population,
        /// Ce que les candidats comptés vérifient
        #[serde(rename = "filtre", skip_serializing_if = "Option::is_none")]
        filter: Option<Box<Step>>,
        /// Ce qui est calculé pour chacun
        #[serde(rename = "chacun", skip_serializing_if = "Option::is_none")]
        each: Option<Box<Step>>,
    },
    /// Le total d'une grille, pour l'éligibilité
    #[serde(rename = "total_de_grille")]
    GridTotal {
        /// La grille
        #[serde(rename = "grille")]
        grid: String,
    },
}

impl Operation {
    /// Calls a function on each step that it reads, in order.
    pub fn each_term<'s>(&'s self, see: &mut dyn FnMut(&'s Step)) {
        match self {
            Self::Constant
            | Self::NoValue
            | Self::EvaluationDate
            | Self::Fact { .. }
            | Self::Seen
            | Self::GridTotal { .. } => {}
            Self::Arithmetic { terms, .. }
            | Self::Calendar { terms, .. }
            | Self::Compare { terms, .. }
            | Self::And { parts: terms }
            | Self::Or { parts: terms }
            | Self::Table { inputs: terms, .. }
            | Self::Call { arguments: terms } => terms.iter().for_each(see),
            Self::Round { step, number, .. } => {
                see(number);
                see(step);
            }
            Self::Not { part } | Self::IsKnown { part } | Self::Rank { key: part, .. } => see(part),
            Self::Select { condition, taken, branches } => {
                see(condition);
                if let Some(taken) = taken {
                    see(taken);
                }
                branches.iter().for_each(see);
            }
            Self::List { filter, each, .. } | Self::Pool { filter, each, .. } => {
                filter.iter().chain(each).for_each(|step| see(step));
            }
        }
    }
}

/// Ce qu'une case de table accepte : l'une de ces plages ; aucune plage : tout
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "CaseAcceptee")]
pub struct Accepted {
    /// Les plages
    #[serde(rename = "plages")]
    pub ranges: Vec<Between>,
}

/// Une plage de valeurs ; une borne absente est sans limite
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Plage")]
pub struct Between {
    /// La plus petite
    #[serde(rename = "de", skip_serializing_if = "Option::is_none")]
    pub low: Option<End>,
    /// La plus grande
    #[serde(rename = "a", skip_serializing_if = "Option::is_none")]
    pub high: Option<End>,
}

/// Une borne
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Borne")]
pub struct End {
    /// Sa valeur
    #[serde(rename = "valeur")]
    pub value: Shown,
    /// Si elle est comprise
    #[serde(rename = "comprise")]
    pub included: bool,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident as $schema:literal from $engine:ty {
        $($(#[$each:meta])* $variant:ident = $word:literal),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
        #[schemars(rename = $schema)]
        pub enum $name { $($(#[$each])* #[serde(rename = $word)] $variant),+ }

        impl From<$engine> for $name {
            fn from(from: $engine) -> Self {
                match from { $(<$engine>::$variant => Self::$variant),+ }
            }
        }
    };
}

words! {
    /// Opérateurs sur deux nombres
    Arithmetic as "Operateur" from engine::Arithmetic {
        /// Une somme
        Add = "plus",
        /// Une différence
        Subtract = "moins",
        /// Un produit
        Multiply = "fois",
        /// Un quotient
        Divide = "divise_par",
        /// Le plus petit des deux
        Minimum = "minimum",
        /// Le plus grand des deux
        Maximum = "maximum",
    }
}

words! {
    /// Calculs de calendrier
    Calendar as "Calendrier" from engine::Calendar {
        /// Une date plus des mois
        AddMonths = "plus_mois",
        /// Une date moins des mois
        SubtractMonths = "moins_mois",
        /// Une date plus des jours
        AddDays = "plus_jours",
        /// Une date moins des jours
        SubtractDays = "moins_jours",
        /// Les mois révolus de l'une à l'autre
        CompletedMonths = "mois_revolus",
        /// Les années révolues de l'une à l'autre
        CompletedYears = "annees_revolues",
        /// Les jours de l'une à l'autre
        DaysBetween = "jours_entre",
    }
}

words! {
    /// Comparaisons
    Comparison as "Comparaison" from engine::Comparison {
        /// Égal
        Equal = "egal",
        /// Différent
        NotEqual = "different",
        /// Inférieur
        Less = "inferieur",
        /// Inférieur ou égal
        LessOrEqual = "inferieur_ou_egal",
        /// Supérieur
        Greater = "superieur",
        /// Supérieur ou égal
        GreaterOrEqual = "superieur_ou_egal",
    }
}

words! {
    /// Calculs sur une liste ou sur les candidats
    Fold as "CalculDeListe" from engine::Fold {
        /// Combien
        Count = "nombre",
        /// Si l'un au moins
        Exists = "existe",
        /// Si tous
        All = "tous",
        /// La somme
        Sum = "somme",
        /// Le plus petit
        Minimum = "minimum",
        /// Le plus grand
        Maximum = "maximum",
    }
}

words! {
    /// Sens d'un classement
    Direction as "Sens" from engine::Direction {
        /// Le plus petit d'abord
        Ascending = "croissant",
        /// Le plus grand d'abord
        Descending = "decroissant",
    }
}

words! {
    /// Parmi qui
    Population as "Population" from engine::Population {
        /// Les candidats éligibles que l'on classe
        Eligible = "eligibles",
        /// Tous
        Everyone = "tous",
    }
}

words! {
    /// Façons d'arrondir
    Rounding as "Arrondi" from engine::Rounding {
        /// Au plus proche ; la moitié s'éloigne de zéro
        HalfAway = "au_plus_proche",
        /// Au plus proche ; la moitié va au pair
        HalfEven = "au_pair",
        /// Vers le bas
        Down = "inferieur",
        /// Vers le haut
        Up = "superieur",
    }
}
