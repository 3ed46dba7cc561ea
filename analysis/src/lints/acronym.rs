//! Acronyms that the glossary of the recueil does not explain, in what applicants read (`W0113`).
//!
//! An acronym is a word of two letters or more, all capital. What applicants read: the labels of
//! families, tranches and lines, and what lines say.

use super::Subject;
use super::written::{WrittenUnit, lines};
use dsl::syntax::tree::{ClauseKind, DeclarationKind, Template, TemplatePart};
use source::{Diagnostic, Span, code};
use std::collections::BTreeSet;

pub(super) fn check(subject: &Subject<'_>, out: &mut Vec<Diagnostic>) {
    let explained: BTreeSet<&str> =
        subject.recueil.glossary.keys().flat_map(|term| words(term)).collect();
    let mut said: BTreeSet<(Span, String)> = BTreeSet::new();
    for unit in &subject.units {
        for (text, span) in shown(unit) {
            for word in words(&text).filter(|word| is_acronym(word) && !explained.contains(word)) {
                if said.insert((span, word.to_owned())) {
                    out.push(
                        Diagnostic::new(
                            code::UNEXPLAINED_ACRONYM,
                            span,
                            format!("le sigle « {word} » n'est pas dans le glossaire du recueil"),
                        )
                        .with_help(format!(
                            "expliquez « {word} » dans le glossaire, ou écrivez-le en entier"
                        )),
                    );
                }
            }
        }
    }
}

/// Returns the texts of a unit that applicants read.
fn shown(unit: &WrittenUnit<'_>) -> Vec<(String, Span)> {
    let mut texts = Vec::new();
    for declaration in unit.declarations.iter() {
        let label = match &declaration.kind {
            DeclarationKind::Family(d) => d.label.as_ref(),
            DeclarationKind::Slot(d) => d.label.as_ref(),
            _ => None,
        };
        texts.extend(label.map(|label| (label.text.clone(), label.span)));
    }
    for line in lines(unit) {
        texts.extend(line.label.map(|label| (label.text.clone(), label.span)));
        for clause in line.clauses {
            if let ClauseKind::Says(said) | ClauseKind::ElseSays(said) = &clause.kind {
                texts.push((literal(said), said.span));
            }
        }
    }
    texts
}

fn literal(template: &Template) -> String {
    let parts = template.parts.iter().map(|part| match part {
        TemplatePart::Text(text) => text.as_str(),
        TemplatePart::Expr(_) => " ",
    });
    parts.collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn is_acronym(word: &str) -> bool {
    word.chars().count() > 1 && word.chars().all(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acronym_is_all_capitals() {
        let acronyms = |text| words(text).filter(|word| is_acronym(word)).collect::<Vec<_>>();
        assert_eq!(acronyms("Refus en CAL (CCH L441-1), au T2 de Lyon"), ["CAL", "CCH"]);
        assert_eq!(acronyms("À Évry, un F1 d'AL'in : ÉLAN"), ["AL", "ÉLAN"]);
        assert!(acronyms("Ma demande a 36 mois").is_empty());
    }
}
