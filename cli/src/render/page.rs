//! A text in the making, line by line.

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
