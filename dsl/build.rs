//! Writes the grammar as the tables that `dsl/src/syntax/from_text/machine.rs` runs.
//!
//! The grammar is read as `pest_derive` reads it, optimizations included, so that both mean the same. What is
//! added is what each step may start with: a step that cannot succeed on the next byte is not tried.

use pest_meta::ast::RuleType;
use pest_meta::optimizer::{OptimizedExpr as Expr, OptimizedRule};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;

const GRAMMAR: &str = "../grammar/bareme.pest";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={GRAMMAR}");
    println!("cargo::rerun-if-changed=build.rs");
    let grammar = std::fs::read_to_string(GRAMMAR)?;
    let (_, rules) = pest_meta::parse_and_optimize(&grammar)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<String>())?;
    let out = std::env::var("OUT_DIR")?;
    std::fs::write(Path::new(&out).join("steps.rs"), Writer::new(&rules).write()?)?;
    Ok(())
}

/// A set of bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Bytes([u64; 4]);

impl Bytes {
    const NONE: Self = Self([0; 4]);
    const ALL: Self = Self([u64::MAX; 4]);

    fn of(test: impl Fn(u8) -> bool) -> Self {
        let word =
            |at: u8| (0..64u8).filter(|bit| test(at * 64 + bit)).map(|bit| 1 << bit).sum::<u64>();
        Self([word(0), word(1), word(2), word(3)])
    }

    /// What the characters of a class start with: those of ASCII that are told, and all others.
    fn of_class(ascii: impl Fn(u8) -> bool) -> Self {
        Self::of(|byte| !byte.is_ascii() || ascii(byte))
    }

    fn join(self, other: Self, with: impl Fn(u64, u64) -> u64) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([with(a, e), with(b, f), with(c, g), with(d, h)])
    }

    fn written(self) -> String {
        let half = |word: u64| format!("{:04x}_{:04x}", word >> 16 & 0xffff, word & 0xffff);
        let words = self.0.map(|word| format!("0x{}_{}", half(word >> 32), half(word)));
        format!("Bytes([{}])", words.join(", "))
    }

    fn or(self, other: Self) -> Self {
        self.join(other, |a, b| a | b)
    }

    fn and(self, other: Self) -> Self {
        self.join(other, |a, b| a & b)
    }

    fn but(self, other: Self) -> Self {
        self.join(other, |a, b| a & !b)
    }
}

/// A class of characters: which of ASCII belong to it, and its test as it is written.
type Class = (fn(u8) -> bool, &'static str);

/// Finds a class that pest knows.
fn class(name: &str) -> Option<Class> {
    Some(match name {
        "ANY" => (|_| true, "|_| true"),
        "ASCII_DIGIT" => (|byte| byte.is_ascii_digit(), "|c| c.is_ascii_digit()"),
        "ASCII_ALPHANUMERIC" => {
            (|byte| byte.is_ascii_alphanumeric(), "|c| c.is_ascii_alphanumeric()")
        }
        "XID_START" => (|byte| byte.is_ascii_alphabetic(), "pest::unicode::XID_START"),
        "XID_CONTINUE" => {
            (|byte| byte.is_ascii_alphanumeric() || byte == b'_', "pest::unicode::XID_CONTINUE")
        }
        "SPACE_SEPARATOR" => (|byte| byte == b' ', "pest::unicode::SPACE_SEPARATOR"),
        _ => return None,
    })
}

struct Writer<'g> {
    rules: BTreeMap<&'g str, (usize, &'g OptimizedRule)>,
    steps: Vec<String>,
    known: BTreeMap<String, usize>,
    sets: BTreeMap<Bytes, usize>,
}

impl<'g> Writer<'g> {
    fn new(rules: &'g [OptimizedRule]) -> Self {
        let named = rules.iter().enumerate().map(|(at, rule)| (rule.name.as_str(), (at, rule)));
        let steps = vec![String::new(); rules.len()];
        Self { rules: named.collect(), steps, known: BTreeMap::new(), sets: BTreeMap::new() }
    }

    /// Writes all steps: those of the rules come first, each where its rule is in the grammar.
    fn write(mut self) -> Result<String, Box<dyn Error>> {
        for (at, rule) in self.rules.clone().into_values() {
            let body = self.step(&rule.expr)?;
            let mode = match rule.ty {
                RuleType::Silent if rule.name == "WHITESPACE" => "Mode::Whole",
                RuleType::Silent => "Mode::Same",
                RuleType::Normal => "Mode::Same",
                RuleType::Atomic => "Mode::Whole",
                RuleType::CompoundAtomic => "Mode::Joined",
                RuleType::NonAtomic => "Mode::Spaced",
            };
            let told = match rule.ty {
                RuleType::Silent => "None".to_owned(),
                _ => format!("Some(Rule::r#{})", rule.name),
            };
            let step = format!("Step::Call({told}, {mode}, {body})");
            let placed = self.placed(&step, &rule.expr);
            *self.steps.get_mut(at).ok_or("a rule without a place")? = placed;
        }
        self.text()
    }

