//! The tags of applications in a file. A tag falls anywhere in a tree, and SQLite writes pages: the tags of those who came
//! last wait in the memory of who writes, and go into their tree by runs, in order, several to a page.
//!
//! Nothing is durable here that the table of applications does not hold: what waits is read from it again. Invariants,
//! under the writer's lock. Each application whose number is not above `tags_settled` has its tag in `tags`; each other
//! one waits, perhaps beside its tag. One that is erased is in neither: who erases takes its tag away, and others follow.

use super::{Cell as Value, StoreError, signed};
use rusqlite::functions::FunctionFlags;
use rusqlite::{CachedStatement, Connection, params};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many tags wait before some of them go into their tree, and how many a start reads again at most: where there are
/// more, all of them go at once.
const WAITING: usize = 16_384;

/// How many go at once.
const RUN: usize = 64;

/// How many runs go at most with a transaction: more than it brings, unless its pools are long.
const RUNS: usize = 4;

/// What a connection is told: an application whose tag waits is found by `tagged` too, once it is [shown](Tags::show);
/// and a tag stands once, wherever it is: `waits` gives the number of the application whose tag waits.
const PREPARES: &str = "
    PRAGMA temp_store = MEMORY;
    CREATE TEMP TABLE shown (number INTEGER PRIMARY KEY);
    CREATE TEMP VIEW tagged AS
        SELECT s.subject, s.tag, s.wrapped FROM main.tags t
        JOIN main.subjects s ON s.subject = t.subject AND s.tag = t.tag
        UNION ALL
        SELECT s.subject, s.tag, s.wrapped FROM temp.shown w
        CROSS JOIN main.subjects s ON s.number = w.number -- in that order: few are shown
        WHERE s.tag IS NOT NULL;
    CREATE TEMP TRIGGER stands_once BEFORE INSERT ON main.subjects
        WHEN EXISTS (SELECT 1 FROM main.tags t JOIN main.subjects s ON s.subject = t.subject AND s.tag = t.tag
                     WHERE t.tag = NEW.tag)
          OR EXISTS (SELECT 1 FROM main.subjects WHERE number = waits(NEW.tag) AND tag = NEW.tag)
        BEGIN SELECT RAISE(FAIL, 'tag'); END;
";

/// A tag. Shape: 32 bytes.
type Tag = [u8; 32];

/// The applications whose tags wait, by their tags. Shape: their numbers.
type Waiting = BTreeMap<Tag, i64>;

/// The tags that wait by a connection.
pub(super) struct Tags {
    waiting: Arc<Mutex<Waiting>>,
    /// Those that the transaction in course has put into the tree.
    carried: RefCell<Vec<Tag>>,
    /// As the transaction in course leaves them.
    now: Cell<State>,
    /// As the last one left them.
    before: Cell<State>,
    /// Whether some are shown.
    shows: Cell<bool>,
}

/// How far the tags of applications are followed, and carried into their tree.
#[derive(Clone, Copy, Default)]
struct State {
    /// The number of the last application that was seen; none before the first transaction.
    seen: Option<i64>,
    /// How many had lost their tags by then.
    untagged: i64,
    /// The tag after which the next run begins: runs go round.
    after: Tag,
    /// The number of the last application that was seen when this round began.
    round: i64,
}

impl Tags {
    /// Prepares a connection to a file that has the schema.
    pub(super) fn prepare(connection: &Connection) -> Result<Self, StoreError> {
        let waiting = Arc::<Mutex<Waiting>>::default();
        let asked = waiting.clone();
        connection.create_scalar_function("waits", 1, FunctionFlags::SQLITE_UTF8, move |call| {
            let tag = call.get_raw(0).as_blob_or_null().ok().flatten();
            Ok(tag.and_then(|tag| lock(&asked).get(tag).copied()))
        })?;
        connection.execute_batch(PREPARES)?;
        Ok(Self {
            waiting,
            carried: RefCell::default(),
            now: Cell::default(),
            before: Cell::default(),
            shows: Cell::default(),
        })
    }

