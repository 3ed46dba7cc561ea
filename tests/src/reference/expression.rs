//! Expressions: a recursive walk of the typed tree, once per candidate and per use.
//!
//! Arguments are kept as expressions with the place they come from and computed where they are used,
//! so that a comparison of candidates inside a definition sees each candidate's own argument.

use super::calendar;
use super::table::table;
use super::value::{Val, Why, Whys, rational};
use dsl::typed::tree::{Expr, ExprKind, ItemId, ItemRef, Recueil, SharingRule};
use engine::{
    Arithmetic, Calendar, Case, Comparison, Date, Direction, EntityId, EvalError, Fact, FactRef,
    FactState, FieldId, Fold, FunctionDef, Item, ListState, Pool, Population, Rounding, Scripts,
    Sharing,
};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Everything that does not change while one population is evaluated.
#[derive(Clone, Copy)]
pub struct World<'t> {
    /// The rules.
    pub tree: &'t Recueil,
    /// The scripted functions.
    pub scripts: &'t dyn Scripts,
    /// The candidates and the day.
    pub pool: &'t Pool,
    /// Who is compared, by index in the pool.
    pub members: &'t [bool],
}

/// Where an expression stands.
#[derive(Clone, Default)]
pub struct Env<'t> {
    /// The frame's sharing, inside a frame.
    pub sharing: Option<&'t SharingRule>,
    /// Local names of the criterion.
    pub locals: &'t [(String, Expr)],
    arguments: Rc<Vec<(&'t Expr, Env<'t>)>>,
    items: BTreeMap<ItemId, &'t Item>,
}

impl<'t> Env<'t> {
    /// The environment of a criterion.
    pub fn of(sharing: Option<&'t SharingRule>, locals: &'t [(String, Expr)]) -> Self {
        Self { sharing, locals, ..Self::default() }
    }

    fn inside(&self, arguments: &'t [Expr]) -> Self {
        let arguments = arguments.iter().map(|argument| (argument, self.clone())).collect();
        Self { sharing: self.sharing, arguments: Rc::new(arguments), ..Self::default() }
    }

    fn with_item(&self, id: ItemId, item: &'t Item) -> Self {
        let mut inner = self.clone();
        inner.items.insert(id, item);
        inner
    }

    fn item(&self, item: ItemRef) -> Option<&'t Item> {
        match item {
            ItemRef::Bound(id) => self.items.get(&id).copied(),
            ItemRef::Argument(at) => {
                let (argument, env) = self.arguments.get(at as usize)?;
                match argument.kind.as_ref() {
                    ExprKind::Item(item) => env.item(*item),
                    _ => None,
                }
            }
        }
    }
}

impl<'t> World<'t> {
    fn day(self) -> Date {
        self.pool.date
    }

