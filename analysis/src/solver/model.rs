//! The answer of a solver: what it decides, and the values that it finds.

use super::encoding::{Copy, Leaf, Origin};
use super::values::{Sort, Word, Words, day_of};
use crate::witness::{Aim, Goal, Texts, only};
use engine::{Date, Exact, Fact, FactState, Facts, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a solver decides of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Nothing makes it true.
    Impossible,
    /// These values make it true, by name.
    Possible(BTreeMap<String, Found>),
    /// It did not decide.
    Unknown,
}

/// A value that a solver finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Truth(bool),
    Number(Exact),
}

/// Reads an answer; absent when it is none.
pub(crate) fn read(text: &str) -> Option<Answer> {
    let (verdict, rest) = text.trim_start().split_once('\n').unwrap_or((text.trim(), ""));
    match verdict.trim() {
        "unsat" => Some(Answer::Impossible),
        "unknown" | "timeout" => Some(Answer::Unknown),
        "sat" => Some(Answer::Possible(values(rest))),
        _ => None,
    }
}

/// A list or a word.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Word(String),
    List(Vec<Node>),
}

fn values(text: &str) -> BTreeMap<String, Found> {
    let mut found = BTreeMap::new();
    let Some(Node::List(pairs)) = nodes(text).into_iter().next() else { return found };
    for pair in pairs {
        let Node::List(pair) = pair else { continue };
        if let [Node::Word(name), value] = pair.as_slice()
            && let Some(value) = value_of(value)
        {
            found.insert(name.clone(), value);
        }
    }
    found
}

/// Reads lists, as deep as they are, without recursion.
fn nodes(text: &str) -> Vec<Node> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    let mut open: Vec<Vec<Node>> = vec![Vec::new()];
    for word in spaced.split_whitespace() {
        let node = match word {
            "(" => {
                open.push(Vec::new());
                continue;
            }
            ")" if open.len() > 1 => Node::List(open.pop().unwrap_or_default()),
            word => Node::Word(word.to_owned()),
        };
        if let Some(last) = open.last_mut() {
            last.push(node);
        }
    }
    open.into_iter().next().unwrap_or_default()
}

/// An irrational number has no value here.
fn value_of(node: &Node) -> Option<Found> {
    match node {
        Node::Word(word) => match word.as_str() {
            "true" => Some(Found::Truth(true)),
            "false" => Some(Found::Truth(false)),
            number => Exact::parse_decimal(number).map(Found::Number),
        },
        Node::List(list) => number_of(list).map(Found::Number),
    }
}

fn number_of(list: &[Node]) -> Option<Exact> {
    let number = |node: &Node| match value_of(node)? {
        Found::Number(number) => Some(number),
        Found::Truth(_) => None,
    };
    match list {
        [Node::Word(sign), one] if sign == "-" => number(one)?.negate().ok(),
        [Node::Word(sign), a, b] if sign == "/" => number(a)?.divide(number(b)?).ok(),
        _ => None,
    }
}

/// The values of a model, for the files that it describes.
pub(crate) struct Model<'m> {
    pub(crate) values: &'m BTreeMap<String, Found>,
    pub(crate) leaves: &'m [Leaf],
    pub(crate) words: &'m Words,
}

