//! Many rows in one command: a command costs a wait whatever it holds, so rows are written and looked
//! up by the dozen, those of several tables together.
//!
//! Lookups come in powers of two, so that a connection prepares few of them.

use super::StoreError;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AssertSqlSafe};
use std::fmt::Write as _;

/// How many values a lookup takes at most at once.
const AMONG: usize = 1024;

/// How many rows a statement inserts at most.
const ROWS: usize = 500;

/// How many cells a command holds at most: below the 32,766 parameters that SQLite takes.
const CELLS: usize = 30_000;

/// A value of a row.
#[derive(Clone, Debug)]
pub enum Cell {
    /// An integer, or none.
    Integer(Option<i64>),
    /// A text, or none.
    Text(Option<String>),
    /// Bytes, or none.
    Bytes(Option<Vec<u8>>),
}

/// Rows to be inserted into a table, named with its columns: `t (a, b)`. Shape: each row has as many cells as
/// columns are named.
pub struct Insertion<'t> {
    /// The table.
    pub into: &'t str,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
}

/// Rows to be found by a value of theirs. Shape: the statement ends with `WHERE column IN`.
pub struct Lookup<'t> {
    /// The statement's beginning.
    pub select: &'t str,
    /// The values.
    pub among: Vec<Cell>,
}

impl Lookup<'_> {
    /// Takes what is looked up next. Shape: a power of two of values, so that few statements are prepared:
    /// what is missing is asked twice, which finds the same rows.
    fn next(&mut self) -> Option<Self> {
        let mut among: Vec<Cell> = self.among.drain(..self.among.len().min(AMONG)).collect();
        let last = among.last()?.clone();
        among.resize(among.len().next_power_of_two(), last);
        Some(Self { select: self.select, among })
    }
}

/// Inserts rows into tables, in their order.
pub async fn insert(
    connection: &mut AnyConnection,
    insertions: Vec<Insertion<'_>>,
) -> Result<(), StoreError> {
    let mark = Mark::of(connection);
    for command in commands(insertions) {
        // Prepared for this once: there are as many texts as there are numbers of rows.
        let mut query = sqlx::query(AssertSqlSafe(mark.inserting(&command))).persistent(false);
        for cell in command.into_iter().flat_map(|piece| piece.rows).flatten() {
            query = bound(query, cell);
        }
        query.execute(&mut *connection).await?;
    }
    Ok(())
}

/// Cuts insertions into statements, and those into commands.
fn commands(insertions: Vec<Insertion<'_>>) -> Vec<Vec<Insertion<'_>>> {
    let mut commands = vec![Vec::new()];
    let mut held = 0;
    for Insertion { into, rows } in insertions {
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let piece: Vec<_> = rows.by_ref().take(ROWS).collect();
            let cells = piece.iter().map(Vec::len).sum::<usize>();
            if held + cells > CELLS {
                commands.push(Vec::new());
                held = 0;
            }
            held += cells;
            if let Some(command) = commands.last_mut() {
                command.push(Insertion { into, rows: piece });
            }
        }
    }
    commands.retain(|command| !command.is_empty());
    commands
}

/// Finds rows of several tables by one command, with those of a statement that takes no value: all give the
/// same columns.
pub async fn look_up(
    connection: &mut AnyConnection,
    first: Option<&str>,
    lookups: Vec<Lookup<'_>>,
) -> Result<Vec<AnyRow>, StoreError> {
    let mark = Mark::of(connection);
    let mut found = Vec::new();
    let (mut first, mut rest) = (first, lookups);
    while first.is_some() || rest.iter().any(|lookup| !lookup.among.is_empty()) {
        let now: Vec<_> = rest.iter_mut().filter_map(Lookup::next).collect();
        let mut query = sqlx::query(AssertSqlSafe(mark.looking_up(first.take(), &now)));
        for cell in now.into_iter().flat_map(|lookup| lookup.among) {
            query = bound(query, cell);
        }
        found.extend(query.fetch_all(&mut *connection).await?);
    }
    Ok(found)
}

/// How a statement marks the places of its values.
#[derive(Clone, Copy)]
enum Mark {
    /// In their order: SQLite looks a numbered place up among all the others.
    Ordered,
    /// By number, as PostgreSQL wants.
    Numbered,
}

impl Mark {
    fn of(connection: &AnyConnection) -> Self {
        if connection.backend_name() == "SQLite" { Self::Ordered } else { Self::Numbered }
    }

