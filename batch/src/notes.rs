//! The function: candidates of an offer in, their points, lines and ranks out.

use crate::library::{Library, LibraryError, Rules};
use datafusion::arrow::array::{Array, ArrayRef, RecordBatch, StructArray, new_empty_array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema};
use datafusion::common::{Result, exec_err};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    PartitionEvaluator, Signature, Volatility, WindowUDF, WindowUDFImpl,
};
use engine::{Date, Evaluator, Plans};
use serde::{Deserialize, Serialize};
use simulation::{Incoming, Mapping, Mistake, ReadError, RunError, Simulation, Table};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The name of the function in SQL.
pub const NAME: &str = "notes";

/// Why there is no such function.
#[derive(Debug, thiserror::Error)]
pub enum NotesError {
    /// No such recueil here.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// What was received is no function.
    #[error("la fonction reçue n'est pas de cette version")]
    Foreign,
    /// Another version of this program asks.
    #[error(
        "cette machine a la version {own} de bareme-lot, et la demande vient de la version {asks}"
    )]
    Version {
        /// The version of this program.
        own: &'static str,
        /// The version that asks.
        asks: String,
    },
    /// A day that the calendar does not have.
    #[error("« {0} » n'est pas une date")]
    Date(String),
    /// Columns that cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Columns that are no facts, or a mapping that is wrong.
    #[error("{}", told(.0))]
    Mapping(Vec<Mistake>),
    /// It cannot evaluate.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// As text, which comes back from other machines as it was.
impl From<NotesError> for DataFusionError {
    fn from(error: NotesError) -> Self {
        Self::Execution(error.to_string())
    }
}

fn told(mistakes: &[Mistake]) -> String {
    let one = |mistake: &Mistake| match &mistake.help {
        Some(help) => format!("{} ({help})", mistake.message),
        None => mistake.message.clone(),
    };
    mistakes.iter().map(one).collect::<Vec<_>>().join(" ; ")
}

/// The version of this program: two that differ do not work together.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// All that travels of a function. Keys in French, as in all that is written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    version: String,
    /// The hash of the recueil.
    recueil: String,
    /// The day of evaluation, ISO.
    date: String,
    /// The columns that it is given, in order, and what their cells are.
    colonnes: Vec<(String, Cells)>,
    /// The mapping file, if there is one.
    correspondance: Option<String>,
    /// The columns that it gives.
    donne: Vec<(String, Cells)>,
}

/// What the cells of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Cells {
    Texte,
    Verite,
    Nombre,
    /// Of so many decimals.
    Decimal(i8),
    Jour,
}

/// The most digits of a decimal.
const DIGITS: u8 = 18;

impl Cells {
    fn of(kind: Incoming) -> Self {
        match kind {
            Incoming::Text => Self::Texte,
            Incoming::Truth => Self::Verite,
            Incoming::Number => Self::Nombre,
            Incoming::Day => Self::Jour,
        }
    }

    /// Tells the cells of a type; none of one that is not ours.
    fn of_type(ty: &DataType) -> Option<Self> {
        let all = [Self::Texte, Self::Verite, Self::Nombre, Self::Jour];
        let decimal = match ty {
            DataType::Decimal128(_, scale) => Some(Self::Decimal(*scale)),
            _ => None,
        };
        all.into_iter().chain(decimal).find(|cells| cells.data_type() == *ty)
    }

    /// Returns a type whose cells are such.
    fn data_type(self) -> DataType {
        match self {
            Self::Texte => DataType::Utf8,
            Self::Verite => DataType::Boolean,
            Self::Nombre => DataType::Int64,
            Self::Decimal(scale) => DataType::Decimal128(DIGITS, scale),
            Self::Jour => DataType::Date32,
        }
    }
}

impl Said {
    /// Puts arrays under the names of the columns that are given.
    fn columns(&self, arrays: impl Iterator<Item = ArrayRef>) -> Result<RecordBatch> {
        let named = self.colonnes.iter().zip(arrays);
        let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = named
            .map(|((name, _), array)| (Field::new(name, array.data_type().clone(), true), array))
            .unzip();
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
    }

    /// Makes a population of nobody.
    fn nobody(&self) -> Result<Table, NotesError> {
        let columns = self.colonnes.iter().map(|(_, cells)| new_empty_array(&cells.data_type()));
        Ok(Table::held(&self.columns(columns).map_err(|_| NotesError::Foreign)?)?)
    }

    /// Returns the fields of what it gives.
    fn fields(&self) -> Fields {
        let field = |(name, cells): &(String, Cells)| Field::new(name, cells.data_type(), true);
        self.donne.iter().map(field).collect()
    }
}

