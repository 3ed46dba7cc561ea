//! The command line of the registry: `registre` and its own verbs, `rejouer`, `recu`.

use super::Under;
use crate::date;
use clap::{Args, Subcommand, ValueEnum};
use engine::Date;
use std::path::PathBuf;

/// Where a registry is, and its keys.
#[derive(Debug, Args)]
pub struct Place {
    /// Its address.
    #[arg(
        long,
        value_name = "ADRESSE",
        global = true,
        help = "Registre : un fichier SQLite (CHEMIN ou sqlite://CHEMIN) ou postgres://… (par défaut la variable BAREME_REGISTRE)"
    )]
    pub registre: Option<String>,
    /// The directory of its keys.
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        help = "Répertoire des clés : maitre.cle, journal.cle, journal.pub (par défaut la variable BAREME_CLES)"
    )]
    pub cles: Option<PathBuf>,
}

/// The arguments of `registre`.
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Registre {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    /// Where.
    #[command(flatten)]
    pub place: Place,
}

/// What to do with a registry.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Makes a registry.
    #[command(about = "Crée un registre, et ses clés si le répertoire n'en a pas")]
    Creer(Create),
    /// Counts what a registry holds.
    #[command(
        about = "Dit ce que contient le registre : taille, dernier point de contrôle, recueils, quotas"
    )]
    Etat,
    /// Evaluates dossiers and records the decisions.
    #[command(
        about = "Classe les candidats de dossiers comme « evaluer », et enregistre la décision avant de répondre"
    )]
    Enregistrer(Record),
    /// Looks for what was changed.
    #[command(
        about = "Cherche ce qui a été modifié, coupé ou remplacé ; code de sortie 1 s'il y en a"
    )]
    Verifier(Verify),
    /// Proves that a decision is in the log.
    #[command(about = "Donne en JSON la preuve qu'une décision est dans le journal")]
    Prouver(Prove),
    /// Makes a receipt.
    #[command(
        about = "Donne le reçu d'un candidat : ce qui a été décidé de lui, vérifiable hors du registre"
    )]
    Recu(MakeReceipt),
    /// Gives the last checkpoint to a witness.
    #[command(
        about = "Donne en JSON le dernier point de contrôle, et la preuve qu'il continue un journal déjà vu"
    )]
    Checkpoint(Checkpoint),
    /// Signs a checkpoint as a witness.
    #[command(
        about = "Signe un point de contrôle en témoin, s'il continue celui déjà vu ; sans accès au registre"
    )]
    Temoigner(Witness),
    /// Keeps a checkpoint that a witness has signed.
    #[command(about = "Garde un point de contrôle signé par un témoin")]
    Deposer(Deposit),
    /// Writes the whole registry.
    #[command(about = "Écrit tout le registre, une ligne de JSON par enregistrement")]
    Exporter(Export),
    /// Reads a whole registry.
    #[command(about = "Lit un export dans un registre vide de mêmes clés, et le vérifie en entier")]
    Importer(Import),
    /// Erases an application.
    #[command(about = "Détruit les valeurs d'une candidature ; le journal le dit et reste entier")]
    Effacer(Erase),
    /// Says that an application has ended.
    #[command(about = "Dit la fin d'une candidature, d'où compte sa durée de conservation")]
    Cloturer(Close),
    /// Runs the retention rules.
    #[command(about = "Efface ce qui est échu selon les règles de conservation")]
    Purger(Purge),
}

/// The arguments of `registre creer`.
#[derive(Debug, Args)]
pub struct Create {
    /// The log's name.
    #[arg(
        long,
        value_name = "ORIGINE",
        help = "Nom du journal, unique et stable : un domaine et un chemin, par exemple cotation.exemple.fr/lyon"
    )]
    pub nom: String,
}

/// The arguments of `registre enregistrer`.
#[derive(Debug, Args)]
pub struct Record {
    /// The dossiers.
    #[arg(
        value_name = "DOSSIER",
        required = true,
        help = "Dossiers à classer (YAML ou JSON) : une décision par dossier"
    )]
    pub dossiers: Vec<PathBuf>,
    /// By which rules.
    #[command(flatten)]
    pub under: Under,
    /// The key of the request.
    #[arg(
        long,
        value_name = "CLE",
        help = "Clé de la demande : refaite sous la même clé, elle n'enregistre rien de plus"
    )]
    pub cle_de_requete: Option<String>,
    /// What for.
    #[arg(
        long,
        value_name = "FINALITE",
        default_value = "classement",
        hide_default_value = true,
        help = "Finalité (par défaut « classement »)"
    )]
    pub pour: String,
    /// Who asks.
    #[arg(long, value_name = "QUI", help = "Qui demande (par défaut le nom de la session)")]
    pub par: Option<String>,
    /// Where receipts go.
    #[arg(long, value_name = "DIR", help = "Répertoire où écrire un reçu par candidat")]
    pub recu: Option<PathBuf>,
}

