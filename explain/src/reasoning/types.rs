//! The type of each slot, so that its value can be shown with its unit.
//!
//! The program keeps no types: facts and tables have theirs, operations derive theirs, amounts are
//! points, and a constant takes the type that what surrounds it asks for.

use engine::{
    Arithmetic, Calendar, Code, Criterion, Fold, GridVersion, NumberForm, Op, Program, Slot, Type,
    Unit, Value,
};

/// What a slot without a known type is shown as: a plain number.
pub(super) const PLAIN: Type = Type::Number(Unit::NONE, NumberForm::Decimal);
const WHOLE: Type = Type::Number(Unit::NONE, NumberForm::Whole);
const POINTS: NumberForm = NumberForm::Decimal;

/// Lists the slots of a version whose type its lines tell: amounts, bounds and named quantities.
pub(super) fn told(version: &GridVersion) -> Vec<(Slot, Type)> {
    let mut told = Vec::new();
    for part in &version.parts {
        let criteria = part.criteria();
        for criterion in criteria {
            tell(criterion, &mut told);
        }
    }
    told
}

fn tell(criterion: &Criterion, told: &mut Vec<(Slot, Type)>) {
    let points = Type::Number(Unit::points(), POINTS);
    told.extend(criterion.quantities.iter().map(|quantity| (quantity.slot, quantity.ty)));
    let amounts = criterion.contributions.iter().map(|contribution| contribution.amount);
    let bounds = criterion.floor.into_iter().chain(criterion.cap);
    told.extend(amounts.chain(bounds).map(|slot| (slot, points)));
}

/// Derives the type of every slot, some being told. Shape: one per operation.
pub(super) fn types(code: &Code, program: &Program, told: &[(Slot, Type)]) -> Vec<Type> {
    let mut types = Types(vec![None; code.ops.len()]);
    for (slot, ty) in told {
        types.learn(*slot, Some(*ty));
    }
    for (at, op) in (0..).zip(&code.ops) {
        let ty = forward(op, program, &|slot| types.of(slot));
        types.learn(Slot(at), ty);
    }
    let last = u32::try_from(code.ops.len()).unwrap_or(u32::MAX);
    for (at, op) in (0..last).rev().zip(code.ops.iter().rev()) {
        types.ask(Slot(at), op);
    }
    types.0.into_iter().map(|ty| ty.unwrap_or(PLAIN)).collect()
}

struct Types(Vec<Option<Type>>);

impl Types {
    fn of(&self, slot: Slot) -> Option<Type> {
        self.0.get(slot.0 as usize).copied().flatten()
    }

    /// Notes a type, unless one is known.
    fn learn(&mut self, slot: Slot, ty: Option<Type>) {
        if let (Some(ty), Some(place)) = (ty, self.0.get_mut(slot.0 as usize)) {
            place.get_or_insert(ty);
        }
    }

    /// Passes what is known of a result and of one operand on to the other.
    fn ask(&mut self, slot: Slot, op: &Op) {
        let own = self.of(slot);
        match op {
            Op::Compare(_, a, b) => self.alike(None, *a, *b),
            Op::Select(_, a, b) | Op::Round(_, a, b) => self.alike(own, *a, *b),
            Op::Arithmetic(arithmetic, a, b) => match arithmetic {
                Arithmetic::Add
                | Arithmetic::Subtract
                | Arithmetic::Minimum
                | Arithmetic::Maximum => self.alike(own, *a, *b),
                Arithmetic::Multiply => {
                    self.learn(*a, quotient(own, self.of(*b)));
                    self.learn(*b, quotient(own, self.of(*a)));
                }
                Arithmetic::Divide => {
                    self.learn(*a, number(Arithmetic::Multiply, own, self.of(*b)));
                    self.learn(*b, quotient(self.of(*a), own));
                }
            },
            Op::Constant(_)
            | Op::NoValue
            | Op::EvaluationDate
            | Op::Fact(_)
            | Op::SharedFact { .. }
            | Op::ItemFact { .. }
            | Op::Calendar(..)
            | Op::And(..)
            | Op::Or(..)
            | Op::Not(_)
            | Op::IsKnown(_)
            | Op::Table(..)
            | Op::Call(..)
            | Op::FoldList { .. }
            | Op::Rank { .. }
            | Op::FoldPool { .. }
            | Op::GridTotal(_) => {}
        }
    }

