//! Ways: through which definitions, tables and functions a rule reads a fact.

use super::tree::{DefinitionId, Expr, ExprKind, Footprint, FunctionId, Recueil, TableId};
use engine::{EntityId, FieldId};
use source::Span;
use std::collections::{BTreeSet, VecDeque};

/// Something read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Read {
    /// A field, of a single entity or of an item.
    Field(FieldId),
    /// A list, looped over.
    List(EntityId),
}

/// What stands between a rule and what it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A definition.
    Definition(DefinitionId),
    /// A table.
    Table(TableId),
    /// A scripted function that gets the fact as an argument.
    Function(FunctionId),
}

impl Footprint {
    /// Tells whether something is read.
    pub fn reads(&self, read: Read) -> bool {
        match read {
            Read::Field(field) => self.fields.contains(&field),
            Read::List(list) => self.lists.contains(&list),
        }
    }

    /// Iterates over what is read: lists, then fields.
    pub fn all(&self) -> impl Iterator<Item = Read> {
        let lists = self.lists.iter().copied().map(Read::List);
        lists.chain(self.fields.iter().copied().map(Read::Field))
    }
}

impl Recueil {
    /// Finds the shortest way from expressions to something that they read: the steps from the
    /// expressions on, none when it is read at once. Absent when it is not read.
    pub fn way_to(&self, from: &[&Expr], read: Read) -> Option<Vec<Step>> {
        let mut waiting: VecDeque<(Vec<&Expr>, Vec<Step>)> =
            VecDeque::from([(from.to_vec(), Vec::new())]);
        let mut seen = BTreeSet::new();
        while let Some((exprs, way)) = waiting.pop_front() {
            let mut reach = Reach { tree: self, read, found: None, next: Vec::new() };
            for expr in exprs {
                reach.walk(expr, &way);
            }
            if reach.found.is_some() {
                return reach.found;
            }
            for (step, way) in reach.next {
                if seen.insert(step) {
                    waiting.push_back((self.inside(step), way));
                }
            }
        }
        None
    }

    /// Returns the expressions of a step.
    fn inside(&self, step: Step) -> Vec<&Expr> {
        match step {
            Step::Definition(id) => {
                self.definitions.get(id.0 as usize).map(|found| &found.value).into_iter().collect()
            }
            Step::Table(id) => {
                self.tables.get(id.0 as usize).map_or_else(Vec::new, |t| t.inputs.iter().collect())
            }
            Step::Function(_) => Vec::new(),
        }
    }

    /// Names what is read: `entité.champ`, or the list.
    pub fn read_name(&self, read: Read) -> String {
        match read {
            Read::Field(field) => self.schema.path(field),
            Read::List(list) => {
                self.schema.entity(list).map_or_else(String::new, |list| list.name.clone())
            }
        }
    }

    /// Names a step in French: « la définition « âge » ».
    pub fn step_name(&self, step: Step) -> String {
        let (kind, name) = match step {
            Step::Definition(id) => {
                ("la définition", self.definitions.get(id.0 as usize).map(|found| &found.name))
            }
            Step::Table(id) => {
                ("la table", self.tables.get(id.0 as usize).map(|found| &found.table.name))
            }
            Step::Function(id) => {
                ("la fonction", self.functions.get(id.0 as usize).map(|found| &found.name))
            }
        };
        format!("{kind} « {} »", name.map_or("", String::as_str))
    }

    /// Tells where a step is declared.
    pub fn step_span(&self, step: Step) -> Option<Span> {
        match step {
            Step::Definition(id) => self.definitions.get(id.0 as usize).map(|found| found.span),
            Step::Table(id) => self.tables.get(id.0 as usize).map(|found| found.span),
            Step::Function(_) => None,
        }
    }

    /// Says a way from the fact on: « lu par la définition « x », elle-même lue par la table « t » ».
    /// Nothing when there is no step.
    pub fn way_in_words(&self, way: &[Step]) -> Option<String> {
        let steps: Vec<String> = way.iter().rev().map(|step| self.step_name(*step)).collect();
        (!steps.is_empty()).then(|| format!("lu par {}", steps.join(", elle-même lue par ")))
    }
}

struct Reach<'t> {
    tree: &'t Recueil,
    read: Read,
    found: Option<Vec<Step>>,
    next: Vec<(Step, Vec<Step>)>,
}

impl Reach<'_> {
    fn walk(&mut self, expr: &Expr, way: &[Step]) {
        let step = match expr.kind.as_ref() {
            ExprKind::Fact(field) | ExprKind::ItemFact(_, field) => {
                self.meet(Read::Field(*field), way);
                None
            }
            ExprKind::FoldList { list, .. } => {
                self.meet(Read::List(*list), way);
                None
            }
            ExprKind::Definition(id, _) => {
                let found = self.tree.definitions.get(id.0 as usize);
                found.map(|found| (Step::Definition(*id), found.footprint.reads(self.read)))
            }
            ExprKind::Table(id, _) => {
                let found = self.tree.tables.get(id.0 as usize);
                found.map(|found| (Step::Table(*id), found.footprint.reads(self.read)))
            }
            _ => None,
        };
        if let Some((step, true)) = step {
            self.next.push((step, longer(way, step)));
        }
        let inside = match expr.kind.as_ref() {
            ExprKind::Function(id, _) => longer(way, Step::Function(*id)),
            _ => way.to_vec(),
        };
        for child in expr.children() {
            self.walk(child, &inside);
        }
    }

    fn meet(&mut self, met: Read, way: &[Step]) {
        let shorter = self.found.as_ref().is_none_or(|found| way.len() < found.len());
        if met == self.read && shorter {
            self.found = Some(way.to_vec());
        }
    }
}

fn longer(way: &[Step], step: Step) -> Vec<Step> {
    way.iter().copied().chain([step]).collect()
}
