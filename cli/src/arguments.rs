//! The command line: French verbs without accents, English aliases.

pub mod registry;
pub mod serve;
pub mod simulation;

use crate::date;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use engine::Date;
use std::path::PathBuf;

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "bareme",
    bin_name = "bareme",
    version,
    about = "Barème : les règles de cotation du logement, vérifiées, appliquées, expliquées",
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How to answer.
    #[arg(
        long,
        value_name = "FORMAT",
        global = true,
        default_value = "humain",
        hide_default_value = true,
        hide_possible_values = true,
        help = "Forme de la réponse : humain (par défaut), court (un diagnostic par ligne) ou json ; html ou pdf pour expliquer"
    )]
    pub format: Asked,
    /// Shows the help.
    #[arg(
        short = 'h',
        long = "aide",
        alias = "help",
        global = true,
        action = ArgAction::Help,
        help = "Affiche cette aide (ou --help)"
    )]
    help: Option<bool>,
    /// Shows the version.
    #[arg(short = 'V', long, action = ArgAction::Version, help = "Affiche la version")]
    version: Option<bool>,
}

/// How an answer is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Asked {
    /// Text for people.
    #[value(alias = "human")]
    Humain,
    /// The same, each diagnostic on one line, for editors.
    #[value(alias = "short")]
    Court,
    /// JSON.
    Json,
    /// A page.
    Html,
    /// A page on paper.
    Pdf,
}

/// How every command can answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    Humain,
    /// The same, each diagnostic on one line, for editors.
    Court,
    /// JSON.
    Json,
}

impl Asked {
    /// Returns the format that every command has, or none.
    pub fn format(self) -> Option<Format> {
        match self {
            Self::Humain => Some(Format::Humain),
            Self::Court => Some(Format::Court),
            Self::Json => Some(Format::Json),
            Self::Html | Self::Pdf => None,
        }
    }
}

/// A program that decides guarantees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Solveur {
    /// Z3.
    Z3,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks a recueil.
    #[command(
        alias = "check",
        about = "Vérifie un recueil : toutes les erreurs de tous ses fichiers (ou check)"
    )]
    Verifier(Check),
    /// Puts rule files in the one style.
    #[command(
        aliases = ["format", "fmt"],
        about = "Met les fichiers de règles en forme (ou format, fmt)"
    )]
    Formater(FormatFiles),
    /// Ranks the candidates of dossiers.
    #[command(
        alias = "evaluate",
        about = "Classe les candidats d'un dossier et justifie chaque point (ou evaluate)"
    )]
    Evaluer(Evaluate),
    /// Explains a candidate's points.
    #[command(
        alias = "explain",
        about = "Explique les points d'un candidat : ce qui a été regardé, le calcul, pourquoi (ou explain)"
    )]
    Expliquer(Explain),
    /// Runs the examples of a recueil.
    #[command(alias = "test", about = "Lance les exemples d'un recueil (ou test)")]
    Tester(Test),
    /// Prints a JSON Schema.
    #[command(about = "Donne le JSON Schema d'un dossier, ou d'une réponse")]
    Schema(Schema),
    /// Explains a diagnostic code.
    #[command(about = "Explique un code de diagnostic, par exemple E0312")]
    Code(Code),
    /// Prints the hash of a recueil.
    #[command(alias = "hash", about = "Donne l'empreinte d'un recueil (ou hash)")]
    Empreinte(Hash),
    /// Prints the facts of a raw application.
    #[command(
        alias = "facts",
        about = "Donne les faits d'un formulaire saisi, avec leurs sources (ou facts)"
    )]
    Faits(Facts),
    /// Prints the facts that units read.
    #[command(
        alias = "footprint",
        about = "Donne les faits que lit chaque unité, par quel chemin, et qui les voit (ou footprint)"
    )]
    FaitsLus(Footprint),
    /// Prints what changed between two versions of rules.
    #[command(
        alias = "compare",
        about = "Dit ce qui change entre deux versions de règles, et pour qui (ou compare)"
    )]
    Comparer(Compare),
    /// Publishes rules as pages.
    #[command(
        alias = "publish",
        about = "Publie les règles en mots : une page par version de politique, de cadre ou de classement (ou publish)"
    )]
    Publier(Publish),
    /// Draws a synthetic population.
    #[command(
        about = "Tire une population synthétique : des offres et leurs candidats, d'après une graine"
    )]
    Population(simulation::Population),
    /// Evaluates a population.
    #[command(
        alias = "simulate",
        about = "Applique un recueil à toute une population : points et rangs, offre par offre (ou simulate)"
    )]
    Simuler(simulation::Simulate),
    /// Serves over HTTP.
    #[command(
        alias = "serve",
        about = "Sert l'interface HTTP : évaluer, expliquer, décider, publier (ou serve)"
    )]
    Servir(serve::Serve),
    /// Keeps decisions.
    #[command(
        alias = "registry",
        about = "Le registre des décisions : enregistrer, prouver, vérifier, effacer (ou registry)"
    )]
    Registre(registry::Registre),
    /// Runs recorded decisions again.
    #[command(
        alias = "replay",
        about = "Rejoue des décisions enregistrées, sous leurs règles ou sous d'autres (ou replay)"
    )]
    Rejouer(registry::Replay),
    /// Checks receipts.
    #[command(
        alias = "receipt",
        about = "Vérifie le reçu d'une décision, sans le registre (ou receipt)"
    )]
    Recu(registry::Receipt),
}