    /// Returns a candidate's facts.
    pub fn case(self, who: usize) -> Option<&'t Case> {
        self.pool.candidates.get(who).map(|candidate| &candidate.case)
    }

    /// Computes an expression for a candidate.
    pub fn eval(self, expr: &'t Expr, env: &Env<'t>, who: usize) -> Val {
        let go = |inner: &'t Expr| self.eval(inner, env, who);
        match expr.kind.as_ref() {
            ExprKind::Constant(value) => Val::from(value),
            ExprKind::EvaluationDate => Val::Date(self.day()),
            ExprKind::Fact(field) => self.fact(*field, env, who),
            ExprKind::ItemFact(item, field) => match env.item(*item) {
                Some(item) => read(item.get(field), *field),
                None => Val::failed(EvalError::IllTyped),
            },
            ExprKind::Item(_) => Val::failed(EvalError::IllTyped),
            ExprKind::Argument(at) => match env.arguments.get(*at as usize) {
                Some((argument, from)) => self.eval(argument, from, who),
                None => Val::failed(EvalError::IllTyped),
            },
            ExprKind::Local(at) => match env.locals.get(*at as usize) {
                Some((_, value)) => self.eval(value, env, who),
                None => Val::failed(EvalError::IllTyped),
            },
            ExprKind::Definition(id, arguments) => match self.tree.definitions.get(id.0 as usize) {
                Some(definition) => self.eval(&definition.value, &env.inside(arguments), who),
                None => Val::failed(EvalError::IllTyped),
            },
            ExprKind::Table(id, arguments) => match self.tree.tables.get(id.0 as usize) {
                Some(typed) => {
                    let inner = env.inside(arguments);
                    let inputs: Vec<Val> =
                        typed.inputs.iter().map(|input| self.eval(input, &inner, who)).collect();
                    table(&typed.table, &inputs, self.day())
                }
                None => Val::failed(EvalError::IllTyped),
            },
            ExprKind::Function(id, arguments) => match self.tree.functions.get(id.0 as usize) {
                Some(function) => {
                    self.call(function, &arguments.iter().map(go).collect::<Vec<_>>())
                }
                None => Val::failed(EvalError::IllTyped),
            },
            ExprKind::Arithmetic(op, a, b) => arithmetic(*op, &go(a), &go(b)),
            ExprKind::Round(mode, a, step) => round(*mode, &go(a), &go(step)),
            ExprKind::Calendar(op, a, b) => calendar_of(*op, &go(a), &go(b)),
            ExprKind::Compare(op, a, b) => compare(*op, &go(a), &go(b)),
            ExprKind::And(items) => all(items.iter().map(go)),
            ExprKind::Or(items) => negated(all(items.iter().map(|item| negated(go(item))))),
            ExprKind::Not(a) => negated(go(a)),
            ExprKind::IsKnown(a) => match go(a) {
                Val::Unknown(whys) => Val::Bool(whys.iter().all(|why| why.fact().is_none())),
                _ => Val::Bool(true),
            },
            ExprKind::FoldList { fold, list, item, filter, value } => {
                let items = match self.items(*list, expr, env, who) {
                    Ok(items) => items,
                    Err(unknown) => return unknown,
                };
                folded(
                    *fold,
                    items.iter().map(|held| {
                        let env = env.with_item(*item, held);
                        let go = |inner: &'t Expr| self.eval(inner, &env, who);
                        (filter.as_ref().map(go), value.as_ref().map(go))
                    }),
                )
            }
            ExprKind::Rank(key, direction, population) => {
                self.rank(key, *direction, *population, env, who)
            }
            ExprKind::FoldPool { fold, population, filter, value } => folded(
                *fold,
                self.population(*population).map(|other| {
                    let go = |inner: &'t Expr| self.eval(inner, env, other);
                    (filter.as_ref().map(go), value.as_ref().map(go))
                }),
            ),
            ExprKind::GridTotal(grid) => Val::Number(self.grid_total(grid, who)),
        }
    }

    fn population(self, population: Population) -> impl Iterator<Item = usize> {
        let everyone = 0..self.pool.candidates.len();
        everyone.filter(move |&who| population == Population::Everyone || self.is_member(who))
    }

    fn is_member(self, who: usize) -> bool {
        self.members.get(who).copied().unwrap_or(false)
    }

    /// One more than the number of members with a strictly better known key.
    fn rank(
        self,
        key: &'t Expr,
        direction: Direction,
        population: Population,
        env: &Env<'t>,
        who: usize,
    ) -> Val {
        if population == Population::Eligible && !self.is_member(who) {
            return Val::because(Why::NotRanked);
        }
        let own = self.eval(key, env, who);
        if let Some(whys) = own.doubt() {
            return Val::Unknown(whys);
        }
        let better = self.population(population).filter(|&other| {
            let order = self.eval(key, env, other).order(&own);
            match direction {
                Direction::Ascending => order.is_some_and(std::cmp::Ordering::is_lt),
                Direction::Descending => order.is_some_and(std::cmp::Ordering::is_gt),
            }
        });
        Val::count(better.count() + 1)
    }

    fn call(self, function: &FunctionDef, arguments: &[Val]) -> Val {
        if let Some(whys) = doubts(arguments) {
            return Val::Unknown(whys);
        }
        let Some(arguments) = arguments.iter().map(Val::to_engine).collect::<Option<Vec<_>>>()
        else {
            return Val::failed(EvalError::Overflow);
        };
        match self.scripts.call(function, &arguments, &self.tree.schema) {
            Ok(value) => Val::from(&value),
            Err(error) => Val::failed(error),
        }
    }

    fn fact(self, field: FieldId, env: &Env<'t>, who: usize) -> Val {
        let Some(case) = self.case(who) else { return Val::failed(EvalError::IllTyped) };
        if let Some(rule) = env.sharing
            && !rule.visible.contains(&field)
        {
            let needs = self.tree.schema.field(field).and_then(|def| def.sharing);
            if let Some(hidden) = self.hidden(rule, needs, FactRef::Field(field), who) {
                return hidden;
            }
        }
        read(case.facts.get(&field), field)
    }

    /// Returns what a candidate's choice grants, or why that is unknown.
    pub fn granted(self, rule: &'t SharingRule, who: usize) -> Result<Sharing, Whys> {
        match self.eval(&rule.choice, &Env::default(), who) {
            Val::Enum(choice) => Ok(rule.levels.get(&choice).copied().unwrap_or(Sharing::Nothing)),
            other => Err(other.doubt().unwrap_or_default()),
        }
    }

    fn hidden(
        self,
        rule: &'t SharingRule,
        needs: Option<Sharing>,
        fact: FactRef,
        who: usize,
    ) -> Option<Val> {
        match self.granted(rule, who) {
            Err(whys) => Some(Val::Unknown(whys)),
            Ok(granted) if needs.is_some_and(|needs| needs <= granted) => None,
            Ok(_) => Some(Val::because(Why::NotShared(fact))),
        }
    }

    fn items(
        self,
        list: EntityId,
        fold: &'t Expr,
        env: &Env<'t>,
        who: usize,
    ) -> Result<&'t [Item], Val> {
        let fact = FactRef::List(list);
        if let Some(rule) = env.sharing
            && !rule.visible_lists.contains(&list)
        {
            let needs = self.list_needs(rule, list, fold);
            if let Some(hidden) = self.hidden(rule, needs, fact, who) {
                return Err(hidden);
            }
        }
        match self.case(who).and_then(|case| case.lists.get(&list)) {
            Some(ListState::Known(items)) => Ok(items),
            Some(ListState::Withheld) => Err(Val::because(Why::Withheld(fact))),
            Some(ListState::Missing) | None => Err(Val::because(Why::Missing(fact))),
        }
    }

    /// The strictest level of the fields of the list that the fold reads; the least of the list's
    /// when it reads none; absent: never shared.
    fn list_needs(self, rule: &SharingRule, list: EntityId, fold: &Expr) -> Option<Sharing> {
        let schema = &self.tree.schema;
        let level = |id: FieldId| {
            if rule.visible.contains(&id) {
                Some(Sharing::Nothing)
            } else {
                schema.field(id).and_then(|field| field.sharing)
            }
        };
        let of_list = schema.entity(list).map(|entity| entity.fields.clone()).unwrap_or_default();
        let footprint = self.tree.footprint(fold).fields;
        let read: Vec<FieldId> =
            of_list.iter().copied().filter(|id| footprint.contains(id)).collect();
        if read.is_empty() {
            return of_list.into_iter().filter_map(level).min();
        }
        let levels: Option<Vec<Sharing>> = read.into_iter().map(level).collect();
        levels?.into_iter().max()
    }
}

