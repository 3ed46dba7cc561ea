//! Finds `this` standing alone in an adapter: it would copy the adapter's whole state, form and
//! facts, for the price of one operation that [`crate::work`] cannot count.
//!
//! The scan knows comments and texts; an interpolation `${…}` is code.

use crate::compile::ScriptError;

/// Where the scan is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Code,
    LineComment,
    BlockComment,
    /// A text, and the character that ends it.
    Text(char),
}

/// Returns the first `this` that neither `.` nor `[` follows.
pub(crate) fn find(path: &str, text: &str) -> Option<ScriptError> {
    let mut state = State::Code;
    // Interpolations around the place, by the braces open in each.
    let mut interpolations: Vec<u32> = Vec::new();
    let mut before = '\0';
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut step = c.len_utf8();
        match state {
            State::LineComment if c == '\n' => state = State::Code,
            State::BlockComment if rest.starts_with("*/") => (state, step) = (State::Code, 2),
            State::Text(_) if c == '\\' => step += rest.chars().nth(1).map_or(0, char::len_utf8),
            State::Text('`') if rest.starts_with("${") => {
                interpolations.push(0);
                (state, step) = (State::Code, 2);
            }
            State::Text(end) if c == end => state = State::Code,
            State::LineComment | State::BlockComment | State::Text(_) => {}
            State::Code if rest.starts_with("//") => state = State::LineComment,
            State::Code if rest.starts_with("/*") => state = State::BlockComment,
            State::Code if matches!(c, '"' | '`' | '\'') => state = State::Text(c),
            State::Code => {
                if !is_word(before) && stands_alone(rest) {
                    return Some(error(path, text, text.len() - rest.len()));
                }
                if closes(&mut interpolations, c) {
                    state = State::Text('`');
                }
            }
        }
        before = c;
        rest = rest.get(step..).unwrap_or_default();
    }
    None
}

/// Counts a brace of the innermost interpolation; tells whether it ends it.
fn closes(interpolations: &mut Vec<u32>, c: char) -> bool {
    match (interpolations.last_mut(), c) {
        (Some(open), '{') => *open += 1,
        (Some(0), '}') => {
            interpolations.pop();
            return true;
        }
        (Some(open), '}') => *open -= 1,
        (Some(_) | None, _) => {}
    }
    false
}

fn stands_alone(rest: &str) -> bool {
    let Some(after) = rest.strip_prefix("this") else { return false };
    !after.starts_with(is_word) && !after.trim_start().starts_with(['.', '['])
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn error(path: &str, text: &str, at: usize) -> ScriptError {
    let before = text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    ScriptError {
        path: path.to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        message: "« this » seul n'est pas permis : nommez un de ses champs".to_owned(),
    }
}
