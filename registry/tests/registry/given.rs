//! What the tests begin with: a registry in a directory of its own, the real policies, dossiers.

use engine::{Pool, PoolOutcome};
use registry::checkpoint::LogKey;
use registry::seal::Key;
use registry::{Context, Draft, Registry, Rules, Settings, machine_clock};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The keys and the address of a registry: what it takes to open it again.
pub fn settings(url: &str) -> Settings {
    Settings {
        url: url.to_owned(),
        master: Key::generate().unwrap(),
        key: LogKey::generate("bareme.exemple/essai").unwrap(),
        cadence: 1,
        clock: machine_clock(),
    }
}

/// A registry on a file of its own, with the real policies kept.
pub struct Given {
    pub registry: Registry,
    pub settings: Settings,
    pub rules: Rules,
    pub directory: TempDir,
}

impl Given {
    pub async fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let settings = settings(&format!("sqlite://{}", directory.path().join("r.sqlite").display()));
        let registry = Registry::open(settings.clone()).await.unwrap();
        let files = policies();
        registry.keep(&dsl::recueil::open(&files).value.unwrap(), &files).await.unwrap();
        Self { registry, settings, rules: Rules::compile(&files).unwrap(), directory }
    }

    /// Reads one of the examples.
    pub fn pool(&self, name: &str) -> Pool {
        self.pool_of(&std::fs::read(root().join("examples").join(name)).unwrap())
    }

    /// Reads a dossier.
    pub fn pool_of(&self, bytes: &[u8]) -> Pool {
        let schema = &self.rules.program().schema;
        let forms = dossier::Forms::none();
        let read = dossier::read(bytes, dossier::Format::Yaml, schema, forms).unwrap();
        Pool { date: read.date.unwrap(), candidates: read.candidates }
    }

    pub fn ranked(&self, pool: &Pool) -> PoolOutcome {
        self.rules.ranked(pool).unwrap()
    }

    /// Makes a decision over a pool, under a key when one is given.
    pub fn draft(&self, pool: &Pool, key: Option<&str>) -> Draft {
        let context = Context {
            by: "service-classement".to_owned(),
            purpose: "classement".to_owned(),
            offer: Some("lyon-6e-f1".to_owned()),
            recueil: self.rules.hash.clone(),
            key: key.map(str::to_owned),
        };
        Draft::new(context, self.rules.program(), pool, &self.ranked(pool))
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Reads the real policies.
pub fn policies() -> BTreeMap<String, Vec<u8>> {
    fn read(directory: &Path, base: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, base, files);
            } else {
                let name = path.strip_prefix(base).unwrap().to_str().unwrap().to_owned();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    let (base, mut files) = (root().join("policies"), BTreeMap::new());
    read(&base, &base, &mut files);
    files
}
