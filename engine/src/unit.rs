//! Units of measure as exponents over eight bases, with exact conversion factors.
//!
//! `an` and `mois` are one family for durations (a duration is kept in months) but two bases for
//! rates: `€/mois` and `€/an` do not add up without a conversion.

use crate::Exact;

/// The base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    /// Euros.
    Euro,
    /// Months, calendar.
    Month,
    /// Years, only in rates (`€/an`).
    Year,
    /// Days.
    Day,
    /// Minutes.
    Minute,
    /// Kilometres.
    Kilometre,
    /// Square metres.
    SquareMetre,
    /// Points.
    Point,
}

impl Base {
    /// All bases, in the order of the exponents.
    pub const ALL: [Self; 8] = [
        Self::Euro,
        Self::Month,
        Self::Year,
        Self::Day,
        Self::Minute,
        Self::Kilometre,
        Self::SquareMetre,
        Self::Point,
    ];

    /// How the base is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Euro => "€",
            Self::Month => "mois",
            Self::Year => "an",
            Self::Day => "jour",
            Self::Minute => "minute",
            Self::Kilometre => "km",
            Self::SquareMetre => "m²",
            Self::Point => "point",
        }
    }
}

/// A unit of measure: a product of bases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    exponents: [i8; 8],
}

impl Unit {
    /// No unit: plain numbers, counts, ratios.
    pub const NONE: Self = Self { exponents: [0; 8] };

    /// Makes a unit of one base.
    pub fn of(base: Base) -> Self {
        Self::NONE.with(base, 1)
    }

    /// Points.
    pub fn points() -> Self {
        Self::of(Base::Point)
    }

    /// Months, the family of `mois` and `ans`.
    pub fn months() -> Self {
        Self::of(Base::Month)
    }

    /// Days.
    pub fn days() -> Self {
        Self::of(Base::Day)
    }

    /// Returns the exponent of a base.
    pub fn exponent(self, base: Base) -> i8 {
        self.exponents.get(base as usize).copied().unwrap_or(0)
    }

    /// Returns the unit with an exponent added to a base.
    #[must_use]
    pub fn with(mut self, base: Base, exponent: i8) -> Self {
        if let Some(slot) = self.exponents.get_mut(base as usize) {
            *slot = slot.saturating_add(exponent);
        }
        self
    }

    /// Tells whether there is no unit.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// Multiplies two units; `an` and `mois` of opposite signs cancel with a factor of 12.
    ///
    /// Shape: the unit, and the factor by which the product of the numbers is multiplied.
    pub fn times(self, other: Self) -> Scaled {
        let mut unit = self;
        for base in Base::ALL {
            unit = unit.with(base, other.exponent(base));
        }
        unit.reduced()
    }

    /// Divides two units, as [`Unit::times`].
    pub fn over(self, other: Self) -> Scaled {
        self.times(other.inverse())
    }

    fn inverse(self) -> Self {
        Self { exponents: self.exponents.map(i8::saturating_neg) }
    }

    fn reduced(mut self) -> Scaled {
        let mut factor = Exact::ONE;
        let twelve = Exact::whole(12);
        while self.exponent(Base::Month) != 0
            && self.exponent(Base::Year) != 0
            && (self.exponent(Base::Month) > 0) != (self.exponent(Base::Year) > 0)
        {
            let month_step = if self.exponent(Base::Month) > 0 { -1 } else { 1 };
            self = self.with(Base::Month, month_step).with(Base::Year, -month_step);
            // mois/an is 1/12; an/mois is 12.
            let next = if month_step < 0 { factor.divide(twelve) } else { factor.multiply(twelve) };
            factor = next.unwrap_or(factor);
        }
        Scaled { unit: self, factor }
    }

    /// Returns the factor that converts a number of this unit into another, when they measure the
    /// same thing (`€/an` → `€/mois`: 1/12).
    pub fn conversion(self, to: Self) -> Option<Exact> {
        let ratio = self.over(to);
        ratio.unit.is_none().then_some(ratio.factor)
    }
}

/// A unit with the factor that bringing it to its reduced form costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scaled {
    /// The reduced unit.
    pub unit: Unit,
    /// What a number is multiplied by to be in that unit.
    pub factor: Exact,
}

