//! Tables and dated parameters: inputs are expressions, cells and results are constants.

use super::expressions::percents_differ;
use super::from_resolved::Checker;
use super::scope::{Env, PoolAccess, Scope, Symbol};
use super::tree::{Expr, ExprKind, Footprint, TableId, TypedTable};
use super::types::{agree, unit};
use crate::limits::{TABLE_INPUTS, TABLE_ROWS};
use crate::resolved::read_period;
use crate::syntax::tree::{self as syntax, CellItem, CellKind, TableBody, TableRows};
use engine::{
    Bound, Cell, CellRange, Exact, NumberForm, Period, Row, RowResult, Table, Type, Value,
};
use source::{Diagnostic, Edit, Span, code, counted};
use std::rc::Rc;

impl Checker<'_> {
    /// Checks a parameter into a table without inputs.
    pub(super) fn parameter(
        &mut self,
        scope: &Rc<Scope>,
        written: &syntax::Parameter,
    ) -> Option<Symbol> {
        let ty = self.type_named(&written.ty)?;
        self.fits(&written.name, written.rows.len(), 0)?;
        let mut env = Env::new(Rc::clone(scope), PoolAccess::Refused("dans un paramètre"));
        let mut rows: Vec<Row> = Vec::new();
        for row in &written.rows {
            let period =
                row.period.as_ref().map_or_else(Period::default, |p| read_period(p, &mut self.out));
            let clash = rows.iter().find(|other| other.period.intersection(period).is_some());
            if let Some(other) = clash {
                self.out.push(
                    Diagnostic::new(
                        code::TABLE_OVERLAP,
                        row.span,
                        format!(
                            "« {} » a deux valeurs {}",
                            written.name.text,
                            common(other.period, period)
                        ),
                    )
                    .with_label(other.span, "première valeur")
                    .with_help("finissez une période la veille du début de la suivante"),
                );
                continue;
            }
            let result = match &row.value {
                Some(value) => RowResult::Value(self.constant(&mut env, value, ty)?),
                None => RowResult::NoValue,
            };
            rows.push(Row { period, cells: Vec::new(), result, span: row.span });
        }
        let label = written.name.label(written.label.as_ref());
        self.push_table(TypedTable {
            label,
            arguments: Vec::new(),
            inputs: Vec::new(),
            table: Table {
                name: written.name.text.clone(),
                inputs: Vec::new(),
                ty: result_type(ty, &rows),
                rows,
            },
            footprint: Footprint::default(),
            parameter: true,
            span: written.name.span,
        })
    }

    /// Checks a table.
    pub(super) fn table(
        &mut self,
        scope: &Rc<Scope>,
        written: &syntax::Table,
        pool: PoolAccess,
    ) -> Option<Symbol> {
        let ty = self.type_named(&written.ty)?;
        let arguments = self.arguments(scope, &written.arguments)?;
        let mut env = Env::new(Rc::clone(scope), pool);
        env.arguments.clone_from(&arguments);
        let from_csv;
        let body = match &written.body {
            TableBody::Rows(rows) => rows,
            TableBody::Csv(file) => {
                from_csv = self.csv_rows(file)?;
                &from_csv
            }
        };
        self.fits(&written.name, body.rows.len(), body.inputs.len())?;
        let inputs: Vec<Option<Expr>> =
            body.inputs.iter().map(|input| self.infer(&mut env, input)).collect();
        let inputs: Vec<Expr> = inputs.into_iter().collect::<Option<_>>()?;
        let rows = self.rows(&mut env, body, &inputs, ty)?;
        let mut footprint = Footprint::default();
        for input in &inputs {
            self.tree.read_by(input, &mut footprint);
        }
        let label = written.name.label(written.label.as_ref());
        self.push_table(TypedTable {
            label,
            arguments: arguments.into_iter().map(|(_, ty)| ty).collect(),
            table: Table {
                name: written.name.text.clone(),
                inputs: inputs.iter().map(|input| input.ty).collect(),
                ty: result_type(ty, &rows),
                rows,
            },
            inputs,
            footprint,
            parameter: false,
            span: written.name.span,
        })
    }

    /// Refuses a table or a parameter beyond the limits. Errors: `E0110`.
    fn fits(&mut self, name: &syntax::Name, rows: usize, inputs: usize) -> Option<()> {
        let beyond = if rows > TABLE_ROWS {
            format!("« {} » a {rows} lignes, au plus {TABLE_ROWS}", name.text)
        } else if inputs > TABLE_INPUTS {
            format!("« {} » a {inputs} entrées, au plus {TABLE_INPUTS}", name.text)
        } else {
            return Some(());
        };
        self.out.push(
            Diagnostic::new(code::TOO_LONG, name.span, beyond)
                .with_help("coupez-le en plusieurs tableaux, chacun pour une partie des cas"),
        );
        None
    }

    fn push_table(&mut self, table: TypedTable) -> Option<Symbol> {
        let id = TableId(u32::try_from(self.tree.tables.len()).ok()?);
        self.tree.tables.push(table);
        Some(Symbol::Table(id))
    }

    fn rows(
        &mut self,
        env: &mut Env,
        body: &TableRows,
        inputs: &[Expr],
        ty: Type,
    ) -> Option<Vec<Row>> {
        let mut rows = Vec::new();
        let mut sound = true;
        for written in &body.rows {
            match self.row(env, written, inputs, ty) {
                Some(row) => rows.push(row),
                None => sound = false,
            }
        }
        if rows.is_empty() && sound {
            self.out.push(Diagnostic::new(
                code::TABLE_SHAPE,
                body.result.span,
                "le tableau n'a aucune ligne",
            ));
            return None;
        }
        sound.then_some(rows)
    }

    fn row(
        &mut self,
        env: &mut Env,
        written: &syntax::TableRow,
        inputs: &[Expr],
        ty: Type,
    ) -> Option<Row> {
        let otherwise =
            matches!(written.cells.as_slice(), [cell] if matches!(cell.kind, CellKind::Otherwise));
        let cells = if otherwise {
            vec![Cell::Any; inputs.len()]
        } else if written.cells.len() == inputs.len() {
            let mut cells = Vec::new();
            for (cell, input) in written.cells.iter().zip(inputs) {
                cells.push(self.cell(env, cell, input));
            }
            cells.into_iter().collect::<Option<Vec<_>>>()?
        } else {
            let wanted = counted(inputs.len(), "cellule", "cellules");
            let found = written.cells.len();
            self.out.push(Diagnostic::new(
                code::TABLE_SHAPE,
                written.span,
                format!("attendu {wanted} avant « => », trouvé {found}"),
            ));
            return None;
        };
        let period =
            written.period.as_ref().map_or_else(Period::default, |p| read_period(p, &mut self.out));
        let result = match &written.result {
            syntax::RowResult::Value(value) => RowResult::Value(self.constant(env, value, ty)?),
            syntax::RowResult::NoValue(_) => RowResult::NoValue,
            syntax::RowResult::Linear(from, to) => {
                self.linear(env, (from, to), ty, &cells, written.span)?
            }
        };
        Some(Row { period, cells, result, span: written.span })
    }

    fn linear(
        &mut self,
        env: &mut Env,
        ends: (&syntax::Expr, &syntax::Expr),
        ty: Type,
        cells: &[Cell],
        span: Span,
    ) -> Option<RowResult> {
        let from = self.constant(env, ends.0, ty)?;
        let to = self.constant(env, ends.1, ty)?;
        let (Value::Number(from), Value::Number(to)) = (from, to) else {
            let found = self.tree.schema.type_name(ty);
            self.out.push(Diagnostic::new(
                code::LINEAR_ROW,
                span,
                format!("une ligne « de … à … » donne un nombre, trouvé « {found} »"),
            ));
            return None;
        };
        let bounded: Vec<(usize, (Exact, Exact))> =
            cells.iter().enumerate().filter_map(|(at, cell)| Some((at, bounds(cell)?))).collect();
        let [(input, across)] = bounded.as_slice() else {
            self.out.push(
                Diagnostic::new(
                    code::LINEAR_ROW,
                    span,
                    "une ligne linéaire a exactement une colonne à intervalle borné",
                )
                .with_help("par exemple « | de 16 % à 26 % => de 0 point à 40 points | »"),
            );
            return None;
        };
        let input = u32::try_from(*input).ok()?;
        Some(RowResult::Linear { input, across: *across, between: (from, to) })
    }

    fn cell(&mut self, env: &mut Env, written: &syntax::Cell, input: &Expr) -> Option<Cell> {
        let items = match &written.kind {
            CellKind::Any | CellKind::Otherwise => return Some(Cell::Any),
            CellKind::OneOf(items) => items,
        };
        let mut ranges = Vec::new();
        for item in items {
            match item {
                CellItem::Value(value) => {
                    let value = self.constant(env, value, input.ty)?;
                    let bound = Some(Bound { value, included: true });
                    ranges.push(CellRange { low: bound.clone(), high: bound });
                }
                CellItem::Range(low, high) => {
                    ranges.push(self.range(
                        env,
                        low.as_ref(),
                        high.as_ref(),
                        input.ty,
                        written.span,
                    )?);
                }
            }
        }
        Some(Cell::OneOf(ranges))
    }

    fn range(
        &mut self,
        env: &mut Env,
        low: Option<&syntax::Bound>,
        high: Option<&syntax::Bound>,
        ty: Type,
        span: Span,
    ) -> Option<CellRange> {
        if !matches!(ty, Type::Number(..) | Type::Date | Type::Code) {
            let found = self.tree.schema.type_name(ty);
            self.out.push(Diagnostic::new(
                code::BAD_CELL,
                span,
                format!("un intervalle ne convient pas à une colonne « {found} »"),
            ));
            return None;
        }
        let written =
            low.as_ref().zip(high.as_ref()).map(|(low, high)| (low.value.span, high.value.span));
        if let (Some(low), Some(high)) = (low, high)
            && percents_differ(&low.value, &high.value)
        {
            self.percent_forgotten(&low.value, &high.value);
            return None;
        }
        let low = match low {
            Some(bound) => Some(self.bound(env, bound, ty)?),
            None => None,
        };
        let high = match high {
            Some(bound) => Some(self.bound(env, bound, ty)?),
            None => None,
        };
        if let (Some(a), Some(b)) = (&low, &high)
            && inverted(&a.value, &b.value)
        {
            let swapped = written.map(|(low, high)| {
                let edit =
                    |at, from| Edit { span: at, text: self.sources.excerpt(from).to_owned() };
                [edit(low, high), edit(high, low)]
            });
            self.out.push(
                Diagnostic::new(code::BAD_CELL, span, "les bornes de l'intervalle sont inversées")
                    .with_help("écrivez la plus petite d'abord")
                    .with_edits(swapped.into_iter().flatten()),
            );
            return None;
        }
        Some(CellRange { low, high })
    }

    fn bound(&mut self, env: &mut Env, written: &syntax::Bound, ty: Type) -> Option<Bound> {
        let value = self.constant(env, &written.value, ty)?;
        Some(Bound { value, included: written.included })
    }

    /// Checks an expression that must be a constant of a type.
    pub(super) fn constant(
        &mut self,
        env: &mut Env,
        written: &syntax::Expr,
        ty: Type,
    ) -> Option<Value> {
        let value = self.check_with(env, written, Some(ty))?;
        if !agree(value.ty, ty) && unit(ty).is_some() {
            self.mismatch(value.span, value.ty, ty);
            return None;
        }
        let value = self.expect(value, ty)?;
        if let Some(constant) = fold_constant(&value) {
            if let (Type::Number(_, NumberForm::Whole), Value::Number(n)) = (ty, &constant)
                && unit(ty).is_some_and(engine::Unit::is_none)
                && !n.is_whole()
            {
                self.out.push(Diagnostic::new(
                    code::TYPE_MISMATCH,
                    written.span,
                    "attendu un nombre entier",
                ));
                return None;
            }
            return Some(constant);
        }
        self.out.push(
            Diagnostic::new(code::BAD_CELL, written.span, "attendu une valeur constante")
                .with_help(
                    "calculez dans une définition, et donnez la définition en colonne du tableau",
                ),
        );
        None
    }
}

