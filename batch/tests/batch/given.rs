//! What the tests share: a library with the real policies, and populations in several files.

use analysis::Opened;
use batch::files_of;
use simulation::{Form, Population, Sink};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The day of the drawn populations.
pub const DAY: &str = "2019-10-15";

/// Everything that is noted, in an order that no machine changes.
pub const ALL: &str = "SELECT * FROM notes ORDER BY \"offre.id\", id";

/// A library that holds the real policies, and a population beside it.
pub struct Given {
    pub directory: TempDir,
    /// The hash of the policies.
    pub recueil: String,
}

impl Given {
    pub fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let policies = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies");
        let recueil = Opened::of(&files_of(&policies).unwrap()).recueil.hash;
        let given = Self { directory, recueil };
        copy(&policies, &given.library().join(&given.recueil));
        given
    }

    pub fn library(&self) -> PathBuf {
        self.directory.path().join("recueils")
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Draws a population into so many files, offers whole or not.
    pub fn draw(&self, size: u64, offers: u64, files: usize) -> PathBuf {
        let population = Population::new(7, size, Some(offers)).unwrap();
        let directory = self.path("population");
        fs::create_dir_all(&directory).unwrap();
        let sink = |at: usize| {
            let file = File::create(directory.join(format!("{at:03}.parquet"))).unwrap();
            Sink::new(Form::Parquet, &Population::headings(), file).unwrap()
        };
        let mut sinks: Vec<_> = (0..files).map(sink).collect();
        for (row, cells) in population.rows().enumerate() {
            sinks[row * files / usize::try_from(size).unwrap()].row(&cells).unwrap();
        }
        sinks.into_iter().for_each(|sink| drop(sink.end().unwrap()));
        directory
    }
}

pub fn copy(from: &Path, to: &Path) {
    for (name, bytes) in files_of(from).unwrap() {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}
