//! A verdict about a table as an example to paste: facts that bring its inputs to a point, and what
//! the author would expect there.

use super::wording::{Speech, literal};
use crate::witness::{self, Aim, Goal, Question};
use dsl::lower::TableCode;
use dsl::typed::tree::ExprKind;
use engine::{Case, Date, Period, Program, RowResult, Scripts, Value};
use source::Diagnostic;

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

impl Stage<'_> {
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
        let days = self.life.intersection(other.period)?.intersection(row.period)?;
        let (_, inputs) = point.split_last()?;
        let mut point = inputs.to_vec();
        point.push(Value::Date(days.from.or(days.to)?));
        let expected = literal(value, table.ty, self.speech.schema);
        self.example("Le résultat attendu", &point, &format!("{} = {expected}", self.call(&point)?))
    }

    /// Shows an example with a diagnostic of the file where it would be pasted: not of a CSV.
    pub(crate) fn show(self, diagnostic: Diagnostic, example: Option<String>) -> Diagnostic {
        let here = diagnostic.primary.file == self.speech.typed.span.file;
        diagnostic.with_example(example.filter(|_| here))
    }

    fn example(self, title: &str, point: &[Value], expected: &str) -> Option<String> {
        let (Value::Date(day), inputs) = point.split_last()? else { return None };
        let pool = match self.own {
            Some(own) => self.facts(own, inputs, *day)?,
            None => witness::alone(Case::default(), *day),
        };
        witness::example(self.speech.schema, title, &pool, &[expected.to_owned()])
    }

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
            reads: &[],
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
