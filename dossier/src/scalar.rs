//! One scalar as a value of a type.
//!
//! A fault says the type due and the kind found; the value itself never leaves this module.

use crate::error::Fault;
use crate::limits;
use crate::node::{Node, NodeKind, Scalar, Spelling};
use crate::quantity::{Quantity, QuantityFault, is_number, whole};
use crate::vocabulary::{Vocabulary, meant};
use engine::{Date, EnumId, Exact, FieldDef, NumberForm, Type, Unit, Value};
use source::{code, fold};

/// Reads a scalar as a value of a field.
pub(crate) fn value(
    vocabulary: Vocabulary<'_>,
    field: &FieldDef,
    scalar: &Scalar,
) -> Result<Value, Fault> {
    match field.ty {
        Type::Bool => boolean(scalar).map(Value::Bool),
        Type::Number(unit, form) => {
            number(scalar, unit, form).and_then(|number| admitted(field, number))
        }
        Type::Date => date(scalar).map(Value::Date),
        Type::Text => text(scalar).map(|text| Value::Text(text.into())),
        Type::Code => code_value(scalar).map(|text| Value::Text(text.into())),
        Type::Enum(id) => enumerated(vocabulary, field, id, scalar).map(Value::Enum),
        Type::Item(_) => Err(mismatch(
            "une valeur simple",
            "une référence à un élément de liste, qui ne s'écrit pas dans un dossier",
        )),
    }
}

/// Reads `#{ numerateur, denominateur }` as an exact number of a field.
pub(crate) fn fraction(field: &FieldDef, top: &Scalar, bottom: &Scalar) -> Result<Value, Fault> {
    let Type::Number(unit, form) = field.ty else {
        return Err(mismatch(&due_type(field.ty), "une fraction"));
    };
    let part = |scalar: &Scalar| whole(&scalar.text).map_err(|fault| faulty(fault, unit, form));
    let (top, bottom) = (part(top)?, part(bottom)?);
    if bottom.is_zero() {
        return Err(mismatch(&due_number(unit, form), "une fraction de dénominateur nul"));
    }
    let mut number = top.divide(bottom).map_err(|_| too_many_digits())?;
    if form == NumberForm::Percent && unit.is_none() {
        number = number.divide(Exact::whole(100)).map_err(|_| too_many_digits())?;
    }
    if form == NumberForm::Whole && !number.is_whole() {
        return Err(faulty(QuantityFault::NotWhole, unit, form));
    }
    admitted(field, number)
}

/// Refuses a negative number where a field is counted from zero.
fn admitted(field: &FieldDef, number: Exact) -> Result<Value, Fault> {
    if field.ty.counts_from_zero() && number.is_negative() {
        let message = "attendu un nombre positif ou nul, trouvé un nombre négatif";
        return Err(Fault::new(code::DOSSIER_RANGE, message));
    }
    Ok(Value::Number(number))
}

/// Reads `oui`, `non`, `true` or `false`.
pub(crate) fn boolean(scalar: &Scalar) -> Result<bool, Fault> {
    match fold(&scalar.text).as_str() {
        "oui" | "true" => Ok(true),
        "non" | "false" => Ok(false),
        _ => Err(mismatch("oui ou non", found_scalar(scalar))),
    }
}

/// Reads a date.
pub(crate) fn date(scalar: &Scalar) -> Result<Date, Fault> {
    Date::parse_iso(&scalar.text).ok_or_else(|| {
        if is_iso_shaped(&scalar.text) {
            return Fault::new(
                code::DOSSIER_TYPE,
                "attendu une date, trouvé un jour qui n'existe pas dans le calendrier",
            );
        }
        mismatch("une date", found_scalar(scalar)).helped("une date s'écrit 2020-05-02")
    })
}

/// Reads a text.
pub(crate) fn text(scalar: &Scalar) -> Result<&str, Fault> {
    let found = if scalar.text.trim().is_empty() {
        "un texte vide"
    } else if scalar.text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        "un texte avec des caractères de contrôle"
    } else if scalar.spelling == Spelling::Plain && is_json_boolean(&scalar.text) {
        "oui ou non"
    } else {
        return Ok(&scalar.text);
    };
    let fault = mismatch("un texte", found);
    Err(if found == "un texte vide" { fault.helped(OMIT) } else { fault })
}

/// Says what a type accepts, in a message.
pub(crate) fn due(vocabulary: Vocabulary<'_>, ty: Type) -> String {
    match ty {
        Type::Enum(id) => due_enum(vocabulary, id),
        Type::Bool | Type::Number(..) | Type::Text | Type::Code | Type::Date | Type::Item(_) => {
            due_type(ty)
        }
    }
}

/// Says what kind of thing was found, never which.
pub(crate) fn found(node: &Node) -> &'static str {
    match &node.kind {
        NodeKind::Scalar(scalar) => found_scalar(scalar),
        NodeKind::List(_) => "une liste",
        NodeKind::Map(_) => "un ensemble de champs",
    }
}

/// Makes the fault of a type due and a kind found.
pub(crate) fn mismatch(due: &str, found: &str) -> Fault {
    Fault::new(code::DOSSIER_TYPE, format!("attendu {due}, trouvé {found}"))
}

