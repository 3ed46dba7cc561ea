//! A population in memory is answered as a file of it is: row by row, those in error with the reason that sets them
//! aside.

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use engine::{Date, Evaluator, Plans};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use simulation::{Form, Mapping, Population, RunError, Simulation, Sink, Table};
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tempfile::TempDir;
use tests::rules::{Rules, root};

static POLICIES: LazyLock<Rules> =
    LazyLock::new(|| Rules::from_dir(&root().join("policies")).expect("the policies are there"));

fn simulation() -> Simulation<'static> {
    let evaluator = Evaluator::new(&POLICIES.compiled.lowered.program, &POLICIES.sandbox);
    Simulation::new(Plans::new(evaluator), Date::new(2019, 10, 15).unwrap()).unwrap()
}

fn mapping(table: &Table) -> Vec<Mapping> {
    let schema = &POLICIES.compiled.lowered.program.schema;
    Mapping::resolve(None, table, &[schema]).unwrap()
}

fn answered(batch: &RecordBatch) -> Result<RecordBatch, RunError> {
    let table = Table::held(batch)?;
    let mapping = mapping(&table);
    simulation().answer(table, &mapping[0])
}

/// Simulates a file; returns what goes out and what is aside.
fn simulated(table: Table, directory: &Path) -> (RecordBatch, RecordBatch) {
    let simulation = simulation();
    let [out, aside] = ["out", "aside"].map(|name| directory.join(name).with_extension("parquet"));
    let sink = |path: &Path, headings: &[_]| {
        Sink::new(Form::Parquet, headings, File::create(path).unwrap()).unwrap()
    };
    let mut found = sink(&out, &simulation.headings());
    let mut others = sink(&aside, &simulation.aside_headings());
    let mapping = mapping(&table);
    simulation.run(table, &mapping, None, (&mut found, &mut others), &|| ()).unwrap();
    found.end().unwrap();
    others.end().unwrap();
    (read(&out), read(&aside))
}

/// Reads a Parquet file as it is.
fn read(path: &Path) -> RecordBatch {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let schema = reader.schema().clone();
    let mut batches = reader.with_batch_size(1 << 20).build().unwrap();
    let read = batches.next().map_or_else(|| RecordBatch::new_empty(schema), Result::unwrap);
    assert!(batches.next().is_none());
    read
}

/// Draws a population and compares its rows in memory with those of its file, column by column.
fn compared(seed: u64, size: u64, offers: u64) {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("population.parquet");
    let population = Population::new(seed, size, Some(offers)).unwrap();
    let file = File::create(&path).unwrap();
    let mut sink = Sink::new(Form::Parquet, &Population::headings(), file).unwrap();
    population.rows().for_each(|row| sink.row(&row).unwrap());
    sink.end().unwrap();
    let table = Table::parquet(File::open(&path).unwrap()).unwrap();
    let (out, aside) = simulated(table, directory.path());
    let answer = answered(&read(&path)).unwrap();
    assert_eq!((out.num_rows() as u64, aside.num_rows()), (size, 0));
    let mut compared = 0;
    for field in out.schema().fields() {
        let name = field.name();
        if !["id", "offre"].contains(&name.as_str()) {
            assert_eq!(out.column_by_name(name), answer.column_by_name(name), "{name}");
            compared += 1;
        }
    }
    assert_eq!(compared + 1, answer.num_columns(), "and the reason, which nobody has here");
    assert_eq!(answer.column_by_name("motif").unwrap().null_count() as u64, size);
    assert!(answer.column_by_name("total").unwrap().null_count() == 0);
}

#[test]
fn rows_in_memory_say_what_those_of_a_file_say() {
    for (seed, size, offers) in [(1, 240, 3), (2, 36, 9), (3, 150, 1)] {
        compared(seed, size, offers);
    }
}

/// A file is read by pieces of 16,384 rows, to within an offer; what is in memory, at once.
#[test]
fn where_a_file_is_cut_changes_nothing() {
    compared(4, 17_000, 68);
}

