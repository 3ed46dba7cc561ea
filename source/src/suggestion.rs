//! « Vouliez-vous dire … ? »: the one place that finds the nearest name.

use std::collections::BTreeSet;

/// Folds case and French accents, so that `Critère` and `critere` compare equal.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Most are these; what is below folds them as well.
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            c.to_lowercase().for_each(|c| fold_letter(c, &mut out));
        }
    }
    out
}

fn fold_letter(c: char, out: &mut String) {
    match c {
        '\u{0300}'..='\u{036f}' => {}
        'à' | 'â' | 'ä' | 'á' => out.push('a'),
        'é' | 'è' | 'ê' | 'ë' => out.push('e'),
        'î' | 'ï' | 'í' => out.push('i'),
        'ô' | 'ö' | 'ó' => out.push('o'),
        'ù' | 'û' | 'ü' | 'ú' => out.push('u'),
        'ç' => out.push('c'),
        'œ' => out.push_str("oe"),
        'æ' => out.push_str("ae"),
        '’' => out.push('\''),
        other => out.push(other),
    }
}

/// Asks whether a name was meant, in French.
pub fn did_you_mean(name: &str) -> String {
    format!("vouliez-vous dire « {name} » ?")
}

/// Returns the candidate nearest to what was written, when one is near enough to be meant; the first
/// in alphabetical order when several are.
pub fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    nearest_all(written, candidates).first().copied()
}

/// Returns the candidates nearest to what was written, all as near, in alphabetical order; none when
/// none is near enough to be meant.
pub fn nearest_all<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Vec<&'a str> {
    let target = fold(written);
    let length = target.chars().count();
    // A single letter is near everything: nothing is suggested for it.
    let limit = (1 + length / 4).min(length.saturating_sub(1));
    let near: BTreeSet<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != written)
        .map(|candidate| (strsim::osa_distance(&target, &fold(candidate)), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    let least = near.first().map(|(distance, _)| *distance);
    near.into_iter()
        .take_while(|(distance, _)| Some(*distance) == least)
        .map(|(_, candidate)| candidate)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_do_not_matter() {
        assert_eq!(fold("Critère DÉLÉGUÉE"), "critere deleguee");
        assert_eq!(nearest("critere", ["critère", "famille"]), Some("critère"));
    }

    #[test]
    fn names_as_near_are_all_told() {
        let names = ["date_fin", "date_fix", "date_fin", "début"];
        assert_eq!(nearest_all("date_fit", names), ["date_fin", "date_fix"]);
        assert_eq!(nearest("date_fit", names), Some("date_fin"));
    }

    #[test]
    fn a_far_word_is_no_suggestion() {
        assert_eq!(nearest("loyer", ["revenus", "distance"]), None);
        assert_eq!(nearest("D", ["A", "B"]), None);
    }
}
