//! The golden corpus of the registry: an export of decisions over every dossier of `examples/`, with
//! the keys of the tests. A later engine must replay each to the same bytes.
//!
//! `cargo run -p tests --bin golden_registry` writes the next one; those that are there never change.

use crate::explained::POLICIES;
use crate::registered::{draft, policies};
use crate::rules::root;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use dossier::{Format, Forms};
use engine::Pool;
use registry::checkpoint::LogKey;
use registry::seal::{Key, MasterKey};
use registry::{
    Registry, Sealed, Settings, StoredDecision, Unsealed, Values, canonical, machine_clock,
};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A corpus: its export, and beside it the directory of its keys.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Golden {
    /// Its number.
    pub number: u32,
    /// The export.
    pub export: PathBuf,
    /// The directory of its keys.
    pub keys: PathBuf,
}

impl Golden {
    /// Names the corpus of a number.
    pub fn numbered(number: u32) -> Self {
        let directory = root().join("tests/golden");
        let named = format!("registre-{number}");
        Self {
            number,
            export: directory.join(format!("{named}.ndjson")),
            keys: directory.join(named),
        }
    }

    /// Lists those that are there, the oldest first.
    pub fn all() -> Vec<Self> {
        (1..).map(Self::numbered).take_while(|golden| golden.export.is_file()).collect()
    }

    /// Makes the settings of a registry of its log, in a new file of a directory.
    pub fn settings(&self, directory: &Path) -> Settings {
        let text = |name: &str| std::fs::read_to_string(self.keys.join(name)).expect("a key");
        Settings {
            url: format!("sqlite://{}", directory.join("reference.sqlite").display()),
            master: Key::parse(&text("maitre.cle")).expect("a master key"),
            key: LogKey::parse(&text("journal.cle")).expect("a log's key"),
            cadence: 1,
            clock: machine_clock(),
        }
    }

    /// Draws its keys.
    pub fn draw_keys(&self) -> std::io::Result<()> {
        let log = LogKey::generate("bareme.exemple/reference").expect("a key");
        let master = Key::generate().expect("a key");
        std::fs::create_dir_all(&self.keys)?;
        std::fs::write(self.keys.join("maitre.cle"), format!("{}\n", *master.to_text()))?;
        std::fs::write(self.keys.join("journal.cle"), format!("{}\n", log.secret()))?;
        std::fs::write(self.keys.join("journal.pub"), format!("{}\n", log.public().text()))
    }
}

/// Reads every dossier of `examples/`, by name.
pub fn pools() -> Vec<(String, Pool)> {
    let examples = root().join("examples");
    let entries = std::fs::read_dir(&examples).expect("the examples are there");
    let names = entries.map(|entry| entry.expect("an entry").file_name().into_string());
    let mut names: Vec<String> =
        names.filter_map(Result::ok).filter(|name| name.ends_with(".yaml")).collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), pool(&examples, &name))).collect()
}

fn pool(examples: &Path, name: &str) -> Pool {
    let rules = &*POLICIES;
    let adapter = rules.recueil.adapters.keys().find_map(|path| rules.sandbox.adapter(path));
    let adapter = adapter.expect("the policies have an adapter");
    let load = |path: &str| std::fs::read(examples.join(path)).ok();
    let forms = Forms { adapter: &adapter, load: &load };
    let text = std::fs::read(examples.join(name)).expect("a dossier");
    let schema = &rules.compiled.typed.schema;
    let dossier = dossier::read(&text, Format::Yaml, schema, forms);
    let dossier = dossier.unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
    Pool { date: dossier.date.expect("a date"), candidates: dossier.candidates }
}

/// Records a decision over every example in an empty registry.
pub async fn record_all(registry: &Registry) {
    registry.keep(&POLICIES.recueil, &policies()).await.expect("the policies are kept");
    for (name, pool) in pools() {
        let recorded = registry.record(draft(&pool, Some(&name))).await;
        recorded.unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

/// Finds a decision over the worked example: two candidates, of whom the first is « tabanou ».
pub async fn worked_example(registry: &Registry) -> StoredDecision {
    let decisions = registry.decisions(0, u64::from(u32::MAX)).await.expect("decisions are read");
    let is_it = |decision: &StoredDecision| {
        let first = registry.unseal(decision, 0).expect("it opens");
        let named = |sealed: &Sealed| sealed.application == "tabanou";
        let is_named = matches!(first, Unsealed::Whole(sealed, _) if named(&sealed));
        decision.candidates.len() == 2 && is_named
    };
    decisions.into_iter().find(is_it).expect("the corpus has it")
}

/// Writes the test vectors: all that is sealed, committed and proved of one candidate.
pub async fn vectors(registry: &Registry, master: &Key, decision: &StoredDecision) -> Value {
    let candidate = &decision.candidates[0];
    let Values::Sealed { sealed, wrapped } = &candidate.values else { panic!("it is not erased") };
    let Ok(Unsealed::Whole(plain, _)) = registry.unseal(decision, 0) else { panic!("it opens") };
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("a text");
    json!({
        "maitre": *master.to_text(),
        "journal": registry.public().text(),
        "candidature": plain.application,
        "etiquette": MasterKey::new(master).tag(&plain.application).to_string(),
        "sujet": candidate.subject,
        "cle_emballee": BASE64_STANDARD.encode(wrapped),
        "decision": decision.entry.id,
        "place": 0,
        "scelle": BASE64_STANDARD.encode(sealed),
        "clair": text(&canonical(&*plain)),
        "fiche": text(&candidate.record),
        "feuille": registry::tree::leaf(&candidate.record).to_string(),
        "recu": registry.receipt(decision, 0).await.expect("a receipt"),
    })
}
