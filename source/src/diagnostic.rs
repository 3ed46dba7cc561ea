//! An author's mistake as data: what, where, why, and what to write instead.
//!
//! Invariants: a diagnostic always has a place; its message is one French line without a full
//! stop; it is rendered only at the edges.

use crate::{Code, FileId, Span};

/// How much a diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The recueil cannot be used.
    Error,
    /// The recueil can be used, but its author should look.
    Warning,
    /// A remark, such as a guarantee that is not decided.
    Note,
}

/// A secondary place with its own sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What there is to see there.
    pub text: String,
}

/// A replacement that mends the mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The text replaced.
    pub span: Span,
    /// What to write there.
    pub text: String,
}

/// An `exemple` of the language that shows a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Its text: lines that end with a line break.
    pub text: String,
    /// The file at the end of which it is to be pasted.
    pub file: FileId,
}

/// One mistake, warning or remark about a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code, such as `E0312`.
    pub code: Code,
    /// Error, warning or note.
    pub severity: Severity,
    /// One line in French, the author's words in « ».
    pub message: String,
    /// The place to mend.
    pub primary: Span,
    /// A sentence under the primary place, possibly empty.
    pub primary_label: String,
    /// Other places that matter.
    pub labels: Vec<Label>,
    /// What to do, one sentence each.
    pub helps: Vec<String>,
    /// Replacements, when one can be given.
    pub edits: Vec<Edit>,
    /// An example that shows the fault: pasted where it says, it fails.
    pub example: Option<Example>,
}

impl Diagnostic {
    /// Makes a diagnostic; its severity follows from the code's letter.
    pub fn new(code: Code, primary: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            primary,
            primary_label: String::new(),
            labels: Vec::new(),
            helps: Vec::new(),
            edits: Vec::new(),
            example: None,
        }
    }

    /// Sets the sentence under the primary place.
    #[must_use]
    pub fn labelled(mut self, text: impl Into<String>) -> Self {
        self.primary_label = text.into();
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn with_label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a help.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.helps.push(help.into());
        self
    }

    /// Adds a replacement.
    #[must_use]
    pub fn with_edit(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit { span, text: text.into() });
        self
    }

    /// Adds the example that shows the fault in its own file, when there is one.
    #[must_use]
    pub fn with_example(self, example: Option<String>) -> Self {
        let file = self.primary.file;
        self.with_example_in(file, example)
    }

    /// Adds the example that shows the fault in some file, when there is one.
    #[must_use]
    pub fn with_example_in(mut self, file: FileId, example: Option<String>) -> Self {
        self.example = example.map(|text| Example { text, file });
        self
    }

    /// Adds replacements.
    #[must_use]
    pub fn with_edits(mut self, edits: impl IntoIterator<Item = Edit>) -> Self {
        self.edits.extend(edits);
        self
    }

    /// Adds « vouliez-vous dire … ? » when near names exist; the replacement is offered when one name
    /// alone is the nearest.
    #[must_use]
    pub fn with_suggestion<'a>(
        self,
        written: &str,
        candidates: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let near = crate::nearest_all(written, candidates);
        let said = near.join(" » ou « ");
        match near.as_slice() {
            [] => self,
            [only] => {
                let span = self.primary;
                self.with_help(crate::did_you_mean(&said)).with_edit(span, *only)
            }
            _ => self.with_help(crate::did_you_mean(&said)),
        }
    }
}

/// What a pass returns: a value when there is enough of one, and everything found on the way.
#[derive(Clone, Debug)]
pub struct Checked<T> {
    /// The result; absent when errors left nothing usable.
    pub value: Option<T>,
    /// All diagnostics, in order of place.
    pub diagnostics: Vec<Diagnostic>,
}

/// Puts diagnostics in the order of their places, each once.
fn sorted(mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by(|a, b| {
        (a.primary, a.severity, a.code, &a.message)
            .cmp(&(b.primary, b.severity, b.code, &b.message))
    });
    diagnostics.dedup();
    diagnostics
}

impl<T> Checked<T> {
    /// Sorts the diagnostics by place and makes the result.
    pub fn new(value: Option<T>, diagnostics: Vec<Diagnostic>) -> Self {
        Self { value, diagnostics: sorted(diagnostics) }
    }

    /// Tells whether any diagnostic is an error.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }
}
