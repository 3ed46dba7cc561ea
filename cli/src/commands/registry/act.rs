//! `registre effacer`, `cloturer`, `purger`: the end of what is kept of a person.

use super::say;
use crate::arguments::Format;
use crate::arguments::registry::{Close, End, Erase, Place, Purge};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::Opened;
use crate::{date, files, progress, render};
use registry::{Access, Retention, Since, Whose};
use std::path::Path;
use wire::registry::{Done, PurgeAnswer, PurgedRule};

/// The longest file of rules. Unit: bytes.
const MOST_BYTES: u64 = 1024 * 1024;

/// Destroys the values of an application.
pub fn erase(arguments: &Erase, place: &Place, format: Format) -> Result<Exit, Failure> {
    let whose = match (&arguments.candidature, &arguments.sujet) {
        (Some(id), _) => Whose::Application(id.clone()),
        (None, Some(subject)) => Whose::Subject(subject.clone()),
        (None, None) => return Err(registry::RecordError::UnknownApplication.into()),
    };
    let opened = Opened::at(place, Access::Write)?;
    let erased = opened.registry().erase(whose, &arguments.par, &arguments.raison);
    let done = Done::of(&opened.wait(erased)?);
    say(format, &done, render::registry::erased)?;
    Ok(Exit::Yes)
}

/// Says that an application has ended.
pub fn close(arguments: &Close, place: &Place, format: Format) -> Result<Exit, Failure> {
    let why = match arguments.motif {
        End::Radiation => Since::Radiation,
        End::Attribution => Since::Attribution,
    };
    let opened = Opened::at(place, Access::Write)?;
    let whose = Whose::Application(arguments.candidature.clone());
    let closed = opened.registry().close(whose, why, arguments.le, &arguments.par);
    let done = Done::of(&opened.wait(closed)?);
    say(format, &done, render::registry::closed)?;
    Ok(Exit::Yes)
}

/// Runs the retention rules, or says what they would erase.
pub fn purge(arguments: &Purge, place: &Place, format: Format) -> Result<Exit, Failure> {
    let rules = rules(&arguments.regles)?;
    let today = arguments
        .le
        .or_else(date::today)
        .ok_or_else(|| Failure::NoDate { path: arguments.regles.clone() })?;
    let opened = Opened::at(place, Access::Write)?;
    let registry = opened.registry();
    let (due, entry): (Vec<u64>, _) = if arguments.essai {
        let due = opened.wait(registry.due(&rules, today))?;
        (due.iter().map(|subjects| subjects.len() as u64).collect(), None)
    } else {
        let purge = registry.purge(&rules, today, &arguments.par);
        let purged = progress::during("Purge", || opened.wait(purge))?;
        (purged.erased, purged.entry)
    };
    let told = |(rule, due): (&registry::RetentionRule, u64)| PurgedRule {
        regle: format!("{} + {} mois", rule.depuis.word(), rule.mois),
        echues: due,
    };
    let answer = PurgeAnswer {
        date: today.to_string(),
        essai: arguments.essai,
        regles: rules.conservation.iter().zip(due).map(told).collect(),
        entree: entry.map(|entry| entry.index),
    };
    say(format, &answer, render::registry::purged)?;
    Ok(Exit::Yes)
}

/// Reads retention rules.
fn rules(path: &Path) -> Result<Retention, Failure> {
    let other = || Failure::NotThat {
        path: path.to_path_buf(),
        what: "une liste de règles de conservation (« conservation: [{depuis: radiation, mois: 12}] »)",
    };
    let bytes = files::read_at_most(path, MOST_BYTES)?.ok_or_else(other)?;
    let text = String::from_utf8(bytes).map_err(|_| other())?;
    serde_yaml::from_str(&text).map_err(|_| other())
}
