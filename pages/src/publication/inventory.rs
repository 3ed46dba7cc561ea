//! The record of a unit in an inventory of algorithms: purpose, degree of automation, data, kind,
//! operations. Source: Etalab, « fiche inventaire »; CRPA L312-1-3.

use super::{Entry, Kind, ReadWords, Referred};
use crate::phrases::quoted;
use dsl::recueil::Responsible;
use dsl::typed::tree::{Expr, ExprKind};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// La fiche d'inventaire d'un traitement
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Inventaire")]
pub struct Inventory {
    /// À quoi il sert
    #[serde(rename = "finalite")]
    pub purpose: String,
    /// Qui en répond, et comment lui écrire
    #[serde(rename = "responsable")]
    pub responsible: String,
    /// Ce qui est automatique, et ce qui ne l'est pas
    #[serde(rename = "automatisation")]
    pub automation: String,
    /// Ce qu'il lit
    #[serde(rename = "donnees")]
    pub data: String,
    /// Comment les données sont recueillies
    #[serde(rename = "collecte")]
    pub collected: String,
    /// De quelle sorte il est
    #[serde(rename = "type")]
    pub kind: String,
    /// Ce qu'il fait
    #[serde(rename = "operations")]
    pub operations: Vec<String>,
}

/// What is said when the recueil names nobody.
const UNNAMED: &str = "Le recueil ne nomme pas de responsable";

/// Makes the record of a unit.
pub(super) fn inventory(
    kind: Kind,
    label: &str,
    responsible: Option<&Responsible>,
    reads: &[ReadWords],
    rules: &[Entry],
    referred: &[Referred],
    expressions: &[&Expr],
) -> Inventory {
    Inventory {
        purpose: purpose(kind, label),
        responsible: responsible.map_or_else(|| UNNAMED.to_owned(), named),
        automation: automation(kind).to_owned(),
        data: data(reads),
        collected: collected(reads),
        kind:
            "Règles écrites par des personnes, appliquées telles quelles ; aucun apprentissage sur \
               des données"
                .to_owned(),
        operations: operations(kind, rules, referred, expressions),
    }
}

/// Names who answers for the rules, and how to write to it.
fn named(responsible: &Responsible) -> String {
    let Responsible { name, service, address, email, appeal: _ } = responsible;
    let who = match service {
        Some(service) => format!("{name}, {service}"),
        None => name.clone(),
    };
    let ways = address.iter().chain(email);
    std::iter::once(&who).chain(ways).map(String::as_str).collect::<Vec<_>>().join(" ; ")
}

fn purpose(kind: Kind, label: &str) -> String {
    match kind {
        Kind::Ranking => {
            format!("Classer les personnes qui postulent à un logement : {}", quoted(label))
        }
        Kind::Policy | Kind::Frame | Kind::Company | Kind::Territory => {
            format!("Donner des points à une candidature à un logement : {}", quoted(label))
        }
    }
}

fn automation(kind: Kind) -> &'static str {
    match kind {
        Kind::Ranking => {
            "Aide à la décision : le rang est calculé ; l'attribution est décidée par une commission"
        }
        Kind::Policy | Kind::Frame | Kind::Company | Kind::Territory => {
            "Aide à la décision : les points sont calculés ; l'attribution est décidée par une \
             commission"
        }
    }
}

fn data(reads: &[ReadWords]) -> String {
    let of: BTreeSet<&str> = reads.iter().map(|read| read.entity.as_str()).collect();
    let of: Vec<&str> = of.into_iter().collect();
    match reads.len() {
        0 => "Aucun fait".to_owned(),
        1 => format!("Un fait, sur : {}", of.join(", ")),
        count => format!("{count} faits, sur : {}", of.join(", ")),
    }
}

fn collected(reads: &[ReadWords]) -> String {
    let origins: BTreeSet<&str> = reads
        .iter()
        .map(|read| match read.origin.split_once(", rubrique") {
            Some((form, _)) => form,
            None => read.origin.as_str(),
        })
        .collect();
    let origins: Vec<&str> = origins.into_iter().collect();
    if origins.is_empty() { "Rien n'est recueilli".to_owned() } else { origins.join(" ; ") }
}

fn operations(
    kind: Kind,
    rules: &[Entry],
    referred: &[Referred],
    expressions: &[&Expr],
) -> Vec<String> {
    let tables = referred.iter().any(|it| matches!(it, Referred::Table(_)));
    let groups = rules.iter().any(|it| matches!(it, Entry::Group(_)));
    let done = [
        (true, "comparer des faits à des seuils et à des choix"),
        (tables, "lire des tables et des paramètres datés"),
        (expressions.iter().any(|it| compares_candidates(it)), "comparer les candidats entre eux"),
        (groups, "ne retenir qu'une ligne d'un groupe"),
        (kind != Kind::Ranking, "additionner des points"),
        (kind == Kind::Ranking, "additionner les grilles et trier les candidats"),
    ];
    done.into_iter().filter(|(is, _)| *is).map(|(_, what)| what.to_owned()).collect()
}

fn compares_candidates(expr: &Expr) -> bool {
    let here = matches!(expr.kind.as_ref(), ExprKind::Rank(..) | ExprKind::FoldPool { .. });
    here || expr.children().into_iter().any(compares_candidates)
}
