//! A block in, its nodes out, or one French diagnostic: the one place that runs pest, for what it says of a block
//! that is not of the language.

use super::expected::{Wanted, describe, sentence, shape};
use super::layout::word;
use super::machine::{self, Token};
use super::original::Original;
use super::repair::{Stop, repair};
use super::{Built, lexis};
use pest::Parser as _;
use pest::error::{Error, ErrorVariant, InputLocation};
use pest::iterators::Pair;
use source::{Code, Diagnostic, Span, code, nearest};
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
pub(super) fn parse(rule: Rule, original: &Original, start: usize, end: usize) -> Built<Tree<'_>> {
    if rule != Rule::unit_clause || !is_version(original, start, end) {
        lexis::check(original, start, end)?;
    }
    let slice = original.text.get(start..end).unwrap_or("");
    let parsed = match machine::run(rule, slice) {
        Some(tokens) => Ok(tokens),
        None => by_pest(rule, slice),
    };
    match parsed {
        Ok(tokens) if tokens.is_empty() => Err(unexpected(original.span(start, end))),
        Ok(tokens) => Ok(Tree { tokens, slice, original, base: start }),
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

/// Parses by pest, which says what was due where a text is not of the language.
pub(super) fn by_pest(rule: Rule, text: &str) -> Result<Vec<Token>, Box<Error<Rule>>> {
    // The limit is the process's: it is set once, before the first parse.
    static LIMIT: OnceLock<()> = OnceLock::new();
    LIMIT.get_or_init(|| pest::set_call_limit(std::num::NonZeroUsize::new(CALL_LIMIT)));
    let mut tokens = Vec::new();
    for pair in Bareme::parse(rule, text)? {
        flatten(pair, &mut tokens);
    }
    Ok(tokens)
}

/// Writes a pair and all inside it as tokens.
fn flatten(pair: Pair<'_, Rule>, into: &mut Vec<Token>) {
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let (rule, span, place) = (pair.as_rule(), pair.as_span(), into.len());
    into.push(Token { rule, start: offset(span.start()), end: offset(span.end()), next: 0 });
    for inner in pair.into_inner() {
        flatten(inner, into);
    }
    let next = offset(into.len());
    into.iter_mut().skip(place).take(1).for_each(|token| token.next = next);
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
    let parses = |mended: &str| machine::run(rule, mended).is_some();
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

/// A block that parsed.
#[derive(Debug)]
pub(super) struct Tree<'s> {
    /// At least one.
    tokens: Vec<Token>,
    slice: &'s str,
    original: &'s Original,
    base: usize,
}

impl Tree<'_> {
    /// The node of the whole block.
    pub(super) fn root(&self) -> Node<'_> {
        let whole = Token { rule: Rule::EOI, start: 0, end: 0, next: 0 };
        Node { tree: self, at: 0, token: self.tokens.first().copied().unwrap_or(whole) }
    }
}

/// A parsed node with its place in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node<'t> {
    tree: &'t Tree<'t>,
    at: u32,
    token: Token,
}

impl<'t> Node<'t> {
    /// The rule it comes from.
    pub(super) fn rule(&self) -> Rule {
        self.token.rule
    }

    /// Its text, without the blanks that the grammar leaves at the end.
    pub(super) fn text(&self) -> &'t str {
        let written = self.tree.slice.get(self.token.start as usize..self.token.end as usize);
        written.unwrap_or("").trim_end()
    }

    /// Its first byte in the cleaned text.
    pub(super) fn start(&self) -> usize {
        self.tree.base + self.token.start as usize
    }

    /// The text it belongs to.
    pub(super) fn original(&self) -> &'t Original {
        self.tree.original
    }

    /// Its place.
    pub(super) fn span(&self) -> Span {
        self.tree.original.span(self.start(), self.start() + self.text().len())
    }

    /// A diagnostic at its place.
    pub(super) fn fault(&self, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.span(), message)
    }

    /// Its children, keywords and signs included.
    pub(super) fn all(&self) -> Children<'t> {
        Children { tree: self.tree, at: self.at + 1, end: self.token.next }
    }

    /// Tells whether a child of that rule exists.
    pub(super) fn has(&self, rule: Rule) -> bool {
        self.all().any(|child| child.rule() == rule)
    }

    /// The rule of its first child, such as the keyword that a choice of keywords met.
    pub(super) fn choice(&self) -> Option<Rule> {
        self.all().next().map(|child| child.rule())
    }

    /// Its children that mean something, in order.
    pub(super) fn parts(&self) -> Parts<'t> {
        Parts { children: self.all(), of: *self }
    }

    /// Its only meaningful child, or itself when it has none.
    pub(super) fn only(&self) -> Self {
        self.parts().next().unwrap_or(*self)
    }
}

/// The children of a node.
#[derive(Clone, Debug)]
pub(super) struct Children<'t> {
    tree: &'t Tree<'t>,
    at: u32,
    end: u32,
}

impl<'t> Iterator for Children<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        if self.at >= self.end {
            return None;
        }
        let (at, token) = (self.at, *self.tree.tokens.get(self.at as usize)?);
        self.at = token.next;
        Some(Node { tree: self.tree, at, token })
    }
}

/// The meaningful children of a node, taken from the left.
#[derive(Debug)]
pub(super) struct Parts<'t> {
    children: Children<'t>,
    of: Node<'t>,
}

impl<'t> Parts<'t> {
    /// Takes the next child when it comes from that rule.
    pub(super) fn accept(&mut self, rule: Rule) -> Option<Node<'t>> {
        let mut after = self.children.clone();
        let child = meaningful(&mut after).filter(|child| child.rule() == rule)?;
        self.children = after;
        Some(child)
    }

    /// Takes the next child, which must come from that rule.
    pub(super) fn need(&mut self, rule: Rule) -> Built<Node<'t>> {
        self.accept(rule).ok_or_else(|| unexpected(self.of.span()))
    }

    /// Makes one thing of each child that is left, in a list without slack.
    pub(super) fn each<T>(self, make: impl FnMut(Node<'t>) -> T) -> Vec<T> {
        let mut left = self.children.clone();
        let mut list = Vec::with_capacity(std::iter::from_fn(|| meaningful(&mut left)).count());
        list.extend(self.map(make));
        list
    }

    /// Takes the next child, which must exist.
    pub(super) fn need_any(&mut self) -> Built<Node<'t>> {
        self.next().ok_or_else(|| unexpected(self.of.span()))
    }
}

impl<'t> Iterator for Parts<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        meaningful(&mut self.children)
    }
}

/// Takes the next child that is neither a keyword nor a sign.
fn meaningful<'t>(children: &mut Children<'t>) -> Option<Node<'t>> {
    children.find(|child| !describe(child.rule()).is_noise())
}
