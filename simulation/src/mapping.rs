//! Which column is which fact: by its name, or by a mapping file, checked against the vocabulary and against the
//! table before the first row.
//!
//! Every mistake is told at its place in the file. A column that is no fact is one: it is mapped, or named among
//! those to ignore, never left out without a word.

use crate::incoming::{Incoming, Table};
use dossier::{Cells, Entry, Format, Named, Node, NodeKind, Place};
use engine::{FieldId, Proof, Schema, Type};
use source::{did_you_mean, nearest};
use std::collections::BTreeMap;

/// What is wrong with a mapping, or with the columns of a table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Where in the mapping file; absent: in the table, or in a file that has no place for it.
    pub place: Option<Place>,
    /// One line in French.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Mistake {
    /// A column that a table does not have.
    pub(crate) fn no_column(place: Option<Place>, wanted: &str, names: &[String]) -> Self {
        let near = nearest(wanted, names.iter().map(String::as_str)).map(did_you_mean);
        Self { place, message: format!("la table n'a pas de colonne « {wanted} »"), help: near }
    }
}

/// What the cells of a column become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// Where it is in a row.
    pub(crate) at: usize,
    pub(crate) named: Named,
    /// What is written after each number. Example: ` €/an`.
    pub(crate) unit: Option<String>,
    /// What each text means. Empty: itself.
    pub(crate) values: BTreeMap<String, String>,
    pub(crate) proof: Proven,
}

/// How the facts of a column are established.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Proven {
    /// All alike.
    As(Proof),
    /// As another column says, by its place.
    By(usize),
}

impl Column {
    /// Makes one whose cells say the fact as a dossier does.
    fn as_it_is(at: usize, named: Named) -> Self {
        let proof = Proven::As(Proof::Declared);
        Self { at, named, unit: None, values: BTreeMap::new(), proof }
    }
}

/// What each column is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// The column of identifiers.
    pub(crate) id: Option<usize>,
    /// The column that says who applies.
    pub(crate) applies: Option<usize>,
    /// The column that says the offer.
    pub(crate) offer: usize,
    pub(crate) columns: Vec<Column>,
    /// Columns that are facts of another vocabulary alone.
    pub(crate) unread: Vec<usize>,
}

/// The words of a mapping file.
const KEYS: [&str; 5] = ["id", "offre", "postule", "colonnes", "ignorer"];

/// A mapping file, as it is written.
#[derive(Default)]
struct Written<'n> {
    /// The columns of `id`, `offre` and `postule`.
    roles: BTreeMap<&'static str, (&'n str, Place)>,
    columns: BTreeMap<&'n str, (&'n Node, Place)>,
    ignored: BTreeMap<&'n str, Place>,
    /// Columns that say how others are established.
    levels: BTreeMap<&'n str, Place>,
}

impl<'n> Written<'n> {
    /// Lists the columns that it names.
    fn names(&self) -> Vec<(&'n str, Place)> {
        let columns = self.columns.iter().map(|(name, (_, place))| (*name, *place));
        let columns = columns.chain(self.levels.iter().map(|(name, place)| (*name, *place)));
        let ignored = self.ignored.iter().map(|(name, place)| (*name, *place));
        columns.chain(ignored).chain(self.roles.values().copied()).collect()
    }
}

impl Mapping {
    /// Reads a mapping file, if there is one, and puts it on the columns of a table, for each of some vocabularies.
    /// A column may be a fact of one of them alone: it is then no column of the others ([`Self::unread`]).
    ///
    /// Errors: every mistake, in the order of the file, then of the table.
    pub fn resolve(
        text: Option<&[u8]>,
        table: &Table,
        schemas: &[&Schema],
    ) -> Result<Vec<Self>, Vec<Mistake>> {
        let node = match text.map(|text| dossier::parse(text, Format::Yaml)) {
            None => None,
            Some(Ok(node)) => Some(node),
            Some(Err(errors)) => return Err(errors.into_iter().map(of_text).collect()),
        };
        let resolved = schemas.iter().map(|schema| Resolver::resolve(node.as_ref(), table, schema));
        let (mut mappings, told): (Vec<Self>, Vec<Vec<Told>>) = resolved.unzip();
        let mistakes = joined(&mut mappings, &told);
        if mistakes.is_empty() { Ok(mappings) } else { Err(mistakes) }
    }

    /// Returns the place of the column that says the offer.
    pub fn offer(&self) -> usize {
        self.offer
    }

    /// Lists the columns that are facts of another vocabulary alone, by their places.
    pub fn unread(&self) -> &[usize] {
        &self.unread
    }
}

