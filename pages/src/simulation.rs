//! What a reform changes to a population, as a value: what its page and its JSON show.
//!
//! It counts people and names nobody. It is filled by whoever compared; nothing here computes a point. Comments on the
//! shapes are the descriptions of the schema, hence in French.

mod charts;
mod page;

pub use page::page;

use explain::Points;
use schemars::JsonSchema;
use serde::Serialize;

/// La comparaison de deux recueils sur une population
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ComparaisonDePopulation")]
pub struct Comparison {
    /// Le jour de l'évaluation
    #[serde(rename = "jour")]
    pub day: String,
    /// Les règles d'avant
    #[serde(rename = "avant")]
    pub before: Rules,
    /// Les règles d'après
    #[serde(rename = "apres")]
    pub after: Rules,
    /// Ce que sont devenues les lignes
    #[serde(rename = "lignes")]
    pub rows: Rows,
    /// Ce que les totaux gagnent et perdent
    #[serde(rename = "total")]
    pub total: Movement,
    /// Qui est éligible
    #[serde(rename = "eligibles")]
    pub eligible: Passage,
    /// Qui est retenu
    #[serde(rename = "retenus")]
    pub kept: Passage,
    /// La répartition des totaux
    #[serde(rename = "totaux")]
    pub distribution: Distribution,
    /// Ce que chaque ligne des grilles gagne et perd, dans l'ordre des règles
    #[serde(rename = "criteres")]
    pub lines: Vec<Line>,
    /// La même chose, par les valeurs de quelques faits
    pub categories: Vec<Category>,
    /// Les passages d'un rang à un autre
    #[serde(rename = "rangs")]
    pub ranks: Ranks,
    /// Ce qui se passe offre par offre
    #[serde(rename = "offres")]
    pub offers: Offers,
}

/// Un recueil de la comparaison
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ReglesComparees")]
pub struct Rules {
    /// Le nom du recueil
    #[serde(rename = "recueil")]
    pub name: String,
    /// Son empreinte
    #[serde(rename = "empreinte")]
    pub hash: String,
    /// Les colonnes qui ne sont des faits que de l'autre recueil
    #[serde(rename = "colonnes_non_lues")]
    pub unread: Vec<String>,
}

/// Ce que sont devenues les lignes
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Lignes")]
pub struct Rows {
    /// Combien ont été lues
    #[serde(rename = "lues")]
    pub read: u64,
    /// Combien sont comparées
    #[serde(rename = "comparees")]
    pub compared: u64,
    /// Combien sont en erreur pour les seules règles d'avant
    #[serde(rename = "ecartees_avant")]
    pub aside_before: u64,
    /// Combien sont en erreur pour les seules règles d'après
    #[serde(rename = "ecartees_apres")]
    pub aside_after: u64,
    /// Combien sont en erreur pour les deux
    #[serde(rename = "ecartees_les_deux")]
    pub aside_both: u64,
}

/// Qui gagne, qui perd, et combien
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Mouvement")]
pub struct Movement {
    /// Combien gagnent des points
    #[serde(rename = "gagnent")]
    pub gain: u64,
    /// Combien en perdent
    #[serde(rename = "perdent")]
    pub lose: u64,
    /// Combien gardent les leurs
    #[serde(rename = "inchanges")]
    pub same: u64,
    /// Les points gagnés, ensemble
    #[serde(rename = "points_gagnes")]
    pub gained: Points,
    /// Les points perdus, ensemble ; jamais négatif
    #[serde(rename = "points_perdus")]
    pub lost: Points,
}

/// Qui entre et qui sort
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Passage")]
pub struct Passage {
    /// Combien y sont avant
    #[serde(rename = "avant")]
    pub before: u64,
    /// Combien y sont après
    #[serde(rename = "apres")]
    pub after: u64,
    /// Combien y entrent
    #[serde(rename = "entrent")]
    pub entering: u64,
    /// Combien en sortent
    #[serde(rename = "sortent")]
    pub leaving: u64,
}

/// La répartition des totaux, par tranches de même largeur
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Repartition")]
pub struct Distribution {
    /// La largeur d'une tranche, en points
    #[serde(rename = "largeur")]
    pub width: Points,
    /// Les tranches, sans trou, de la plus basse à la plus haute
    #[serde(rename = "tranches")]
    pub bins: Vec<Bin>,
    /// Les totaux d'avant ; null sans ligne comparée
    #[serde(rename = "avant")]
    pub before: Option<Spread>,
    /// Les totaux d'après ; null sans ligne comparée
    #[serde(rename = "apres")]
    pub after: Option<Spread>,
}

/// Une tranche de totaux
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "TrancheDeTotaux")]
pub struct Bin {
    /// La borne basse, comprise
    #[serde(rename = "de")]
    pub from: Points,
    /// La borne haute, non comprise
    #[serde(rename = "a")]
    pub to: Points,
    /// Combien de totaux y sont avant
    #[serde(rename = "avant")]
    pub before: u64,
    /// Combien y sont après
    #[serde(rename = "apres")]
    pub after: u64,
}

