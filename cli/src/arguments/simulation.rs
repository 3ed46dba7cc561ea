//! The command line of populations: `population`, `simuler`.

use super::{RECUEIL_HELP, date};
use clap::Args;
use engine::Date;
use std::path::PathBuf;

/// The arguments of `population`.
#[derive(Debug, Args)]
pub struct Population {
    /// How many applicants.
    #[arg(long, value_name = "N", value_parser = whole, help = "Nombre de candidats")]
    pub nombre: u64,
    /// The seed.
    #[arg(
        long,
        value_name = "G",
        value_parser = whole,
        help = "Graine : la même donne les mêmes octets, sur toute machine"
    )]
    pub graine: u64,
    /// How many offers.
    #[arg(long, value_name = "K", value_parser = whole, help = "Nombre d'offres (par défaut une pour 245 candidats)")]
    pub offres: Option<u64>,
    /// Where the population goes.
    #[arg(
        long,
        value_name = "FICHIER",
        help = "Fichier à écrire ; sa fin dit sa forme : .csv, .parquet ou .json"
    )]
    pub sortie: PathBuf,
}

/// The arguments of `simuler`.
#[derive(Debug, Args)]
pub struct Simulate {
    /// The population.
    #[arg(
        long,
        value_name = "FICHIER",
        help = "Population : .csv ou .parquet, les lignes d'une offre à la suite"
    )]
    pub population: PathBuf,
    /// The recueil.
    #[arg(long, value_name = "DIR", help = RECUEIL_HELP)]
    pub recueil: Option<PathBuf>,
    /// The recueil that the first is compared with.
    #[arg(
        long,
        value_name = "RECUEIL",
        help = "Autre recueil : dit ce qui change de l'un à l'autre, qui gagne, qui perd, et les rangs"
    )]
    pub contre: Option<PathBuf>,
    /// Where what changes goes.
    #[arg(
        long,
        value_name = "FICHIER",
        requires = "contre",
        default_value = "comparaison.html",
        hide_default_value = true,
        help = "Avec --contre, rapport à écrire : .html ou .json (par défaut comparaison.html)"
    )]
    pub rapport: PathBuf,
    /// By which columns what changes is told.
    #[arg(
        long,
        value_name = "COLONNE",
        requires = "contre",
        help = "Avec --contre, colonne par laquelle répartir les gains et les pertes (par défaut les énumérations) ; se répète"
    )]
    pub par: Vec<String>,
    /// Which column is which fact.
    #[arg(
        long,
        value_name = "FICHIER",
        help = "Correspondance en YAML, des colonnes aux faits (par défaut chaque colonne a le nom de son fait)"
    )]
    pub correspondance: Option<PathBuf>,
    /// The date of evaluation.
    #[arg(
        long,
        value_name = "DATE",
        value_parser = date::argument,
        help = "Date d'évaluation (par défaut aujourd'hui)"
    )]
    pub date: Option<Date>,
    /// Where what is found goes.
    #[arg(
        long,
        value_name = "FICHIER",
        default_value = "simulation.csv",
        hide_default_value = true,
        help = "Fichier à écrire : .csv, .parquet ou .json (par défaut simulation.csv) ; les lignes écartées vont à côté, dans NOM.ecartes.csv"
    )]
    pub sortie: PathBuf,
}

/// Reads a whole number.
fn whole(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "un entier est attendu, par exemple 1000")
}
