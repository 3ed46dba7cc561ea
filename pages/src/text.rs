//! Text that nobody can make act: what every value goes through on its way into a page.
//!
//! Characters that mean something in HTML are escaped. Characters that cannot be seen and change
//! what is read (controls, marks of writing direction, invisible separators) are shown by a mark
//! that can be seen. The mark is plain text, so that it is right in an attribute too. Letters of
//! any alphabet stay as they are: the page isolates them with `<bdi>`.

use askama::filters::Escaper;
use std::fmt::Write;

/// The escaper of every template.
#[derive(Clone, Copy, Debug)]
pub struct Shown;

impl Escaper for Shown {
    fn write_escaped_str<W: Write>(&self, mut page: W, text: &str) -> std::fmt::Result {
        text.chars().try_for_each(|sign| self.write_escaped_char(&mut page, sign))
    }

    fn write_escaped_char<W: Write>(&self, mut page: W, sign: char) -> std::fmt::Result {
        match sign {
            '&' => page.write_str("&amp;"),
            '<' => page.write_str("&lt;"),
            '>' => page.write_str("&gt;"),
            '"' => page.write_str("&quot;"),
            '\'' => page.write_str("&#39;"),
            sign if is_hidden(sign) => write!(page, "⟦U+{:04X}⟧", u32::from(sign)),
            sign => page.write_char(sign),
        }
    }
}

/// Tells whether a character cannot be seen and changes what is read.
fn is_hidden(sign: char) -> bool {
    matches!(sign,
        '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' // controls, but tab and line feed
        | '\u{ad}' | '\u{61c}' | '\u{180e}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}') // tags
}

/// Writes a text as a page shows it.
pub fn shown(text: &str) -> String {
    let mut page = String::with_capacity(text.len());
    // Writing to a string does not fail.
    let _ = Shown.write_escaped_str(&mut page, text);
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        assert_eq!(
            shown("<script>alert('a')</script> & \"b\""),
            "&lt;script&gt;alert(&#39;a&#39;)&lt;/script&gt; &amp; &quot;b&quot;"
        );
    }

    #[test]
    fn what_cannot_be_seen_is_marked() {
        assert_eq!(shown("a\u{202e}b\u{2066}c"), "a⟦U+202E⟧b⟦U+2066⟧c");
        assert_eq!(shown("a\0b\u{1b}c\u{85}d"), "a⟦U+0000⟧b⟦U+001B⟧c⟦U+0085⟧d");
        assert_eq!(shown("a\u{200b}b\u{feff}c\u{e0041}"), "a⟦U+200B⟧b⟦U+FEFF⟧c⟦U+E0041⟧");
    }

    #[test]
    fn letters_of_every_alphabet_stay() {
        let text = "é ’ « 1\u{202f}600\u{a0}€ » عربي עברית 漢字\t\n";
        assert_eq!(shown(text), text);
    }
}
