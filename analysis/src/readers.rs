//! Who reads what: the criteria, conditions and keys of every grid and ranking, with their days and
//! the operations that they depend on.

use crate::cells::{Facts, Space, cone};
use crate::points::{days_of, slots};
use crate::scales::version;
use dsl::Compiled;
use engine::{
    Absence, Code, Criterion, Domain, Explored, GridVersion, Interval, Op, OrderKeyKind, Period,
    Program, RankingVersion, Reach, Slot, ValidationGate, Value, Values, Variable, openness,
};
use source::Span;
use std::ops::ControlFlow;

/// Something that is evaluated on some days.
pub(crate) struct Reader<'c> {
    /// The program.
    pub(crate) program: &'c Program,
    /// The code it is part of.
    pub(crate) code: &'c Code,
    /// The days of that code's version.
    pub(crate) version_days: Period,
    /// The days on which it speaks.
    pub(crate) days: Period,
    /// What it is, in French: « le critère « âge » ».
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) span: Span,
    /// Which operations it depends on.
    pub(crate) cone: Vec<bool>,
    /// The criterion or condition that it is, when it is one.
    pub(crate) criterion: Option<&'c Criterion>,
}

/// A table looked up by a reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lookup {
    /// The table's index.
    pub(crate) table: usize,
    /// The operation.
    pub(crate) slot: Slot,
    /// Its inputs.
    pub(crate) inputs: Vec<Slot>,
}

/// Lists the readers of a recueil whose code looks something up, in the order of the text.
pub(crate) fn readers(compiled: &Compiled) -> Vec<Reader<'_>> {
    let program = &compiled.lowered.program;
    let mut readers = Vec::new();
    for (typed, place) in compiled.typed.grids.iter().zip(&compiled.lowered.grids) {
        if let Some(version) = version(compiled, *place) {
            of_version(program, version, typed.span, &mut readers);
        }
    }
    for (typed, ranking) in compiled.typed.rankings.iter().zip(&program.rankings) {
        of_ranking(program, ranking, typed.span, &mut readers);
    }
    readers
}

fn of_version<'c>(
    program: &'c Program,
    version: &'c GridVersion,
    span: Span,
    into: &mut Vec<Reader<'c>>,
) {
    if !looks_up(&version.code) {
        return;
    }
    let whole = Of { program, code: &version.code, days: version.period };
    let validation = match &version.validation {
        ValidationGate::Fact { slot, .. } => Some(*slot),
        ValidationGate::Open => None,
    };
    let conditions: Vec<Slot> = [
        version.perimeter.as_ref().map(|(_, slot)| *slot),
        version.applies,
        version.sharing.as_ref().map(|sharing| sharing.gate),
        validation,
    ]
    .into_iter()
    .flatten()
    .collect();
    into.push(whole.clause(format!("« {} »", version.unit), span, &conditions));
    for part in &version.parts {
        let criteria = part.criteria();
        let read = criteria.iter().filter_map(|one| whole.criterion(one, "le critère"));
        into.extend(read);
    }
}

fn of_ranking<'c>(
    program: &'c Program,
    ranking: &'c RankingVersion,
    span: Span,
    into: &mut Vec<Reader<'c>>,
) {
    if !looks_up(&ranking.code) {
        return;
    }
    let whole = Of { program, code: &ranking.code, days: ranking.period };
    let conditions = ranking.eligibilities.iter();
    into.extend(conditions.filter_map(|one| whole.criterion(&one.criterion, "l'éligibilité")));
    let keys = ranking.order.iter().filter_map(|key| match key.key {
        OrderKeyKind::Slot(slot) => Some(slot),
        OrderKeyKind::Total => None,
    });
    let keys: Vec<Slot> = keys.collect();
    into.push(whole.clause(format!("l'ordre de « {} »", ranking.unit), span, &keys));
}

/// Tells whether code looks into a table or reads a grid; readers of nothing else are not listed.
fn looks_up(code: &Code) -> bool {
    code.ops.iter().any(|op| matches!(op, Op::Table(..) | Op::GridTotal(_)))
}

/// The code that readers are part of.
struct Of<'c> {
    program: &'c Program,
    code: &'c Code,
    days: Period,
}

impl<'c> Of<'c> {
    fn criterion(&self, criterion: &'c Criterion, kind: &str) -> Option<Reader<'c>> {
        let days = days_of(self.days, criterion)?;
        let name = format!("{kind} « {} »", criterion.id);
        let reader = self.clause(name, criterion.span, &slots(criterion));
        Some(Reader { days, criterion: Some(criterion), ..reader })
    }

    fn clause(&self, name: String, span: Span, slots: &[Slot]) -> Reader<'c> {
        Reader {
            program: self.program,
            code: self.code,
            version_days: self.days,
            days: self.days,
            name,
            span,
            cone: cone(self.code, slots),
            criterion: None,
        }
    }
}

