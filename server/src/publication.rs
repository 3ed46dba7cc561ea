//! What publishing or withdrawing a version changes in the files of a recueil, and who may.
//!
//! A version is written by whoever answers for it: a company for its SIREN, a territory for its communes. One
//! that is or was in force does not change any more, but for the day on which it ends, which may not be past;
//! so what was decided stays decided by what can still be read.

use crate::access::{Communes, Own, hash_of};
use crate::directory::{Changes, is_inside};
use crate::problem::Problem;
use crate::rules::Rules;
use axum::http::HeaderMap;
use axum::http::header::{HeaderName, IF_MATCH, IF_NONE_MATCH};
use dsl::resolved::tree::{Recueil, Unit};
use dsl::syntax::tree::UnitKind;
use engine::{Date, Period};
use source::{SourceFile, Sources};
use std::sync::Arc;

/// A version that is published or withdrawn.
pub struct Change {
    /// The name of its unit.
    pub unit: String,
    /// Its label.
    pub version: String,
    /// The path of its file.
    pub path: String,
    /// Whether there was none of this name.
    pub is_new: bool,
    /// The version that was made to end, and on which day.
    pub ended: Option<(String, Date)>,
    /// The version that holds again in place of one that never will, and its last day if it has one.
    pub reopened: Option<(String, Option<Date>)>,
    /// What is to be written.
    pub files: Changes,
}

/// What a request expects to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Nothing of that name.
    Nothing,
    /// A text of one of these tags.
    Tags(Vec<String>),
    /// It does not say.
    Unsaid,
    /// Whatever is there: nothing is to be changed.
    Anything,
}

impl Expected {
    /// Reads what a request expects.
    pub fn of(headers: &HeaderMap) -> Self {
        let all = |name: HeaderName| -> Vec<String> {
            let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
            values.flat_map(|value| value.split(',')).map(|one| one.trim().to_owned()).collect()
        };
        match (all(IF_MATCH), all(IF_NONE_MATCH)) {
            (tags, _) if !tags.is_empty() => Self::Tags(tags),
            (_, none) if none.iter().any(|one| one == "*") => Self::Nothing,
            _ => Self::Unsaid,
        }
    }

    /// Compares with what there is. Errors: it is not that; it is not said.
    pub fn check(&self, found: Option<&str>) -> Result<(), Problem> {
        match (self, found) {
            (Self::Nothing, None) => Ok(()),
            (Self::Tags(tags), Some(text)) => {
                let tag = tag_of(text);
                let is_it = tags.iter().any(|one| *one == tag || one == "*");
                if is_it { Ok(()) } else { Err(Problem::unexpected()) }
            }
            (Self::Nothing, Some(_)) | (Self::Tags(_), None) => Err(Problem::unexpected()),
            (Self::Anything, _) => Ok(()),
            (Self::Unsaid, _) => Err(Problem::expectation_due()),
        }
    }
}

/// Names the text of a version: what `If-Match` is compared with.
pub fn tag_of(text: &str) -> String {
    let hash: String = hash_of(text).chars().take(32).collect();
    format!("\"{hash}\"")
}

/// A version of a unit, among others.
struct Versions<'r> {
    rules: &'r Rules,
    id: &'r str,
}

impl<'r> Versions<'r> {
    fn resolved(&self) -> &'r Recueil {
        &self.rules.compiled.resolved
    }

    fn all(&self) -> impl Iterator<Item = &'r Unit> {
        self.resolved().versions(self.id).map(|(_, unit)| unit)
    }

    fn find(&self, version: &str) -> Option<&'r Unit> {
        self.all().find(|unit| unit.version == version)
    }

    fn file(&self, unit: &Unit) -> Result<&'r Arc<SourceFile>, Problem> {
        self.rules.recueil.sources.get(unit.span.file).ok_or_else(Problem::broken)
    }

    /// Finds the version that ends on the eve of another because that one was published.
    fn closed_by(&self, unit: &Unit, closed: &[String]) -> Option<&'r Unit> {
        let eve = unit.period.from?.yesterday();
        let is_so = |it: &String| closed.contains(it);
        self.all().find(|before| {
            before.period.to == Some(eve) && is_so(&closing(&(before.version.clone(), eve)))
        })
    }

    /// Returns the day on which the version after one begins.
    fn after(&self, unit: &Unit) -> Option<Date> {
        let begins = self.all().filter_map(|other| other.period.from);
        begins.filter(|begins| Some(*begins) > unit.period.from).min()
    }

    /// Refuses whoever does not answer for each of them, as if there were none.
    fn check_owner(&self, own: &Own) -> Result<(), Problem> {
        let owned = self.all().all(|unit| owns(own, unit, self.resolved()));
        if owned { Ok(()) } else { Err(Problem::unknown("politique")) }
    }

    /// Writes the file of a version with another end, or none.
    fn ending(
        &self,
        unit: &Unit,
        last: Option<Date>,
    ) -> Result<(String, Option<Vec<u8>>), Problem> {
        let file = self.file(unit)?;
        let (start, end) = (unit.period_span.start as usize, unit.period_span.end as usize);
        let parts = (file.text.get(..start), file.text.get(end..));
        let (Some(before), Some(after)) = parts else { return Err(Problem::broken()) };
        let period = Period { to: last, ..unit.period };
        Ok((file.path.clone(), Some(format!("{before}{period}{after}").into_bytes())))
    }
}

