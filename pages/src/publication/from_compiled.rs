//! A publication from a checked recueil.

use super::audience::{audience, grid_label, how_of_grid, how_of_ranking, kind, sharing};
use super::examples::example;
use super::inventory::inventory;
use super::names::Names;
use super::reads::reads;
use super::referred::{Declarations, referred};
use super::rules::{Grounds, Written, conditions, entries};
use super::{Entry, Kind, Link, Publication, Sheet};
use crate::days;
use crate::phrases::Speech;
use analysis::UnitReads;
use dsl::Compiled;
use dsl::resolved::tree::Unit;
use dsl::typed::tree::{Criterion, Expr, Grid, Part, Ranking, Recueil};
use source::FileId;
use std::collections::BTreeMap;

/// Publishes every version of every policy, frame and ranking of a recueil without errors.
pub fn publication(files: &dsl::recueil::Recueil, compiled: &Compiled) -> Publication {
    let maker = Maker::new(files, compiled);
    let units = compiled.resolved.units.iter();
    let sheets = units.filter_map(|unit| maker.sheet(unit)).collect();
    Publication { name: files.name.clone(), hash: files.hash.clone(), sheets }
}

struct Maker<'c> {
    files: &'c dsl::recueil::Recueil,
    compiled: &'c Compiled,
    tree: &'c Recueil,
    declarations: Declarations,
    reads: BTreeMap<FileId, UnitReads<'c>>,
    addresses: BTreeMap<FileId, String>,
}

impl<'c> Maker<'c> {
    fn new(files: &'c dsl::recueil::Recueil, compiled: &'c Compiled) -> Self {
        let reads = analysis::footprints(compiled);
        let mut names = Names::default();
        let units = compiled.resolved.units.iter();
        let addresses = units
            .map(|unit| (unit.span.file, names.give(&unit.name.text, &unit.version)))
            .collect();
        Self {
            files,
            compiled,
            tree: &compiled.typed,
            declarations: Declarations::of(&compiled.resolved),
            reads: reads.into_iter().map(|it| (it.unit.span.file, it)).collect(),
            addresses,
        }
    }

    /// Makes the sheet of a unit; nothing for a vocabulary.
    fn sheet(&self, unit: &Unit) -> Option<Sheet> {
        let file = unit.span.file;
        // A unit may have several grids, one for each segment of its life: they are of one text.
        let grid = self.tree.grids.iter().rev().find(|grid| grid.span.file == file);
        let grid = grid.map(AsRef::as_ref);
        let ranking = self.tree.rankings.iter().rev().find(|ranking| ranking.span.file == file);
        let kind = kind(unit, grid)?;
        let written = Written::of(unit);
        let rules = self.rules(unit, grid, ranking, &written);
        let expressions = expressions(file, grid, ranking);
        let referred = referred(self.tree, &self.declarations, &expressions);
        let reads = reads(self.tree, self.reads.get(&file));
        Some(Sheet {
            address: self.addresses.get(&file).cloned().unwrap_or_default(),
            unit: unit.name.text.clone(),
            version: unit.version.clone(),
            kind,
            label: unit.label.clone(),
            doc: unit.doc.clone(),
            period: unit.period,
            frame: unit.applies.as_ref().map(|frame| self.link(&frame.text, unit)),
            audience: audience(unit, kind),
            applies: grid
                .filter(|_| unit.applies_if.is_some())
                .and_then(|grid| grid.applies.as_ref())
                .map(|it| Speech::new(self.tree).condition(it)),
            how: match ranking {
                Some(ranking) => how_of_ranking(self.tree, ranking),
                None => how_of_grid(unit),
            },
            grids: unit.ranking().grids.iter().map(|grid| self.link(&grid.text, unit)).collect(),
            sharing: sharing(
                self.tree,
                grid.filter(|_| kind == Kind::Frame).and_then(|grid| grid.sharing.as_deref()),
            ),
            guarantees: guarantees(self.tree, file),
            grounds: Grounds::of_unit(unit),
            reviews: unit.reviews.iter().map(|(date, _)| days::day(*date)).collect(),
            examples: self.examples(file),
            inventory: inventory(
                kind,
                &unit.label,
                self.files.responsible.as_ref(),
                &reads,
                &rules,
                &referred,
                &expressions,
            ),
            text: self.text(file),
            rules,
            referred,
            reads,
        })
    }

