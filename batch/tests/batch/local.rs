//! The function in SQL on this machine: what it gives is what the simulation says; what is wrong is told before the
//! first row.

use crate::given::{ALL, DAY, Given, copy};
use batch::{Library, Population, local, noted, written};
use datafusion::arrow::array::{Array, AsArray, Float64Array, RecordBatch, StringArray};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{Decimal128Type, Int64Type};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use engine::{Date, Evaluator, Plans};
use simulation::{Mapping, Simulation, Table};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn population<'a>(given: &'a Given, path: &'a Path) -> Population<'a> {
    let path = path.to_str().unwrap();
    Population { path, recueil: &given.recueil, date: DAY, mapping: None }
}

/// Runs a query over a noted population; returns its bytes as Parquet.
async fn asked(given: &Given, path: &Path, partitions: usize, query: &str) -> Vec<u8> {
    let session = local(partitions);
    let library = Arc::new(Library::new(given.library()));
    noted(&session, &library, &population(given, path)).await.unwrap();
    let mut bytes = Vec::new();
    written(session.sql(query).await.unwrap(), &mut bytes).await.unwrap();
    bytes
}

fn read(path: &Path) -> Vec<RecordBatch> {
    let file = File::open(path).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
    reader.map(Result::unwrap).collect()
}

#[tokio::test]
async fn each_candidate_is_noted_as_the_simulation_says() {
    let given = Given::new();
    let path = given.draw(600, 5, 3);
    let file = given.path("notes.parquet");
    std::fs::write(&file, asked(&given, &path, 2, ALL).await).unwrap();
    let found = read(&file);
    let found = concat_batches(&found[0].schema(), &found).unwrap();
    let mut parts: Vec<_> =
        std::fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()).collect();
    parts.sort();
    let drawn: Vec<RecordBatch> = parts.iter().flat_map(|path| read(path)).collect();
    let drawn = concat_batches(&drawn[0].schema(), &drawn).unwrap();
    let library = Arc::new(Library::new(given.library()));
    let rules = library.rules(&given.recueil).unwrap();
    let table = Table::held(&drawn).unwrap();
    let schema = &rules.compiled.lowered.program.schema;
    let mapping = Mapping::resolve(None, &table, &[schema]).unwrap();
    let evaluator = Evaluator::new(&rules.compiled.lowered.program, &rules.sandbox);
    let mut simulation =
        Simulation::new(Plans::new(evaluator), Date::parse_iso(DAY).unwrap()).unwrap();
    let answer = simulation.answer(table, &mapping[0]).unwrap();
    assert_eq!((found.num_rows(), answer.num_rows()), (600, 600));
    let row = |batch: &RecordBatch, at: usize| {
        let text = |name: &str| {
            let column = batch.column_by_name(name).unwrap();
            let texts = datafusion::arrow::compute::cast(
                column,
                &datafusion::arrow::datatypes::DataType::Utf8,
            );
            texts.unwrap().as_string::<i32>().value(at).to_owned()
        };
        (text("offre.id"), text("id"))
    };
    let mut order: Vec<usize> = (0..600).collect();
    order.sort_by_key(|at| row(&drawn, *at));
    for (place, at) in order.iter().enumerate() {
        assert_eq!(row(&found, place), row(&drawn, *at));
        for field in answer.schema().fields() {
            let [said, noted] = [(&answer, *at), (&found, place)].map(|(batch, at)| {
                batch.column_by_name(field.name()).unwrap().slice(at, 1).to_data()
            });
            assert_eq!(said, noted, "{} of row {at}", field.name());
        }
    }
}

#[tokio::test]
async fn however_the_population_is_cut_the_bytes_are_the_same() {
    let given = Given::new();
    let path = given.draw(300, 4, 5);
    let alone = asked(&given, &path, 1, ALL).await;
    for partitions in [2, 3, 8] {
        assert!(alone == asked(&given, &path, partitions, ALL).await, "{partitions} parts");
    }
}

#[tokio::test]
async fn sql_counts_sums_and_joins_what_is_noted() {
    let given = Given::new();
    let path = given.draw(300, 4, 2);
    let session = local(2);
    let library = Arc::new(Library::new(given.library()));
    noted(&session, &library, &population(&given, &path)).await.unwrap();
    let query = "SELECT n.\"offre.id\" AS offre, COUNT(*) AS candidats, SUM(n.total) AS points, \
                 MAX(n.rang) AS dernier, COUNT(c.id) AS joints \
                 FROM notes n JOIN candidats c ON c.id = n.id \
                 GROUP BY n.\"offre.id\" ORDER BY offre";
    let found = session.sql(query).await.unwrap().collect().await.unwrap();
    let found = concat_batches(&found[0].schema(), &found).unwrap();
    let counts = |name: &str| {
        let column = found.column_by_name(name).unwrap().as_primitive::<Int64Type>().clone();
        column.values().to_vec()
    };
    assert_eq!(counts("candidats"), [75; 4]);
    assert_eq!(counts("joints"), [75; 4]);
    assert!(counts("dernier").iter().all(|rank| (1..=75).contains(rank)));
    let points = found.column_by_name("points").unwrap().as_primitive::<Decimal128Type>().clone();
    assert_eq!(points.scale(), 4, "points are decimals, never floats");
    assert!(points.values().iter().all(|sum| *sum > 0));
}

fn write(given: &Given, name: &str, batch: &RecordBatch) -> PathBuf {
    let path = given.path(name);
    let file = File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    path
}

/// Says why a population is not noted.
async fn refused(given: &Given, population: &Population<'_>) -> String {
    let library = Arc::new(Library::new(given.library()));
    noted(&local(1), &library, population).await.unwrap_err().to_string()
}

