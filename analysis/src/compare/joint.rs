//! Two recueils as one program, with the terms to put the second's code in it.

use super::code::Both;
use super::facts::{Apart, Facts};
use super::rules::{self, Placing, Which};
use super::scripts::BothScripts;
use dsl::Compiled;
use dsl::recueil::Recueil;
use engine::{
    Code, Criterion, FunctionDef, FunctionId, Grid, Op, Pool, Program, Scripts, Table, TableId,
};

/// One of the two recueils that are compared.
#[derive(Clone, Copy)]
pub struct Side<'s> {
    /// Its files.
    pub recueil: &'s Recueil,
    /// Its program and its typed tree, without errors.
    pub compiled: &'s Compiled,
    /// Its scripts.
    pub scripts: &'s dyn Scripts,
}

impl<'s> Side<'s> {
    /// Its program.
    pub(super) fn program(&self) -> &'s Program {
        &self.compiled.lowered.program
    }
}

/// Two recueils, with one schema, one list of tables and one of functions for both.
pub struct Joint<'s> {
    /// The first.
    pub first: Side<'s>,
    /// The second.
    pub second: Side<'s>,
    /// The facts of both.
    pub facts: Facts,
    /// What the code of both refers to; it has no grid and no ranking.
    pub program: Program,
    scripts: BothScripts<'s>,
    of_first: Terms,
    of_second: Terms,
}

/// What the tables, functions and grids of a recueil are in the program of both, by id; equal ones
/// are one.
#[derive(Clone, Debug, Default)]
struct Terms {
    tables: Vec<TableId>,
    functions: Vec<FunctionId>,
    grids: Vec<u32>,
}

impl<'s> Joint<'s> {
    /// Joins two recueils.
    ///
    /// Errors: see [`Apart`].
    pub fn of(first: Side<'s>, second: Side<'s>) -> Result<Self, Apart> {
        let facts = Facts::of(&first.program().schema, &second.program().schema)?;
        let scripts = BothScripts::of(
            (first.scripts, &first.recueil.scripts),
            (second.scripts, &second.recueil.scripts),
        );
        let mut program = Program { schema: facts.schema.clone(), ..Program::default() };
        let mut of_first = Terms::default();
        for table in &first.program().tables {
            of_first.tables.push(add_table(&mut program, table));
        }
        for function in &first.program().functions {
            of_first.functions.push(add_function(&mut program, function));
        }
        of_first.grids = (0..).zip(&first.program().grids).map(|(at, _)| at).collect();
        let mut of_second = Terms::default();
        for table in &second.program().tables {
            of_second.tables.push(add_table(&mut program, &facts.table(table)));
        }
        for function in &second.program().functions {
            let mut function = facts.function(function);
            scripts.place(&mut function);
            of_second.functions.push(add_function(&mut program, &function));
        }
        let mut joint = Self { first, second, facts, program, scripts, of_first, of_second };
        joint.of_second.grids = joint.grids();
        Ok(joint)
    }

    /// The scripts of both.
    pub fn scripts(&self) -> &dyn Scripts {
        &self.scripts
    }

    /// Joins a code of each.
    pub fn both(&self, first: &Code, second: &Code) -> Both {
        let own = |op: &mut Op| self.of_first.put(op);
        let other = |op: &mut Op| {
            self.facts.put(op);
            self.of_second.put(op);
        };
        Both::of((first, &own), (second, &other))
    }

    /// Puts a pool in the terms of one of the two: what it does not have is left out.
    pub fn own_pool(&self, which: Which, pool: &Pool) -> Pool {
        match which {
            Which::First => self.facts.to_first(pool, &self.first.program().schema),
            Which::Second => self.facts.to_second(pool, &self.second.program().schema),
        }
    }

    /// Returns a criterion of one of the two, its conditions and points read in the code of both.
    pub fn criterion(&self, both: &Both, which: Which, criterion: &Criterion) -> Criterion {
        Placing::new(self, both, which).criterion(criterion)
    }

    /// A grid of the second is one of the first when nothing of it changed.
    fn grids(&self) -> Vec<u32> {
        let own = &self.first.program().grids;
        let beyond = own.len();
        let place = |(at, grid): (usize, &Grid)| {
            let same = own.iter().position(|known| rules::same_grid(self, known, grid));
            u32::try_from(same.unwrap_or(beyond + at)).unwrap_or(u32::MAX)
        };
        self.second.program().grids.iter().enumerate().map(place).collect()
    }
}

impl Terms {
    /// Puts an operation in the terms of both; facts apart.
    fn put(&self, op: &mut Op) {
        match op {
            Op::Table(id, _) => *id = self.tables.get(id.0 as usize).copied().unwrap_or(*id),
            Op::Call(id, _) => *id = self.functions.get(id.0 as usize).copied().unwrap_or(*id),
            Op::GridTotal(id) => *id = self.grids.get(*id as usize).copied().unwrap_or(*id),
            Op::Constant(_)
            | Op::NoValue
            | Op::EvaluationDate
            | Op::Fact(_)
            | Op::SharedFact { .. }
            | Op::ItemFact { .. }
            | Op::Arithmetic(..)
            | Op::Round(..)
            | Op::Calendar(..)
            | Op::Compare(..)
            | Op::And(..)
            | Op::Or(..)
            | Op::Not(_)
            | Op::IsKnown(_)
            | Op::Select(..)
            | Op::FoldList { .. }
            | Op::Rank { .. }
            | Op::FoldPool { .. } => {}
        }
    }
}

fn add_table(program: &mut Program, table: &Table) -> TableId {
    TableId(found_or_added(&mut program.tables, same_table, table))
}

fn add_function(program: &mut Program, function: &FunctionDef) -> FunctionId {
    FunctionId(found_or_added(&mut program.functions, FunctionDef::eq, function))
}

/// Tells whether two tables say the same, whatever their names and wherever they are written.
fn same_table(a: &Table, b: &Table) -> bool {
    let mut rows = a.rows.iter().zip(&b.rows);
    a.inputs == b.inputs
        && a.ty == b.ty
        && a.rows.len() == b.rows.len()
        && rows.all(|(a, b)| a.period == b.period && a.cells == b.cells && a.result == b.result)
}

fn found_or_added<T: Clone>(all: &mut Vec<T>, same: impl Fn(&T, &T) -> bool, one: &T) -> u32 {
    let at = all.iter().position(|known| same(known, one)).unwrap_or_else(|| {
        all.push(one.clone());
        all.len() - 1
    });
    u32::try_from(at).unwrap_or(u32::MAX)
}
