//! The command line of populations: `population`.

use clap::Args;
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

/// Reads a whole number.
fn whole(text: &str) -> Result<u64, &'static str> {
    text.parse().map_err(|_| "un entier est attendu, par exemple 1000")
}
