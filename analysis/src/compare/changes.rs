//! What two versions of a unit declare, pair by pair, to what changed.

use super::effects::Whose;
use super::joint::Joint;
use super::lines::{Pair, Placed};
use super::pairing;
use super::parts;
use super::rules::Which;
use super::segments::{LineAt, Place, Segment};
use super::through::{Source, through, totals};
use super::tree::{Answer, Change, ChangeKind, Effect, Subject, SubjectKind, Wording};
use super::written::{Topic, Written};
use engine::{Exact, GridVersion};

/// Two versions of a unit, with what is run of them.
pub(super) struct Versions<'s> {
    pub(super) joint: &'s Joint<'s>,
    pub(super) segments: &'s [Segment<'s>],
    /// The fillings of a frame.
    pub(super) fillings: &'s [Segment<'s>],
    /// What changed anywhere that rules may read.
    pub(super) sources: &'s [Source],
    /// What else may have changed them: the frame that is filled.
    pub(super) around: Option<String>,
}

impl Versions<'_> {
    /// Lists the changes of what the unit declares.
    pub(super) fn declared(&self, before: &[Written], after: &[Written]) -> Vec<Change> {
        let pairs = pairing::pairs(before, after);
        let mut changes = Vec::new();
        for (one, other) in &pairs {
            match (one, other) {
                (Some(one), Some(other)) => self.pair(one, other, &mut changes),
                (one, other) => changes.extend(self.alone(*one, *other)),
            }
        }
        changes.extend(parts::reordered(self, &pairs));
        changes
    }

    /// Something that one side only has.
    fn alone(&self, before: Option<&Written>, after: Option<&Written>) -> Option<Change> {
        let own = after.or(before)?;
        // What fills a tranche is told criterion by criterion.
        if own.subject.kind == SubjectKind::Tranche && own.rules().is_empty() {
            return None;
        }
        let kind = if after.is_some() { ChangeKind::Added } else { ChangeKind::Removed };
        let effect = match own.subject.kind {
            SubjectKind::Criterion | SubjectKind::Eligibility => {
                self.over(before, after, |pair, segment| {
                    Some(pair.presence(&segment.stage(self.joint)))
                })
            }
            SubjectKind::Unit
            | SubjectKind::Family
            | SubjectKind::Tranche
            | SubjectKind::Definition
            | SubjectKind::Parameter
            | SubjectKind::Table
            | SubjectKind::Function
            | SubjectKind::Enumeration
            | SubjectKind::Field
            | SubjectKind::Guarantee => None,
        };
        let lines = |one: Option<&Written>| one.map_or_else(Vec::new, Written::rules);
        let told = change(own.subject.clone(), kind, (before, after));
        Some(Change { before: lines(before), after: lines(after), effect, ..told })
    }

    fn pair(&self, before: &Written, after: &Written, changes: &mut Vec<Change>) {
        let sides = (Some(before), Some(after));
        if before.subject.name != after.subject.name {
            let kind = ChangeKind::Renamed(before.subject.name.clone());
            changes.push(change(after.subject.clone(), kind, sides));
        }
        if before.subject.within != after.subject.within {
            let mut moved = change(after.subject.clone(), ChangeKind::Moved, sides);
            moved.before = before.subject.within.iter().cloned().collect();
            moved.after = after.subject.within.iter().cloned().collect();
            moved.effect = parts::moved(self, before, after);
            changes.push(moved);
        }
        match after.subject.kind {
            SubjectKind::Criterion | SubjectKind::Eligibility => {
                self.criterion(before, after, changes);
            }
            SubjectKind::Tranche | SubjectKind::Family => {
                parts::compare(self, before, after, changes);
            }
            SubjectKind::Unit
            | SubjectKind::Definition
            | SubjectKind::Parameter
            | SubjectKind::Table
            | SubjectKind::Function
            | SubjectKind::Enumeration
            | SubjectKind::Field
            | SubjectKind::Guarantee => {
                for topic in RULES {
                    changes.extend(textual(before, after, &[*topic]));
                }
            }
        }
        for wording in WORDINGS {
            changes.extend(textual(before, after, &[Topic::Wording(*wording)]));
        }
    }

    fn criterion(&self, before: &Written, after: &Written, changes: &mut Vec<Change>) {
        let both = (Some(before), Some(after));
        let over = |what: &dyn Fn(Pair<'_>, &Segment<'_>) -> Option<Effect>| {
            self.over(both.0, both.1, what)
        };
        let condition = over(&|pair, segment| pair.condition(&segment.stage(self.joint)));
        let points = over(&|pair, segment| pair.points(&segment.stage(self.joint)));
        let proof = over(&|pair, segment| pair.proof(&segment.stage(self.joint)));
        let period = over(&|pair, segment| pair.period(&segment.stage(self.joint)));
        let of_points = &[Topic::Locals, Topic::Points][..];
        let of_condition = &[Topic::Locals, Topic::Condition][..];
        // Steps named by `avec` are told with what they change.
        let same = |topic: Topic| before.of(topic) == after.of(topic);
        let only_points = condition.is_none()
            && same(Topic::Condition)
            && (points.is_some() || !same(Topic::Points));
        let topics = if only_points { &[Topic::Condition][..] } else { of_condition };
        self.told(before, after, topics, condition, changes);
        let topics = if only_points { of_points } else { &[Topic::Points][..] };
        let start = changes.len();
        self.told(before, after, topics, points, changes);
        for told in changes.iter_mut().skip(start) {
            self.reweigh(before, after, told);
        }
        self.told(before, after, &[Topic::Proof], proof, changes);
        self.told(before, after, &[Topic::Period], period, changes);
    }

    /// Adds a change of some topics when they are written otherwise, or when it does something.
    fn told(
        &self,
        before: &Written,
        after: &Written,
        topics: &[Topic],
        effect: Option<Effect>,
        changes: &mut Vec<Change>,
    ) {
        let written = textual(before, after, topics);
        let silent = effect.as_ref().is_none_or(|effect| {
            let unseen = effect.witnesses().next().is_none() && self.shares_otherwise();
            unseen || *effect == Effect::none()
        });
        let Some(kind) = topics.last().map(|topic| topic.change()) else { return };
        let told = match written {
            Some(written) => written,
            None if silent => return,
            None => {
                let sides = (Some(before), Some(after));
                let through = self.through(before, after);
                Change { through, ..change(after.subject.clone(), kind, sides) }
            }
        };
        let runs = !self.segments.is_empty();
        let effect = effect.or_else(|| runs.then(Effect::none));
        changes.push(Change { effect, ..told });
    }

    /// Tells whether what the applicant's choice shares changed, which is told of the frame.
    fn shares_otherwise(&self) -> bool {
        self.segments.iter().any(|segment| {
            let sharing = |version: &Option<GridVersion>| version.as_ref()?.sharing.clone();
            sharing(&segment.first.version) != sharing(&segment.second.version)
        })
    }

    /// A change of points from one constant to another is a weight.
    fn reweigh(&self, before: &Written, after: &Written, told: &mut Change) {
        let weights = self.segments.iter().filter_map(|segment| {
            Self::with(segment, Some(before), Some(after), |pair| {
                pair.reweighted(&segment.stage(self.joint))
            })
        });
        let mut weights: Vec<(Exact, Exact)> = weights.flatten().collect();
        weights.dedup();
        if let [(from, to)] = weights.as_slice() {
            told.kind = ChangeKind::Reweighted(*from, *to);
        }
    }

    /// Joins what a change does over all segments in which it does something.
    fn over(
        &self,
        before: Option<&Written>,
        after: Option<&Written>,
        what: impl Fn(Pair<'_>, &Segment<'_>) -> Option<Effect>,
    ) -> Option<Effect> {
        let of = |segment: &Segment<'_>| {
            Self::with(segment, before, after, |pair| what(pair, segment)).flatten()
        };
        let shown = self.segments.iter().filter(|segment| !segment.same).filter_map(of);
        shown.reduce(Effect::or)
    }

    /// Looks at a pair of criteria in a segment; absent when the segment has neither.
    fn with<T>(
        segment: &Segment<'_>,
        before: Option<&Written>,
        after: Option<&Written>,
        what: impl FnOnce(Pair<'_>) -> T,
    ) -> Option<T> {
        let first = before.and_then(|one| segment.first.line(one.span));
        let second = after.and_then(|one| segment.second.line(one.span));
        let own = after.or(before)?;
        if first.is_none() && second.is_none() {
            return None;
        }
        let mut reads = first.map_or_else(Vec::new, |line| segment.first.around(line));
        reads.extend(second.map_or_else(Vec::new, |line| segment.second.around(line)));
        let absent = match own.subject.kind {
            SubjectKind::Eligibility => Exact::ONE,
            _ => Exact::ZERO,
        };
        let title = &own.subject.name;
        let place = second.or(first).map(|line| &line.place);
        let around = place.and_then(|place| match place {
            Place::Tranche(_, name) => {
                let mut after = segment.first.tranche(name);
                after.retain(|one| first.is_none_or(|line| line.criterion != **one));
                after.extend(second.map(|line| &line.criterion));
                Some((segment.first.tranche(name), after))
            }
            Place::Alone | Place::Family(_) | Place::Eligibility => None,
        });
        let tranche = around.as_ref().map(|(a, b)| (a.as_slice(), b.as_slice()));
        let (first, second) = (first.map(placed), second.map(placed));
        Some(what(Pair { first, second, absent, title, tranche, reads: &reads }))
    }

    fn through(&self, before: &Written, after: &Written) -> Vec<String> {
        let (joint, mut names) = (self.joint, Vec::new());
        for segment in self.segments {
            for (which, span) in [(Which::First, before.span), (Which::Second, after.span)] {
                let (own, side) = match which {
                    Which::First => (&segment.first, joint.first),
                    Which::Second => (&segment.second, joint.second),
                };
                let Some((code, slots)) = own.written(span) else { continue };
                for name in through(self.sources, which, side.compiled, code, slots) {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
        }
        for segment in self.segments {
            let read = segment.second.written(after.span);
            names.extend(read.map_or_else(Vec::new, |(code, slots)| {
                totals(self.joint.second.compiled, code, slots)
            }));
        }
        names.dedup();
        if names.is_empty() { self.around.iter().cloned().collect() } else { names }
    }
}

fn placed(line: &LineAt) -> Placed<'_> {
    Placed { criterion: &line.criterion, points: line.points(), truth: line.truth() }
}

/// Topics of what is no line of a grid.
const RULES: &[Topic] =
    &[Topic::Value, Topic::Rows, Topic::Marks, Topic::Script, Topic::Condition, Topic::Clause];

const WORDINGS: &[Wording] = &[
    Wording::Label,
    Wording::Documentation,
    Wording::Says,
    Wording::ElseSays,
    Wording::Sources,
    Wording::LegalBases,
    Wording::Hypotheses,
];

/// A change without its lines.
pub(super) fn change(
    subject: Subject,
    kind: ChangeKind,
    (before, after): (Option<&Written>, Option<&Written>),
) -> Change {
    Change {
        subject,
        kind,
        before: Vec::new(),
        after: Vec::new(),
        before_at: before.map(|one| one.span),
        after_at: after.map(|one| one.span),
        effect: None,
        through: Vec::new(),
    }
}

/// A change of what is written of some topics; the last says what it is.
pub(super) fn textual(before: &Written, after: &Written, topics: &[Topic]) -> Option<Change> {
    let lines = |one: &Written| topics.iter().flat_map(|topic| one.of(*topic)).collect::<Vec<_>>();
    let (own, other) = (lines(before), lines(after));
    let told = change(after.subject.clone(), topics.last()?.change(), (Some(before), Some(after)));
    let differs = own != other;
    let (own, other) =
        if *topics == [Topic::Rows] { differing(&own, &other) } else { (own, other) };
    differs.then_some(Change { before: own, after: other, ..told })
}

/// The rows of each that the other does not have; all, when only their order differs.
fn differing(before: &[String], after: &[String]) -> (Vec<String>, Vec<String>) {
    let only = |own: &[String], other: &[String]| -> Vec<String> {
        let mut left: Vec<&String> = other.iter().collect();
        let mut found = Vec::new();
        for line in own {
            match left.iter().position(|one| *one == line) {
                Some(at) => {
                    left.swap_remove(at);
                }
                None => found.push(line.clone()),
            }
        }
        found
    };
    let (own, other) = (only(before, after), only(after, before));
    if own.is_empty() && other.is_empty() {
        (before.to_vec(), after.to_vec())
    } else {
        (own, other)
    }
}

/// The effect of a number that rises or falls: nobody gains when it falls.
pub(super) fn one_way(rises: bool, falls: bool, found: impl Fn(bool) -> Answer) -> Effect {
    let never = || Answer::Never(Whose::Every);
    Effect {
        gains: if rises { found(true) } else { never() },
        losses: if falls { found(false) } else { never() },
    }
}
