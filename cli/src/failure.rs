//! What stops a command before it can answer.

use crate::exit::Exit;
use explain::since::Incomparable;
use source::did_you_mean;
use std::path::PathBuf;

/// A reason to stop. Sentences are French, without a full stop and without personal values.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file or a directory cannot be read.
    #[error("lecture impossible de « {} » : {}", path.display(), reason(error.kind()))]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file cannot be written; it is as it was.
    #[error("écriture impossible de « {} », laissé tel quel : {}", path.display(), reason(error.kind()))]
    Replace {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file cannot be made.
    #[error("écriture impossible de « {} » : {}", path.display(), reason(error.kind()))]
    Make {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The name of a file says no form of table.
    #[error("« {} » ne dit pas sa forme", path.display())]
    NoForm {
        /// Which.
        path: PathBuf,
    },
    /// The name of a report says no form of report.
    #[error("« {} » n'est ni une page ni du JSON", path.display())]
    NoReportForm {
        /// Which.
        path: PathBuf,
    },
    /// Two things would be written at one place.
    #[error("« {} » serait écrit deux fois", path.display())]
    SamePlace {
        /// Which.
        path: PathBuf,
    },
    /// What is read is no table.
    #[error("« {} » n'est pas une population : elle se lit en CSV ou en Parquet", path.display())]
    NoTable {
        /// Which.
        path: PathBuf,
    },
    /// What is found would be written over the population.
    #[error("« {} » est la population elle-même : rien n'est écrit", path.display())]
    OverPopulation {
        /// Which.
        path: PathBuf,
    },
    /// A population that is not evaluated to its end.
    #[error("« {} » : {error} ; rien n'est écrit", path.display())]
    Simulation {
        /// The population.
        path: PathBuf,
        /// Why.
        error: simulation::RunError,
    },
    /// A population that cannot be drawn.
    #[error(transparent)]
    Population(#[from] simulation::PopulationError),
    /// A table that cannot be written.
    #[error(transparent)]
    Table(#[from] simulation::TableError),
    /// The server cannot listen there.
    #[error("« {address} » ne peut pas être écouté : {}", reason(error.kind()))]
    Listen {
        /// Where.
        address: String,
        /// Why.
        error: std::io::Error,
    },
    /// The server cannot begin.
    #[error(transparent)]
    Begin(#[from] server::BeginError),
    /// The rules' directory cannot be watched.
    #[error(
        "le répertoire des règles ne peut pas être surveillé : « surveillance: releve » le relit à la place"
    )]
    Unwatched,
    /// The example of a demonstration cannot be decided.
    #[error("l'exemple ne se décide pas sous ces règles")]
    NoExample,
    /// No registry was named.
    #[error("aucun registre nommé")]
    NoRegistry,
    /// No directory of keys was named.
    #[error("aucun répertoire de clés nommé")]
    NoKeys,
    /// A key that others may read.
    #[error("« {} » est une clé secrète que d'autres que son propriétaire peuvent lire", path.display())]
    ExposedKey {
        /// Which.
        path: PathBuf,
    },
    /// A file that holds no key, or another.
    #[error("« {} » ne contient pas la clé attendue", path.display())]
    BadKey {
        /// Which.
        path: PathBuf,
    },
    /// The keys are those of a log of another name.
    #[error("les clés de ce répertoire sont celles du journal « {name} »")]
    OtherOrigin {
        /// Its name.
        name: String,
    },
    /// A name that no key can bear.
    #[error("un nom de journal ou de témoin n'est pas vide, et n'a ni espace ni « + »")]
    BadName,
    /// The system gives no random bytes.
    #[error("le système ne donne pas d'aléa : aucune clé n'est tirée")]
    NoRandomness,
    /// Several dossiers under one key of request.
    #[error("une clé de requête vaut pour une décision, et il y a plusieurs dossiers")]
    OneKey,
    /// Nobody is named as who asks.
    #[error("qui demande la décision n'est pas dit")]
    NoRequester,
    /// A file that is not what a command takes.
    #[error("« {} » n'est pas {what}", path.display())]
    NotThat {
        /// Which.
        path: PathBuf,
        /// What was expected.
        what: &'static str,
    },
    /// A mark of where a replay is, of another replay.
    #[error("« {} » est la reprise d'un autre rejeu : autre registre, autres jours ou autre recueil", path.display())]
    OtherReplay {
        /// The mark.
        path: PathBuf,
    },
    /// The registry cannot be opened or read.
    #[error(transparent)]
    Registry(#[from] registry::RegistryError),
    /// Nothing was recorded.
    #[error(transparent)]
    Record(#[from] registry::RecordError),
    /// What cannot be decided.
    #[error(transparent)]
    Draft(#[from] registry::DraftError),
    /// The registry cannot be carried.
    #[error(transparent)]
    Transfer(#[from] registry::TransferError),
    /// The retention rules cannot be run.
    #[error(transparent)]
    Purge(#[from] registry::PurgeError),
    /// A witness does not sign.
    #[error(transparent)]
    Witness(#[from] registry::WitnessError),
    /// Rules cannot be run again.
    #[error(transparent)]
    Replay(#[from] registry::ReplayError),
    /// A directory holds more than a recueil does.
    #[error("« {} » n'est pas un recueil : {limit}", path.display())]
    TooLarge {
        /// Which.
        path: PathBuf,
        /// The limit passed.
        limit: String,
    },
    /// No recueil was named and none was found.
    #[error("aucun recueil trouvé : ni « recueil.yaml » au-dessus, ni dossier « policies »")]
    NoRecueil,
    /// A dossier without a date, evaluated without one.
    #[error("« {} » n'a pas de date d'évaluation", path.display())]
    NoDate {
        /// The dossier.
        path: PathBuf,
    },
    /// No candidate of the dossiers has the identifier asked for.
    #[error("aucun candidat du dossier ne porte l'identifiant demandé")]
    NoSuchCandidate,
    /// Two evaluations that are not compared.
    #[error("{}", incomparable(*.0))]
    Incomparable(Incomparable),
    /// A code that the tool does not have.
    #[error("code inconnu")]
    NoSuchCode {
        /// The code nearest to it.
        nearest: Option<&'static str>,
    },
    /// A unit that the recueil does not have.
    #[error("le recueil n'a pas d'unité de ce nom")]
    NoSuchUnit {
        /// The unit nearest to it.
        nearest: Option<String>,
    },
    /// What is compared is named in two ways.
    #[error(
        "« {before} » et « {after} » ne se comparent pas : deux recueils, deux fichiers ou deux versions sont attendus"
    )]
    NotAlike {
        /// What was named first.
        before: String,
        /// What was named second.
        after: String,
    },
    /// The same thing is compared with itself.
    #[error("« {0} » est comparé à lui-même")]
    SameTwice(String),
    /// A unit has several versions, and none is named.
    #[error("« {unit} » a plusieurs versions : {versions}")]
    WhichVersion {
        /// The unit.
        unit: String,
        /// Its versions.
        versions: String,
    },
    /// A unit does not have that version.
    #[error("« {unit} » n'a pas de version « {version} »")]
    NoSuchVersion {
        /// The unit.
        unit: String,
        /// The version.
        version: String,
        /// Those that it has.
        versions: String,
    },
    /// Versions of units of two kinds.
    #[error("« {before} » et « {after} » ne sont pas du même genre : {kinds}")]
    TwoKinds {
        /// What was named first.
        before: String,
        /// What was named second.
        after: String,
        /// Their kinds.
        kinds: String,
    },
    /// A file of rules that takes no place in the recueil.
    #[error("« {} » n'a pas de place dans le recueil : aucun de ses fichiers ne déclare cette unité", path.display())]
    NoPlace {
        /// The file.
        path: PathBuf,
    },
    /// A file that declares no unit.
    #[error("« {} » n'est pas un fichier de règles", path.display())]
    NoUnit {
        /// The file.
        path: PathBuf,
    },
    /// Two recueils whose facts are not the same.
    #[error("les deux recueils ne se comparent pas : {0}")]
    Apart(#[from] analysis::compare::Apart),
    /// A vocabulary, which has no page of its own.
    #[error(
        "« {unit} » est un vocabulaire : ses définitions sont dans les pages de ceux qui les emploient"
    )]
    NoPageOfItsOwn {
        /// The unit.
        unit: String,
    },
    /// A directory that is not ours to replace.
    #[error("« {} » existe et n'est pas une publication : rien n'est écrit", path.display())]
    NotAPublication {
        /// Which.
        path: PathBuf,
    },
    /// Nothing ranks on that day.
    #[error("aucun classement n'est en vigueur le {0}")]
    NoRanking(engine::Date),
    /// The solver asked for is not on the machine.
    #[error("Z3 est introuvable")]
    NoSolver,
    /// The solver does not answer.
    #[error(transparent)]
    Solver(#[from] analysis::SolverFailure),
    /// A page is asked of a command that has none.
    #[error("seul « bareme expliquer » répond par une page html ou pdf")]
    OnlyExplained,
    /// A PDF would go to a terminal.
    #[error("un PDF ne s'affiche pas dans un terminal")]
    PdfOnTerminal,
    /// No program prints pages on the machine.
    #[error("Chromium est introuvable : c'est lui qui imprime la page en PDF")]
    NoPrinter,
    /// The program that prints does not.
    #[error(transparent)]
    Printer(#[from] printer::PrinterFailure),
    /// The answer cannot be written.
    #[error("écriture impossible")]
    Write(#[from] std::io::Error),
    /// The answer has no JSON form.
    #[error("réponse impossible à écrire en JSON")]
    Json(#[from] serde_json::Error),
}

const PRINTER: &str =
    "installez-le (« apt install chromium »), ou donnez son chemin dans BAREME_CHROMIUM";
const SAME_PAGE: &str = "« --format html » donne la même page, que tout navigateur imprime";
const PERIODS: &str = "« bareme verifier » montre les périodes de chaque unité";

impl Failure {
    /// Returns how the command ends.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Read { .. }
            | Self::Replace { .. }
            | Self::Make { .. }
            | Self::Table(_)
            | Self::Simulation { .. }
            | Self::ExposedKey { .. }
            | Self::BadKey { .. }
            | Self::NoRandomness
            | Self::NotThat { .. }
            | Self::Registry(_)
            | Self::Record(_)
            | Self::Draft(_)
            | Self::Transfer(_)
            | Self::Purge(_)
            | Self::Witness(_)
            | Self::Replay(_)
            | Self::TooLarge { .. }
            | Self::NotAPublication { .. }
            | Self::NoRanking(_)
            | Self::Listen { .. }
            | Self::Begin(_)
            | Self::Unwatched
            | Self::NoExample
            | Self::NoSolver
            | Self::NoPrinter
            | Self::Printer(_)
            | Self::Solver(_)
            | Self::Apart(_)
            | Self::Write(_)
            | Self::Json(_) => Exit::Failure,
            Self::NoRecueil
            | Self::NoForm { .. }
            | Self::NoReportForm { .. }
            | Self::SamePlace { .. }
            | Self::NoTable { .. }
            | Self::OverPopulation { .. }
            | Self::Population(_)
            | Self::OnlyExplained
            | Self::PdfOnTerminal
            | Self::NoRegistry
            | Self::NoKeys
            | Self::OtherOrigin { .. }
            | Self::BadName
            | Self::OneKey
            | Self::NoRequester
            | Self::OtherReplay { .. }
            | Self::NoDate { .. }
            | Self::NoSuchCandidate
            | Self::Incomparable(_)
            | Self::NoSuchUnit { .. }
            | Self::NotAlike { .. }
            | Self::SameTwice(_)
            | Self::WhichVersion { .. }
            | Self::NoSuchVersion { .. }
            | Self::TwoKinds { .. }
            | Self::NoPlace { .. }
            | Self::NoUnit { .. }
            | Self::NoPageOfItsOwn { .. }
            | Self::NoSuchCode { .. } => Exit::Usage,
        }
    }

    /// Returns what to do, when there is something to do.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoRecueil => Some("nommez-le : --recueil DIR, ou en argument".to_owned()),
            Self::NoForm { .. } => Some("un nom finit par .csv, .parquet ou .json".to_owned()),
            Self::NoReportForm { .. } => {
                Some("un nom de rapport finit par .html ou .json".to_owned())
            }
            Self::SamePlace { .. } => {
                Some("donnez deux noms, à --sortie et à --rapport".to_owned())
            }
            Self::NoRegistry => {
                Some("nommez-le : --registre ADRESSE, ou la variable BAREME_REGISTRE".to_owned())
            }
            Self::NoKeys => Some("nommez-le : --cles DIR, ou la variable BAREME_CLES".to_owned()),
            Self::ExposedKey { path } => Some(format!(
                "« chmod 600 {} », et changez-la si elle a pu être lue",
                path.display()
            )),
            Self::OtherOrigin { .. } => {
                Some("un journal a ses propres clés : nommez un autre répertoire".to_owned())
            }
            Self::Listen { .. } => Some("nommez une autre adresse : --ecoute".to_owned()),
            Self::Begin(_) | Self::NoExample => Some("voyez « bareme verifier »".to_owned()),
            Self::NoRequester => Some("nommez qui demande : --par QUI".to_owned()),
            Self::OneKey => Some("un dossier par demande, chacun sous sa clé".to_owned()),
            Self::OtherReplay { .. } => {
                Some("nommez un autre fichier avec --reprise, ou supprimez celui-ci".to_owned())
            }
            Self::Registry(error) => registry_help(error),
            Self::Simulation { error, .. } => simulation_help(error),
            Self::Make { error, .. } => making_help(error.kind()),
            Self::OverPopulation { .. } => Some("nommez un autre fichier : --sortie".to_owned()),
            Self::NoDate { .. } => {
                Some("ajoutez « date: 2019-10-15 » au dossier, ou --date 2019-10-15".to_owned())
            }
            Self::NoSuchCode { nearest: Some(near) } => Some(did_you_mean(near)),
            Self::NoSuchUnit { nearest: Some(near) } => Some(did_you_mean(near)),
            Self::NoPageOfItsOwn { .. } => {
                Some("« bareme publier » sans argument publie tout ce qui a une page".to_owned())
            }
            Self::NotAPublication { .. } => {
                Some("nommez avec --sortie un répertoire vide, nouveau, ou déjà publié".to_owned())
            }
            Self::NoSuchUnit { nearest: None } => {
                Some("« bareme verifier » montre les unités".to_owned())
            }
            Self::NoSuchCode { nearest: None } => {
                Some("« bareme code » sans argument les donne tous".to_owned())
            }
            Self::NoSolver => Some(
                "installez-le (« apt install z3 »), ou donnez son chemin dans BAREME_Z3".to_owned(),
            ),
            Self::NoPrinter => Some(format!("{PRINTER} ; {SAME_PAGE}")),
            Self::Printer(_) => Some(SAME_PAGE.to_owned()),
            Self::PdfOnTerminal => Some("nommez un fichier : --sortie FICHIER".to_owned()),
            Self::OnlyExplained => {
                Some("« bareme publier » écrit des pages sans cette option".to_owned())
            }
            Self::NoRanking(_) => Some(PERIODS.to_owned()),
            Self::Incomparable(why) => incomparable_help(*why),
            Self::NoSuchCandidate => {
                Some("« bareme evaluer » montre les candidats d'un dossier".to_owned())
            }
            Self::WhichVersion { unit, .. } => Some(format!("nommez-en une : « {unit}@VERSION »")),
            Self::NoSuchVersion { versions, .. } => Some(format!("il a {versions}")),
            Self::Apart(_) => Some(
                "un fait garde son type et ses choix leur ordre ; un choix nouveau se met à la fin"
                    .to_owned(),
            ),
            Self::NoPlace { .. } => {
                Some("mettez-le dans le recueil, et comparez deux recueils".to_owned())
            }
            Self::Unwatched
            | Self::Read { .. }
            | Self::Replace { .. }
            | Self::Table(_)
            | Self::NoTable { .. }
            | Self::Population(_)
            | Self::BadKey { .. }
            | Self::BadName
            | Self::NoRandomness
            | Self::NotThat { .. }
            | Self::Record(_)
            | Self::Draft(_)
            | Self::Transfer(_)
            | Self::Purge(_)
            | Self::Witness(_)
            | Self::Replay(_)
            | Self::TooLarge { .. }
            | Self::Solver(_)
            | Self::NotAlike { .. }
            | Self::SameTwice(_)
            | Self::TwoKinds { .. }
            | Self::NoUnit { .. }
            | Self::Write(_)
            | Self::Json(_) => None,
        }
    }
}

fn registry_help(error: &registry::RegistryError) -> Option<String> {
    use registry::RegistryError::{
        Broken, Foreign, Full, NoRegistry, Note, OtherLog, Store, Unknown,
    };
    match error {
        NoRegistry => Some("« bareme registre creer --nom ORIGINE » en fait un".to_owned()),
        Broken => {
            Some("« bareme registre verifier --complet » dit ce qui a été modifié".to_owned())
        }
        OtherLog => Some("nommez avec --cles les clés de ce registre".to_owned()),
        Store(_) | Note(_) | Foreign(_) | Full | Unknown(_) => None,
    }
}

fn simulation_help(error: &simulation::RunError) -> Option<String> {
    use simulation::{ReadError, RunError};
    let help = match error {
        RunError::Apart { .. } => "triez la population par offre, et recommencez",
        RunError::Read(ReadError::Float(_)) => {
            "écrivez-la en decimal, par exemple decimal(18, 2), ou en texte"
        }
        RunError::Read(ReadError::Type { .. }) => {
            "un texte, un booléen, un entier, un decimal ou une date se lisent"
        }
        RunError::Read(ReadError::Codec { .. }) => {
            "écrivez-le de nouveau, compressé par Snappy ou sans compression"
        }
        RunError::Read(ReadError::NotWhole | ReadError::Damaged { .. }) => {
            "copiez-le ou exportez-le de nouveau, puis recommencez"
        }
        RunError::Read(_)
        | RunError::Found(_)
        | RunError::Aside(_)
        | RunError::NoRanking(_)
        | RunError::Column(_) => {
            return None;
        }
    };
    Some(help.to_owned())
}

fn incomparable_help(why: Incomparable) -> Option<String> {
    match why {
        Incomparable::AbsentBefore | Incomparable::AbsentAfter => {
            Some("un candidat garde son identifiant d'un dossier à l'autre".to_owned())
        }
        Incomparable::NoRanking(_) => Some(PERIODS.to_owned()),
        Incomparable::Overflow => None,
    }
}

fn incomparable(why: Incomparable) -> String {
    match why {
        Incomparable::AbsentBefore => {
            "le dossier précédent n'a pas de candidat de cet identifiant".to_owned()
        }
        Incomparable::AbsentAfter => "le dossier n'a pas de candidat de cet identifiant".to_owned(),
        Incomparable::NoRanking(day) => format!("aucun classement n'est en vigueur le {day}"),
        Incomparable::Overflow => "la différence dépasse ce qui se calcule exactement".to_owned(),
    }
}

/// Says what to do of a file that cannot be made.
fn making_help(kind: std::io::ErrorKind) -> Option<String> {
    use std::io::ErrorKind::{
        NotADirectory, NotFound, PermissionDenied, QuotaExceeded, ReadOnlyFilesystem, StorageFull,
    };
    let help = match kind {
        StorageFull | QuotaExceeded => "libérez de la place, ou nommez un autre disque",
        PermissionDenied | ReadOnlyFilesystem => "nommez un répertoire où vous pouvez écrire",
        NotFound | NotADirectory => "nommez un répertoire qui existe",
        _ => return None,
    };
    Some(help.to_owned())
}

fn reason(kind: std::io::ErrorKind) -> &'static str {
    match kind {
        std::io::ErrorKind::NotFound => "absent",
        std::io::ErrorKind::PermissionDenied => "accès refusé",
        std::io::ErrorKind::IsADirectory => "c'est un répertoire",
        std::io::ErrorKind::AlreadyExists => "il existe déjà",
        std::io::ErrorKind::NotADirectory => "ce n'est pas un répertoire",
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => "plus de place",
        std::io::ErrorKind::ReadOnlyFilesystem => "on ne peut rien y écrire",
        _ => "erreur du système",
    }
}
