//! Conditions in words: a sentence, or a list of which all, or one, must hold.

use super::{Phrase, Speech};
use dsl::typed::tree::{Expr, ExprKind};
use engine::{Comparison, Fold, Type, Value};
use schemars::JsonSchema;
use serde::Serialize;

/// Une condition : une phrase, ou des conditions dont toutes, ou une, doivent être vraies
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "Condition")]
pub enum Condition {
    /// Une phrase
    #[serde(rename = "texte")]
    Plain(Phrase),
    /// Toutes doivent être vraies
    #[serde(rename = "toutes")]
    All(Vec<Condition>),
    /// Une au moins doit être vraie
    #[serde(rename = "une_au_moins")]
    Any(Vec<Condition>),
    /// Elle ne doit pas être vraie
    #[serde(rename = "sauf")]
    Not(Box<Condition>),
}

impl Condition {
    /// Says it in one line.
    pub fn in_line(self) -> Phrase {
        match self {
            Self::Plain(phrase) => phrase,
            Self::All(items) => Phrase::enumerated(enclosed(items), " et "),
            Self::Any(items) => Phrase::enumerated(enclosed(items), " ou "),
            Self::Not(inner) => Phrase::between("il n'est pas vrai que (", inner.in_line(), ")"),
        }
    }
}

/// Says conditions in one line each, those of several parts between parentheses.
fn enclosed(items: Vec<Condition>) -> Vec<Phrase> {
    let said = |item: Condition| match item {
        Condition::Plain(_) | Condition::Not(_) => item.in_line(),
        Condition::All(_) | Condition::Any(_) => Phrase::between("(", item.in_line(), ")"),
    };
    items.into_iter().map(said).collect()
}

impl Speech<'_> {
    /// Says when an expression is true.
    pub fn condition(&self, expr: &Expr) -> Condition {
        match expr.kind.as_ref() {
            ExprKind::And(items) => match self.range(items) {
                Some(range) => Condition::Plain(range),
                None => Condition::All(items.iter().map(|item| self.condition(item)).collect()),
            },
            ExprKind::Or(items) => match self.choices(items) {
                Some(choices) => Condition::Plain(choices),
                None => Condition::Any(items.iter().map(|item| self.condition(item)).collect()),
            },
            ExprKind::Not(inner) => self.negated(inner),
            ExprKind::IsKnown(fact) => {
                Condition::Plain(Phrase::between("on connaît ", self.amount(fact), ""))
            }
            ExprKind::Compare(comparison, a, b) => {
                Condition::Plain(self.compared(*comparison, a, b))
            }
            ExprKind::FoldList { fold: Fold::Exists | Fold::All, .. }
            | ExprKind::FoldPool { fold: Fold::Exists | Fold::All, .. } => {
                Condition::Plain(self.amount(expr))
            }
            _ => Condition::Plain(self.amount(expr).then(" : oui")),
        }
    }

    fn negated(&self, inner: &Expr) -> Condition {
        match inner.kind.as_ref() {
            ExprKind::IsKnown(fact) => {
                Condition::Plain(Phrase::between("on ne connaît pas ", self.amount(fact), ""))
            }
            ExprKind::Fact(_)
            | ExprKind::ItemFact(..)
            | ExprKind::Definition(..)
            | ExprKind::Table(..)
            | ExprKind::Function(..)
            | ExprKind::Argument(_)
            | ExprKind::Local(_) => Condition::Plain(self.amount(inner).then(" : non")),
            _ => Condition::Not(Box::new(self.condition(inner))),
        }
    }

    /// Says `X entre A et B`, which is two comparisons of one text.
    fn range(&self, items: &[Expr]) -> Option<Phrase> {
        let [low, high] = items else { return None };
        let ExprKind::Compare(Comparison::GreaterOrEqual, x, low) = low.kind.as_ref() else {
            return None;
        };
        let ExprKind::Compare(Comparison::LessOrEqual, same, high) = high.kind.as_ref() else {
            return None;
        };
        let whole = x.span == same.span;
        whole.then(|| {
            let ends = Phrase::between(" est dans l'intervalle de ", self.amount(low), " à ");
            self.amount(x).with(ends).with(self.amount(high)).then(", bornes comprises")
        })
    }

    /// Says `X parmi { A ; B }`, which is one equality for each, of one text.
    fn choices(&self, items: &[Expr]) -> Option<Phrase> {
        let mut of = None;
        let mut values = Vec::new();
        for item in items {
            let ExprKind::Compare(Comparison::Equal, x, value) = item.kind.as_ref() else {
                return None;
            };
            let first = *of.get_or_insert(x);
            if first.span != x.span {
                return None;
            }
            values.push(self.amount(value));
        }
        let is = if matches!(of?.ty, Type::Number(..)) { " vaut " } else { " est " };
        Some(self.amount(of?).then(is).with(Phrase::enumerated(values, " ou ")))
    }

    fn compared(&self, comparison: Comparison, a: &Expr, b: &Expr) -> Phrase {
        if let Some(answered) = self.answered(comparison, a, b) {
            return answered;
        }
        let is_constant = matches!(b.kind.as_ref(), ExprKind::Constant(_));
        let verb = match (a.ty, is_constant) {
            (Type::Number(..), true) => number_verb(comparison),
            (Type::Number(..), false) => amount_verb(comparison),
            (Type::Date, true) => day_verb(comparison),
            (Type::Date, false) => date_verb(comparison),
            (Type::Bool | Type::Text | Type::Code | Type::Enum(_) | Type::Item(_), true) => {
                choice_verb(comparison)
            }
            (Type::Bool | Type::Text | Type::Code | Type::Enum(_) | Type::Item(_), false) => {
                same_verb(comparison)
            }
        };
        self.amount(a).then(&format!(" {verb} ")).with(self.amount(b))
    }

    /// Says a comparison with yes or no: « X : oui ».
    fn answered(&self, comparison: Comparison, a: &Expr, b: &Expr) -> Option<Phrase> {
        let ExprKind::Constant(Value::Bool(truth)) = b.kind.as_ref() else { return None };
        let answer = match comparison {
            Comparison::Equal => *truth,
            Comparison::NotEqual => !*truth,
            Comparison::Less
            | Comparison::LessOrEqual
            | Comparison::Greater
            | Comparison::GreaterOrEqual => return None,
        };
        Some(self.amount(a).then(if answer { " : oui" } else { " : non" }))
    }
}