/// The arguments of `verifier`.
#[derive(Debug, Args)]
pub struct Check {
    /// The recueil.
    #[arg(value_name = "RECUEIL", help = RECUEIL_HELP)]
    pub recueil: Option<PathBuf>,
    /// The day on which reviews are judged.
    #[arg(
        long,
        value_name = "DATE",
        value_parser = date::argument,
        help = "Jour auquel juger les relectures échues (par défaut aujourd'hui)"
    )]
    pub date: Option<Date>,
    /// Whether what each line can give is shown.
    #[arg(long, help = "Montrer ce que chaque ligne de chaque grille peut donner")]
    pub points: bool,
    /// What decides the guarantees that our own procedures do not.
    #[arg(
        long,
        value_name = "SOLVEUR",
        help = "Solveur à qui demander les garanties non décidées : z3, cherché dans le PATH ou dans \
                la variable BAREME_Z3",
        hide_possible_values = true
    )]
    pub solveur: Option<Solveur>,
    /// Whether the edits of diagnostics are applied first.
    #[arg(
        long,
        help = "Applique d'abord les corrections sûres des diagnostics, puis vérifie de nouveau"
    )]
    pub corriger: bool,
}

/// The arguments of `formater`.
#[derive(Debug, Args)]
pub struct FormatFiles {
    /// Files, or directories of recueils.
    #[arg(
        value_name = "FICHIER",
        help = "Fichiers de règles, ou répertoires de recueils (par défaut tout le recueil d'ici)"
    )]
    pub files: Vec<PathBuf>,
    /// Whether nothing is written.
    #[arg(
        long,
        help = "N'écrit rien : donne les fichiers à mettre en forme, code de sortie 4 s'il y en a"
    )]
    pub verifier: bool,
}

/// By which rules dossiers are evaluated, and on which day.
#[derive(Debug, Args)]
pub struct Under {
    /// The recueil.
    #[arg(
        long,
        value_name = "DIR",
        help = "Recueil (par défaut le recueil.yaml au-dessus du dossier, sinon ./policies)"
    )]
    pub recueil: Option<PathBuf>,
    /// The date of evaluation.
    #[arg(
        long,
        value_name = "DATE",
        value_parser = date::argument,
        help = "Date d'évaluation, qui l'emporte sur celle du dossier"
    )]
    pub date: Option<Date>,
}

/// The arguments of `evaluer`.
#[derive(Debug, Args)]
pub struct Evaluate {
    /// The dossiers.
    #[arg(
        value_name = "DOSSIER",
        required = true,
        help = "Dossiers à classer (YAML ou JSON) : une date, une offre, des candidats"
    )]
    pub dossiers: Vec<PathBuf>,
    /// By which rules.
    #[command(flatten)]
    pub under: Under,
}

