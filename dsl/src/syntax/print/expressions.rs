//! Expressions, numbers, units and texts, with no more parentheses than meaning needs.

use crate::syntax::tree::{
    BinaryOp, CompareOp, Decimal, Direction, Expr, ExprKind, Fold, FoldOp, Population, Quantity,
    Template, TemplatePart, TypeExpr, UnitExpr,
};

/// How tightly an expression binds, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Logic,
    Negation,
    Comparison,
    Sum,
    Product,
    Signed,
    Term,
}

/// Which quotes a text takes; inside a template the straight ones are taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    Straight,
    French,
}

/// Prints an expression where any is due.
pub(super) fn expr(expr: &Expr) -> String {
    Printer { quotes: Quotes::Straight }.at(expr, Level::Logic)
}

/// Prints an expression where an arithmetic one is due.
pub(super) fn sum_level(expr: &Expr) -> String {
    Printer { quotes: Quotes::Straight }.at(expr, Level::Sum)
}

struct Printer {
    quotes: Quotes,
}

impl Printer {
    fn at(&self, expr: &Expr, due: Level) -> String {
        let text = self.bare(expr);
        if level(expr) < due { format!("({text})") } else { text }
    }

    fn bare(&self, expr: &Expr) -> String {
        match expr.kind.as_ref() {
            ExprKind::Number(number) => quantity(number),
            ExprKind::Date(day) => day.to_string(),
            ExprKind::Text(text) => quoted(text, self.quotes),
            ExprKind::Code(code) => code.clone(),
            ExprKind::Bool(true) => "oui".to_owned(),
            ExprKind::Bool(false) => "non".to_owned(),
            ExprKind::EvaluationDate => "date_évaluation".to_owned(),
            ExprKind::Path(path) => path.text(),
            ExprKind::IsKnown(path) => format!("renseigné({})", path.text()),
            ExprKind::GridTotal(name) => format!("total_de {}", name.text),
            ExprKind::Call(name, arguments) => {
                format!("{}({})", name.text, self.list(arguments, Level::Logic))
            }
            ExprKind::Negate(a) => format!("-{}", self.at(a, Level::Signed)),
            ExprKind::Not(a) => self.not(a),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b),
            ExprKind::Compare(op, a, b) => {
                format!(
                    "{} {} {}",
                    self.at(a, Level::Sum),
                    compare_sign(*op),
                    self.at(b, Level::Sum)
                )
            }
            ExprKind::Between(a, low, high) => format!(
                "{} entre {} et {}",
                self.at(a, Level::Sum),
                self.at(low, Level::Sum),
                self.at(high, Level::Sum)
            ),
            ExprKind::OneOf(a, items) => self.one_of(a, "", items),
            ExprKind::And(items) => self.joined(items, " et "),
            ExprKind::Or(items) => self.joined(items, " ou "),
            ExprKind::Convert(a, unit) => {
                format!("{} en {}", self.at(a, Level::Term), unit_expr(unit))
            }
            ExprKind::Fold(fold) => self.fold(fold),
            ExprKind::Rank(a, way, among) => {
                let value = self.at(a, Level::Sum);
                format!("rang de {value} {} {}", direction(*way), population(*among))
            }
            ExprKind::PoolCount(filter, among) => self.pool_count(filter.as_ref(), *among),
            ExprKind::PoolFold(op, a, among) => {
                format!("{}({} {})", fold_word(*op), self.at(a, Level::Logic), population(*among))
            }
        }
    }

    fn not(&self, inner: &Expr) -> String {
        match inner.kind.as_ref() {
            ExprKind::OneOf(a, items) => self.one_of(a, "non ", items),
            ExprKind::Not(_) => format!("non {}", self.at(inner, Level::Negation)),
            // A comparison would read as negated in part only.
            _ => format!("non {}", self.at(inner, Level::Sum)),
        }
    }

    fn binary(&self, op: BinaryOp, a: &Expr, b: &Expr) -> String {
        let (sign, left, right) = match op {
            BinaryOp::Add => ("+", Level::Sum, Level::Product),
            BinaryOp::Subtract => ("-", Level::Sum, Level::Product),
            BinaryOp::Multiply => ("×", Level::Product, Level::Signed),
            BinaryOp::Divide => ("/", Level::Product, Level::Signed),
        };
        // `non - 1` would read as a negation.
        let left = match a.kind.as_ref() {
            ExprKind::Bool(false) => "(non)".to_owned(),
            _ => self.at(a, left),
        };
        format!("{left} {sign} {}", self.at(b, right))
    }

    fn one_of(&self, a: &Expr, non: &str, items: &[Expr]) -> String {
        format!("{} {non}parmi {{ {} }}", self.at(a, Level::Sum), self.list(items, Level::Sum))
    }

    fn joined(&self, items: &[Expr], word: &str) -> String {
        items.iter().map(|item| self.at(item, Level::Negation)).collect::<Vec<_>>().join(word)
    }

    fn list(&self, items: &[Expr], due: Level) -> String {
        items.iter().map(|item| self.at(item, due)).collect::<Vec<_>>().join(" ; ")
    }

    fn such_that(&self, filter: Option<&Expr>) -> String {
        filter.map_or_else(String::new, |filter| {
            format!(" tel que {}", self.at(filter, Level::Logic))
        })
    }

    fn fold(&self, fold: &Fold) -> String {
        let value =
            fold.value.as_ref().map(|value| format!("{} pour ", self.at(value, Level::Logic)));
        format!(
            "{}({}{} dans {}{})",
            fold_word(fold.op),
            value.unwrap_or_default(),
            fold.item.text,
            fold.list.text,
            self.such_that(fold.filter.as_ref())
        )
    }

    fn pool_count(&self, filter: Option<&Expr>, among: Population) -> String {
        match (filter, among) {
            (None, Population::Eligible) => "nombre de candidats".to_owned(),
            (filter, Population::Eligible) => {
                format!("nombre(candidats{})", self.such_that(filter))
            }
            (filter, Population::Everyone) => {
                format!("nombre(candidats{} parmi tous)", self.such_that(filter))
            }
        }
    }
}

