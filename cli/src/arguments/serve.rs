//! The command line of `servir`.

use super::registry::Place;
use clap::{Args, ValueEnum};
use server::LogForm;
use std::path::PathBuf;

/// The arguments of `servir`.
#[derive(Debug, Args)]
pub struct Serve {
    /// The recueil.
    #[arg(
        value_name = "RECUEIL",
        help = "Répertoire du recueil, relu dès qu'il change (par défaut celui de la configuration, sinon celui d'ici)"
    )]
    pub recueil: Option<PathBuf>,
    /// The configuration.
    #[arg(
        long,
        value_name = "FICHIER",
        help = "Configuration en YAML (par défaut la variable BAREME_CONFIG) ; l'environnement, puis la ligne de commande, l'emportent"
    )]
    pub config: Option<PathBuf>,
    /// Where to listen.
    #[arg(
        long,
        value_name = "ADRESSE",
        help = "Adresse et port (par défaut 127.0.0.1:8080, ou la variable BAREME_ECOUTE)"
    )]
    pub ecoute: Option<String>,
    /// The address that others reach it at.
    #[arg(
        long,
        value_name = "URL",
        help = "Adresse par où les autres joignent ce serveur, au début des liens donnés aux demandeurs"
    )]
    pub url_publique: Option<String>,
    /// How logs are written.
    #[arg(
        long,
        value_name = "FORME",
        hide_possible_values = true,
        help = "Forme du journal du serveur, sur la sortie d'erreur : texte (par défaut) ou json"
    )]
    pub journal: Option<Logs>,
    /// Whether it is a demonstration.
    #[arg(
        long,
        help = "Démonstration : un registre neuf, des clés tirées, l'exemple de Lyon 6e décidé, les liens de ses deux explications"
    )]
    pub demo: bool,
    /// Where the demonstration keeps its files.
    #[arg(
        long,
        value_name = "DIR",
        requires = "demo",
        help = "Répertoire de la démonstration (par défaut un répertoire temporaire)"
    )]
    pub repertoire: Option<PathBuf>,
    /// Whether the configuration is read and nothing more.
    #[arg(long, help = "Lit la configuration, dit ce qui ne va pas, et s'arrête là")]
    pub verifier_config: bool,
    /// Whether a key is drawn and nothing more.
    #[arg(long, help = "Tire une clé d'accès et donne son empreinte, et s'arrête là")]
    pub nouvelle_cle: bool,
    /// Where the registry is.
    #[command(flatten)]
    pub place: Place,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Logs {
    /// One line for people.
    Texte,
    /// One JSON object a line.
    Json,
}

impl From<Logs> for LogForm {
    fn from(logs: Logs) -> Self {
        match logs {
            Logs::Texte => Self::Texte,
            Logs::Json => Self::Json,
        }
    }
}
