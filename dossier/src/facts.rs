//! Facts by entity: plain values, or `{valeur, source, date, statut, role}`.
//!
//! An absent or null fact is missing; `{non_communique: true}` is withheld; an absent list is
//! missing and `[]` is the empty list.

use crate::error::{DossierError, Fault, Problems};
use crate::node::{Entry, Node, NodeKind, Scalar};
use crate::path::{Path, word};
use crate::scalar;
use crate::vocabulary::{Vocabulary, meant};
use engine::{
    Case, EntityId, Fact, FactState, Facts, FieldDef, FieldId, Item, ListState, Proof, Schema,
};
use source::{code, fold};
use std::sync::Arc;

/// The keys of a fact in its long form.
const FACT_KEYS: [&str; 6] = ["valeur", "source", "date", "statut", "role", "non_communique"];

/// Reads facts and collects what is wrong with them.
pub(crate) struct FactReader<'a> {
    /// The names.
    pub(crate) vocabulary: Vocabulary<'a>,
    /// What is wrong.
    pub(crate) problems: Problems,
}

/// The long form of a fact, by its parts.
#[derive(Default)]
struct LongForm<'n> {
    value: Option<&'n Node>,
    source: Option<&'n Node>,
    date: Option<&'n Node>,
    status: Option<&'n Node>,
    role: Option<&'n Node>,
    withheld: Option<&'n Node>,
}

impl<'a> FactReader<'a> {
    /// Makes a reader for a vocabulary.
    pub(crate) fn new(schema: &'a Schema) -> Self {
        Self { vocabulary: Vocabulary { schema }, problems: Problems::default() }
    }

    /// Records a mistake.
    pub(crate) fn refuse(&mut self, fault: Fault, path: &Path<'_>, node: &Node) {
        self.problems.push(fault, path, node.place);
    }

    /// Returns the outcome: the value, or every mistake.
    pub(crate) fn settle<T>(self, value: T) -> Result<T, Vec<DossierError>> {
        self.problems.settle(value)
    }

    /// Reads an entity of a case: facts of a single one, or the items of a list.
    pub(crate) fn entity(&mut self, entry: &Entry, parent: &Path<'_>, case: &mut Case) {
        let path = parent.key(&entry.key);
        let Some(id) = self.vocabulary.entity(&entry.key) else {
            return self.refuse_entity(entry, &path);
        };
        if self.vocabulary.is_list(id) {
            let list = self.list(id, &entry.value, &path);
            case.lists.insert(id, list);
        } else {
            self.single(id, &entry.value, &path, &mut case.facts);
        }
    }

    /// Reads the facts of a single entity.
    pub(crate) fn single(&mut self, id: EntityId, node: &Node, path: &Path<'_>, facts: &mut Facts) {
        match &node.kind {
            NodeKind::Map(entries) => {
                if let Some(withheld) = whole_withheld(entries) {
                    if self.flag(withheld, path) {
                        self.withhold(id, facts);
                    }
                    return;
                }
                for entry in entries {
                    if let Some((field, fact)) = self.field(id, entry, path) {
                        facts.insert(field, fact);
                    }
                }
            }
            NodeKind::Scalar(scalar) if scalar.is_null() => {}
            NodeKind::Scalar(_) | NodeKind::List(_) => {
                let fault = scalar::mismatch("un ensemble de champs", scalar::found(node));
                self.refuse(fault, path, node);
            }
        }
    }

    fn withhold(&mut self, id: EntityId, facts: &mut Facts) {
        let Some(entity) = self.vocabulary.schema.entity(id) else { return };
        for field in &entity.fields {
            facts.insert(*field, Fact { state: FactState::Withheld, ..Fact::default() });
        }
    }