const OMIT: &str = "retirez le champ ou écrivez null s'il n'est pas renseigné";

fn number(scalar: &Scalar, unit: Unit, form: NumberForm) -> Result<Exact, Fault> {
    let quantity = Quantity::parse(&scalar.text).and_then(|number| number.in_unit(unit, form));
    quantity.map_err(|fault| match fault {
        QuantityFault::NotANumber => mismatch(&due_number(unit, form), found_scalar(scalar)),
        QuantityFault::TooManyDigits | QuantityFault::OtherUnit(_) | QuantityFault::NotWhole => {
            faulty(fault, unit, form)
        }
    })
}

fn faulty(fault: QuantityFault, unit: Unit, form: NumberForm) -> Fault {
    let due = due_number(unit, form);
    match fault {
        QuantityFault::NotANumber => mismatch(&due, "autre chose"),
        QuantityFault::TooManyDigits => too_many_digits(),
        QuantityFault::OtherUnit(Some(other)) => mismatch(&due, &format!("un nombre en {other}"))
            .helped("donnez le nombre dans l'unité du champ, avec ou sans son unité"),
        QuantityFault::OtherUnit(None) => mismatch(&due, "un pourcentage"),
        QuantityFault::NotWhole => mismatch(&due, "un nombre à décimales"),
    }
}

fn too_many_digits() -> Fault {
    let (int, frac) = (limits::INTEGER_DIGITS, limits::DECIMAL_DIGITS);
    let message = format!("nombre hors limites : {int} chiffres et {frac} décimales au plus");
    Fault::new(code::DOSSIER_RANGE, message)
}

fn code_value(scalar: &Scalar) -> Result<&str, Fault> {
    let text = text(scalar).map_err(|_| mismatch("un code", found_scalar(scalar)))?;
    if text.len() > limits::CODE_CHARACTERS || !text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(mismatch("un code", "un texte qui n'en est pas un")
            .helped("un code n'a que des chiffres et des lettres sans accent, entre guillemets s'il commence par zéro"));
    }
    Ok(text)
}

fn enumerated(
    vocabulary: Vocabulary<'_>,
    field: &FieldDef,
    id: EnumId,
    scalar: &Scalar,
) -> Result<u32, Fault> {
    if let Some(value) = vocabulary.value(id, &scalar.text) {
        return Ok(value);
    }
    let due = due_enum(vocabulary, id);
    let found = match found_scalar(scalar) {
        "un texte" => "une autre valeur",
        other => other,
    };
    Err(mismatch(&due, found).maybe_helped(suggestion(vocabulary, field, id, &scalar.text)))
}

/// Says which value may have been meant; for a sensitive fact the whole list, since the nearest
/// value would tell what was declared.
fn suggestion(
    vocabulary: Vocabulary<'_>,
    field: &FieldDef,
    id: EnumId,
    written: &str,
) -> Option<String> {
    let private = field.sensitive || field.protected;
    let meant = if private { None } else { meant(written, vocabulary.value_names(id)) };
    if meant.is_some() {
        return meant;
    }
    let values: Vec<&str> = vocabulary.value_names(id).take(limits::LISTED_VALUES + 1).collect();
    (values.len() <= limits::LISTED_VALUES)
        .then(|| format!("valeurs possibles : {}", values.join(", ")))
}

fn due_enum(vocabulary: Vocabulary<'_>, id: EnumId) -> String {
    let name = vocabulary.schema.enumeration(id).map_or("", |def| def.name.as_str());
    format!("une valeur de « {name} »")
}

fn due_type(ty: Type) -> String {
    match ty {
        Type::Bool => "oui ou non".to_owned(),
        Type::Number(unit, form) => due_number(unit, form),
        Type::Text => "un texte".to_owned(),
        Type::Code => "un code".to_owned(),
        Type::Date => "une date".to_owned(),
        Type::Enum(_) => "une valeur d'énumération".to_owned(),
        Type::Item(_) => "une valeur simple".to_owned(),
    }
}

fn due_number(unit: Unit, form: NumberForm) -> String {
    match form {
        NumberForm::Percent if unit.is_none() => "un pourcentage".to_owned(),
        NumberForm::Whole if unit.is_none() => "un nombre entier".to_owned(),
        NumberForm::Whole => format!("un nombre entier en {unit}"),
        NumberForm::Decimal | NumberForm::Percent if unit.is_none() => "un nombre".to_owned(),
        NumberForm::Decimal | NumberForm::Percent => format!("un nombre en {unit}"),
    }
}

fn found_scalar(scalar: &Scalar) -> &'static str {
    let text = scalar.text.as_str();
    if scalar.is_null() {
        "rien"
    } else if text.trim().is_empty() {
        "un texte vide"
    } else if matches!(fold(text).as_str(), "oui" | "non" | "true" | "false") {
        "oui ou non"
    } else if is_number(text) {
        "un nombre"
    } else if is_iso_shaped(text) {
        "une date"
    } else {
        "un texte"
    }
}

fn is_json_boolean(text: &str) -> bool {
    matches!(text, "true" | "false")
}

/// Tells whether a text has the shape `2020-05-02`, whatever the day.
fn is_iso_shaped(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
