//! A small builder of programs, code and cases, for the tests of this crate.

use crate::{
    Arithmetic, Calendar, Candidate, Case, Code, Comparison, Contribution, Criterion, Date,
    Direction, Eligibility, EntityDef, EntityId, EnumDef, EnumId, EnumValue, Evaluator, Exact,
    Fact, FactState, Family, FieldDef, FieldId, Fold, Grid, GridOutcome, GridVersion, Item,
    LineOutcome, ListState, NoScripts, NumberForm, Op, Part, Period, Pool, Population, Program,
    Proof, RankingVersion, Retains, Schema, Sharing, Slot, Tranche, Type, Unit, ValidationGate,
    Value,
};
use source::Span;
use std::sync::Arc;

pub(crate) const NUMBER: Type = Type::Number(Unit::NONE, NumberForm::Decimal);
pub(crate) const WHOLE: Type = Type::Number(Unit::NONE, NumberForm::Whole);

pub(crate) fn day(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

pub(crate) fn n(value: i64) -> Value {
    Value::Number(Exact::from(value))
}

pub(crate) fn x(value: i64) -> Exact {
    Exact::from(value)
}

pub(crate) fn text(value: &str) -> Value {
    Value::Text(Arc::from(value))
}

/// A schema under construction; single facts belong to entity 0, `dossier`.
pub(crate) struct Facts(pub(crate) Schema);

impl Facts {
    pub(crate) fn new() -> Self {
        let mut facts = Self(Schema::default());
        facts.entity("dossier", false);
        facts
    }

    fn entity(&mut self, name: &str, list: bool) -> EntityId {
        let label = Some(format!("Les {name}"));
        let entity = EntityDef { name: name.to_owned(), label, list, fields: Vec::new() };
        self.0.entities.push(entity);
        EntityId(u32::try_from(self.0.entities.len() - 1).unwrap())
    }

    pub(crate) fn list(&mut self, name: &str) -> EntityId {
        self.entity(name, true)
    }

    pub(crate) fn fact(&mut self, name: &str, ty: Type) -> FieldId {
        self.item_fact(EntityId(0), name, ty)
    }

    pub(crate) fn item_fact(&mut self, entity: EntityId, name: &str, ty: Type) -> FieldId {
        let id = FieldId(u32::try_from(self.0.fields.len()).unwrap());
        self.0.fields.push(FieldDef {
            sharing: Some(Sharing::Complete),
            ..FieldDef::unmarked(entity, name, format!("Le {name}"), ty)
        });
        self.0.entities[entity.0 as usize].fields.push(id);
        id
    }

    pub(crate) fn enumeration(&mut self, values: &[&str]) -> Type {
        let values = values
            .iter()
            .map(|v| EnumValue { name: (*v).to_owned(), label: (*v).to_owned() })
            .collect();
        self.0.enums.push(EnumDef { name: "e".to_owned(), label: None, values });
        Type::Enum(EnumId(u32::try_from(self.0.enums.len() - 1).unwrap()))
    }

    pub(crate) fn program(self) -> Program {
        Program { schema: self.0, ..Program::default() }
    }
}

/// Code under construction.
#[derive(Clone, Default)]
pub(crate) struct Ops(pub(crate) Code);

impl Ops {
    pub(crate) fn new() -> Self {
        Self(Code { stages: vec![0], ..Code::default() })
    }

    pub(crate) fn op(&mut self, op: Op) -> Slot {
        let at = u32::try_from(self.0.ops.len()).unwrap();
        self.0.ops.push(op);
        self.0.spans.push(Span { start: at, end: at + 1, ..Span::default() });
        Slot(at)
    }

    pub(crate) fn next_stage(&mut self) {
        self.0.stages.push(u32::try_from(self.0.ops.len()).unwrap());
    }

    pub(crate) fn number(&mut self, value: i64) -> Slot {
        self.op(Op::Constant(n(value)))
    }

    pub(crate) fn truth(&mut self, value: bool) -> Slot {
        self.op(Op::Constant(Value::Bool(value)))
    }

    pub(crate) fn fact(&mut self, field: FieldId) -> Slot {
        self.op(Op::Fact(field))
    }

    pub(crate) fn compare(&mut self, comparison: Comparison, a: Slot, b: Slot) -> Slot {
        self.op(Op::Compare(comparison, a, b))
    }

    pub(crate) fn arithmetic(&mut self, operator: Arithmetic, a: Slot, b: Slot) -> Slot {
        self.op(Op::Arithmetic(operator, a, b))
    }

    pub(crate) fn calendar(&mut self, operator: Calendar, a: Slot, b: Slot) -> Slot {
        self.op(Op::Calendar(operator, a, b))
    }

    pub(crate) fn rank(&mut self, key: Slot, direction: Direction) -> Slot {
        self.op(Op::Rank { key, direction, population: Population::Eligible })
    }

    /// Writes a fold; `body` writes the body and returns its filter and value.
    pub(crate) fn fold(
        &mut self,
        fold: Fold,
        list: EntityId,
        body: impl FnOnce(&mut Self) -> (Option<Slot>, Option<Slot>),
    ) -> Slot {
        let at = self.op(Op::NoValue);
        let (filter, value) = body(self);
        let length = u32::try_from(self.0.ops.len()).unwrap() - at.0 - 1;
        self.0.ops[at.0 as usize] =
            Op::FoldList { fold, list, shared: None, body: length, filter, value };
        at
    }
}

pub(crate) fn criterion(id: &str) -> Criterion {
    Criterion {
        id: id.to_owned(),
        label: format!("Ligne {id}"),
        grounds: Arc::default(),
        period: Period::default(),
        condition: None,
        exception: None,
        contributions: Vec::new(),
        floor: None,
        cap: None,
        proofs: Vec::new(),
        says: None,
        else_says: None,
        quantities: Vec::new(),
        maximum: None,
        span: Span::default(),
    }
}

impl Criterion {
    pub(crate) fn when(mut self, slot: Slot) -> Self {
        self.condition = Some(slot);
        self
    }

    pub(crate) fn except(mut self, slot: Slot) -> Self {
        self.exception = Some(slot);
        self
    }

    pub(crate) fn gives(mut self, amount: Slot) -> Self {
        self.contributions.push(Contribution { amount, condition: None });
        self
    }

    pub(crate) fn gives_if(mut self, amount: Slot, condition: Slot) -> Self {
        self.contributions.push(Contribution { amount, condition: Some(condition) });
        self
    }

    pub(crate) fn at_least(mut self, slot: Slot) -> Self {
        self.floor = Some(slot);
        self
    }

    pub(crate) fn at_most(mut self, slot: Slot) -> Self {
        self.cap = Some(slot);
        self
    }

    pub(crate) fn part(self) -> Part {
        Part::Criterion(self.into())
    }
}

pub(crate) fn family(id: &str, retains: Retains, criteria: Vec<Criterion>) -> Family {
    Family {
        id: id.to_owned(),
        label: format!("Famille {id}"),
        retains,
        cap: None,
        floor: None,
        criteria,
    }
}

pub(crate) fn tranche(id: &str, points: i64, criteria: Vec<Criterion>) -> Part {
    let tranche = Tranche {
        id: id.to_owned(),
        label: format!("Tranche {id}"),
        points: x(points),
        criteria,
        span: Span::default(),
    };
    Part::Tranche(tranche.into())
}

pub(crate) fn version(unit: &str, ops: Ops, parts: Vec<Part>) -> GridVersion {
    GridVersion {
        unit: unit.into(),
        version: "1".into(),
        filling: None,
        label: unit.into(),
        period: Period::default(),
        sirens: Vec::new(),
        perimeter: None,
        applies: None,
        scale: None,
        cap: None,
        floor: None,
        sharing: None,
        validation: ValidationGate::Open,
        parts,
        code: ops.0,
    }
}

pub(crate) fn grid(id: &str, versions: Vec<GridVersion>) -> Grid {
    Grid {
        id: id.to_owned(),
        label: id.to_owned(),
        siren: None,
        open_frame: false,
        versions: versions.into_iter().map(Into::into).collect(),
        fillings: Vec::new(),
        by_siren: std::collections::BTreeMap::new(),
        for_all: Vec::new(),
    }
}

pub(crate) fn ranking(grids: &[u32], ops: Ops) -> RankingVersion {
    RankingVersion {
        unit: "classement".to_owned(),
        version: "1".to_owned(),
        label: "classement".to_owned(),
        period: Period::default(),
        grids: grids.to_vec(),
        eligibilities: Vec::new(),
        order: Vec::new(),
        keeps: None,
        code: ops.0,
    }
}

pub(crate) fn eligible(criterion: Criterion) -> Eligibility {
    Eligibility { criterion }
}

/// A case under construction.
#[derive(Clone, Default)]
pub(crate) struct CaseOf(pub(crate) Case);

impl CaseOf {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn with(mut self, field: FieldId, value: Value) -> Self {
        self.0.facts.insert(field, Fact::known(value));
        self
    }

    pub(crate) fn proven(mut self, field: FieldId, value: Value, proof: Proof) -> Self {
        self.0.facts.insert(field, Fact { proof, ..Fact::known(value) });
        self
    }

    pub(crate) fn withheld(mut self, field: FieldId) -> Self {
        self.0.facts.insert(field, Fact { state: FactState::Withheld, ..Fact::default() });
        self
    }

    pub(crate) fn items(mut self, list: EntityId, items: Vec<Item>) -> Self {
        self.0.lists.insert(list, ListState::Known(items));
        self
    }

    pub(crate) fn alone(self) -> Pool {
        pool(vec![self])
    }
}

pub(crate) fn item(facts: &[(FieldId, Value)]) -> Item {
    facts.iter().map(|(field, value)| (*field, Fact::known(value.clone()))).collect()
}

/// A pool of candidates `c0`, `c1`… who all apply, on 15 October 2019.
pub(crate) fn pool(cases: Vec<CaseOf>) -> Pool {
    let candidates = cases.into_iter().enumerate().map(|(index, case)| Candidate {
        id: format!("c{index}"),
        applies: true,
        case: case.0,
    });
    Pool { date: day("2019-10-15"), candidates: candidates.collect() }
}

/// Evaluates a version alone for a pool.
pub(crate) fn grids(program: &Program, version: &GridVersion, pool: &Pool) -> Vec<GridOutcome> {
    let holder = grid("g", vec![version.clone()]);
    Evaluator::new(program, &NoScripts).grid(&holder, version, pool)
}

/// Evaluates a version alone for one case.
pub(crate) fn grid_alone(program: &Program, version: &GridVersion, case: CaseOf) -> GridOutcome {
    let outcome = grids(program, version, &case.alone()).remove(0);
    let sum = outcome.lines.iter().fold(Exact::ZERO, |sum, line| sum.add(line.points).unwrap());
    if let Some(points) = outcome.points {
        assert_eq!(points, sum, "lines add up to the grid");
        assert!(outcome.range.contains(points), "points {points} in {:?}", outcome.range);
    }
    outcome
}

pub(crate) fn line<'o>(outcome: &'o GridOutcome, id: &str) -> &'o LineOutcome {
    outcome.lines.iter().find(|line| line.id == id).unwrap()
}
