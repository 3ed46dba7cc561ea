//! Dossiers from files: read, checked against the vocabulary, dated.

use crate::failure::Failure;
use crate::files;
use crate::forms::{Adapters, Beside};
use crate::recueil::Recueil;
use dossier::{DossierError, Forms};
use engine::{Date, Pool};
use std::path::Path;

/// The longest dossier read, in bytes: one more than the reader takes, so that it says so itself.
const MOST_BYTES: u64 = 64 * 1024 * 1024 + 1;

/// Reads the candidates of a dossier, on its date or on one that wins over it.
///
/// Errors: a file that cannot be read, no date; the mistakes of the dossier are apart.
pub fn pool(
    path: &Path,
    recueil: &Recueil,
    date: Option<Date>,
) -> Result<Result<Pool, Vec<DossierError>>, Failure> {
    let bytes = files::read_head(path, MOST_BYTES)?;
    let beside = Beside::dossier(path);
    let load = |name: &str| beside.load(name);
    let adapters = Adapters::of(recueil);
    let forms = Forms { adapter: &adapters, load: &load };
    let format = dossier::Format::of_name(&path.to_string_lossy());
    let schema = &recueil.compiled.lowered.program.schema;
    let dossier = match dossier::read(&bytes, format, schema, forms) {
        Ok(dossier) => dossier,
        Err(errors) => return Ok(Err(errors)),
    };
    let date = date.or(dossier.date);
    let date = date.ok_or_else(|| Failure::NoDate { path: path.to_path_buf() })?;
    Ok(Ok(Pool { date, candidates: dossier.candidates }))
}