    /// Follows the applications that were committed since, whoever wrote them: to be called as a transaction begins.
    pub(super) fn follow(&self, connection: &Connection) -> Result<(), StoreError> {
        let mut state = self.now.get();
        self.before.set(state);
        let mut waiting = lock(&self.waiting);
        let last = one(connection, "SELECT COALESCE(MAX(number), 0) FROM main.subjects")?;
        let untagged = one(connection, "SELECT COALESCE(MAX(place), 0) FROM main.untagged")?;
        let from = match state.seen {
            Some(seen) if seen <= last => seen,
            // The first time, or applications were taken away.
            Some(_) | None => {
                waiting.clear();
                state = State { untagged, round: last, ..State::default() };
                begun(connection, last)?
            }
        };
        if untagged > state.untagged {
            let lost = "SELECT number FROM main.untagged WHERE place > ?1";
            let mut lost = connection.prepare_cached(lost)?;
            let lost = lost.query_map([state.untagged], |row| row.get(0))?;
            let lost = lost.collect::<Result<BTreeSet<i64>, _>>()?;
            waiting.retain(|_, number| !lost.contains(number));
            state.untagged = untagged;
        }
        if last > from {
            let follow =
                "SELECT tag, number FROM main.subjects WHERE number > ?1 AND tag IS NOT NULL";
            let mut follow = connection.prepare_cached(follow)?;
            let mut rows = follow.query([from])?;
            while let Some(row) = rows.next()? {
                waiting.insert(row.get(0)?, row.get(1)?);
            }
        }
        state.seen = Some(last);
        self.now.set(state);
        Ok(())
    }

    /// Has those found by `tagged` that wait by one of some values.
    pub(super) fn show(&self, connection: &Connection, values: &[Value]) -> Result<(), StoreError> {
        let waiting = lock(&self.waiting);
        let mut numbers = values.iter().filter_map(|value| match value {
            Value::Bytes(Some(tag)) => waiting.get(&**tag),
            Value::Bytes(None) | Value::Integer(_) | Value::Text(_) => None,
        });
        if self.shows.take() {
            connection.prepare_cached("DELETE FROM temp.shown")?.execute([])?;
        }
        numbers.try_for_each(|number| {
            self.shows.set(true);
            let show = "INSERT OR IGNORE INTO temp.shown VALUES (?1)";
            connection.prepare_cached(show)?.execute([number]).map(drop)?;
            Ok(())
        })
    }

    /// Carries some of those that wait into the tree, when they are many: to be called as a transaction is about to
    /// be committed.
    pub(super) fn settle(&self, connection: &Connection) -> Result<(), StoreError> {
        let waiting = lock(&self.waiting);
        let many = waiting.len().saturating_sub(WAITING);
        (0..(many / RUN).min(RUNS)).try_for_each(|_| self.carry(connection, &waiting))
    }

    /// Carries the next run.
    fn carry(&self, connection: &Connection, waiting: &Waiting) -> Result<(), StoreError> {
        let mut state = self.now.get();
        let carry = "INSERT OR REPLACE INTO main.tags SELECT tag, subject FROM main.subjects \
                     WHERE number = ?1 AND tag = ?2";
        let mut carry: CachedStatement<'_> = connection.prepare_cached(carry)?;
        let mut carried = self.carried.borrow_mut();
        let mut last = None;
        let run = waiting.range::<Tag, _>((Excluded(state.after), Unbounded)).take(RUN);
        for (place, (tag, number)) in (1..).zip(run) {
            carry.execute(params![number, tag])?;
            carried.push(*tag);
            last = (place == RUN).then_some(*tag);
        }
        state.after = last.unwrap_or_default();
        if last.is_none() {
            let settled = "UPDATE main.tags_settled SET number = MAX(number, ?1)";
            connection.prepare_cached(settled)?.execute([state.round])?;
            state.round = state.seen.unwrap_or(0);
        }
        self.now.set(state);
        Ok(())
    }

