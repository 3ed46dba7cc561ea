//! How contestants are got before anyone is measured: crates built, modules of Python and of Node installed under
//! `target/peers`. What cannot be got is absent, with why.

use crate::entrants::{By, Entrant};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What was got.
pub struct Got {
    itself: PathBuf,
    population: PathBuf,
    crates: Result<PathBuf, String>,
    python: Result<PathBuf, String>,
    node: Result<PathBuf, String>,
}

impl Got {
    /// Gets what these need. Errors: this very program cannot be found.
    pub fn all(entrants: &[&Entrant], folder: &Path, population: PathBuf) -> Result<Self, String> {
        let itself = std::env::current_exe().map_err(|error| error.to_string())?;
        let wanted = |of: fn(By) -> bool, get: &dyn Fn() -> Result<PathBuf, String>| {
            let is_wanted = entrants.iter().any(|entrant| of(entrant.by));
            if is_wanted { get() } else { Err("pas demandé".to_owned()) }
        };
        Ok(Self {
            crates: wanted(|by| by == By::Cargo, &|| crates(&itself)),
            python: wanted(|by| matches!(by, By::Python(_)), &|| python(folder)),
            node: wanted(|by| matches!(by, By::Node(_)), &|| node(folder)),
            itself,
            population,
        })
    }

    /// Returns what starts a contestant. Errors: why it is absent.
    pub fn command(&self, entrant: &Entrant) -> Result<Box<dyn Fn() -> Command>, String> {
        let population = self.population.to_string_lossy().into_owned();
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let (program, arguments) = match entrant.by {
            By::Itself => (self.itself.clone(), vec!["serve".to_owned(), entrant.name.to_owned()]),
            By::Cargo => (self.crates.clone()?.join(format!("by_{}", entrant.name)), Vec::new()),
            By::Python(script) => {
                (self.python.clone()?, vec![text(sources("python").join(script)), population])
            }
            By::Node(script) => {
                ("node".into(), vec![text(self.node.clone()?.join(script)), population])
            }
        };
        Ok(Box::new(move || {
            let mut command = Command::new(&program);
            command.args(&arguments).env("PYTHONDONTWRITEBYTECODE", "1");
            command
        }))
    }
}

/// Builds the crate of the engines of others, apart: what Barème asks of a crate changes nothing of theirs.
/// Returns where its programs are, which is where this one is.
fn crates(itself: &Path) -> Result<PathBuf, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut build = Command::new(cargo);
    build.args(["build", "--release", "--package", "contestants"]).current_dir(here());
    run(build, "cargo")?;
    Ok(itself.with_file_name(""))
}

/// Makes an environment of Python, once for what is required. Returns its interpreter.
pub fn python(folder: &Path) -> Result<PathBuf, String> {
    let (home, required) = (folder.join("venv"), sources("python").join("requirements.txt"));
    let python = home.join("bin").join("python");
    if !installed(&home, &required) {
        let mut make = Command::new("python3");
        make.args(["-m", "venv", "--clear"]).arg(&home);
        run(make, "python3")?;
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        install.arg("--requirement").arg(&required);
        run(install, "pip")?;
        mark(&home, &required)?;
    }
    Ok(python)
}

/// Installs the modules of Node beside a copy of the scripts, once for what is required. Returns that folder.
fn node(folder: &Path) -> Result<PathBuf, String> {
    let (home, required) = (folder.join("node"), sources("node").join("package.json"));
    let mut version = Command::new("node");
    version.arg("--version");
    run(version, "node")?;
    std::fs::create_dir_all(&home).map_err(|error| error.to_string())?;
    let scripts = std::fs::read_dir(sources("node")).map_err(|error| error.to_string())?;
    for script in scripts.flatten() {
        let copied = std::fs::copy(script.path(), home.join(script.file_name()));
        copied.map_err(|error| error.to_string())?;
    }
    if !installed(&home, &required) {
        let mut install = Command::new("npm");
        install.args(["install", "--silent", "--no-package-lock", "--ignore-scripts"]);
        install.args(["--no-audit", "--no-fund"]).current_dir(&home);
        run(install, "npm")?;
        mark(&home, &required)?;
    }
    Ok(home)
}

/// Says whether what is required was installed there.
fn installed(home: &Path, required: &Path) -> bool {
    let (was, is) = (std::fs::read(marker(home)), std::fs::read(required));
    was.ok().zip(is.ok()).is_some_and(|(was, is)| was == is)
}

fn mark(home: &Path, required: &Path) -> Result<(), String> {
    std::fs::copy(required, marker(home)).map(|_| ()).map_err(|error| error.to_string())
}

/// What was installed in a folder.
fn marker(home: &Path) -> PathBuf {
    home.join("installed")
}

/// Returns the folder of the benches.
pub fn here() -> PathBuf {
    benches::root().join("benches")
}

fn sources(language: &str) -> PathBuf {
    here().join("contestants").join(language)
}

/// Runs something to its end, its words on the error output. Errors: it is not there, or fails.
pub fn run(mut command: Command, name: &str) -> Result<(), String> {
    let status = command.stdout(Stdio::null()).status();
    let status = status.map_err(|_| format!("{name} introuvable"))?;
    if status.success() { Ok(()) } else { Err(format!("{name} échoue ({status})")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_or_fails_is_told() {
        let absent = run(Command::new("nothing-of-that-name"), "python3");
        assert_eq!(absent, Err("python3 introuvable".to_owned()));
        assert!(run(Command::new("false"), "npm").unwrap_err().starts_with("npm échoue"));
        assert_eq!(run(Command::new("true"), "npm"), Ok(()));
    }

    #[test]
    fn what_was_installed_for_other_requirements_is_not() {
        let home = std::env::temp_dir().join(format!("installed-{}", std::process::id()));
        std::fs::create_dir_all(&home).unwrap();
        let required = home.join("requirements.txt");
        std::fs::write(&required, "one==1\n").unwrap();
        assert!(!installed(&home, &required));
        mark(&home, &required).unwrap();
        assert!(installed(&home, &required));
        std::fs::write(&required, "one==2\n").unwrap();
        assert!(!installed(&home, &required));
        std::fs::remove_dir_all(home).unwrap();
    }
}