/// Computes an expression of constants.
pub(super) fn fold_constant(expr: &Expr) -> Option<Value> {
    match expr.kind.as_ref() {
        ExprKind::Constant(value) => Some(value.clone()),
        ExprKind::Arithmetic(op, a, b) => {
            let (Value::Number(a), Value::Number(b)) = (fold_constant(a)?, fold_constant(b)?)
            else {
                return None;
            };
            let result = match op {
                engine::Arithmetic::Add => a.add(b),
                engine::Arithmetic::Subtract => a.subtract(b),
                engine::Arithmetic::Multiply => a.multiply(b),
                engine::Arithmetic::Divide => a.divide(b),
                engine::Arithmetic::Minimum => Ok(a.min(b)),
                engine::Arithmetic::Maximum => Ok(a.max(b)),
            };
            result.ok().map(Value::Number)
        }
        _ => None,
    }
}

/// A table's results are whole when every row's is.
fn result_type(declared: Type, rows: &[Row]) -> Type {
    let Type::Number(unit, form) = declared else { return declared };
    let whole = rows.iter().all(|row| match &row.result {
        RowResult::Value(Value::Number(value)) => value.is_whole(),
        RowResult::Value(_) | RowResult::NoValue => true,
        RowResult::Linear { between: (from, to), .. } => from == to && from.is_whole(),
    });
    match (whole, form) {
        (true, NumberForm::Decimal | NumberForm::Whole) => Type::Number(unit, NumberForm::Whole),
        (false, NumberForm::Whole) => Type::Number(unit, NumberForm::Decimal),
        (_, form) => Type::Number(unit, form),
    }
}

fn bounds(cell: &Cell) -> Option<(Exact, Exact)> {
    let Cell::OneOf(ranges) = cell else { return None };
    let [CellRange { low: Some(low), high: Some(high) }] = ranges.as_slice() else { return None };
    match (&low.value, &high.value) {
        (Value::Number(low), Value::Number(high)) if low < high => Some((*low, *high)),
        _ => None,
    }
}

fn inverted(low: &Value, high: &Value) -> bool {
    match (low, high) {
        (Value::Number(low), Value::Number(high)) => high < low,
        (Value::Date(low), Value::Date(high)) => high < low,
        (Value::Text(low), Value::Text(high)) => high < low,
        _ => false,
    }
}

fn common(a: Period, b: Period) -> String {
    a.intersection(b).map_or_else(String::new, |period| period.to_string())
}
