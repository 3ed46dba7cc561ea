//! The marks `levier` of a field: what the applicant may change, and the sentence that tells it.
//!
//! A switch or a choice that has one good value names it (`vers`), so that the others, which may be
//! perverse, are never proposed. A sensitive or a protected fact has no lever at all.

use crate::syntax::tree::{Field, MarkKind, Name, Text, WrittenLever};
use engine::{EnumId, FieldDef, Lever, Schema, Sentence, Type, Value};
use source::{Diagnostic, Span, code, fold};

/// Reads the levers of a field. Errors: `E0114`, `E0205`, `E0212`, `E0213`.
pub(super) fn of(
    schema: &Schema,
    def: &FieldDef,
    field: &Field,
    out: &mut Vec<Diagnostic>,
) -> Vec<Lever> {
    let mut levers: Vec<(Lever, Span)> = Vec::new();
    for mark in &field.marks {
        let MarkKind::Lever(written) = &mark.kind else { continue };
        if let Some(why) = refusal(schema, def) {
            out.push(refused(field, mark.span, why));
            return Vec::new();
        }
        match lever(schema, def.ty, written) {
            Ok(lever) => match levers.iter().find(|(known, _)| same_target(known, &lever)) {
                Some((_, first)) => out.push(repeated(mark.span, *first)),
                None => levers.push((lever, mark.span)),
            },
            Err(diagnostic) => out.push(diagnostic),
        }
    }
    levers.into_iter().map(|(lever, _)| lever).collect()
}

/// Says why a fact has no lever, if it has none.
fn refusal(schema: &Schema, def: &FieldDef) -> Option<&'static str> {
    if def.sensitive {
        return Some("est un fait sensible");
    }
    if def.protected {
        return Some("est un fait protégé");
    }
    if schema.entity(def.entity).is_some_and(|entity| entity.list) {
        return Some("appartient à une liste");
    }
    match def.ty {
        Type::Text => Some("est un texte"),
        Type::Code => Some("est un code"),
        Type::Item(_) => Some("est un élément d'une liste"),
        Type::Bool | Type::Number(..) | Type::Date | Type::Enum(_) => None,
    }
}

fn refused(field: &Field, span: Span, why: &str) -> Diagnostic {
    let message = format!("« {} » {why} : il n'a pas de levier", field.name.text);
    Diagnostic::new(code::NOT_A_LEVER, span, message)
}

fn repeated(span: Span, first: Span) -> Diagnostic {
    Diagnostic::new(code::DUPLICATE_CLAUSE, span, "ce levier est déjà dit")
        .with_label(first, "une première fois ici")
}

fn same_target(a: &Lever, b: &Lever) -> bool {
    match (a, b) {
        (Lever::Reach { value: a, .. }, Lever::Reach { value: b, .. }) => a == b,
        (Lever::Choose(_), Lever::Choose(_)) | (Lever::Wait(_), Lever::Wait(_)) => true,
        (Lever::Reach { .. } | Lever::Choose(_) | Lever::Wait(_), _) => false,
    }
}

fn lever(schema: &Schema, ty: Type, written: &WrittenLever) -> Result<Lever, Diagnostic> {
    match (&written.towards, ty) {
        (Some(value), Type::Bool) => reach(truth(value)?, &written.says),
        (Some(value), Type::Enum(id)) => reach(choice(schema, id, value)?, &written.says),
        (None, Type::Bool) => Err(lacks_value(&written.says, &["oui".to_owned()])),
        (None, Type::Enum(id)) if places(&written.says.text).is_empty() => {
            Err(lacks_value(&written.says, &choices(schema, id)))
        }
        (None, Type::Enum(_) | Type::Number(..)) => {
            sentence(&written.says, "valeur").map(Lever::Choose)
        }
        (None, Type::Date) => sentence(&written.says, "durée").map(Lever::Wait),
        (Some(value), Type::Number(..) | Type::Date | Type::Text | Type::Code | Type::Item(_)) => {
            Err(no_single_value(value))
        }
        (None, Type::Text | Type::Code | Type::Item(_)) => Err(no_place(&written.says, "valeur")),
    }
}

