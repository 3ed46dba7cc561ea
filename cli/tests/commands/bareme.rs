//! Runs the built command from the root of the repository.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run gave.
pub struct Run {
    /// The exit code.
    pub exit: i32,
    /// The answer.
    pub answer: String,
    /// The explanation.
    pub explanation: String,
}

impl Run {
    /// Returns the answer as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.answer)
            .unwrap_or_else(|error| panic!("{error}: {}", self.answer))
    }

    /// Returns the exit and both texts, for a snapshot.
    pub fn whole(&self) -> String {
        let (exit, answer, explanation) = (self.exit, &self.answer, &self.explanation);
        format!("sortie {exit}\n--- réponse\n{answer}--- explication\n{explanation}")
    }
}

/// Returns the root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// Runs the command from the root.
pub fn run(arguments: &[&str]) -> Run {
    run_in(&root(), arguments)
}

/// Runs the command from the root, where some variables have values.
pub fn run_where(variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    run_with(&root(), variables, arguments)
}

/// Runs the command from a directory.
pub fn run_in(directory: &Path, arguments: &[&str]) -> Run {
    run_with(directory, &[], arguments)
}

fn run_with(directory: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let output = Command::new(env!("CARGO_BIN_EXE_bareme"))
        .args(arguments)
        .current_dir(directory)
        .envs(variables.iter().copied())
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run {
        exit: output.status.code().unwrap(),
        answer: steady(&text(output.stdout)),
        explanation: steady(&text(output.stderr)),
    }
}

/// Replaces what changes from a run, or from an edit of the rules, to the next: times and hashes.
fn steady(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("Vérifié en ").and_then(|rest| rest.split_once(' ')) {
            Some((_, rest)) => out.extend(["Vérifié en … ", rest]),
            None => out.push_str(&without_hashes(line)),
        }
    }
    out
}

fn without_hashes(line: &str) -> String {
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("mpreinte") {
        let after = at + "mpreinte".len();
        let digits = rest[after..].find(is_digit).map_or(rest.len(), |found| after + found);
        let end = rest[digits..].find(|c| !is_digit(c)).map_or(rest.len(), |found| digits + found);
        if end - digits >= 12 {
            out.push_str(&rest[..digits]);
            out.push('#');
            rest = &rest[end..];
        } else {
            out.push_str(&rest[..after]);
            rest = &rest[after..];
        }
    }
    out + rest
}

/// Makes an empty directory of a test's own.
pub fn scratch(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    directory
}

/// Returns the path of a fixture from the root.
pub fn fixture(name: &str) -> String {
    format!("cli/tests/fixtures/{name}")
}
