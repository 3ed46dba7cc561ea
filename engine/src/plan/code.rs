//! Code as a plan holds it: steps over registers of 64 bits, with the scale of each known beforehand.
//!
//! A register holds a truth (0 or 1), the place of a value in its enumeration, a packed day, the place
//! of a text among those of the code, or a number in parts of a denominator that never changes. Only a
//! quotient of two facts has a denominator of its own, in the register after it, positive.

use super::tables::PlannedTable;
use crate::{Arithmetic, Calendar, Comparison, EntityId, FieldId, Fold, Rounding, Slot, Value};
use std::sync::Arc;

/// The place of a register.
pub(crate) type Register = u32;

/// What a register holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Shape {
    Bool,
    /// A packed day (see `days`).
    Date,
    Enum,
    /// Where a text is among those of the code (see `facts`).
    Text,
    /// A number in parts of this denominator.
    Number(i64),
    /// A numerator, and its denominator in the next register.
    Ratio,
}

/// One step. Shape: registers that are read; values known beforehand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Set(i64),
    Today,
    Scale {
        a: Register,
        by: i64,
    },
    /// Any but a division, on two numbers of one denominator.
    Arithmetic(Arithmetic, Register, Register),
    /// `a × a_times / (b × b_times)`.
    Ratio {
        a: Register,
        a_times: i64,
        b: Register,
        b_times: i64,
    },
    RatioArithmetic(Arithmetic, Register, Register),
    /// `step ×` the rounding of `a × times / by`.
    Round {
        mode: Rounding,
        a: Register,
        times: i64,
        by: i64,
        step: i64,
    },
    RoundRatio {
        mode: Rounding,
        a: Register,
        times: i64,
        by: i64,
        step: i64,
    },
    /// A number of parts as a whole one.
    Whole {
        a: Register,
        parts: i64,
    },
    Calendar(Calendar, Register, Register),
    Compare(Comparison, Register, Register),
    CompareTo(Comparison, Register, i64),
    CompareRatio(Comparison, Register, Register),
    And(Register, Register),
    Or(Register, Register),
    Not(Register),
    Select {
        condition: Register,
        a: Register,
        b: Register,
    },
    SelectRatio {
        condition: Register,
        a: Register,
        b: Register,
    },
    /// Nothing more is said here unless a truth is so.
    Require {
        a: Register,
        truth: bool,
    },
    /// Nothing more is read when the gate grants nothing.
    Close {
        gate: Register,
    },
    Table {
        table: u32,
    },
    /// A fold over the items of a list; the body is the steps right after it.
    Fold {
        fold: Fold,
        list: u32,
        body: u32,
        filter: Option<Register>,
        value: Option<Register>,
    },
}

/// A step with the first register that it writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    pub(crate) step: Step,
    pub(crate) out: Register,
}

/// A fact and the register that holds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FactRegister {
    pub(crate) field: FieldId,
    pub(crate) register: Register,
    pub(crate) shape: Shape,
}

/// What an operation that compares candidates gives, and the register that holds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Given {
    /// The operation's index.
    pub(crate) at: u32,
    pub(crate) register: Register,
    pub(crate) shape: Shape,
}

/// A list that is folded: its facts, in the registers of the item being looked at.
#[derive(Clone, Debug)]
pub(crate) struct PlannedList {
    pub(crate) list: EntityId,
    pub(crate) facts: Vec<FactRegister>,
}

/// What a slot of the program is once the plan is walked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Place {
    /// The same for all.
    Constant(Value),
    /// « pas de valeur », for all.
    NoValue,
    Register(Register, Shape),
    /// Not said by the plan.
    Outside,
}

/// How a slot is said to the outside.
#[derive(Clone, Debug)]
pub(crate) enum Export {
    Place(Place),
    /// The text of a fact, as it is.
    Fact(FieldId),
}

/// Code compiled for a stretch of days.
#[derive(Clone, Debug)]
pub(crate) struct PlannedCode {
    pub(crate) steps: Vec<Written>,
    pub(crate) registers: u32,
    pub(crate) tables: Vec<PlannedTable>,
    pub(crate) lists: Vec<PlannedList>,
    /// The facts of single entities, by field: each must be known.
    pub(crate) facts: Vec<FactRegister>,
    /// What the comparison of candidates gives, in code lowered whole.
    pub(crate) given: Vec<Given>,
    /// Totals of grids, by the grid's index.
    pub(crate) totals: Vec<(u32, Register)>,
    /// Facts that are read by what is not compiled: they must be known all the same, since what they
    /// could change is looked for otherwise.
    pub(crate) others: Vec<FieldId>,
    /// Lists that must be known, with the facts of their items that are read.
    pub(crate) items: Vec<(EntityId, Vec<FieldId>)>,
    /// The texts that facts are compared with, sorted.
    pub(crate) texts: Arc<[Arc<str>]>,
    /// Whether facts are compared with one another as texts.
    pub(crate) compares_texts: bool,
    /// What is said of the slots that are read from outside; those before the gate first.
    pub(crate) exports: Vec<(Slot, Export)>,
    /// How many of them are said even when the gate is closed.
    pub(crate) before_gate: usize,
}
