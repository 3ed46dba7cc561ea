//! The registry: one log, its store, its keys.

use crate::applications::Applications;
use crate::checkpoint::{LogKey, NoteError, PublicKey};
use crate::draft::Draft;
use crate::entry::{Act, Kind};
use crate::log;
use crate::prepared::Prepared;
use crate::rule_drafts::MOST_DRAFTS;
use crate::seal::{Key, MasterKey};
use crate::store::{Cell, Insertion, Link, Lookup, Make, Store, StoreError, unsigned};
use crate::writer::{
    After, Clock, Erasure, RecordError, Recorded, Request, Waiting, Whose, Writer,
};
use dsl::recueil::{Recueil, canonical as canonical_file};
use futures_util::future::join_all;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// How many requests may wait for the writer; who comes next waits to be let in.
const WAITING: usize = 1024;

/// What opening a registry takes.
#[derive(Clone)]
pub struct Settings {
    /// Its address: `sqlite://CHEMIN` or `postgres://…`.
    pub url: String,
    /// The installation's key, which is never in the store.
    pub master: Key,
    /// The key that signs checkpoints; its name is the log's origin.
    pub key: LogKey,
    /// How many entries there are at least between two checkpoints; one at each commit with 1.
    pub cadence: u64,
    /// Tells the time.
    pub clock: Clock,
}

/// What a registry is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To be made when there is none, and written.
    Create,
    /// To be written, when there is one.
    Write,
    /// To be looked at as it is, even when its log is broken: nothing is written.
    Look,
}

/// Why a registry is not opened or read.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// Nothing was made there.
    #[error("il n'y a pas de registre à cette adresse")]
    NoRegistry,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key of another log.
    #[error("ce registre est celui d'un autre journal que la clé de signature")]
    OtherLog,
    /// The store holds another log than its last checkpoint says.
    #[error("le registre ne correspond pas à son dernier point de contrôle")]
    Broken,
    /// A checkpoint that cannot be read.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// A record that this program did not write, or that was changed.
    #[error("le registre contient « {0} », que ce programme n'a pas écrit")]
    Foreign(&'static str),
    /// More drafts than one owner keeps.
    #[error("trop de brouillons : au plus {MOST_DRAFTS} à la fois")]
    Full,
    /// Something that is not there.
    #[error("le registre ne contient pas « {0} »")]
    Unknown(String),
}

impl From<sqlx::Error> for RegistryError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// An open registry.
#[derive(Clone)]
pub struct Registry {
    pub(crate) store: Store,
    pub(crate) master: MasterKey,
    pub(crate) public: PublicKey,
    applications: Applications,
    requests: mpsc::Sender<Waiting>,
}

impl Registry {
    /// Opens a registry, made when there is none, and starts its writer.
    ///
    /// Errors: [`RegistryError::Store`], [`RegistryError::OtherLog`], and [`RegistryError::Broken`]
    /// when the store's log does not go on from its last checkpoint.
    pub async fn open(settings: Settings) -> Result<Self, RegistryError> {
        Self::open_for(settings, Access::Create).await
    }

    /// Opens a registry for a use.
    ///
    /// Errors: those of [`Registry::open`]; [`RegistryError::NoRegistry`] when none is to be made.
    pub async fn open_for(settings: Settings, access: Access) -> Result<Self, RegistryError> {
        let make = match access {
            Access::Create => Make::IfAbsent,
            Access::Write | Access::Look => Make::Never,
        };
        let store = Store::open(&settings.url, make).await?;
        claim(&store, settings.key.public(), make).await?;
        let (requests, waiting) = mpsc::channel(WAITING);
        let opened = Self {
            store,
            master: MasterKey::new(&settings.master),
            public: settings.key.public().clone(),
            applications: Applications::default(),
            requests,
        };
        // Of one that is only looked at, nobody takes what is asked: it is not written, and said so.
        if access != Access::Look {
            check_last(&opened.store, &opened.public).await?;
            let started = opened.writer(settings).start(waiting);
            started.map_err(|error| StoreError::Database(error.into()))?;
        }
        Ok(opened)
    }

    fn writer(&self, settings: Settings) -> Writer {
        Writer {
            store: self.store.clone(),
            master: self.master.clone(),
            key: settings.key,
            clock: settings.clock,
            cadence: settings.cadence.max(1),
            tail: None,
            alone: false,
            recueils: BTreeSet::new(),
            applications: self.applications.clone(),
        }
    }

    /// Closes the store: what was written is all in it, and nothing beside.
    pub async fn leave(&self) {
        self.store.close().await;
        self.requests.closed().await;
    }

    /// Counts the requests that wait for the writer.
    pub fn waiting(&self) -> usize {
        self.requests.max_capacity().saturating_sub(self.requests.capacity())
    }

    /// Returns the public key of the log.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Keeps a recueil for ever, by its hash; it may be there already. Shape of the files: what each
    /// path holds, as the recueil was opened from them.
    pub async fn keep(
        &self,
        recueil: &Recueil,
        files: &BTreeMap<String, Vec<u8>>,
    ) -> Result<(), RegistryError> {
        let listed = recueil.listing.lines().filter_map(|line| line.split_once("  "));
        let contents = listed.map(|(hash, path)| {
            let bytes = files.get(path).ok_or_else(|| RegistryError::Unknown(path.to_owned()))?;
            Ok((hash.to_owned(), canonical_file(bytes).into_owned()))
        });
        let contents: BTreeMap<String, Vec<u8>> = contents.collect::<Result<_, RegistryError>>()?;
        let (hash, listing) = (recueil.hash.clone(), recueil.listing.clone());
        self.store.apart(async move |link| kept(link, contents, [hash, listing]).await).await
    }

