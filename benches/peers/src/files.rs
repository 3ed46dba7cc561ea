//! From a Parquet file of candidates to a Parquet file of their ranks: `bareme simuler` and DuckDB, each a process,
//! on every core. What each wrote is read back and compared with the values by hand before any of it is timed.

use crate::got::{here, python, run};
use crate::judge::{Agreed, Judge};
use crate::population;
use crate::table::{bytes, count, duration};
use benches::root;
use nix::sys::resource::{Usage, UsageWho, getrusage};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;
use yardstick::timing::median;

/// How many rows there are, unless told.
pub const ROWS: usize = 1_000_000;
const REPETITIONS: usize = 3;
/// Where another `bareme` than the one of this repository is named.
const OTHER: &str = "BAREME";

/// What a process took.
#[derive(Clone, Copy, Debug)]
struct Took {
    /// Unit: nanoseconds of processor.
    cpu: f64,
    /// Unit: nanoseconds.
    wall: f64,
    /// Unit: bytes.
    memory: f64,
}

/// Draws a population, has both rank it, compares, prints the table.
pub fn compare(rows: usize) -> Result<(), String> {
    let folder = here().join("target/peers/fichiers");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let rows = yardstick::contestant::rows(rows);
    let described = population::write(&rows, &folder).map_err(|error| error.to_string())?;
    let judge = Judge::new(&rows);
    let files = Files { python: python(&here().join("target/peers"))?, described, folder };
    files.script("population", &[&files.path("population.parquet")])?;
    let copied = files.path("copie.parquet");
    let copy = files.words("copy", &[&files.path("population.parquet"), &copied]);
    println!("| de Parquet à Parquet | comparé sur | processeur | durée | mémoire au plus |");
    println!("|---|--:|--:|--:|--:|");
    let ours = ours().map(|program| files.ours(program));
    let contestants = [("Barème, `bareme simuler`", ours), ("DuckDB", Ok(files.theirs()))];
    for (label, command) in contestants {
        let found = command.and_then(|(command, out)| measured(&files, &judge, &command, &out));
        println!(
            "| {label} | {} |",
            found.unwrap_or_else(|why| format!("absent : {why} | — | — | —"))
        );
    }
    println!("| DuckDB, copie du même fichier | — | {} |", timed(&copy)?);
    Ok(())
}

/// A command, as words.
type Words = Vec<String>;

/// Where everything is.
struct Files {
    python: PathBuf,
    described: PathBuf,
    folder: PathBuf,
}

impl Files {
    fn path(&self, name: &str) -> String {
        text(&self.folder.join(name))
    }

    /// The command of Barème, and where it writes.
    fn ours(&self, program: PathBuf) -> (Words, PathBuf) {
        let (from, to) = (self.path("population.parquet"), self.path("bareme.parquet"));
        let recueil = text(&here().join("recueil"));
        let words = ["simuler", "--date", "2019-10-15", "--recueil", &recueil];
        let words = words.into_iter().chain(["--population", &from, "--sortie", &to]);
        let words = [text(&program)].into_iter().chain(words.map(str::to_owned)).collect();
        (words, self.folder.join("bareme.parquet"))
    }

    /// The command of DuckDB, and where it writes.
    fn theirs(&self) -> (Words, PathBuf) {
        let (from, to) = (self.path("population.parquet"), self.path("duckdb.parquet"));
        (self.words("rank", &[&from, &to]), self.folder.join("duckdb.parquet"))
    }

    fn words(&self, verb: &str, paths: &[&str]) -> Words {
        let script = text(&here().join("contestants/python/by_files.py"));
        let words = [text(&self.python), script, text(&self.described), verb.to_owned()];
        words.into_iter().chain(paths.iter().map(|path| (*path).to_owned())).collect()
    }

    fn script(&self, verb: &str, paths: &[&str]) -> Result<(), String> {
        watch(&self.words(verb, paths)).map(drop)
    }
}

/// Judges what is written, then times it. Returns the cells of its row.
fn measured(files: &Files, judge: &Judge, words: &Words, out: &Path) -> Result<String, String> {
    watched(words)?;
    let said = files.path("said.i16");
    files.script("say", &[&text(out), &said])?;
    let written = std::fs::read(&said).map_err(|error| error.to_string())?;
    let Agreed { rows, values } = judge.agree(&written, 20)?;
    Ok(format!("{} × {values} | {}", count(rows as f64), timed(words)?))
}

/// Times a command, several times. Returns cells.
fn timed(words: &Words) -> Result<String, String> {
    let took: Result<Vec<Took>, String> = (0..REPETITIONS).map(|_| watched(words)).collect();
    let took = took?;
    let middle = |of: fn(&Took) -> f64| median(took.iter().map(of).collect());
    Ok(format!(
        "{} | {} | {}",
        duration(middle(|took| took.cpu)),
        duration(middle(|took| took.wall)),
        bytes(middle(|took| took.memory))
    ))
}

/// Returns the command that is compared: built here, unless another is named.
fn ours() -> Result<PathBuf, String> {
    if let Some(other) = std::env::var_os(OTHER) {
        return Ok(other.into());
    }
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.args(["build", "--release", "--package", "cli"]).current_dir(root());
    // The compiler's options of the benches are theirs.
    build.env_remove("CARGO_ENCODED_RUSTFLAGS");
    run(build, "cargo")?;
    Ok(root().join("target/release/bareme"))
}

/// Has another of this program run a command, so that what is told is of that command alone.
fn watched(words: &Words) -> Result<Took, String> {
    let itself = std::env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new(itself).arg("watch").args(words).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| error.to_string())?;
    let told = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> = told.split_whitespace().filter_map(|it| it.parse().ok()).collect();
    match numbers.as_slice() {
        [cpu, wall, memory] if output.status.success() => {
            Ok(Took { cpu: *cpu, wall: *wall, memory: *memory })
        }
        _ => Err(format!("{} échoue", words.first().map_or("", String::as_str))),
    }
}

/// Runs a command to its end; returns its processor, its duration and its memory at most. Errors: it fails.
pub fn watch(words: &[String]) -> Result<String, String> {
    let (program, arguments) = words.split_first().ok_or("rien à lancer")?;
    let start = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdout(Stdio::null())
        .status();
    let status = status.map_err(|_| format!("{program} introuvable"))?;
    let wall = start.elapsed().as_secs_f64() * 1e9;
    if !status.success() {
        return Err(format!("{program} échoue ({status})"));
    }
    let used = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| error.to_string())?;
    Ok(format!("{:.0} {wall:.0} {}", processor(&used), used.max_rss() * 1024))
}

/// Unit: nanoseconds.
fn processor(used: &Usage) -> f64 {
    let spent =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 * 1e9 + time.tv_usec() as f64 * 1e3;
    spent(used.user_time()) + spent(used.system_time())
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_command_took_is_told_and_what_fails_is_not() {
        let took = watch(&["true".to_owned()]).unwrap();
        let numbers: Vec<f64> = took.split(' ').map(|number| number.parse().unwrap()).collect();
        assert!(numbers.len() == 3 && numbers[1] > 0.0 && numbers[2] > 0.0, "{took}");
        assert!(watch(&["false".to_owned()]).is_err());
        assert!(watch(&["nothing-of-that-name".to_owned()]).is_err());
    }
}
