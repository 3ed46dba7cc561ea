//! The facts of two recueils as one schema, and the ids of the second in it.
//!
//! Facts are the same when they have the same path and the same type. The ids of the first recueil
//! are kept as they are, so that its code and its cases need no translation.

use engine::{
    Case, EntityDef, EntityId, EnumDef, EnumId, Fact, FactState, FieldDef, FieldId, FunctionDef,
    Item, ListState, Op, Pool, ProofGate, Schema, Table, Type, Value,
};
use std::collections::BTreeMap;

/// Why two recueils cannot be read together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Apart {
    /// The choices of an enumeration are not in the same order.
    #[error("les choix de « {0} » ne sont plus les mêmes, dans le même ordre")]
    Choices(String),
    /// An entity that is a list on one side only.
    #[error("« {0} » est une liste d'un seul des deux côtés")]
    List(String),
    /// A fact that changes type.
    #[error("« {0} » n'a pas le même type des deux côtés")]
    FactType(String),
}

/// One schema for two, with the ids that the second's have in it.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The facts of both.
    pub schema: Schema,
    enums: BTreeMap<EnumId, EnumId>,
    entities: BTreeMap<EntityId, EntityId>,
    fields: BTreeMap<FieldId, FieldId>,
}

impl Facts {
    /// Joins two schemas.
    ///
    /// Errors: see [`Apart`].
    pub fn of(first: &Schema, second: &Schema) -> Result<Self, Apart> {
        let mut facts = Self { schema: first.clone(), ..Self::default() };
        for (id, def) in (0..).map(EnumId).zip(&second.enums) {
            let joined = facts.choices(def)?;
            facts.enums.insert(id, joined);
        }
        for (id, def) in (0..).map(EntityId).zip(&second.entities) {
            let joined = facts.entity_like(def)?;
            facts.entities.insert(id, joined);
        }
        for (id, def) in (0..).map(FieldId).zip(&second.fields) {
            let joined = facts.field_like(def)?;
            facts.fields.insert(id, joined);
        }
        Ok(facts)
    }

    /// Returns the id of a fact of the second recueil.
    pub fn field(&self, id: FieldId) -> FieldId {
        self.fields.get(&id).copied().unwrap_or(id)
    }

    /// Returns the id of an entity of the second recueil.
    pub fn entity(&self, id: EntityId) -> EntityId {
        self.entities.get(&id).copied().unwrap_or(id)
    }

    /// Returns a type of the second recueil.
    pub fn ty(&self, ty: Type) -> Type {
        match ty {
            Type::Enum(id) => Type::Enum(self.enums.get(&id).copied().unwrap_or(id)),
            Type::Item(id) => Type::Item(self.entity(id)),
            Type::Bool | Type::Number(..) | Type::Text | Type::Code | Type::Date => ty,
        }
    }

    /// Returns a table of the second recueil.
    pub(super) fn table(&self, table: &Table) -> Table {
        let inputs = table.inputs.iter().map(|ty| self.ty(*ty)).collect();
        Table { ty: self.ty(table.ty), inputs, ..table.clone() }
    }

    /// Returns a function of the second recueil.
    pub(super) fn function(&self, function: &FunctionDef) -> FunctionDef {
        let arguments = function.arguments.iter().map(|ty| self.ty(*ty)).collect();
        FunctionDef { ty: self.ty(function.ty), arguments, ..function.clone() }
    }

    /// Returns a proof gate of the second recueil.
    pub(super) fn proof(&self, gate: &ProofGate) -> ProofGate {
        let all = |fields: &[FieldId]| fields.iter().map(|field| self.field(*field)).collect();
        let (fields, item_fields) = (all(&gate.fields), all(&gate.item_fields));
        ProofGate { level: gate.level.clone(), fields, item_fields }
    }

    /// Puts an operation of the second recueil in the terms of both.
    pub(super) fn put(&self, op: &mut Op) {
        match op {
            Op::Fact(field) | Op::SharedFact { field, .. } | Op::ItemFact { field, .. } => {
                *field = self.field(*field);
            }
            Op::FoldList { list, .. } => *list = self.entity(*list),
            Op::Constant(_)
            | Op::NoValue
            | Op::EvaluationDate
            | Op::Arithmetic(..)
            | Op::Round(..)
            | Op::Calendar(..)
            | Op::Compare(..)
            | Op::And(..)
            | Op::Or(..)
            | Op::Not(_)
            | Op::IsKnown(_)
            | Op::Select(..)
            | Op::Table(..)
            | Op::Call(..)
            | Op::Rank { .. }
            | Op::FoldPool { .. }
            | Op::GridTotal(_) => {}
        }
    }

