//! Decisions run again: the same rules on the same facts, or other rules on them.
//!
//! A replay reads the recueil from the registry by its hash, the facts from what is sealed, and
//! compares canonical outcomes byte by byte; only what differs is read. Where facts are gone, it says which, and guesses nothing.

use crate::canonical::canonical;
use crate::entry::EngineVersion;
use crate::facts::{FactNames, FactsRead, UnreadableFact};
use crate::ledger::number;
use crate::outcome::{Grid, Line, Outcome, OutcomeOf};
use crate::read::{Opened as Unread, StoredDecision, sealed_in};
use crate::registry::{Registry, RegistryError};
use analysis::Opened;
use engine::{Assessed, Assessment, Candidate, Case, Date, Evaluator, Pool, Program};
use script::Sandbox;
use serde::{Deserialize, Serialize};
use source::Severity;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// A recueil that can be run.
pub struct Rules {
    /// Its hash.
    pub hash: String,
    program: Program,
    sandbox: Sandbox,
    names: FactNames,
}

/// Why a decision is not run again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The registry.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The recueil has errors under this version of the language.
    #[error("le recueil {0} ne se compile pas avec cette version du langage")]
    Rules(String),
    /// The files are not those of the hash.
    #[error("les fichiers gardés du recueil {0} ne sont plus ceux de son empreinte")]
    OtherFiles(String),
    /// A fact that the vocabulary has not.
    #[error(transparent)]
    Fact(#[from] UnreadableFact),
    /// No ranking is in force under these rules.
    #[error("aucun classement en vigueur le {0} dans ce recueil")]
    NoRanking(String),
}

/// What running a decision again gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replay {
    /// The same bytes for every candidate.
    Same,
    /// Something else: what differs first, for each candidate that differs.
    Different {
        /// The differences, in the pool's order.
        differences: Vec<Difference>,
        /// Which engine recorded it, when it is not this one.
        recorded_by: Option<EngineVersion>,
    },
    /// Facts are gone.
    Gone(Vec<Lost>),
}

/// The facts of a candidate that are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The candidate's place in the pool.
    pub place: usize,
    /// The entry that says the erasure.
    pub entry: u64,
    /// The paths of the facts.
    pub facts: Vec<String>,
}

/// What differs first in a candidate's outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The candidate's place in the pool.
    pub place: usize,
    /// Where: `grille/ligne`, or the name of a part of the outcome.
    pub at: String,
    /// What was recorded there.
    pub recorded: String,
    /// What was found.
    pub found: String,
    /// The application, by the identifier of the dossier.
    pub application: String,
    /// Where the candidate stood.
    pub before: Standing,
    /// Where the candidate stands now.
    pub after: Standing,
    /// The lines whose points are not the same.
    pub lines: Vec<LineChange>,
}

/// Where a candidate stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The total, an exact text.
    pub total: String,
    /// The rank.
    pub rank: Option<u32>,
    /// Whether the candidate is proposed.
    pub kept: bool,
}

/// A line whose points are not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineChange {
    /// Which: `grille/ligne`.
    pub at: String,
    /// Its points as they were recorded; none when there was no such line.
    pub before: Option<String>,
    /// Its points now; none when there is no such line.
    pub after: Option<String>,
}

impl Difference {
    /// Tells whether the candidate gains points or loses some; none when a total cannot be read.
    pub fn gain(&self) -> Option<Ordering> {
        Some(number(&self.after.total)?.cmp(&number(&self.before.total)?))
    }
}

impl Standing {
    fn of(outcome: &OutcomeOf<'_>) -> Self {
        Self { total: outcome.total.to_string(), rank: outcome.rank, kept: outcome.kept }
    }
}

impl Rules {
    /// Compiles a recueil from its files. Errors: [`ReplayError::Rules`].
    pub fn compile(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, ReplayError> {
        let Opened { recueil, sandbox, index, diagnostics } = Opened::of(files);
        let compiled = dsl::compile(&recueil, &index);
        let mut errors = diagnostics.iter().chain(&compiled.diagnostics);
        let refused = errors.any(|one| one.severity == Severity::Error);
        match compiled.value {
            Some(compiled) if !refused => {
                let program = compiled.lowered.program;
                let names = FactNames::new(&program.schema);
                Ok(Self { hash: recueil.hash, program, sandbox, names })
            }
            Some(_) | None => Err(ReplayError::Rules(recueil.hash)),
        }
    }

    /// Returns the names of its vocabulary.
    pub fn names(&self) -> &FactNames {
        &self.names
    }

    /// Ranks a pool, without a word. Errors: [`ReplayError::NoRanking`].
    pub fn assessed(&self, pool: &Pool) -> Result<Assessment<'_>, ReplayError> {
        let assessed = Evaluator::new(&self.program, &self.sandbox).assess(pool);
        assessed.ok_or_else(|| ReplayError::NoRanking(pool.date.to_string()))
    }
}

