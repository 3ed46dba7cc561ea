//! A demonstration: a registry and keys of its own, the worked example decided, the pages of its two
//! applicants.

use crate::failure::Failure;
use crate::files;
use server::App;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// The name of the log of a demonstration.
pub const ORIGIN: &str = "demonstration.bareme";

/// The worked example.
const EXAMPLE: &[u8] = include_bytes!("../../../../examples/lyon-6e.yaml");

/// Its applicants.
const APPLICANTS: [&str; 2] = ["tabanou", "leclerc"];

/// Where a demonstration keeps its files; what is temporary goes with it.
pub struct Desk {
    directory: PathBuf,
    is_temporary: bool,
}

impl Desk {
    /// Takes a directory, or makes a temporary one.
    ///
    /// Errors: it cannot be made.
    pub fn new(named: Option<&Path>) -> Result<Self, Failure> {
        let is_temporary = named.is_none();
        let process = std::process::id();
        let temporary = || std::env::temp_dir().join(format!("bareme-demo-{process}"));
        let directory = named.map_or_else(temporary, Path::to_path_buf);
        files::private_directory(&directory)?;
        Ok(Self { directory, is_temporary })
    }

    /// Names its registry.
    pub fn registry(&self) -> String {
        self.directory.join("registre.sqlite").display().to_string()
    }

    /// Names the directory of its keys.
    pub fn keys(&self) -> PathBuf {
        self.directory.join("cles")
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if self.is_temporary {
            // What cannot be removed is left to the system, which empties its temporary files.
            drop(std::fs::remove_dir_all(&self.directory));
        }
    }
}

/// Decides the example, and says where its explanations are.
///
/// Errors: these rules do not take it.
pub fn shown(runtime: &Runtime, app: &App) -> Result<String, Failure> {
    let given = runtime.block_on(server::example(app, EXAMPLE, &APPLICANTS));
    let given = given.map_err(|_| Failure::NoExample)?;
    let public = &app.settings.public;
    let line =
        |(candidate, link): (String, String)| format!("  {} : {link}\n", candidate.to_uppercase());
    let lines: Vec<String> = given.into_iter().map(line).collect();
    Ok(format!(
        "Deux candidats pour un logement à Lyon 6e ; leurs explications :\n\n{}\nLes règles : \
         {public}/regles/index.html ; l'interface : {public}/docs\n",
        lines.concat()
    ))
}
