//! The facts that a unit reads: what they are, who sees them, where they come from, what for.

use crate::phrases::Speech;
use analysis::{FactReader, ReadFact, ReaderRole, UnitReads};
use dsl::typed::Read;
use dsl::typed::tree::Recueil;
use engine::Sharing;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Un fait lu
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FaitLuEnMots")]
pub struct ReadWords {
    /// Son nom : entité.champ, ou la liste
    #[serde(rename = "fait")]
    pub name: String,
    /// Son libellé
    #[serde(rename = "libelle")]
    pub label: String,
    /// De quoi il parle
    #[serde(rename = "de")]
    pub entity: String,
    /// Ce que l'employeur en voit, et ses marques
    #[serde(rename = "partage")]
    pub sharing: String,
    /// D'où il vient
    #[serde(rename = "origine")]
    pub origin: String,
    /// Ce qui le lit
    #[serde(rename = "lu_par")]
    pub readers: Vec<String>,
}

/// Puts into words what a unit reads, each fact once.
pub(super) fn reads(tree: &Recueil, unit: Option<&UnitReads<'_>>) -> Vec<ReadWords> {
    let mut by_fact: BTreeMap<&str, ReadWords> = BTreeMap::new();
    for reader in unit.iter().flat_map(|unit| &unit.readers) {
        for fact in &reader.facts {
            let known = by_fact.entry(&fact.name).or_insert_with(|| read(tree, fact));
            let reader = reader_words(reader);
            if !known.readers.contains(&reader) {
                known.readers.push(reader);
            }
        }
    }
    by_fact.into_values().collect()
}

fn read(tree: &Recueil, fact: &ReadFact) -> ReadWords {
    let speech = Speech::new(tree);
    let (label, entity, origin) = match fact.read {
        Read::Field(id) => {
            let def = tree.schema.field(id);
            let entity = def.map_or("", |def| speech.entity(def.entity)).to_owned();
            let cerfa = def.and_then(|def| def.cerfa.as_ref());
            let origin = cerfa.map_or_else(
                || "Plateforme, employeur ou partenaire".to_owned(),
                |at| format!("Formulaire de demande, rubrique {at}"),
            );
            (def.map_or_else(String::new, |def| def.label.clone()), entity, origin)
        }
        Read::List(id) => {
            let entity = speech.entity(id).to_owned();
            (entity.clone(), entity, "Formulaire de demande".to_owned())
        }
    };
    ReadWords {
        name: fact.name.clone(),
        label,
        entity,
        sharing: sharing(tree, fact),
        origin,
        readers: Vec::new(),
    }
}

fn sharing(tree: &Recueil, fact: &ReadFact) -> String {
    let Read::Field(field) = fact.read else { return seen(fact, "selon ce qui est partagé") };
    let Some(def) = tree.schema.field(field) else { return String::new() };
    let level = match def.sharing {
        None => "jamais partagé avec l'employeur",
        Some(Sharing::Nothing) => "partagé avec l'employeur",
        Some(Sharing::Identification) => "partagé avec l'identification",
        Some(Sharing::Complete) => "partagé avec la demande complète",
    };
    let marks = [
        (def.sensitive, "donnée sensible"),
        (def.protected, "critère de discrimination protégé"),
        (fact.complementary, "demandé par l'entreprise"),
    ];
    let marks = marks.into_iter().filter(|(is, _)| *is).map(|(_, word)| word);
    let said: Vec<String> =
        std::iter::once(seen(fact, level)).chain(marks.map(str::to_owned)).collect();
    said.join(" ; ")
}

/// Says under which choices the employer sees a fact, or how it is shared when no choice decides.
fn seen(fact: &ReadFact, otherwise: &str) -> String {
    let Some(choices) = &fact.seen else { return otherwise.to_owned() };
    let numbers: Vec<String> = choices.iter().map(|choice| choice.number.to_string()).collect();
    match numbers.as_slice() {
        [] => "jamais vu de l'employeur".to_owned(),
        [only] => format!("vu de l'employeur sous le seul choix {only}"),
        [all @ .., last] => {
            format!("vu de l'employeur sous les choix {} et {last}", all.join(", "))
        }
    }
}

fn reader_words(reader: &FactReader) -> String {
    match reader.role {
        ReaderRole::Criterion | ReaderRole::Eligibility => reader.label.clone(),
        ReaderRole::Application => "La condition pour que la politique s'applique".to_owned(),
        ReaderRole::Perimeter => "Le territoire concerné".to_owned(),
        ReaderRole::Sharing => "Le choix de partage".to_owned(),
        ReaderRole::OrderKey => format!("L'ordre : {}", reader.label),
    }
}