    fn alike(&mut self, own: Option<Type>, a: Slot, b: Slot) {
        let ty = own.or(self.of(a)).or(self.of(b));
        self.learn(a, ty);
        self.learn(b, ty);
    }
}

fn quotient(of: Option<Type>, by: Option<Type>) -> Option<Type> {
    number(Arithmetic::Divide, of, by)
}

fn forward(op: &Op, program: &Program, of: &dyn Fn(Slot) -> Option<Type>) -> Option<Type> {
    let field = |id| program.schema.field(id).map(|field| field.ty);
    match op {
        Op::Constant(Value::Bool(_)) => Some(Type::Bool),
        Op::Constant(Value::Date(_)) | Op::EvaluationDate => Some(Type::Date),
        Op::Constant(Value::Text(_)) => Some(Type::Text),
        Op::Constant(Value::Number(_) | Value::Enum(_)) | Op::NoValue => None,
        Op::Fact(id) | Op::SharedFact { field: id, .. } | Op::ItemFact { field: id, .. } => {
            field(*id)
        }
        Op::Arithmetic(arithmetic, a, b) => number(*arithmetic, of(*a), of(*b)),
        Op::Round(_, a, b) => of(*a).or(of(*b)),
        Op::Calendar(calendar, ..) => Some(match calendar {
            Calendar::AddMonths
            | Calendar::SubtractMonths
            | Calendar::AddDays
            | Calendar::SubtractDays => Type::Date,
            Calendar::CompletedMonths | Calendar::CompletedYears => {
                Type::Number(Unit::months(), NumberForm::Whole)
            }
            Calendar::DaysBetween => Type::Number(Unit::days(), NumberForm::Whole),
        }),
        Op::Compare(..) | Op::And(..) | Op::Or(..) | Op::Not(_) | Op::IsKnown(_) => {
            Some(Type::Bool)
        }
        Op::Select(_, a, b) => of(*a).or(of(*b)),
        Op::Table(id, _) => program.tables.get(id.0 as usize).map(|table| table.ty),
        Op::Call(id, _) => program.functions.get(id.0 as usize).map(|function| function.ty),
        Op::FoldList { fold, value, .. } | Op::FoldPool { fold, value, .. } => match fold {
            Fold::Count => Some(WHOLE),
            Fold::Exists | Fold::All => Some(Type::Bool),
            Fold::Sum | Fold::Minimum | Fold::Maximum => value.and_then(of),
        },
        Op::Rank { .. } => Some(WHOLE),
        Op::GridTotal(_) => Some(Type::Number(Unit::points(), POINTS)),
    }
}

/// Derives the type of an arithmetic result; absent when an operand's is needed and not known.
fn number(arithmetic: Arithmetic, a: Option<Type>, b: Option<Type>) -> Option<Type> {
    match arithmetic {
        Arithmetic::Add | Arithmetic::Subtract | Arithmetic::Minimum | Arithmetic::Maximum => {
            a.or(b)
        }
        Arithmetic::Multiply | Arithmetic::Divide => {
            let (a, b) = (unit(a?)?, unit(b?)?);
            let product = if arithmetic == Arithmetic::Multiply { a.times(b) } else { a.over(b) };
            Some(Type::Number(product.unit, NumberForm::Decimal))
        }
    }
}

fn unit(ty: Type) -> Option<Unit> {
    match ty {
        Type::Number(unit, _) => Some(unit),
        Type::Bool | Type::Text | Type::Code | Type::Date | Type::Enum(_) | Type::Item(_) => None,
    }
}