/// The columns, then rows of which most are wrong.
const ROWS: [[&str; 7]; 12] = [
    [
        "id",
        "offre.id",
        "postule",
        "foyer.revenus",
        "demande.date_dépôt",
        "offre.loyer",
        "co_titulaire",
    ],
    ["a", "L1", "oui", "1600.50", "2018-04-10", "500", "[]"],
    ["b", "L1", "oui", "seize cents", "2018-04-10", "500", "[]"],
    ["a", "L1", "oui", "1600", "2018-04-10", "500", "[]"],
    ["d", "L1", "peut-être", "1600", "2018-04-10", "500", "[]"],
    ["", "L1", "oui", "1600", "2018-04-10", "500", "[]"],
    ["e", "", "oui", "1600", "2018-04-10", "500", "[]"],
    ["f", "L1", "oui", "1600", "2018-02-30", "500", "[]"],
    ["g", "L1", "oui", "1600", "2018-04-10", "501", "[]"],
    ["j", "L1", "oui", "non communiqué", "", "500", ""],
    ["k", "L2", "non", "0.001", "2018-04-10", "400", "[]"],
    ["l", "L2", "oui", "-5", "2018-04-10", "400", "[]"],
];

fn texts(rows: &[[&str; 7]]) -> RecordBatch {
    let columns = (0..ROWS[0].len()).map(|at| {
        let column: StringArray = rows.iter().map(|row| Some(row[at])).collect();
        (ROWS[0][at], Arc::new(column) as ArrayRef)
    });
    RecordBatch::try_from_iter(columns).unwrap()
}

#[test]
fn a_row_in_error_says_its_reason_where_it_stands() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("population.csv");
    std::fs::write(&path, ROWS.map(|row| row.join(",")).join("\n")).unwrap();
    let (out, aside) = simulated(Table::csv(File::open(&path).unwrap()).unwrap(), directory.path());
    let answer = answered(&texts(&ROWS[1..])).unwrap();
    assert_eq!((out.num_rows(), aside.num_rows(), answer.num_rows()), (3, 8, 11));
    let text = |batch: &RecordBatch, name: &str, at: usize| {
        let column = batch.column_by_name(name).unwrap().as_string::<i32>().clone();
        (!column.is_null(at)).then(|| column.value(at).to_owned())
    };
    let lines = aside.column_by_name("ligne").unwrap();
    let lines = lines.as_primitive::<arrow_array::types::Int64Type>();
    let (mut found, mut others) = (0, 0);
    for at in 0..answer.num_rows() {
        let total = answer.column_by_name("total").unwrap();
        match text(&answer, "motif", at) {
            None => {
                let written = out.column_by_name("total").unwrap().slice(found, 1);
                assert_eq!(total.slice(at, 1).to_data(), written.to_data(), "row {at}");
                found += 1;
            }
            Some(why) => {
                assert_eq!(lines.value(others), i64::try_from(at).unwrap() + 1);
                let (column, reason) = why.split_once(" : ").unwrap();
                assert_eq!(text(&aside, "colonne", others).as_deref(), Some(column));
                assert_eq!(text(&aside, "motif", others).as_deref(), Some(reason));
                assert!(total.is_null(at), "nothing is said of who is not evaluated");
                assert!(!why.contains("seize"), "no value is told");
                others += 1;
            }
        }
    }
    assert_eq!((found, others), (3, 8));
}

#[test]
fn an_offer_that_comes_back_is_refused() {
    let rows = [ROWS[1], ROWS[10], ROWS[9]];
    let found = answered(&texts(&rows));
    assert!(matches!(found, Err(RunError::Apart { row: 3 })), "{:?}", found.err());
}

#[test]
fn what_evaluates_serves_again_and_nobody_is_answered_nothing() {
    let mut simulation = simulation();
    let mut answer = |rows: &[[&str; 7]]| {
        let table = Table::held(&texts(rows)).unwrap();
        let mapping = mapping(&table);
        simulation.answer(table, &mapping[0]).unwrap()
    };
    let nobody = answer(&[]);
    assert_eq!(nobody.num_rows(), 0);
    assert_eq!(nobody.schema().fields().last().unwrap().name(), "motif");
    let first = answer(&ROWS[1..]);
    assert_eq!(first.schema(), nobody.schema(), "nobody has the columns of everybody");
    assert_eq!(answer(&ROWS[5..7]).num_rows(), 2, "none of whom is a candidate");
    assert_eq!(answer(&ROWS[1..]), first);
}
