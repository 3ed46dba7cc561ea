//! Values of the reference: rationals without limits, and unknowns with all their reasons.

use engine::{EvalError, Exact, FactRef, MotifCode, Value};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::ToPrimitive;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Why a value is unknown; the order says which reason is the most telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A fact is missing.
    Missing(FactRef),
    /// A fact is withheld.
    Withheld(FactRef),
    /// A fact is not shared through the frame.
    NotShared(FactRef),
    /// A calculation failed.
    Failed(EvalError),
    /// « pas de valeur » where a value was due.
    NoValue,
    /// The candidate is not compared with the others.
    NotRanked,
}

/// All the reasons of one unknown.
pub type Whys = BTreeSet<Why>;

impl Why {
    /// Returns the motive code of a line that is not evaluable for this reason.
    pub fn code(self) -> MotifCode {
        match self {
            Self::Missing(_) => MotifCode::Missing,
            Self::Withheld(_) => MotifCode::Withheld,
            Self::NotShared(_) => MotifCode::NotShared,
            Self::Failed(EvalError::ScriptLimit | EvalError::ScriptFailure) => MotifCode::Script,
            Self::Failed(_) => MotifCode::Calculation,
            Self::NoValue => MotifCode::NoValue,
            Self::NotRanked => MotifCode::NotRanked,
        }
    }

    /// Returns the fact it names.
    pub fn fact(self) -> Option<FactRef> {
        match self {
            Self::Missing(fact) | Self::Withheld(fact) | Self::NotShared(fact) => Some(fact),
            Self::Failed(_) | Self::NoValue | Self::NotRanked => None,
        }
    }
}

/// What an expression is worth for a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Val {
    /// A truth.
    Bool(bool),
    /// A number.
    Number(BigRational),
    /// A day.
    Date(engine::Date),
    /// The index of a value in its enumeration.
    Enum(u32),
    /// A text or a code.
    Text(Arc<str>),
    /// « pas de valeur ».
    NoValue,
    /// Unknown, and why.
    Unknown(Whys),
}

impl Val {
    /// Makes an unknown of one reason.
    pub fn because(why: Why) -> Self {
        Self::Unknown(Whys::from([why]))
    }

    /// Makes the unknown of a failure.
    pub fn failed(error: EvalError) -> Self {
        Self::because(Why::Failed(error))
    }

    /// Makes a whole number.
    pub fn count(count: usize) -> Self {
        Self::Number(BigRational::from_integer(BigInt::from(count)))
    }

    /// Returns why nothing can be computed with it; absent for a known value.
    pub fn doubt(&self) -> Option<Whys> {
        match self {
            Self::Unknown(whys) => Some(whys.clone()),
            Self::NoValue => Some(Whys::from([Why::NoValue])),
            Self::Bool(_) | Self::Number(_) | Self::Date(_) | Self::Enum(_) | Self::Text(_) => None,
        }
    }

    /// Reads a truth, or why there is none.
    pub fn truth(&self) -> Result<bool, Whys> {
        match self {
            Self::Bool(truth) => Ok(*truth),
            other => Err(other.doubt().unwrap_or_else(ill_typed)),
        }
    }

    /// Reads a number, or why there is none.
    pub fn number(&self) -> Result<BigRational, Whys> {
        match self {
            Self::Number(number) => Ok(number.clone()),
            other => Err(other.doubt().unwrap_or_else(ill_typed)),
        }
    }

    /// Compares two known values of one type.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Number(a), Self::Number(b)) => Some(a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (Self::Enum(a), Self::Enum(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// Returns the engine's form of a known value; absent when it does not fit 128 bits.
    pub fn to_engine(&self) -> Option<Value> {
        match self {
            Self::Bool(value) => Some(Value::Bool(*value)),
            Self::Number(value) => {
                let (top, bottom) = (value.numer().to_i128()?, value.denom().to_i128()?);
                Exact::fraction(top, bottom).map(Value::Number)
            }
            Self::Date(value) => Some(Value::Date(*value)),
            Self::Enum(value) => Some(Value::Enum(*value)),
            Self::Text(value) => Some(Value::Text(Arc::clone(value))),
            Self::NoValue | Self::Unknown(_) => None,
        }
    }
}

fn ill_typed() -> Whys {
    Whys::from([Why::Failed(EvalError::IllTyped)])
}

impl From<&Value> for Val {
    fn from(value: &Value) -> Self {
        match value {
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(value) => Self::Number(rational(*value)),
            Value::Date(value) => Self::Date(*value),
            Value::Enum(value) => Self::Enum(*value),
            Value::Text(value) => Self::Text(Arc::clone(value)),
        }
    }
}

/// Brings an engine's number in.
pub fn rational(value: Exact) -> BigRational {
    BigRational::new(BigInt::from(value.numerator()), BigInt::from(value.denominator()))
}
