//! Facts read under one vocabulary, said in another.
//!
//! Two recueils may number their facts differently. A fact goes by its path, a choice by its name; a
//! fact that the other vocabulary does not know, or knows with another type, is left out and named:
//! it is never guessed.

use engine::{
    Candidate, Case, EnumId, Fact, FactState, FieldId, Item, ListState, Pool, Program, Schema,
    Type, Value,
};
use std::collections::BTreeSet;

/// Candidates in another vocabulary, and the facts that it cannot say.
pub(super) struct Translated {
    pub(super) candidates: Vec<Candidate>,
    pub(super) untranslated: BTreeSet<String>,
}

/// Says the facts of a pool in the vocabulary of another program; what is not said is listed for
/// one candidate alone, whose own facts may be shown.
pub(super) fn translated(from: &Program, to: &Program, pool: &Pool, own: usize) -> Translated {
    let mut candidates = pool.candidates.clone();
    let mut untranslated = BTreeSet::new();
    if from.schema != to.schema {
        for (index, candidate) in candidates.iter_mut().enumerate() {
            let mut translation =
                Translation { from: &from.schema, to: &to.schema, missed: BTreeSet::new() };
            candidate.case = translation.case(&candidate.case);
            if index == own {
                untranslated = translation.missed;
            }
        }
    }
    Translated { candidates, untranslated }
}

struct Translation<'s> {
    from: &'s Schema,
    to: &'s Schema,
    missed: BTreeSet<String>,
}

impl Translation<'_> {
    fn case(&mut self, case: &Case) -> Case {
        let facts = case.facts.iter().filter_map(|(field, fact)| self.fact(*field, fact));
        let facts = facts.collect();
        let mut lists = std::collections::BTreeMap::new();
        for (list, state) in &case.lists {
            let Some(def) = self.from.entity(*list) else { continue };
            match self.to.entity_named(&def.name) {
                Some(entity) => drop(lists.insert(entity, self.list(state))),
                None => drop(self.missed.insert(def.name.clone())),
            }
        }
        Case { facts, lists }
    }

    fn list(&mut self, state: &ListState) -> ListState {
        match state {
            ListState::Known(items) => {
                ListState::Known(items.iter().map(|item| self.item(item)).collect())
            }
            ListState::Missing => ListState::Missing,
            ListState::Withheld => ListState::Withheld,
        }
    }

    fn item(&mut self, item: &Item) -> Item {
        item.iter().filter_map(|(field, fact)| self.fact(*field, fact)).collect()
    }

    fn fact(&mut self, field: FieldId, fact: &Fact) -> Option<(FieldId, Fact)> {
        let said = self.said(field, fact);
        if said.is_none() {
            self.missed.insert(self.from.path(field));
        }
        said
    }

    fn said(&self, field: FieldId, fact: &Fact) -> Option<(FieldId, Fact)> {
        let def = self.from.field(field)?;
        let entity = self.to.entity_named(&self.from.entity(def.entity)?.name)?;
        let other = self.to.field_named(entity, &def.name)?;
        let other_type = self.to.field(other)?.ty;
        let state = match &fact.state {
            FactState::Known(value) => FactState::Known(self.value(value, def.ty, other_type)?),
            FactState::Missing => FactState::Missing,
            FactState::Withheld => FactState::Withheld,
        };
        Some((other, Fact { state, ..fact.clone() }))
    }

    fn value(&self, value: &Value, from: Type, to: Type) -> Option<Value> {
        match (value, from, to) {
            (Value::Enum(index), Type::Enum(from), Type::Enum(to)) => {
                self.choice(*index, from, to).map(Value::Enum)
            }
            (
                Value::Bool(_)
                | Value::Number(_)
                | Value::Date(_)
                | Value::Text(_)
                | Value::Enum(_),
                from,
                to,
            ) => (from == to).then(|| value.clone()),
        }
    }

    fn choice(&self, index: u32, from: EnumId, to: EnumId) -> Option<u32> {
        let name = &self.from.enumeration(from)?.values.get(index as usize)?.name;
        let at = self.to.enumeration(to)?.values.iter().position(|value| value.name == *name)?;
        u32::try_from(at).ok()
    }
}
