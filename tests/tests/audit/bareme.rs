//! Starts the built command on a registry of a test's own.

use serde_json::Value;
use sqlx::{AnyPool, AssertSqlSafe};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;
use tests::rules::root;

/// Where the command is.
pub const BAREME: &str = env!("CARGO_BIN_EXE_bareme_under_test");

/// What a run gave.
#[derive(Debug)]
pub struct Run {
    /// The exit code.
    pub exit: i32,
    /// The answer.
    pub answer: String,
    /// The explanation.
    pub said: String,
}

impl Run {
    /// Checks how it ended; returns it.
    #[track_caller]
    pub fn ends(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "{}\n{}", self.answer, self.said);
        self
    }

    /// Returns the answer as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.answer).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns both texts with what changes from a run to the next left out, for a snapshot.
    pub fn steady(&self, desk: &Desk) -> String {
        let here = desk.directory.path().display().to_string();
        let text = format!("{}---\n{}", self.answer, self.said).replace(&here, "ICI");
        text.split_inclusive(|c: char| !is_of_hash(c)).map(steady_word).collect()
    }
}

/// Tells whether a sign may be one of a hash or of a key.
fn is_of_hash(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || matches!(sign, '+' | '=' | '/')
}

/// Leaves out identifiers, hashes and keys: whatever is long and has a digit.
fn steady_word(word: &str) -> String {
    let bare = word.trim_end_matches(|c: char| !is_of_hash(c));
    let has_digit = bare.chars().any(|c| c.is_ascii_digit());
    let long = bare.len() >= 40 || (bare.len() >= 12 && has_digit);
    if long { word.replace(bare, "#") } else { word.to_owned() }
}

/// A registry of one test: a directory with its file and its keys.
pub struct Desk {
    /// Where they are.
    pub directory: TempDir,
}

impl Desk {
    /// Makes a registry on a file.
    pub fn new() -> Self {
        let desk = Self::empty();
        desk.run(&["registre", "creer", "--nom", "bareme.exemple/essai"]).ends(0);
        desk
    }

    /// Makes the directory alone.
    pub fn empty() -> Self {
        Self { directory: TempDir::new().unwrap() }
    }

    /// Returns a path in the directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Returns the same as a text.
    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Runs the command on this registry.
    pub fn run(&self, arguments: &[&str]) -> Run {
        let (registry, keys) = (self.text("registre.sqlite"), self.text("cles"));
        run(arguments, &[("BAREME_REGISTRE", &registry), ("BAREME_CLES", &keys)])
    }

    /// Records the worked example; returns the answer.
    pub fn worked_example(&self) -> Value {
        self.recorded("examples/lyon-6e.yaml")
    }

    /// Records the decision over a dossier; returns the answer.
    pub fn recorded(&self, dossier: &str) -> Value {
        let arguments = ["registre", "enregistrer", dossier, "--recueil", "policies"];
        self.run(&[&arguments[..], &["--par", "service", "--format", "json"]].concat())
            .ends(0)
            .json()
    }

    /// Changes the store behind the registry's back.
    pub async fn change(&self, statements: &[&str]) {
        sqlx::any::install_default_drivers();
        let url = format!("sqlite://{}", self.text("registre.sqlite"));
        let database = AnyPool::connect(&url).await.unwrap();
        for statement in statements {
            let sql = AssertSqlSafe((*statement).to_owned());
            sqlx::query(sql).execute(&database).await.unwrap();
        }
        database.close().await;
    }
}

/// Runs the command from the root of the repository, where some variables have values.
pub fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(BAREME);
    command.args(arguments).current_dir(root()).stdin(Stdio::null());
    for name in ["BAREME_REGISTRE", "BAREME_CLES", "NO_COLOR", "CLICOLOR_FORCE", "USER"] {
        command.env_remove(name);
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    Run {
        exit: output.status.code().unwrap(),
        answer: String::from_utf8(output.stdout).unwrap(),
        said: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Writes a recueil beside: the real policies, with a text replaced in the files of a folder.
pub fn other_policies(at: &Path, folder: &str, (from, to): (&str, &str)) {
    let mut replaced = 0;
    for (path, bytes) in tests::registered::policies() {
        let place = at.join(&path);
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        let bytes = match String::from_utf8(bytes) {
            Ok(text) if path.contains(folder) => {
                replaced += text.matches(from).count();
                text.replace(from, to).into_bytes()
            }
            Ok(text) => text.into_bytes(),
            Err(other) => other.into_bytes(),
        };
        std::fs::write(place, bytes).unwrap();
    }
    assert!(replaced > 0, "« {from} » is where it is looked for");
}