fn read(fact: Option<&Fact>, field: FieldId) -> Val {
    let name = FactRef::Field(field);
    match fact.map(|fact| &fact.state) {
        Some(FactState::Known(value)) => Val::from(value),
        Some(FactState::Withheld) => Val::because(Why::Withheld(name)),
        Some(FactState::Missing) | None => Val::because(Why::Missing(name)),
    }
}

/// Joins the reasons of every value that is not known; absent when all are.
pub fn doubts(values: &[Val]) -> Option<Whys> {
    let whys: Vec<Whys> = values.iter().filter_map(Val::doubt).collect();
    (!whys.is_empty()).then(|| whys.into_iter().flatten().collect())
}

fn negated(value: Val) -> Val {
    match value.truth() {
        Ok(truth) => Val::Bool(!truth),
        Err(whys) => Val::Unknown(whys),
    }
}

/// Kleene's « et »: a false settles it, then an unknown.
fn all(values: impl Iterator<Item = Val>) -> Val {
    let values: Vec<Val> = values.collect();
    if values.contains(&Val::Bool(false)) {
        return Val::Bool(false);
    }
    doubts(&values).map_or(Val::Bool(true), Val::Unknown)
}

fn compare(op: Comparison, a: &Val, b: &Val) -> Val {
    if *a == Val::NoValue || *b == Val::NoValue {
        return Val::Bool(false);
    }
    if let Some(whys) = doubts(&[a.clone(), b.clone()]) {
        return Val::Unknown(whys);
    }
    let Some(order) = a.order(b) else { return Val::failed(EvalError::IllTyped) };
    Val::Bool(match op {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    })
}

fn arithmetic(op: Arithmetic, a: &Val, b: &Val) -> Val {
    if let Some(whys) = doubts(&[a.clone(), b.clone()]) {
        return Val::Unknown(whys);
    }
    match (a, b, op) {
        (Val::Number(a), Val::Number(b), Arithmetic::Add) => Val::Number(a + b),
        (Val::Number(a), Val::Number(b), Arithmetic::Subtract) => Val::Number(a - b),
        (Val::Number(a), Val::Number(b), Arithmetic::Multiply) => Val::Number(a * b),
        (Val::Number(_), Val::Number(b), Arithmetic::Divide) if b.is_zero() => {
            Val::failed(EvalError::DivisionByZero)
        }
        (Val::Number(a), Val::Number(b), Arithmetic::Divide) => Val::Number(a / b),
        (Val::Number(_) | Val::Date(_), _, Arithmetic::Minimum) => least([a.clone(), b.clone()]),
        (Val::Number(_) | Val::Date(_), _, Arithmetic::Maximum) => greatest([a.clone(), b.clone()]),
        _ => Val::failed(EvalError::IllTyped),
    }
}

