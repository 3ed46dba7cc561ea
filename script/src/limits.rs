//! The limits of scripts, in one table. They are counts: nothing depends on the machine's speed.
//!
//! Rhai's own limits bound the operations and the size of each value, but copying a big value is
//! one operation: [`Limits::data_read`] bounds the copies too.

/// What a script may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Operations of one call.
    pub(crate) operations: u64,
    /// Calls inside calls.
    pub(crate) call_levels: usize,
    /// Nesting of expressions outside functions, and inside.
    pub(crate) expression_depth: (usize, usize),
    /// Characters of all the texts of one value, in bytes.
    pub(crate) text_bytes: usize,
    /// Elements of all the arrays of one value.
    pub(crate) array_items: usize,
    /// Entries of all the maps of one value.
    pub(crate) map_entries: usize,
    /// Variables at one time.
    pub(crate) variables: usize,
    /// Functions of one script.
    pub(crate) functions: usize,
    /// Elements of data that reading variables may go through in one call.
    pub(crate) data_read: i64,
}

/// The limits of a function: called for every candidate.
pub(crate) const FUNCTION: Limits = Limits {
    operations: 100_000,
    call_levels: 24,
    expression_depth: (32, 32),
    text_bytes: 10_000,
    array_items: 1_000,
    map_entries: 1_000,
    variables: 100,
    functions: 200,
    data_read: 500_000,
};

/// The limits of a form adapter: called once for a form, which it may keep in one value with all
/// the facts it makes. The recueil's own takes 60,000 operations and reads 100,000 elements for a
/// family of four. What a method copies from `this` is bounded by the operations alone, hence
/// fewer of them than Rhai could do in the same time.
pub(crate) const ADAPTER: Limits = Limits {
    operations: 150_000,
    text_bytes: 50_000,
    map_entries: 1_500,
    data_read: 1_000_000,
    ..FUNCTION
};

/// The longest script, in bytes.
pub(crate) const SCRIPT_BYTES: usize = 256 * 1024;

/// How deep the values of a script may nest: walks over them are recursive.
pub(crate) const VALUE_DEPTH: usize = 48;
