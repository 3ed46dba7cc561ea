//! The one place that runs pest: a block in, its nodes out, or one French diagnostic.

use super::expected::{Wanted, describe, sentence, shape};
use super::layout::word;
use super::original::Original;
use super::repair::{Stop, repair};
use super::{Built, lexis};
use pest::Parser as _;
use pest::error::{Error, ErrorVariant, InputLocation};
use pest::iterators::Pair;
use source::{Code, Diagnostic, Span, code, nearest};
use std::collections::VecDeque;
use std::sync::OnceLock;

mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/bareme.pest"]
    pub(super) struct Bareme;
}
use grammar::Bareme;
pub(super) use grammar::Rule;

/// Rule calls that one block may cost: far above what a file of the greatest size needs, so that
/// a slip in the grammar ends in a diagnostic rather than in a hang.
const CALL_LIMIT: usize = 200_000_000;

/// Parses a range of the text from one rule. Errors: those of [`lexis::check`], `E0101`, `E0102`.
pub(super) fn parse(rule: Rule, original: &Original, start: usize, end: usize) -> Built<Node<'_>> {
    // The limit is the process's: it is set once, before the first parse.
    static LIMIT: OnceLock<()> = OnceLock::new();
    LIMIT.get_or_init(|| pest::set_call_limit(std::num::NonZeroUsize::new(CALL_LIMIT)));
    if rule != Rule::unit_clause || !is_version(original, start, end) {
        lexis::check(original, start, end)?;
    }
    let slice = original.text.get(start..end).unwrap_or("");
    match Bareme::parse(rule, slice) {
        Ok(mut pairs) => match pairs.next() {
            Some(pair) => Ok(Node { pair, original, base: start }),
            None => Err(unexpected(original.span(start, end))),
        },
        Err(error) => {
            let mut fault = explain(&error, rule, original, start, slice);
            // A block that starts with no known clause.
            if rule == Rule::clause_block
                && fault.primary.start == original.span(start, start).start
            {
                fault.code = code::UNKNOWN_KEYWORD;
            }
            Err(Box::new(fault))
        }
    }
}

fn is_version(original: &Original, start: usize, end: usize) -> bool {
    word(original.text.get(start..end).unwrap_or("")).eq_ignore_ascii_case("version")
}

/// A shape the grammar does not produce: said plainly rather than panicked over.
pub(super) fn unexpected(span: Span) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(code::SYNTAX, span, "écriture inattendue"))
}

fn explain(
    error: &Error<Rule>,
    rule: Rule,
    original: &Original,
    base: usize,
    slice: &str,
) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let at = at + slice.get(at..).map_or(0, |rest| rest.len() - rest.trim_start().len());
    let mut wanted: Vec<Wanted> = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => {
            positives.iter().map(|rule| describe(*rule)).collect()
        }
        ErrorVariant::CustomError { .. } => Vec::new(),
    };
    // After any name a call could open; saying so would bury the rest.
    let operand_before = wanted.contains(&Wanted::Operator);
    wanted.retain(|one| *one != Wanted::Nothing && !(operand_before && *one == Wanted::Sign("(")));
    let rest = slice.get(at..).unwrap_or("");
    let found = found(rest);
    let stop = Stop { block: slice, at, found, wanted: &wanted };
    let left = original.repairs.get();
    original.repairs.set(left.saturating_sub(1));
    let parses = |mended: &str| Bareme::parse(rule, mended).is_ok();
    if let Some(repair) = (left > 0).then(|| repair(stop, parses)).flatten() {
        let span = original.span(base + repair.range.start, base + repair.range.end);
        return Diagnostic::new(code::SYNTAX, span, repair.message)
            .with_help(repair.help)
            .with_edit(span, repair.text);
    }
    if rest.is_empty() {
        let end = base + slice.trim_end().len();
        let message = format!("attendu {}, trouvé la fin de la ligne", sentence(&wanted));
        let fault = Diagnostic::new(code::SYNTAX, original.span(end, end), message);
        return with_shape(fault, &wanted);
    }
    let span = original.span(base + at, base + at + found.len());
    let shown = shorten(found);
    let message = format!("attendu {}, trouvé « {shown} »", sentence(&wanted));
    let fault = Diagnostic::new(code::SYNTAX, span, message);
    with_shape(suggest(fault, found, &wanted), &wanted)
}

/// Adds the shape of what was due, when nothing better is said.
fn with_shape(fault: Diagnostic, wanted: &[Wanted]) -> Diagnostic {
    if !fault.helps.is_empty() {
        return fault;
    }
    let shape = wanted.iter().find_map(|one| shape(*one));
    fault.with_help(shape.unwrap_or(
        "vérifiez ce qui précède : un mot, une parenthèse ou un séparateur y manque peut-être",
    ))
}