/// What evaluates, on a machine that has the recueil.
struct Ready {
    rules: &'static Rules,
    date: Date,
    mapping: Mapping,
    /// What evaluates, and waits to do it again.
    waiting: Mutex<Vec<Simulation<'static>>>,
}

impl Ready {
    fn of(library: &Library, said: &Said) -> Result<Self, NotesError> {
        let date =
            Date::parse_iso(&said.date).ok_or_else(|| NotesError::Date(said.date.clone()))?;
        let rules = library.rules(&said.recueil)?;
        let schema = &rules.compiled.lowered.program.schema;
        let text = said.correspondance.as_deref().map(str::as_bytes);
        let mapping = Mapping::resolve(text, &said.nobody()?, &[schema]);
        let mapping = mapping.map_err(NotesError::Mapping)?.into_iter().next();
        let mapping = mapping.ok_or(NotesError::Foreign)?;
        Ok(Self { rules, date, mapping, waiting: Mutex::default() })
    }

    /// Evaluates candidates of whole offers.
    fn answer(&self, table: Table) -> Result<RecordBatch, NotesError> {
        let waiting = self.waiting().pop();
        let mut evaluates = waiting.map_or_else(|| self.simulation(), Ok)?;
        let answer = evaluates.answer(table, &self.mapping)?;
        self.waiting().push(evaluates);
        Ok(answer)
    }

    fn simulation(&self) -> Result<Simulation<'static>, RunError> {
        let Rules { compiled, sandbox, .. } = self.rules;
        Simulation::new(Plans::new(Evaluator::new(&compiled.lowered.program, sandbox)), self.date)
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Simulation<'static>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The function of a recueil on a day, over the columns of a population. It is compiled where it evaluates: who only
/// plans needs no recueil.
pub struct Notes {
    said: Said,
    /// What it gives of a candidate.
    fields: Fields,
    signature: Signature,
    library: Arc<Library>,
    ready: OnceLock<Ready>,
}

impl Notes {
    /// Makes the function of a recueil over the columns of a population; every column is a fact, or told by the
    /// mapping.
    ///
    /// Errors: [`NotesError`], before any row is read.
    pub fn new(
        library: &Arc<Library>,
        recueil: &str,
        date: &str,
        population: &Schema,
        mapping: Option<&str>,
    ) -> Result<Self, NotesError> {
        let empty = RecordBatch::new_empty(Arc::new(population.clone()));
        let Table { names, kinds, .. } = Table::held(&empty)?;
        let mut said = Said {
            version: VERSION.to_owned(),
            recueil: recueil.to_owned(),
            date: date.to_owned(),
            colonnes: names.into_iter().zip(kinds.into_iter().map(Cells::of)).collect(),
            correspondance: mapping.map(str::to_owned),
            donne: Vec::new(),
        };
        let ready = Ready::of(library, &said)?;
        said.donne = given(&ready.answer(said.nobody()?)?).ok_or(NotesError::Foreign)?;
        let notes = Self::of(library, said);
        Ok(Self { ready: OnceLock::from(ready), ..notes })
    }

    fn of(library: &Arc<Library>, said: Said) -> Self {
        let signature = Signature::any(said.colonnes.len(), Volatility::Immutable);
        let (fields, library) = (said.fields(), Arc::clone(library));
        Self { said, fields, signature, library, ready: OnceLock::new() }
    }

    /// Reads what another machine wrote of a function.
    ///
    /// Errors: what is none, or of another version.
    pub(crate) fn read(library: &Arc<Library>, bytes: &[u8]) -> Result<Self, NotesError> {
        /// What all versions write.
        #[derive(Deserialize)]
        struct Versioned {
            version: String,
        }
        let Versioned { version } =
            serde_json::from_slice(bytes).map_err(|_| NotesError::Foreign)?;
        if version != VERSION {
            return Err(NotesError::Version { own: VERSION, asks: version });
        }
        let said = serde_json::from_slice(bytes).map_err(|_| NotesError::Foreign)?;
        Ok(Self::of(library, said))
    }

    /// Writes all that another machine takes to make it.
    pub(crate) fn bytes(&self) -> Result<Vec<u8>> {
        serde_json::to_vec(&self.said).map_err(|error| DataFusionError::External(error.into()))
    }

    /// Makes it a function of DataFusion.
    pub fn function(self) -> WindowUDF {
        WindowUDF::new_from_impl(Shared(Arc::new(self)))
    }

