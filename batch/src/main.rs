//! `bareme-lot`: a population noted by SQL, here or on a cluster; the processes of the cluster.

use ballista_core::error::BallistaError;
use batch::{Executor, Library, Population, Scheduler, local, noted, remote, written};
use clap::{Args, Parser, Subcommand};
use datafusion::error::DataFusionError;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Note une population par SQL, sur cette machine ou sur plusieurs.
#[derive(Parser)]
#[command(name = "bareme-lot", version)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Note une population, et écrit ce qu'une requête en trouve.
    Calculer(Calculate),
    /// Sert l'ordonnanceur d'une grappe.
    Ordonnanceur(Schedule),
    /// Sert un exécuteur d'une grappe.
    Executeur(Execute),
}

#[derive(Args)]
struct Calculate {
    /// Fichier Parquet, ou répertoire de fichiers Parquet.
    #[arg(long)]
    population: String,
    /// Répertoire des recueils, chacun sous son empreinte.
    #[arg(long)]
    recueils: PathBuf,
    /// Empreinte du recueil appliqué.
    #[arg(long)]
    recueil: String,
    /// Jour de l'évaluation.
    #[arg(long)]
    date: String,
    /// Fichier de correspondance des colonnes.
    #[arg(long)]
    correspondance: Option<PathBuf>,
    /// Requête SQL, sur les tables `candidats` et `notes`.
    #[arg(long)]
    requete: String,
    /// Nombre de parties traitées à la fois.
    #[arg(long, default_value_t = 2)]
    parties: usize,
    /// Adresse de l'ordonnanceur d'une grappe ; sans elle, tout se fait ici.
    #[arg(long)]
    grappe: Option<SocketAddr>,
    /// Fichier Parquet à écrire.
    #[arg(long)]
    sortie: PathBuf,
}

#[derive(Args)]
struct Schedule {
    /// Adresse d'écoute.
    #[arg(long)]
    ecoute: SocketAddr,
}

#[derive(Args)]
struct Execute {
    /// Adresse où prendre ce qui est trouvé.
    #[arg(long)]
    ecoute: SocketAddr,
    /// Adresse où recevoir les tâches, sur la même machine.
    #[arg(long)]
    ordres: SocketAddr,
    /// Adresse de l'ordonnanceur.
    #[arg(long)]
    ordonnanceur: SocketAddr,
    /// Répertoire des recueils, chacun sous son empreinte.
    #[arg(long)]
    recueils: PathBuf,
    /// Répertoire de travail.
    #[arg(long)]
    travail: String,
    /// Nombre de tâches à la fois.
    #[arg(long, default_value_t = 1)]
    taches: usize,
}

/// What was being done when an error came, in French; and what the error says.
#[derive(Debug)]
struct Stopped(String);

impl Stopped {
    fn at(what: &str) -> impl Fn(DataFusionError) -> Self {
        move |error| Self(format!("{what} : {}", said(&error)))
    }

    fn file(path: &Path) -> impl Fn(std::io::Error) -> Self {
        move |error| Self(format!("« {} » : {error}", path.display()))
    }
}

impl From<BallistaError> for Stopped {
    fn from(error: BallistaError) -> Self {
        Self(error.to_string())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Arguments::parse().what {
        What::Calculer(asked) => calculate(asked).await,
        What::Ordonnanceur(asked) => schedule(asked).await,
        What::Executeur(asked) => execute(asked).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stopped(why)) => {
            eprintln!("bareme-lot : {why}");
            ExitCode::FAILURE
        }
    }
}

/// Says an error: what is ours as it is, what is DataFusion's or Ballista's as these say it.
fn said(error: &DataFusionError) -> String {
    match error.find_root() {
        DataFusionError::Execution(text) => text.clone(),
        root => root.to_string(),
    }
}

async fn calculate(asked: Calculate) -> Result<(), Stopped> {
    let library = Arc::new(Library::new(asked.recueils));
    let session = match asked.grappe {
        None => local(asked.parties),
        Some(at) => remote(&format!("df://{at}"), library.clone(), asked.parties)
            .await
            .map_err(Stopped::at("la grappe est refusée"))?,
    };
    let mapping = asked.correspondance.as_deref();
    let mapping = mapping
        .map(|path| std::fs::read_to_string(path).map_err(Stopped::file(path)))
        .transpose()?;
    let population = Population {
        path: &asked.population,
        recueil: &asked.recueil,
        date: &asked.date,
        mapping: mapping.as_deref(),
    };
    let refused = format!("« {} » ne peut pas être notée", asked.population);
    noted(&session, &library, &population).await.map_err(Stopped::at(&refused))?;
    let found = session.sql(&asked.requete).await;
    let found = found.map_err(Stopped::at("la requête est refusée"))?;
    let nothing = match asked.grappe {
        None => "la requête n'a rien rendu".to_owned(),
        Some(at) => format!("la grappe {at} n'a rien rendu"),
    };
    // Beside first, so that a file that is there is never half replaced.
    let beside = asked.sortie.with_extension("en_cours");
    let file = File::create(&beside).map_err(Stopped::file(&asked.sortie))?;
    let rows = written(found, file).await.map_err(Stopped::at(&nothing));
    let rows = rows.inspect_err(|_| drop(std::fs::remove_file(&beside)))?;
    std::fs::rename(&beside, &asked.sortie).map_err(Stopped::file(&asked.sortie))?;
    println!("{rows} lignes dans {}", asked.sortie.display());
    Ok(())
}

async fn schedule(asked: Schedule) -> Result<(), Stopped> {
    Ok(Scheduler { address: asked.ecoute }.serve().await?)
}

async fn execute(asked: Execute) -> Result<(), Stopped> {
    let executor = Executor {
        address: asked.ecoute,
        orders: asked.ordres,
        scheduler: asked.ordonnanceur,
        directory: asked.travail,
        tasks: asked.taches,
        library: Arc::new(Library::new(asked.recueils)),
    };
    Ok(executor.work().await?)
}
