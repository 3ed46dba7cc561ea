//! Quantities as written to exact numbers with a unit of measure.

use crate::syntax::tree::{Decimal, Quantity, UnitExpr};
use engine::{Exact, NumberForm, Scaled, Type, Unit};
use source::{Diagnostic, code, did_you_mean, nearest};

const WORDS: &[&str] = &[
    "€", "mois", "an", "ans", "jour", "jours", "semaine", "semaines", "minute", "minutes", "min",
    "h", "heure", "heures", "km", "m²", "point", "points", "%",
];

/// Reads a unit as written. Errors: `E0302` for a word that is no unit.
pub fn unit_of(written: &UnitExpr) -> Result<Scaled, Diagnostic> {
    let mut product = Scaled { unit: Unit::NONE, factor: Exact::ONE };
    for (word, exponent) in &written.factors {
        let lowered = word.to_lowercase();
        let factor = Scaled::of_word(&lowered, *exponent);
        product = factor.and_then(|factor| product.and(factor)).ok_or_else(|| {
            let unknown = Diagnostic::new(
                code::UNIT_MISMATCH,
                written.span,
                format!("« {word} » n'est pas une unité de mesure"),
            );
            match nearest(word, WORDS.iter().copied()) {
                Some(near) => unknown.with_help(did_you_mean(near)),
                None => unknown.with_help("unités connues : €, €/mois, €/an, %, km, m², minutes, jours, mois, ans, points"),
            }
        })?;
    }
    Ok(product)
}

/// A number in its reduced unit, with its type.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// The number.
    pub value: Exact,
    /// Its type.
    pub ty: Type,
}

/// Reads a quantity as written. Errors: `E0302`, `E0104` for a number beyond 128 bits.
pub fn quantity(written: &Quantity) -> Result<Measured, Diagnostic> {
    let Decimal { digits, scale } = written.number;
    let too_big = || {
        Diagnostic::new(code::BAD_NUMBER, written.span, "nombre trop grand pour un calcul exact")
    };
    let number = Exact::decimal(digits, scale).ok_or_else(too_big)?;
    let Some(unit) = &written.unit else {
        return Ok(Measured { value: number, ty: Type::Number(Unit::NONE, form(number)) });
    };
    let scaled = unit_of(unit)?;
    let value = number.multiply(scaled.factor).map_err(|_| too_big())?;
    let percent = scaled.unit.is_none() && unit.factors.iter().any(|(word, _)| word == "%");
    let form = if percent { NumberForm::Percent } else { form(value) };
    Ok(Measured { value, ty: Type::Number(scaled.unit, form) })
}

fn form(value: Exact) -> NumberForm {
    if value.is_whole() { NumberForm::Whole } else { NumberForm::Decimal }
}

impl Measured {
    /// Returns the unit of its type.
    pub fn ty_unit(&self) -> Option<Unit> {
        match self.ty {
            Type::Number(unit, _) => Some(unit),
            Type::Bool | Type::Text | Type::Code | Type::Date | Type::Enum(_) | Type::Item(_) => {
                None
            }
        }
    }
}
