//! The one who writes: takes what waits, writes it in one transaction, and answers when it is durable.
//!
//! Invariants. Nothing is answered before its commit. A transaction holds whole decisions (entry,
//! candidates, keys, tiles, checkpoint) or none of them. The right edge of the tree in memory is that
//! of the store, or is read again: another server may have written since, and a commit whose answer
//! was lost may have been made.
//!
//! It has a thread and a connection of its own: what it waits for comes back to it at once, however busy
//! those who ask are, and a file is written in that very thread.

mod batch;
mod known;

use crate::applications::Applications;
use crate::checkpoint::LogKey;
use crate::entry::{Act, Kind};
use crate::ledger::{QuotaError, QuotaRequest};
use crate::log::{self, Tail};
use crate::prepared::Prepared;
use crate::retention::Since;
use crate::seal::{MasterKey, SealError};
use crate::store::{Link, Store, StoreError};
use batch::{Batch, Left};
use engine::Date;
use jiff::Timestamp;
use known::{End, Known};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// How many requests are written together at most.
const BATCH: usize = 256;

/// After how long without a request the connection is tried before it is used.
const IDLE: Duration = Duration::from_secs(1);

/// Tells the time. Instants go into the record as the machine tells them.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Where an entry stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its identifier.
    pub id: String,
    /// Its place, from 0.
    pub index: u64,
    /// Whether it was there already, under the key of the request.
    pub again: bool,
}

/// Why nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The store did not take it: nothing is answered. It may be asked again under the same key.
    #[error("rien n'a pu être enregistré, et rien n'est donc répondu")]
    NotWritten,
    /// The key of the request was used for something else.
    #[error("cette clé de requête a déjà servi pour une autre demande")]
    KeyUsed,
    /// The recueil is not among those that are kept.
    #[error("le recueil de cette décision n'est pas gardé dans le registre")]
    UnknownRecueil,
    /// The application is not there, or no longer.
    #[error("le registre ne contient rien de cette candidature")]
    UnknownApplication,
    /// What the store holds is not the log that this server has written.
    #[error(
        "le registre n'est plus celui que ce serveur a écrit (copie plus ancienne, ou contenu modifié)"
    )]
    Forked,
    /// Other rules were put into force since the place that was named.
    #[error("d'autres règles ont été mises en service entre-temps")]
    Overtaken,
    /// A quota is drawn, or not as it should be.
    #[error(transparent)]
    Quota(#[from] QuotaError),
    /// Keys or random bytes are missing.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl From<StoreError> for RecordError {
    fn from(_: StoreError) -> Self {
        Self::NotWritten
    }
}

impl From<sqlx::Error> for RecordError {
    fn from(_: sqlx::Error) -> Self {
        Self::NotWritten
    }
}

/// What is asked to be written.
pub(crate) enum Request {
    /// A decision, sealed.
    Decision(Box<Prepared>),
    /// An act that is neither, with what it asks of quotas.
    Act(Kind, Act, Vec<QuotaRequest>),
    /// Acts that put rules into force, together.
    Activation(Vec<(Kind, Act)>, After),
    /// The end of an application.
    Closing(Closing),
    /// The erasure of an application.
    Erasure(Erasure),
}

/// What rules are put into force after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Whatever is in force.
    Anything,
    /// The activation at this place of the log, and no other; none with nothing in force.
    This(Option<u64>),
}

/// The end of an application.
#[derive(Clone, Debug)]
pub(crate) struct Closing {
    pub whose: Whose,
    pub why: Since,
    pub day: Date,
    pub by: String,
}

/// The erasure of an application.
#[derive(Clone, Debug)]
pub(crate) struct Erasure {
    pub whose: Whose,
    pub by: String,
    pub reason: String,
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// By its identifier in dossiers.
    Application(String),
    /// By the name that the registry gave it.
    Subject(String),
}

/// A request, and who waits for its answer. Who waits holds it too, and gives its memory back, in the thread that
/// took it.
pub(crate) struct Waiting {
    pub request: Arc<Request>,
    pub answer: oneshot::Sender<Answer>,
}

/// What a request is answered.
pub(crate) type Answer = Result<Recorded, RecordError>;

/// The writer of a log.
pub(crate) struct Writer {
    pub store: Store,
    pub master: MasterKey,
    pub key: LogKey,
    pub clock: Clock,
    /// How many entries there are at least between two checkpoints.
    pub cadence: u64,
    /// The end of the log as this writer left it; none when it is to be read again.
    pub tail: Option<Tail>,
    /// Whether the log was last found as this writer had left it: nobody else seems to write it.
    pub alone: bool,
    /// Recueils that are known to be kept.
    pub recueils: BTreeSet<String>,
    /// Applications seen lately.
    pub applications: Applications,
}

/// The writer's connection, which knows the statements, and when it was used last.
type Kept = Option<(Link, Instant)>;

