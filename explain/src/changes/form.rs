//! How a number of the code goes with the one fact that moves, near one value of it.
//!
//! A [`Local`] says what a slot is at the sample and, over a stretch around it, how it goes. A stretch
//! may be too short, never too long: where nothing better is known it is cut to the sample alone, so
//! that a wrong reading costs evaluations and no truth.

#![expect(
    clippy::large_types_passed_by_value,
    reason = "what is read is combined as numbers are, a few at a time"
)]

use engine::{Exact, Rounding};
use std::cmp::Ordering;

/// The fact's values around the sample over which a reading holds: an open interval that holds the
/// sample, or the sample alone when both ends are at it. An absent end has no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) low: Option<Exact>,
    pub(super) high: Option<Exact>,
}

impl Stretch {
    /// Every value.
    pub(super) const ALL: Self = Self { low: None, high: None };

    /// The sample alone.
    pub(super) fn only(sample: Exact) -> Self {
        Self { low: Some(sample), high: Some(sample) }
    }

    /// What is common to both.
    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        let high = match (self.high, other.high) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { low: self.low.max(other.low), high }
    }

    /// Ends at a value where something may change.
    #[must_use]
    pub(super) fn cut(self, at: Exact, sample: Exact) -> Self {
        match at.cmp(&sample) {
            Ordering::Less => self.and(Self { low: Some(at), high: None }),
            Ordering::Greater => self.and(Self { low: None, high: Some(at) }),
            Ordering::Equal => Self::only(sample),
        }
    }
}

/// `(a x + b) / (c x + d)`, x being the fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quotient {
    a: Exact,
    b: Exact,
    c: Exact,
    d: Exact,
}

impl Quotient {
    /// The fact itself.
    pub(super) const FACT: Self =
        Self { a: Exact::ONE, b: Exact::ZERO, c: Exact::ZERO, d: Exact::ONE };

    fn plus(self, by: Exact) -> Option<Self> {
        let a = self.a.add(by.multiply(self.c).ok()?).ok()?;
        let b = self.b.add(by.multiply(self.d).ok()?).ok()?;
        Some(Self { a, b, ..self })
    }

    fn times(self, by: Exact) -> Option<Self> {
        Some(Self { a: self.a.multiply(by).ok()?, b: self.b.multiply(by).ok()?, ..self })
    }

    fn inverse(self) -> Self {
        Self { a: self.c, b: self.d, c: self.a, d: self.b }
    }

    /// Writes both over one divisor: the numerators, then the divisor.
    fn over_one_divisor(self, other: Self) -> Option<(Line, Line, Line)> {
        let divisors = [self, other].map(|it| Line { slope: it.c, at_zero: it.d });
        let numerators = [self, other].map(|it| Line { slope: it.a, at_zero: it.b });
        let [own, its] = divisors;
        if own == its {
            return Some((numerators[0], numerators[1], own));
        }
        if !own.slope.is_zero() || !its.slope.is_zero() {
            return None;
        }
        let [a, b] = numerators;
        let one = Line { slope: Exact::ZERO, at_zero: Exact::ONE };
        let scaled = |line: Line, by: Exact| -> Option<Line> {
            let part = |x: Exact| x.divide(by).ok();
            Some(Line { slope: part(line.slope)?, at_zero: part(line.at_zero)? })
        };
        Some((scaled(a, own.at_zero)?, scaled(b, its.at_zero)?, one))
    }

    fn sum(self, other: Self) -> Option<Self> {
        let (a, b, divisor) = self.over_one_divisor(other)?;
        let slope = a.slope.add(b.slope).ok()?;
        let at_zero = a.at_zero.add(b.at_zero).ok()?;
        Some(Self { a: slope, b: at_zero, c: divisor.slope, d: divisor.at_zero })
    }

    fn over(self, other: Self) -> Option<Self> {
        let (a, b, _) = self.over_one_divisor(other)?;
        Some(Self { a: a.slope, b: a.at_zero, c: b.slope, d: b.at_zero })
    }