/// The arguments of `expliquer`.
#[derive(Debug, Args)]
pub struct Explain {
    /// The dossier.
    #[arg(
        value_name = "DOSSIER",
        help = "Dossier du candidat et de ceux avec qui il est comparé (YAML ou JSON)"
    )]
    pub dossier: PathBuf,
    /// The candidate.
    #[arg(long, value_name = "ID", help = "Le candidat, par son identifiant dans le dossier")]
    pub candidat: String,
    /// Whom the explanation is for.
    #[arg(
        long,
        value_name = "VUE",
        default_value = "demandeur",
        hide_default_value = true,
        hide_possible_values = true,
        help = "Pour qui : demandeur (par défaut), rh (la grille de l'entreprise seule, et ce qui est partagé), territoire (la sienne seule, sans donnée sensible), auditeur (tout)"
    )]
    pub vue: Seen,
    /// In which language.
    #[arg(
        long,
        value_name = "LANGUE",
        default_value = "fr",
        hide_default_value = true,
        hide_possible_values = true,
        help = "Langue des phrases : fr (par défaut) ou en ; les textes des règles restent en français"
    )]
    pub langue: Language,
    /// By which rules.
    #[command(flatten)]
    pub under: Under,
    /// An earlier dossier, to tell what changed.
    #[arg(
        long,
        value_name = "AUTRE_DOSSIER",
        help = "Dossier d'une évaluation précédente : dit ce qui a changé depuis, cause par cause"
    )]
    pub depuis: Option<PathBuf>,
    /// The recueil of the earlier dossier.
    #[arg(
        long,
        value_name = "DIR",
        requires = "depuis",
        help = "Recueil de l'évaluation précédente (par défaut le même)"
    )]
    pub depuis_recueil: Option<PathBuf>,
    /// Whether the report of the law is shown.
    #[arg(
        long,
        help = "Ajoute le rapport de l'article R311-3-1-2 : contribution, données, paramètres, opérations"
    )]
    pub rapport: bool,
    /// Where the explanation goes.
    #[arg(
        long,
        value_name = "FICHIER",
        help = "Fichier où écrire l'explication (par défaut la sortie standard)"
    )]
    pub sortie: Option<PathBuf>,
}

/// Whom an explanation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Seen {
    /// The applicant.
    #[value(alias = "applicant")]
    Demandeur,
    /// The employer.
    #[value(alias = "hr")]
    Rh,
    /// The territory.
    #[value(alias = "territory")]
    Territoire,
    /// The auditor.
    #[value(alias = "auditor")]
    Auditeur,
}

impl From<Seen> for explain::explanation::View {
    fn from(seen: Seen) -> Self {
        match seen {
            Seen::Demandeur => Self::Applicant,
            Seen::Rh => Self::Employer,
            Seen::Territoire => Self::Territory,
            Seen::Auditeur => Self::Auditor,
        }
    }
}

/// The language of sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// French.
    Fr,
    /// English.
    En,
}

/// The arguments of `tester`.
#[derive(Debug, Args)]
pub struct Test {
    /// The recueil.
    #[arg(value_name = "RECUEIL", help = RECUEIL_HELP)]
    pub recueil: Option<PathBuf>,
    /// Whether to report coverage.
    #[arg(
        long,
        help = "Montre les critères, lignes de tableau et branches qu'aucun exemple n'atteint"
    )]
    pub couverture: bool,
    /// The coverage due.
    #[arg(
        long,
        value_name = "N",
        value_parser = clap::value_parser!(u32).range(0..=100),
        help = "Couverture due, en pour cent (par défaut celle du manifeste)"
    )]
    pub seuil: Option<u32>,
}

/// The arguments of `schema`.
#[derive(Debug, Args)]
pub struct Schema {
    /// The recueil.
    #[arg(value_name = "RECUEIL", help = RECUEIL_HELP)]
    pub recueil: Option<PathBuf>,
    /// What to describe.
    #[arg(
        long,
        value_name = "QUOI",
        default_value = "dossier",
        hide_default_value = true,
        hide_possible_values = true,
        help = "dossier (par défaut), ou la réponse JSON de : evaluation, explication, verification, tests, faits, faits-lus, comparaison, publication, registre, rejeu, simulation"
    )]
    pub de: Described,
}

