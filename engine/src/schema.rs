//! What facts exist: enumerations, entities and their fields, as every vocabulary together says.

use crate::{Base, FactRef, Unit, Value};

/// Identifies an enumeration of the [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnumId(pub u32);

/// Identifies an entity of the [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(pub u32);

/// Identifies a field of the [`Schema`], over all entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u32);

/// How a number is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberForm {
    /// `entier`, counts, points without a fraction: provably whole.
    Whole,
    /// Any number.
    Decimal,
    /// A ratio, shown as a percentage.
    Percent,
}

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Type {
    /// `booléen`.
    Bool,
    /// A number with its unit of measure (durations included).
    Number(Unit, NumberForm),
    /// `texte`.
    Text,
    /// `code`: INSEE, SIREN; compared as text.
    Code,
    /// `date`.
    Date,
    /// A value of an enumeration.
    Enum(EnumId),
    /// One item of a list entity.
    Item(EntityId),
}

impl Type {
    /// Tells whether no fact of this type is negative: persons, amounts, distances, areas and
    /// durations are counted from zero. Points, plain numbers and percentages go both ways.
    pub fn counts_from_zero(self) -> bool {
        match self {
            Self::Number(unit, NumberForm::Whole) if unit.is_none() => true,
            Self::Number(unit, _) => !unit.is_none() && unit.exponent(Base::Point) == 0,
            Self::Bool | Self::Text | Self::Code | Self::Date | Self::Enum(_) | Self::Item(_) => {
                false
            }
        }
    }
}

/// An enumeration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumDef {
    /// Its name.
    pub name: String,
    /// Its label.
    pub label: Option<String>,
    /// Its values, in order.
    pub values: Vec<EnumValue>,
}

/// A value of an enumeration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnumValue {
    /// Its name.
    pub name: String,
    /// Its label, its name as words when the author gave none.
    pub label: String,
}

/// An entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityDef {
    /// Its name.
    pub name: String,
    /// Its label.
    pub label: Option<String>,
    /// Whether a dossier holds a list of them.
    pub list: bool,
    /// Its fields.
    pub fields: Vec<FieldId>,
}

/// How far a fact may be shared with an employer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sharing {
    /// `rien`: what an anonymous applicant shares.
    Nothing,
    /// `identification`.
    Identification,
    /// `complet`.
    Complete,
}

/// A way for the applicant to change a fact (`levier`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lever {
    /// `levier "… {valeur} …"`: any value of the fact's type, put into the sentence.
    Choose(Sentence),
    /// `levier vers V "…"`: one value.
    Reach {
        /// The value that it leads to.
        value: Value,
        /// What the applicant is told to do.
        says: String,
    },
    /// `levier "… {durée} …"`: time that passes since the date, put into the sentence.
    Wait(Sentence),
}

/// A sentence with one place for what is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// What comes before the place.
    pub before: String,
    /// What comes after it.
    pub after: String,
}

impl Sentence {
    /// Returns the whole sentence.
    pub fn with(&self, found: &str) -> String {
        format!("{}{found}{}", self.before, self.after)
    }
}

/// A field of an entity.
#[expect(clippy::struct_excessive_bools, reason = "each is a mark that the language names")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldDef {
    /// Its entity.
    pub entity: EntityId,
    /// Its name.
    pub name: String,
    /// Its label, its name as words when the author gave none.
    pub label: String,
    /// Its type.
    pub ty: Type,
    /// The least choice that shares it; absent: never shared.
    pub sharing: Option<Sharing>,
    /// `facultatif`.
    pub optional: bool,
    /// `sensible`: health and the like.
    pub sensitive: bool,
    /// `protégé`: a ground of discrimination.
    pub protected: bool,
    /// `unique`: no two applications share its value.
    pub unique: bool,
    /// The box of the form it comes from.
    pub cerfa: Option<String>,
    /// `levier`: how the applicant may change it. Never on a sensitive or a protected fact.
    pub levers: Vec<Lever>,
}

impl FieldDef {
    /// Makes a field without a mark: shared with nobody, due, and nothing more.
    pub fn unmarked(
        entity: EntityId,
        name: impl Into<String>,
        label: impl Into<String>,
        ty: Type,
    ) -> Self {
        Self {
            entity,
            name: name.into(),
            label: label.into(),
            ty,
            sharing: None,
            optional: false,
            sensitive: false,
            protected: false,
            unique: false,
            cerfa: None,
            levers: Vec::new(),
        }
    }
}

/// Everything a dossier may hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    /// Enumerations by [`EnumId`].
    pub enums: Vec<EnumDef>,
    /// Entities by [`EntityId`].
    pub entities: Vec<EntityDef>,
    /// Fields by [`FieldId`].
    pub fields: Vec<FieldDef>,
}

impl Schema {
    /// Returns an enumeration.
    pub fn enumeration(&self, id: EnumId) -> Option<&EnumDef> {
        self.enums.get(id.0 as usize)
    }

    /// Returns an entity.
    pub fn entity(&self, id: EntityId) -> Option<&EntityDef> {
        self.entities.get(id.0 as usize)
    }

    /// Returns a field.
    pub fn field(&self, id: FieldId) -> Option<&FieldDef> {
        self.fields.get(id.0 as usize)
    }

    /// Finds an entity by name.
    pub fn entity_named(&self, name: &str) -> Option<EntityId> {
        let at = self.entities.iter().position(|entity| entity.name == name)?;
        u32::try_from(at).ok().map(EntityId)
    }

    /// Finds an enumeration by name.
    pub fn enum_named(&self, name: &str) -> Option<EnumId> {
        let at = self.enums.iter().position(|def| def.name == name)?;
        u32::try_from(at).ok().map(EnumId)
    }

    /// Finds a field of an entity by name.
    pub fn field_named(&self, entity: EntityId, name: &str) -> Option<FieldId> {
        let fields = &self.entity(entity)?.fields;
        fields.iter().copied().find(|&id| self.field(id).is_some_and(|field| field.name == name))
    }

    /// Returns `entité.champ`.
    pub fn path(&self, id: FieldId) -> String {
        let Some(field) = self.field(id) else { return String::new() };
        match self.entity(field.entity) {
            Some(entity) => format!("{}.{}", entity.name, field.name),
            None => field.name.clone(),
        }
    }

    /// Returns the name of a fact or a list in dossiers: `entité.champ`, `liste`.
    pub fn fact_name(&self, fact: FactRef) -> String {
        match fact {
            FactRef::Field(id) => self.path(id),
            FactRef::List(id) => self.entity(id).map_or_else(String::new, |def| def.name.clone()),
        }
    }

    /// Says a type in an author's words.
    pub fn type_name(&self, ty: Type) -> String {
        match ty {
            Type::Bool => "booléen".to_owned(),
            Type::Number(unit, NumberForm::Percent) if unit.is_none() => "%".to_owned(),
            Type::Number(unit, NumberForm::Whole) if unit.is_none() => "entier".to_owned(),
            Type::Number(unit, _) => unit.to_string(),
            Type::Text => "texte".to_owned(),
            Type::Code => "code".to_owned(),
            Type::Date => "date".to_owned(),
            Type::Enum(id) => self.enumeration(id).map_or_else(String::new, |def| def.name.clone()),
            Type::Item(id) => self.entity(id).map_or_else(String::new, |def| def.name.clone()),
        }
    }
}
