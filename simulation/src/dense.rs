//! From columns as Parquet has them, of which only the values that are there are held, to columns as Arrow has them,
//! with a place for each row.

use arrow_array::StringArray;
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::ArrowError;

/// Says which rows have a value, by their levels.
pub(crate) fn nulls(levels: &[i16]) -> NullBuffer {
    levels.iter().map(|level| *level > 0).collect()
}

/// Puts values where their rows are; rows that have none get what means nothing.
pub(crate) fn spread<T: Copy + Default>(mut values: Vec<T>, nulls: Option<&NullBuffer>) -> Vec<T> {
    let Some(nulls) = nulls else { return values };
    let mut held = values.len();
    values.resize(nulls.len(), T::default());
    for row in (0..nulls.len()).rev() {
        if nulls.is_valid(row) {
            held = held.saturating_sub(1);
            if held == row {
                break; // Those before are all there.
            }
            values.swap(held, row);
        }
    }
    values
}

/// Makes texts of the bytes of those that are there, one after the other, and of their lengths.
///
/// Errors: bytes that are no UTF-8.
pub(crate) fn texts(
    bytes: Vec<u8>,
    mut lengths: impl ExactSizeIterator<Item = usize>,
    nulls: Option<NullBuffer>,
) -> Result<StringArray, ArrowError> {
    let offsets = match &nulls {
        None => OffsetBuffer::from_lengths(lengths),
        Some(nulls) => {
            let there = nulls.iter().map(|is_there| is_there.then(|| lengths.next()).flatten());
            OffsetBuffer::from_lengths(there.map(Option::unwrap_or_default).collect::<Vec<_>>())
        }
    };
    StringArray::try_new(offsets, bytes.into(), nulls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::Int64Array;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn values_are_put_where_arrow_has_them(
            all in proptest::collection::vec(proptest::option::of((any::<i64>(), ".{0,3}")), 0..70),
        ) {
            let levels: Vec<i16> = all.iter().map(|value| value.is_some().into()).collect();
            let nulls = all.contains(&None).then(|| nulls(&levels));
            let numbers = all.iter().flatten().map(|(number, _)| *number).collect();
            let found = Int64Array::new(spread(numbers, nulls.as_ref()).into(), nulls.clone());
            let expected = all.iter().map(|value| value.as_ref().map(|(number, _)| *number));
            prop_assert_eq!(found, expected.collect::<Int64Array>());
            let held: Vec<&str> = all.iter().flatten().map(|(_, text)| text.as_str()).collect();
            let found = texts(held.concat().into(), held.iter().map(|text| text.len()), nulls);
            let expected = all.iter().map(|value| value.as_ref().map(|(_, text)| text.as_str()));
            prop_assert_eq!(found.unwrap(), expected.collect::<StringArray>());
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(texts(vec![0xc3, 0xa9], [2].into_iter(), None).is_ok());
        assert!(texts(vec![0xc3, 0xa9], [1, 1].into_iter(), None).is_err());
        assert!(texts(vec![0xff], [1].into_iter(), None).is_err());
    }
}