/// The arguments of `registre verifier`.
#[derive(Debug, Args)]
pub struct Verify {
    /// Whether everything is read again.
    #[arg(long, help = "Relit tout : chaque entrée, chaque scellé, chaque recueil")]
    pub complet: bool,
    /// Checkpoints that others hold.
    #[arg(
        long,
        value_name = "FICHIER",
        help = "Point de contrôle, ou reçu, gardé par un tiers : le journal doit le continuer (répétable)"
    )]
    pub temoin: Vec<PathBuf>,
}

/// The arguments of `registre prouver`.
#[derive(Debug, Args)]
pub struct Prove {
    /// The decision.
    #[arg(value_name = "DECISION", help = "Identifiant de la décision")]
    pub decision: String,
}

/// The arguments of `registre recu`.
#[derive(Debug, Args)]
pub struct MakeReceipt {
    /// The decision.
    #[arg(value_name = "DECISION", help = "Identifiant de la décision")]
    pub decision: String,
    /// The candidate.
    #[arg(long, value_name = "ID", help = "Le candidat, par son identifiant dans le dossier")]
    pub candidat: String,
    /// Where the receipt goes.
    #[arg(long, value_name = "FICHIER", help = "Fichier à écrire (par défaut la sortie standard)")]
    pub sortie: Option<PathBuf>,
}

/// The arguments of `registre checkpoint`.
#[derive(Debug, Args)]
pub struct Checkpoint {
    /// The size of the log that the witness has seen.
    #[arg(
        long,
        value_name = "TAILLE",
        help = "Nombre d'entrées du journal que le témoin a déjà vu"
    )]
    pub depuis: Option<u64>,
}

/// The arguments of `registre temoigner`.
#[derive(Debug, Args)]
pub struct Witness {
    /// What `registre checkpoint` gave.
    #[arg(value_name = "FICHIER", help = "Ce qu'a donné « registre checkpoint »")]
    pub file: PathBuf,
    /// The witness's key.
    #[arg(long, value_name = "FICHIER", help = "Clé secrète du témoin, que lui seul peut lire")]
    pub cle: PathBuf,
    /// The witness's name, to draw its key.
    #[arg(
        long,
        value_name = "NOM",
        help = "Nom du témoin : tire sa clé si le fichier n'existe pas, et écrit à côté la clé publique (.pub)"
    )]
    pub nom: Option<String>,
    /// The log's public key.
    #[arg(long, value_name = "FICHIER", help = "Clé publique du journal (journal.pub)")]
    pub journal: PathBuf,
    /// The last checkpoint that the witness signed.
    #[arg(
        long,
        value_name = "FICHIER",
        help = "Dernier point de contrôle signé par le témoin ; sans lui, le premier est pris tel quel"
    )]
    pub dernier: Option<PathBuf>,
    /// Where the note goes.
    #[arg(long, value_name = "FICHIER", help = "Fichier à écrire (par défaut la sortie standard)")]
    pub sortie: Option<PathBuf>,
}

/// The arguments of `registre deposer`.
#[derive(Debug, Args)]
pub struct Deposit {
    /// The note.
    #[arg(value_name = "FICHIER", help = "Point de contrôle signé par un témoin")]
    pub file: PathBuf,
}

/// The arguments of `registre exporter`.
#[derive(Debug, Args)]
pub struct Export {
    /// Where it goes.
    #[arg(long, value_name = "FICHIER", help = "Fichier à créer (par défaut la sortie standard)")]
    pub sortie: Option<PathBuf>,
}

/// The arguments of `registre importer`.
#[derive(Debug, Args)]
pub struct Import {
    /// The export.
    #[arg(value_name = "FICHIER", help = "Ce qu'a écrit « registre exporter »")]
    pub file: PathBuf,
}

