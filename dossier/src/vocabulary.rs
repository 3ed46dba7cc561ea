//! The schema indexed by name, once per dossier.

use crate::limits;
use engine::{EntityId, EnumId, FieldDef, FieldId, Schema};
use source::nearest;
use std::collections::BTreeMap;

/// The schema with its names as keys.
pub(crate) struct Vocabulary<'a> {
    /// The schema.
    pub(crate) schema: &'a Schema,
    entities: BTreeMap<&'a str, EntityId>,
    fields: BTreeMap<(EntityId, &'a str), FieldId>,
    values: BTreeMap<(EnumId, &'a str), u32>,
}

impl<'a> Vocabulary<'a> {
    /// Indexes a schema.
    pub(crate) fn new(schema: &'a Schema) -> Self {
        let entities = (0..).zip(&schema.entities);
        let fields = (0..).zip(&schema.fields);
        let values = (0..).zip(&schema.enums).flat_map(|(id, def)| {
            let named = (0..).zip(&def.values);
            named.map(move |(at, value)| ((EnumId(id), value.name.as_str()), at))
        });
        Self {
            schema,
            entities: entities.map(|(id, def)| (def.name.as_str(), EntityId(id))).collect(),
            fields: fields
                .map(|(id, def)| ((def.entity, def.name.as_str()), FieldId(id)))
                .collect(),
            values: values.collect(),
        }
    }

    /// Finds an entity.
    pub(crate) fn entity(&self, name: &str) -> Option<EntityId> {
        self.entities.get(name).copied()
    }

    /// Tells whether an entity is a list.
    pub(crate) fn is_list(&self, id: EntityId) -> bool {
        self.schema.entity(id).is_some_and(|def| def.list)
    }

    /// Finds a field of an entity.
    pub(crate) fn field(&self, entity: EntityId, name: &str) -> Option<(FieldId, &'a FieldDef)> {
        let id = *self.fields.get(&(entity, name))?;
        Some((id, self.schema.field(id)?))
    }

    /// Finds a value of an enumeration.
    pub(crate) fn value(&self, id: EnumId, name: &str) -> Option<u32> {
        self.values.get(&(id, name)).copied()
    }

    /// Returns the names of the entities.
    pub(crate) fn entity_names(&self) -> impl Iterator<Item = &'a str> {
        self.schema.entities.iter().map(|def| def.name.as_str())
    }

    /// Returns the names of an entity's fields.
    pub(crate) fn field_names(&self, entity: EntityId) -> impl Iterator<Item = &'a str> {
        let fields = self.schema.fields.iter();
        fields.filter(move |def| def.entity == entity).map(|def| def.name.as_str())
    }

    /// Returns the names of an enumeration's values.
    pub(crate) fn value_names(&self, id: EnumId) -> impl Iterator<Item = &'a str> {
        let def = self.schema.enumeration(id);
        def.into_iter().flat_map(|def| def.values.iter().map(|value| value.name.as_str()))
    }
}

/// Says which name may have been meant.
pub(crate) fn meant<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    // A long text is no misspelt name, and comparing it would be slow.
    if written.len() > limits::QUOTED_CHARACTERS {
        return None;
    }
    nearest(written, names).map(|name| format!("vouliez-vous dire « {name} » ?"))
}
