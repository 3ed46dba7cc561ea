//! A fixed number of inputs for each fuzz target, always the same. `FUZZ_INPUTS`, `FUZZ_SEED` and
//! `FUZZ_FILE` ask for others; `-- --nocapture` shows how each target fared.

use std::io::Result;
use tests::fuzz::Target;
use tests::fuzz::campaign::Campaign;

/// Gives a target its inputs: none fails, and both ways are taken.
fn holds(target: Target, inputs: u64) -> Result<()> {
    let campaign = Campaign::asked(target, inputs);
    let tally = campaign.run()?;
    let (slowest, which) = tally.slowest;
    println!(
        "{} : {} entrées de bout en bout, {} refusées, la plus longue ({which}) {slowest:?}",
        target.name(),
        tally.through,
        tally.refused
    );
    assert!(tally.failures.is_empty(), "\n{}", tally.failures.join("\n"));
    assert!(campaign.inputs < 100 || tally.through > 0 && tally.refused > 0, "one way only");
    Ok(())
}

#[test]
fn parse() -> Result<()> {
    holds(Target::Parse, 300)
}

#[test]
fn format() -> Result<()> {
    holds(Target::Format, 200)
}

#[test]
fn verify() -> Result<()> {
    holds(Target::Verify, 150)
}

#[test]
fn evaluate() -> Result<()> {
    holds(Target::Evaluate, 150)
}

#[test]
fn dossier() -> Result<()> {
    holds(Target::Dossier, 200)
}

#[test]
fn form() -> Result<()> {
    holds(Target::Form, 200)
}

#[test]
fn script() -> Result<()> {
    holds(Target::Script, 200)
}