    /// Makes the tree anew of all applications.
    pub(super) fn rebuild(connection: &Connection) -> Result<(), StoreError> {
        connection.execute("DELETE FROM main.tags", [])?;
        let last = one(connection, "SELECT COALESCE(MAX(number), 0) FROM main.subjects")?;
        settle_all(connection, "INSERT", 0, last)
    }

    /// Lets those go that the transaction in course put into the tree: it is committed.
    pub(super) fn committed(&self) {
        let mut waiting = lock(&self.waiting);
        for tag in self.carried.borrow_mut().drain(..) {
            waiting.remove(&tag);
        }
    }

    /// How many wait.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        lock(&self.waiting).len()
    }

    /// Takes back what the transaction in course did.
    pub(super) fn roll_back(&self) {
        self.carried.borrow_mut().clear();
        self.now.set(self.before.get());
    }
}

/// Locks what waits: one thread alone uses it, by turns for itself and for what its connection asks.
fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Finds the number after which tags are to wait, as a connection begins to follow them.
fn begun(connection: &Connection, last: i64) -> Result<i64, StoreError> {
    let settled = one(connection, "SELECT number FROM main.tags_settled")?;
    if last - settled <= signed(WAITING as u64) {
        return Ok(settled);
    }
    settle_all(connection, "INSERT OR REPLACE", settled, last)?;
    Ok(last)
}

/// Puts the tags of applications into their tree, all those after a number up to the last, by a statement that says what
/// becomes of one that stands already.
fn settle_all(
    connection: &Connection,
    inserts: &str,
    after: i64,
    last: i64,
) -> Result<(), StoreError> {
    let settle = format!(
        "{inserts} INTO main.tags SELECT tag, subject FROM main.subjects \
         WHERE number > ?1 AND tag IS NOT NULL ORDER BY tag"
    );
    connection.execute(&settle, [after])?;
    connection.execute("UPDATE main.tags_settled SET number = ?1", [last])?;
    Ok(())
}

