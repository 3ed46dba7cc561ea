//! Comparisons as data: two texts of rules and what changed between them.
//!
//! `tests/comparisons/*.bareme` is a list of sections, each opened by
//!
//! ```text
//! === cas "titre" [politique|vocabulaire|cadre|entreprise|territoire|classement]
//! ```
//!
//! then the rules before, `=== puis`, the rules after, `=== attendu` and a line per change. Rules are
//! fragments over the shared texts of the suite, as [`crate::fragments`] reads them. Every example that
//! shows a change is pasted into both: it holds of the first and fails on the second.
//!
//! `COMPARAISONS_ECRITES=1` writes what is found into the files, to be read in the diff.

use crate::fragments::{Header, files_of, is_whole};
use crate::rules::{Rules, root};
use crate::suite::Shared;
use analysis::compare::{
    Change, ChangeKind, Comparison, Presence, Scope, Side, Subject, SubjectKind, Verdict, Wording,
    compare,
};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// One comparison.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its title.
    pub title: String,
    opening: String,
    header: Header,
    before: String,
    after: String,
    /// What is expected, a line per change.
    pub expected: Vec<String>,
}

/// What was found of one comparison.
pub struct Found {
    /// A line per change.
    pub lines: Vec<String>,
    /// What is wrong with the examples that show them.
    pub faults: Vec<String>,
}

/// Lists the files of comparisons. Errors: a directory that cannot be read.
pub fn files() -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/comparisons"))? {
        files.push(entry?.path());
    }
    files.sort();
    Ok(files)
}

/// Cuts a file into its cases. Errors: a sentence about a section.
pub fn cases(text: &str) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for section in text.split("=== cas ").skip(1) {
        let (opening, body) = section.split_once('\n').unwrap_or((section, ""));
        let quoted = opening.strip_prefix('"').and_then(|rest| rest.rsplit_once('"'));
        let Some((title, word)) = quoted else {
            return Err(format!("titre attendu entre guillemets : {opening}"));
        };
        let word = word.trim();
        let header = if word.is_empty() { Some(Header::Policy) } else { Header::from_word(word) };
        let header = header.ok_or_else(|| format!("mot inconnu « {word} »"))?;
        let (rules, expected) = body.split_once("=== attendu\n").unwrap_or((body, ""));
        let Some((before, after)) = rules.split_once("=== puis\n") else {
            return Err(format!("« {title} » n'a pas de « === puis »"));
        };
        let lines = expected.lines().filter(|line| !line.trim().is_empty());
        cases.push(Case {
            title: title.to_owned(),
            opening: opening.to_owned(),
            header,
            before: before.to_owned(),
            after: after.to_owned(),
            expected: lines.map(str::to_owned).collect(),
        });
    }
    Ok(cases)
}

impl Case {
    /// Writes it with what was found.
    pub fn written(&self, found: &[String]) -> String {
        let Self { opening, before, after, .. } = self;
        let found: String = found.iter().map(|line| format!("{line}\n")).collect();
        format!("=== cas {opening}\n{before}=== puis\n{after}=== attendu\n{found}\n")
    }

    /// Compares its two texts. Errors: rules that do not compile.
    pub fn find(&self, shared: &Shared) -> Result<Found, String> {
        let (before, after) = (self.texts(&self.before, shared), self.texts(&self.after, shared));
        let (first, second) = (sound(&before)?, sound(&after)?);
        let comparison = match compare(side(&first), side(&second), Scope::Everything) {
            Ok(comparison) => comparison,
            Err(apart) => {
                return Ok(Found { lines: vec![format!("refusé : {apart}")], faults: Vec::new() });
            }
        };
        let faults = pasted(&comparison, (&first, &before), (&second, &after));
        Ok(Found { lines: lines(&comparison), faults })
    }

    fn texts(&self, text: &str, shared: &Shared) -> BTreeMap<String, Vec<u8>> {
        let mut files: BTreeMap<String, Vec<u8>> = shared.of(self.header).collect();
        for file in files_of(text, "essai.bareme") {
            if file.text.trim().is_empty() {
                continue;
            }
            let is_rules = file.path.ends_with(".bareme");
            let header = if is_whole(&file.text) || !is_rules {
                String::new()
            } else {
                self.header.text("commun")
            };
            files.insert(file.path.clone(), format!("{header}{}", file.text).into_bytes());
        }
        files
    }
}

fn sound(files: &BTreeMap<String, Vec<u8>>) -> Result<Rules, String> {
    let rules = Rules::from_bytes(files.clone());
    let errors = rules.errors();
    if errors.is_empty() { Ok(rules) } else { Err(errors.join(" ; ")) }
}

/// A recueil as one side of a comparison.
pub fn side(rules: &Rules) -> Side<'_> {
    Side { recueil: &rules.recueil, compiled: &rules.compiled, scripts: &rules.sandbox }
}

/// Says a comparison, a line per change.
pub fn lines(comparison: &Comparison) -> Vec<String> {
    let mut lines = Vec::new();
    for unit in &comparison.units {
        match (&unit.before, &unit.after) {
            (Some(_), Some(_)) => lines.extend(unit.changes.iter().map(line)),
            (None, Some(version)) => {
                lines.push(format!("{} {} : ajoutée", version.unit, version.version));
            }
            (Some(version), None) => {
                lines.push(format!("{} {} : supprimée", version.unit, version.version));
            }
            (None, None) => {}
        }
    }
    lines.extend(comparison.scripts.iter().map(|script| {
        let word = match script.kind {
            Presence::Added => "ajouté",
            Presence::Removed => "supprimé",
            Presence::Changed => "changé",
        };
        format!("script {} : {word}", script.path)
    }));
    lines
}