/// What `schema` describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Described {
    /// What `evaluer` reads.
    Dossier,
    /// What `evaluer` answers.
    Evaluation,
    /// What `expliquer` answers.
    Explication,
    /// What `verifier` answers.
    Verification,
    /// What `tester` answers.
    Tests,
    /// What `faits` answers.
    Faits,
    /// What `faits-lus` answers.
    FaitsLus,
    /// What `comparer` answers.
    Comparaison,
    /// What `publier` answers.
    Publication,
    /// What `registre` and `recu` answer.
    Registre,
    /// What `rejouer` answers.
    Rejeu,
    /// What `simuler` answers.
    Simulation,
}

/// The arguments of `code`.
#[derive(Debug, Args)]
pub struct Code {
    /// The code.
    #[arg(value_name = "CODE", help = "Code à expliquer ; sans lui, tous les codes")]
    pub code: Option<String>,
}

/// The arguments of `empreinte`.
#[derive(Debug, Args)]
pub struct Hash {
    /// The recueil.
    #[arg(value_name = "RECUEIL", help = RECUEIL_HELP)]
    pub recueil: Option<PathBuf>,
}

/// The arguments of `faits`.
#[derive(Debug, Args)]
pub struct Facts {
    /// The raw application.
    #[arg(value_name = "FICHIER", help = "Formulaire tel qu'il a été saisi (JSON ou YAML)")]
    pub file: PathBuf,
    /// The recueil.
    #[arg(
        long,
        value_name = "DIR",
        help = "Recueil (par défaut le recueil.yaml au-dessus du fichier, sinon ./policies)"
    )]
    pub recueil: Option<PathBuf>,
}

/// The arguments of `faits-lus`.
#[derive(Debug, Args)]
pub struct Footprint {
    /// The recueil.
    #[arg(value_name = "RECUEIL", help = RECUEIL_HELP)]
    pub recueil: Option<PathBuf>,
    /// The unit to list.
    #[arg(long, value_name = "NOM", help = "Une seule unité (par défaut toutes)")]
    pub unite: Option<String>,
}

/// The arguments of `comparer`.
#[derive(Debug, Args)]
pub struct Compare {
    /// The rules before.
    #[arg(
        value_name = "AVANT",
        help = "Un recueil, un fichier de règles, ou une version d'une unité (UNITE@VERSION)"
    )]
    pub before: String,
    /// The rules after.
    #[arg(value_name = "APRES", help = "De même, après le changement")]
    pub after: String,
    /// The recueil of files and of versions.
    #[arg(
        long,
        value_name = "DIR",
        help = "Recueil des fichiers ou des versions (par défaut le recueil.yaml d'ici ou au-dessus, sinon ./policies)"
    )]
    pub recueil: Option<PathBuf>,
    /// The unit to show.
    #[arg(long, value_name = "NOM", help = "Ne montre qu'une unité (par défaut toutes)")]
    pub unite: Option<String>,
}

/// The arguments of `publier`.
#[derive(Debug, Args)]
pub struct Publish {
    /// The units to publish.
    #[arg(
        value_name = "UNITE[@VERSION]",
        help = "Unités à publier, dans une version ou dans toutes (par défaut toutes les unités)"
    )]
    pub units: Vec<String>,
    /// The recueil.
    #[arg(long, value_name = "DIR", help = RECUEIL_HELP)]
    pub recueil: Option<PathBuf>,
    /// Where the pages go.
    #[arg(
        long,
        value_name = "DIR",
        help = "Répertoire où écrire les pages (par défaut « publication » ; avec --format json, rien n'est écrit sans lui)"
    )]
    pub sortie: Option<PathBuf>,
}

const RECUEIL_HELP: &str =
    "Recueil (par défaut le recueil.yaml d'ici ou au-dessus, sinon ./policies)";