    /// Records a decision: when this returns, it is durable. Errors: nothing was recorded, or (for
    /// [`RecordError::NotWritten`]) nobody can tell: the same key asked again does no harm.
    pub async fn record(&self, draft: Draft) -> Result<Recorded, RecordError> {
        let prepared = Prepared::new(draft, &self.master, &self.applications)?;
        self.ask(Request::Decision(Box::new(prepared))).await
    }

    /// Records many decisions, those that can be in one transaction. Shape: an answer each, in order.
    pub async fn record_all(
        &self,
        drafts: impl IntoIterator<Item = Draft>,
    ) -> Vec<Result<Recorded, RecordError>> {
        join_all(drafts.into_iter().map(|draft| self.record(draft))).await
    }

    /// Records an act: an activation, a publication, a withdrawal.
    pub async fn act(&self, kind: Kind, act: Act) -> Result<Recorded, RecordError> {
        self.ask(Request::Act(kind, act, Vec::new())).await
    }

    /// Records acts that put rules into force, together: the last one is the activation.
    ///
    /// Errors: [`RecordError::Overtaken`] when something else is in force than what it is to come after.
    pub async fn activate(
        &self,
        acts: Vec<(Kind, Act)>,
        after: After,
    ) -> Result<Recorded, RecordError> {
        self.ask(Request::Activation(acts, after)).await
    }

    /// Destroys the values of an application. Errors: [`RecordError::UnknownApplication`] also for
    /// one that is erased already.
    pub async fn erase(&self, whose: Whose, by: &str, why: &str) -> Result<Recorded, RecordError> {
        let erasure = Erasure { whose, by: by.to_owned(), reason: why.to_owned() };
        self.ask(Request::Erasure(erasure)).await
    }

    pub(crate) async fn ask(&self, request: Request) -> Result<Recorded, RecordError> {
        let (answer, answered) = oneshot::channel();
        let request = Arc::new(request);
        let sent = self.requests.send(Waiting { request: Arc::clone(&request), answer }).await;
        sent.map_err(|_| RecordError::NotWritten)?;
        answered.await.unwrap_or(Err(RecordError::NotWritten))
    }
}

/// Keeps files by their hash, those that are not there yet, and the recueil that lists them.
async fn kept(
    link: &mut Link,
    mut contents: BTreeMap<String, Vec<u8>>,
    recueil: [String; 2],
) -> Result<(), RegistryError> {
    link.begin().await?;
    let among = contents.keys().map(|hash| Cell::text(hash)).collect();
    let lookups = vec![Lookup { select: "SELECT hash FROM contents WHERE hash", among }];
    for mut there in link.look_up(None, lookups).await? {
        contents.remove(&there.text(0)?);
    }
    let row = |(hash, bytes)| vec![Cell::Text(Some(hash)), Cell::bytes(bytes)];
    let rows = contents.into_iter().map(row).collect();
    link.insert(vec![Insertion { into: "contents (hash, bytes)", rows }]).await?;
    let sql = "INSERT INTO recueils (hash, listing) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    link.run(sql, recueil.map(|text| Cell::Text(Some(text))).to_vec()).await?;
    Ok(link.commit().await?)
}

/// Makes the log one's own when it is new and may be. Errors: [`RegistryError::OtherLog`],
/// [`RegistryError::NoRegistry`].
async fn claim(store: &Store, key: &PublicKey, make: Make) -> Result<(), RegistryError> {
    let select = "SELECT value FROM meta WHERE name = 'cle'";
    let known = |row: Option<sqlx::any::AnyRow>| match row {
        Some(row) if row.try_get::<String, _>(0)? == key.text() => Ok(true),
        Some(_) => Err(RegistryError::OtherLog),
        None => Ok(false),
    };
    if known(sqlx::query(select).fetch_optional(store.pool()).await?)? {
        return Ok(());
    }
    if make == Make::Never {
        return Err(RegistryError::NoRegistry);
    }
    let mut transaction = store.write().await?;
    if !known(sqlx::query(select).fetch_optional(&mut *transaction).await?)? {
        let insert = "INSERT INTO meta (name, value) VALUES ('cle', $1)";
        sqlx::query(insert).bind(key.text().to_owned()).execute(&mut *transaction).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Checks that the log goes on from its last checkpoint.
async fn check_last(store: &Store, key: &PublicKey) -> Result<(), RegistryError> {
    let mut connection = store.pool().acquire().await?;
    let select = "SELECT size, note FROM checkpoints ORDER BY size DESC LIMIT 1";
    let Some(row) = sqlx::query(select).fetch_optional(&mut *connection).await? else {
        return Ok(());
    };
    let (size, note) = (unsigned(&row, 0)?, row.try_get::<String, _>(1)?);
    let head = key.open(&note)?;
    let there = log::size(&mut connection).await?;
    if head.size != size || there < size {
        return Err(RegistryError::Broken);
    }
    let nodes = log::nodes(&mut connection, &[], size).await?;
    match nodes.root(size) {
        Ok(root) if root == head.root => Ok(()),
        Ok(_) | Err(_) => Err(RegistryError::Broken),
    }
}

/// Tells the time of the machine.
pub fn machine_clock() -> Clock {
    Arc::new(jiff::Timestamp::now)
}