/// Tells whether somebody answers for a version of a unit.
pub fn owns(own: &Own, unit: &Unit, recueil: &Recueil) -> bool {
    let closed = recueil.fills_a_closed_frame(unit);
    let fills = unit.kind == UnitKind::Policy && unit.applies.is_some();
    match own {
        Own::All => true,
        Own::Nothing => false,
        Own::Company(siren) => {
            let sirens = &unit.company.sirens;
            let same = |one: &str| one.chars().filter(char::is_ascii_digit).eq(siren.chars());
            fills && closed && !sirens.is_empty() && sirens.iter().all(|one| same(&one.text))
        }
        Own::Territory(communes) => fills && !closed && lies_in(unit, communes),
    }
}

/// Tells whether a policy applies in some communes alone.
fn lies_in(unit: &Unit, communes: &[Communes]) -> bool {
    let Some((included, _, _)) = unit.perimeter.as_deref() else { return false };
    let within = |from: &str, to: &str| communes.iter().any(|own| own.hold(from, to));
    !included.is_empty() && included.iter().all(|range| within(&range.from.text, &range.to.text))
}

/// A version that somebody asks to publish.
pub struct Asked<'a> {
    /// The name of its unit, and its label, as the address says.
    pub named: (&'a str, &'a str),
    /// Its text.
    pub text: &'a str,
    /// Where to write it, when the request says.
    pub path: Option<&'a str>,
    /// What is expected to be there.
    pub expected: &'a Expected,
}

/// Makes what publishing a version changes: its file, and the end of the version that it takes over from.
///
/// Errors: it is not the caller's; it is not what was expected; it is in force, or would begin in the past; it
/// is another than the address says.
pub fn publishing(
    rules: &Rules,
    own: &Own,
    asked: &Asked<'_>,
    today: Date,
) -> Result<Change, Problem> {
    let (id, version) = asked.named;
    let versions = Versions { rules, id };
    versions.check_owner(own)?;
    let there = versions.find(version);
    let text = there.map(|unit| versions.file(unit).map(|file| file.text.as_str()));
    asked.expected.check(text.transpose()?)?;
    if there.is_some_and(|unit| has_begun(unit, today)) {
        return Err(Problem::immutable());
    }
    let written = read(asked.text);
    if let Some(written) = &written {
        check_name(written, asked.named)?;
        let from = written.period.from;
        if from.is_none_or(|from| from < today) {
            let detail =
                format!("une version publiée commence au plus tôt aujourd'hui, le {today}");
            return Err(Problem::bad_day(detail));
        }
    }
    let path = path(&versions, there, written.as_ref(), asked)?;
    let bytes = Some(asked.text.as_bytes().to_vec());
    let mut files = Changes::from([(path.clone(), bytes)]);
    let mut ended = None;
    if let Some(from) = written.and_then(|unit| unit.period.from)
        && let Some(before) = taken_over(&versions, there, version, from)
    {
        let last = from.yesterday();
        files.extend([versions.ending(before, Some(last))?]);
        ended = Some((before.version.clone(), last));
    }
    let (unit, version, is_new) = (id.to_owned(), version.to_owned(), there.is_none());
    Ok(Change { unit, version, path, is_new, ended, reopened: None, files })
}

/// Checks, once the rules are known to be fit to serve, that the version is there as the address names it, and
/// is the caller's.
///
/// Errors: no pattern of the manifest names its file; it is another, or somebody else's.
pub fn check_published(rules: &Rules, own: &Own, change: &Change) -> Result<(), Problem> {
    let resolved = &rules.compiled.resolved;
    let path = |unit: &Unit| rules.recueil.sources.get(unit.span.file).map(|file| &file.path);
    let mut units = resolved.units.iter();
    let Some(unit) = units.find(|unit| path(unit) == Some(&change.path)) else {
        let detail = format!("aucun motif du manifeste ne nomme « {} »", change.path);
        return Err(Problem::unsound(detail));
    };
    check_name(unit, (&change.unit, &change.version))?;
    if owns(own, unit, resolved) {
        return Ok(());
    }
    let detail = "cette version n'est pas celle de votre entreprise ou de votre territoire";
    Err(Problem::unsound(detail))
}