impl Registry {
    /// Compiles a recueil that is kept. Errors: [`ReplayError::OtherFiles`] when its files were
    /// changed since.
    pub async fn rules(&self, hash: &str) -> Result<Rules, ReplayError> {
        let rules = Rules::compile(&self.recueil(hash).await?)?;
        if rules.hash == hash { Ok(rules) } else { Err(ReplayError::OtherFiles(hash.to_owned())) }
    }

    /// Runs a decision again under rules: those that it names, or others.
    pub fn replay(&self, decision: &StoredDecision, with: &Rules) -> Result<Replay, ReplayError> {
        let known = match self.facts_of(decision, &with.names)? {
            Ok(known) => known,
            Err(lost) => return Ok(Replay::Gone(lost)),
        };
        let assessment = with.assessed(&known.pool)?;
        let differences = known.compared(&assessment, &with.names)?;
        if differences.is_empty() {
            return Ok(Replay::Same);
        }
        let by = &decision.said.content.engine;
        let recorded_by = (*by != EngineVersion::current()).then(|| by.clone());
        Ok(Replay::Different { differences, recorded_by })
    }

    /// Rebuilds the pool of a decision, with what was recorded of each candidate; what is gone when
    /// something is.
    pub fn facts_of(
        &self,
        decision: &StoredDecision,
        names: &FactNames,
    ) -> Result<Result<Known, Vec<Lost>>, ReplayError> {
        let said = &decision.said.content;
        let date = Date::parse_iso(&said.date).ok_or(RegistryError::Foreign("une autre date"))?;
        let mut offer = Case::default();
        names.read_into(&said.offer.facts, &mut offer)?;
        let mut known = Known { pool: Pool { date, candidates: Vec::new() }, recorded: Vec::new() };
        let mut gone = Vec::new();
        for place in 0..decision.candidates.len() {
            match self.open_sealed(decision, place)? {
                Unread::Whole(plain, _) => known.add(&plain, offer.clone(), names)?,
                Unread::Erased { entry, facts } => gone.push(Lost { place, entry, facts }),
            }
        }
        Ok(if gone.is_empty() { Ok(known) } else { Err(gone) })
    }
}

/// A pool as it was, with what was recorded of it.
pub struct Known {
    /// The candidates, and the date.
    pub pool: Pool,
    /// The canonical outcomes, in the pool's order.
    recorded: Vec<Box<[u8]>>,
}

/// What is read of what was sealed of a candidate before it is run again: its outcome stays as it stands.
struct Replayable<'t> {
    application: String,
    facts: FactsRead<'t>,
    /// Whether the candidate had applied.
    applies: bool,
    outcome: &'t [u8],
}