/// Says a change: what it is about, what changes, the verdict, and what it comes from.
fn line(change: &Change) -> String {
    let verdict = change.effect.as_ref().map(|effect| verdict(effect.verdict()));
    let verdict = verdict.map_or_else(String::new, |word| format!(", {word}"));
    let through = if change.through.is_empty() {
        String::new()
    } else {
        format!(", par {}", change.through.join(" et "))
    };
    format!("{} : {}{verdict}{through}", subject(&change.subject), kind(&change.kind))
}

fn subject(subject: &Subject) -> String {
    let word = match subject.kind {
        SubjectKind::Unit => "unité",
        SubjectKind::Criterion => "critère",
        SubjectKind::Family => "famille",
        SubjectKind::Tranche => "tranche",
        SubjectKind::Eligibility => "éligible",
        SubjectKind::Definition => "définition",
        SubjectKind::Parameter => "paramètre",
        SubjectKind::Table => "table",
        SubjectKind::Function => "fonction",
        SubjectKind::Enumeration => "énumération",
        SubjectKind::Field => "champ",
        SubjectKind::Guarantee => "garantie",
    };
    format!("{word} {}", subject.name)
}

fn kind(kind: &ChangeKind) -> String {
    let word = match kind {
        ChangeKind::Added => "ajouté",
        ChangeKind::Removed => "supprimé",
        ChangeKind::Renamed(before) => return format!("s'appelait {before}"),
        ChangeKind::Moved => "déplacé",
        ChangeKind::Reordered => "réordonné",
        ChangeKind::Reworded(Wording::Label) => "libellé",
        ChangeKind::Reworded(Wording::Documentation) => "commentaire",
        ChangeKind::Reworded(Wording::Says) => "dit",
        ChangeKind::Reworded(Wording::ElseSays) => "sinon dit",
        ChangeKind::Reworded(Wording::Sources) => "source",
        ChangeKind::Reworded(Wording::LegalBases) => "fondement",
        ChangeKind::Reworded(Wording::Hypotheses) => "hypothèse",
        ChangeKind::Condition => "condition",
        ChangeKind::Reweighted(from, to) => return format!("de {from} à {to} points"),
        ChangeKind::Points => "points",
        ChangeKind::Proof => "preuve",
        ChangeKind::Period => "période",
        ChangeKind::Retains => "retient",
        ChangeKind::Bounds => "bornes",
        ChangeKind::Scale => "échelle",
        ChangeKind::Perimeter => "périmètre",
        ChangeKind::Sharing => "partage",
        ChangeKind::Validation => "validation",
        ChangeKind::Employers => "employeurs",
        ChangeKind::Grids => "grilles",
        ChangeKind::Order => "ordre",
        ChangeKind::Keeps => "retenus",
        ChangeKind::Value => "calcul",
        ChangeKind::Rows => "lignes",
        ChangeKind::Marks => "déclaration",
        ChangeKind::Script => "script",
        ChangeKind::Clause => "clauses",
    };
    word.to_owned()
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Same => "même effet",
        Verdict::Weakened => "des gains",
        Verdict::Strengthened => "des pertes",
        Verdict::Incomparable => "des gains et des pertes",
        Verdict::AtMostWeakened => "peut-être des gains",
        Verdict::AtMostStrengthened => "peut-être des pertes",
        Verdict::SomeGain => "des gains, peut-être des pertes",
        Verdict::SomeLose => "des pertes, peut-être des gains",
        Verdict::Undecided => "indécis",
    }
}

/// Where a version of a unit is declared.
fn declared(rules: &Rules, (name, version): &(Arc<str>, Arc<str>)) -> source::Span {
    let mut versions = rules.compiled.resolved.versions(name);
    let found = versions.find(|(_, unit)| *unit.version == **version);
    found.map_or_else(source::Span::default, |(_, unit)| unit.span)
}

type Files = BTreeMap<String, Vec<u8>>;

/// Pastes every example into both recueils: it holds of the first, and fails on the second.
pub fn pasted(
    comparison: &Comparison,
    (first, before): (&Rules, &Files),
    (second, after): (&Rules, &Files),
) -> Vec<String> {
    let mut faults = Vec::new();
    for change in comparison.units.iter().flat_map(|unit| &unit.changes) {
        let (Some(own), Some(other)) = (change.before_at, change.after_at) else { continue };
        for witness in change.effect.iter().flat_map(|effect| effect.witnesses()) {
            let Some(example) = &witness.example else { continue };
            let path = |rules: &Rules, span: source::Span| {
                let span = witness.filling.as_ref().map_or(span, |own| declared(rules, own));
                rules.recueil.sources.get(span.file).map_or_else(String::new, |it| it.path.clone())
            };
            let failures = |files: &Files, path: &str| -> Result<Vec<String>, String> {
                let mut files = files.clone();
                if let Some(text) = files.get_mut(path) {
                    text.extend(format!("\n{example}").as_bytes());
                }
                let rules = sound(&files)?;
                let reports = analysis::run_examples(&rules.compiled, &rules.sandbox);
                let mut failed = reports.into_iter().flat_map(|report| report.failures);
                Ok(failed.by_ref().map(|one| one.message).collect())
            };
            match failures(before, &path(first, own)) {
                Ok(failed) if failed.is_empty() => {}
                Ok(failed) => faults.push(format!("échoue avant : {failed:?}\n{example}")),
                Err(said) => faults.push(format!("ne compile pas avant : {said}\n{example}")),
            }
            match failures(after, &path(second, other)) {
                Ok(failed) if failed.is_empty() => faults.push(format!("tient après\n{example}")),
                Ok(_) => {}
                Err(said) => faults.push(format!("ne compile pas après : {said}\n{example}")),
            }
        }
    }
    faults
}