impl Reader<'_> {
    /// Lists the operations it depends on.
    pub(crate) fn operations(&self) -> impl Iterator<Item = (Slot, &Op)> {
        let numbered = (0_u32..).map(Slot).zip(&self.code.ops);
        numbered.zip(&self.cone).filter(|(_, read)| **read).map(|(op, _)| op)
    }

    /// Lists the tables it looks into.
    pub(crate) fn lookups(&self) -> impl Iterator<Item = Lookup> {
        self.operations().filter_map(|(slot, op)| match op {
            Op::Table(id, inputs) => {
                Some(Lookup { table: id.0 as usize, slot, inputs: inputs.clone() })
            }
            _ => None,
        })
    }

    /// Tells whether what it decides may hang on a slot that is unknown, on some days, while some
    /// slots hold given values and the facts are known. A criterion that is shut anyway does not.
    pub(crate) fn may_hang(&self, slot: Slot, days: Period, held: &[(Slot, Value)]) -> bool {
        let Some(criterion) = self.criterion else { return true };
        if self.is_in_a_fold(slot) {
            return true;
        }
        let mut space = self.space(criterion, slot, days);
        space.variables.retain(|variable| held.iter().all(|(slot, _)| *slot != variable.slot));
        space.variables.extend(held.iter().filter(|(slot, _)| self.is_open(*slot)).map(holding));
        space.variables.sort_by_key(|variable| variable.slot);
        let mut hangs = false;
        let explored = space.each(&mut |_, reach| {
            hangs = hangs || is_undecided(criterion, reach);
            if hangs { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        hangs || explored == Explored::TooMany
    }

    fn space(&self, criterion: &Criterion, slot: Slot, days: Period) -> Space<'_> {
        let mut targets = slots(criterion);
        targets.push(slot);
        Space::new(self.program, self.code, days, &targets, Facts::Known)
    }

    /// The values at which what it decides may change with a slot that a table reads.
    pub(crate) fn cuts(&self, table: Slot, input: Slot) -> Vec<Value> {
        let Some(criterion) = self.criterion else { return Vec::new() };
        let space = self.space(criterion, table, self.days);
        let variables = space.variables.iter().filter(|variable| variable.slot == input);
        let domains = variables.flat_map(|variable| &variable.domains);
        let ends = domains.flat_map(|domain| match &domain.values {
            Values::Numbers(interval) => {
                [interval.low.map(Value::Number), interval.high.map(Value::Number)]
            }
            Values::Days(days) => [days.from.map(Value::Date), days.to.map(Value::Date)],
            Values::Any | Values::Bool(_) | Values::Enum(_) | Values::Text(_) => [None, None],
        });
        ends.flatten().collect()
    }

    fn is_in_a_fold(&self, slot: Slot) -> bool {
        let at = slot.0 as usize;
        let bodies = self.code.ops.iter().enumerate().map(|(start, op)| (start, op.body()));
        bodies.into_iter().any(|(start, body)| start < at && at <= start + body)
    }

    /// Tells whether a slot can be held to a value: a constant cannot.
    fn is_open(&self, slot: Slot) -> bool {
        !matches!(self.code.ops.get(slot.0 as usize), Some(Op::Constant(_)) | None)
    }
}

fn holding((slot, value): &(Slot, Value)) -> Variable {
    let values = match value {
        Value::Bool(truth) => Values::Bool(*truth),
        Value::Number(number) => Values::Numbers(Interval::only(*number)),
        Value::Date(day) => Values::Days(Period { from: Some(*day), to: Some(*day) }),
        Value::Enum(value) => Values::Enum(vec![*value]),
        Value::Text(text) => Values::Text(std::sync::Arc::clone(text)),
    };
    Variable { slot: *slot, domains: vec![Domain { values, absence: Absence::Never }] }
}

/// Tells whether an unknown may decide what a criterion gives.
fn is_undecided(criterion: &Criterion, reach: &[Reach]) -> bool {
    let unknown = |slot: Slot| reach.get(slot.0 as usize).is_none_or(|one| one.can_be_unknown());
    let conditions = criterion.condition.into_iter().chain(criterion.exception);
    if conditions.into_iter().any(unknown) {
        return true;
    }
    let given = criterion.contributions.iter().any(|one| match one.condition {
        None => unknown(one.amount),
        Some(condition) => {
            let open = reach.get(condition.0 as usize).is_none_or(|one| one.can_be_true());
            unknown(condition) || (open && unknown(one.amount))
        }
    });
    let bounds = criterion.floor.into_iter().chain(criterion.cap).any(unknown);
    openness(criterion, reach).can_open && (given || bounds)
}
