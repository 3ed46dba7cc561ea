//! A whole recueil: verified, and evaluated on facts that its bytes draw.

use super::packed::unpack;
use super::{Verdict, Way, campaign, told};
use crate::differential::{self, Tally};
use crate::generate::{Choices, days, pool};
use crate::rules::Rules;
use crate::{describe, examples, pasted};
use engine::Date;
use source::Severity;

/// Pools that each recueil is given.
const POOLS: usize = 2;

/// A recueil is verified with every rule of the linter. What is told of it holds, and each example
/// that shows a fault compiles where it is pasted, and fails alone.
pub fn verify(bytes: &[u8]) -> Verdict {
    let files = unpack(bytes);
    let rules = Rules::from_bytes(files.clone());
    let codes: Vec<&str> = source::all_codes().iter().map(|info| info.code.0).collect();
    let found = rules.verified_watching(&codes);
    told::check(&found, &rules.recueil.sources)?;
    if found.iter().any(|one| one.severity == Severity::Error) {
        return Ok(Way::Refused);
    }
    let faults = pasted::faults(&files, &rules, &found);
    faults.first().map_or(Ok(Way::Through), |fault| Err(fault.clone()))
}

/// A recueil that compiles is evaluated: its examples, then every grid and ranking in force on facts
/// drawn from its bytes. The engine and the reference agree, lines add up, ranges hold.
pub fn evaluate(bytes: &[u8]) -> Verdict {
    let rules = Rules::from_bytes(unpack(bytes));
    if !rules.errors().is_empty() {
        return Ok(Way::Refused);
    }
    let apart = examples::disagreements(&rules);
    if let Some(said) = apart.first() {
        return Err(said.clone());
    }
    let stream = campaign::stream(bytes);
    let mut c = Choices::new(&stream);
    for _ in 0..POOLS {
        let day = c.pick(days()).and_then(|day| Date::parse_iso(day)).ok_or("aucun jour")?;
        let schema = &rules.compiled.typed.schema;
        let pool = pool(&mut c, schema, day);
        differential::grids_agree(&rules, &pool)
            .and_then(|()| match rules.rank(&pool) {
                Some(_) => differential::one(&rules, &pool, &mut c, &mut Tally::default()),
                None => Ok(()),
            })
            .map_err(|said| format!("{said}\n{}", describe::pool(&pool, schema)))?;
    }
    Ok(Way::Through)
}
