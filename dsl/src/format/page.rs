//! Lines on a page: margins, comments, blank lines.
//!
//! A comment stays between the lines it stood between. It takes the margin of the line that
//! follows, or of the one before when it was written at its side. At most one blank line stays; one
//! parts declarations, but for guarantees that follow one another and declarations of one line.

use super::{rows, spacing};
use crate::syntax::outline::{Line, Opening, Role};

/// Two spaces for each step.
const STEP: usize = 2;

/// Writes lines as a file.
pub(super) fn page(lines: &[Line]) -> String {
    let codes = codes(lines);
    let mut page = Page { text: String::new(), codes: &codes };
    let mut before: Option<usize> = None;
    let mut at = 0;
    for (index, code) in codes.iter().enumerate() {
        page.gap(before, Some(index), lines.get(at..code.line).unwrap_or_default());
        let comment = lines.get(code.line).and_then(|line| line.comment.as_deref());
        page.code(code, comment);
        at = code.line + 1;
        before = Some(index);
    }
    page.gap(before, None, lines.get(at..).unwrap_or_default());
    page.text
}

/// A line of code, laid out.
struct Code {
    /// Which line it is.
    line: usize,
    margin: usize,
    /// Its margin as written.
    written: usize,
    text: String,
    opening: Option<Opening>,
    /// Whether its declaration is this line alone.
    is_alone: bool,
}

fn codes(lines: &[Line]) -> Vec<Code> {
    let mut codes: Vec<Code> = Vec::new();
    let mut column = 0;
    for (at, line) in lines.iter().enumerate() {
        let mut opening = None;
        let margin = match line.role {
            Role::Empty => continue,
            Role::Head(opened) => {
                opening = Some(opened);
                0
            }
            Role::Entry { level } | Role::Row { level, .. } => STEP * level,
            Role::Section => STEP,
            Role::Continuation { steps } => column + STEP * steps,
        };
        column = match line.role {
            Role::Continuation { .. } => column,
            Role::Section => STEP + first_width(line),
            Role::Empty | Role::Head(_) | Role::Entry { .. } | Role::Row { .. } => margin,
        };
        if opening.is_none() {
            codes.iter_mut().rev().find(|code| code.opening.is_some()).iter_mut().for_each(
                |head| {
                    head.is_alone = false;
                },
            );
        }
        let text = spacing::joined(&line.words);
        codes.push(Code { line: at, margin, written: line.indent, text, opening, is_alone: true });
    }
    align(lines, &mut codes);
    codes
}

/// Returns how far what follows the opening of a part stands.
fn first_width(line: &Line) -> usize {
    line.words.first().map_or(0, |word| word.text.chars().count() + 1)
}

/// Aligns each run of rows of one kind.
fn align(lines: &[Line], codes: &mut [Code]) {
    let role = |code: &Code| lines.get(code.line).map(|line| line.role);
    for run in codes.chunk_by_mut(|a, b| role(a) == role(b)) {
        let Some(Some(Role::Row { shape, .. })) = run.first().map(role) else { continue };
        let words: Vec<_> = run.iter().filter_map(|code| lines.get(code.line)).collect();
        let words: Vec<_> = words.iter().map(|line| line.words.as_slice()).collect();
        let texts = rows::aligned(shape, &words);
        run.iter_mut().zip(texts).for_each(|(code, text)| code.text = text);
    }
}

struct Page<'c> {
    text: String,
    codes: &'c [Code],
}

impl Page<'_> {
    fn code(&mut self, code: &Code, comment: Option<&str>) {
        let comment = comment.map_or_else(String::new, |comment| format!("  {comment}"));
        self.line(code.margin, &format!("{}{comment}", code.text));
    }

    fn line(&mut self, margin: usize, text: &str) {
        self.text.extend(std::iter::repeat_n(' ', margin));
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Ends what precedes with a blank line; two never follow one another, nor does one open a
    /// file.
    fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Writes what stands between two lines of code.
    fn gap(&mut self, before: Option<usize>, after: Option<usize>, between: &[Line]) {
        let before = before.and_then(|at| self.codes.get(at));
        let after = after.and_then(|at| self.codes.get(at));
        let opens = after.is_none_or(|code| code.opening.is_some());
        let lead = if opens { lead(before, between) } else { between.len() };
        let is_parted = between.iter().any(|line| line.comment.is_none());
        for (at, line) in between.iter().enumerate() {
            if at == lead && !is_parted && self.parts(before, after) {
                self.blank();
            }
            match &line.comment {
                None => self.blank(),
                Some(comment) => {
                    let margin = if opens && at >= lead { 0 } else { margin(line, before, after) };
                    self.line(margin, comment);
                }
            }
        }
        if lead == between.len() && !is_parted && self.parts(before, after) {
            self.blank();
        }
        if after.is_none() {
            let kept = self.text.trim_end_matches('\n').len();
            self.text.truncate(kept);
            if kept > 0 {
                self.text.push('\n');
            }
        }
    }

    /// Tells whether a blank line is due between two lines of code.
    fn parts(&self, before: Option<&Code>, after: Option<&Code>) -> bool {
        let (Some(before), Some(after)) = (before, after) else { return false };
        let mut head =
            self.codes.iter().filter(|it| it.line <= before.line && it.opening.is_some());
        let Some(head) = head.next_back() else { return false };
        match (head.opening, after.opening) {
            (_, None)
            | (Some(Opening::Clause), Some(Opening::Clause))
            | (Some(Opening::Guarantee), Some(Opening::Guarantee)) => false,
            (Some(Opening::Declaration), Some(Opening::Declaration)) => {
                !(head.is_alone && after.is_alone)
            }
            (_, Some(_)) => true,
        }
    }
}

/// Returns where, between two declarations, what speaks of the second begins: its documentation,
/// or a comment in the first column.
fn lead(before: Option<&Code>, between: &[Line]) -> usize {
    if before.is_none() {
        return 0;
    }
    let speaks = |line: &Line| {
        line.comment.as_ref().is_some_and(|text| line.indent == 0 || text.starts_with("##"))
    };
    between.iter().position(speaks).unwrap_or(between.len())
}

/// Returns the margin of a comment between two lines of one declaration.
fn margin(comment: &Line, before: Option<&Code>, after: Option<&Code>) -> usize {
    let is_doc = comment.comment.as_ref().is_some_and(|text| text.starts_with("##"));
    match (before, after) {
        (_, Some(after)) if is_doc => after.margin,
        _ if comment.indent == 0 => 0,
        (Some(before), Some(after)) => {
            let beside = comment.indent > after.written
                && comment.indent >= before.written
                && before.margin > after.margin;
            if beside { before.margin } else { after.margin }
        }
        (Some(before), None) => before.margin.max(STEP),
        (None, Some(after)) => after.margin,
        (None, None) => 0,
    }
}
