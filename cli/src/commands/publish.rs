//! `publier`: rules in words, as pages and as JSON, with the text beside.

use super::{located, sound};
use crate::arguments::{Format, Publish};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::recueil::Recueil;
use crate::{folder, render, terminal};
use pages::publication::Sheet;
use pages::{Publication, html};
use source::nearest;
use std::collections::BTreeMap;
use std::path::Path;

/// Where pages go when nothing else is said.
const FOLDER: &str = "publication";

/// Runs the command.
pub fn run(arguments: &Publish, format: Format) -> Result<Exit, Failure> {
    let directory = located(arguments.recueil.as_ref())?;
    let Some(recueil) = sound(&directory, format)? else { return Ok(Exit::Policy) };
    let publication = asked(&recueil, &arguments.units)?;
    let named = arguments.sortie.as_deref();
    let folder = match format {
        Format::Json => named,
        Format::Humain | Format::Court => named.or(Some(Path::new(FOLDER))),
    };
    if let Some(folder) = folder {
        folder::write(folder, &files(&publication)?)?;
    }
    match (format, folder) {
        (Format::Json, _) => terminal::answer_json(&publication)?,
        (Format::Humain | Format::Court, folder) => {
            terminal::answer(&render::publication(folder.unwrap_or(Path::new(".")), &publication))?;
        }
    }
    Ok(Exit::Yes)
}

/// Makes the publication of the units asked for; of all when none is.
fn asked(recueil: &Recueil, units: &[String]) -> Result<Publication, Failure> {
    let publication = pages::publication(&recueil.files, &recueil.compiled);
    if units.is_empty() {
        return Ok(publication);
    }
    let wanted: Vec<(&str, Option<&str>)> = units.iter().map(|unit| parted(unit)).collect();
    for (unit, version) in &wanted {
        known(recueil, &publication, unit, *version)?;
    }
    let is_wanted = |sheet: &Sheet| {
        wanted.iter().any(|(unit, version)| {
            sheet.unit == *unit && version.is_none_or(|version| sheet.version == version)
        })
    };
    Ok(publication.keeping(is_wanted))
}

/// Parts `UNITE@VERSION`.
fn parted(unit: &str) -> (&str, Option<&str>) {
    unit.split_once('@').map_or((unit, None), |(unit, version)| (unit, Some(version)))
}

fn known(
    recueil: &Recueil,
    publication: &Publication,
    unit: &str,
    version: Option<&str>,
) -> Result<(), Failure> {
    let names = &recueil.compiled.resolved.by_name;
    if !names.contains_key(unit) {
        let nearest = nearest(unit, names.keys().map(String::as_str)).map(str::to_owned);
        return Err(Failure::NoSuchUnit { nearest });
    }
    let sheets = publication.sheets.iter().filter(|sheet| sheet.unit == unit);
    let versions: Vec<&str> = sheets.map(|sheet| sheet.version.as_str()).collect();
    if versions.is_empty() {
        return Err(Failure::NoPageOfItsOwn { unit: unit.to_owned() });
    }
    match version {
        Some(wanted) if !versions.contains(&wanted) => Err(Failure::NoSuchVersion {
            unit: unit.to_owned(),
            version: wanted.to_owned(),
            versions: versions.iter().map(|it| format!("« {it} »")).collect::<Vec<_>>().join(", "),
        }),
        Some(_) | None => Ok(()),
    }
}

/// Lists the files of a publication by name.
fn files(publication: &Publication) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut files = BTreeMap::new();
    files.insert("index.html".to_owned(), html::index(publication).into_bytes());
    files.insert(folder::MARK.to_owned(), serde_json::to_vec_pretty(publication)?);
    for sheet in &publication.sheets {
        let name = |extension: &str| format!("{}.{extension}", sheet.address);
        files.insert(name("html"), html::sheet(publication, sheet).into_bytes());
        files.insert(name("json"), serde_json::to_vec_pretty(sheet)?);
        files.insert(name("bareme"), sheet.text.clone().into_bytes());
    }
    Ok(files)
}
