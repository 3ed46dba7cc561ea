//! Addresses of the web in the text of a source, so that a page can lead to it.

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// Words.
    Text(&'t str),
    /// An address.
    Address(&'t str),
}

const SECURE: &str = "https://";

/// Cuts a text at the addresses that it holds. Only `https` is one: nothing else is followed.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.find(SECURE).and_then(|at| rest.split_at_checked(at)) {
        let end = from.find(|sign: char| sign.is_whitespace() || "<>\"«»".contains(sign));
        let address = from.get(..end.unwrap_or(from.len())).unwrap_or(from);
        let address = address.trim_end_matches(['.', ',', ';', ':', ')', '!', '?']);
        if address.len() == SECURE.len() {
            break;
        }
        pieces.extend([Piece::Text(before), Piece::Address(address)]);
        rest = from.get(address.len()..).unwrap_or_default();
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_led_to_without_the_marks_after_it() {
        assert_eq!(
            pieces("Article 1 (https://exemple.fr/a?b=1), alinéa 2"),
            [
                Piece::Text("Article 1 ("),
                Piece::Address("https://exemple.fr/a?b=1"),
                Piece::Text("), alinéa 2"),
            ]
        );
        assert_eq!(
            pieces("https://exemple.fr."),
            [Piece::Address("https://exemple.fr"), Piece::Text("."),]
        );
    }

    #[test]
    fn what_is_not_an_address_of_the_web_is_text() {
        for text in ["", "Article 2", "javascript:alert(1)", "http://exemple.fr", "voir https://"] {
            let whole: Vec<Piece> =
                [text].map(Piece::Text).into_iter().filter(|_| !text.is_empty()).collect();
            assert_eq!(pieces(text), whole, "{text}");
        }
    }

    #[test]
    fn all_the_text_is_in_the_pieces() {
        let text = "a https://b.c/d« e » https://f, https:// g";
        let joined: String = pieces(text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) | Piece::Address(text) => text,
            })
            .collect();
        assert_eq!(joined, text);
    }
}
