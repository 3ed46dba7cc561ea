//! The values of a walk: `Copy`, with texts interned and reasons in an arena.

use crate::plan::Planner;
use crate::reason::{Reason, ReasonId, Reasons};
use crate::told::Speech;
use crate::trace::Watch;
use crate::{Computed, Date, EvalError, Exact, Program, Scripts, Value};
use source::Span;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An interned text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextId(u32);

/// What a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    Bool(bool),
    Number(Exact),
    Date(Date),
    Enum(u32),
    Text(TextId),
    /// « pas de valeur ».
    NoValue,
    Unknown(ReasonId),
}

impl Scalar {
    /// What a slot holds before its stage has run.
    pub(crate) const UNSET: Self = Self::Unknown(ReasonId::NOT_RANKED);

    /// Takes the number it is.
    pub(crate) fn number(self) -> Result<Exact, EvalError> {
        if let Self::Number(number) = self { Ok(number) } else { Err(EvalError::IllTyped) }
    }

    /// Takes the day it is.
    pub(crate) fn date(self) -> Result<Date, EvalError> {
        if let Self::Date(day) = self { Ok(day) } else { Err(EvalError::IllTyped) }
    }

    /// Makes a whole number.
    pub(crate) fn count(count: usize) -> Self {
        Self::Number(Exact::whole(i128::try_from(count).unwrap_or(i128::MAX)))
    }
}

/// The texts of one evaluation.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    texts: Vec<Arc<str>>,
    ids: BTreeMap<Arc<str>, TextId>,
}

impl Texts {
    /// Interns a text.
    pub(crate) fn intern(&mut self, text: &Arc<str>) -> TextId {
        if let Some(id) = self.ids.get(text) {
            return *id;
        }
        let id = TextId(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        self.texts.push(Arc::clone(text));
        self.ids.insert(Arc::clone(text), id);
        id
    }

    fn shared(&self, id: TextId) -> Option<&Arc<str>> {
        self.texts.get(id.0 as usize)
    }

    /// Returns a text.
    pub(crate) fn get(&self, id: TextId) -> &str {
        self.shared(id).map_or("", |text| text)
    }
}

/// What one evaluation shares over all its walks.
pub(crate) struct Run<'e> {
    pub(crate) program: &'e Program,
    pub(crate) scripts: &'e dyn Scripts,
    pub(crate) date: Date,
    pub(crate) texts: Texts,
    pub(crate) reasons: Reasons,
    /// The candidate whose walks are kept.
    pub(crate) watch: Option<Watch>,
    /// How first stages are computed faster.
    pub(crate) planner: Option<Box<Planner>>,
    /// Whether what is decided is put into words.
    pub(crate) speech: Speech,
}

impl<'e> Run<'e> {
    /// Begins an evaluation.
    pub(crate) fn new(program: &'e Program, scripts: &'e dyn Scripts, date: Date) -> Self {
        let (texts, reasons) = (Texts::default(), Reasons::new());
        let speech = Speech::Silent;
        Self { program, scripts, date, texts, reasons, watch: None, planner: None, speech }
    }

    /// Brings a value in.
    pub(crate) fn scalar(&mut self, value: &Value) -> Scalar {
        match value {
            Value::Bool(value) => Scalar::Bool(*value),
            Value::Number(value) => Scalar::Number(*value),
            Value::Date(value) => Scalar::Date(*value),
            Value::Enum(value) => Scalar::Enum(*value),
            Value::Text(text) => Scalar::Text(self.texts.intern(text)),
        }
    }

    /// Takes a known value out.
    pub(crate) fn value(&self, scalar: Scalar) -> Option<Value> {
        match scalar {
            Scalar::Bool(value) => Some(Value::Bool(value)),
            Scalar::Number(value) => Some(Value::Number(value)),
            Scalar::Date(value) => Some(Value::Date(value)),
            Scalar::Enum(value) => Some(Value::Enum(value)),
            Scalar::Text(id) => self.texts.shared(id).map(|text| Value::Text(Arc::clone(text))),
            Scalar::NoValue | Scalar::Unknown(_) => None,
        }
    }

