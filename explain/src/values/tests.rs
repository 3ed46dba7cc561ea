//! Values written, beside the same by serde.

use super::*;
use serde_json::json;

fn row(pieces: Vec<Piece>, outputs: usize) -> Values {
    Values { pieces, end: "}".to_owned(), outputs }
}

fn written(how: How, value: i64) -> Option<String> {
    let before = "{\"valeur\":".to_owned();
    let values = row(vec![Piece { before, output: 0, how }], 1);
    let mut text = b"[".to_vec();
    let said = values.write(&[value], &mut text);
    let text = String::from_utf8(text).unwrap();
    if !said {
        assert_eq!(text, "[", "nothing is added of what is not said");
    }
    said.then(|| text[1..].to_owned())
}

#[test]
fn points_are_those_of_answers() {
    for (value, parts) in
        [(40, 1), (-40, 1), (0, 1), (4_000, 100), (1_250, 100), (-1, 3), (5, 16), (9, 3)]
    {
        let exact = Exact::fraction(value.into(), parts.into()).unwrap();
        let due = json!({ "valeur": Points(exact) }).to_string();
        assert_eq!(written(How::Points(parts), value), Some(due), "{value}/{parts}");
    }
}

#[test]
fn whole_numbers_have_all_their_digits() {
    for value in [0, 9, 10, -10, 99, 100, i64::MAX, i64::MIN, i64::MIN + 1, 1_000_000_007] {
        assert_eq!(written(How::Points(1), value), Some(json!({ "valeur": value }).to_string()));
    }
}

#[test]
fn truths_are_words_and_others_are_not_said() {
    assert_eq!(written(How::Truth, 0).as_deref(), Some("{\"valeur\":\"non\"}"));
    assert_eq!(written(How::Truth, 1).as_deref(), Some("{\"valeur\":\"oui\"}"));
    assert_eq!(written(How::Truth, 2).as_deref(), Some("{\"valeur\":\"indetermine\"}"));
    assert_eq!(written(How::Truth, 3), None);
}

#[test]
fn rows_of_another_length_are_not_written() {
    let values = row(Vec::new(), 2);
    let mut text = Vec::new();
    assert!(!values.write(&[1], &mut text) && !values.write(&[1; 3], &mut text));
    assert!(text.is_empty());
    assert!(values.write(&[1; 2], &mut text));
}

#[test]
fn keys_are_escaped_and_joined() {
    let mut text = Text { parts: &[1, 3], pieces: Vec::new(), next: String::new() };
    text.say("{");
    text.key(0, "a\"b").unwrap();
    text.points(0).unwrap();
    text.key(1, "été").unwrap();
    text.points(1).unwrap();
    assert!(text.points(2).is_none());
    let mut json = Vec::new();
    assert!(row(text.pieces, 2).write(&[7, 1], &mut json));
    assert_eq!(String::from_utf8(json).unwrap(), r#"{"a\"b":7,"été":"1/3"}"#);
}
