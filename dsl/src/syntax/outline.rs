//! A file as lines of words: what the formatter lays out.
//!
//! The tree forgets comments, blank lines and where lines end; an outline keeps them, and says of
//! each line what it is. Words are already spelt in the canonical way.

/// One line of a file.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// How far it is from the left as written, in columns.
    pub(crate) indent: usize,
    /// Its words, in order; none on a blank line or a line of comment.
    pub(crate) words: Vec<Word>,
    /// Its comment, from `#` on.
    pub(crate) comment: Option<String>,
    /// What it is.
    pub(crate) role: Role,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// No word: blank, or a comment alone.
    Empty,
    /// It stands in the first column.
    Head(Opening),
    /// It opens a block, this many steps from the left.
    Entry { level: usize },
    /// It is a row of a table, this many steps from the left.
    Row { level: usize, shape: RowShape },
    /// It opens a part of an example.
    Section,
    /// It goes on with the block above, this many steps further than the block.
    Continuation { steps: usize },
}

/// What a line in the first column opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opening {
    /// The header or a clause of the unit.
    Clause,
    /// A guarantee.
    Guarantee,
    /// Any other declaration.
    Declaration,
}

/// How a row ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowShape {
    /// Without a bar: values of an enumeration, levels of sharing.
    Open,
    /// With a bar after its result.
    Closed,
    /// With a bar after its last cell, which may be empty.
    Facts,
}

/// One word, sign, number or text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// Its canonical spelling.
    pub(crate) text: String,
    /// How it sits beside others.
    pub(crate) kind: WordKind,
}

/// How a word sits beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WordKind {
    /// A space on both sides.
    Plain,
    /// The parenthesis of a call: it touches what is called.
    Call,
    /// It touches what follows: a parenthesis, the sign of a number.
    Leading,
    /// It touches what precedes.
    Closing,
    /// The bar of a table.
    Bar,
    /// The arrow of a table.
    Arrow,
}
