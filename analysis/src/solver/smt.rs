//! Terms of SMT-LIB as text, the plain ones made plainer.

use engine::{Comparison, Exact};

/// A term.
pub(crate) type Term = String;

/// A truth.
pub(crate) fn truth(value: bool) -> Term {
    if value { "true".to_owned() } else { "false".to_owned() }
}

/// A whole number.
pub(crate) fn integer(value: i128) -> Term {
    if value < 0 { format!("(- {})", value.unsigned_abs()) } else { value.to_string() }
}

/// A rational number.
pub(crate) fn number(value: Exact) -> Term {
    let numerator = format!("{}.0", value.numerator().unsigned_abs());
    let positive = match value.denominator() {
        1 => numerator,
        denominator => format!("(/ {numerator} {denominator}.0)"),
    };
    if value.is_negative() { format!("(- {positive})") } else { positive }
}

/// An operation on terms.
pub(crate) fn apply(operator: &str, terms: &[&str]) -> Term {
    format!("({operator} {})", terms.join(" "))
}

/// All of them.
pub(crate) fn all(terms: impl IntoIterator<Item = Term>) -> Term {
    joined("and", "true", "false", terms)
}

/// Any of them.
pub(crate) fn any(terms: impl IntoIterator<Item = Term>) -> Term {
    joined("or", "false", "true", terms)
}

fn joined(
    operator: &str,
    neutral: &str,
    absorbing: &str,
    terms: impl IntoIterator<Item = Term>,
) -> Term {
    let mut kept: Vec<Term> = Vec::new();
    for term in terms {
        if term == absorbing {
            return term;
        }
        if term != neutral && !kept.contains(&term) {
            kept.push(term);
        }
    }
    match kept.len() {
        0 => neutral.to_owned(),
        1 => kept.concat(),
        _ => format!("({operator} {})", kept.join(" ")),
    }
}

/// Not it.
pub(crate) fn not(term: &str) -> Term {
    match term {
        "true" => truth(false),
        "false" => truth(true),
        _ => apply("not", &[term]),
    }
}

/// One when a condition holds, else the other.
pub(crate) fn choice(condition: &str, then: &str, otherwise: &str) -> Term {
    match condition {
        "true" => then.to_owned(),
        "false" => otherwise.to_owned(),
        _ if then == otherwise => then.to_owned(),
        _ => apply("ite", &[condition, then, otherwise]),
    }
}

/// The sum of numbers.
pub(crate) fn sum(terms: &[Term]) -> Term {
    match terms {
        [] => number(Exact::ZERO),
        [only] => only.clone(),
        _ => format!("(+ {})", terms.join(" ")),
    }
}

/// A comparison of two terms of one sort.
pub(crate) fn compared(comparison: Comparison, a: &str, b: &str) -> Term {
    match comparison {
        Comparison::Equal => apply("=", &[a, b]),
        Comparison::NotEqual => not(&apply("=", &[a, b])),
        Comparison::Less => apply("<", &[a, b]),
        Comparison::LessOrEqual => apply("<=", &[a, b]),
        Comparison::Greater => apply(">", &[a, b]),
        Comparison::GreaterOrEqual => apply(">=", &[a, b]),
    }
}