impl Model<'_> {
    /// The day of evaluation.
    pub(crate) fn day(&self) -> Option<Date> {
        self.whole(super::encoding::DAY).and_then(day_of)
    }

    /// The facts of a file of which the formula speaks, and that have one value.
    pub(crate) fn facts(&self, copy: Copy) -> Facts {
        let leaves = self.of(copy).filter_map(|leaf| match leaf.origin {
            Origin::Fact(field) => Some((field, self.fact(leaf)?)),
            Origin::Operation(_) => None,
        });
        leaves.collect()
    }

    fn fact(&self, leaf: &Leaf) -> Option<Fact> {
        match self.values.get(&leaf.known)? {
            Found::Truth(false) => Some(Fact { state: FactState::Missing, ..Fact::default() }),
            Found::Truth(true) => self.value(leaf).map(Fact::known),
            Found::Number(_) => None,
        }
    }

    /// What is wanted of the operations that were not translated.
    pub(crate) fn goals(&self, copy: Copy) -> Vec<Goal> {
        let goals = self.of(copy).filter_map(|leaf| {
            let Origin::Operation(slot) = leaf.origin else { return None };
            match self.values.get(&leaf.known)? {
                Found::Truth(false) => Some(Goal::new(slot, Aim::Unknown)),
                Found::Truth(true) => Some(Goal::new(slot, self.aim(leaf)?)),
                Found::Number(_) => None,
            }
        });
        goals.collect()
    }

    fn of(&self, copy: Copy) -> impl Iterator<Item = &Leaf> {
        let own = move |leaf: &&Leaf| leaf.spoken && leaf.copy.is_none_or(|of| of == copy);
        self.leaves.iter().filter(own)
    }

    fn aim(&self, leaf: &Leaf) -> Option<Aim> {
        match self.value(leaf) {
            Some(value) => Some(Aim::exactly(&value)),
            None if leaf.sort == Sort::Word => {
                let outside = self.words.named().map(|text| only(&Value::Text(Arc::clone(text))));
                Some(Aim::Text(Texts { within: None, outside: outside.collect() }))
            }
            None => None,
        }
    }

    fn whole(&self, name: &str) -> Option<i128> {
        match self.values.get(name)? {
            Found::Number(number) => number.is_whole().then(|| number.numerator()),
            Found::Truth(_) => None,
        }
    }

    fn value(&self, leaf: &Leaf) -> Option<Value> {
        match (leaf.sort, self.values.get(&leaf.value)?) {
            (Sort::Truth, Found::Truth(truth)) => Some(Value::Bool(*truth)),
            (Sort::Number, Found::Number(number)) => Some(Value::Number(*number)),
            (Sort::Day, Found::Number(_)) => {
                self.whole(&leaf.value).and_then(day_of).map(Value::Date)
            }
            (Sort::Choice, Found::Number(_)) => {
                let index = u32::try_from(self.whole(&leaf.value)?).ok()?;
                Some(Value::Enum(index))
            }
            (Sort::Word, Found::Number(_)) => match self.words.at(self.whole(&leaf.value)?) {
                Word::One(text) => Some(Value::Text(text)),
                Word::Other => None,
            },
            (Sort::Truth | Sort::Number | Sort::Day | Sort::Choice | Sort::Word, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<Found> {
        Exact::parse_decimal(text).map(Found::Number)
    }

    #[test]
    fn an_answer_is_read_with_its_values() {
        let text = "sat\n((f1 (- (/ 1.0 4.0)))\n (kf1 true) (o2 12) (f3 (root-obj (+ (^ x 2) (- 2)) 1)))\n";
        let Some(Answer::Possible(values)) = read(text) else { panic!("no answer: {text}") };
        assert_eq!(values.get("f1").copied(), number("-0.25"));
        assert_eq!(values.get("kf1"), Some(&Found::Truth(true)));
        assert_eq!(values.get("o2").copied(), number("12"));
        assert_eq!(values.get("f3"), None, "an irrational number is no value");
    }

    #[test]
    fn what_is_no_answer_is_none() {
        assert_eq!(
            read("unsat\n(error \"line 9: model is not available\")\n"),
            Some(Answer::Impossible)
        );
        assert_eq!(read("unknown\n"), Some(Answer::Unknown));
        assert_eq!(read("timeout\n"), Some(Answer::Unknown));
        assert_eq!(read("(error \"line 1\")\nsat\n"), None);
        assert_eq!(read(""), None);
        assert_eq!(read("sat\n)))(((\n"), Some(Answer::Possible(BTreeMap::new())));
    }
}