    /// Lists the columns that it is given, in order.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.said.colonnes.iter().map(|(name, _)| name.as_str())
    }

    /// Returns the column that says the offer, which is the window.
    ///
    /// Errors: those of who evaluates.
    pub fn offer(&self) -> Result<&str, NotesError> {
        let at = self.ready()?.mapping.offer();
        self.columns().nth(at).ok_or(NotesError::Foreign)
    }

    /// Lists the names of what it gives of a candidate.
    pub fn given(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name().as_str())
    }

    /// Returns what evaluates, by the recueil that this machine has.
    fn ready(&self) -> Result<&Ready, NotesError> {
        if let Some(ready) = self.ready.get() {
            return Ok(ready);
        }
        let ready = Ready::of(&self.library, &self.said)?;
        Ok(self.ready.get_or_init(|| ready))
    }

    /// Evaluates candidates of whole offers.
    fn evaluate(&self, values: &[ArrayRef]) -> Result<RecordBatch> {
        let batch = self.said.columns(values.iter().cloned())?;
        let table = Table::held(&batch).map_err(NotesError::from)?;
        Ok(self.ready()?.answer(table)?)
    }
}

/// Says what an answer gives; absent: columns of another type than ours.
fn given(answer: &RecordBatch) -> Option<Vec<(String, Cells)>> {
    let schema = answer.schema();
    let of = |field: &Arc<Field>| Some((field.name().clone(), Cells::of_type(field.data_type())?));
    schema.fields().iter().map(of).collect()
}

impl fmt::Debug for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notes").field("said", &self.said).finish_non_exhaustive()
    }
}

impl PartialEq for Notes {
    fn eq(&self, other: &Self) -> bool {
        self.said == other.said
    }
}

impl Eq for Notes {}

impl Hash for Notes {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.said.hash(state);
    }
}

/// The function, where DataFusion asks it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shared(pub(crate) Arc<Notes>);

impl WindowUDFImpl for Shared {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.0.signature
    }

    fn partition_evaluator(
        &self,
        _: PartitionEvaluatorArgs<'_>,
    ) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::new(Offer(Arc::clone(&self.0))))
    }

    fn field(&self, asked: WindowUDFFieldArgs<'_>) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(asked.name(), DataType::Struct(self.0.fields.clone()), true)))
    }
}

/// The candidates of an offer, evaluated together.
#[derive(Debug)]
struct Offer(Arc<Notes>);

impl PartitionEvaluator for Offer {
    fn evaluate_all(&mut self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let answer = self.0.evaluate(values)?;
        if answer.num_rows() != rows {
            return exec_err!("{NAME} : {} lignes pour {rows}", answer.num_rows());
        }
        Ok(Arc::new(StructArray::from(answer)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Notes, NotesError> {
        Notes::read(&Arc::new(Library::none()), text.as_bytes())
    }

    fn written(version: &str, more: &str) -> String {
        format!(
            r#"{{"version":"{version}","recueil":"00","date":"2019-10-15","colonnes":[["id","texte"]],"correspondance":null,"donne":[["total",{{"decimal":4}}]]{more}}}"#
        )
    }

    #[test]
    fn what_travels_is_read_back_as_it_was_written() {
        let text = written(VERSION, "");
        let notes = read(&text).unwrap();
        assert_eq!(String::from_utf8(notes.bytes().unwrap()).unwrap(), text);
        assert_eq!(notes.fields[0].data_type(), &DataType::Decimal128(18, 4));
        assert_eq!((notes.columns().count(), notes.given().count()), (1, 1));
    }

    #[test]
    fn another_version_is_named_and_what_is_none_is_refused() {
        let told = read(&written("0.0.1", r#","nouveau":1"#)).unwrap_err().to_string();
        assert!(told.contains("la version 0.0.1") && told.contains(VERSION), "{told}");
        for text in ["", "{}", "null", "\u{0}", &written(VERSION, r#","autre":1"#), "[1,2]"] {
            assert!(matches!(read(text), Err(NotesError::Foreign)), "{text}");
        }
    }

    #[test]
    fn who_has_no_recueil_says_which_where_it_would_evaluate() {
        let notes =
            read(&written(VERSION, "").replace("\"00\"", &format!("\"{}\"", "0".repeat(64))));
        let column = Arc::new(datafusion::arrow::array::StringArray::from(vec!["a"])) as ArrayRef;
        let told = notes.unwrap().evaluate(&[column]).unwrap_err().to_string();
        assert!(told.contains(&format!("le recueil {} n'est pas", "0".repeat(64))), "{told}");
    }
}