    fn text(&self) -> Result<String, Box<dyn Error>> {
        let mut out = String::new();
        writeln!(out, "static STEPS: [Placed; {}] = [", self.steps.len())?;
        self.steps.iter().try_for_each(|step| writeln!(out, "    {step},"))?;
        writeln!(out, "];\nstatic SETS: [Bytes; {}] = [", self.sets.len())?;
        let mut sets: Vec<_> = self.sets.iter().collect();
        sets.sort_by_key(|(_, at)| **at);
        sets.iter().try_for_each(|(bytes, _)| writeln!(out, "    {},", bytes.written()))?;
        let (at, rule) = self.rules.get("WHITESPACE").ok_or("a grammar without white space")?;
        writeln!(out, "];\n/// The step of white space.\nconst SPACE: u16 = {at};")?;
        let plain = self.plain(&rule.expr).written();
        writeln!(out, "/// The bytes that are white space.\nstatic SPACES: Bytes = {plain};")?;
        writeln!(out, "/// The step of a rule.")?;
        let reason = "one exhaustive match, a line per rule";
        writeln!(out, "#[expect(clippy::too_many_lines, reason = {reason:?})]")?;
        writeln!(out, "fn entry(rule: Rule) -> Option<u16> {{")?;
        writeln!(out, "    Some(match rule {{")?;
        for (name, (at, _)) in &self.rules {
            writeln!(out, "        Rule::r#{name} => {at},")?;
        }
        writeln!(out, "        Rule::EOI => return None,\n    }})\n}}")?;
        Ok(out)
    }

    fn set(&mut self, bytes: Bytes) -> usize {
        let next = self.sets.len();
        *self.sets.entry(bytes).or_insert(next)
    }

    fn placed(&mut self, step: &str, expr: &Expr) -> String {
        let (accepts, ends) = (self.accepts(expr), self.ends(expr));
        let accepts = self.set(accepts);
        format!("Placed {{ accepts: &SETS[{accepts}], ends: {ends}, step: {step} }}")
    }

    /// Places an expression, unless an equal one is.
    fn step(&mut self, expr: &Expr) -> Result<usize, Box<dyn Error>> {
        let step = match expr {
            Expr::Ident(name) => match self.rules.get(name.as_str()).copied() {
                // What gives no token and changes nothing is its body.
                Some((_, rule)) if rule.ty == RuleType::Silent && name != "WHITESPACE" => {
                    return self.step(&rule.expr);
                }
                Some((at, _)) => return Ok(at),
                None if name == "EOI" => "Step::End".to_owned(),
                None => {
                    let (_, test) = class(name).ok_or("a class that the machine does not know")?;
                    format!("Step::Class({test})")
                }
            },
            Expr::Str(text) => match text.as_bytes() {
                [sign] => format!("Step::Sign({sign})"),
                _ => format!("Step::Text({text:?})"),
            },
            Expr::Insens(word) => format!("Step::Word({word:?})"),
            Expr::Seq(..) => match except(expr) {
                Some(chars) => format!("Step::Except({chars:?})"),
                None => format!("Step::All({})", self.list(expr)?),
            },
            Expr::Choice(..) => format!("Step::Any({})", self.list(expr)?),
            Expr::Opt(inner) => format!("Step::Maybe({})", self.step(inner)?),
            Expr::Rep(inner) => {
                let body = self.step(inner)?;
                let plain = self.plain(inner);
                format!("Step::Many({body}, &SETS[{}])", self.set(plain))
            }
            Expr::PosPred(inner) => format!("Step::Ahead({})", self.step(inner)?),
            Expr::NegPred(inner) => format!("Step::NotAhead({})", self.step(inner)?),
            Expr::RestoreOnErr(inner) => return self.step(inner),
            Expr::Range(..) | Expr::Skip(_) | Expr::PeekSlice(..) | Expr::Push(_) => {
                return Err("a step that the machine does not know".into());
            }
        };
        if let Some(at) = self.known.get(&step) {
            return Ok(*at);
        }
        let placed = self.placed(&step, expr);
        self.steps.push(placed);
        self.known.insert(step, self.steps.len() - 1);
        Ok(self.steps.len() - 1)
    }

    fn list(&mut self, expr: &Expr) -> Result<String, Box<dyn Error>> {
        let places: Result<Vec<usize>, _> =
            items(expr).iter().map(|item| self.step(item)).collect();
        Ok(format!("&{:?}", places?))
    }

