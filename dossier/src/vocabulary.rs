//! The schema by name. Names are looked for where they are declared, among the few of an entity or of an
//! enumeration: a dossier is read sooner so than an index of the whole schema is made.

use crate::limits;
use engine::{EntityId, EnumId, FieldDef, FieldId, Schema};
use source::{did_you_mean, nearest};

/// The schema, asked by name.
#[derive(Clone, Copy)]
pub(crate) struct Vocabulary<'a> {
    /// The schema.
    pub(crate) schema: &'a Schema,
}

impl<'a> Vocabulary<'a> {
    /// Finds an entity.
    pub(crate) fn entity(self, name: &str) -> Option<EntityId> {
        self.schema.entity_named(name)
    }

    /// Tells whether an entity is a list.
    pub(crate) fn is_list(self, id: EntityId) -> bool {
        self.schema.entity(id).is_some_and(|def| def.list)
    }

    /// Finds a field of an entity.
    pub(crate) fn field(self, entity: EntityId, name: &str) -> Option<(FieldId, &'a FieldDef)> {
        let id = self.schema.field_named(entity, name)?;
        Some((id, self.schema.field(id)?))
    }

    /// Finds a value of an enumeration.
    pub(crate) fn value(self, id: EnumId, name: &str) -> Option<u32> {
        let named = (0..).zip(&self.schema.enumeration(id)?.values);
        named.into_iter().find(|(_, value)| value.name == name).map(|(at, _)| at)
    }

    /// Returns the names of the entities.
    pub(crate) fn entity_names(self) -> impl Iterator<Item = &'a str> {
        self.schema.entities.iter().map(|def| def.name.as_str())
    }

    /// Returns the names of an entity's fields.
    pub(crate) fn field_names(self, entity: EntityId) -> impl Iterator<Item = &'a str> {
        let fields = self.schema.fields.iter();
        fields.filter(move |def| def.entity == entity).map(|def| def.name.as_str())
    }

    /// Returns the names of an enumeration's values.
    pub(crate) fn value_names(self, id: EnumId) -> impl Iterator<Item = &'a str> {
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
    nearest(written, names).map(did_you_mean)
}