fn least(values: impl IntoIterator<Item = Val>) -> Val {
    let better = |a: Val, b: Val| match b.order(&a) {
        Some(std::cmp::Ordering::Less) => b,
        _ => a,
    };
    values.into_iter().reduce(better).unwrap_or(Val::failed(EvalError::EmptyList))
}

fn greatest(values: impl IntoIterator<Item = Val>) -> Val {
    let better = |a: Val, b: Val| match b.order(&a) {
        Some(std::cmp::Ordering::Greater) => b,
        _ => a,
    };
    values.into_iter().reduce(better).unwrap_or(Val::failed(EvalError::EmptyList))
}

fn round(mode: Rounding, value: &Val, step: &Val) -> Val {
    if let Some(whys) = doubts(&[value.clone(), step.clone()]) {
        return Val::Unknown(whys);
    }
    let (Val::Number(value), Val::Number(step)) = (value, step) else {
        return Val::failed(EvalError::IllTyped);
    };
    if !step.is_positive() {
        return Val::failed(EvalError::BadStep);
    }
    let steps = value / step;
    let (below, above) = (steps.floor(), steps.ceil());
    let half = BigRational::new(BigInt::from(1), BigInt::from(2));
    let is_half = &steps - &below == half;
    let count = match mode {
        Rounding::Down => below,
        Rounding::Up => above,
        Rounding::HalfAway | Rounding::HalfEven if !is_half => (&steps + half).floor(),
        Rounding::HalfAway if steps.is_negative() => below,
        Rounding::HalfAway => above,
        Rounding::HalfEven if (below.to_integer() % BigInt::from(2)).is_zero() => below,
        Rounding::HalfEven => above,
    };
    Val::Number(count * step)
}

fn calendar_of(op: Calendar, a: &Val, b: &Val) -> Val {
    if let Some(whys) = doubts(&[a.clone(), b.clone()]) {
        return Val::Unknown(whys);
    }
    match (a, b) {
        (Val::Date(from), Val::Date(to)) => Val::Number(BigRational::from_integer(match op {
            Calendar::CompletedMonths => calendar::completed(*from, *to, 1).into(),
            Calendar::CompletedYears => (calendar::completed(*from, *to, 12) * 12).into(),
            Calendar::DaysBetween => calendar::days_between(*from, *to).into(),
            Calendar::AddMonths
            | Calendar::SubtractMonths
            | Calendar::AddDays
            | Calendar::SubtractDays => return Val::failed(EvalError::IllTyped),
        })),
        (Val::Date(date), Val::Number(count)) if count.is_integer() => {
            let Some(count) = count.to_i64().filter(|count| count.abs() < 4_000_000) else {
                return Val::failed(EvalError::Overflow);
            };
            let moved = match op {
                Calendar::AddMonths => calendar::plus_months(*date, count),
                Calendar::SubtractMonths => calendar::plus_months(*date, -count),
                Calendar::AddDays => calendar::plus_days(*date, count),
                Calendar::SubtractDays => calendar::plus_days(*date, -count),
                Calendar::CompletedMonths | Calendar::CompletedYears | Calendar::DaysBetween => {
                    return Val::failed(EvalError::IllTyped);
                }
            };
            moved.map_or(Val::failed(EvalError::Overflow), Val::Date)
        }
        (Val::Date(_), Val::Number(_)) => Val::failed(EvalError::NotWhole),
        _ => Val::failed(EvalError::IllTyped),
    }
}

/// Folds members, each with its filter and its value.
fn folded(fold: Fold, members: impl Iterator<Item = (Option<Val>, Option<Val>)>) -> Val {
    let members: Vec<_> =
        members.map(|(filter, value)| (filter.unwrap_or(Val::Bool(true)), value)).collect();
    let filters = members.iter().map(|(filter, _)| filter.clone());
    match fold {
        Fold::All => return all(filters),
        Fold::Exists => return negated(all(filters.map(negated))),
        Fold::Count | Fold::Sum | Fold::Minimum | Fold::Maximum => {}
    }
    let counted = || members.iter().filter(|(filter, _)| *filter == Val::Bool(true));
    let values: Vec<Val> = counted().filter_map(|(_, value)| value.clone()).collect();
    let filters: Vec<Val> = filters.collect();
    if let Some(whys) = doubts(&[filters, values.clone()].concat()) {
        return Val::Unknown(whys);
    }
    match fold {
        Fold::Sum => values
            .into_iter()
            .reduce(|a, b| arithmetic(Arithmetic::Add, &a, &b))
            .unwrap_or(Val::Number(rational(engine::Exact::ZERO))),
        Fold::Minimum => least(values),
        Fold::Maximum => greatest(values),
        Fold::Count | Fold::Exists | Fold::All => Val::count(counted().count()),
    }
}
