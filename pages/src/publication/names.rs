//! Names of files: plain letters, digits and hyphens, one name for each sheet.

use std::collections::BTreeSet;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Gives names, none twice.
#[derive(Debug, Default)]
pub(super) struct Names {
    given: BTreeSet<String>,
}

impl Names {
    /// Names a version of a unit: its name and version without accents, with a number when another
    /// has that name already.
    pub(super) fn give(&mut self, unit: &str, version: &str) -> String {
        let plain = format!("{}-{}", plain(unit), plain(version));
        let numbered = (2_u32..).map(|number| format!("{plain}-{number}"));
        let mut names = std::iter::once(plain.clone()).chain(numbered);
        let free = names.find(|name| self.given.insert(name.clone()));
        free.unwrap_or(plain)
    }
}

/// Writes a text with letters, digits, points and hyphens only.
fn plain(text: &str) -> String {
    let mut name = String::new();
    for sign in text.nfd().filter(|sign| !is_combining_mark(*sign)).flat_map(char::to_lowercase) {
        match sign {
            'a'..='z' | '0'..='9' => name.push(sign),
            'œ' => name.push_str("oe"),
            'æ' => name.push_str("ae"),
            '.' | '_' | '-' if !name.is_empty() => name.push(if sign == '.' { '.' } else { '-' }),
            _ if !name.is_empty() && !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    let trimmed = name.trim_end_matches(['-', '.']);
    if trimmed.is_empty() { "sans-nom".to_owned() } else { trimmed.chars().take(80).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_plain_and_given_once() {
        let mut names = Names::default();
        assert_eq!(names.give("équilibrage", "2019.1"), "equilibrage-2019.1");
        assert_eq!(names.give("Équilibrage", "2019.1"), "equilibrage-2019.1-2");
        assert_eq!(names.give("la_baguette", "v 1/2 « bis »"), "la-baguette-v-1-2-bis");
        assert_eq!(names.give("../../etc", "..\\passwd"), "etc-passwd");
        assert_eq!(names.give("漢字", "1"), "sans-nom-1");
        assert_eq!(names.give(&"a".repeat(500), "1").len(), 82);
    }
}
