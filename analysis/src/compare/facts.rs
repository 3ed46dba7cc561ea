//! The facts of two recueils as one schema, and the ids of the second in it.
//!
//! Facts are the same when they have the same path and the same type. The ids of the first recueil
//! are kept as they are, so that its code and its cases need no translation.

use engine::{
    Case, EntityDef, EntityId, EnumDef, EnumId, FieldDef, FieldId, Item, ListState, Schema, Type,
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

fn last(count: usize) -> u32 {
    u32::try_from(count.saturating_sub(1)).unwrap_or(u32::MAX)
}
