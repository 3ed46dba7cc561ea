//! Exact values, the compiled [`Program`], and its evaluation on a case or a pool.
//!
//! No parser, no I/O, no clock, no floats. The date of evaluation is an input; the same program
//! serves one case and many, and every intermediate value of a walk stays readable in its slots.

mod case;
mod cost;
mod date;
mod error;
mod number;
mod schema;
mod unit;

mod assessment;
mod outcome;
mod program;
mod told;

mod reason;
mod scalar;
mod scratch;

mod columns;
mod evaluate;
mod grids;
mod kernel;
mod lines;
mod plan;
mod ranking;

mod display;
mod evaluator;
mod reach;
mod trace;

#[cfg(test)]
mod testing;

pub use assessment::{
    Assessed, AssessedCondition, AssessedGrid, AssessedLine, Assessment, Subject, Why,
};
pub use case::{Candidate, Case, Fact, FactState, Facts, Item, ListState, Pool, Proof, Value};
pub use columns::{
    Amounts, Asked, Batch, Bits, ColumnError, Columns, FactColumn, GridColumn, LineColumn,
    ListColumn, Outcomes, RowError, Slots, pack_day, parts_of_type, unpack_day,
};
pub use cost::{LIST_ITEMS, cost};
pub use date::{Date, Period};
pub use display::{show, show_counted, show_exactly, show_number};
pub use error::EvalError;
pub use evaluator::{Computed, Evaluator};
pub use kernel::{Recorded, Single, SingleRow};
pub use number::{Exact, Rounding};
pub use outcome::{
    CandidateOutcome, ConditionOutcome, FactRef, GridOutcome, GridState, IfAllApply, LineOutcome,
    LineState, Motif, MotifCode, PoolOutcome, Range, Shown, Truth, Voice,
};
pub use plan::Plans;
pub use program::{
    Arithmetic, Bound, Calendar, Cell, CellRange, Code, Comparison, Contribution, Criterion,
    Direction, Eligibility, Family, Fold, FunctionDef, FunctionId, Grid, GridVersion, Grounds, Op,
    OrderKey, OrderKeyKind, Part, Perimeter, Population, Program, ProofGate, ProofLevel, Quantity,
    RankingVersion, Retains, Row, RowResult, SharingGate, Slot, Table, TableId, Template,
    TemplatePart, Tranche, ValidationGate,
};
pub use reach::{
    Absence, Domain, Excluded, Exploration, Explored, Interval, Openness, Reach, Values, Variable,
    Visit, criterion_maximum, criterion_minimum, criterion_range, explore, openness, reach,
};
pub use reason::Reason;
pub use schema::{
    EntityDef, EntityId, EnumDef, EnumId, EnumValue, FieldDef, FieldId, Lever, NumberForm, Schema,
    Sentence, Sharing, Type,
};
pub use told::{Spoken, SpokenGrid, Told, Words};
pub use trace::Trace;
pub use unit::{Base, Scaled, Unit};

/// Runs the scripted functions of a program; implemented by the `script` crate.
pub trait Scripts: Sync {
    /// Calls a function with known values of its argument types, under a program's schema.
    ///
    /// Errors: [`EvalError::ScriptLimit`], [`EvalError::ScriptFailure`].
    fn call(
        &self,
        function: &FunctionDef,
        arguments: &[Value],
        schema: &Schema,
    ) -> Result<Value, EvalError>;
}

/// The absence of scripts: every call fails.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoScripts;

impl Scripts for NoScripts {
    fn call(&self, _: &FunctionDef, _: &[Value], _: &Schema) -> Result<Value, EvalError> {
        Err(EvalError::ScriptFailure)
    }
}
