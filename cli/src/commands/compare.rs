//! `comparer`: what changes between two versions of rules, and for whom.

use super::explain_errors;
use crate::arguments::{Compare, Format};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::recueil::Recueil;
use crate::{files, render, terminal};
use analysis::compare::{Scope, Side, compare};
use dsl::recueil::MANIFEST;
use dsl::resolved::tree::{Unit, UnitId};
use dsl::syntax::tree::UnitClauseKind;
use engine::Period;
use source::{FileId, nearest};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Runs the command.
pub fn run(arguments: &Compare, format: Format) -> Result<Exit, Failure> {
    let sides = Sides::load(arguments)?;
    if let Some(broken) = sides.broken() {
        match format {
            Format::Humain | Format::Court => {
                for recueil in broken {
                    explain_errors(recueil, format);
                }
            }
            Format::Json => {
                let first = broken.first().map(|recueil| wire::check(recueil.judged()));
                terminal::answer_json(&first)?;
            }
        }
        return Ok(Exit::Policy);
    }
    let (before, after) = (&sides.before, sides.after());
    let scope = sides.scope()?;
    let mut comparison = compare(side(before), side(after), scope)?;
    if let Some(wanted) = &arguments.unite {
        known(wanted, [before, after])?;
        let named = |unit: &analysis::compare::UnitChanges| {
            unit.before.iter().chain(&unit.after).any(|version| version.unit == *wanted)
        };
        comparison.units.retain(named);
    }
    match format {
        Format::Json => {
            terminal::answer_json(&wire::comparison(
                &comparison,
                (before.judged(), after.judged()),
            ))?;
        }
        Format::Humain | Format::Court => terminal::answer(&render::comparison(&comparison))?,
    }
    Ok(Exit::Yes)
}

fn side(recueil: &Recueil) -> Side<'_> {
    Side { recueil: &recueil.files, compiled: &recueil.compiled, scripts: &recueil.sandbox }
}

/// A unit that one of the two has.
fn known(wanted: &str, recueils: [&Recueil; 2]) -> Result<(), Failure> {
    let names = || recueils.into_iter().flat_map(|one| one.compiled.resolved.by_name.keys());
    if names().any(|name| name == wanted) {
        return Ok(());
    }
    let nearest = nearest(wanted, names().map(String::as_str)).map(str::to_owned);
    Err(Failure::NoSuchUnit { nearest })
}

/// What the two arguments are.
enum Named {
    /// Two directories.
    Recueils(PathBuf, PathBuf),
    /// Two files of rules.
    Files(PathBuf, PathBuf),
    /// Two versions of units.
    Versions(String, String),
}

impl Named {
    fn of(arguments: &Compare) -> Result<Self, Failure> {
        let (before, after) = (&arguments.before, &arguments.after);
        match (Kind::of(before), Kind::of(after)) {
            (Kind::Recueil(a), Kind::Recueil(b)) => Ok(Self::Recueils(a, b)),
            (Kind::File(a), Kind::File(b)) => Ok(Self::Files(a, b)),
            (Kind::Version, Kind::Version) => Ok(Self::Versions(before.clone(), after.clone())),
            (Kind::Missing(path), _) | (_, Kind::Missing(path)) => {
                Err(Failure::Read { path, error: std::io::ErrorKind::NotFound.into() })
            }
            _ => Err(Failure::NotAlike { before: before.clone(), after: after.clone() }),
        }
    }
}

enum Kind {
    Recueil(PathBuf),
    File(PathBuf),
    Version,
    /// What is written as a path and is not there.
    Missing(PathBuf),
}

impl Kind {
    fn of(argument: &str) -> Self {
        let path = Path::new(argument);
        let is_manifest = path.file_name().is_some_and(|name| name == MANIFEST);
        if path.is_dir() || (is_manifest && path.is_file()) {
            let parent = path.parent().filter(|_| !path.is_dir());
            return Self::Recueil(parent.map_or_else(|| path.to_path_buf(), files::in_full));
        }
        if path.is_file() {
            return Self::File(path.to_path_buf());
        }
        let is_path = argument.contains(['/', '\\']) || argument.ends_with(".bareme");
        if is_path { Self::Missing(path.to_path_buf()) } else { Self::Version }
    }
}

/// The recueils of both sides: one, when two of its versions are compared.
struct Sides {
    before: Recueil,
    after: Option<Recueil>,
    versions: Option<(String, String)>,
    /// The units of two files.
    units: Option<(String, String)>,
}

impl Sides {
    fn load(arguments: &Compare) -> Result<Self, Failure> {
        let own = || super::located(arguments.recueil.as_ref());
        match Named::of(arguments)? {
            Named::Recueils(before, after) => {
                apart(&before, &after)?;
                let (before, after) = (files::read_all(&before)?, files::read_all(&after)?);
                Ok(Self::both(&before, &after, None))
            }
            Named::Files(before, after) => {
                apart(&before, &after)?;
                let recueil = files::read_all(&own()?)?;
                let (first, one) = put(&recueil, &before)?;
                let (second, other) = put(&recueil, &after)?;
                Ok(Self::both(&first, &second, Some((one, other))))
            }
            Named::Versions(before, after) => {
                let recueil = Recueil::load(&own()?, None)?;
                let versions = Some((before, after));
                Ok(Self { before: recueil, after: None, versions, units: None })
            }
        }
    }

