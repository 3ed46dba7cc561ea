//! A file that is written piece by piece, and is whole or not there.
//!
//! It is made beside its place, hidden, and put there once it is on the disk; what is not put there is removed,
//! whatever stopped it. What stands in its place and is no file (a device, a pipe) is written to.

use crate::failure::Failure;
use simulation::TableError;
use std::fs::File;
use std::path::{Path, PathBuf};

/// A file on its way to its place.
#[derive(Debug)]
pub struct Outgoing {
    path: PathBuf,
    /// Where it waits. Absent: it is written to where it is.
    beside: Option<PathBuf>,
    file: File,
}

impl Outgoing {
    /// Makes a file beside its place.
    ///
    /// Errors: what cannot be made; nothing is then changed.
    pub fn beside(path: &Path) -> Result<Self, Failure> {
        let failed = |error| Failure::Make { path: path.to_path_buf(), error };
        if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            let file = File::options().write(true).open(path).map_err(failed)?;
            return Ok(Self { path: path.to_path_buf(), beside: None, file });
        }
        // A link keeps pointing where it did.
        let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
        let file = File::create_new(&beside).map_err(failed)?;
        Ok(Self { path, beside: Some(beside), file })
    }

    /// Lends a way to write to it.
    pub fn file(&self) -> std::io::Result<File> {
        self.file.try_clone()
    }

    /// Says that it could not be written.
    pub fn refused(&self, error: TableError) -> Failure {
        match error {
            TableError::Write(error) => Failure::Make { path: self.path.clone(), error },
            TableError::Columns | TableError::Arrow(_) | TableError::Parquet(_) => {
                Failure::Table(error)
            }
        }
    }

    /// Puts it in its place, in the place of one that may be there.
    ///
    /// Errors: what cannot be written; what was there is then as it was.
    pub fn place(mut self) -> Result<(), Failure> {
        let Some(beside) = &self.beside else { return Ok(()) };
        let placed = self.file.sync_all().and_then(|()| std::fs::rename(beside, &self.path));
        placed.map_err(|error| Failure::Make { path: self.path.clone(), error })?;
        self.beside = None;
        Ok(())
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        if let Some(beside) = &self.beside {
            let _ = std::fs::remove_file(beside);
        }
    }
}