impl<'t> Replayable<'t> {
    /// Reads the canonical form, piece by piece. Errors: none for another form.
    fn read(text: &'t [u8]) -> Option<Self> {
        const APPLIES: &[u8] = br#""postule":"#;
        let (application, text) = piece(text.strip_prefix(br#"{"candidature":"#)?)?;
        let (facts, text) = piece(text.strip_prefix(br#","faits":"#)?)?;
        let outcome = text.strip_prefix(br#","resultat":"#)?.strip_suffix(b"}")?;
        // No text of an outcome holds these quotes: within a text they would follow a backslash.
        let at = outcome.windows(APPLIES.len()).rposition(|window| window == APPLIES)?;
        let (applies, _) = piece(outcome.get(at + APPLIES.len()..)?)?;
        Some(Self { application, facts, applies, outcome })
    }
}

/// Reads a value; returns what follows it.
fn piece<'t, T: Deserialize<'t>>(text: &'t [u8]) -> Option<(T, &'t [u8])> {
    let mut values = serde_json::Deserializer::from_slice(text).into_iter::<T>();
    let value = values.next()?.ok()?;
    Some((value, text.get(values.byte_offset()..)?))
}

impl Known {
    /// Adds a candidate from what was sealed of it.
    fn add(&mut self, plain: &[u8], offer: Case, names: &FactNames) -> Result<(), ReplayError> {
        let other_form = RegistryError::Foreign("un scellé d'une autre forme");
        let sealed = Replayable::read(plain).ok_or(other_form)?;
        let mut case = offer;
        names.put_into(&sealed.facts, &mut case)?;
        let (id, applies) = (sealed.application, sealed.applies);
        self.pool.candidates.push(Candidate { id, applies, case });
        self.recorded.push(sealed.outcome.into());
        Ok(())
    }

    /// Puts what was recorded of the candidate at a place beside what an assessment of the pool gives it.
    ///
    /// Errors: [`RegistryError::Unknown`] for a place where nobody is.
    pub fn beside(
        &self,
        assessment: &Assessment<'_>,
        names: &FactNames,
        place: usize,
    ) -> Result<Beside, RegistryError> {
        let absent = || RegistryError::Unknown(format!("candidat {place}"));
        let recorded = &**self.recorded.get(place).ok_or_else(absent)?;
        let found = assessment.candidate(place).ok_or_else(absent)?;
        let found = canonical(&OutcomeOf::of(found, names));
        let same = found == recorded;
        Ok(Beside { recorded: sealed_in(recorded)?, found: sealed_in(&found)?, same })
    }

    /// Compares what an assessment of the pool gives with what was recorded; tells what differs first in
    /// each candidate that differs.
    pub fn compared(
        &self,
        assessment: &Assessment<'_>,
        names: &FactNames,
    ) -> Result<Vec<Difference>, ReplayError> {
        let mut found: Vec<&Assessed<'_>> = assessment.candidates.iter().collect();
        found.sort_by_key(|candidate| candidate.index);
        let mut differences = Vec::new();
        for (place, (recorded, found)) in self.recorded.iter().zip(found).enumerate() {
            let found = OutcomeOf::of(found, names);
            if !is_written(&found, recorded) {
                let recorded: Outcome = sealed_in(recorded)?;
                let application = self.pool.candidates.get(place).map_or("", |one| &one.id);
                differences.extend(difference(place, application, &recorded, &found));
            }
        }
        Ok(differences)
    }
}

/// Tells whether a value is written by these bytes and no others.
fn is_written<T: Serialize>(value: &T, bytes: &[u8]) -> bool {
    let mut expected = Expected(bytes);
    serde_json::to_writer(&mut expected, value).is_ok() && expected.0.is_empty()
}

/// Bytes that are expected to be written, as far as they are not yet.
struct Expected<'b>(&'b [u8]);

impl Write for Expected<'_> {
    /// Errors: other bytes than those that are expected.
    fn write(&mut self, written: &[u8]) -> io::Result<usize> {
        self.0 = self.0.strip_prefix(written).ok_or(io::ErrorKind::InvalidData)?;
        Ok(written.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What was recorded of a candidate, beside what running the decision again gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// What was recorded.
    pub recorded: Outcome,
    /// What is found.
    pub found: Outcome,
    /// Whether they are the same, byte by byte.
    pub same: bool,
}

/// Compares what two rules give the same pool; tells what differs in each candidate that differs.
pub fn moved(
    pool: &Pool,
    (before, its_names): (&Assessment<'_>, &FactNames),
    (after, names): (&Assessment<'_>, &FactNames),
) -> Vec<Difference> {
    let found: BTreeMap<usize, &Assessed<'_>> =
        after.candidates.iter().map(|candidate| (candidate.index, candidate)).collect();
    let mut candidates: Vec<&Assessed<'_>> = before.candidates.iter().collect();
    candidates.sort_by_key(|candidate| candidate.index);
    let differs = |one: &Assessed<'_>| {
        let found = OutcomeOf::of(found.get(&one.index)?, names);
        let id = pool.candidates.get(one.index).map_or("", |candidate| &candidate.id);
        difference(one.index, id, &OutcomeOf::of(one, its_names), &found)
    };
    candidates.into_iter().filter_map(differs).collect()
}

/// Tells what differs first between two outcomes: lines before what follows from them.
fn difference(
    place: usize,
    application: &str,
    before: &OutcomeOf<'_>,
    after: &OutcomeOf<'_>,
) -> Option<Difference> {
    if before == after {
        return None;
    }
    let (recorded, found) = (parts(before), parts(after));
    let said = |parts: &[(String, String)], at: &str| {
        parts.iter().find(|(name, _)| name == at).map_or_else(String::new, |(_, said)| said.clone())
    };
    let at = recorded.iter().chain(&found).map(|(at, _)| at);
    let at = at.clone().find(|at| said(&recorded, at) != said(&found, at))?;
    Some(Difference {
        place,
        at: at.clone(),
        recorded: said(&recorded, at),
        found: said(&found, at),
        application: application.to_owned(),
        before: Standing::of(before),
        after: Standing::of(after),
        lines: line_changes(before, after),
    })
}

/// Lists the lines whose points are not the same, in the order of the record, then what is new.
fn line_changes(before: &OutcomeOf<'_>, after: &OutcomeOf<'_>) -> Vec<LineChange> {
    let (recorded, found) = (points_of(before), points_of(after));
    let of = |points: &[(String, String)], at: &str| {
        points.iter().find(|(name, _)| name == at).map(|(_, points)| points.clone())
    };
    let new = found.iter().filter(|(at, _)| of(&recorded, at).is_none());
    let all = recorded.iter().chain(new).map(|(at, _)| at);
    let change = |at: &String| {
        let (before, after) = (of(&recorded, at), of(&found, at));
        (before != after).then(|| LineChange { at: at.clone(), before, after })
    };
    all.filter_map(change).collect()
}

fn points_of(outcome: &OutcomeOf<'_>) -> Vec<(String, String)> {
    let of_grid = |grid: &Grid<'_>| {
        let named = |line: &Line<'_>| (format!("{}/{}", grid.id, line.id), line.points.to_string());
        grid.lines.iter().map(named).collect::<Vec<_>>()
    };
    outcome.grids.iter().flat_map(of_grid).collect()
}

/// Takes an outcome apart, by what its parts are called.
fn parts(outcome: &OutcomeOf<'_>) -> Vec<(String, String)> {
    let conditions = outcome.eligibilities.iter();
    let mut parts: Vec<(String, String)> =
        conditions.map(|one| (format!("eligibilites/{}", one.id), text(one))).collect();
    for grid in &outcome.grids {
        let lines = grid.lines.iter();
        parts.extend(lines.map(|line| (format!("{}/{}", grid.id, line.id), text(line))));
        parts.push((grid.id.to_string(), text(&Grid { lines: Vec::new(), ..grid.clone() })));
    }
    let rest = OutcomeOf { eligibilities: Vec::new(), grids: Vec::new(), ..outcome.clone() };
    parts.push(("total".to_owned(), outcome.total.to_string()));
    parts.push(("rang".to_owned(), outcome.rank.map_or_else(String::new, |rank| rank.to_string())));
    parts.push(("ensemble".to_owned(), text(&rest)));
    parts
}

fn text<T: serde::Serialize>(part: &T) -> String {
    String::from_utf8(canonical(part)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEALED: &str = r#"{"candidature":"d\"1","faits":{"a.b":{"valeur":"\",\"resultat\":"}},"resultat":{"eligible":"\"postule\":true","grilles":[],"postule":false,"rang":1}}"#;

    #[test]
    fn a_candidate_is_read_before_its_outcome() {
        let read = Replayable::read(SEALED.as_bytes()).unwrap();
        assert_eq!((&*read.application, read.applies), ("d\"1", false));
        let outcome = std::str::from_utf8(read.outcome).unwrap();
        assert!(SEALED.ends_with(&format!(r#","resultat":{outcome}}}"#)), "{outcome}");
        assert!(outcome.starts_with(r#"{"eligible":"#) && outcome.ends_with(r#""rang":1}"#));
    }

    #[test]
    fn what_is_written_is_told_from_what_is_longer_shorter_or_other() {
        let value = BTreeMap::from([("a", vec!["é\n", "b"]), ("c", vec![])]);
        let bytes = canonical(&value);
        assert!(is_written(&value, &bytes));
        assert!(!is_written(&value, &[&bytes[..], b" "].concat()), "longer");
        assert!(!is_written(&value, &bytes[..bytes.len() - 1]), "shorter");
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            assert!(!is_written(&value, &other), "byte {at}");
        }
    }

    #[test]
    fn what_is_not_in_the_canonical_form_is_not_read() {
        for (from, to) in [
            (r#"{"candidature":"#, r#"{ "candidature":"#),
            (r#","faits":"#, r#","autres":"#),
            (r#"{"valeur":"#, r#"{"autre":"#),
            (r#","resultat":{"#, r#","resultats":{"#),
            (r#""postule":false"#, r#""postule":"oui""#),
            (r#","postule":false"#, ""),
            (r#""rang":1}}"#, r#""rang":1"#),
        ] {
            assert!(SEALED.contains(from), "{from}");
            let text = SEALED.replacen(from, to, 1);
            assert!(Replayable::read(text.as_bytes()).is_none(), "{text}");
        }
    }
}