    /// The bytes on which an expression may succeed, when there is a byte.
    fn accepts(&self, expr: &Expr) -> Bytes {
        match expr {
            Expr::Ident(name) => match self.rules.get(name.as_str()) {
                Some((_, rule)) => self.accepts(&rule.expr),
                None => class(name).map_or(Bytes::NONE, |(ascii, _)| Bytes::of_class(ascii)),
            },
            Expr::Str(text) => Bytes::of(|byte| text.as_bytes().first() == Some(&byte)),
            Expr::Insens(word) => Bytes::of(|byte| {
                word.as_bytes().first().is_some_and(|first| first.eq_ignore_ascii_case(&byte))
            }),
            Expr::Seq(..) => self.sequence(&items(expr)),
            Expr::Choice(..) => {
                items(expr).iter().fold(Bytes::NONE, |all, one| all.or(self.accepts(one)))
            }
            Expr::PosPred(inner) | Expr::RestoreOnErr(inner) => self.accepts(inner),
            Expr::NegPred(inner) => Bytes::ALL.but(self.plain(inner)),
            _ => Bytes::ALL,
        }
    }

    /// Tells whether an expression may succeed at the end of the text.
    fn ends(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Ident(name) => match self.rules.get(name.as_str()) {
                Some((_, rule)) => self.ends(&rule.expr),
                None => name == "EOI",
            },
            Expr::Seq(..) => items(expr).iter().all(|item| self.ends(item)),
            Expr::Choice(..) => items(expr).iter().any(|item| self.ends(item)),
            Expr::PosPred(inner) | Expr::RestoreOnErr(inner) => self.ends(inner),
            Expr::Str(text) | Expr::Insens(text) => text.is_empty(),
            _ => true,
        }
    }

    /// The bytes on which all of these may succeed in a row; spaces may stand between two.
    fn sequence(&self, items: &[&Expr]) -> Bytes {
        let [first, rest @ ..] = items else { return Bytes::ALL };
        let after = || {
            let spaces = self.rules.get("WHITESPACE").map(|(_, rule)| self.accepts(&rule.expr));
            self.sequence(rest).or(spaces.unwrap_or(Bytes::NONE))
        };
        match first {
            Expr::PosPred(inner) => self.accepts(inner).and(after()),
            Expr::NegPred(inner) => after().but(self.plain(inner)),
            Expr::Opt(inner) | Expr::Rep(inner) => self.accepts(inner).or(after()),
            other => self.accepts(other),
        }
    }

    /// The bytes that an expression takes for sure, and no more, where no space stands between.
    fn plain(&self, expr: &Expr) -> Bytes {
        match expr {
            Expr::Ident(name) => match self.rules.get(name.as_str()) {
                Some((_, rule)) if rule.ty == RuleType::Silent => self.plain(&rule.expr),
                Some(_) => Bytes::NONE,
                None if name == "ANY" => Bytes::ALL,
                None => class(name).map_or(Bytes::NONE, |(ascii, _)| {
                    Bytes::of(|byte| byte.is_ascii() && ascii(byte))
                }),
            },
            Expr::Str(text) if text.len() == 1 => self.accepts(expr),
            Expr::Seq(..) => except(expr).map_or(Bytes::NONE, |chars| {
                let lead = |byte| chars.split("").any(|c| c.as_bytes().first() == Some(&byte));
                Bytes::of(|byte| !lead(byte))
            }),
            Expr::Choice(..) => self.plain_of_choice(&items(expr)),
            _ => Bytes::NONE,
        }
    }

    fn plain_of_choice(&self, items: &[&Expr]) -> Bytes {
        let (mut plain, mut unsure) = (Bytes::NONE, Bytes::NONE);
        for item in items {
            plain = plain.or(self.plain(item).but(unsure));
            unsure = unsure.or(self.accepts(item).but(plain));
        }
        plain
    }
}

/// The parts of a sequence or of a choice, in order.
fn items(expr: &Expr) -> Vec<&Expr> {
    let mut items = Vec::new();
    let mut rest = expr;
    loop {
        match (expr, rest) {
            (Expr::Seq(..), Expr::Seq(one, others))
            | (Expr::Choice(..), Expr::Choice(one, others)) => {
                items.push(one.as_ref());
                rest = others;
            }
            _ => {
                items.push(rest);
                return items;
            }
        }
    }
}

/// The characters that `!("a" | "b") ~ ANY` refuses.
fn except(expr: &Expr) -> Option<String> {
    let Expr::Seq(not, any) = expr else { return None };
    let Expr::NegPred(refused) = not.as_ref() else { return None };
    if !matches!(any.as_ref(), Expr::Ident(name) if name == "ANY") {
        return None;
    }
    items(refused)
        .into_iter()
        .map(|one| match one {
            Expr::Str(text) if text.chars().count() == 1 => Some(text.as_str()),
            _ => None,
        })
        .collect()
}