    /// Where the divisor is zero.
    fn pole(self) -> Option<Exact> {
        Line { slope: self.c, at_zero: self.d }.root()
    }

    /// Where it equals a constant.
    fn reaches(self, value: Exact) -> Option<Exact> {
        let moved = self.plus(value.negate().ok()?)?;
        Line { slope: moved.a, at_zero: moved.b }.root()
    }

    /// Where two are equal: absent when that cannot be told, empty when nowhere or everywhere.
    fn meets(self, other: Self) -> Option<Option<Exact>> {
        let (a, b, _) = self.over_one_divisor(other)?;
        let slope = a.slope.subtract(b.slope).ok()?;
        let at_zero = a.at_zero.subtract(b.at_zero).ok()?;
        Some(Line { slope, at_zero }.root())
    }
}

/// `slope × x + at_zero`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line {
    slope: Exact,
    at_zero: Exact,
}

impl Line {
    /// Where it is zero; absent when nowhere or everywhere.
    fn root(self) -> Option<Exact> {
        if self.slope.is_zero() {
            return None;
        }
        self.at_zero.negate().ok()?.divide(self.slope).ok()
    }
}

/// `scale × rounding of a quotient + offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stairs {
    inner: Quotient,
    mode: Rounding,
    step: Exact,
    scale: Exact,
    offset: Exact,
}

/// How a slot goes over its stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// It stays.
    Still,
    /// It is a quotient.
    Moving(Quotient),
    /// It goes by steps.
    Stepped(Stairs),
}

/// What is read of a slot at a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Local {
    /// Its number at the sample; absent when it is none.
    pub(super) value: Option<Exact>,
    pub(super) form: Form,
    pub(super) stretch: Stretch,
}

impl Local {
    /// What the fact does not touch.
    pub(super) fn still(value: Option<Exact>) -> Self {
        Self { value, form: Form::Still, stretch: Stretch::ALL }
    }

    /// The same, over a stretch.
    pub(super) fn within(self, stretch: Stretch) -> Self {
        Self { stretch: self.stretch.and(stretch), ..self }
    }
}

/// The sample at which slots are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct At(pub(super) Exact);

impl At {
    /// Reads the sample alone: the fall back for what is not understood.
    pub(super) fn pinned(self, value: Option<Exact>) -> Local {
        Local { value, form: Form::Still, stretch: Stretch::only(self.0) }
    }

    /// The fact itself.
    pub(super) fn fact(self) -> Local {
        let form = Form::Moving(Quotient::FACT);
        Local { value: Some(self.0), form, stretch: Stretch::ALL }
    }

    fn moving(self, value: Option<Exact>, quotient: Option<Quotient>, stretch: Stretch) -> Local {
        let Some(quotient) = quotient else { return self.pinned(value) };
        let stretch = match quotient.pole() {
            Some(pole) => stretch.cut(pole, self.0),
            None => stretch,
        };
        Local { value, form: Form::Moving(quotient), stretch }
    }

    /// Makes it still, over a shorter stretch.
    pub(super) fn settled(self, local: Local) -> Local {
        match local.form {
            Form::Still => local,
            Form::Moving(_) => self.pinned(local.value),
            Form::Stepped(stairs) => match self.tread(stairs, local) {
                Some(stretch) => Local { form: Form::Still, stretch, ..local },
                None => self.pinned(local.value),
            },
        }
    }

    /// The stretch over which stairs stay on the step they are on.
    fn tread(self, stairs: Stairs, local: Local) -> Option<Stretch> {
        let own = local.value?.subtract(stairs.offset).ok()?.divide(stairs.scale).ok()?;
        let half = stairs.step.divide(Exact::whole(2)).ok()?;
        let ends = match stairs.mode {
            Rounding::Down => [own, own.add(stairs.step).ok()?],
            Rounding::Up => [own.subtract(stairs.step).ok()?, own],
            Rounding::HalfAway | Rounding::HalfEven => {
                [own.subtract(half).ok()?, own.add(half).ok()?]
            }
        };
        let cuts = ends.into_iter().filter_map(|end| stairs.inner.reaches(end));
        Some(cuts.fold(local.stretch, |stretch, cut| stretch.cut(cut, self.0)))
    }

