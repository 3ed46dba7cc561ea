//! The report that a person may ask for: the four headings of CRPA R311-3-1-2, for their case.
//!
//! It adds nothing to the explanation: it puts what the explanation holds under the headings of the
//! law, with the sums written out so that they can be added again by hand.
//!
//! Source: code des relations entre le public et l'administration, articles L311-3-1, R311-3-1-1 and
//! R311-3-1-2.

use crate::explanation::{Condition, Explanation, Fact, Grid, GridState, Line, Rules, Truth};
use crate::points::Points;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Le rapport prévu par l'article R311-3-1-2 du code des relations entre le public et
/// l'administration
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Rapport")]
pub struct Report {
    /// 1° Le degré et le mode de contribution du traitement à la décision
    #[serde(rename = "degre_et_mode_de_contribution")]
    pub contribution: Contribution,
    /// 2° Les données traitées et leurs sources
    #[serde(rename = "donnees_traitees_et_sources")]
    pub data: Vec<Fact>,
    /// 3° Les paramètres de traitement et leur pondération, appliqués à la situation de l'intéressé
    #[serde(rename = "parametres_et_ponderation")]
    pub parameters: Vec<Parameter>,
    /// 4° Les opérations effectuées
    #[serde(rename = "operations_effectuees")]
    pub operations: Vec<Operation>,
}

/// L'administration ou l'entreprise qui répond des règles
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Responsable")]
pub struct Responsible {
    /// Son nom
    #[serde(rename = "nom")]
    pub name: String,
    /// Le service à qui écrire
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// Son adresse postale
    #[serde(rename = "adresse", skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Son courriel
    #[serde(rename = "courriel", skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Comment contester une décision
    #[serde(rename = "recours", skip_serializing_if = "Option::is_none")]
    pub appeal: Option<String>,
}

impl From<&dsl::recueil::Responsible> for Responsible {
    fn from(responsible: &dsl::recueil::Responsible) -> Self {
        let dsl::recueil::Responsible { name, service, address, email, appeal } =
            responsible.clone();
        Self { name, service, address, email, appeal }
    }
}

/// Ce que le traitement apporte à la décision
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Contribution")]
pub struct Contribution {
    /// Le degré d'automatisation
    #[serde(rename = "degre")]
    pub degree: Degree,
    /// Le classement appliqué
    #[serde(rename = "classement", skip_serializing_if = "Option::is_none")]
    pub ranking: Option<Rules>,
    /// Combien de candidatures il propose au plus
    #[serde(rename = "propose_au_plus", skip_serializing_if = "Option::is_none")]
    pub keeps: Option<u32>,
    /// Si celle-ci est proposée
    #[serde(rename = "propose")]
    pub kept: bool,
}

/// Degrés d'automatisation
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Degre")]
pub enum Degree {
    /// Le traitement aide à décider : une personne confirme, change ou rejette ce qu'il propose
    #[serde(rename = "aide_a_la_decision")]
    Aid,
}

/// Un paramètre : une ligne, son poids, et ce qu'elle donne ici
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Parametre")]
pub struct Parameter {
    /// La grille
    #[serde(rename = "grille")]
    pub grid: String,
    /// La ligne
    #[serde(rename = "ligne")]
    pub line: String,
    /// Ce que lit le demandeur
    #[serde(rename = "libelle")]
    pub label: String,
    /// Le plus qu'elle peut donner
    #[serde(skip_serializing_if = "Option::is_none")]
    pub maximum: Option<Points>,
    /// Ce qu'elle donne ici
    pub points: Points,
}

/// Une opération, avec ses nombres
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "type")]
#[schemars(rename = "OperationDuRapport")]
pub enum Operation {
    /// Les conditions pour être classé
    #[serde(rename = "eligibilite")]
    Eligibility {
        /// Chacune, et si elle est remplie
        conditions: Vec<Checked>,
    },
    /// La somme des lignes d'une grille
    #[serde(rename = "somme_des_lignes")]
    Lines {
        /// La grille
        #[serde(rename = "grille")]
        grid: String,
        /// Les points des lignes, dans l'ordre
        #[serde(rename = "termes")]
        terms: Vec<Points>,
        /// Leur somme
        #[serde(rename = "resultat")]
        sum: Points,
    },
    /// Une grille sans points
    #[serde(rename = "grille_sans_points")]
    WithoutPoints {
        /// La grille
        #[serde(rename = "grille")]
        grid: String,
        /// Son état
        #[serde(rename = "etat")]
        state: GridState,
    },
    /// La somme des grilles
    #[serde(rename = "somme_des_grilles")]
    Total {
        /// Les points des grilles établies, dans l'ordre
        #[serde(rename = "termes")]
        terms: Vec<Points>,
        /// Leur somme
        #[serde(rename = "resultat")]
        sum: Points,
    },
}

/// Une condition et son résultat
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ConditionVerifiee")]
pub struct Checked {
    /// Ce que lit le demandeur
    #[serde(rename = "libelle")]
    pub label: String,
    /// Si elle est remplie
    #[serde(rename = "remplie")]
    pub truth: Truth,
}

/// Puts an explanation under the four headings.
pub fn report(explanation: &Explanation) -> Report {
    let headline = explanation.headline.as_ref();
    Report {
        contribution: Contribution {
            degree: Degree::Aid,
            ranking: explanation.ranking.clone(),
            keeps: headline.and_then(|headline| headline.keeps),
            kept: headline.is_some_and(|headline| headline.kept),
        },
        data: data(explanation),
        parameters: explanation.grids.iter().flat_map(parameters).collect(),
        operations: operations(explanation),
    }
}

/// Lists each fact looked at once, in order of meeting.
fn data(explanation: &Explanation) -> Vec<Fact> {
    let conditions = explanation.eligibility.iter().flat_map(facts_of_condition);
    let grids = explanation
        .grids
        .iter()
        .flat_map(|grid| grid.facts.iter().chain(grid.lines.iter().flat_map(facts_of_line)));
    let mut met = BTreeSet::new();
    conditions.chain(grids).filter(|fact| met.insert(fact.path.as_str())).cloned().collect()
}

fn facts_of_condition(condition: &Condition) -> impl Iterator<Item = &Fact> {
    condition.facts.iter()
}

fn facts_of_line(line: &Line) -> impl Iterator<Item = &Fact> {
    line.facts.iter().chain(line.criteria.iter().flat_map(facts_of_condition))
}

fn parameters(grid: &Grid) -> impl Iterator<Item = Parameter> {
    grid.lines.iter().map(|line| Parameter {
        grid: grid.label.clone(),
        line: line.id.clone(),
        label: line.label.clone(),
        maximum: line.maximum,
        points: line.points,
    })
}

fn operations(explanation: &Explanation) -> Vec<Operation> {
    let mut operations = Vec::new();
    if !explanation.eligibility.is_empty() {
        let checked = |it: &Condition| Checked { label: it.label.clone(), truth: it.truth };
        let conditions = explanation.eligibility.iter().map(checked).collect();
        operations.push(Operation::Eligibility { conditions });
    }
    for grid in &explanation.grids {
        operations.push(match grid.points {
            Some(sum) => Operation::Lines {
                grid: grid.label.clone(),
                terms: grid.lines.iter().map(|line| line.points).collect(),
                sum,
            },
            None => Operation::WithoutPoints { grid: grid.label.clone(), state: grid.state },
        });
    }
    if let Some(headline) = &explanation.headline {
        let terms = explanation.grids.iter().filter_map(|grid| grid.points).collect();
        operations.push(Operation::Total { terms, sum: headline.total });
    }
    operations
}
