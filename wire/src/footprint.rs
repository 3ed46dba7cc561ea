//! What `faits-lus` answers.

use crate::judged::Judged;
use analysis::{Choice, FactReader, ReadFact, ReaderRole, UnitReads};
use dsl::typed::Read;
use engine::Sharing;
use schemars::JsonSchema;
use serde::Serialize;

/// Les faits que lit chaque unité
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FaitsLus")]
pub struct FootprintAnswer {
    /// Les versions des unités qui lisent des faits
    unites: Vec<Unit>,
    /// Empreinte du recueil
    empreinte: String,
}

/// Une version d'une unité, et ce qui y lit des faits
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "UniteLectrice")]
struct Unit {
    unite: String,
    version: String,
    /// Le cadre que l'unité remplit ; null sinon
    cadre: Option<String>,
    lecteurs: Vec<Reader>,
}

/// Ce qui lit des faits
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Lecteur")]
struct Reader {
    genre: Role,
    /// Nom du critère ou de la condition ; de l'unité ou de la clé à défaut
    nom: String,
    libelle: String,
    faits: Vec<Fact>,
    /// Les grilles dont le total est lu
    totaux: Vec<String>,
}

/// Genre d'un lecteur
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "GenreDeLecteur")]
enum Role {
    /// Un critère
    Critere,
    /// Une condition d'éligibilité
    Eligibilite,
    /// « s'applique si »
    Application,
    /// « périmètre »
    Perimetre,
    /// « partage selon »
    Partage,
    /// Une clé de l'ordre
    Ordre,
}

impl From<ReaderRole> for Role {
    fn from(role: ReaderRole) -> Self {
        match role {
            ReaderRole::Criterion => Self::Critere,
            ReaderRole::Eligibility => Self::Eligibilite,
            ReaderRole::Application => Self::Application,
            ReaderRole::Perimeter => Self::Perimetre,
            ReaderRole::Sharing => Self::Partage,
            ReaderRole::OrderKey => Self::Ordre,
        }
    }
}

/// Un fait lu
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FaitLu")]
struct Fact {
    /// entité.champ, ou le nom d'une liste
    fait: String,
    /// Niveau de partage du champ ; null s'il n'est jamais partagé, ou pour une liste
    partage: Option<Level>,
    sensible: bool,
    protege: bool,
    /// Si c'est l'un des cinq champs complémentaires
    complementaire: bool,
    /// Les choix du demandeur sous lesquels le fait se voit ; null où aucun choix n'en décide
    choix: Option<Vec<SeenUnder>>,
    /// Du lecteur au fait : définitions, tables, fonctions ; vide si le fait est lu directement
    chemin: Vec<String>,
}

/// Niveau de partage
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "NiveauDePartage")]
enum Level {
    Rien,
    Identification,
    Complet,
}

impl From<Sharing> for Level {
    fn from(sharing: Sharing) -> Self {
        match sharing {
            Sharing::Nothing => Self::Rien,
            Sharing::Identification => Self::Identification,
            Sharing::Complete => Self::Complet,
        }
    }
}

/// Un choix du demandeur
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Choix")]
struct SeenUnder {
    /// Son numéro, à partir de 1
    numero: u32,
    nom: String,
}

/// Makes the answer.
pub fn footprint(recueil: Judged<'_>, units: &[UnitReads<'_>]) -> FootprintAnswer {
    let written = units.iter().map(|reads| Unit {
        unite: reads.unit.name.text.clone(),
        version: reads.unit.version.clone(),
        cadre: reads.unit.applies.as_ref().map(|frame| frame.text.clone()),
        lecteurs: reads.readers.iter().map(|reader| written(recueil, reader)).collect(),
    });
    FootprintAnswer { unites: written.collect(), empreinte: recueil.files.hash.clone() }
}

fn written(recueil: Judged<'_>, reader: &FactReader) -> Reader {
    Reader {
        genre: reader.role.into(),
        nom: reader.name.clone(),
        libelle: reader.label.clone(),
        faits: reader.facts.iter().map(|fact| read(recueil, fact)).collect(),
        totaux: reader.totals.clone(),
    }
}

fn read(recueil: Judged<'_>, fact: &ReadFact) -> Fact {
    let tree = &recueil.compiled.typed;
    let def = match fact.read {
        Read::Field(field) => tree.schema.field(field),
        Read::List(_) => None,
    };
    let seen = |choices: &Vec<Choice>| {
        choices.iter().map(|it| SeenUnder { numero: it.number, nom: it.name.clone() }).collect()
    };
    Fact {
        fait: fact.name.clone(),
        partage: def.and_then(|def| def.sharing).map(Level::from),
        sensible: def.is_some_and(|def| def.sensitive),
        protege: def.is_some_and(|def| def.protected),
        complementaire: fact.complementary,
        choix: fact.seen.as_ref().map(seen),
        chemin: fact.way.iter().map(|step| tree.step_name(*step)).collect(),
    }
}