    /// Compiles both sides, side by side.
    fn both(
        before: &BTreeMap<String, Vec<u8>>,
        after: &BTreeMap<String, Vec<u8>>,
        units: Option<(String, String)>,
    ) -> Self {
        let (before, after) = std::thread::scope(|scope| {
            let other = scope.spawn(|| Recueil::of(after, None));
            let own = Recueil::of(before, None);
            let other = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (own, other)
        });
        Self { before, after: Some(after), versions: None, units }
    }

    fn after(&self) -> &Recueil {
        self.after.as_ref().unwrap_or(&self.before)
    }

    /// The recueils that have errors; absent when none has.
    fn broken(&self) -> Option<Vec<&Recueil>> {
        let both = std::iter::once(&self.before).chain(&self.after);
        let broken: Vec<&Recueil> = both.filter(|recueil| recueil.has_errors()).collect();
        (!broken.is_empty()).then_some(broken)
    }

    fn scope(&self) -> Result<Scope, Failure> {
        if let Some((one, other)) = &self.units {
            let (before, after) = (only(&self.before, one)?, only(self.after(), other)?);
            return Ok(Scope::Versions(before.0, after.0));
        }
        let Some((one, other)) = &self.versions else { return Ok(Scope::Everything) };
        let (before, after) = (version(&self.before, one)?, version(self.after(), other)?);
        if before.0 == after.0 {
            return Err(Failure::SameTwice(one.clone()));
        }
        if before.1.kind != after.1.kind {
            let kinds = [before.1.kind, after.1.kind].map(render::unit_kind).join(", ");
            return Err(Failure::TwoKinds { before: one.clone(), after: other.clone(), kinds });
        }
        Ok(Scope::Versions(before.0, after.0))
    }
}

fn apart(before: &Path, after: &Path) -> Result<(), Failure> {
    let same = match (std::fs::canonicalize(before), std::fs::canonicalize(after)) {
        (Ok(a), Ok(b)) => a == b,
        _ => before == after,
    };
    if same { Err(Failure::SameTwice(before.display().to_string())) } else { Ok(()) }
}

/// Finds `UNITE@VERSION`, or the one version of `UNITE`.
fn version<'r>(recueil: &'r Recueil, written: &str) -> Result<(UnitId, &'r Unit), Failure> {
    let (name, label) = match written.split_once('@') {
        Some((name, label)) => (name.trim(), Some(label.trim())),
        None => (written, None),
    };
    known(name, [recueil, recueil])?;
    let all: Vec<(UnitId, &Unit)> = recueil.compiled.resolved.versions(name).collect();
    let said = all.iter().map(|(_, unit)| format!("« {} »", unit.version));
    let versions = said.collect::<Vec<_>>().join(", ");
    let unit = name.to_owned();
    match (label, all.as_slice()) {
        (None, [only]) => Ok(*only),
        (None, _) => Err(Failure::WhichVersion { unit, versions }),
        (Some(label), all) => {
            let found = all.iter().find(|(_, unit)| unit.version == label).copied();
            let version = label.to_owned();
            found.ok_or(Failure::NoSuchVersion { unit, version, versions })
        }
    }
}

/// Finds the unit of the file at a path.
fn only<'r>(recueil: &'r Recueil, path: &str) -> Result<(UnitId, &'r Unit), Failure> {
    let units = (0..).map(UnitId).zip(&recueil.compiled.resolved.units);
    let file = |id: FileId| recueil.sources().get(id).is_some_and(|file| file.path == path);
    let found = units.map(|(id, unit)| (id, unit.as_ref())).find(|(_, unit)| file(unit.span.file));
    found.ok_or_else(|| Failure::NoUnit { path: PathBuf::from(path) })
}

/// Puts a file of rules in the place of those of a recueil that declare the same unit on the same
/// days. Shape: the files, and where it is among them.
fn put(
    recueil: &BTreeMap<String, Vec<u8>>,
    path: &Path,
) -> Result<(BTreeMap<String, Vec<u8>>, String), Failure> {
    let own = files::read_head(path, u64::MAX)?;
    let unit = header(&own).ok_or_else(|| Failure::NoUnit { path: path.to_path_buf() })?;
    let replaced: Vec<String> = recueil
        .iter()
        .filter(|(name, _)| name.ends_with(".bareme"))
        .filter(|(_, bytes)| header(bytes).is_some_and(|other| other.stands_for(&unit)))
        .map(|(name, _)| name.clone())
        .collect();
    let place = replaced.first().ok_or_else(|| Failure::NoPlace { path: path.to_path_buf() })?;
    let mut files = recueil.clone();
    files.retain(|name, _| !replaced.contains(name));
    files.insert(place.clone(), own);
    Ok((files, place.clone()))
}

/// What a file says it is.
struct Header {
    name: String,
    version: Option<String>,
    period: Period,
}

impl Header {
    fn stands_for(&self, other: &Self) -> bool {
        let same_days = self.period.intersection(other.period).is_some();
        self.name == other.name && (self.version == other.version || same_days)
    }
}

fn header(bytes: &[u8]) -> Option<Header> {
    let unit = dsl::syntax::parse(FileId::default(), &String::from_utf8_lossy(bytes)).value?;
    let mut header = Header { name: unit.name.text, version: None, period: Period::default() };
    for clause in unit.clauses {
        match clause.kind {
            UnitClauseKind::Version(label) => header.version = Some(label),
            UnitClauseKind::InForce(period) => {
                header.period = Period { from: period.from, to: period.to };
            }
            _ => {}
        }
    }
    Some(header)
}
