//! Fluent patterns, compiled once to texts, variables and choices.
//!
//! Messages are said some hundreds of times for one explanation. What Fluent's own resolver decides
//! anew each time (which message, which kinds of values, which errors) is decided here when the files
//! are read. A test says every message both ways.
//!
//! Invariant: variables are texts, so a choice is made between names.

use fluent_syntax::ast::{Expression, InlineExpression, PatternElement, VariantKey};
use fluent_syntax::{ast, unicode};

/// The variables of a message, by name.
pub(super) type Variables<'v> = [(&'static str, &'v str)];

/// A message's text, with its holes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Variable(String),
    /// One of several texts, by the name that a variable holds.
    Choice {
        variable: String,
        named: Vec<(String, Pattern)>,
        otherwise: Pattern,
    },
}

impl Pattern {
    /// Compiles a pattern; nothing when it has more than texts, variables and choices between names.
    pub(super) fn of(pattern: &ast::Pattern<&str>) -> Option<Self> {
        let mut pieces = Self::default();
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { value } => pieces.text(value),
                PatternElement::Placeable { expression } => pieces.place(expression)?,
            }
        }
        Some(pieces)
    }

    /// Adds a text; one that follows another makes one with it.
    fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Piece::Text(last)) => last.push_str(text),
            Some(Piece::Variable(_) | Piece::Choice { .. }) | None => {
                self.0.push(Piece::Text(text.to_owned()));
            }
        }
    }

    fn place(&mut self, expression: &Expression<&str>) -> Option<()> {
        match expression {
            Expression::Inline(InlineExpression::StringLiteral { value }) => {
                self.text(&unicode::unescape_unicode_to_string(value));
            }
            Expression::Inline(InlineExpression::VariableReference { id }) => {
                self.0.push(Piece::Variable(id.name.to_owned()));
            }
            Expression::Inline(InlineExpression::Placeable { expression }) => {
                self.place(expression)?;
            }
            Expression::Select {
                selector: InlineExpression::VariableReference { id },
                variants,
            } => self.0.push(choice(id.name, variants)?),
            Expression::Inline(_) | Expression::Select { .. } => return None,
        }
        Some(())
    }

    /// Says it. A variable that is not given leaves its name, which the tests of the files refuse.
    pub(super) fn say(&self, variables: &Variables<'_>) -> String {
        let given = variables.iter().map(|(_, value)| value.len()).sum::<usize>();
        let mut said = String::with_capacity(given + self.size());
        self.write(variables, &mut said);
        said
    }

    /// How long its own texts are, those of choices apart.
    fn size(&self) -> usize {
        let sizes = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::Variable(_) | Piece::Choice { .. } => 0,
        });
        sizes.sum()
    }

    fn write(&self, variables: &Variables<'_>, said: &mut String) {
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => said.push_str(text),
                Piece::Variable(name) => match value(name, variables) {
                    Some(value) => said.push_str(value),
                    None => {
                        said.push_str("{$");
                        said.push_str(name);
                        said.push('}');
                    }
                },
                Piece::Choice { variable, named, otherwise } => {
                    let value = value(variable, variables);
                    let chosen = named.iter().find(|(name, _)| Some(name.as_str()) == value);
                    chosen.map_or(otherwise, |(_, pattern)| pattern).write(variables, said);
                }
            }
        }
    }
}

fn choice(variable: &str, variants: &[ast::Variant<&str>]) -> Option<Piece> {
    let mut named = Vec::with_capacity(variants.len());
    let mut otherwise = None;
    for variant in variants {
        let VariantKey::Identifier { name } = variant.key else { return None };
        let pattern = Pattern::of(&variant.value)?;
        if variant.default {
            otherwise = Some(pattern.clone());
        }
        named.push((name.to_owned(), pattern));
    }
    Some(Piece::Choice { variable: variable.to_owned(), named, otherwise: otherwise? })
}

fn value<'v>(name: &str, variables: &Variables<'v>) -> Option<&'v str> {
    variables.iter().find(|(own, _)| *own == name).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};

    /// Compiles the message `m` of a text.
    fn compiled(text: &str) -> Option<Pattern> {
        let resource = fluent_syntax::parser::parse(text).unwrap();
        let message = resource.body.iter().find_map(|entry| match entry {
            ast::Entry::Message(message) => message.value.as_ref(),
            _ => None,
        });
        Pattern::of(message.unwrap())
    }

    /// Says the message `m` of a text through Fluent.
    fn by_fluent(text: &str, variables: &Variables<'_>) -> String {
        let mut bundle = FluentBundle::default();
        bundle.set_use_isolating(false);
        bundle.add_resource(FluentResource::try_new(text.to_owned()).unwrap()).unwrap();
        let mut arguments = FluentArgs::new();
        for (name, value) in variables {
            arguments.set(*name, *value);
        }
        let pattern = bundle.get_message("m").unwrap().value().unwrap();
        bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned()
    }

    #[test]
    fn a_pattern_is_said_as_fluent_says_it() {
        let texts = [
            "m = { $a } et { $b }",
            "m = { \"\\u202F\" }{ \"\" }{ { $a } }",
            "m =\n    { $a ->\n        [un] Un { $b }\n       *[autre] Autre\n    } fin",
            "m =\n    { $a ->\n       *[un] Un\n        [deux] { $b ->\n            [x] X\n           *[y] Y { $a }\n        }\n    }",
            "m =\n    Plusieurs\n    lignes { $a }\n      en retrait",
        ];
        for text in texts {
            let pattern = compiled(text).unwrap();
            for a in ["un", "deux", "autre", "", "{ $b }"] {
                for b in ["x", "y", "«\u{a0}é\u{a0}»"] {
                    let variables = [("a", a), ("b", b)];
                    assert_eq!(pattern.say(&variables), by_fluent(text, &variables), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_variable_that_is_not_given_leaves_its_name() {
        let text = "m = { $a } et { $b }";
        let said = compiled(text).unwrap().say(&[("b", "x")]);
        assert_eq!(said, "{$a} et x");
        assert_eq!(said, by_fluent(text, &[("b", "x")]));
    }

    #[test]
    fn what_is_no_text_no_variable_and_no_choice_is_not_compiled() {
        for text in [
            "m = { autre }",
            "m = { -terme }",
            "m = { NUMBER($a) }",
            "m = { 12 }",
            "m =\n    { $a ->\n        [1] Un\n       *[autre] Autre\n    }",
            "m =\n    { NUMBER($a) ->\n        [un] Un\n       *[autre] Autre\n    }",
        ] {
            assert_eq!(compiled(text), None, "{text}");
        }
    }
}