    /// Reads the items of a list.
    pub(crate) fn list(&mut self, id: EntityId, node: &Node, path: &Path<'_>) -> ListState {
        match &node.kind {
            NodeKind::List(items) => {
                let mut known = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    known.push(self.item(id, item, &path.index(index)));
                }
                ListState::Known(known)
            }
            NodeKind::Scalar(scalar) if scalar.is_null() => ListState::Missing,
            NodeKind::Map(entries) => match whole_withheld(entries) {
                Some(withheld) if self.flag(withheld, path) => ListState::Withheld,
                Some(_) => ListState::Missing,
                None => self.refuse_list(node, path),
            },
            NodeKind::Scalar(_) => self.refuse_list(node, path),
        }
    }

    fn refuse_list(&mut self, node: &Node, path: &Path<'_>) -> ListState {
        let fault =
            scalar::mismatch("une liste", scalar::found(node)).helped("une liste vide s'écrit []");
        self.refuse(fault, path, node);
        ListState::Missing
    }

    fn item(&mut self, id: EntityId, node: &Node, path: &Path<'_>) -> Item {
        let mut item = Item::new();
        match &node.kind {
            NodeKind::Map(entries) => {
                for entry in entries {
                    if let Some((field, fact)) = self.field(id, entry, path) {
                        item.insert(field, fact);
                    }
                }
            }
            NodeKind::Scalar(_) | NodeKind::List(_) => {
                let fault = scalar::mismatch("un ensemble de champs", scalar::found(node));
                self.refuse(fault, path, node);
            }
        }
        item
    }

    fn field(&mut self, id: EntityId, entry: &Entry, parent: &Path<'_>) -> Option<(FieldId, Fact)> {
        let path = parent.key(&entry.key);
        let Some((field, def)) = self.vocabulary.field(id, &entry.key) else {
            let help = meant(&entry.key, self.vocabulary.field_names(id));
            self.refuse_key(entry, &path, help);
            return None;
        };
        let fact = match self.fact(def, &entry.value, &path) {
            Ok(fact) => fact,
            Err(fault) => {
                self.refuse(fault, &path, &entry.value);
                None
            }
        };
        fact.map(|fact| (field, fact))
    }

    fn fact(
        &mut self,
        field: &FieldDef,
        node: &Node,
        path: &Path<'_>,
    ) -> Result<Option<Fact>, Fault> {
        match &node.kind {
            NodeKind::Scalar(scalar) if scalar.is_null() => Ok(None),
            NodeKind::Scalar(scalar) => {
                scalar::value(self.vocabulary, field, scalar).map(Fact::known).map(Some)
            }
            NodeKind::Map(entries) if fraction_parts(entries).is_some() => {
                self.state(field, Some(node)).map(|state| Some(Fact { state, ..Fact::default() }))
            }
            NodeKind::Map(entries) => self.long_fact(field, entries, path).map(Some),
            NodeKind::List(_) => {
                let due = scalar::due(self.vocabulary, field.ty);
                Err(scalar::mismatch(&due, "une liste"))
            }
        }
    }

    fn long_fact(
        &mut self,
        field: &FieldDef,
        entries: &[Entry],
        path: &Path<'_>,
    ) -> Result<Fact, Fault> {
        let form = self.long_form(entries, path);
        let withheld = form.withheld.is_some_and(|node| self.flag(node, path));
        let given = form.value.filter(|node| !node.is_null());
        if withheld && given.is_some() {
            return Err(scalar::mismatch("un fait non communiqué sans valeur", "une valeur"));
        }
        let state = if withheld {
            FactState::Withheld
        } else if form.value.is_none() && form.withheld.is_none() {
            let fault = Fault::new(code::DOSSIER_MISSING, "« valeur » manque");
            return Err(
                fault.helped("un fait s'écrit { valeur: …, source: …, date: …, statut: … }")
            );
        } else {
            self.state(field, given)?
        };
        Ok(Fact {
            state,
            proof: self.proof(&form, path),
            source: form.source.and_then(|node| self.text(node, &path.key("source"))),
            date: form.date.and_then(|node| self.date(node, &path.key("date"))),
        })
    }

    fn long_form<'n>(&mut self, entries: &'n [Entry], path: &Path<'_>) -> LongForm<'n> {
        let mut form = LongForm::default();
        for entry in entries {
            let part = match fold(&entry.key).as_str() {
                "valeur" => &mut form.value,
                "source" => &mut form.source,
                "date" => &mut form.date,
                "statut" => &mut form.status,
                "role" => &mut form.role,
                "non_communique" => &mut form.withheld,
                _ => {
                    let help = meant(&entry.key, FACT_KEYS.into_iter());
                    self.refuse_key(entry, &path.key(&entry.key), help);
                    continue;
                }
            };
            *part = Some(&entry.value);
        }
        form
    }

    fn state(&mut self, field: &FieldDef, node: Option<&Node>) -> Result<FactState, Fault> {
        let Some(node) = node else { return Ok(FactState::Missing) };
        match &node.kind {
            NodeKind::Scalar(scalar) => {
                scalar::value(self.vocabulary, field, scalar).map(FactState::Known)
            }
            NodeKind::Map(entries) => match fraction_parts(entries) {
                Some((top, bottom)) => scalar::fraction(field, top, bottom).map(FactState::Known),
                None => {
                    let due = scalar::due(self.vocabulary, field.ty);
                    Err(scalar::mismatch(&due, scalar::found(node)))
                }
            },
            NodeKind::List(_) => {
                let due = scalar::due(self.vocabulary, field.ty);
                Err(scalar::mismatch(&due, scalar::found(node)))
            }
        }
    }

    fn proof(&mut self, form: &LongForm<'_>, path: &Path<'_>) -> Proof {
        let role = form.role.and_then(|node| self.text(node, &path.key("role")));
        let status = form.status.filter(|node| !node.is_null());
        let level = match status.map(|node| &node.kind) {
            None => "declare".to_owned(),
            Some(NodeKind::Scalar(scalar)) => fold(&scalar.text),
            Some(NodeKind::List(_) | NodeKind::Map(_)) => String::new(),
        };
        if let (Some(node), true) = (form.role, role.is_some() && level != "valide") {
            let message = "« role » accompagne le statut « validé »";
            self.refuse(Fault::new(code::DOSSIER_TYPE, message), &path.key("role"), node);
        }
        match level.as_str() {
            "declare" => Proof::Declared,
            "verifie" => Proof::Verified,
            "valide" => Proof::Validated(role),
            _ => {
                if let Some(node) = status {
                    let due = "déclaré, vérifié ou validé";
                    let fault = scalar::mismatch(due, scalar::found(node));
                    self.refuse(fault, &path.key("statut"), node);
                }
                Proof::Declared
            }
        }
    }

    /// Reads `non_communique: oui`.
    fn flag(&mut self, node: &Node, path: &Path<'_>) -> bool {
        self.boolean(node, &path.key("non_communique")).unwrap_or(false)
    }

    /// Reads `oui` or `non`; null is absent.
    pub(crate) fn boolean(&mut self, node: &Node, path: &Path<'_>) -> Option<bool> {
        self.simple(node, path, "oui ou non", scalar::boolean)
    }

    /// Reads a date; null is absent.
    pub(crate) fn date(&mut self, node: &Node, path: &Path<'_>) -> Option<engine::Date> {
        self.simple(node, path, "une date", scalar::date)
    }

    /// Reads a text; null is absent.
    pub(crate) fn text(&mut self, node: &Node, path: &Path<'_>) -> Option<Arc<str>> {
        self.simple(node, path, "un texte", |scalar| scalar::text(scalar).map(Arc::from))
    }

    fn simple<T>(
        &mut self,
        node: &Node,
        path: &Path<'_>,
        due: &str,
        read: impl Fn(&Scalar) -> Result<T, Fault>,
    ) -> Option<T> {
        let value = match &node.kind {
            NodeKind::Scalar(scalar) if scalar.is_null() => return None,
            NodeKind::Scalar(scalar) => read(scalar),
            NodeKind::List(_) | NodeKind::Map(_) => Err(scalar::mismatch(due, scalar::found(node))),
        };
        value.map_err(|fault| self.refuse(fault, path, node)).ok()
    }

    fn refuse_entity(&mut self, entry: &Entry, path: &Path<'_>) {
        let names = self.vocabulary.entity_names().chain(["id", "postule", "cerfa"]);
        let help = meant(&entry.key, names.filter(|name| *name != "offre"));
        self.refuse_key(entry, path, help);
    }

    /// Refuses a key that nothing declares.
    pub(crate) fn refuse_key(&mut self, entry: &Entry, path: &Path<'_>, help: Option<String>) {
        let message = format!("champ inconnu « {} »", word(&entry.key));
        let fault = Fault::new(code::DOSSIER_UNKNOWN_FIELD, message).maybe_helped(help);
        self.problems.push(fault, path, entry.place);
    }
}

/// Returns the mark of an entity withheld as a whole: `{non_communique: true}` and nothing else.
fn whole_withheld(entries: &[Entry]) -> Option<&Node> {
    match entries {
        [only] if fold(&only.key) == "non_communique" => Some(&only.value),
        _ => None,
    }
}

/// Returns the parts of `{numerateur, denominateur}`.
fn fraction_parts(entries: &[Entry]) -> Option<(&Scalar, &Scalar)> {
    let [first, second] = entries else { return None };
    let (NodeKind::Scalar(a), NodeKind::Scalar(b)) = (&first.value.kind, &second.value.kind) else {
        return None;
    };
    match (fold(&first.key).as_str(), fold(&second.key).as_str()) {
        ("numerateur", "denominateur") => Some((a, b)),
        ("denominateur", "numerateur") => Some((b, a)),
        _ => None,
    }
}
