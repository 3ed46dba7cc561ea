//! Two versions of rules side by side: one program that says both, and what changed between them.
//!
//! What is written is compared topic by topic, in canonical words; what it does, by the cells of one
//! code, in which what both versions compute the same way is one slot: a condition that did not change
//! is then the same condition, whatever its facts. What cells prove is said as proved; what may happen
//! is shown by a file on which both programs were run, or left open.

mod alike;
mod changes;
mod clauses;
mod code;
mod effects;
mod facts;
mod joint;
mod lines;
mod outcome;
mod pairing;
mod parts;
mod perimeter;
mod proofs;
mod rankings;
mod rows;
mod rules;
mod scripts;
mod segments;
mod stage;
mod through;
mod tree;
mod units;
mod written;

pub use code::Both;
pub use effects::{Aspect, Proved, Rule, Whose, effects};
pub use facts::{Apart, Facts};
pub use joint::{Joint, Side};
pub use outcome::{Given, Outcome};
pub use rules::Which;
pub use stage::Witness;
pub use tree::{
    Answer, Change, ChangeKind, Comparison, Days, Effect, Presence, ScriptChange, Subject,
    SubjectKind, UnitChanges, Verdict, Version, Wording,
};
pub use units::{Scope, compare};
