//! `registre exporter`, `registre importer`: a whole registry, from one store to another.

use super::say;
use crate::arguments::Format;
use crate::arguments::registry::{Export, Import, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::Opened;
use crate::{files, progress, render};
use registry::Access;
use std::io::{BufReader, BufWriter};
use wire::registry::Carried;

/// Writes the whole registry; on standard output, the export is the answer.
pub fn export(arguments: &Export, place: &Place, format: Format) -> Result<Exit, Failure> {
    let opened = Opened::at(place, Access::Look)?;
    let registry = opened.registry();
    let Some(path) = &arguments.sortie else {
        opened.wait(registry.export(&mut BufWriter::new(std::io::stdout())))?;
        return Ok(Exit::Yes);
    };
    let file = files::open_private(path)?;
    let mut to = BufWriter::new(file);
    let lines = progress::during("Export", || opened.wait(registry.export(&mut to)))?;
    to.get_ref().sync_all()?;
    let entries = opened.wait(registry.size())?;
    let carried = Carried { entrees: entries, decisions: None, lignes: Some(lines) };
    say(format, &carried, render::registry::carried)?;
    Ok(Exit::Yes)
}

/// Reads a whole registry into an empty one of the same keys.
pub fn import(arguments: &Import, place: &Place, format: Format) -> Result<Exit, Failure> {
    let file = std::fs::File::open(&arguments.file)
        .map_err(|error| Failure::Read { path: arguments.file.clone(), error })?;
    let opened = Opened::at(place, Access::Create)?;
    let mut from = BufReader::new(file);
    let report = progress::during("Import", || opened.wait(opened.registry().import(&mut from)))?;
    let (entries, decisions) = (report.entries, Some(report.decisions));
    let carried = Carried { entrees: entries, decisions, lignes: None };
    say(format, &carried, render::registry::carried)?;
    Ok(Exit::Yes)
}
