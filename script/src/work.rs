//! Counts the data that a script goes through, which Rhai does not: reading a variable may copy
//! all that it holds, for the price of one operation.

use crate::limits::{Limits, VALUE_DEPTH};
use rhai::{
    Array, Dynamic, Engine, EvalAltResult, EvalContext, FnPtr, ImmutableString, Map, Position,
};

/// How many bytes of text weigh as much as one element.
const BYTES_PER_ELEMENT: usize = 16;

/// Makes an engine count what variables hold each time they are read.
///
/// Invariants: the call's tag holds what remains; a value nested deeper than [`VALUE_DEPTH`] is
/// never read, so recursive walks over values end.
#[expect(deprecated, reason = "the hook is marked unstable, not deprecated; its use is tested")]
pub(crate) fn bound(engine: &mut Engine) {
    engine.on_var(|name, _, mut context| {
        let read = weight_read(name, &context)?;
        let left = context.tag().as_int().unwrap_or(0).saturating_sub(read);
        if left < 0 {
            return Err(too_large("data read"));
        }
        *context.tag_mut() = left.into();
        Ok(None)
    });
}

/// Makes the comparison of whole lists and maps a failure: it is the dearest of all operations, and
/// what is reached through `this` is not counted.
pub(crate) fn refuse_comparisons(engine: &mut Engine) {
    let refuse = || Err::<bool, _>(EvalAltResult::from("whole values do not compare").into());
    for operator in ["==", "!="] {
        engine.register_fn(operator, move |_: Map, _: Map| -> Answer { refuse() });
        engine.register_fn(operator, move |_: Array, _: Array| -> Answer { refuse() });
    }
}

type Answer = Result<bool, Box<EvalAltResult>>;

/// Returns the tag that a call starts with.
pub(crate) fn budget(limits: &Limits) -> Dynamic {
    limits.data_read.into()
}

fn weight_read(
    name: &str,
    context: &EvalContext<'_, '_, '_, '_, '_, '_>,
) -> Result<i64, Box<EvalAltResult>> {
    let Some(value) = context.scope().get(name) else { return Ok(1) };
    let weight = weight(value, 0).ok_or_else(|| too_large("depth of data"))?;
    Ok(i64::try_from(weight).unwrap_or(i64::MAX))
}

/// Weighs a value; absent when it nests too deep.
pub(crate) fn weight(value: &Dynamic, depth: usize) -> Option<usize> {
    if depth > VALUE_DEPTH {
        return None;
    }
    let add = |sum: usize, part: &Dynamic| Some(sum + weight(part, depth + 1)?);
    if let Ok(text) = value.as_immutable_string_ref() {
        let text: &ImmutableString = &text;
        Some(1 + text.len() / BYTES_PER_ELEMENT)
    } else if let Ok(items) = value.as_array_ref() {
        let items: &Array = &items;
        items.iter().try_fold(1, add)
    } else if let Ok(entries) = value.as_map_ref() {
        let entries: &Map = &entries;
        entries.values().try_fold(1, add)
    } else if let Some(pointer) = value.read_lock::<FnPtr>() {
        pointer.curry().iter().try_fold(1, add)
    } else {
        Some(1)
    }
}

#[expect(clippy::unnecessary_box_returns, reason = "the error type of Rhai's callbacks")]
fn too_large(what: &str) -> Box<EvalAltResult> {
    EvalAltResult::ErrorDataTooLarge(what.to_owned(), Position::NONE).into()
}
