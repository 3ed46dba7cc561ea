//! Words, numbers, units, dates, texts.

use super::layout::quoted_len;
use super::node::{Node, Rule, parse, unexpected};
use super::{Built, expressions};
use crate::syntax::tree::{
    Decimal, Hypothesis, Name, Path, Period, Quantity, Template, TemplatePart, Text, TypeExpr,
    UnitExpr,
};
use engine::Date;
use source::{code, fold};

/// A word as a name.
pub(super) fn name(node: &Node) -> Name {
    Name { text: node.text().to_owned(), span: node.span() }
}

/// A bare or quoted code as a name.
pub(super) fn code_name(node: &Node) -> Name {
    let inner = node.only();
    match inner.rule() {
        Rule::text => Name { text: text(&inner).text, span: inner.span() },
        _ => name(&inner),
    }
}

/// A SIREN, its digits only.
pub(super) fn siren(node: &Node) -> Name {
    let digits = node.text().chars().filter(char::is_ascii_digit).collect();
    Name { text: digits, span: node.span() }
}

/// A quoted text, its quotes and escapes resolved.
pub(super) fn text(node: &Node) -> Text {
    Text { text: unescape(content(node).inner), span: node.span() }
}

/// What stands between quotes.
struct Content<'s> {
    /// Bytes from the opening quote to the first of `inner`.
    at: usize,
    inner: &'s str,
}

/// Leaves the quotes out, and the spaces inside « … », which belong to them.
fn content<'s>(node: &Node<'s>) -> Content<'s> {
    let written = node.text();
    let open = written.chars().next().map_or(0, char::len_utf8);
    let close = written.chars().next_back().map_or(0, char::len_utf8);
    let inner = written.get(open..written.len().saturating_sub(close)).unwrap_or("");
    if !written.starts_with('«') {
        return Content { at: open, inner };
    }
    let spaces = inner.len() - inner.trim_start().len();
    Content { at: open + spaces, inner: inner.trim() }
}

/// Resolves `\"`, `\\` and their like; any other backslash stays.
fn unescape(raw: &str) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some('"' | '\\' | '{' | '}' | '»' | '”')) => out.extend(chars.next()),
            _ => out.push(c),
        }
    }
    out
}

/// A text with expressions in braces. Errors: `E0101` and those of the expressions.
pub(super) fn template(node: &Node) -> Built<Template> {
    let Content { at: opening, inner } = content(node);
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut at = 0;
    while let Some(c) = inner.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = inner.get(at..).unwrap_or("");
        match c {
            '\\' => {
                let pair: String = rest.chars().take(2).collect();
                literal.push_str(&unescape(&pair));
                at += pair.len();
            }
            '{' => {
                let start = node.start() + opening + at + 1;
                let len = closing_brace(rest).ok_or_else(|| unclosed_brace(node))?;
                if !literal.is_empty() {
                    literal.shrink_to_fit();
                    parts.push(TemplatePart::Text(std::mem::take(&mut literal)));
                }
                let tree = parse(Rule::expr_entry, node.original(), start, start + len)?;
                parts.push(TemplatePart::Expr(expressions::expr(&tree.root().only())?));
                at += len + 2;
            }
            _ => {
                let plain = rest.find(['\\', '{']).unwrap_or(rest.len());
                literal.push_str(rest.get(..plain).unwrap_or(rest));
                at += plain;
            }
        }
    }
    literal.shrink_to_fit();
    if !literal.is_empty() {
        parts.push(TemplatePart::Text(literal));
    }
    parts.shrink_to_fit();
    Ok(Template { parts, span: node.span() })
}

/// Returns how many bytes stand between a brace and the one that closes it; `parmi { … }` nests,
/// and a quoted text hides its braces.
fn closing_brace(rest: &str) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(c) = rest.get(at..).and_then(|rest| rest.chars().next()) {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return at.checked_sub(1),
            '}' => depth -= 1,
            '«' | '“' => {
                at += quoted_len(rest.get(at..)?).len;
                continue;
            }
            _ => {}
        }
        at += c.len_utf8();
    }
    None
}

fn unclosed_brace(node: &Node) -> Box<source::Diagnostic> {
    Box::new(node.fault(code::SYNTAX, "attendu « } », trouvé la fin du texte").with_help(
        "dans un texte de « dit », {expression} montre sa valeur ; écrivez \\{ pour une accolade",
    ))
}