/// Makes what withdrawing a version from a day changes: it ends the day before, or goes if it would not have
/// begun; then the version that `closed`, what its publication brought to an end, names holds again until the next.
///
/// Errors: it is not there, or not the caller's; it is not what was expected; the day is past; it has ended
/// before.
pub fn withdrawing(
    rules: &Rules,
    own: &Own,
    (id, version): (&str, &str),
    expected: &Expected,
    (from, today): (Date, Date),
    closed: &[String],
) -> Result<Change, Problem> {
    let versions = Versions { rules, id };
    versions.check_owner(own)?;
    let unit = versions.find(version).ok_or_else(|| Problem::unknown("politique"))?;
    let file = versions.file(unit)?;
    if *expected != Expected::Unsaid {
        expected.check(Some(&file.text))?;
    }
    if from < today {
        let detail = format!("une version se retire au plus tôt aujourd'hui, le {today}");
        return Err(Problem::bad_day(detail));
    }
    if unit.period.to.is_some_and(|to| to < from) {
        return Err(Problem::bad_day("cette version finit avant ce jour"));
    }
    let never_begins = unit.period.from.is_some_and(|begins| begins >= from);
    let path = file.path.clone();
    let mut reopened = None;
    let mut files = Changes::default();
    if !never_begins {
        files.extend([versions.ending(unit, Some(from.yesterday()))?]);
    } else if has_begun(unit, today) {
        return Err(Problem::bad_day("elle commence aujourd'hui : elle se retire demain"));
    } else {
        files.insert(path.clone(), None);
        if let Some(before) = versions.closed_by(unit, closed) {
            let last = versions.after(unit).map(Date::yesterday);
            files.extend([versions.ending(before, last)?]);
            reopened = Some((before.version.clone(), last));
        }
    }
    let (unit, version) = (id.to_owned(), version.to_owned());
    Ok(Change { unit, version, path, is_new: false, ended: None, reopened, files })
}

/// Says, as the log does, that a version was brought to an end.
pub fn closing((version, last): &(String, Date)) -> String {
    format!("{version} le {last}")
}

/// Tells whether a version is or was in force.
fn has_begun(unit: &Unit, today: Date) -> bool {
    unit.period.from.is_none_or(|from| from <= today)
}

/// Reads a version by itself, as far as it can be.
fn read(text: &str) -> Option<Unit> {
    let mut sources = Sources::default();
    let file = sources.add(SourceFile::new("", text));
    let parsed = dsl::syntax::parse(file, text).value?;
    Some(dsl::resolved::read(parsed, &mut Vec::new()))
}

fn check_name(unit: &Unit, (id, version): (&str, &str)) -> Result<(), Problem> {
    if unit.name.text == id && unit.version == version {
        return Ok(());
    }
    let detail = format!(
        "le texte est celui de « {} », version « {} » : l'adresse en nomme une autre",
        unit.name.text, unit.version
    );
    Err(Problem::unreadable(detail))
}

/// Finds the version that one takes over from: the one before it, when it has no end, or ended where the text
/// that is replaced began.
fn taken_over<'r>(
    versions: &Versions<'r>,
    there: Option<&Unit>,
    version: &str,
    from: Date,
) -> Option<&'r Unit> {
    let others = versions.all().filter(|unit| unit.version != version);
    let before = others.filter(|unit| unit.period.from.is_none_or(|begins| begins < from));
    let last = before.max_by_key(|unit| unit.period.from)?;
    let began = there.and_then(|unit| unit.period.from).map(Date::yesterday);
    let joins = last.period.to.is_none() || last.period.to == began;
    (joins && last.period.to != Some(from.yesterday())).then_some(last)
}

/// Decides where a version is written: where it is; where the request says; beside the others of its unit, or
/// beside those that fill the same frame.
fn path(
    versions: &Versions<'_>,
    there: Option<&Unit>,
    written: Option<&Unit>,
    asked: &Asked<'_>,
) -> Result<String, Problem> {
    if let Some(unit) = there {
        return Ok(versions.file(unit)?.path.clone());
    }
    let (id, version) = asked.named;
    let path = match asked.path {
        Some(path) => path.to_owned(),
        None => {
            let alike = |unit: &&Unit| {
                let frame = |unit: &Unit| unit.applies.as_ref().map(|name| name.text.clone());
                written.is_some_and(|new| new.kind == unit.kind && frame(new) == frame(unit))
            };
            let mut units = versions.resolved().units.iter().map(AsRef::as_ref);
            let near = versions.all().last().or_else(|| units.rfind(alike));
            let near = near.ok_or_else(|| {
                Problem::unreadable("rien n'y ressemble : dites où l'écrire, par « ?fichier= »")
            })?;
            let path = &versions.file(near)?.path;
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let name = format!("{id}_{version}.bareme");
            let name = name.replace(|c: char| !(c.is_alphanumeric() || "._-".contains(c)), "-");
            if folder.is_empty() { name } else { format!("{folder}/{name}") }
        }
    };
    if !is_inside(&path) {
        return Err(Problem::unreadable("un chemin part du manifeste et n'en remonte pas"));
    }
    if versions.rules.files.contains_key(&path) {
        return Err(Problem::unreadable(format!("« {path} » est déjà pris")));
    }
    Ok(path)
}