/// Adds « vouliez-vous dire » when a keyword that was due is near the word found.
fn suggest(fault: Diagnostic, found: &str, wanted: &[Wanted]) -> Diagnostic {
    if found == "," && wanted.contains(&Wanted::Sign(";")) {
        return fault.with_help("les éléments d'une liste se séparent par « ; »");
    }
    if COMPARATORS.contains(&found) && wanted.contains(&Wanted::Operator) {
        return fault.with_help("une seule comparaison à la fois : reliez-les par « et »");
    }
    let mut words: Vec<&str> = Vec::new();
    for wanted in wanted {
        match wanted {
            Wanted::Keyword(word) => words.push(word),
            Wanted::Thing("une clause" | "une marque") => words.extend(super::CLAUSE_WORDS),
            Wanted::Thing("une unité") | Wanted::Operator | Wanted::OperatorWord => {
                words.extend(OPERATOR_WORDS);
            }
            // « maximum » ou « premier »
            Wanted::Thing(thing) => words.extend(thing.split('«').skip(1).filter_map(quoted_word)),
            Wanted::Sign(_) | Wanted::End | Wanted::Nothing => {}
        }
    }
    if found.chars().count() < 3
        || word(found) != found
        || nearest(found, words.iter().copied()).is_none()
    {
        return fault;
    }
    fault.with_suggestion(found, words)
}

fn quoted_word(after_quote: &str) -> Option<&str> {
    after_quote.split_once('»').map(|(quoted, _)| quoted.trim())
}

const COMPARATORS: &[&str] = &["=", "<", ">", "≤", "≥", "≠", "<=", ">=", "<>", "!=", "=="];
const OPERATOR_WORDS: &[&str] =
    &["entre", "parmi", "est", "points", "mois", "ans", "jours", "minutes", "km"];

/// The token that stands at the start of `rest`.
fn found(rest: &str) -> &str {
    let first = word(rest);
    if !first.is_empty() {
        return first;
    }
    if rest.starts_with(['"', '«', '“']) {
        return rest.get(..super::layout::quoted_len(rest).len).unwrap_or(rest);
    }
    let digits = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let first_len = rest.chars().next().map_or(0, char::len_utf8);
    let pair = ["=>", "<=", ">=", "<>", "!=", "=="].into_iter().find(|sign| rest.starts_with(sign));
    rest.get(..digits.max(pair.map_or(first_len, str::len))).unwrap_or(rest)
}

fn shorten(found: &str) -> String {
    const SHOWN: usize = 40;
    match found.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", found.get(..cut).unwrap_or("")),
        None => found.to_owned(),
    }
}

/// A parsed node with its place in the file.
#[derive(Clone, Debug)]
pub(super) struct Node<'s> {
    pair: Pair<'s, Rule>,
    original: &'s Original,
    base: usize,
}

impl<'s> Node<'s> {
    /// The rule it comes from.
    pub(super) fn rule(&self) -> Rule {
        self.pair.as_rule()
    }

    /// Its text, without the blanks that pest leaves at the end.
    pub(super) fn text(&self) -> &'s str {
        self.pair.as_str().trim_end()
    }

    /// Its first byte in the cleaned text.
    pub(super) fn start(&self) -> usize {
        self.base + self.pair.as_span().start()
    }

    /// The text it belongs to.
    pub(super) fn original(&self) -> &'s Original {
        self.original
    }

    /// Its place.
    pub(super) fn span(&self) -> Span {
        self.original.span(self.start(), self.start() + self.text().len())
    }

    /// A diagnostic at its place.
    pub(super) fn fault(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.span(), message)
    }

    /// Its children, keywords and signs included.
    pub(super) fn all(&self) -> impl Iterator<Item = Node<'s>> + use<'s> {
        let (original, base) = (self.original, self.base);
        self.pair.clone().into_inner().map(move |pair| Node { pair, original, base })
    }

    /// Tells whether a child of that rule exists.
    pub(super) fn has(&self, rule: Rule) -> bool {
        self.pair.clone().into_inner().any(|pair| pair.as_rule() == rule)
    }

    /// The rule of its first child, such as the keyword that a choice of keywords met.
    pub(super) fn choice(&self) -> Option<Rule> {
        self.pair.clone().into_inner().next().map(|pair| pair.as_rule())
    }

    /// Its children that mean something, in order.
    pub(super) fn parts(&self) -> Parts<'s> {
        let items = self.all().filter(|node| !describe(node.rule()).is_noise()).collect();
        Parts { items, place: self.span() }
    }

    /// Its only meaningful child, or itself when it has none.
    pub(super) fn only(&self) -> Self {
        self.parts().next().unwrap_or_else(|| self.clone())
    }
}

/// The meaningful children of a node, taken from the left.
#[derive(Debug)]
pub(super) struct Parts<'s> {
    items: VecDeque<Node<'s>>,
    place: Span,
}

impl<'s> Parts<'s> {
    /// Takes the next child when it comes from that rule.
    pub(super) fn accept(&mut self, rule: Rule) -> Option<Node<'s>> {
        if self.items.front()?.rule() == rule { self.items.pop_front() } else { None }
    }

    /// Takes the next child, which must come from that rule.
    pub(super) fn need(&mut self, rule: Rule) -> Built<Node<'s>> {
        self.accept(rule).ok_or_else(|| unexpected(self.place))
    }

    /// Takes the next child, which must exist.
    pub(super) fn need_any(&mut self) -> Built<Node<'s>> {
        self.items.pop_front().ok_or_else(|| unexpected(self.place))
    }
}

impl<'s> Iterator for Parts<'s> {
    type Item = Node<'s>;

    fn next(&mut self) -> Option<Node<'s>> {
        self.items.pop_front()
    }
}