fn reach(value: Value, says: &Text) -> Result<Lever, Diagnostic> {
    match places(&says.text).first() {
        None => Ok(Lever::Reach { value, says: says.text.clone() }),
        Some(place) => {
            let message = format!("« {{{place}}} » n'a pas de place ici : la valeur est déjà dite");
            Err(Diagnostic::new(code::LEVER_SENTENCE, says.span, message)
                .with_help("après « vers », la phrase s'écrit en entier, sans accolades"))
        }
    }
}

fn truth(value: &Name) -> Result<Value, Diagnostic> {
    match fold(&value.text).as_str() {
        "oui" => Ok(Value::Bool(true)),
        "non" => Ok(Value::Bool(false)),
        _ => {
            let message = format!("attendu « oui » ou « non », trouvé « {} »", value.text);
            Err(Diagnostic::new(code::UNKNOWN_VALUE, value.span, message))
        }
    }
}

fn choice(schema: &Schema, id: EnumId, value: &Name) -> Result<Value, Diagnostic> {
    let Some(def) = schema.enumeration(id) else { return Ok(Value::Enum(0)) };
    let at = def.values.iter().position(|known| known.name == value.text);
    let found = at.and_then(|at| u32::try_from(at).ok());
    found.map(Value::Enum).ok_or_else(|| {
        let message = format!("« {} » n'est pas une valeur de « {} »", value.text, def.name);
        let names = def.values.iter().map(|known| known.name.as_str());
        Diagnostic::new(code::UNKNOWN_VALUE, value.span, message)
            .with_suggestion(&value.text, names)
    })
}

fn choices(schema: &Schema, id: EnumId) -> Vec<String> {
    let values = schema.enumeration(id).map(|def| def.values.as_slice()).unwrap_or_default();
    values.iter().map(|value| value.name.clone()).collect()
}

fn lacks_value(says: &Text, values: &[String]) -> Diagnostic {
    let ways: Vec<String> = values.iter().map(|value| format!("« levier vers {value} »")).collect();
    Diagnostic::new(code::LEVER_SENTENCE, says.span, "le levier ne dit pas vers quelle valeur")
        .with_help(format!("écrivez {}", ways.join(" ou ")))
}

fn no_single_value(value: &Name) -> Diagnostic {
    let message = "« vers » nomme une valeur d'une énumération, ou « oui » et « non »";
    Diagnostic::new(code::LEVER_SENTENCE, value.span, message)
        .with_help("pour un nombre, la phrase réserve la place de « {valeur} » ; pour une date, celle de « {durée} »")
}

/// Reads a sentence that has exactly one place, of the name due.
fn sentence(says: &Text, due: &str) -> Result<Sentence, Diagnostic> {
    match places(&says.text).as_slice() {
        [place] if fold(place.trim()) == fold(due) => {
            let parts = says.text.split_once(&format!("{{{place}}}"));
            let (before, after) = parts.unwrap_or((&says.text, ""));
            Ok(Sentence { before: before.to_owned(), after: after.to_owned() })
        }
        [] => Err(no_place(says, due)),
        [place] => {
            let message = format!("attendu « {{{due}}} », trouvé « {{{place}}} »");
            Err(Diagnostic::new(code::LEVER_SENTENCE, says.span, message))
        }
        [_, _, ..] => {
            let message = format!("attendu « {{{due}}} » une seule fois");
            Err(Diagnostic::new(code::LEVER_SENTENCE, says.span, message))
        }
    }
}

fn no_place(says: &Text, due: &str) -> Diagnostic {
    let example = if due == "valeur" {
        "par exemple « choisir un logement dont le loyer est {valeur} »"
    } else {
        "par exemple « attendre {durée} »"
    };
    let message = format!("la phrase ne réserve pas la place de « {{{due}}} »");
    Diagnostic::new(code::LEVER_SENTENCE, says.span, message).with_help(example)
}

/// Returns what stands between braces.
fn places(text: &str) -> Vec<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(place, _)| place)
        .collect()
}
