//! Kernels over the rows of a batch: columns brought to blocks, blocks to outcomes, pool by pool.

use super::input::{Batch, FactColumn, Slots};
use super::output::{Amounts, Outcomes, RowError};
use super::source::{AHEAD, Rows, Source, bring};
use crate::kernel::{
    Blocks, Code, Input, Kernel, Key, Lane, Lanes, Output, Placed, PoolRows, ROWS, Stage, compare,
    grid_state, order, state_of, truth_of,
};
use crate::plan::code::Shape;
use crate::plan::days;
use crate::plan::facts::{parts_of, place_of};
use crate::{Assessed, Direction, FieldId, OrderKey, Truth, Value};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// By kernel, where its inputs come from.
type Sources<'a> = Vec<Vec<Source<'a>>>;

/// What evaluations are done with, from one to the next.
#[derive(Default)]
pub(super) struct Scratch {
    blocks: Blocks<i64>,
    /// Where lanes of 32 bits are enough.
    narrow: Blocks<i32>,
    /// By comparison of candidates, what each row is given.
    given: Vec<Vec<i64>>,
    /// By register of a stage, then of the keys.
    keys: Vec<(u8, Vec<i64>)>,
    eligible: Vec<i64>,
    members: Vec<bool>,
    totals: Vec<i64>,
    /// Totals if everyone applied, where they may be others.
    second: Vec<i64>,
    packed: Vec<u64>,
    ranked: Vec<u32>,
    /// Rows of which the kernel says nothing.
    unsaid: Vec<bool>,
    unsaid_pools: Vec<bool>,
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scratch")
    }
}

impl Clone for Scratch {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Scratch {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Scratch {}

/// A kernel, with the rows that are its own and their places; absent: all.
pub(super) struct Met {
    pub(super) kernel: Arc<Kernel>,
    pub(super) own: Option<Listed>,
}

/// Rows, and their places among outcomes.
pub(super) type Listed = (Vec<u32>, Vec<u32>);

/// Kernels over the rows of some pools.
pub(super) struct Run<'r> {
    /// At least one; they differ by the fillings of companies alone.
    pub(super) met: &'r [Met],
    pub(super) kernel: &'r Kernel,
    pub(super) batch: &'r Batch<'r>,
    pub(super) pools: &'r [Range<usize>],
    pub(super) order: &'r [OrderKey],
    pub(super) keeps: Option<u32>,
    pub(super) texts: &'r Arc<[Arc<str>]>,
    /// Evaluates a row alone, with the keys of the order.
    pub(super) alone: &'r Alone<'r>,
}

/// Where everything of some rows goes: keys of the order, totals, what is not said, outcomes.
type Whole<'w> = (&'w mut [(u8, Vec<i64>)], &'w mut [i64], &'w mut [bool], &'w mut Outcomes);

/// What evaluates a row alone.
pub(super) type Alone<'r> = dyn Fn(usize) -> Result<Option<Keyed<'r>>, RowError> + 'r;

/// What is decided of a row, with the keys of the order.
pub(super) type Keyed<'r> = (Assessed<'r>, Vec<Option<Value>>);

