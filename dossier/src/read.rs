//! A whole dossier: a date, one offer, its candidates.

use crate::error::{DossierError, Fault};
use crate::facts::FactReader;
use crate::form::Forms;
use crate::node::{Entry, Format, Node, NodeKind, parse};
use crate::path::Path;
use crate::scalar;
use crate::vocabulary::meant;
use engine::{Candidate, Case, Date, Facts, Schema};
use source::code;
use std::collections::BTreeSet;

/// The entity that holds the facts of the offer, given once for all candidates.
const OFFER: &str = "offre";

/// A dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dossier {
    /// The date of evaluation, when the dossier gives one.
    pub date: Option<Date>,
    /// The facts of the offer; every candidate's case holds them too.
    pub offer: Facts,
    /// The candidates, in the order of the dossier.
    pub candidates: Vec<Candidate>,
}

/// Reads a dossier and checks its facts against a vocabulary.
///
/// A candidate that does not say whether it applies (`postule`) does.
///
/// Errors: every mistake, up to a hundred: `D0101`, `D0102` on the text; `D0201` an unknown field;
/// `D0202` a value of another type; `D0203` an identifier given twice; `D0204` something missing;
/// `D0205` a number beyond any scale; `D0301` a form refused.
pub fn read(
    bytes: &[u8],
    format: Format,
    schema: &Schema,
    forms: Forms<'_>,
) -> Result<Dossier, Vec<DossierError>> {
    let tree = parse(bytes, format)?;
    let mut reader = FactReader::new(schema);
    let dossier = reader.dossier(&tree, forms);
    reader.settle(dossier)
}

/// The parts of a dossier, before they are read.
#[derive(Default)]
struct Parts<'n> {
    date: Option<&'n Node>,
    offer: Option<&'n Node>,
    candidates: Option<&'n Node>,
}

impl FactReader<'_> {
    fn dossier(&mut self, tree: &Node, forms: Forms<'_>) -> Dossier {
        let parts = self.parts(tree);
        let date = parts.date.and_then(|node| self.date(node, &Path::Root.key("date")));
        let offer = parts.offer.map(|node| self.offer(node)).unwrap_or_default();
        let mut dossier = Dossier { date, offer, candidates: Vec::new() };
        if let Some(node) = parts.candidates {
            self.candidates(node, forms, &mut dossier);
        }
        dossier
    }

    fn parts<'n>(&mut self, tree: &'n Node) -> Parts<'n> {
        let mut parts = Parts::default();
        let entries = match &tree.kind {
            NodeKind::Map(entries) => entries,
            NodeKind::Scalar(_) | NodeKind::List(_) => {
                let due = "un dossier (date, offre, candidats)";
                self.refuse(scalar::mismatch(due, scalar::found(tree)), &Path::Root, tree);
                return parts;
            }
        };
        for entry in entries {
            match &*entry.key {
                "date" => parts.date = Some(&entry.value),
                OFFER => parts.offer = Some(&entry.value),
                "candidats" => parts.candidates = Some(&entry.value),
                _ => {
                    let help = meant(&entry.key, ["date", OFFER, "candidats"].into_iter());
                    self.refuse_key(entry, &Path::Root.key(&entry.key), help);
                }
            }
        }
        for (name, part) in [(OFFER, parts.offer), ("candidats", parts.candidates)] {
            if part.is_none_or(Node::is_null) {
                let fault = Fault::new(code::DOSSIER_MISSING, format!("« {name} » manque"));
                self.refuse(fault, &Path::Root.key(name), part.unwrap_or(tree));
            }
        }
        parts
    }

    fn offer(&mut self, node: &Node) -> Facts {
        let mut facts = Facts::new();
        let path = Path::Root.key(OFFER);
        match self.vocabulary.entity(OFFER) {
            Some(id) => self.single(id, node, &path, &mut facts),
            None => {
                let message = "le vocabulaire du recueil n'a pas d'entité « offre »";
                self.refuse(Fault::new(code::DOSSIER_UNKNOWN_FIELD, message), &path, node);
            }
        }
        facts
    }

    fn candidates(&mut self, node: &Node, forms: Forms<'_>, dossier: &mut Dossier) {
        let path = Path::Root.key("candidats");
        let items = match &node.kind {
            NodeKind::List(items) => items,
            NodeKind::Scalar(scalar) if scalar.is_null() => return,
            NodeKind::Scalar(_) | NodeKind::Map(_) => {
                let fault = scalar::mismatch("une liste de candidats", scalar::found(node));
                return self.refuse(fault, &path, node);
            }
        };
        let mut ids = BTreeSet::new();
        for (index, item) in items.iter().enumerate() {
            if self.problems.is_full() {
                return;
            }
            let path = path.index(index);
            let candidate = self.candidate(item, forms, &path, &dossier.offer);
            let Some(candidate) = candidate else { continue };
            if !ids.insert(candidate.id.clone()) {
                let fault = Fault::new(
                    code::DOSSIER_DUPLICATE,
                    "identifiant déjà porté par un autre candidat",
                );
                let place = item.get("id").unwrap_or(item);
                self.refuse(fault, &path.key("id"), place);
            }
            dossier.candidates.push(candidate);
        }
    }

    fn candidate(
        &mut self,
        node: &Node,
        forms: Forms<'_>,
        path: &Path<'_>,
        offer: &Facts,
    ) -> Option<Candidate> {
        let entries = match &node.kind {
            NodeKind::Map(entries) => entries,
            NodeKind::Scalar(_) | NodeKind::List(_) => {
                let fault =
                    scalar::mismatch("un candidat (id, postule, faits)", scalar::found(node));
                self.refuse(fault, path, node);
                return None;
            }
        };
        let mut case = Case { facts: offer.clone(), ..Case::default() };
        // The form first, whatever the order of the text: facts given beside it win.
        for entry in entries.iter().filter(|entry| is_form(entry)) {
            self.form_entry(entry, forms, path, &mut case);
        }
        let (mut id, mut applies) = (None, None);
        for entry in entries.iter().filter(|entry| !is_form(entry)) {
            match &*entry.key {
                "id" => id = self.text(&entry.value, &path.key("id")),
                "postule" => applies = self.boolean(&entry.value, &path.key("postule")),
                OFFER => self.refuse_offer(entry, path),
                _ => self.entity(entry, path, &mut case),
            }
        }
        if node.get("id").is_none_or(Node::is_null) {
            let fault = Fault::new(code::DOSSIER_MISSING, "« id » manque");
            self.refuse(fault, &path.key("id"), node);
        }
        Some(Candidate { id: id?.to_string(), applies: applies.unwrap_or(true), case })
    }

    fn refuse_offer(&mut self, entry: &Entry, path: &Path<'_>) {
        let fault = Fault::new(code::DOSSIER_UNKNOWN_FIELD, "« offre » dans un candidat")
            .helped("l'offre se donne une fois, au début du dossier, pour tous les candidats");
        self.problems.push(fault, &path.key(OFFER), entry.place);
    }
}

fn is_form(entry: &Entry) -> bool {
    &*entry.key == "cerfa"
}