    /// Adds a constant to what may move.
    fn shifted(self, local: Local, by: Exact, value: Option<Exact>) -> Local {
        match local.form {
            Form::Still => Local { value, ..local },
            Form::Moving(quotient) => self.moving(value, quotient.plus(by), local.stretch),
            Form::Stepped(stairs) => match stairs.offset.add(by) {
                Ok(offset) => {
                    Local { value, form: Form::Stepped(Stairs { offset, ..stairs }), ..local }
                }
                Err(_) => self.pinned(value),
            },
        }
    }

    /// Multiplies what may move by a constant.
    fn scaled(self, local: Local, by: Exact, value: Option<Exact>) -> Local {
        if by.is_zero() {
            return Local { value, form: Form::Still, stretch: local.stretch };
        }
        match local.form {
            Form::Still => Local { value, ..local },
            Form::Moving(quotient) => self.moving(value, quotient.times(by), local.stretch),
            Form::Stepped(stairs) => {
                match (stairs.scale.multiply(by), stairs.offset.multiply(by)) {
                    (Ok(scale), Ok(offset)) => {
                        let form = Form::Stepped(Stairs { scale, offset, ..stairs });
                        Local { value, form, ..local }
                    }
                    (Err(_), _) | (_, Err(_)) => self.pinned(value),
                }
            }
        }
    }

    /// Adds two numbers.
    pub(super) fn sum(self, a: Local, b: Local) -> Local {
        let value = a.value.zip(b.value).and_then(|(a, b)| a.add(b).ok());
        let stretch = a.stretch.and(b.stretch);
        match (a.form, a.value, b.form, b.value) {
            (_, None, _, _) | (_, _, _, None) => Local::still(value).within(stretch),
            (_, Some(_), Form::Still, Some(by)) => self.shifted(a, by, value).within(b.stretch),
            (Form::Still, Some(by), _, Some(_)) => self.shifted(b, by, value).within(a.stretch),
            (Form::Moving(p), _, Form::Moving(q), _) => self.moving(value, p.sum(q), stretch),
            (Form::Stepped(_), _, _, _) => self.sum(self.settled(a), b),
            (_, _, Form::Stepped(_), _) => self.sum(a, self.settled(b)),
        }
    }

    /// Negates a number.
    pub(super) fn negated(self, a: Local) -> Local {
        let value = a.value.and_then(|value| value.negate().ok());
        self.scaled(a, Exact::whole(-1), value)
    }

    /// Multiplies two numbers.
    pub(super) fn product(self, a: Local, b: Local) -> Local {
        let value = a.value.zip(b.value).and_then(|(a, b)| a.multiply(b).ok());
        let stretch = a.stretch.and(b.stretch);
        match (a.form, a.value, b.form, b.value) {
            (_, None, _, _) | (_, _, _, None) => Local::still(value).within(stretch),
            (_, Some(_), Form::Still, Some(by)) => self.scaled(a, by, value).within(b.stretch),
            (Form::Still, Some(by), _, Some(_)) => self.scaled(b, by, value).within(a.stretch),
            (Form::Moving(_), _, Form::Moving(_), _) => self.pinned(value),
            (Form::Stepped(_), _, _, _) => self.product(self.settled(a), b),
            (_, _, Form::Stepped(_), _) => self.product(a, self.settled(b)),
        }
    }

