//! The auditor's pages: decisions found, one decision with its proofs and its replay, one candidate of it.
//!
//! A check is green only as [`Check::Verified`], which whoever fills the page gives to what it has just checked.
//! States are told by words first; colours and signs follow.

use super::Visitor;
use crate::html::rendered;
use askama::Template;

/// What became of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// It was made for this page, and it holds.
    Verified,
    /// There is nothing left to check: values were erased, as the log says.
    Erased,
    /// It cannot be made yet.
    Waiting,
    /// It does not hold.
    Broken,
}

impl Check {
    /// Says it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verified => "vérifié",
            Self::Erased => "effacé",
            Self::Waiting => "pas encore",
            Self::Broken => "rompu",
        }
    }

    /// Names how it is drawn.
    fn class(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Erased => "erased",
            Self::Waiting => "waiting",
            Self::Broken => "broken",
        }
    }

    /// Says what becomes of the whole when the worst of its checks is this one.
    fn verdict(self) -> &'static str {
        match self {
            Self::Verified => {
                "Tout ce qui suit vient d'être vérifié, jusqu'à un point de contrôle signé."
            }
            Self::Erased => {
                "Ce qui reste vient d'être vérifié ; des valeurs ont été effacées, et ne se vérifient plus."
            }
            Self::Waiting => {
                "Rien n'est rompu, mais tout n'est pas encore couvert par une signature."
            }
            Self::Broken => {
                "Une preuve est rompue : ce qui suit n'est pas ce qui a été enregistré."
            }
        }
    }
}

/// One link of the chain from values to a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What is bound.
    pub what: &'static str,
    /// What became of its check.
    pub check: Check,
    /// What was compared, or what is wrong.
    pub says: String,
}

/// What a filter's field is called and holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the address.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What kind of input it is: `date` or `text`.
    pub kind: &'static str,
    /// What it holds.
    pub value: String,
}

/// A decision in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its identifier.
    pub id: String,
    /// Its place in the log.
    pub index: u64,
    /// When it was recorded.
    pub instant: String,
    /// The day of evaluation.
    pub date: String,
    /// What for.
    pub purpose: String,
    /// The identifier of its offer.
    pub offer: String,
    /// Who asked.
    pub by: String,
    /// How many candidates it has.
    pub candidates: u64,
}

/// The page that finds decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// Who looks.
    pub visitor: Visitor,
    /// What is asked.
    pub fields: Vec<Field>,
    /// What is wrong in it.
    pub refused: Option<String>,
    /// What was found.
    pub found: Vec<Listed>,
    /// The address of the next page.
    pub next: Option<String>,
    /// Whether this is the first page.
    pub is_first: bool,
}

/// A thing and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The thing.
    pub name: &'static str,
    /// What it is.
    pub value: String,
    /// Where more of it is.
    pub address: Option<String>,
}

/// A fact as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactRow {
    /// Its label.
    pub label: String,
    /// Its path.
    pub path: String,
    /// Its value, or why it has none.
    pub value: String,
    /// How well it is established.
    pub proof: String,
    /// When it was established.
    pub date: String,
    /// Where it comes from.
    pub source: String,
}

/// Whether running a decision again gives what was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Replayed {
    /// Byte by byte, for so many candidates.
    Same(usize),
    /// Not for these places.
    Different(Vec<usize>),
    /// It cannot be run again.
    Not(String),
}

/// A candidate in the list of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateRow {
    /// Its place, from 0.
    pub place: usize,
    /// Its identifier; absent once erased, or when it cannot be read.
    pub id: Option<String>,
    /// Its rank.
    pub rank: String,
    /// Its total.
    pub total: String,
    /// Whether it is proposed.
    pub kept: bool,
    /// What became of the check of its values.
    pub check: Check,
}

/// The page of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Who looks.
    pub visitor: Visitor,
    /// Its identifier.
    pub id: String,
    /// The day of evaluation, in words.
    pub day: String,
    /// What it says.
    pub said: Vec<Pair>,
    /// Its proofs.
    pub proofs: Vec<Proof>,
    /// Its replay.
    pub replayed: Replayed,
    /// Its candidates that are on this page.
    pub candidates: Vec<CandidateRow>,
    /// How many candidates it has.
    pub count: usize,
    /// The addresses of the pages of candidates before and after.
    pub before: Option<String>,
    /// See `before`.
    pub after: Option<String>,
    /// The facts of the offer.
    pub offer: Vec<FactRow>,
    /// The bytes that the log's leaf is made of.
    pub entry: String,
    /// The hash of the leaf, and its way to the root.
    pub path: Vec<String>,
    /// The signed checkpoint.
    pub checkpoint: Option<String>,
    /// Whether the whole case file is short enough to be taken away at once.
    pub is_taken_whole: bool,
}