    /// Takes whatever a slot holds out.
    pub(crate) fn computed(&self, scalar: Scalar) -> Computed {
        match scalar {
            Scalar::NoValue => Computed::NoValue,
            Scalar::Unknown(id) => Computed::Unknown(self.reasons.list(id)),
            Scalar::Bool(_)
            | Scalar::Number(_)
            | Scalar::Date(_)
            | Scalar::Enum(_)
            | Scalar::Text(_) => self.value(scalar).map_or(Computed::NoValue, Computed::Known),
        }
    }

    /// Makes an unknown.
    pub(crate) fn unknown(&mut self, reason: Reason) -> Scalar {
        Scalar::Unknown(self.reasons.one(reason))
    }

    /// Makes the unknown of a failed operation.
    pub(crate) fn failed(&mut self, error: EvalError, span: Span) -> Scalar {
        self.unknown(Reason::Failed { error, span })
    }

    /// Returns the reason why an operand stops an operation: it is unknown, or has no value.
    pub(crate) fn stops(&mut self, operand: Scalar, span: Span) -> Option<ReasonId> {
        match operand {
            Scalar::Unknown(id) => Some(id),
            Scalar::NoValue => Some(self.reasons.one(Reason::NoValue(span))),
            Scalar::Bool(_)
            | Scalar::Number(_)
            | Scalar::Date(_)
            | Scalar::Enum(_)
            | Scalar::Text(_) => None,
        }
    }

    /// As [`Run::stops`], for two operands.
    pub(crate) fn stops_either(&mut self, a: Scalar, b: Scalar, span: Span) -> Option<ReasonId> {
        match (self.stops(a, span), self.stops(b, span)) {
            (Some(a), Some(b)) => Some(self.reasons.both(a, b)),
            (a, b) => a.or(b),
        }
    }

    /// Compares two known values of one type; absent otherwise. Texts compare letter by letter.
    pub(crate) fn order(&self, a: Scalar, b: Scalar) -> Option<Ordering> {
        match (a, b) {
            (Scalar::Bool(a), Scalar::Bool(b)) => Some(a.cmp(&b)),
            (Scalar::Number(a), Scalar::Number(b)) => Some(a.cmp(&b)),
            (Scalar::Date(a), Scalar::Date(b)) => Some(a.cmp(&b)),
            (Scalar::Enum(a), Scalar::Enum(b)) => Some(a.cmp(&b)),
            (Scalar::Text(a), Scalar::Text(b)) if a == b => Some(Ordering::Equal),
            (Scalar::Text(a), Scalar::Text(b)) => Some(self.texts.get(a).cmp(self.texts.get(b))),
            (
                Scalar::Bool(_)
                | Scalar::Number(_)
                | Scalar::Date(_)
                | Scalar::Enum(_)
                | Scalar::Text(_)
                | Scalar::NoValue
                | Scalar::Unknown(_),
                _,
            ) => None,
        }
    }

    /// Compares a value with a constant of the program; absent when their types differ.
    pub(crate) fn order_with(&self, a: Scalar, b: &Value) -> Option<Ordering> {
        match (a, b) {
            (Scalar::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            (Scalar::Number(a), Value::Number(b)) => Some(a.cmp(b)),
            (Scalar::Date(a), Value::Date(b)) => Some(a.cmp(b)),
            (Scalar::Enum(a), Value::Enum(b)) => Some(a.cmp(b)),
            (Scalar::Text(a), Value::Text(b)) => Some(self.texts.get(a).cmp(b.as_ref())),
            (
                Scalar::Bool(_)
                | Scalar::Number(_)
                | Scalar::Date(_)
                | Scalar::Enum(_)
                | Scalar::Text(_)
                | Scalar::NoValue
                | Scalar::Unknown(_),
                _,
            ) => None,
        }
    }
}