    /// Divides two numbers.
    pub(super) fn quotient(self, a: Local, b: Local) -> Local {
        let value = a.value.zip(b.value).and_then(|(a, b)| a.divide(b).ok());
        let stretch = a.stretch.and(b.stretch);
        if b.value.is_some_and(Exact::is_zero) && b.form != Form::Still {
            return self.pinned(None);
        }
        match (a.form, a.value, b.form, b.value) {
            (_, None, _, _) | (_, _, _, None) => Local::still(value).within(stretch),
            (_, Some(_), Form::Still, Some(by)) => match Exact::ONE.divide(by) {
                Ok(by) => self.scaled(a, by, value).within(b.stretch),
                Err(_) => Local::still(None).within(stretch),
            },
            (Form::Still, Some(a), Form::Moving(q), _) => {
                self.moving(value, q.inverse().times(a), stretch)
            }
            (Form::Moving(p), _, Form::Moving(q), _) => self.moving(value, p.over(q), stretch),
            (Form::Stepped(_), _, _, _) => self.quotient(self.settled(a), b),
            (_, _, Form::Stepped(_), _) => self.quotient(a, self.settled(b)),
        }
    }

    /// Rounds a number to a step.
    pub(super) fn rounded(
        self,
        mode: Rounding,
        a: Local,
        step: Local,
        value: Option<Exact>,
    ) -> Local {
        let stretch = a.stretch.and(step.stretch);
        match (a.form, step.form, step.value) {
            (_, _, None) => Local::still(None).within(self.settled(a).stretch.and(step.stretch)),
            (Form::Still, Form::Still, Some(_)) => Local::still(value).within(stretch),
            (Form::Moving(inner), Form::Still, Some(step)) if value.is_some() => {
                let stairs = Stairs { inner, mode, step, scale: Exact::ONE, offset: Exact::ZERO };
                Local { value, form: Form::Stepped(stairs), stretch }
            }
            (Form::Stepped(_), Form::Still, Some(_)) => {
                self.rounded(mode, self.settled(a), step, value)
            }
            (Form::Moving(_), Form::Still, Some(_))
            | (_, Form::Moving(_) | Form::Stepped(_), _) => self.pinned(value),
        }
    }

    /// Returns the stretch over which the order of two numbers stays as it is at the sample.
    pub(super) fn order(self, a: Local, b: Local) -> Stretch {
        let stretch = a.stretch.and(b.stretch);
        let cut = |cuts: &[Exact]| cuts.iter().fold(stretch, |held, at| held.cut(*at, self.0));
        match (a.form, a.value, b.form, b.value) {
            (Form::Still, _, Form::Still, _) | (_, None, _, _) | (_, _, _, None) => stretch,
            (Form::Moving(p), _, Form::Still, Some(b)) => {
                cut(&p.reaches(b).into_iter().collect::<Vec<_>>())
            }
            (Form::Stepped(stairs), _, Form::Still, Some(b)) => match stairs.around(b) {
                Some(cuts) => cut(&cuts),
                None => Stretch::only(self.0),
            },
            (Form::Still, _, _, _) => self.order(b, a),
            (Form::Moving(p), _, Form::Moving(q), _) => match p.meets(q) {
                Some(at) => cut(&at.into_iter().collect::<Vec<_>>()),
                None => Stretch::only(self.0),
            },
            (Form::Stepped(_), _, _, _) => self.order(self.settled(a), b),
            (_, _, Form::Stepped(_), _) => self.order(a, self.settled(b)),
        }
    }

    /// Keeps the one of two that an extreme takes.
    pub(super) fn extreme(self, wanted: Ordering, a: Local, b: Local) -> Local {
        let stretch = self.order(a, b);
        match a.value.zip(b.value) {
            Some((x, y)) if x.cmp(&y) == wanted || x == y => a.within(stretch),
            Some(_) => b.within(stretch),
            None => Local::still(None).within(stretch),
        }
    }
}

impl Stairs {
    /// Where steps around a value begin and end: what lies between stays on one side of it.
    fn around(self, value: Exact) -> Option<Vec<Exact>> {
        let due = value.subtract(self.offset).ok()?.divide(self.scale).ok()?;
        let floor = due.round(Rounding::Down, self.step).ok()?;
        let half = self.step.divide(Exact::whole(2)).ok()?;
        let edge = |halves: i128| floor.add(half.multiply(Exact::whole(halves)).ok()?).ok();
        let edges: Option<Vec<Exact>> = (-2..=4).map(edge).collect();
        Some(edges?.into_iter().filter_map(|edge| self.inner.reaches(edge)).collect())
    }
}