/// Before a number.
fn number_verb(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "vaut",
        Comparison::NotEqual => "ne vaut pas",
        Comparison::Less => "vaut moins de",
        Comparison::LessOrEqual => "vaut au plus",
        Comparison::Greater => "vaut plus de",
        Comparison::GreaterOrEqual => "vaut au moins",
    }
}

/// Before another quantity.
fn amount_verb(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "vaut autant que",
        Comparison::NotEqual => "ne vaut pas autant que",
        Comparison::Less => "reste en dessous de",
        Comparison::LessOrEqual => "ne dépasse pas",
        Comparison::Greater => "dépasse",
        Comparison::GreaterOrEqual => "atteint ou dépasse",
    }
}

/// Before a day.
fn day_verb(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "est le",
        Comparison::NotEqual => "n'est pas le",
        Comparison::Less => "est avant le",
        Comparison::LessOrEqual => "est au plus tard le",
        Comparison::Greater => "est après le",
        Comparison::GreaterOrEqual => "est au plus tôt le",
    }
}

/// Before another date.
fn date_verb(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "tombe le même jour que",
        Comparison::NotEqual => "ne tombe pas le même jour que",
        Comparison::Less => "vient avant",
        Comparison::LessOrEqual => "ne vient pas après",
        Comparison::Greater => "vient après",
        Comparison::GreaterOrEqual => "ne vient pas avant",
    }
}

/// Before a choice.
fn choice_verb(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "est",
        Comparison::NotEqual => "n'est pas",
        Comparison::Less => "vient avant",
        Comparison::LessOrEqual => "ne vient pas après",
        Comparison::Greater => "vient après",
        Comparison::GreaterOrEqual => "ne vient pas avant",
    }
}

/// Before another fact of the same kind.
fn same_verb(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "est identique à",
        Comparison::NotEqual => "n'est pas identique à",
        Comparison::Less
        | Comparison::LessOrEqual
        | Comparison::Greater
        | Comparison::GreaterOrEqual => choice_verb(comparison),
    }
}
