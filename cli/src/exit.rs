//! How the command ends.

use std::process::ExitCode;

/// The outcome of a command, as scripts read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// All is well.
    Yes,
    /// Something outside the rules failed: a file, the disk.
    Failure,
    /// The command line is wrong.
    Usage,
    /// The recueil has errors.
    Policy,
    /// Examples fail or cover too little, or files are not in the style.
    Tests,
    /// The dossier or the form has errors.
    Dossier,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Yes => 0,
            Exit::Failure => 1,
            Exit::Usage => 2,
            Exit::Policy => 3,
            Exit::Tests => 4,
            Exit::Dossier => 5,
        })
    }
}
