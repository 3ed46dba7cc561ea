//! Facts of tables: a cell of text is read as a dossier reads the same scalar.
//!
//! An empty cell is a missing fact, `non communiqué` one that is withheld; a list is the JSON that a dossier has.
//! No message holds what a cell does.

use crate::builder::composed;
use crate::error::Fault;
use crate::facts::FactReader;
use crate::node::{Format, Scalar, parse};
use crate::path::Path;
use crate::scalar;
use crate::vocabulary::meant;
use engine::{EntityId, FactState, FieldId, ListState, Proof, Schema};
use source::{Code, code, fold};

/// What is wrong with a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// The code, such as `D0202`.
    pub code: Code,
    /// One line in French: the type due and the kind found, never the value.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl From<Fault> for CellFault {
    fn from(Fault { code, message, help }: Fault) -> Self {
        Self { code, message, help }
    }
}

/// Reads cells.
pub struct Cells<'a> {
    reader: FactReader<'a>,
}

impl<'a> Cells<'a> {
    /// Makes a reader for a vocabulary.
    pub fn new(schema: &'a Schema) -> Self {
        Self { reader: FactReader::new(schema) }
    }

    /// Reads the fact of a field. Errors: a value of another type.
    pub fn fact(&self, field: FieldId, text: &str) -> Result<FactState, CellFault> {
        if let Some(unknown) = unknown(text) {
            return Ok(match unknown {
                Unknown::Missing => FactState::Missing,
                Unknown::Withheld => FactState::Withheld,
            });
        }
        let vocabulary = self.reader.vocabulary;
        let def = vocabulary.schema.field(field);
        let def = def.ok_or_else(|| Fault::new(code::DOSSIER_UNKNOWN_FIELD, "champ inconnu"))?;
        Ok(FactState::Known(scalar::value(
            vocabulary,
            def,
            &Scalar::quoted(composed(text.to_owned())),
        )?))
    }

    /// Reads the items of a list. Errors: the first of its mistakes.
    pub fn list(&mut self, list: EntityId, text: &str) -> Result<ListState, CellFault> {
        if let Some(unknown) = unknown(text) {
            return Ok(match unknown {
                Unknown::Missing => ListState::Missing,
                Unknown::Withheld => ListState::Withheld,
            });
        }
        let told = |error: crate::DossierError| {
            let place =
                if error.path.is_empty() { String::new() } else { format!("{} : ", error.path) };
            let message = format!("{place}{}", error.message);
            CellFault { code: error.code, message, help: error.help }
        };
        let first = |errors: Vec<crate::DossierError>| errors.into_iter().next().map(told);
        let ill = || Fault::new(code::DOSSIER_SYNTAX, "une liste en JSON est attendue").into();
        let node = parse(text.as_bytes(), Format::Json)
            .map_err(|errors| first(errors).unwrap_or_else(ill))?;
        let state = self.reader.list(list, &node, &Path::Root);
        let problems = std::mem::take(&mut self.reader.problems);
        problems.settle(state).map_err(|errors| first(errors).unwrap_or_else(ill))
    }

    /// Finds what a path names: a field of a single entity, or a list. Errors: what may have been meant.
    pub fn named(&self, path: &str) -> Result<Named, Option<String>> {
        let vocabulary = self.reader.vocabulary;
        let path = composed(path.to_owned());
        let Some((entity, field)) = path.split_once('.') else {
            let found = vocabulary.entity(&path).filter(|id| vocabulary.is_list(*id));
            let lists = vocabulary.schema.entities.iter().filter(|def| def.list);
            return found
                .map(Named::List)
                .ok_or_else(|| meant(&path, lists.map(|def| def.name.as_str())));
        };
        let Some(id) = vocabulary.entity(entity) else {
            return Err(meant(entity, vocabulary.entity_names()));
        };
        if vocabulary.is_list(id) {
            return Err(Some(format!(
                "« {entity} » est une liste : une colonne de ce nom la donne en JSON"
            )));
        }
        let found = vocabulary.field(id, field).map(|(field, _)| Named::Field(field));
        found.ok_or_else(|| meant(field, vocabulary.field_names(id)))
    }

    /// Says what a field accepts, in a message.
    pub fn due(&self, field: FieldId) -> String {
        let vocabulary = self.reader.vocabulary;
        let def = vocabulary.schema.field(field);
        def.map_or_else(String::new, |def| scalar::due(vocabulary, def.ty))
    }
}

/// Reads how a fact is established: `déclaré`, `vérifié`, `validé`, `validé par RÔLE`; nothing is `déclaré`.
///
/// Errors: another level.
pub fn proof(text: &str) -> Result<Proof, CellFault> {
    let text = text.trim();
    let (level, role) = match text.split_once(char::is_whitespace) {
        None => (text, None),
        Some((level, rest)) => (level, Some(rest.trim())),
    };
    let role = role.map(|rest| rest.split_once(char::is_whitespace).map(parted));
    match (fold(level).as_str(), role) {
        ("" | "declare", None) => Ok(Proof::Declared),
        ("verifie", None) => Ok(Proof::Verified),
        ("valide", None) => Ok(Proof::Validated(None)),
        ("valide", Some(Some(("par", role)))) if !role.is_empty() => {
            Ok(Proof::Validated(Some(composed(role.to_owned()).into())))
        }
        _ => {
            let due = "attendu déclaré, vérifié, validé ou validé par RÔLE";
            Err(Fault::new(code::DOSSIER_TYPE, due).into())
        }
    }
}

fn parted<'t>((word, rest): (&'t str, &'t str)) -> (&'t str, &'t str) {
    (word, rest.trim())
}

/// What a column may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A fact.
    Field(FieldId),
    /// A list.
    List(EntityId),
}

/// A cell without a value.
enum Unknown {
    Missing,
    Withheld,
}

fn unknown(text: &str) -> Option<Unknown> {
    if text.trim().is_empty() {
        return Some(Unknown::Missing);
    }
    (text.len() < 20 && fold(text) == "non communique").then_some(Unknown::Withheld)
}
