//! The facts that each unit reads, reader by reader: through which definitions, and under which
//! choices of the applicant a company sees them.

use dsl::Compiled;
use dsl::resolved::COMPLEMENTARY_FIELDS;
use dsl::resolved::tree::Unit;
use dsl::typed::tree::{Criterion, Expr, ExprKind, Grid, Part, Recueil, SharingRule};
use dsl::typed::{Read, Step};
use engine::Type;
use source::{FileId, Span};
use std::collections::BTreeMap;

/// What one version of a unit reads.
#[derive(Debug)]
pub struct UnitReads<'c> {
    /// The unit.
    pub unit: &'c Unit,
    /// What reads facts in it, in order of place.
    pub readers: Vec<FactReader>,
}

/// Something that reads facts.
#[derive(Debug)]
pub struct FactReader {
    /// What it is.
    pub role: ReaderRole,
    /// Its name; the unit's or the key's when it has none.
    pub name: String,
    /// What people read.
    pub label: String,
    /// What it reads, in order of name.
    pub facts: Vec<ReadFact>,
    /// The grids whose total it reads.
    pub totals: Vec<String>,
}

/// What reads facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReaderRole {
    /// A line, or a condition of a tranche.
    Criterion,
    /// A condition of eligibility.
    Eligibility,
    /// `s'applique si`.
    Application,
    /// `périmètre`.
    Perimeter,
    /// `partage selon`.
    Sharing,
    /// A key of the order.
    OrderKey,
}

/// A fact, or a list, that something reads.
#[derive(Debug)]
pub struct ReadFact {
    /// What is read.
    pub read: Read,
    /// Its name: `entité.champ`, or the list.
    pub name: String,
    /// The steps to it, from the reader on.
    pub way: Vec<Step>,
    /// The choices under which it is seen; absent where no choice decides.
    pub seen: Option<Vec<Choice>>,
    /// Whether it is one of the fields that a company may ask for.
    pub complementary: bool,
}

/// A choice of the applicant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// Its number, from 1, in the order of its enumeration.
    pub number: u32,
    /// Its name.
    pub name: String,
}

/// Lists what every version of every unit reads; units that read nothing are left out.
pub fn footprints(compiled: &Compiled) -> Vec<UnitReads<'_>> {
    let tree = &compiled.typed;
    let mut found = Found { tree, by_file: BTreeMap::new() };
    for grid in &tree.grids {
        found.grid(grid);
    }
    for ranking in &tree.rankings {
        for criterion in &ranking.eligibilities {
            found.criterion(criterion, ReaderRole::Eligibility, None);
        }
        for key in &ranking.order {
            if let Some(value) = &key.key {
                found.expression(value, ReaderRole::OrderKey, &ranking.unit, &key.label);
            }
        }
    }
    let mut by_file = found.by_file;
    let units = compiled.resolved.units.iter();
    units
        .filter_map(|unit| {
            let readers = by_file.remove(&unit.span.file)?;
            Some(UnitReads { unit, readers: readers.into_values().collect() })
        })
        .collect()
}

/// Returns the choices under which something is seen.
pub(crate) fn seen_under(tree: &Recueil, sharing: &SharingRule, read: Read) -> Vec<Choice> {
    let shown = |choice: &Choice| {
        let level = choice.number.checked_sub(1).and_then(|at| sharing.levels.get(&at));
        sharing.shows(&tree.schema, read, level.copied())
    };
    choices(tree, sharing).into_iter().filter(shown).collect()
}

/// Returns every choice, in the order of its enumeration.
pub(crate) fn choices(tree: &Recueil, sharing: &SharingRule) -> Vec<Choice> {
    let Type::Enum(id) = sharing.choice.ty else { return Vec::new() };
    let values = tree.schema.enumeration(id).map_or(&[][..], |def| def.values.as_slice());
    (1..).zip(values).map(|(number, value)| Choice { number, name: value.name.clone() }).collect()
}

struct Found<'t> {
    tree: &'t Recueil,
    by_file: BTreeMap<FileId, BTreeMap<Span, FactReader>>,
}

impl Found<'_> {
    fn grid(&mut self, grid: &Grid) {
        for criterion in grid.parts.iter().flat_map(Part::criteria) {
            self.criterion(criterion, ReaderRole::Criterion, grid.sharing.as_deref());
        }
        let (unit, label) = match &grid.filling {
            Some((filling, _)) => (filling, filling),
            None => (&grid.unit, &grid.label),
        };
        if let Some(condition) = &grid.applies {
            self.expression(condition, ReaderRole::Application, unit, label);
        }
        if let Some((_, commune)) = &grid.perimeter {
            self.expression(commune, ReaderRole::Perimeter, unit, label);
        }
        if let Some(rule) = &grid.sharing {
            self.expression(&rule.choice, ReaderRole::Sharing, &grid.unit, &grid.label);
        }
    }

    fn criterion(
        &mut self,
        criterion: &Criterion,
        role: ReaderRole,
        sharing: Option<&SharingRule>,
    ) {
        let exprs = criterion.expressions();
        let reads = criterion.footprint.all();
        let facts = reads.map(|read| self.fact(&exprs, read, sharing)).collect();
        let totals = totals_of(&exprs);
        let (name, label) = (criterion.id.clone(), criterion.label.clone());
        self.add(criterion.span, FactReader { role, name, label, facts, totals });
    }

    fn expression(&mut self, value: &Expr, role: ReaderRole, name: &str, label: &str) {
        let footprint = self.tree.footprint(value);
        let facts = footprint.all().map(|read| self.fact(&[value], read, None)).collect();
        let totals = totals_of(&[value]);
        let (name, label) = (name.to_owned(), label.to_owned());
        self.add(value.span, FactReader { role, name, label, facts, totals });
    }

    fn fact(&self, exprs: &[&Expr], read: Read, sharing: Option<&SharingRule>) -> ReadFact {
        ReadFact {
            read,
            name: self.tree.read_name(read),
            way: self.tree.way_to(exprs, read).unwrap_or_default(),
            seen: sharing.map(|rule| seen_under(self.tree, rule, read)),
            complementary: is_complementary(self.tree, read),
        }
    }

    /// Adds a reader; one that several segments or fillings hold is told once.
    fn add(&mut self, span: Span, mut reader: FactReader) {
        reader.facts.sort_by(|a, b| a.name.cmp(&b.name));
        let here = self.by_file.entry(span.file).or_default();
        let Some(known) = here.get_mut(&span) else {
            here.insert(span, reader);
            return;
        };
        let is_new = |fact: &ReadFact| known.facts.iter().all(|other| other.read != fact.read);
        let new: Vec<ReadFact> = reader.facts.into_iter().filter(is_new).collect();
        known.facts.extend(new);
        known.facts.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

fn is_complementary(tree: &Recueil, read: Read) -> bool {
    let Read::Field(field) = read else { return false };
    let Some(def) = tree.schema.field(field) else { return false };
    tree.schema.entity_named("emploi") == Some(def.entity)
        && COMPLEMENTARY_FIELDS.contains(&def.name.as_str())
}

fn totals_of(exprs: &[&Expr]) -> Vec<String> {
    let mut totals = Vec::new();
    for expr in exprs {
        if let ExprKind::GridTotal(grid) = expr.kind.as_ref() {
            totals.push(grid.clone());
        }
        totals.extend(totals_of(&expr.children()));
    }
    totals.sort();
    totals.dedup();
    totals
}
