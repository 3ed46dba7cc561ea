//! What a contestant says of its rows, compared with the values by hand: one judge, whoever is judged.

use benches::by_hand::{self, NAMES, Values};
use yardstick::Row;

/// What rows are worth by hand.
pub struct Judge {
    due: Vec<(Values, u32)>,
}

/// On how much a contestant agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreed {
    pub rows: usize,
    /// Nineteen, or twenty with the final rank.
    pub values: usize,
}

impl Judge {
    /// Evaluates rows by hand.
    pub fn new(rows: &[Row]) -> Self {
        let applicants: Vec<_> = rows.iter().map(|row| row.applicant).collect();
        let ranks: Vec<_> = rows.iter().map(|row| row.rank).collect();
        let places = by_hand::places(&applicants, &ranks);
        let values = rows.iter().map(|row| by_hand::evaluate(&row.applicant, row.rank));
        Self { due: values.zip(places).collect() }
    }

    /// Compares what was written of the first rows, so many numbers of 16 bits for each. Errors: a sentence,
    /// with the first row that differs.
    pub fn agree(&self, written: &[u8], width: usize) -> Result<Agreed, String> {
        if width != NAMES.len() && width != NAMES.len() + 1 {
            return Err(format!("dit {width} valeurs de chaque ligne"));
        }
        let rows = written.chunks(width * 2);
        let count = rows.len();
        if count == 0 || count > self.due.len() || written.len() != count * width * 2 {
            return Err(format!("écrit {} octets, qui ne sont pas des lignes", written.len()));
        }
        for (at, (said, (values, place))) in rows.zip(&self.due).enumerate() {
            let due = values.iter().map(|value| i32::from(*value)).chain([*place as i32]);
            let named = NAMES.iter().chain(&["rang"]).zip(numbers(said).zip(due));
            if let Some((name, (said, due))) =
                named.into_iter().find(|(_, (said, due))| said != due)
            {
                return Err(format!("ligne {at} : {name} {said}, à la main {due}"));
            }
        }
        Ok(Agreed { rows: count, values: width })
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = i32> {
    let pairs = bytes.chunks_exact(2);
    pairs.filter_map(|pair| Some(i32::from(i16::from_le_bytes(pair.try_into().ok()?))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use yardstick::contestant::rows;

    fn written(rows: &[Row]) -> Vec<u8> {
        let values = rows.iter().map(|row| by_hand::evaluate(&row.applicant, row.rank));
        values.flatten().flat_map(i16::to_le_bytes).collect()
    }

    #[test]
    fn what_is_said_as_by_hand_agrees() {
        let rows = rows(490);
        let judge = Judge::new(&rows);
        assert_eq!(judge.agree(&written(&rows), 19), Ok(Agreed { rows: 490, values: 19 }));
        assert_eq!(judge.agree(&written(&rows[..7]), 19), Ok(Agreed { rows: 7, values: 19 }));
    }

    #[test]
    fn the_first_row_that_differs_is_told() {
        let rows = rows(490);
        let mut bytes = written(&rows);
        bytes[(300 * 19 + 17) * 2] ^= 1;
        bytes[(400 * 19 + 2) * 2] ^= 1;
        let told = Judge::new(&rows).agree(&bytes, 19).unwrap_err();
        assert!(told.starts_with("ligne 300 : total "), "{told}");
    }

    #[test]
    fn a_final_rank_that_is_not_is_told() {
        let rows = rows(245);
        let mut bytes = Vec::new();
        for values in written(&rows).chunks(38) {
            bytes.extend([values, &777_i16.to_le_bytes()].concat());
        }
        let told = Judge::new(&rows).agree(&bytes, 20).unwrap_err();
        assert!(told.starts_with("ligne 0 : rang 777, "), "{told}");
    }

    #[test]
    fn what_is_cut_or_empty_agrees_with_nothing() {
        let rows = rows(245);
        let (judge, bytes) = (Judge::new(&rows), written(&rows));
        assert!(judge.agree(&bytes[..bytes.len() - 2], 19).is_err());
        assert!(judge.agree(&[], 19).is_err());
        assert!(judge.agree(&bytes, 18).is_err());
        assert!(judge.agree(&[&bytes[..], &bytes[..]].concat(), 19).is_err());
    }
}