impl Decision {
    /// Returns the worst check.
    fn worst(&self) -> Check {
        worst(&self.proofs)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a template lends what it gives")]
    fn differs(&self, place: &usize) -> bool {
        match &self.replayed {
            Replayed::Same(_) | Replayed::Not(_) => false,
            Replayed::Different(places) => places.contains(place),
        }
    }
}

/// What is said of a line on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Its points, or its value.
    pub value: String,
    /// The most that it could be.
    pub most: String,
    /// Its state, in words.
    pub state: String,
    /// Why, in words.
    pub why: String,
}

/// A line as it was recorded, beside what it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its label.
    pub label: String,
    /// Its name in the record.
    pub id: String,
    /// As it was recorded; absent when it was not.
    pub recorded: Option<Side>,
    /// As it is found; absent when it is not.
    pub found: Option<Side>,
    /// Whether both are the same.
    pub same: bool,
}

/// Lines that go together: conditions, a grid, what follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Its title.
    pub title: String,
    /// The rules that gave them, as they were.
    pub rules: Option<(String, String)>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// What can be read of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Readable {
    /// Its facts and its lines.
    Whole {
        /// The facts.
        facts: Vec<FactRow>,
        /// The lines, with what is found when it was run again.
        lines: Vec<Lines>,
    },
    /// Nothing any more: the entry of the log that says its erasure, the facts that are gone.
    Erased {
        /// The place of the entry.
        entry: u64,
        /// The paths of the facts.
        facts: Vec<String>,
    },
    /// What is sealed does not open.
    Unreadable,
}

/// The page of a candidate of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who looks.
    pub visitor: Visitor,
    /// The decision.
    pub decision: String,
    /// The day of evaluation, in words.
    pub day: String,
    /// Its place, from 0.
    pub place: usize,
    /// How many candidates there are.
    pub count: usize,
    /// Its identifier, when it can be read.
    pub id: Option<String>,
    /// What its record says, which is never erased.
    pub said: Vec<Pair>,
    /// Its proofs.
    pub proofs: Vec<Proof>,
    /// Whether it was run again, and what differs.
    pub replayed: Replayed,
    /// What can be read.
    pub readable: Readable,
}

impl Candidate {
    fn worst(&self) -> Check {
        worst(&self.proofs)
    }

    fn is_compared(&self) -> bool {
        match &self.replayed {
            Replayed::Same(_) | Replayed::Different(_) => true,
            Replayed::Not(_) => false,
        }
    }
}

fn worst(proofs: &[Proof]) -> Check {
    proofs.iter().map(|proof| proof.check).max().unwrap_or(Check::Broken)
}

#[derive(Template)]
#[template(path = "people/audit/search.html")]
struct SearchView<'p> {
    visitor: &'p Visitor,
    page: &'p Search,
}

#[derive(Template)]
#[template(path = "people/audit/decision.html")]
struct DecisionView<'p> {
    visitor: &'p Visitor,
    page: &'p Decision,
}

#[derive(Template)]
#[template(path = "people/audit/candidate.html")]
struct CandidateView<'p> {
    visitor: &'p Visitor,
    page: &'p Candidate,
}

#[derive(Template)]
#[template(path = "people/audit/proofs.html")]
struct ProofsView<'p> {
    proofs: &'p [Proof],
    worst: Check,
}

impl<'p> ProofsView<'p> {
    fn of(proofs: &'p [Proof], worst: Check) -> Self {
        Self { proofs, worst }
    }
}

#[derive(Template)]
#[template(path = "people/audit/facts.html")]
struct FactsView<'p> {
    caption: &'p str,
    facts: &'p [FactRow],
}

impl<'p> FactsView<'p> {
    fn of(caption: &'p str, facts: &'p [FactRow]) -> Self {
        Self { caption, facts }
    }
}

#[derive(Template)]
#[template(path = "people/audit/side.html")]
struct SideView<'p> {
    side: &'p Side,
}

impl<'p> SideView<'p> {
    fn of(side: &'p Side) -> Self {
        Self { side }
    }
}

/// Makes the page that finds decisions.
pub fn search(page: &Search) -> String {
    rendered(&SearchView { visitor: &page.visitor, page })
}

/// Makes the page of a decision.
pub fn decision(page: &Decision) -> String {
    rendered(&DecisionView { visitor: &page.visitor, page })
}

/// Makes the page of a candidate.
pub fn candidate(page: &Candidate) -> String {
    rendered(&CandidateView { visitor: &page.visitor, page })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_is_worth_its_worst_check_and_nothing_is_worth_nothing() {
        let of = |checks: &[Check]| {
            let proof = |check: &Check| Proof { what: "", check: *check, says: String::new() };
            worst(&checks.iter().map(proof).collect::<Vec<_>>())
        };
        let all = [Check::Verified, Check::Erased, Check::Waiting, Check::Broken];
        for (at, worse) in all.iter().enumerate() {
            for better in &all[..=at] {
                assert_eq!(of(&[*better, *worse]), *worse);
                assert_eq!(of(&[*worse, *better]), *worse);
            }
        }
        assert_eq!(of(&[]), Check::Broken);
    }
}