/// The arguments of `registre effacer`.
#[derive(Debug, Args)]
pub struct Erase {
    /// The application.
    #[arg(
        long,
        value_name = "ID",
        required_unless_present = "sujet",
        conflicts_with = "sujet",
        help = "La candidature, par son identifiant dans les dossiers"
    )]
    pub candidature: Option<String>,
    /// The application, by its name in the registry.
    #[arg(
        long,
        value_name = "SUJET",
        help = "La candidature, par le nom que le registre lui donne"
    )]
    pub sujet: Option<String>,
    /// Who erases.
    #[arg(long, value_name = "QUI", help = "Qui efface")]
    pub par: String,
    /// Why.
    #[arg(
        long,
        value_name = "TEXTE",
        help = "Pourquoi ; reste au journal, donc sans donnée personnelle"
    )]
    pub raison: String,
}

/// The arguments of `registre cloturer`.
#[derive(Debug, Args)]
pub struct Close {
    /// The application.
    #[arg(long, value_name = "ID", help = "La candidature, par son identifiant dans les dossiers")]
    pub candidature: String,
    /// Why.
    #[arg(
        long,
        value_name = "MOTIF",
        hide_possible_values = true,
        help = "radiation ou attribution"
    )]
    pub motif: End,
    /// When.
    #[arg(long, value_name = "DATE", value_parser = date::argument, help = "Jour de la fin")]
    pub le: Date,
    /// Who says so.
    #[arg(long, value_name = "QUI", help = "Qui le dit")]
    pub par: String,
}

/// Why an application ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum End {
    /// It is struck off.
    Radiation,
    /// A dwelling is given.
    Attribution,
}

/// The arguments of `registre purger`.
#[derive(Debug, Args)]
pub struct Purge {
    /// The rules.
    #[arg(
        long,
        value_name = "FICHIER",
        help = "Règles de conservation (YAML) : « conservation: [{depuis: radiation, mois: 12}] »"
    )]
    pub regles: PathBuf,
    /// Who erases.
    #[arg(long, value_name = "QUI", help = "Qui efface")]
    pub par: String,
    /// The day.
    #[arg(long, value_name = "DATE", value_parser = date::argument, help = "Jour auquel juger ce qui est échu (par défaut aujourd'hui)")]
    pub le: Option<Date>,
    /// Whether nothing is erased.
    #[arg(long, help = "N'efface rien : dit seulement ce qui le serait")]
    pub essai: bool,
}

/// The arguments of `rejouer`.
#[derive(Debug, Args)]
pub struct Replay {
    /// One decision.
    #[arg(
        value_name = "DECISION",
        required_unless_present_any = ["depuis", "jusqu_a"],
        conflicts_with_all = ["depuis", "jusqu_a"],
        help = "Identifiant de la décision ; ou des jours, avec --depuis et --jusqu-a"
    )]
    pub decision: Option<String>,
    /// The first day of evaluation.
    #[arg(long, value_name = "DATE", value_parser = date::argument, help = "Premier jour d'évaluation des décisions à rejouer")]
    pub depuis: Option<Date>,
    /// The last day of evaluation.
    #[arg(long = "jusqu-a", value_name = "DATE", value_parser = date::argument, help = "Dernier jour d'évaluation des décisions à rejouer")]
    pub jusqu_a: Option<Date>,
    /// Other rules.
    #[arg(
        long,
        value_name = "RECUEIL",
        help = "Rejoue sous un autre recueil : dit qui gagne, qui perd, et par quelle ligne"
    )]
    pub avec: Option<PathBuf>,
    /// Where the place is kept.
    #[arg(
        long,
        value_name = "FICHIER",
        conflicts_with = "decision",
        help = "Garde dans ce fichier où l'on en est ; s'il existe, reprend de là"
    )]
    pub reprise: Option<PathBuf>,
    /// Where.
    #[command(flatten)]
    pub place: Place,
}

/// The arguments of `recu`.
#[derive(Debug, Args)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Receipt {
    /// What to do.
    #[command(subcommand)]
    pub verb: ReceiptVerb,
}

/// What to do with a receipt.
#[derive(Debug, Subcommand)]
pub enum ReceiptVerb {
    /// Checks a receipt.
    #[command(
        about = "Vérifie un reçu, sans registre ni réseau ; code de sortie 1 s'il ne tient pas"
    )]
    Verifier(CheckReceipt),
}

/// The arguments of `recu verifier`.
#[derive(Debug, Args)]
pub struct CheckReceipt {
    /// The receipt.
    #[arg(value_name = "FICHIER", help = "Le reçu")]
    pub file: PathBuf,
    /// The log's public key.
    #[arg(long, value_name = "FICHIER", help = "Clé publique du journal (journal.pub)")]
    pub cle: PathBuf,
}