/// A mistake, and the column that is no fact when that is it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    mistake: Mistake,
    unknown: Option<usize>,
}

/// Joins what was found for each vocabulary: a column that is a fact of another is no mistake; what is wrong for
/// one of several alone says so.
fn joined(mappings: &mut [Mapping], told: &[Vec<Told>]) -> Vec<Mistake> {
    let several = told.len() > 1;
    let mut mistakes: Vec<Mistake> = Vec::new();
    for (side, own) in told.iter().enumerate() {
        for Told { mistake, unknown } in own {
            let others = || (0..).zip(&*mappings).filter(|(other, _)| *other != side);
            let is_fact = unknown.is_some_and(|at| {
                others().any(|(_, other)| other.columns.iter().any(|column| column.at == at))
            });
            if let (true, Some(at)) = (is_fact, unknown) {
                mappings.get_mut(side).into_iter().for_each(|own| own.unread.push(*at));
                continue;
            }
            let mut mistake = mistake.clone();
            let is_shared = told.iter().all(|all| all.iter().any(|one| one.mistake == mistake));
            if several && !is_shared {
                let which = if side == 0 { "d'avant" } else { "d'après" };
                mistake.message = format!("{} (pour les règles {which})", mistake.message);
            }
            if !mistakes.contains(&mistake) {
                mistakes.push(mistake);
            }
        }
    }
    mistakes.sort_by_key(|mistake| (mistake.place.is_none(), mistake.place));
    mistakes
}

fn of_text(error: dossier::DossierError) -> Mistake {
    Mistake { place: Some(error.place), message: error.message, help: error.help }
}

struct Resolver<'a> {
    table: &'a Table,
    schema: &'a Schema,
    cells: Cells<'a>,
    told: Vec<Told>,
}

impl<'a> Resolver<'a> {
    /// Finds what columns are for a vocabulary, and what is wrong.
    fn resolve(node: Option<&Node>, table: &'a Table, schema: &'a Schema) -> (Mapping, Vec<Told>) {
        let mut resolver = Self { table, schema, cells: Cells::new(schema), told: Vec::new() };
        let written = node.map(|node| resolver.written(node)).unwrap_or_default();
        (resolver.mapping(&written), resolver.told)
    }

    fn refuse(&mut self, place: Option<Place>, message: impl Into<String>, help: Option<String>) {
        let mistake = Mistake { place, message: message.into(), help };
        self.told.push(Told { mistake, unknown: None });
    }

    /// Refuses a column that is no fact.
    fn unknown(&mut self, at: usize, place: Option<Place>, message: String, help: Option<String>) {
        let mistake = Mistake { place, message, help };
        self.told.push(Told { mistake, unknown: Some(at) });
    }

    fn position(&self, column: &str) -> Option<usize> {
        self.table.names.iter().position(|name| name == column)
    }

