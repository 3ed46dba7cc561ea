//! A verdict about a table as an example to paste: facts that bring its inputs to a point, and what
//! the author would expect there.

use super::wording::{Speech, literal};
use crate::witness::{self, Aim, Goal, Question};
use dsl::Compiled;
use dsl::lower::TableCode;
use dsl::typed::tree::ExprKind;
use engine::{Case, Date, Period, Program, RowResult, Scripts, Type, Value};
use source::{Diagnostic, Sources};

/// How many steps the search of one example takes at most.
const STEPS: u32 = 4_000;

/// What writes the examples of one table.
#[derive(Clone, Copy)]
pub(crate) struct Stage<'c> {
    pub(crate) program: &'c Program,
    pub(crate) scripts: &'c dyn Scripts,
    pub(crate) speech: Speech<'c>,
    pub(crate) own: Option<&'c TableCode>,
    /// The days of the unit that declares it.
    pub(crate) life: Period,
}

impl<'c> Stage<'c> {
    /// Sets the stage for a table of a recueil, by its index.
    pub(crate) fn of(
        sources: &'c Sources,
        compiled: &'c Compiled,
        scripts: &'c dyn Scripts,
        table: usize,
    ) -> Option<Self> {
        let program = &compiled.lowered.program;
        let typed = compiled.typed.tables.get(table)?;
        let own = compiled.lowered.tables.get(table).and_then(Option::as_ref);
        let mut units = compiled.resolved.units.iter();
        let declaring = units.find(|unit| unit.span.file == typed.span.file);
        let life = declaring.map(|unit| unit.period).unwrap_or_default();
        let speech = Speech { schema: &program.schema, sources, typed };
        Some(Self { program, scripts, speech, own, life })
    }

    /// An example that fails while the table has no result at a point, and holds once it has one.
    pub(crate) fn expects_a_result(self, point: &[Value]) -> Option<String> {
        let call = self.call(point)?;
        self.example("Chaque valeur a son résultat", point, &format!("{call} = {call}"))
    }

    /// An example that expects of a point what a row says, which another row contradicts.
    pub(crate) fn expects_of_row(
        self,
        point: &[Value],
        (other, row): (usize, usize),
    ) -> Option<String> {
        let table = &self.speech.typed.table;
        let (other, row) = (table.rows.get(other)?, table.rows.get(row)?);
        let RowResult::Value(value) = &row.result else { return None };
        let point = self.on_a_day_of(point, [other.period, row.period])?;
        self.expects_instead(&point, value)
    }

    /// A point on a day on which the unit and two rows are in force: its own, when it is one.
    pub(crate) fn on_a_day_of(self, point: &[Value], rows: [Period; 2]) -> Option<Vec<Value>> {
        let [first, second] = rows;
        let days = self.life.intersection(first)?.intersection(second)?;
        let (Value::Date(own), inputs) = point.split_last()? else { return None };
        let day = if days.contains(*own) { *own } else { days.from.or(days.to)? };
        let mut point = inputs.to_vec();
        point.push(Value::Date(day));
        Some(point)
    }

    /// An example that expects of a point another result than its own.
    pub(crate) fn expects_instead(self, point: &[Value], result: &Value) -> Option<String> {
        let table = &self.speech.typed.table;
        let expected = literal(result, table.ty, self.speech.schema);
        self.example("Le résultat attendu", point, &format!("{} = {expected}", self.call(point)?))
    }

    /// An example that fails on a day on which the table has no row, whatever the facts.
    pub(crate) fn expects_a_row(self, day: Date) -> Option<String> {
        if !self.life.contains(day) {
            return None;
        }
        let table = &self.speech.typed.table;
        let schema = self.speech.schema;
        let plain = |ty: &Type| witness::plain_values(&Aim::Known, *ty, day, schema, &[]);
        let values = table.inputs.iter().map(|ty| plain(ty).into_iter().next());
        let mut point: Vec<Value> = values.collect::<Option<_>>()?;
        point.push(Value::Date(day));
        let call = self.call(&point)?;
        let pool = match self.own {
            Some(own) => self.facts(own, &[], day)?,
            None => witness::alone(Case::default(), day),
        };
        let expected = format!("{call} = {call}");
        witness::example(schema, "Chaque jour a son résultat", &pool, &[expected])
    }

    /// Shows an example with a diagnostic: where the table is declared, even when its rows are in a
    /// CSV.
    pub(crate) fn show(self, diagnostic: Diagnostic, example: Option<String>) -> Diagnostic {
        diagnostic.with_example_in(self.speech.typed.span.file, example)
    }

    fn example(self, title: &str, point: &[Value], expected: &str) -> Option<String> {
        let (Value::Date(day), inputs) = point.split_last()? else { return None };
        let pool = match self.own {
            Some(own) => self.facts(own, inputs, *day)?,
            None => witness::alone(Case::default(), *day),
        };
        witness::example(self.speech.schema, title, &pool, &[expected.to_owned()])
    }

    /// Facts that give the inputs some values, or whatever they are where none is given.
    fn facts(self, own: &TableCode, inputs: &[Value], day: Date) -> Option<engine::Pool> {
        let goals: Vec<Goal> = own
            .inputs
            .iter()
            .zip(inputs)
            .map(|(slot, value)| Goal::new(*slot, Aim::exactly(value)))
            .collect();
        let question = Question {
            program: self.program,
            scripts: self.scripts,
            code: &own.code,
            days: Period { from: Some(day), to: Some(day) },
            goals: &goals,
            reads: &own.inputs,
            fixed: &Case::default(),
            proofs: &[],
            budget: STEPS,
        };
        witness::find(question, &mut |_| true)
    }

    /// The table as an expression; with its arguments when its columns are just those.
    fn call(self, point: &[Value]) -> Option<String> {
        let typed = self.speech.typed;
        let name = &typed.table.name;
        if typed.arguments.is_empty() {
            return Some(name.clone());
        }
        let argument = |at: usize| {
            let is_it =
                |kind: &ExprKind| matches!(kind, ExprKind::Argument(of) if *of as usize == at);
            let column = typed.inputs.iter().position(|input| is_it(input.kind.as_ref()))?;
            Some(self.speech.value(column, point.get(column)?))
        };
        let plain = typed.inputs.len() == typed.arguments.len();
        let arguments: Option<Vec<String>> = (0..typed.arguments.len()).map(argument).collect();
        arguments.filter(|_| plain).map(|arguments| format!("{name}({})", arguments.join(" ; ")))
    }
}
