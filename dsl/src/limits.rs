//! The limits of rule files, all in one place; the manual's table of limits says the same.
//!
//! They are counts, so that a file that passes on one machine passes on all. What a script may do
//! is limited in the crate `script`, what a dossier may hold in `dossier`.

/// The size of a rule file or of a CSV table. Unit: bytes.
pub const FILE_BYTES: usize = 1 << 20;
/// The length of a word. Unit: characters.
pub const WORD_CHARACTERS: usize = 200;
/// Nested parentheses and braces (and `rang de`): what pest recurses on fits a thread of 2 MiB in a
/// debug build, with room to spare.
pub const NESTING: usize = 64;
/// The height of an expression's tree, so that later passes may recurse.
pub const EXPRESSION_HEIGHT: usize = 200;
/// Words, numbers, texts and signs of one clause or of one row of a table.
pub const CLAUSE_TOKENS: usize = 20_000;
/// Declarations and clauses in the first column of a file.
pub const DECLARATIONS: usize = 20_000;
/// Rows of a table or of a parameter.
pub const TABLE_ROWS: usize = 10_000;
/// Inputs of a table.
pub const TABLE_INPUTS: usize = 16;
/// Operations of one compiled version of a grid.
pub const OPERATIONS: usize = 100_000;
/// What one version of a grid or of a ranking may cost for one candidate. Unit: operations, as
/// `engine::cost` counts them.
pub const COST: u64 = 1_000_000;
