//! A form as a script reads it, and what a script returns as a tree.

use crate::exact;
use crate::limits::VALUE_DEPTH;
use dossier::{Node, NodeKind, Scalar, Spelling};
use engine::Exact;
use rhai::{Array, Dynamic, INT, Map};
use rust_decimal::Decimal;

/// Turns a form into a value. Bare numbers become integers or decimals when that keeps their
/// spelling's meaning (`01053` stays a text), all else that is not `true`, `false` or null a text.
pub(crate) fn to_script(node: &Node) -> Dynamic {
    match &node.kind {
        NodeKind::Scalar(scalar) => scalar_to_script(scalar),
        NodeKind::List(items) => items.iter().map(to_script).collect::<Array>().into(),
        NodeKind::Map(entries) => {
            let pairs =
                entries.iter().map(|entry| (entry.key.as_ref().into(), to_script(&entry.value)));
            pairs.collect::<Map>().into()
        }
    }
}

/// Turns a value into a tree without places. Absent for functions and other things that are no
/// data, and beyond the depth of data.
pub(crate) fn from_script(value: &Dynamic, depth: usize) -> Option<Node> {
    if depth > VALUE_DEPTH {
        return None;
    }
    if value.is_unit() {
        Some(Node::scalar(Scalar::plain("null")))
    } else if let Ok(flag) = value.as_bool() {
        Some(Node::scalar(Scalar::plain(if flag { "true" } else { "false" })))
    } else if let Ok(whole) = value.as_int() {
        Some(Node::scalar(Scalar::plain(whole.to_string())))
    } else if let Ok(text) = value.as_immutable_string_ref() {
        Some(Node::scalar(Scalar::quoted(text.as_str())))
    } else if let Ok(items) = value.as_array_ref() {
        let items: Option<Vec<Node>> =
            items.iter().map(|item| from_script(item, depth + 1)).collect();
        items.map(Node::list)
    } else if let Ok(entries) = value.as_map_ref() {
        let entries: Option<Vec<(String, Node)>> = entries
            .iter()
            .map(|(key, value)| Some((key.to_string(), from_script(value, depth + 1)?)))
            .collect();
        entries.map(Node::map)
    } else {
        let number = value.clone().try_cast::<Decimal>()?;
        Some(Node::scalar(Scalar::plain(number.normalize().to_string())))
    }
}

fn scalar_to_script(scalar: &Scalar) -> Dynamic {
    let text = scalar.text.as_str();
    if scalar.is_null() {
        return Dynamic::UNIT;
    }
    match (scalar.spelling, text) {
        (Spelling::Plain, "true") => true.into(),
        (Spelling::Plain, "false") => false.into(),
        (Spelling::Plain, _) => number(text).unwrap_or_else(|| text.into()),
        (Spelling::Quoted, _) => text.into(),
    }
}

/// Reads `1600` or `1600.50`; absent for other spellings, such as leading zeros or an exponent.
fn number(text: &str) -> Option<Dynamic> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let leading_zero =
        unsigned.len() > 1 && unsigned.starts_with('0') && !unsigned.starts_with("0.");
    if leading_zero || text.contains(',') {
        return None;
    }
    if let Ok(whole) = text.parse::<INT>() {
        return (!text.starts_with('+')).then(|| whole.into());
    }
    Exact::parse_decimal(text).and_then(exact::decimal).map(Dynamic::from)
}
