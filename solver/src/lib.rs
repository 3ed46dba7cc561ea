//! The Z3 program, started for each question and fed through its standard input.
//!
//! This room knows where the program is and how it ends, never what a question means. Questions carry
//! their own limit, in steps of Z3: the same one ends the same way on every machine.

use analysis::{Solver, SolverFailure};
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The variable that names the program, when it is not where programs are.
pub const VARIABLE: &str = "BAREME_Z3";

/// How long the program takes at most for one question. Unit: seconds.
const SECONDS: u32 = 20;

/// A Z3 program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Z3 {
    program: PathBuf,
    seconds: u32,
}

impl Z3 {
    /// Takes the program of a path.
    pub fn at(program: impl Into<PathBuf>) -> Self {
        Self { program: program.into(), seconds: SECONDS }
    }

    /// Gives it another limit of time. Unit: seconds.
    #[must_use]
    pub fn within(self, seconds: u32) -> Self {
        Self { seconds, ..self }
    }

    /// Finds the program: the one that `BAREME_Z3` names, else the one among the directories of
    /// `PATH`; absent when there is none.
    pub fn find() -> Option<Self> {
        let named = std::env::var_os(VARIABLE).filter(|path| !path.is_empty());
        Self::among(named, std::env::var_os("PATH").as_ref())
    }

    fn among(named: Option<OsString>, path: Option<&OsString>) -> Option<Self> {
        let named = named.map(PathBuf::from);
        let directories = path.into_iter().flat_map(std::env::split_paths);
        let program = named.or_else(|| {
            let mut programs = directories.map(|directory| directory.join("z3"));
            programs.find(|program| program.is_file())
        });
        program.map(Self::at)
    }

    /// Where it is.
    pub fn program(&self) -> &Path {
        &self.program
    }

    fn failed(&self, why: &str) -> SolverFailure {
        SolverFailure(format!("Z3 (« {} ») {why}", self.program.display()))
    }

    fn start(&self) -> Result<Child, SolverFailure> {
        let mut command = Command::new(&self.program);
        command.args(["-in", "-smt2"]).arg(format!("-T:{}", self.seconds));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        command.spawn().map_err(|_| self.failed("ne démarre pas"))
    }
}

impl Solver for Z3 {
    fn name(&self) -> &'static str {
        "Z3"
    }

    fn answer(&self, question: &str) -> Result<String, SolverFailure> {
        let mut child = self.start()?;
        // Dropped at the end of the statement: the program sees that the question is over.
        let asked = child.stdin.take().map(|mut input| input.write_all(question.as_bytes()));
        let output = child.wait_with_output().map_err(|_| self.failed("ne finit pas"))?;
        if !matches!(asked, Some(Ok(()))) {
            return Err(self.failed("ne lit pas la question"));
        }
        String::from_utf8(output.stdout).map_err(|_| self.failed("ne répond pas par un texte"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_that_is_named_comes_before_those_of_the_path() {
        let path = OsString::from("/nowhere");
        assert_eq!(Z3::among(None, Some(&path)), None);
        assert_eq!(Z3::among(None, None), None);
        let named = Z3::among(Some("/opt/z3".into()), Some(&path));
        assert_eq!(named.as_ref().map(Z3::program), Some(Path::new("/opt/z3")));
    }

    #[test]
    fn a_program_that_does_not_start_is_said_so() {
        let said =
            Z3::at("/nowhere/z3").answer("(check-sat)").map_err(|failure| failure.to_string());
        assert_eq!(said, Err("Z3 (« /nowhere/z3 ») ne démarre pas".to_owned()));
    }
}
