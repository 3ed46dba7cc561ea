//! What the tests of the registry begin with: a registry on a real store, the real policies kept,
//! decisions over dossiers of `examples/`.

use crate::explained::POLICIES;
use crate::postgres;
use crate::rules::{files_of, root};
use engine::Pool;
use registry::checkpoint::LogKey;
use registry::entry::Mode;
use registry::seal::Key;
use registry::{Context, Draft, Registry, RegistryError, Rules, Settings, machine_clock};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tempfile::TempDir;

/// The real policies, as a registry runs them again.
pub static RULES: LazyLock<Rules> =
    LazyLock::new(|| Rules::compile(&policies()).expect("the policies compile"));

/// Where a registry is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A registry of one test.
pub struct Given {
    /// The registry.
    pub registry: Registry,
    /// What opens it again.
    pub settings: Settings,
    /// Where its file is, if it is on one.
    pub directory: TempDir,
}

impl Given {
    /// Opens an empty registry with the real policies kept.
    pub async fn new(on: On) -> Self {
        let directory = TempDir::new().expect("a directory");
        let url = match on {
            On::Sqlite => {
                format!("sqlite://{}", directory.path().join("registre.sqlite").display())
            }
            On::Postgres => postgres::fresh_database().await,
        };
        Self::within(directory, &url).await
    }

    /// Opens an empty registry on a database of one's own, with the real policies kept.
    pub async fn at(url: &str) -> Self {
        Self::within(TempDir::new().expect("a directory"), url).await
    }

    async fn within(directory: TempDir, url: &str) -> Self {
        let settings = settings(url);
        let registry = Registry::open(settings.clone()).await.expect("it opens");
        let given = Self { registry, settings, directory };
        given.registry.keep(&POLICIES.recueil, &policies()).await.expect("policies are kept");
        given
    }

    /// Opens a registry by its keys, as another process was given them.
    ///
    /// # Errors
    ///
    /// What opening it says.
    pub async fn opened_by_keys(
        url: &str,
        master: &str,
        log: &str,
    ) -> Result<Registry, RegistryError> {
        let master = Key::parse(master).expect("a key");
        let key = LogKey::parse(log).expect("a key");
        Registry::open(Settings { master, key, ..settings(url) }).await
    }

    /// Opens the same registry again, as another server does.
    pub async fn again(&self) -> Registry {
        Registry::open(self.settings.clone()).await.expect("it opens again")
    }

    /// Records a decision over a pool.
    pub async fn record(&self, pool: &Pool) -> registry::Recorded {
        self.registry.record(draft(pool, None)).await.expect("it is recorded")
    }
}

/// Makes the settings of a registry at an address, with keys of its own.
pub fn settings(url: &str) -> Settings {
    Settings {
        url: url.to_owned(),
        master: Key::generate().expect("a key"),
        key: LogKey::generate("bareme.exemple/essai").expect("a key"),
        cadence: 1,
        clock: machine_clock(),
    }
}

/// Reads the files of the real policies.
pub fn policies() -> BTreeMap<String, Vec<u8>> {
    files_of(&root().join("policies")).expect("the policies are there")
}

/// Makes a decision over a pool, under a key when one is given.
pub fn draft(pool: &Pool, key: Option<&str>) -> Draft {
    draft_by(&RULES, pool, key)
}

/// Makes a decision by some rules.
pub fn draft_by(rules: &Rules, pool: &Pool, key: Option<&str>) -> Draft {
    let context = Context {
        by: "service-classement".to_owned(),
        purpose: "classement".to_owned(),
        offer: Some("lyon-6e-f1".to_owned()),
        recueil: rules.hash.clone(),
        key: key.map(str::to_owned),
        mode: Mode::Proposition,
    };
    let assessment = rules.assessed(pool).expect("a ranking");
    Draft::new(context, rules.names(), pool, &assessment).expect("a proposal")
}

/// Runs each test on each store, given an empty registry.
#[macro_export]
macro_rules! on_each_store {
    ($(async fn $name:ident($given:ident) $body:block)*) => {
        $(async fn $name($given: $crate::registered::Given) $body)*

        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let on = $crate::registered::On::Sqlite;
                super::$name($crate::registered::Given::new(on).await).await;
            })*
        }

        mod postgres {
            $(#[tokio::test]
            async fn $name() {
                let on = $crate::registered::On::Postgres;
                super::$name($crate::registered::Given::new(on).await).await;
            })*
        }
    };
}