/// Ce qui se dit de totaux ensemble
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Etendue")]
pub struct Spread {
    /// Le plus petit
    #[serde(rename = "minimum")]
    pub least: Points,
    /// Le plus grand
    #[serde(rename = "maximum")]
    pub greatest: Points,
    /// Leur somme
    #[serde(rename = "somme")]
    pub sum: Points,
    /// Leur moyenne, exacte
    #[serde(rename = "moyenne")]
    pub mean: Points,
}

/// De quelles règles est une ligne
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "DesRegles")]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Des règles d'avant seules
    #[serde(rename = "avant")]
    Before,
    /// Des règles d'après seules
    #[serde(rename = "apres")]
    After,
    /// Des deux
    #[serde(rename = "les_deux")]
    Both,
}

/// Ce qu'une ligne d'une grille gagne et perd
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "LigneComparee")]
pub struct Line {
    /// Le nom de la grille
    #[serde(rename = "grille")]
    pub grid: String,
    /// Le libellé de la grille
    #[serde(rename = "libelle_grille")]
    pub grid_label: String,
    /// Le nom de la ligne
    pub id: String,
    /// Son libellé
    #[serde(rename = "libelle")]
    pub label: String,
    /// De quelles règles elle est
    #[serde(rename = "regles")]
    pub of: Side,
    /// Ce qu'elle fait gagner et perdre
    #[serde(rename = "mouvement")]
    pub movement: Movement,
}

/// Les mouvements par les valeurs d'un fait
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Categorie")]
pub struct Category {
    /// La colonne de la population
    #[serde(rename = "colonne")]
    pub column: String,
    /// Le fait, `entité.champ`
    #[serde(rename = "fait")]
    pub fact: String,
    /// Son libellé
    #[serde(rename = "libelle")]
    pub label: String,
    /// Un groupe par valeur rencontrée
    #[serde(rename = "groupes")]
    pub groups: Vec<Group>,
}

/// Les candidats d'une catégorie
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "GroupeCompare")]
pub struct Group {
    /// Le nom de la valeur ; null pour un fait inconnu, ou pour les valeurs en surnombre
    #[serde(rename = "valeur")]
    pub value: Option<String>,
    /// Ce qui se lit
    #[serde(rename = "libelle")]
    pub label: String,
    /// Combien ils sont
    #[serde(rename = "candidats")]
    pub count: u64,
    /// Ce que leurs totaux gagnent et perdent
    #[serde(rename = "mouvement")]
    pub movement: Movement,
    /// Qui d'entre eux est retenu
    #[serde(rename = "retenus")]
    pub kept: Passage,
}

/// Les passages d'un rang à un autre
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Rangs")]
pub struct Ranks {
    /// Les paliers de rang, le meilleur d'abord, ceux qui ne sont pas classés à la fin
    #[serde(rename = "paliers")]
    pub steps: Vec<Step>,
    /// Combien vont de chaque palier, dans sa ligne, à chaque palier, dans sa colonne
    #[serde(rename = "passages")]
    pub counts: Vec<Vec<u64>>,
    /// Combien, classés avant et après, ont un meilleur rang
    #[serde(rename = "montent")]
    pub better: u64,
    /// Combien, classés avant et après, gardent leur rang
    #[serde(rename = "restent")]
    pub same: u64,
    /// Combien, classés avant et après, ont un moins bon rang
    #[serde(rename = "descendent")]
    pub worse: u64,
}

/// Un palier de rang
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Palier")]
pub struct Step {
    /// Le premier rang ; null pour ceux qui ne sont pas classés
    #[serde(rename = "de")]
    pub from: Option<u32>,
    /// Le dernier, compris ; null sans borne
    #[serde(rename = "a")]
    pub to: Option<u32>,
}

/// Ce qui se passe offre par offre
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "OffresComparees")]
pub struct Offers {
    /// Combien d'offres ont des lignes comparées
    #[serde(rename = "nombre")]
    pub all: u64,
    /// Combien retiennent d'autres candidats
    #[serde(rename = "changees")]
    pub changed: u64,
    /// Celles dont les retenus changent le plus, vingt au plus
    #[serde(rename = "plus_touchees")]
    pub most: Vec<Offer>,
}

/// Ce qui se passe dans une offre
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "OffreComparee")]
pub struct Offer {
    /// L'offre
    #[serde(rename = "offre")]
    pub id: String,
    /// Combien de ses candidats sont comparés
    #[serde(rename = "candidats")]
    pub candidates: u64,
    /// Combien changent de rang, ou cessent d'en avoir un
    #[serde(rename = "changent_de_rang")]
    pub moved: u64,
    /// Qui est retenu
    #[serde(rename = "retenus")]
    pub kept: Passage,
}
