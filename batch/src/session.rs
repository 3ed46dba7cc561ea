//! Sessions of DataFusion that know the function: here, or on a cluster; populations in them.

use crate::codec::Codec;
use crate::library::Library;
use crate::notes::Notes;
use ballista::prelude::{SessionConfigExt, SessionContextExt};
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::compute::{cast, concat_batches};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::Result;
use datafusion::dataframe::DataFrame;
use datafusion::execution::SessionStateBuilder;
use datafusion::functions::core::expr_ext::FieldAccessor;
use datafusion::logical_expr::{ExprFunctionExt, ident};
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::prelude::{ParquetReadOptions, SessionConfig, SessionContext};
use std::io::Write;
use std::sync::Arc;

/// The column in which the function's answer stands, before it is taken apart.
const ANSWER: &str = "notes";

/// A population, and what its candidates are given by.
#[derive(Clone, Debug)]
pub struct Population<'a> {
    /// Its Parquet file, or a directory of such.
    pub path: &'a str,
    /// The hash of the recueil.
    pub recueil: &'a str,
    /// The day of evaluation, ISO.
    pub date: &'a str,
    /// The text of the mapping, if there is one.
    pub mapping: Option<&'a str>,
}

/// Begins a session on this machine. Shape: `partitions` parts are worked at once.
pub fn local(partitions: usize) -> SessionContext {
    SessionContext::new_with_config(SessionConfig::new().with_target_partitions(partitions))
}

/// Begins a session on a cluster, by the address of its scheduler: `df://HOST:PORT`.
///
/// Errors: an address that is none.
pub async fn remote(
    scheduler: &str,
    library: Arc<Library>,
    partitions: usize,
) -> Result<SessionContext> {
    let codec = Arc::new(Codec::new(library));
    let config = SessionConfig::new_with_ballista()
        .with_ballista_logical_extension_codec(codec.clone())
        .with_ballista_physical_extension_codec(codec)
        .with_target_partitions(partitions);
    let state = SessionStateBuilder::new().with_config(config).with_default_features().build();
    SessionContext::remote_with_state(scheduler, state).await
}

/// Registers a population as `candidats`, and what its candidates are given as `notes`, which has the same rows: the
/// columns of the population, and those of the function, each by its name.
///
/// Errors: a file that is none; a recueil that is not in the library; columns that are no facts.
pub async fn noted(
    session: &SessionContext,
    library: &Arc<Library>,
    population: &Population<'_>,
) -> Result<DataFrame> {
    let Population { path, recueil, date, mapping } = population;
    session.register_parquet("candidats", *path, ParquetReadOptions::default()).await?;
    let candidates = session.table("candidats").await?;
    let schema = candidates.schema().as_arrow().clone();
    let notes = Notes::new(library, recueil, date, &schema, *mapping)?;
    let columns: Vec<_> = notes.columns().map(ident).collect();
    let given: Vec<String> = notes.given().map(str::to_owned).collect();
    let offer = ident(notes.offer()?);
    let function = notes.function();
    session.register_udwf(function.clone());
    let called = function.call(columns.clone()).partition_by(vec![offer]).build()?;
    let answered = candidates.window(vec![called.alias(ANSWER)])?;
    let fields = given.iter().map(|name| ident(ANSWER).field(name.as_str()).alias(name.as_str()));
    let found = answered.select(columns.into_iter().chain(fields))?;
    session.register_table("notes", found.clone().into_view())?;
    Ok(found)
}

/// How many rows are written at once: the bytes of a file depend on it, and on nothing of how its rows were found.
const ROWS: usize = 8_192;

/// Writes what a session finds as Parquet, in the order in which it comes. Errors: what cannot be found or written.
pub async fn written<W: Write + Send>(found: DataFrame, to: W) -> Result<u64> {
    let schema = Arc::new(plain(found.schema().as_arrow()));
    let batches = found.collect().await?;
    let typed = batches.iter().map(|batch| {
        let columns = batch.columns().iter().zip(schema.fields());
        let columns = columns.map(|(column, field)| cast(column, field.data_type()));
        RecordBatch::try_new(Arc::clone(&schema), columns.collect::<Result<_, _>>()?)
    });
    let typed: Vec<RecordBatch> = typed.collect::<Result<_, _>>()?;
    let all = concat_batches(&schema, &typed)?;
    let mut writer = ArrowWriter::try_new(to, schema, None)?;
    for from in (0..all.num_rows()).step_by(ROWS) {
        writer.write(&all.slice(from, ROWS.min(all.num_rows() - from)))?;
    }
    writer.close()?;
    Ok(all.num_rows() as u64)
}

/// Returns a schema whose texts are plain, and which says nothing else than names and types.
fn plain(schema: &Schema) -> Schema {
    let field = |field: &Arc<Field>| {
        let ty = match field.data_type() {
            DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
            other => other.clone(),
        };
        Field::new(field.name(), ty, true)
    };
    Schema::new(schema.fields().iter().map(field).collect::<Vec<_>>())
}
