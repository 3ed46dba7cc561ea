//! What can go wrong while computing a value. The list is exhaustive; the evaluator adds the place.

/// An evaluation error: the value becomes an unknown whose reason is the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvalError {
    /// A division by zero.
    DivisionByZero,
    /// A number beyond 128 bits, or a date outside the calendar.
    Overflow,
    /// A rounding step that is not positive.
    BadStep,
    /// No row of a table covers the value.
    NoRow,
    /// Two fillings of one frame apply to the same case.
    TwoFillings,
    /// A whole number of months or days was due.
    NotWhole,
    /// The minimum or maximum of an empty list.
    EmptyList,
    /// A script went past one of its limits.
    ScriptLimit,
    /// A script failed or returned a value of another type.
    ScriptFailure,
    /// An operation met a value of another type than its own; a checked program has none.
    IllTyped,
}

impl EvalError {
    /// Says the error in French, without a full stop.
    pub fn message(self) -> &'static str {
        match self {
            Self::DivisionByZero => "division par zéro",
            Self::Overflow => "nombre trop grand pour un calcul exact",
            Self::BadStep => "pas d'arrondi qui n'est pas positif",
            Self::NoRow => "aucune ligne du tableau ne convient",
            Self::TwoFillings => "deux politiques remplissent le même cadre",
            Self::NotWhole => "durée qui n'est pas un nombre entier",
            Self::EmptyList => "minimum ou maximum d'une liste vide",
            Self::ScriptLimit => "fonction arrêtée à sa limite",
            Self::ScriptFailure => "fonction en erreur",
            Self::IllTyped => "opération sur une valeur d'un autre type",
        }
    }
}

impl std::fmt::Display for EvalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.message())
    }
}

impl std::error::Error for EvalError {}
