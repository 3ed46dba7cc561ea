//! `faits-lus`: the facts that each unit reads, by which way, and who sees them.

use super::{located, sound};
use crate::arguments::{Footprint, Format};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{render, terminal};
use source::nearest;

/// Runs the command.
pub fn run(arguments: &Footprint, format: Format) -> Result<Exit, Failure> {
    let directory = located(arguments.recueil.as_ref())?;
    let Some(recueil) = sound(&directory, format)? else { return Ok(Exit::Policy) };
    let mut units = analysis::footprints(&recueil.compiled);
    if let Some(wanted) = &arguments.unite {
        let names = recueil.compiled.resolved.by_name.keys().map(String::as_str);
        if !recueil.compiled.resolved.by_name.contains_key(wanted) {
            let nearest = nearest(wanted, names).map(str::to_owned);
            return Err(Failure::NoSuchUnit { nearest });
        }
        units.retain(|unit| unit.unit.name.text == *wanted);
    }
    match format {
        Format::Json => terminal::answer_json(&wire::footprint(recueil.judged(), &units))?,
        Format::Humain | Format::Court => terminal::answer(&render::footprint(&recueil, &units))?,
    }
    Ok(Exit::Yes)
}