    fn rules(
        &self,
        unit: &Unit,
        grid: Option<&Grid>,
        ranking: Option<&Ranking>,
        written: &Written,
    ) -> Vec<Entry> {
        if let Some(ranking) = ranking {
            return conditions(self.tree, &ranking.eligibilities, written);
        }
        let parts = grid.map_or(&[][..], |grid| grid.parts.as_slice());
        entries(self.tree, parts, written, unit.span.file, unit.applies.is_some())
    }

    /// Refers to the version of a unit that is in force with another.
    fn link(&self, name: &str, with: &Unit) -> Link {
        let versions = self.compiled.resolved.versions(name).map(|(_, unit)| unit);
        let mut versions: Vec<&Unit> = versions.collect();
        versions.sort_by_key(|unit| unit.period.intersection(with.period).is_none());
        let found = versions.first();
        Link {
            label: found.map_or_else(|| grid_label(self.tree, name), |unit| unit.label.clone()),
            address: found.and_then(|unit| self.addresses.get(&unit.span.file).cloned()),
        }
    }

    fn examples(&self, file: FileId) -> Vec<super::ExampleWords> {
        let labels = self.labels();
        let here = self.tree.examples.iter().filter(|example| example.span.file == file);
        (1..).zip(here).map(|(number, it)| example(self.tree, number, it, &labels)).collect()
    }

    /// What people read for the name of each line and grid.
    fn labels(&self) -> BTreeMap<String, String> {
        let mut labels = BTreeMap::new();
        for ranking in &self.tree.rankings {
            labels.extend(ranking.eligibilities.iter().map(|it| (it.id.clone(), it.label.clone())));
        }
        for grid in &self.tree.grids {
            labels.insert(grid.unit.to_string(), grid.label.to_string());
            for part in &grid.parts {
                match part {
                    Part::Family(it) => labels.insert(it.id.clone(), it.label.clone()),
                    Part::Tranche(it) => labels.insert(it.id.clone(), it.label.clone()),
                    Part::Criterion(_) => None,
                };
                let criteria = part.criteria().iter();
                labels.extend(criteria.map(|it| (it.id.clone(), it.label.clone())));
            }
        }
        labels
    }

    fn text(&self, file: FileId) -> String {
        self.files.sources.get(file).map_or_else(String::new, |file| file.text.clone())
    }
}

fn guarantees(tree: &Recueil, file: FileId) -> Vec<String> {
    let here = tree.guarantees.iter().filter(|guarantee| guarantee.span.file == file);
    let mut labels: Vec<String> = here.map(|guarantee| guarantee.label.clone()).collect();
    labels.dedup();
    labels
}

/// Lists the expressions that a file writes in its grid or its ranking.
fn expressions<'t>(
    file: FileId,
    grid: Option<&'t Grid>,
    ranking: Option<&'t Ranking>,
) -> Vec<&'t Expr> {
    let parts = grid.map_or(&[][..], |grid| grid.parts.as_slice());
    let of_grid = parts.iter().flat_map(Part::criteria).filter(|it| it.span.file == file);
    let eligibilities = ranking.iter().flat_map(|ranking| &ranking.eligibilities);
    let order = ranking.iter().flat_map(|ranking| &ranking.order);
    let applies = grid.and_then(|grid| grid.applies.as_ref());
    let applies = applies.filter(|it| it.span.file == file);
    let criteria = of_grid.chain(eligibilities).flat_map(Criterion::expressions);
    criteria.chain(order.filter_map(|key| key.key.as_ref())).chain(applies).collect()
}
