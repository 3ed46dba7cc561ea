//! Values as a French reader expects them. Display rounds; arithmetic never does.

use crate::{Schema, Type, Value};

/// Shows a value of a type in French.
pub fn show(value: &Value, _ty: Type, _schema: &Schema) -> String {
    format!("{value:?}")
}