    /// Returns how a statement begins that inserts. SQLite would note what each page was, to undo a statement that
    /// fails alone; ours fail with their transaction.
    fn verb(self) -> &'static str {
        match self {
            Self::Ordered => "INSERT OR FAIL INTO",
            Self::Numbered => "INSERT INTO",
        }
    }

    /// Writes a command that inserts the rows of several tables: statements one after the other, or
    /// one made of them all, as PostgreSQL takes values for one only.
    fn inserting(self, command: &[Insertion<'_>]) -> String {
        let mut first = 0;
        let statements = command.iter().map(|Insertion { into, rows }| {
            let columns = rows.first().map_or(0, Vec::len);
            let written = self.placeholders(first, rows.len(), columns);
            first += rows.len() * columns;
            format!("{} {into} VALUES {written}", self.verb())
        });
        let mut statements: Vec<String> = statements.collect();
        match (self, statements.pop()) {
            (Self::Ordered, last) => {
                statements.extend(last);
                statements.join(";")
            }
            (Self::Numbered, Some(last)) if !statements.is_empty() => {
                let named = statements.iter().enumerate();
                let named: Vec<String> =
                    named.map(|(at, statement)| format!("w{at} AS ({statement})")).collect();
                format!("WITH {} {last}", named.join(","))
            }
            (Self::Numbered, last) => last.unwrap_or_default(),
        }
    }

    /// Writes a command that finds rows of several tables.
    fn looking_up(self, first: Option<&str>, lookups: &[Lookup<'_>]) -> String {
        let mut marked = 0;
        let selects = lookups.iter().map(|Lookup { select, among }| {
            let places = self.placeholders(marked, 1, among.len());
            marked += among.len();
            format!("{select} {places}")
        });
        first.map(str::to_owned).into_iter().chain(selects).collect::<Vec<_>>().join(" UNION ALL ")
    }

    /// Writes the places of so many values, numbered after those before them.
    fn placeholders(self, first: usize, rows: usize, columns: usize) -> String {
        let mut written = String::with_capacity(rows * (6 * columns + 3));
        for place in 0..rows * columns {
            written.push_str(match place {
                0 => "(",
                _ if place % columns == 0 => "),(",
                _ => ",",
            });
            match self {
                Self::Ordered => written.push('?'),
                // Writing to a text does not fail.
                Self::Numbered => drop(write!(written, "${}", first + place + 1)),
            }
        }
        written.push(')');
        written
    }
}

/// Gives a statement its next value.
pub fn bound(query: Query<'_, Any, AnyArguments>, cell: Cell) -> Query<'_, Any, AnyArguments> {
    match cell {
        Cell::Integer(value) => query.bind(value),
        Cell::Text(value) => query.bind(value),
        Cell::Bytes(value) => query.bind(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_its_places() {
        assert_eq!(Mark::Ordered.placeholders(0, 2, 3), "(?,?,?),(?,?,?)");
        assert_eq!(Mark::Numbered.placeholders(0, 2, 3), "($1,$2,$3),($4,$5,$6)");
        assert_eq!(Mark::Numbered.placeholders(4, 1, 1), "($5)");
    }

    #[test]
    fn rows_are_looked_up_by_one_command() {
        let mut tags =
            Lookup { select: "SELECT b WHERE c IN", among: vec![Cell::Integer(Some(1)); 3] };
        let mut none = Lookup { select: "SELECT d WHERE e IN", among: Vec::new() };
        let now: Vec<_> = [tags.next(), none.next(), tags.next()].into_iter().flatten().collect();
        assert_eq!(now.iter().map(|one| one.among.len()).collect::<Vec<_>>(), [4]);
        let ordered = "SELECT a UNION ALL SELECT b WHERE c IN (?,?,?,?)";
        assert_eq!(Mark::Ordered.looking_up(Some("SELECT a"), &now), ordered);
        let numbered = "SELECT b WHERE c IN ($1,$2,$3,$4)";
        assert_eq!(Mark::Numbered.looking_up(None, &now), numbered);
    }

    #[test]
    fn a_lookup_of_many_is_cut() {
        let mut many = Lookup { select: "", among: vec![Cell::Integer(None); AMONG + 5] };
        let sizes = [many.next(), many.next(), many.next()];
        assert_eq!(sizes.map(|next| next.map(|it| it.among.len())), [Some(AMONG), Some(8), None]);
    }

    fn rows(into: &str, count: usize) -> Insertion<'_> {
        Insertion { into, rows: vec![vec![Cell::Integer(None), Cell::Integer(None)]; count] }
    }

    #[test]
    fn tables_are_written_by_one_command() {
        let written = |mark: Mark, insertions| {
            let commands = commands(insertions);
            commands.iter().map(|command| mark.inserting(command)).collect::<Vec<_>>()
        };
        let two = || vec![rows("a (x, y)", 1), rows("b (x, y)", 2)];
        let ordered = "INSERT OR FAIL INTO a (x, y) VALUES (?,?);\
                       INSERT OR FAIL INTO b (x, y) VALUES (?,?),(?,?)";
        assert_eq!(written(Mark::Ordered, two()), [ordered]);
        let numbered = "WITH w0 AS (INSERT INTO a (x, y) VALUES ($1,$2)) \
                        INSERT INTO b (x, y) VALUES ($3,$4),($5,$6)";
        assert_eq!(written(Mark::Numbered, two()), [numbered]);
        let one = vec![rows("a (x, y)", 0), rows("b (x, y)", 1)];
        assert_eq!(written(Mark::Numbered, one), ["INSERT INTO b (x, y) VALUES ($1,$2)"]);
        assert_eq!(written(Mark::Ordered, vec![rows("a (x, y)", 0)]), [""; 0]);
    }

    #[test]
    fn a_command_holds_a_bounded_number_of_cells() {
        let commands = commands(vec![rows("a", 16_000), rows("b", 3)]);
        let cells = |command: &Vec<Insertion<'_>>| {
            command.iter().flat_map(|piece| &piece.rows).map(Vec::len).sum::<usize>()
        };
        assert_eq!(commands.iter().map(cells).collect::<Vec<_>>(), [30_000, 2_006]);
        assert!(commands.iter().flatten().all(|piece| piece.rows.len() <= ROWS));
    }
}