impl Run<'_> {
    /// Evaluates every pool; returns those of which it cannot say all. Absent: none can be.
    pub(super) fn evaluate(&self, outcomes: &mut Outcomes) -> Option<Vec<bool>> {
        let mut scratch = std::mem::take(&mut outcomes.scratch);
        let said = self.evaluated(&mut scratch, outcomes);
        let unsaid = said.map(|()| std::mem::take(&mut scratch.unsaid_pools));
        outcomes.scratch = scratch;
        unsaid
    }

    fn evaluated(&self, scratch: &mut Scratch, outcomes: &mut Outcomes) -> Option<()> {
        let rows: usize = self.pools.iter().map(Range::len).sum();
        let sources = |met: &Met| -> Option<Vec<Source<'_>>> {
            met.kernel.inputs.iter().map(|input| self.source(&met.kernel, *input)).collect()
        };
        let sources: Sources<'_> = self.met.iter().map(sources).collect::<Option<_>>()?;
        self.fitting(rows, scratch)?;
        let whole = self.pools.len();
        scratch.unsaid_pools.clear();
        scratch.unsaid_pools.resize(whole, false);
        let applied = |row: usize| self.batch.applies(row);
        let differs = self.stages(&sources, rows, scratch, &applied);
        self.last(&sources, scratch, outcomes);
        if self.kernel.depends && differs {
            // The keys of the order are those of the first pass: comparisons take their room.
            let keys = std::mem::take(&mut scratch.keys);
            scratch.second = std::mem::take(&mut scratch.totals);
            self.stages(&sources, rows, scratch, &|_| true);
            self.totals(&sources, rows, scratch);
            std::mem::swap(&mut scratch.second, &mut scratch.totals);
            scratch.keys = keys;
        } else {
            scratch.second.clear();
        }
        if self.kernel.stages.is_empty() {
            self.one_by_one(scratch, outcomes);
        }
        self.unsaid(scratch);
        self.place(scratch, outcomes);
        Some(())
    }

    /// Where an input comes from. Absent: no column has it.
    fn source(&self, kernel: &Kernel, input: Input) -> Option<Source<'_>> {
        match input {
            Input::Fact(field) => {
                let column = self.batch.facts().get(&field)?;
                Some(match column.values {
                    Slots::Wide(values) => Source::Wide(values),
                    Slots::Narrow(values) => Source::Narrow(values),
                    Slots::Short(values) => Source::Short(values),
                    Slots::Bytes(values) => Source::Bytes(values),
                    Slots::Same(value) => Source::Same(value),
                    Slots::Texts(places, texts) => {
                        let stand = texts.iter().map(|text| place_of(text, self.texts));
                        Source::Texts(places, stand.collect())
                    }
                })
            }
            Input::Short(gate) => {
                let gate = kernel.gates.get(gate as usize)?;
                Some(Source::Proofs(self.batch.short_of(gate)?))
            }
            Input::Given(place) => Some(Source::Given(place as usize)),
        }
    }

    /// Marks rows of which a fact is not known, or is not in the range of kernels.
    fn fitting(&self, rows: usize, scratch: &mut Scratch) -> Option<()> {
        scratch.unsaid.clear();
        scratch.unsaid.resize(rows, false);
        let known: BTreeSet<FieldId> =
            self.met.iter().flat_map(|met| met.kernel.known.iter().copied()).collect();
        for field in &known {
            let column = self.batch.facts().get(field)?;
            let irregular = self.batch.irregular(*field);
            if column.known.is_none() && irregular.is_empty() {
                continue;
            }
            let mut first = 0;
            for pool in self.pools {
                for (row, place) in pool.clone().zip(first..) {
                    let known = column.known.is_none_or(|known| known.get(row));
                    if (!known || irregular.contains(&row))
                        && let Some(unsaid) = scratch.unsaid.get_mut(place)
                    {
                        *unsaid = true;
                    }
                }
                first += pool.len();
            }
        }
        for (pool, first) in self.places() {
            for row in self.batch.replaced().range(pool.clone()).map(|(row, _)| *row) {
                if let Some(unsaid) = scratch.unsaid.get_mut(first + row - pool.start) {
                    *unsaid = true;
                }
            }
        }
        Some(())
    }

    /// Iterates over the pools, with the place of the first row of each among outcomes.
    fn places(&self) -> impl Iterator<Item = (&Range<usize>, usize)> {
        self.pools.iter().scan(0, |next, pool| {
            let first = *next;
            *next += pool.len();
            Some((pool, first))
        })
    }

    /// Calls a function on each block of the rows of a kernel.
    fn each_block(&self, met: &Met, mut block: impl FnMut(Rows<'_>)) {
        if let Some((rows, places)) = &met.own {
            let blocks = rows.chunks(ROWS).zip(places.chunks(ROWS));
            return blocks.for_each(|(rows, places)| block(Rows::Some(rows, places)));
        }
        // Pools that follow each other share blocks.
        let mut pending: Option<(usize, usize, usize)> = None;
        let mut flush = |(row, place, count): (usize, usize, usize)| {
            let mut done = 0;
            while done < count {
                let some = ROWS.min(count - done);
                block(Rows::Run(row + done, place + done, some));
                done += some;
            }
        };
        for (pool, first) in self.places() {
            pending = match pending {
                Some((row, place, count)) if row + count == pool.start => {
                    Some((row, place, count + pool.len()))
                }
                before => {
                    before.into_iter().for_each(&mut flush);
                    Some((pool.start, first, pool.len()))
                }
            };
        }
        pending.into_iter().for_each(flush);
    }

    /// Compares candidates, stage by stage. Returns whether who applies makes a difference.
    fn stages(
        &self,
        sources: &Sources<'_>,
        rows: usize,
        scratch: &mut Scratch,
        applies: &dyn Fn(usize) -> bool,
    ) -> bool {
        let compared = self.kernel.stages.iter().map(|stage| stage.compared.len()).sum();
        scratch.given.resize_with(compared, Vec::new);
        let mut differs = false;
        for (number, stage) in self.kernel.stages.iter().enumerate() {
            begin(&mut scratch.keys, stage.code.outputs.iter().copied(), rows);
            if stage.eligible.is_some() {
                scratch.eligible.resize(rows, 0);
            }
            for (met, sources) in self.met.iter().zip(sources) {
                let Some(stage) = met.kernel.stages.get(number) else { continue };
                let Scratch { blocks, narrow, given, keys, eligible, .. } = &mut *scratch;
                let into = (&mut keys[..], &mut eligible[..]);
                if self.is_narrow(&met.kernel) {
                    self.stage(met, stage, (sources, given), narrow, into);
                } else {
                    self.stage(met, stage, (sources, given), blocks, into);
                }
            }
            let Scratch { given, keys, eligible, members, packed, .. } = scratch;
            members.clear();
            if stage.eligible.is_some() {
                members.extend(eligible.iter().map(|eligible| *eligible == 1));
                for (pool, first) in self.places() {
                    for (row, place) in pool.clone().zip(first..) {
                        let applies = applies(row);
                        let member = members.get_mut(place).filter(|member| !applies && **member);
                        if let Some(member) = member {
                            (*member, differs) = (false, true);
                        }
                    }
                }
            }
            for (number, one) in &stage.compared {
                let Some(given) = given.get_mut(*number as usize) else { continue };
                let greatest = self.met.iter().map(|met| met.kernel.greatest_rank(*number)).max();
                let one = (one, greatest.unwrap_or(i64::MAX));
                given.resize(rows, 0);
                let unsaid = scratch.unsaid_pools.iter_mut();
                for ((pool, first), unsaid) in self.places().zip(unsaid) {
                    let of = first..first + pool.len();
                    let keys = |register: u8| {
                        let column = keys.iter().find(|(other, _)| *other == register);
                        column.and_then(|(_, column)| column.get(of.clone())).unwrap_or_default()
                    };
                    let members = members.get(of.clone()).unwrap_or_default();
                    let given = given.get_mut(of.clone()).unwrap_or_default();
                    let rows = PoolRows { members, keys: &keys };
                    if !compare(one, &rows, given, packed) {
                        given.fill(0);
                        *unsaid = true;
                    }
                }
            }
        }
        differs
    }

    /// Computes what the comparisons of a stage read.
    fn stage<L: Lane>(
        &self,
        met: &Met,
        stage: &Stage,
        (sources, given): (&[Source<'_>], &[Vec<i64>]),
        blocks: &mut Blocks<L>,
        (keys, eligible): (&mut [(u8, Vec<i64>)], &mut [i64]),
    ) {
        self.walk(met, &stage.code, (sources, given), blocks, |blocks, rows| {
            for (register, (_, column)) in stage.code.outputs.iter().zip(keys.iter_mut()) {
                fill(column, rows, blocks.get(*register), |lane| lane);
            }
            if let Some(register) = stage.eligible {
                fill(eligible, rows, blocks.get(register), |lane| lane);
            }
        });
    }

    /// Tells whether the facts that a kernel reads keep to what lanes of 32 bits hold.
    fn is_narrow(&self, kernel: &Kernel) -> bool {
        let mut ranges = kernel.narrow.iter().flatten();
        kernel.narrow.is_some() && ranges.all(|(field, range)| self.batch.keeps_to(*field, *range))
    }

    /// Computes everything, and writes it.
    fn last(&self, sources: &Sources<'_>, scratch: &mut Scratch, outcomes: &mut Outcomes) {
        let rows = scratch.unsaid.len();
        begin(&mut scratch.keys, self.kernel.key_registers(), rows);
        scratch.totals.resize(rows, 0);
        let Scratch { blocks, narrow, given, keys, totals, unsaid, .. } = scratch;
        for (met, sources) in self.met.iter().zip(sources) {
            let into = (&mut keys[..], &mut totals[..], &mut unsaid[..], &mut *outcomes);
            if self.is_narrow(&met.kernel) {
                self.whole(met, (sources, given), narrow, into);
            } else {
                self.whole(met, (sources, given), blocks, into);
            }
        }
    }

    /// Computes everything of the rows of a kernel, and writes it.
    fn whole<L: Lane>(
        &self,
        met: &Met,
        from: (&[Source<'_>], &[Vec<i64>]),
        blocks: &mut Blocks<L>,
        (keys, totals, unsaid, outcomes): Whole<'_>,
    ) {
        let kernel = &met.kernel;
        let named = named(kernel, outcomes);
        self.walk(met, &kernel.code, from, blocks, |blocks, rows| {
            for (register, (_, column)) in kernel.key_registers().zip(keys.iter_mut()) {
                fill(column, rows, blocks.get(register), |lane| lane);
            }
            fill(totals, rows, blocks.get(kernel.total.register), |lane| lane);
            mark(blocks, kernel, rows, unsaid);
            write((kernel, &named), blocks, rows, outcomes);
        });
    }

    /// Computes the totals alone.
    fn totals(&self, sources: &Sources<'_>, rows: usize, scratch: &mut Scratch) {
        scratch.totals.resize(rows, 0);
        let Scratch { blocks, narrow, given, totals, unsaid, .. } = scratch;
        for (met, sources) in self.met.iter().zip(sources) {
            let (from, into) = ((&sources[..], &given[..]), (&mut totals[..], &mut unsaid[..]));
            if self.is_narrow(&met.kernel) {
                self.totals_of(met, from, narrow, into);
            } else {
                self.totals_of(met, from, blocks, into);
            }
        }
    }

    /// Computes the totals of the rows of a kernel.
    fn totals_of<L: Lane>(
        &self,
        met: &Met,
        from: (&[Source<'_>], &[Vec<i64>]),
        blocks: &mut Blocks<L>,
        (totals, unsaid): (&mut [i64], &mut [bool]),
    ) {
        let kernel = &met.kernel;
        self.walk(met, &kernel.code, from, blocks, |blocks, rows| {
            fill(totals, rows, blocks.get(kernel.total.register), |lane| lane);
            mark(blocks, kernel, rows, unsaid);
        });
    }

    /// Walks a code of a kernel over its rows; calls a function after each block.
    fn walk<L: Lane>(
        &self,
        met: &Met,
        code: &Code,
        (sources, given): (&[Source<'_>], &[Vec<i64>]),
        blocks: &mut Blocks<L>,
        mut then: impl FnMut(&Blocks<L>, Rows<'_>),
    ) {
        blocks.prepare(code);
        let mut fetched = 0..0;
        self.each_block(met, |rows| {
            if let Rows::Run(row, _, _) = rows
                && !fetched.contains(&row)
            {
                fetched = row..row + AHEAD;
                for source in code.inputs().filter_map(|place| sources.get(place)) {
                    source.fetch(fetched.clone());
                }
            }
            blocks.walk(code, &mut |input, lanes| bring(sources, given, input, rows, lanes));
            then(blocks, rows);
        });
    }

    /// Evaluates alone the rows of which the kernel says nothing, where nobody is compared but by the order.
    fn one_by_one(&self, scratch: &mut Scratch, outcomes: &mut Outcomes) {
        for (pool, first) in self.places() {
            for (row, place) in pool.clone().zip(first..) {
                if scratch.unsaid.get(place) != Some(&true) {
                    continue;
                }
                let said = match (self.alone)(row) {
                    Err(error) => {
                        outcomes.error(place, error);
                        true
                    }
                    Ok(None) => false,
                    Ok(Some((assessed, keys))) => {
                        let keyed = self.keyed(row, place, (&assessed, &keys), scratch);
                        outcomes.take(place, &assessed);
                        outcomes.walked += usize::from(keyed.is_some());
                        keyed.is_some()
                    }
                };
                set(&mut scratch.unsaid, place, !said);
            }
        }
    }

    /// Writes the total and the keys of a row that was evaluated alone. Absent: one is not a count of the
    /// parts of the others.
    fn keyed(
        &self,
        row: usize,
        place: usize,
        (assessed, keys): (&Assessed<'_>, &[Option<Value>]),
        scratch: &mut Scratch,
    ) -> Option<()> {
        let total = parts_of(assessed.total, self.kernel.total.parts)?;
        set(&mut scratch.totals, place, total);
        set(&mut scratch.second, place, total);
        let mut columns = scratch.keys.iter_mut();
        for ((key, own), named) in self.kernel.keys.iter().zip(keys).zip(self.order) {
            match key {
                Key::Total | Key::None => {}
                Key::Text(_) if own.is_none() || self.batch.replaced().contains_key(&row) => {
                    return None;
                }
                Key::Text(_) => {}
                Key::Register(_, shape) => {
                    let (_, column) = columns.next()?;
                    let last = match named.direction {
                        Direction::Ascending => i64::MAX,
                        Direction::Descending => i64::MIN,
                    };
                    let own = match own {
                        None => last,
                        Some(value) => key_slot(value, *shape)?,
                    };
                    set(column, place, own);
                }
            }
        }
        Some(())
    }

    /// Marks the pools that have a row of which nothing is said.
    fn unsaid(&self, scratch: &mut Scratch) {
        for ((pool, first), unsaid) in self.places().zip(&mut scratch.unsaid_pools) {
            let rows = scratch.unsaid.get(first..first + pool.len()).unwrap_or_default();
            // Every row is looked at: that is a vector, where looking for one is a row at a time.
            *unsaid |= rows.iter().fold(false, |any, row| any | row);
        }
    }

    /// Ranks the pools of which all is said.
    fn place(&self, scratch: &mut Scratch, outcomes: &mut Outcomes) {
        let Scratch { keys, totals, second, members, packed, ranked, unsaid_pools, .. } = scratch;
        let parts = self.kernel.total.parts;
        for ((pool, first), unsaid) in self.places().zip(unsaid_pools) {
            if *unsaid {
                continue;
            }
            let of = first..first + pool.len();
            let numbers = |key: usize| {
                keys.get(key).and_then(|(_, column)| column.get(of.clone())).unwrap_or_default()
            };
            let text = |field: FieldId, row: usize| self.text(field, pool.start + row);
            let placed =
                |totals| Placed::new(totals, &self.kernel.keys, self.order, &numbers, &text);
            let own = totals.get(of.clone()).unwrap_or_default();
            let others = second.get(of.clone()).filter(|others| *others != own);
            let eligible = outcomes.eligible.get(of.clone()).unwrap_or_default();
            let all = eligible.iter().map(|eligible| *eligible == Truth::Yes);
            members.clear();
            members.extend(all.clone());
            let mut everyone = true;
            if !self.batch.everyone_applies() {
                for (row, member) in pool.clone().zip(members.iter_mut()) {
                    let applies = self.batch.applies(row);
                    everyone &= applies || !*member;
                    *member &= applies;
                }
            }
            order(&placed(own), members, ranked, packed);
            let rank = outcomes.rank.get_mut(of.clone()).unwrap_or_default();
            ranks(rank, ranked);
            let kept = outcomes.kept.get_mut(of.clone()).unwrap_or_default();
            let keeps = self.keeps.unwrap_or(u32::MAX);
            let kept = kept.iter_mut().zip(rank.iter());
            kept.for_each(|(kept, rank)| *kept = rank.wrapping_sub(1) < keeps);
            let if_all = outcomes.rank_if_all.get_mut(of.clone()).unwrap_or_default();
            if everyone && others.is_none() {
                if_all.copy_from_slice(rank);
            } else {
                members.clear();
                members.extend(all);
                order(&placed(others.unwrap_or(own)), members, ranked, packed);
                ranks(if_all, ranked);
            }
            match others {
                None => outcomes.total_if_all.write(of, own, parts),
                Some(others) => {
                    for ((at, own), other) in of.zip(own).zip(others) {
                        let is = outcomes.eligible.get(at) == Some(&Truth::Yes);
                        outcomes.total_if_all.count(at, if is { *other } else { *own }, parts);
                    }
                }
            }
        }
    }

    fn text(&self, field: FieldId, row: usize) -> &str {
        let column: Option<&FactColumn<'_>> = self.batch.facts().get(&field);
        match column.map(|column| column.values) {
            Some(Slots::Texts(places, texts)) => {
                let text = places.get(row).and_then(|place| texts.get(*place as usize));
                text.map_or("", |text| text)
            }
            _ => "",
        }
    }
}

/// Makes room for a column by register; each of its rows is written before it is read.
fn begin(keys: &mut Vec<(u8, Vec<i64>)>, registers: impl Iterator<Item = u8>, rows: usize) {
    let mut count = 0;
    for register in registers {
        if keys.len() <= count {
            keys.push((register, Vec::new()));
        }
        if let Some((held, column)) = keys.get_mut(count) {
            *held = register;
            column.resize(rows, 0);
        }
        count += 1;
    }
    keys.truncate(count);
}

/// Writes the ranks of some rows, best first; the others have none.
fn ranks(column: &mut [u32], ranked: &[u32]) {
    column.fill(0);
    for (rank, row) in (1..).zip(ranked) {
        set(column, *row as usize, rank);
    }
}

fn set<T>(column: &mut [T], row: usize, value: T) {
    if let Some(held) = column.get_mut(row) {
        *held = value;
    }
}

/// Returns a key as kernels hold it.
fn key_slot(value: &Value, shape: Shape) -> Option<i64> {
    match (value, shape) {
        (Value::Bool(truth), Shape::Bool) => Some(i64::from(*truth)),
        (Value::Date(day), Shape::Date) => days::packed(*day),
        (Value::Enum(place), Shape::Enum) => Some(i64::from(*place)),
        (Value::Number(number), Shape::Number(parts)) => parts_of(*number, parts),
        (
            Value::Bool(_) | Value::Date(_) | Value::Enum(_) | Value::Number(_) | Value::Text(_),
            _,
        ) => None,
    }
}

/// Marks the rows of a block of which not all is said.
fn mark<L: Lane>(blocks: &Blocks<L>, kernel: &Kernel, rows: Rows<'_>, unsaid: &mut [bool]) {
    match rows {
        Rows::Run(_, place, count) => {
            blocks.mark(&kernel.code, unsaid.get_mut(place..place + count).unwrap_or_default());
        }
        Rows::Some(_, places) => {
            let mut marks = [false; ROWS];
            blocks.mark(&kernel.code, &mut marks);
            for (place, mark) in places.iter().zip(marks) {
                if mark {
                    set(unsaid, *place as usize, true);
                }
            }
        }
    }
}

/// By grid, by column of a line, the line of the kernel of that name.
type Named = Vec<Vec<Option<usize>>>;

fn named(kernel: &Kernel, outcomes: &Outcomes) -> Named {
    let grids = kernel.grids.iter().zip(&outcomes.grids);
    let lines = grids.map(|(grid, column)| {
        let held = column.lines.iter();
        held.map(|held| grid.lines.iter().position(|line| line.id == held.id)).collect()
    });
    lines.collect()
}

/// Writes the outputs of a block.
fn write<L: Lane>(
    (kernel, named): (&Kernel, &Named),
    blocks: &Blocks<L>,
    rows: Rows<'_>,
    outcomes: &mut Outcomes,
) {
    fill(&mut outcomes.eligible, rows, blocks.get(kernel.eligible), truth_of);
    amounts(&mut outcomes.total, rows, blocks, kernel.total);
    let columns = outcomes.grids.iter_mut().zip(named);
    for (grid, (column, named)) in kernel.grids.iter().zip(columns) {
        fill(&mut column.states, rows, blocks.get(grid.state), grid_state);
        amounts(&mut column.points, rows, blocks, grid.points);
        for (held, line) in column.lines.iter_mut().zip(named) {
            let line = line.and_then(|line| grid.lines.get(line));
            match line {
                Some(line) => amounts(&mut held.points, rows, blocks, line.points),
                None => blank(&mut held.points, rows),
            }
            match line.and_then(|line| line.state) {
                Some(state) => fill(&mut held.states, rows, blocks.get(state), state_of),
                None => fill(&mut held.states, rows, L::ZEROS, state_of),
            }
        }
    }
}

/// Writes lanes to the places of their rows.
#[inline]
fn fill<T, L: Lane>(column: &mut [T], rows: Rows<'_>, lanes: &Lanes<L>, of: impl Fn(i64) -> T) {
    match rows {
        Rows::Run(_, place, count) => {
            let column = column.get_mut(place..place + count).unwrap_or_default();
            column.iter_mut().zip(lanes).for_each(|(held, lane)| *held = of(lane.wide()));
        }
        Rows::Some(_, places) => {
            for (place, lane) in places.iter().zip(lanes) {
                set(column, *place as usize, of(lane.wide()));
            }
        }
    }
}

fn amounts<L: Lane>(column: &mut Amounts, rows: Rows<'_>, blocks: &Blocks<L>, output: Output) {
    let lanes = blocks.get(output.register);
    match rows {
        Rows::Run(_, place, count) => column.write(place..place + count, lanes, output.parts),
        Rows::Some(_, places) => {
            for (place, lane) in places.iter().zip(lanes) {
                column.count(*place as usize, lane.wide(), output.parts);
            }
        }
    }
}

fn blank(column: &mut Amounts, rows: Rows<'_>) {
    match rows {
        Rows::Run(_, place, count) => column.blank(place..place + count),
        Rows::Some(_, places) => {
            for place in places {
                column.count(*place as usize, 0, 1);
            }
        }
    }
}