    /// Reads the keys of a mapping file.
    fn written<'n>(&mut self, node: &'n Node) -> Written<'n> {
        let mut written = Written::default();
        for Entry { key, place, value } in self.entries(node, "une correspondance") {
            match KEYS.iter().find(|known| **known == &**key) {
                Some(&"colonnes") => {
                    for entry in self.entries(value, "des colonnes") {
                        written.columns.insert(&entry.key, (&entry.value, entry.place));
                        written.levels.extend(level_column(&entry.value));
                    }
                }
                Some(&"ignorer") => {
                    let NodeKind::List(items) = &value.kind else {
                        self.refuse(
                            Some(value.place),
                            "« ignorer » attend une liste de colonnes",
                            None,
                        );
                        continue;
                    };
                    let names =
                        items.iter().filter_map(|item| Some((self.text(item)?, item.place)));
                    let names: Vec<_> = names.collect();
                    written.ignored.extend(names);
                }
                Some(role) => {
                    if let Some(name) = self.text(value) {
                        written.roles.insert(role, (name, value.place));
                    }
                }
                None => {
                    let near = nearest(key, KEYS).map(did_you_mean);
                    self.refuse(Some(*place), format!("clé inconnue « {key} »"), near);
                }
            }
        }
        for (name, place) in written.names() {
            if self.position(name).is_none() {
                let mistake = Mistake::no_column(Some(place), name, &self.table.names);
                self.told.push(Told { mistake, unknown: None });
            }
        }
        written
    }

    fn entries<'n>(&mut self, node: &'n Node, due: &str) -> &'n [Entry] {
        match &node.kind {
            NodeKind::Map(entries) => entries,
            NodeKind::Scalar(_) | NodeKind::List(_) => {
                let message = format!("{due} s'écrit par clés et valeurs");
                self.refuse(Some(node.place), message, None);
                &[]
            }
        }
    }

    fn text<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        match &node.kind {
            NodeKind::Scalar(scalar) if !scalar.is_null() => Some(&scalar.text),
            NodeKind::Scalar(_) | NodeKind::List(_) | NodeKind::Map(_) => {
                self.refuse(Some(node.place), "un nom est attendu ici", None);
                None
            }
        }
    }

    fn mapping(&mut self, written: &Written<'_>) -> Mapping {
        let role = |resolver: &Self, role: &str, usual: &str| match written.roles.get(role) {
            Some((name, _)) => resolver.position(name),
            None if written.columns.contains_key(usual) => None,
            None => resolver.position(usual),
        };
        let id = role(self, "id", "id");
        let applies = role(self, "postule", "postule");
        let offer = role(self, "offre", "offre.id");
        if offer.is_none() && !written.roles.contains_key("offre") {
            let help =
                "nommez la colonne qui dit l'offre : « offre: COLONNE » dans la correspondance";
            let message = "aucune colonne ne dit de quelle offre est chaque ligne";
            self.refuse(None, message, Some(help.to_owned()));
        }
        let mut columns: Vec<Column> = Vec::new();
        for (at, name) in self.table.names.iter().enumerate() {
            if written.ignored.contains_key(name.as_str()) {
                continue;
            }
            let is_role = [id, applies, offer].contains(&Some(at));
            let found = match written.columns.get(name.as_str()) {
                Some((node, place)) => self.column(at, node).map(|column| (column, Some(*place))),
                None if (is_role || written.levels.contains_key(name.as_str()))
                    && self.cells.named(name).is_err() =>
                {
                    None
                }
                None => self.by_name(at, name).map(|column| (column, None)),
            };
            let Some((column, place)) = found else { continue };
            if columns.iter().any(|other| other.named == column.named) {
                let message =
                    format!("deux colonnes donnent le même fait ; la seconde est « {name} »");
                self.refuse(place, message, None);
            }
            columns.push(column);
        }
        Mapping { id, applies, offer: offer.unwrap_or(0), columns, unread: Vec::new() }
    }

    /// A column that has the name of its fact.
    fn by_name(&mut self, at: usize, name: &str) -> Option<Column> {
        let named = match self.cells.named(name) {
            Ok(named) => named,
            Err(near) => {
                let other =
                    "donnez-lui un fait, ou nommez-la sous « ignorer », dans la correspondance";
                let help =
                    near.map_or_else(|| other.to_owned(), |near| format!("{near} Sinon, {other}"));
                let message = format!("la colonne « {name} » n'est aucun fait");
                self.unknown(at, None, message, Some(help));
                return None;
            }
        };
        self.typed(at, named, None).then(|| Column::as_it_is(at, named))
    }

    /// A column that the mapping gives: the name of a fact, or its parts.
    fn column(&mut self, at: usize, node: &Node) -> Option<Column> {
        let NodeKind::Map(entries) = &node.kind else {
            let path = self.text(node)?;
            let named = self.fact(at, path, node.place)?;
            let place = Some(node.place);
            return self.typed(at, named, place).then(|| Column::as_it_is(at, named));
        };
        for entry in entries {
            if !["fait", "unite", "valeurs", "statut"].contains(&&*entry.key) {
                let message = format!("clé inconnue « {} »", entry.key);
                let help = "une colonne a un fait, une unite, des valeurs, un statut".to_owned();
                self.refuse(Some(entry.place), message, Some(help));
            }
        }
        let Some(fact) = node.get("fait") else {
            self.refuse(Some(node.place), "« fait » manque", None);
            return None;
        };
        let path = self.text(fact)?;
        let named = self.fact(at, path, fact.place)?;
        let unit = node.get("unite").and_then(|node| self.unit(named, node));
        let values = node.get("valeurs").map(|node| self.values(named, node));
        let values = values.unwrap_or_default();
        let proof = node.get("statut").map(|node| self.proof(named, node));
        let proof = proof.unwrap_or(Proven::As(Proof::Declared));
        let typed = !values.is_empty() || self.typed(at, named, Some(fact.place));
        typed.then_some(Column { at, named, unit, values, proof })
    }

    fn fact(&mut self, at: usize, path: &str, place: Place) -> Option<Named> {
        match self.cells.named(path) {
            Ok(named) => Some(named),
            Err(near) => {
                self.unknown(at, Some(place), format!("aucun fait ne s'appelle « {path} »"), near);
                None
            }
        }
    }

    /// Tells whether the cells of a column can be of the type of a fact.
    fn typed(&mut self, at: usize, named: Named, place: Option<Place>) -> bool {
        let kind = self.table.kinds.get(at).copied().unwrap_or(Incoming::Text);
        let (due, fits) = match named {
            Named::List(_) => ("une liste en JSON".to_owned(), kind == Incoming::Text),
            Named::Field(field) => (self.cells.due(field), self.fits(field, kind)),
        };
        if !fits {
            let name = self.table.names.get(at).map_or("", String::as_str);
            let found = match kind {
                Incoming::Text => "des textes",
                Incoming::Truth => "des booléens",
                Incoming::Number => "des nombres",
                Incoming::Day => "des dates",
            };
            let message = format!("la colonne « {name} » a {found}, et le fait attend {due}");
            self.refuse(place, message, None);
        }
        fits
    }

    fn fits(&self, field: FieldId, kind: Incoming) -> bool {
        let ty = self.schema.field(field).map(|def| def.ty);
        match kind {
            Incoming::Text => true,
            Incoming::Truth => ty == Some(Type::Bool),
            Incoming::Number => matches!(ty, Some(Type::Number(..))),
            Incoming::Day => ty == Some(Type::Date),
        }
    }

    /// Reads the unit of a column, proved on the number 1.
    fn unit(&mut self, named: Named, node: &Node) -> Option<String> {
        let unit = self.text(node)?;
        let tried = match named {
            Named::Field(field) if self.fits(field, Incoming::Number) => {
                self.cells.fact(field, &format!("1 {unit}")).err()
            }
            Named::Field(_) | Named::List(_) => {
                self.refuse(
                    Some(node.place),
                    "ce fait n'est pas un nombre : il n'a pas d'unité",
                    None,
                );
                return None;
            }
        };
        if let Some(fault) = tried {
            let message = format!("unité « {unit} » : {}", fault.message);
            self.refuse(Some(node.place), message, None);
        }
        Some(format!(" {unit}"))
    }

    /// Reads how the facts of a column are established: a level, or the column that says it row by row.
    fn proof(&mut self, named: Named, node: &Node) -> Proven {
        const DECLARED: Proven = Proven::As(Proof::Declared);
        if let Named::List(_) = named {
            let message = "une liste dit le statut de chaque fait de ses éléments";
            self.refuse(Some(node.place), message, None);
            return DECLARED;
        }
        if let NodeKind::Map(entries) = &node.kind {
            let [Entry { key, value, .. }] = entries.as_slice() else {
                let message = "le statut est un niveau, ou la « colonne » qui le dit";
                self.refuse(Some(node.place), message, None);
                return DECLARED;
            };
            if &**key != "colonne" {
                self.refuse(Some(node.place), format!("clé inconnue « {key} »"), None);
                return DECLARED;
            }
            // One that the table does not have was told with the names of the file.
            let at = self.text(value).and_then(|name| self.position(name));
            return at.map_or(DECLARED, Proven::By);
        }
        let Some(level) = self.text(node) else { return DECLARED };
        match dossier::proof(level) {
            Ok(proof) => Proven::As(proof),
            Err(fault) => {
                self.refuse(
                    Some(node.place),
                    format!("statut « {level} » : {}", fault.message),
                    None,
                );
                DECLARED
            }
        }
    }

    /// Reads what texts mean, each proved.
    fn values(&mut self, named: Named, node: &Node) -> BTreeMap<String, String> {
        let mut values = BTreeMap::new();
        for entry in self.entries(node, "des valeurs") {
            let Some(meant) = self.text(&entry.value) else { continue };
            let fault = match named {
                Named::Field(field) => self.cells.fact(field, meant).err(),
                Named::List(list) => self.cells.list(list, meant).err(),
            };
            if let Some(fault) = fault {
                let message = format!("« {meant} » : {}", fault.message);
                self.refuse(Some(entry.value.place), message, fault.help);
            }
            values.insert(entry.key.to_string(), meant.to_owned());
        }
        values
    }
}

/// Finds the column that says how the facts of another are established.
fn level_column(node: &Node) -> Option<(&str, Place)> {
    let column = node.get("statut")?.get("colonne")?;
    match &column.kind {
        NodeKind::Scalar(scalar) if !scalar.is_null() => Some((&scalar.text, column.place)),
        NodeKind::Scalar(_) | NodeKind::List(_) | NodeKind::Map(_) => None,
    }
}