/// Reads a number.
fn one(connection: &Connection, sql: &str) -> Result<i64, StoreError> {
    Ok(connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::super::file::File;
    use super::super::{Insertion, Lookup, Make, Store};
    use super::*;
    use crate::canonical::Digest;
    use crate::store::Cell as Value;
    use std::path::PathBuf;

    /// A file with the schema, and its address.
    struct Made(PathBuf, String);

    impl Made {
        fn new() -> Self {
            let path =
                std::env::temp_dir().join(format!("bareme-{}", crate::applications::new_id()));
            let url = format!("sqlite://{}?mode=rwc", path.display());
            let makes = async { Store::open(&url, Make::IfAbsent).await.unwrap().close().await };
            tokio::runtime::Runtime::new().unwrap().block_on(makes);
            Self(path, url)
        }

        fn writer(&self) -> File {
            File::open(&self.1).unwrap().into_writer().unwrap()
        }
    }

    impl Drop for Made {
        fn drop(&mut self) {
            std::fs::remove_file(&self.0).unwrap();
        }
    }

    fn tag(number: usize) -> Value {
        Value::bytes(Digest::of(&[&number.to_be_bytes()]).0.to_vec())
    }

    /// Adds applications of some numbers.
    fn add(file: &File, mut numbers: std::ops::Range<usize>) -> Result<(), StoreError> {
        file.begin()?;
        numbers.try_for_each(|number| insert(file, &format!("s{number}"), number))?;
        file.commit()
    }

    /// Inserts the application of a number under a name.
    fn insert(file: &File, name: &str, number: usize) -> Result<(), StoreError> {
        let rows = vec![vec![Value::text(name), tag(number), tag(number)]];
        file.insert(&[Insertion { into: "subjects (subject, tag, wrapped)", rows }])
    }

    /// What finds applications by their tags, each once.
    const TAGGED: &str = "SELECT DISTINCT subject FROM tagged WHERE tag";

    fn erase(file: &File, number: usize) {
        file.begin().unwrap();
        take_tag(file, number);
        file.commit().unwrap();
    }

    fn take_tag(file: &File, number: usize) {
        let take = "UPDATE subjects SET tag = NULL, wrapped = NULL WHERE subject = $1";
        file.run(take, &[Value::text(&format!("s{number}"))]).unwrap();
    }

    fn count(file: &File, sql: &str) -> usize {
        let count = file.rows(sql, &[]).unwrap().remove(0).unsigned(0).unwrap();
        usize::try_from(count).unwrap()
    }

    fn found(file: &File, number: usize) -> Vec<String> {
        file.begin().unwrap();
        let rows = file.rows(&format!("{TAGGED} = $1"), &[tag(number)]);
        let found = rows.unwrap().into_iter().map(|mut row| row.text(0).unwrap()).collect();
        file.roll_back().unwrap();
        found
    }

    /// Checks the invariants, by who writes and by who only reads; returns how many have their tag in the tree.
    fn sound(made: &Made, file: &File) -> usize {
        let reader = File::open(&made.1).unwrap();
        let all = count(&reader, "SELECT COUNT(*) FROM subjects WHERE tag IS NOT NULL");
        let tagged = "SELECT COUNT(DISTINCT subject) FROM tagged";
        assert_eq!(count(&reader, tagged), all, "all are found");
        file.begin().unwrap();
        let tags = file.rows("SELECT tag FROM subjects WHERE tag IS NOT NULL", &[]).unwrap();
        let tags = tags.into_iter().map(|mut row| Value::bytes(row.bytes(0).unwrap()));
        let by_tag = Lookup { select: TAGGED, among: tags.collect() };
        assert_eq!(file.look_up(None, &[by_tag]).unwrap().len(), all, "also by who writes");
        file.roll_back().unwrap();
        let unsettled = "SELECT COUNT(*) FROM subjects WHERE tag NOT IN (SELECT tag FROM tags) \
                         AND number <= (SELECT number FROM tags_settled)";
        assert_eq!(count(&reader, unsettled), 0, "what is settled is in the tree");
        let foreign = "SELECT COUNT(*) FROM tags t WHERE NOT EXISTS \
                       (SELECT 1 FROM subjects s WHERE s.subject = t.subject AND s.tag = t.tag)";
        assert_eq!(count(&reader, foreign), 0, "nothing is left of those who lost theirs");
        count(&reader, "SELECT COUNT(*) FROM tags")
    }

    #[test]
    fn few_tags_wait_and_many_go_into_their_tree_in_order() {
        let made = Made::new();
        let file = made.writer();
        add(&file, 0..WAITING).unwrap();
        add(&file, WAITING..WAITING + 2 * RUN).unwrap();
        assert_eq!(sound(&made, &file), 0, "they wait");
        add(&file, 0..0).unwrap();
        assert_eq!(sound(&made, &file), 2 * RUN);
        let last = "SELECT COUNT(*) FROM subjects WHERE tag <= (SELECT MAX(tag) FROM tags)";
        assert_eq!(count(&file, last), 2 * RUN, "the first in the order of tags");
        // Rounds go on while others come.
        let (mut next, step) = (WAITING + 2 * RUN, RUNS * RUN);
        while count(&file, "SELECT number FROM tags_settled") == 0 {
            add(&file, next..next + step).unwrap();
            next += step;
            assert!(next < 8 * WAITING, "a round ends");
        }
        assert!(sound(&made, &file) > WAITING);
        let again = made.writer();
        add(&again, 0..0).unwrap();
        sound(&made, &again);
        assert_eq!(again.waiting(), 0, "they were too many to be read again: all are in the tree");
        add(&again, next..next + step).unwrap();
        let third = made.writer();
        add(&third, 0..0).unwrap();
        assert_eq!(third.waiting(), step, "those that came since are");
    }

    #[test]
    fn a_tag_stands_once_wherever_it_is() {
        let made = Made::new();
        let (file, other) = (made.writer(), made.writer());
        add(&file, 0..WAITING + RUN).unwrap();
        add(&file, 0..0).unwrap();
        assert_eq!(sound(&made, &file), RUN);
        add(&other, WAITING + RUN..WAITING + RUN + 1).unwrap();
        for number in [0, WAITING / 2, WAITING + RUN] {
            let by = made.writer();
            by.begin().unwrap();
            assert!(insert(&by, "again", number).is_err(), "{number}");
        }
    }

    #[test]
    fn who_is_erased_is_found_no_more_and_may_come_back() {
        let made = Made::new();
        let (file, other) = (made.writer(), made.writer());
        add(&file, 0..WAITING + RUN).unwrap();
        add(&other, 0..0).unwrap();
        let settled = "SELECT number FROM subjects WHERE tag IN (SELECT tag FROM tags) LIMIT 1";
        let settled = count(&file, settled) - 1;
        let of_settled = found(&file, settled);
        for number in [settled, 7, 8] {
            erase(&other, number);
        }
        for by in [&file, &other] {
            assert_eq!([found(by, settled), found(by, 7), found(by, 8)], [[""; 0]; 3]);
        }
        assert_eq!(of_settled, [format!("s{settled}")]);
        file.begin().unwrap();
        insert(&file, "anew", 7).unwrap();
        file.commit().unwrap();
        for step in 1..=(WAITING / RUN / RUNS + 2) {
            let from = (1 + step) * WAITING;
            add(&other, from..from + RUNS * RUN).unwrap();
            add(&file, 0..0).unwrap();
        }
        sound(&made, &file);
        sound(&made, &other);
        assert_eq!(found(&other, 7), ["anew"], "by the name that it has now");
        assert_eq!(found(&file, 8), [""; 0]);
    }

    #[test]
    fn who_is_erased_may_come_back_in_the_same_transaction() {
        let made = Made::new();
        let file = made.writer();
        add(&file, 0..3).unwrap();
        for by in [&file, &made.writer()] {
            by.begin().unwrap();
            assert!(insert(by, "twice", 1).is_err(), "it waits");
            take_tag(by, 1);
            let rows = by.rows(&format!("{TAGGED} = $1"), &[tag(1)]).unwrap();
            assert!(rows.is_empty(), "it is found no more");
            insert(by, "anew", 1).unwrap();
            by.roll_back().unwrap();
            assert_eq!(found(by, 1), ["s1"], "as it was");
        }
        file.begin().unwrap();
        take_tag(&file, 1);
        insert(&file, "anew", 1).unwrap();
        file.commit().unwrap();
        assert_eq!([found(&file, 1), found(&file, 2)], [["anew"], ["s2"]]);
        sound(&made, &file);
    }

    #[test]
    fn what_is_taken_back_is_followed_again() {
        let made = Made::new();
        let file = made.writer();
        add(&file, 0..3).unwrap();
        let refused = super::super::Premises {
            one: ("SELECT 1 WHERE 1 = 0", Vec::new()),
            each: Lookup { select: "", among: Vec::new() },
        };
        assert!(!file.append(&refused, &[]).unwrap(), "it sees them in what is taken back");
        add(&file, 3..4).unwrap();
        assert_eq!([found(&file, 1), found(&file, 3)], [["s1"], ["s3"]]);
        file.begin().unwrap();
        file.run("DELETE FROM subjects", &[]).unwrap();
        file.commit().unwrap();
        add(&file, 0..2).unwrap();
        add(&file, 0..0).unwrap();
        assert_eq!((found(&file, 1), found(&file, 3)), (vec!["s1".to_owned()], Vec::new()));
        assert_eq!(sound(&made, &file), 0, "numbers began anew");
    }

    #[test]
    fn a_tree_is_made_anew_of_all_that_were_written_at_once() {
        let made = Made::new();
        let file = made.writer();
        add(&file, 0..100).unwrap();
        file.begin().unwrap();
        file.rebuild_tags().unwrap();
        file.commit().unwrap();
        assert_eq!(sound(&made, &made.writer()), 100);
        let again = made.writer();
        add(&again, 0..0).unwrap();
        assert_eq!(again.waiting(), 0, "none waits");
        again.begin().unwrap();
        again.run("UPDATE subjects SET tag = $1 WHERE subject = 's1'", &[tag(2)]).unwrap();
        assert!(again.rebuild_tags().is_err(), "one that stands twice is no export of ours");
    }
}