/// An exact decimal. Errors: `E0104` beyond 38 digits.
fn decimal(node: &Node) -> Built<Decimal> {
    let written = node.text();
    let (whole, fraction) = written.split_once(',').unwrap_or((written, ""));
    let digits: String =
        whole.chars().chain(fraction.chars()).filter(char::is_ascii_digit).collect();
    let significant = digits.trim_start_matches('0');
    let value = if significant.is_empty() { Ok(0) } else { significant.parse() };
    let (Ok(digits), Ok(scale)) = (value, u32::try_from(fraction.len())) else {
        return Err(Box::new(
            node.fault(code::BAD_NUMBER, "nombre trop grand : plus de 38 chiffres"),
        ));
    };
    Ok(Decimal { digits, scale })
}

/// A whole count that fits 32 bits. Errors: `E0104`.
pub(super) fn count(node: &Node) -> Built<u32> {
    let parsed = node.text().parse();
    parsed.map_err(|_| Box::new(node.fault(code::BAD_NUMBER, "nombre trop grand")))
}

/// `1 600 €/mois`. Errors: `E0104`.
pub(super) fn quantity(node: &Node) -> Built<Quantity> {
    let mut parts = node.parts();
    let number = decimal(&parts.need(Rule::number)?)?;
    let unit = parts.accept(Rule::unit).map(|unit| unit_expr(&unit));
    Ok(Quantity { number, unit, span: node.span() })
}

/// `-40 points`. Errors: `E0104`.
pub(super) fn signed_quantity(node: &Node) -> Built<Quantity> {
    let mut parts = node.parts();
    let negative = parts.accept(Rule::minus).is_some();
    let mut quantity = quantity(&parts.need(Rule::quantity)?)?;
    if negative {
        quantity.number.digits = -quantity.number.digits;
    }
    quantity.span = node.span();
    Ok(quantity)
}

/// `points/mois`: the first factor above, the others below.
pub(super) fn unit_expr(node: &Node) -> UnitExpr {
    let mut power = 1;
    let factor = |base: Node<'_>| (base.text().to_owned(), std::mem::replace(&mut power, -1));
    let factors = node.parts().each(factor);
    UnitExpr { factors, span: node.span() }
}

/// A type: a single word stays a word, so that a name is not mistaken for a unit.
pub(super) fn ty(node: &Node) -> TypeExpr {
    let inner = node.only();
    let is_word = inner.text().chars().all(|c| c.is_alphanumeric() || c == '_')
        && !inner.text().contains('²');
    if inner.rule() == Rule::unit && !is_word {
        TypeExpr::Unit(unit_expr(&inner))
    } else {
        TypeExpr::Name(name(&inner))
    }
}

/// A dotted path.
pub(super) fn path(node: &Node) -> Path {
    Path { segments: node.parts().each(|segment| name(&segment)), span: node.span() }
}

/// A day. Errors: `E0105`.
pub(super) fn date(node: &Node) -> Built<Date> {
    let written = node.text();
    Date::parse_iso(written).or_else(|| long_date(written)).ok_or_else(|| {
        let fault = node.fault(code::BAD_DATE, format!("la date « {written} » n'existe pas"));
        Box::new(fault.with_help("vérifiez le jour et le mois dans un calendrier"))
    })
}

fn long_date(written: &str) -> Option<Date> {
    const MONTHS: [&str; 12] = [
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
    ];
    let mut words = written.split_whitespace();
    let day = words.next()?.trim_end_matches(|c: char| !c.is_ascii_digit());
    let month = fold(words.next()?);
    let year = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)?;
    Date::new(year.parse().ok()?, i8::try_from(month + 1).ok()?, day.parse().ok()?)
}

/// `du D au D`, `à partir du D`, `jusqu'au D`. Errors: `E0105`.
pub(super) fn period(node: &Node) -> Built<Period> {
    let form = node.only();
    let mut parts = form.parts();
    let first = date(&parts.need(Rule::date)?)?;
    let (from, to) = match form.rule() {
        Rule::from_period => (Some(first), None),
        Rule::between_period => (Some(first), Some(date(&parts.need(Rule::date)?)?)),
        Rule::until_period => (None, Some(first)),
        _ => return Err(unexpected(form.span())),
    };
    Ok(Period { from, to, span: node.span() })
}

/// `hypothèse "…" à revoir le D`. Errors: `E0105`.
pub(super) fn hypothesis(node: &Node) -> Built<Hypothesis> {
    let mut parts = node.parts();
    let text = text(&parts.need(Rule::text)?);
    let review = parts.accept(Rule::date).map(|node| date(&node)).transpose()?;
    Ok(Hypothesis { text, review })
}