    /// Puts a case of the second recueil in the terms of both.
    pub fn case(&self, case: &Case) -> Case {
        let item = |item: &Item| -> Item {
            item.iter().map(|(field, fact)| (self.field(*field), fact.clone())).collect()
        };
        let list = |state: &ListState| match state {
            ListState::Known(items) => ListState::Known(items.iter().map(item).collect()),
            ListState::Missing | ListState::Withheld => state.clone(),
        };
        Case {
            facts: item(&case.facts),
            lists: case.lists.iter().map(|(id, state)| (self.entity(*id), list(state))).collect(),
        }
    }

    /// Puts a pool in the terms of the first recueil: facts, lists and choices that it does not have
    /// are left out.
    pub fn to_first(&self, pool: &Pool, own: &Schema) -> Pool {
        keep(pool, own, &|field| Some(field), &|list| Some(list))
    }

    /// Puts a pool in the terms of the second recueil, in the same way.
    pub fn to_second(&self, pool: &Pool, own: &Schema) -> Pool {
        let fields: BTreeMap<FieldId, FieldId> =
            self.fields.iter().map(|(a, b)| (*b, *a)).collect();
        let lists: BTreeMap<EntityId, EntityId> =
            self.entities.iter().map(|(a, b)| (*b, *a)).collect();
        keep(pool, own, &|field| fields.get(&field).copied(), &|list| lists.get(&list).copied())
    }

    /// The index of a choice is its meaning in code: one list must begin the other.
    fn choices(&mut self, def: &EnumDef) -> Result<EnumId, Apart> {
        let Some(id) = self.schema.enum_named(&def.name) else {
            self.schema.enums.push(def.clone());
            return Ok(EnumId(last(self.schema.enums.len())));
        };
        let Some(known) = self.schema.enums.get_mut(id.0 as usize) else { return Ok(id) };
        let same = known.values.iter().zip(&def.values).all(|(a, b)| a.name == b.name);
        if !same {
            return Err(Apart::Choices(def.name.clone()));
        }
        known.values.extend(def.values.iter().skip(known.values.len()).cloned());
        Ok(id)
    }

    fn entity_like(&mut self, def: &EntityDef) -> Result<EntityId, Apart> {
        let Some(id) = self.schema.entity_named(&def.name) else {
            self.schema.entities.push(EntityDef { fields: Vec::new(), ..def.clone() });
            return Ok(EntityId(last(self.schema.entities.len())));
        };
        let same = self.schema.entity(id).is_some_and(|known| known.list == def.list);
        if same { Ok(id) } else { Err(Apart::List(def.name.clone())) }
    }

    fn field_like(&mut self, def: &FieldDef) -> Result<FieldId, Apart> {
        let (entity, ty) = (self.entity(def.entity), self.ty(def.ty));
        let Some(id) = self.schema.field_named(entity, &def.name) else {
            self.schema.fields.push(FieldDef { entity, ty, ..def.clone() });
            let id = FieldId(last(self.schema.fields.len()));
            if let Some(home) = self.schema.entities.get_mut(entity.0 as usize) {
                home.fields.push(id);
            }
            return Ok(id);
        };
        let same = self.schema.field(id).is_some_and(|known| known.ty == ty);
        if same { Ok(id) } else { Err(Apart::FactType(self.schema.path(id))) }
    }
}

/// Renames the facts and lists of a pool, and keeps those that a schema has.
fn keep(
    pool: &Pool,
    own: &Schema,
    field: &dyn Fn(FieldId) -> Option<FieldId>,
    list: &dyn Fn(EntityId) -> Option<EntityId>,
) -> Pool {
    let item = |item: &Item| -> Item {
        let facts = item.iter().filter_map(|(id, fact)| {
            let id = field(*id)?;
            (own.field(id).is_some() && has_choice(own, id, fact)).then(|| (id, fact.clone()))
        });
        facts.collect()
    };
    let mut pool = pool.clone();
    for candidate in &mut pool.candidates {
        let case = &mut candidate.case;
        let lists = case.lists.iter().filter_map(|(id, state)| {
            let id = list(*id).filter(|id| own.entity(*id).is_some())?;
            let state = match state {
                ListState::Known(items) => ListState::Known(items.iter().map(item).collect()),
                ListState::Missing | ListState::Withheld => state.clone(),
            };
            Some((id, state))
        });
        *case = Case { lists: lists.collect(), facts: item(&case.facts) };
    }
    pool
}

/// Tells whether the value of a fact is one that a schema has.
fn has_choice(own: &Schema, field: FieldId, fact: &Fact) -> bool {
    match (&fact.state, own.field(field).map(|def| def.ty)) {
        (FactState::Known(Value::Enum(index)), Some(Type::Enum(id))) => {
            own.enumeration(id).is_some_and(|def| (*index as usize) < def.values.len())
        }
        _ => true,
    }
}

fn last(count: usize) -> u32 {
    u32::try_from(count.saturating_sub(1)).unwrap_or(u32::MAX)
}