impl Scaled {
    /// Reads one factor of a unit as written: `€`, `mois`, `ans`, `h`, `%`…
    ///
    /// A year standing alone or in a numerator is twelve months; in a denominator it stays a year.
    pub fn of_word(word: &str, exponent: i8) -> Option<Self> {
        let plain = |base| Some(Self { unit: Unit::NONE.with(base, exponent), factor: Exact::ONE });
        let scaled = |base, by: i128| {
            let by = Exact::whole(by);
            let factor = if exponent > 0 { by } else { Exact::ONE.divide(by).ok()? };
            Some(Self { unit: Unit::NONE.with(base, exponent), factor })
        };
        match word {
            "€" | "euro" | "euros" => plain(Base::Euro),
            "mois" => plain(Base::Month),
            "an" | "ans" | "année" | "années" if exponent > 0 => scaled(Base::Month, 12),
            "an" | "ans" | "année" | "années" => plain(Base::Year),
            "jour" | "jours" => plain(Base::Day),
            "semaine" | "semaines" => scaled(Base::Day, 7),
            "minute" | "minutes" | "min" => plain(Base::Minute),
            "h" | "heure" | "heures" => scaled(Base::Minute, 60),
            "km" => plain(Base::Kilometre),
            "m²" | "m2" => plain(Base::SquareMetre),
            "point" | "points" => plain(Base::Point),
            "%" => Some(Self { unit: Unit::NONE, factor: Exact::fraction(1, 100)? }),
            _ => None,
        }
    }

    /// Multiplies two factors of one unit as written. Absent on overflow.
    #[must_use]
    pub fn and(self, other: Self) -> Option<Self> {
        let product = self.unit.times(other.unit);
        let factor = self.factor.multiply(other.factor).ok()?.multiply(product.factor).ok()?;
        Some(Self { unit: product.unit, factor })
    }
}

impl std::fmt::Display for Unit {
    /// Writes the unit as an author would: `€/mois`, `points`, `km`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut above = Vec::new();
        let mut below = Vec::new();
        for base in Base::ALL {
            let exponent = self.exponent(base);
            for _ in 0..exponent.max(0) {
                above.push(base.word());
            }
            for _ in exponent.min(0)..0 {
                below.push(base.word());
            }
        }
        let head = if above.is_empty() { "1".to_owned() } else { above.join("·") };
        if self.is_none() {
            f.write_str("nombre")
        } else if below.is_empty() {
            f.write_str(match head.as_str() {
                "point" => "points",
                "jour" => "jours",
                "minute" => "minutes",
                other => other,
            })
        } else {
            write!(f, "{head}/{}", below.join("/"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(words: &[(&str, i8)]) -> Scaled {
        words
            .iter()
            .map(|(word, exponent)| Scaled::of_word(word, *exponent).unwrap())
            .reduce(|a, b| a.and(b).unwrap())
            .unwrap()
    }

    #[test]
    fn a_yearly_amount_is_twelve_monthly_ones() {
        let yearly = unit(&[("€", 1), ("an", -1)]).unit;
        let monthly = unit(&[("€", 1), ("mois", -1)]).unit;
        assert_ne!(yearly, monthly);
        assert_eq!(yearly.conversion(monthly), Exact::fraction(1, 12));
        assert_eq!(monthly.conversion(yearly), Some(Exact::whole(12)));
    }

    #[test]
    fn years_are_months_when_they_are_a_duration() {
        assert_eq!(unit(&[("ans", 1)]).unit, Unit::months());
        assert_eq!(unit(&[("ans", 1)]).factor, Exact::whole(12));
    }

    #[test]
    fn a_rate_times_a_duration_loses_its_time() {
        let per_month = unit(&[("point", 1), ("mois", -1)]).unit;
        assert_eq!(per_month.times(Unit::months()).unit, Unit::points());
        let per_year = unit(&[("point", 1), ("an", -1)]).unit;
        let product = per_year.times(Unit::months());
        assert_eq!(
            (product.unit, product.factor),
            (Unit::points(), Exact::fraction(1, 12).unwrap())
        );
    }

    #[test]
    fn euros_and_months_do_not_convert() {
        assert_eq!(Unit::of(Base::Euro).conversion(Unit::months()), None);
    }
}