fn level(expr: &Expr) -> Level {
    match expr.kind.as_ref() {
        ExprKind::And(_) | ExprKind::Or(_) => Level::Logic,
        ExprKind::Not(inner) if matches!(*inner.kind, ExprKind::OneOf(..)) => Level::Comparison,
        ExprKind::Not(_) => Level::Negation,
        ExprKind::Compare(..) | ExprKind::Between(..) | ExprKind::OneOf(..) => Level::Comparison,
        ExprKind::Binary(BinaryOp::Add | BinaryOp::Subtract, ..) => Level::Sum,
        ExprKind::Binary(BinaryOp::Multiply | BinaryOp::Divide, ..) => Level::Product,
        ExprKind::Negate(_) => Level::Signed,
        ExprKind::Number(_)
        | ExprKind::Date(_)
        | ExprKind::Text(_)
        | ExprKind::Code(_)
        | ExprKind::Bool(_)
        | ExprKind::EvaluationDate
        | ExprKind::Path(_)
        | ExprKind::Call(..)
        | ExprKind::Convert(..)
        | ExprKind::IsKnown(_)
        | ExprKind::Fold(_)
        | ExprKind::Rank(..)
        | ExprKind::PoolCount(..)
        | ExprKind::PoolFold(..)
        | ExprKind::GridTotal(_) => Level::Term,
    }
}

fn compare_sign(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "=",
        CompareOp::NotEqual => "≠",
        CompareOp::Less => "<",
        CompareOp::LessOrEqual => "≤",
        CompareOp::Greater => ">",
        CompareOp::GreaterOrEqual => "≥",
    }
}

fn fold_word(op: FoldOp) -> &'static str {
    match op {
        FoldOp::Count => "nombre",
        FoldOp::Exists => "existe",
        FoldOp::All => "tous",
        FoldOp::Sum => "somme",
        FoldOp::Minimum => "minimum",
        FoldOp::Maximum => "maximum",
    }
}

/// `croissant`, `décroissant`.
pub(super) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Ascending => "croissant",
        Direction::Descending => "décroissant",
    }
}

fn population(population: Population) -> &'static str {
    match population {
        Population::Eligible => "parmi les candidats",
        Population::Everyone => "parmi tous les candidats",
    }
}

/// Prints a number with its unit; thousands are grouped when there is a unit, so that a code keeps
/// its look.
pub(super) fn quantity(quantity: &Quantity) -> String {
    match &quantity.unit {
        Some(unit) => {
            format!("{} {}", decimal(quantity.number, Thousands::Grouped), unit_expr(unit))
        }
        None => decimal(quantity.number, Thousands::Together),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Thousands {
    Grouped,
    Together,
}

fn decimal(number: Decimal, thousands: Thousands) -> String {
    let sign = if number.digits < 0 { "-" } else { "" };
    let scale = number.scale as usize;
    let digits = number.digits.unsigned_abs().to_string();
    let digits = format!("{}{digits}", "0".repeat((scale + 1).saturating_sub(digits.len())));
    let (whole, fraction) = digits.split_at_checked(digits.len() - scale).unwrap_or((&digits, ""));
    let whole = if thousands == Thousands::Grouped { grouped(whole) } else { whole.to_owned() };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole},{fraction}") }
}

fn grouped(digits: &str) -> String {
    let count = digits.len();
    let mut out = String::with_capacity(count + count / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (count - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// Prints a unit of measure.
pub(super) fn unit_expr(unit: &UnitExpr) -> String {
    unit.factors.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join("/")
}

/// Prints a type.
pub(super) fn ty(ty: &TypeExpr) -> String {
    match ty {
        TypeExpr::Name(name) => name.text.clone(),
        TypeExpr::Unit(unit) => unit_expr(unit),
    }
}

/// Prints a text between quotes, its quotes and backslashes escaped.
pub(super) fn quoted(text: &str, quotes: Quotes) -> String {
    match quotes {
        Quotes::Straight => format!("\"{}\"", escaped(text, &['"', '\\'])),
        Quotes::French => format!("« {} »", escaped(text, &['"', '\\', '»', '{', '}'])),
    }
}

fn escaped(text: &str, special: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Prints a text with expressions in braces.
pub(super) fn template(template: &Template) -> String {
    let inner: String = template
        .parts
        .iter()
        .map(|part| match part {
            TemplatePart::Text(text) => escaped(text, &['"', '\\', '{', '}']),
            TemplatePart::Expr(expr) => {
                let printer = Printer { quotes: Quotes::French };
                format!("{{{}}}", printer.at(expr, Level::Logic))
            }
        })
        .collect();
    format!("\"{inner}\"")
}
