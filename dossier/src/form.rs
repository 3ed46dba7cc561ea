//! From a raw application to facts, through the recueil's adapter.
//!
//! The adapter is code of the recueil, run by a sandbox that this crate does not know: what it
//! returns is checked against the vocabulary like any dossier.

use crate::error::{DossierError, Fault};
use crate::facts::FactReader;
use crate::node::{Entry, Format, Node, NodeKind, Place, parse};
use crate::path::{Path, word};
use crate::scalar;
use engine::{Case, Fact, FactState, ListState, Schema};
use source::code;

/// Turns a raw application into facts.
pub trait FormAdapter {
    /// Adapts a form: boxes and screen fields as typed.
    ///
    /// Errors: the adapter did not end well; what it refuses in the form is in its result.
    fn adapt(&self, form: &Node) -> Result<AdaptedForm, AdapterFailure>;
}

/// What an adapter makes of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdaptedForm {
    /// Facts by entity, in the shape of a candidate of a dossier.
    pub facts: Node,
    /// The boxes refused; any makes the form unusable.
    pub refusals: Vec<Refusal>,
}

/// A box that an adapter refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The box, as the form names it.
    pub form_box: String,
    /// Why, without the value.
    pub message: String,
}

/// An adapter that failed as a program.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct AdapterFailure {
    /// One line in French, without values of the form.
    pub message: String,
}

/// The adapter of a recueil that has none.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoAdapter;

impl FormAdapter for NoAdapter {
    fn adapt(&self, _: &Node) -> Result<AdaptedForm, AdapterFailure> {
        Err(AdapterFailure { message: "le recueil n'a pas d'adaptateur de formulaire".to_owned() })
    }
}

/// How the forms of a dossier are found and read.
#[derive(Clone, Copy)]
pub struct Forms<'a> {
    /// The recueil's adapter.
    pub adapter: &'a dyn FormAdapter,
    /// Returns the bytes of a form that the dossier names, by its path beside the dossier.
    pub load: &'a dyn Fn(&str) -> Option<Vec<u8>>,
}

impl Forms<'_> {
    /// No form at all: a dossier that has one is refused.
    pub fn none() -> Forms<'static> {
        Forms { adapter: &NoAdapter, load: &|_| None }
    }
}

/// Turns a raw application alone into facts.
///
/// Errors: `D0301` when the adapter refuses a box or fails, and those of facts.
pub fn facts_of_form(
    form: &Node,
    adapter: &dyn FormAdapter,
    schema: &Schema,
) -> Result<Case, Vec<DossierError>> {
    let mut reader = FactReader::new(schema);
    let mut case = Case::default();
    reader.form(form, adapter, &Path::Root, &mut case);
    reader.settle(case)
}

impl FactReader<'_> {
    /// Reads `cerfa:`: a form in place, or the path of one.
    pub(crate) fn form_entry(
        &mut self,
        entry: &Entry,
        forms: Forms<'_>,
        parent: &Path<'_>,
        case: &mut Case,
    ) {
        let path = parent.key(&entry.key);
        match &entry.value.kind {
            NodeKind::Map(_) => self.form(&entry.value, forms.adapter, &path, case),
            NodeKind::Scalar(scalar) if scalar.is_null() => {}
            NodeKind::Scalar(scalar) => match loaded(&scalar.text, forms.load) {
                Ok(mut form) => {
                    form.place_all(entry.value.place);
                    self.form(&form, forms.adapter, &path, case);
                }
                Err(fault) => self.refuse(fault, &path, &entry.value),
            },
            NodeKind::List(_) => {
                let fault =
                    scalar::mismatch("un formulaire ou le chemin d'un fichier", "une liste");
                self.refuse(fault, &path, &entry.value);
            }
        }
    }

    fn form(&mut self, form: &Node, adapter: &dyn FormAdapter, path: &Path<'_>, case: &mut Case) {
        let mut adapted = match adapter.adapt(form) {
            Ok(adapted) => adapted,
            Err(failure) => {
                let fault = Fault::new(code::DOSSIER_FORM, failure.message);
                return self.refuse(fault, path, form);
            }
        };
        for refusal in &adapted.refusals {
            let (name, why) = (word(&refusal.form_box), one_line(&refusal.message));
            let fault = Fault::new(code::DOSSIER_FORM, format!("case « {name} » : {why}"));
            let place = place_of_box(form, &refusal.form_box).unwrap_or(form.place);
            self.problems.push(fault, path, place);
        }
        if !adapted.refusals.is_empty() {
            return;
        }
        adapted.facts.place_all(form.place);
        match &adapted.facts.kind {
            NodeKind::Map(entries) => {
                for entry in entries {
                    self.entity(entry, path, case);
                }
            }
            NodeKind::Scalar(_) | NodeKind::List(_) => {
                let fault = Fault::new(
                    code::DOSSIER_FORM,
                    "l'adaptateur n'a pas rendu ses faits par entité",
                );
                self.refuse(fault, path, form);
            }
        }
        self.name_boxes(case);
    }

    /// Gives the facts that the adapter left without a source the box of their field.
    fn name_boxes(&mut self, case: &mut Case) {
        let schema = self.vocabulary.schema;
        let name = |field, fact: &mut Fact| {
            let form_box = schema.field(field).and_then(|def| def.cerfa.as_deref());
            let known = matches!(fact.state, FactState::Known(_));
            if let (None, true, Some(form_box)) = (&fact.source, known, form_box) {
                fact.source = Some(form_box.into());
            }
        };
        for (field, fact) in &mut case.facts {
            name(*field, fact);
        }
        for list in case.lists.values_mut() {
            match list {
                ListState::Known(items) => {
                    for (field, fact) in items.iter_mut().flatten() {
                        name(*field, fact);
                    }
                }
                ListState::Missing | ListState::Withheld => {}
            }
        }
    }
}

/// Returns the form at a path beside the dossier.
fn loaded(path: &str, load: &dyn Fn(&str) -> Option<Vec<u8>>) -> Result<Node, Fault> {
    let refuse = |message: &str| Fault::new(code::DOSSIER_FORM, message);
    let climbs = path.split(['/', '\\']).any(|step| step == "..");
    let absolute = path.starts_with(['/', '\\']) || path.contains([':', '\0']);
    if climbs || absolute {
        return Err(refuse("le formulaire se trouve à côté du dossier")
            .helped("donnez un chemin relatif, sans « .. »"));
    }
    let bytes = load(path).ok_or_else(|| refuse("formulaire introuvable à côté du dossier"))?;
    parse(&bytes, Format::of_name(path)).map_err(|errors| {
        let place = errors.first().map_or(Place::START, |error| error.place);
        let message = errors.first().map_or("formulaire mal formé", |error| &error.message);
        let (line, column) = (place.line, place.column);
        refuse(&format!("formulaire mal formé, ligne {line}, colonne {column} : {message}"))
    })
}

/// Returns the place of the first key with a box's name, when the form has one.
fn place_of_box(form: &Node, name: &str) -> Option<Place> {
    match &form.kind {
        NodeKind::Scalar(_) => None,
        NodeKind::List(items) => items.iter().find_map(|item| place_of_box(item, name)),
        NodeKind::Map(entries) => entries.iter().find_map(|entry| {
            let here = (*entry.key == *name).then_some(entry.value.place);
            here.or_else(|| place_of_box(&entry.value, name))
        }),
    }
}

/// Returns an adapter's sentence fit for a message.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().filter(|c| !c.is_control()).take(300).collect();
    line.trim_end_matches('.').to_owned()
}
