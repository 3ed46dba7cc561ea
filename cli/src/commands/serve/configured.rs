//! The configuration of a server: its file, the environment over it, the command line over both.

use crate::arguments::serve::Serve;
use crate::failure::Failure;
use crate::files;
use crate::store::variable;
use server::{Config, LogForm, Mistake};
use std::path::{Path, PathBuf};

/// The longest configuration that is read. Unit: bytes.
const MOST_BYTES: u64 = 1024 * 1024;

/// What was read.
pub enum Told {
    /// A configuration.
    Config(Box<Config>),
    /// What is wrong with it, and in which file.
    Mistakes(Option<PathBuf>, Vec<Mistake>),
}

/// Reads the configuration of a command line.
///
/// Errors: its file cannot be read.
pub fn read(arguments: &Serve) -> Result<Told, Failure> {
    let path = arguments.config.clone().or_else(|| variable("BAREME_CONFIG").map(PathBuf::from));
    let mut config = match &path {
        None => Config::default(),
        Some(path) => match from_file(path)? {
            Ok(config) => config,
            Err(mistakes) => return Ok(Told::Mistakes(Some(path.clone()), mistakes)),
        },
    };
    let mistakes = over(&mut config, arguments);
    if mistakes.is_empty() {
        Ok(Told::Config(Box::new(config)))
    } else {
        Ok(Told::Mistakes(None, mistakes))
    }
}

/// Reads a file; the paths that it holds go from where it is.
fn from_file(path: &Path) -> Result<Result<Config, Vec<Mistake>>, Failure> {
    let too_large = || Failure::NotThat { path: path.to_path_buf(), what: "une configuration" };
    let bytes = files::read_at_most(path, MOST_BYTES)?.ok_or_else(too_large)?;
    let text = String::from_utf8(bytes).map_err(|_| too_large())?;
    let near = path.parent().unwrap_or(Path::new(""));
    Ok(Config::read(&text).map(|mut config| {
        for path in [&mut config.recueil, &mut config.cles].into_iter().flatten() {
            *path = near.join(&*path);
        }
        if let Some(issuer) = config.jetons.as_mut().filter(|it| !it.value.keys.contains("://")) {
            issuer.value.keys = near.join(&issuer.value.keys).display().to_string();
        }
        if let Some(registry) = config.registre.as_mut().filter(|it| !it.contains("://")) {
            *registry = near.join(&*registry).display().to_string();
        }
        config
    }))
}

/// Lays the environment, then the command line, over a configuration.
fn over(config: &mut Config, arguments: &Serve) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    let path =
        |given: &Option<PathBuf>, name| given.clone().or_else(|| variable(name).map(PathBuf::from));
    let text = |given: &Option<String>, name| given.clone().or_else(|| variable(name));
    let Serve { recueil, ecoute, url_publique, journal, place, .. } = arguments;
    lay(&mut config.ecoute, text(ecoute, "BAREME_ECOUTE"));
    lay(&mut config.url_publique, text(url_publique, "BAREME_URL_PUBLIQUE"));
    lay(&mut config.recueil, path(recueil, "BAREME_RECUEIL"));
    lay(&mut config.registre, text(&place.registre, "BAREME_REGISTRE"));
    lay(&mut config.cles, path(&place.cles, "BAREME_CLES"));
    match (journal, variable("BAREME_JOURNAL").as_deref()) {
        (Some(form), _) => config.journal = (*form).into(),
        (None, Some("json")) => config.journal = LogForm::Json,
        (None, Some("texte")) => config.journal = LogForm::Texte,
        (None, Some(other)) => mistakes.push(Mistake {
            place: None,
            message: format!("« BAREME_JOURNAL » : valeur inconnue « {other} »"),
            help: "valeurs possibles : texte, json".to_owned(),
        }),
        (None, None) => {}
    }
    if let Some(written) = &config.ecoute
        && written.parse::<std::net::SocketAddr>().is_err()
    {
        mistakes.push(Mistake {
            place: None,
            message: format!("« {written} » n'est pas une adresse"),
            help: "écrivez une adresse et un port, par exemple « 127.0.0.1:8080 »".to_owned(),
        });
    }
    mistakes
}

fn lay<T>(under: &mut Option<T>, over: Option<T>) {
    if over.is_some() {
        *under = over;
    }
}