#[tokio::test]
async fn what_is_wrong_is_told_before_the_first_row() {
    let given = Given::new();
    let path = given.draw(12, 1, 1);
    let good = population(&given, &path);
    let absent = "0".repeat(64);
    let told = refused(&given, &Population { recueil: &absent, ..good.clone() }).await;
    assert!(
        told.contains(&format!("le recueil {absent} n'est pas dans la bibliothèque")),
        "{told}"
    );
    for name in ["", "..", "../../etc", &format!("{}/", "a".repeat(63))] {
        let told = refused(&given, &Population { recueil: name, ..good.clone() }).await;
        assert!(told.contains("n'est pas l'empreinte d'un recueil"), "{told}");
    }
    let other = "1".repeat(64);
    copy(&given.library().join(&given.recueil), &given.library().join(&other));
    let told = refused(&given, &Population { recueil: &other, ..good.clone() }).await;
    assert!(told.contains(&format!("contient le recueil {}", given.recueil)), "{told}");
    let told = refused(&given, &Population { date: "2019-02-30", ..good.clone() }).await;
    assert!(told.contains("« 2019-02-30 » n'est pas une date"), "{told}");
    let told = refused(&given, &Population { date: "1019-02-20", ..good.clone() }).await;
    assert!(told.contains("aucun classement n'est en vigueur"), "{told}");
    let nowhere = Population { path: "nulle-part.parquet", ..good.clone() };
    assert!(refused(&given, &nowhere).await.contains("nulle-part.parquet"));
    let mapping = Some("colonnes:\n  foyer.revenu: foyer.revenus\n");
    let told = refused(&given, &Population { mapping, ..good.clone() }).await;
    assert!(told.contains("la table n'a pas de colonne « foyer.revenu »"), "{told}");
}

#[tokio::test]
async fn columns_of_floats_and_columns_that_are_no_facts_are_refused() {
    let given = Given::new();
    let text = |value: &str| Arc::new(StringArray::from(vec![value])) as Arc<dyn Array>;
    let floats = Arc::new(Float64Array::from(vec![1600.5])) as Arc<dyn Array>;
    let batch = |name: &str, column| {
        let columns = [("id", text("a")), ("offre.id", text("L1")), (name, column)];
        RecordBatch::try_from_iter(columns).unwrap()
    };
    let path = write(&given, "flottants.parquet", &batch("foyer.revenus", floats));
    let told = refused(&given, &population(&given, &path)).await;
    assert!(told.contains("la colonne « foyer.revenus » est en virgule flottante"), "{told}");
    let path = write(&given, "inconnue.parquet", &batch("foyer.revenuss", text("1600")));
    let told = refused(&given, &population(&given, &path)).await;
    assert!(told.contains("foyer.revenuss") && told.contains("foyer.revenus"), "{told}");
}

#[tokio::test]
async fn the_window_is_the_offer_that_the_mapping_names() {
    let given = Given::new();
    let column = |values: &[&str]| Arc::new(StringArray::from(values.to_vec())) as Arc<dyn Array>;
    let batch = RecordBatch::try_from_iter([
        ("id", column(&["a", "b", "c", "d"])),
        ("logement", column(&["L1", "L2", "L1", "L2"])),
        (
            "demandeur.date_naissance",
            column(&["1960-01-01", "1995-01-01", "1995-01-01", "1960-01-01"]),
        ),
    ]);
    let path = write(&given, "logements.parquet", &batch.unwrap());
    let mapping = Some("id: id\noffre: logement\n");
    let session = local(2);
    let library = Arc::new(Library::new(given.library()));
    let good = Population { mapping, ..population(&given, &path) };
    noted(&session, &library, &good).await.unwrap();
    let query = "SELECT id, motif, MAX(rang_si_tous) OVER (PARTITION BY logement) AS dernier \
                 FROM notes ORDER BY id";
    let found = session.sql(query).await.unwrap().collect().await.unwrap();
    let found = concat_batches(&found[0].schema(), &found).unwrap();
    assert_eq!(found.column_by_name("motif").unwrap().null_count(), 4, "{found:?}");
    let last = found.column_by_name("dernier").unwrap().as_primitive::<Int64Type>().clone();
    assert!(last.iter().all(|rank| rank.is_none_or(|rank| rank <= 2)), "two in each: {last:?}");
}

#[tokio::test]
async fn a_row_in_error_is_its_own() {
    let given = Given::new();
    let column = |values: &[&str]| Arc::new(StringArray::from(values.to_vec())) as Arc<dyn Array>;
    let batch = RecordBatch::try_from_iter([
        ("id", column(&["a", "b", "c"])),
        ("offre.id", column(&["L1", "L1", "L1"])),
        ("foyer.revenus", column(&["1600", "seize cents", "1700"])),
    ]);
    let path = write(&given, "fautes.parquet", &batch.unwrap());
    let session = local(2);
    let library = Arc::new(Library::new(given.library()));
    noted(&session, &library, &population(&given, &path)).await.unwrap();
    let query = "SELECT id, motif, total IS NULL AS rien FROM notes ORDER BY id";
    let found = session.sql(query).await.unwrap().collect().await.unwrap();
    let found = concat_batches(&found[0].schema(), &found).unwrap();
    let motif = found.column_by_name("motif").unwrap().as_string::<i32>().clone();
    assert!(motif.is_null(0) && motif.is_null(2));
    assert!(motif.value(1).starts_with("foyer.revenus : ") && !motif.value(1).contains("seize"));
    let nothing = found.column_by_name("rien").unwrap().as_boolean().clone();
    assert_eq!([0, 1, 2].map(|at| nothing.value(at)), [false, true, false]);
}
