//! A text in the making, line by line.

use super::style::paint;
use anstyle::Style;

/// How wide a text is set.
const COLUMNS: usize = 80;
/// How much further in the lines after the first go.
const HANGING: usize = 2;

/// A text in the making.
#[derive(Clone, Debug, Default)]
pub struct Page(String);

impl Page {
    /// Starts with whole lines.
    pub fn starting(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Adds a line.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.0.push_str(text.as_ref());
        self.0.push('\n');
    }

    /// Adds a text in lines of 80 columns, broken at spaces that may; the lines after the first go
    /// further in.
    pub fn paragraph(&mut self, style: Style, text: &str, margin: usize) {
        let mut line = " ".repeat(margin);
        let mut used = margin;
        let mut is_empty = true;
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let width = word.chars().count();
            if !is_empty && used + 1 + width > COLUMNS {
                self.line(paint(style, &line));
                used = margin + HANGING;
                line = " ".repeat(used);
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += width;
            is_empty = false;
        }
        self.line(paint(style, &line));
    }

    /// Adds an empty line.
    pub fn blank(&mut self) {
        self.0.push('\n');
    }

    /// Adds whole lines.
    pub fn lines(&mut self, text: impl AsRef<str>) {
        self.0.push_str(text.as_ref());
    }

    /// Tells whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the text.
    pub fn done(self) -> String {
        self.0
    }
}
