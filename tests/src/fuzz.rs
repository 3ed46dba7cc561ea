//! Fuzz targets: plain functions on bytes, each with all that must be true whatever the bytes.
//!
//! `tests/tests/fuzz.rs` gives each a fixed number of inputs, drawn by [`campaign`] from a seed and
//! from the texts of the repository; the crate of `fuzz/` gives the same functions to cargo-fuzz.
//! What they find becomes a section of the suite.
//!
//! Invariant: a target is a function of its bytes alone, so that an input kept in a file fails again.

pub mod campaign;
mod change;
pub mod corpus;
mod facts;
mod packed;
mod rules;
mod scripts;
mod shrink;
mod text;
mod told;

pub use facts::{dossier, form};
pub use rules::{evaluate, verify};
pub use scripts::script;
pub use text::{format_round_trip, parse};

/// What a target says of an input. Errors: a sentence about what does not hold.
pub type Verdict = Result<Way, String>;

/// How far an input went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// It was refused, with a reason.
    Refused,
    /// It was taken, and all that follows from it was checked.
    Through,
}

/// One of the targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// [`parse`].
    Parse,
    /// [`format_round_trip`].
    Format,
    /// [`verify`].
    Verify,
    /// [`evaluate`].
    Evaluate,
    /// [`dossier`].
    Dossier,
    /// [`form`].
    Form,
    /// [`script`].
    Script,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 7] = [
        Self::Parse,
        Self::Format,
        Self::Verify,
        Self::Evaluate,
        Self::Dossier,
        Self::Form,
        Self::Script,
    ];

    /// Returns its name: that of its test, and of its binary for cargo-fuzz.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parse => "parse",
            Self::Format => "format",
            Self::Verify => "verify",
            Self::Evaluate => "evaluate",
            Self::Dossier => "dossier",
            Self::Form => "form",
            Self::Script => "script",
        }
    }

    /// Gives it an input.
    pub fn judge(self, bytes: &[u8]) -> Verdict {
        match self {
            Self::Parse => parse(bytes),
            Self::Format => format_round_trip(bytes),
            Self::Verify => verify(bytes),
            Self::Evaluate => evaluate(bytes),
            Self::Dossier => dossier(bytes),
            Self::Form => form(bytes),
            Self::Script => script(bytes),
        }
    }
}

/// Gives a target an input, and panics on what does not hold, as cargo-fuzz wants to be told.
pub fn must_hold(target: Target, bytes: &[u8]) {
    let verdict = target.judge(bytes);
    assert!(verdict.is_ok(), "{} : {}", target.name(), verdict.err().unwrap_or_default());
}