impl Writer {
    /// Writes, in a thread of its own, until nobody can ask any more or the store is closed.
    ///
    /// Errors: the system gives no thread.
    pub fn start(self, requests: mpsc::Receiver<Waiting>) -> std::io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("registre".to_owned());
        thread.spawn(move || runtime.block_on(self.run(requests))).map(drop)
    }

    async fn run(mut self, mut requests: mpsc::Receiver<Waiting>) {
        let (mut waiting, mut kept) = (Vec::with_capacity(BATCH), None);
        let store = self.store.clone();
        while store.until_closed(requests.recv_many(&mut waiting, BATCH)).await > Some(0) {
            let (asked, waiting): (Vec<_>, Vec<_>) =
                waiting.drain(..).map(|one| (one.request, one.answer)).unzip();
            let answers = self.write(&mut kept, &asked).await.unwrap_or_else(|error| {
                self.tail = self.tail.take().filter(|_| error == RecordError::Forked);
                vec![Err(error); asked.len()]
            });
            drop(asked);
            for (who, answer) in waiting.into_iter().zip(answers) {
                // Who has gone is not answered; what is written stays written.
                drop(who.send(answer));
            }
        }
        // What was answered is written, whatever a connection says at its end.
        drop(kept);
        store.close().await;
    }

    /// Returns the connection that was kept, if it still answers, or another.
    async fn link(&self, kept: &mut Kept) -> Result<Link, RecordError> {
        let Some((mut link, used)) = kept.take() else {
            return Ok(self.store.connect().await?);
        };
        if used.elapsed() < IDLE || link.answers().await {
            Ok(link)
        } else {
            Ok(self.store.connect().await?)
        }
    }

    /// Writes requests in one transaction. Errors: those for which nothing at all is written; the
    /// connection is then left.
    async fn write(
        &mut self,
        kept: &mut Kept,
        asked: &[Arc<Request>],
    ) -> Result<Vec<Answer>, RecordError> {
        let mut link = self.link(kept).await?;
        let (answers, left) = match self.append(&mut link, asked).await? {
            Some(written) => written,
            None => self.look_up_and_write(&mut link, asked).await?,
        };
        self.applications.remember(left.applications);
        self.tail = Some(left.tail);
        self.recueils.extend(left.recueils);
        *kept = Some((link, Instant::now()));
        Ok(answers)
    }

    /// Writes decisions in one exchange with the store, on what memory says of the log and of applications. None when
    /// it says too little, or when the store holds something else: nothing is written then.
    async fn append(
        &self,
        link: &mut Link,
        asked: &[Arc<Request>],
    ) -> Result<Option<Written>, RecordError> {
        let Some(tail) = self.tail.as_ref().filter(|_| self.alone) else { return Ok(None) };
        let Some(known) = Known::remembered(asked, &self.recueils) else { return Ok(None) };
        let Some(premises) = known.premises(tail) else { return Ok(None) };
        let mut batch = Batch::new(self, tail.clone(), known);
        let decisions = asked.iter().filter_map(|request| request.decision());
        let answers = decisions.map(|decision| batch.decision(decision)).collect();
        let (insertions, left) = batch.end()?;
        Ok(link.append(premises, insertions).await?.then_some((answers, left)))
    }

    /// Writes requests on what the store says under the writer's lock.
    async fn look_up_and_write(
        &mut self,
        link: &mut Link,
        asked: &[Arc<Request>],
    ) -> Result<Written, RecordError> {
        link.begin().await?;
        let with = (&self.master, &self.recueils);
        let (end, known) = Known::look_up(link, asked, with).await?;
        let tail = self.tail(link, end).await?;
        let mut batch = Batch::new(self, tail, known);
        batch.read_quotas(link, asked).await?;
        let mut answers = BTreeMap::new();
        for (slot, request) in batch::in_order(asked) {
            answers.insert(slot, batch.take(link, request).await?);
        }
        let (insertions, left) = batch.end()?;
        link.insert(insertions).await?;
        for ((siren, period), quota) in &left.ledger {
            quota.write(link, siren, period).await?;
        }
        link.commit().await?;
        Ok((answers.into_values().collect(), left))
    }

    /// Finds the end of the log under the writer's lock: as it was left, with what others have added
    /// since.
    ///
    /// Errors: [`RecordError::Forked`] when what was left is not there.
    async fn tail(&mut self, link: &mut Link, (size, last): End) -> Result<Tail, RecordError> {
        let Some(left) = &self.tail else { return Ok(log::tail(link).await?) };
        self.alone = (size, &last) == (left.edge.size(), &left.last);
        if self.alone {
            return Ok(left.clone());
        }
        if size <= left.edge.size() || log::last_body(link, left.edge.size()).await? != left.last {
            return Err(RecordError::Forked);
        }
        Ok(log::tail(link).await?)
    }
}

/// What requests are answered, and what is left once they are written.
type Written = (Vec<Answer>, Left);
