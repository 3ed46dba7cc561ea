//! A batch: what waits, made into rows, all of one transaction.

use super::known::{Known, Used};
use super::{After, Answer, Closing, Erasure, RecordError, Recorded, Request, Whose, Writer};
use crate::applications::{Application, new_id};
use crate::canonical::Digest;
use crate::draft::{self, Written};
use crate::entry::{Act, Entry, FORM, Kind};
use crate::ledger::{Quota, QuotaError, QuotaMove, QuotaRequest};
use crate::log::{self, Tail};
use crate::prepared::Prepared;
use crate::seal::SealError;
use crate::store::{Cell, Insertion, Link, StoreError, first, signed};
use crate::tree::{Head, Tile, leaf};
use bytes::Bytes;
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Rows to be inserted, by table.
#[derive(Default)]
struct Rows {
    entries: Vec<Vec<Cell>>,
    candidates: Vec<Vec<Cell>>,
    subjects: Vec<Vec<Cell>>,
    tiles: Vec<Vec<Cell>>,
    checkpoints: Vec<Vec<Cell>>,
}

/// What a batch leaves behind, once it is written.
pub(super) struct Left {
    pub tail: Tail,
    pub recueils: BTreeSet<String>,
    pub applications: BTreeMap<Digest, Application>,
    /// What quotas become.
    pub ledger: Ledger,
}

/// A batch in the making.
pub(super) struct Batch<'w> {
    writer: &'w Writer,
    tail: Tail,
    now: Timestamp,
    /// The same, as entries write it.
    instant: String,
    rows: Rows,
    used: BTreeMap<Digest, Used>,
    applications: BTreeMap<Digest, Application>,
    recueils: BTreeSet<String>,
    /// The quotas that requests draw on, by company and period.
    ledger: Ledger,
}

/// Quotas, by company and period.
type Ledger = BTreeMap<(String, String), Quota>;

/// Puts requests in the order in which they are served: those that draw on quotas by when the employer
/// validated, in the slots that they hold; the others as they came.
pub(super) fn in_order(asked: &[Arc<Request>]) -> Vec<(usize, &Request)> {
    let asked = asked.iter().map(|request| &**request).enumerate();
    let mut drawing: Vec<(usize, &Request)> =
        asked.clone().filter(|(_, request)| !request.quotas().is_empty()).collect();
    let slots: Vec<usize> = drawing.iter().map(|(slot, _)| *slot).collect();
    drawing.sort_by_key(|(_, request)| request.quotas().iter().map(|one| &one.validated).min());
    let mut ordered: Vec<(usize, &Request)> = asked.collect();
    for (slot, request) in slots.into_iter().zip(drawing) {
        if let Some(place) = ordered.get_mut(slot) {
            *place = request;
        }
    }
    ordered
}

impl<'w> Batch<'w> {
    pub fn new(writer: &'w Writer, tail: Tail, known: Known) -> Self {
        let Known { used, applications, recueils } = known;
        let now = (writer.clock)();
        Self {
            writer,
            tail,
            now,
            instant: format!("{now:.6}"),
            rows: Rows::default(),
            used,
            applications,
            recueils,
            ledger: BTreeMap::new(),
        }
    }

    /// Reads the quotas that requests draw on.
    pub async fn read_quotas(
        &mut self,
        link: &mut Link,
        asked: &[Arc<Request>],
    ) -> Result<(), RecordError> {
        for request in asked.iter().flat_map(|request| request.quotas()) {
            let quota = Quota::read(link, &request.siren, &request.period).await?;
            self.ledger.insert((request.siren.clone(), request.period.clone()), quota);
        }
        Ok(())
    }

    /// Takes a request into the batch. Errors: those that stop the whole batch.
    pub async fn take(
        &mut self,
        link: &mut Link,
        request: &Request,
    ) -> Result<Answer, RecordError> {
        match request {
            Request::Decision(prepared) => Ok(self.decision(prepared)),
            Request::Act(kind, act, quotas) => Ok(self.act_on_quotas(*kind, act, quotas)),
            Request::Activation(acts, after) => self.activation(link, acts, *after).await,
            Request::Closing(closing) => self.closing(link, closing).await,
            Request::Erasure(erasure) => self.erasure(link, erasure).await,
        }
    }

    /// Takes a decision into the batch.
    pub fn decision(&mut self, prepared: &Prepared) -> Answer {
        let Prepared { id, day, recueil, offer, quotas, request, .. } = prepared;
        if let Some((key, asked)) = request
            && let Some(used) = self.used.get(key)
        {
            let same = used.asked == Some(*asked);
            return if same { Ok(used.recorded.clone()) } else { Err(RecordError::KeyUsed) };
        }
        if !self.recueils.contains(recueil) {
            return Err(RecordError::UnknownRecueil);
        }
        let (ledger, quotas) = self.moved(quotas)?;
        let written = self.written(prepared)?;
        let content = prepared.content(&written, quotas)?;
        self.ledger.extend(ledger);
        let index = self.push(Found {
            id,
            kind: Kind::Decision,
            day: Some(day.clone()),
            recueil: Some(recueil.clone()),
            offer: offer.clone(),
            request: request.map(|(key, _)| key),
            asked: request.map(|(_, asked)| asked),
            body: draft::entry(&content, id, &self.instant).into(),
        });
        for (place, one) in (0..).zip(written.iter()) {
            self.rows.candidates.push(vec![
                Cell::Integer(Some(signed(index))),
                Cell::Integer(Some(place)),
                Cell::Text(Some(one.subject.clone())),
                Cell::bytes(one.record.clone()),
                Cell::bytes(one.sealed.clone()),
            ]);
        }
        let recorded = Recorded { id: id.clone(), index, again: false };
        if let Some((key, asked)) = request {
            let again = Recorded { again: true, ..recorded.clone() };
            self.used.insert(*key, Used { recorded: again, asked: Some(*asked) });
        }
        Ok(recorded)
    }

    /// Takes a decision as it was sealed; seals it again where an application is not the one that it
    /// was taken for.
    fn written<'p>(&mut self, prepared: &'p Prepared) -> Result<Cow<'p, [Written]>, SealError> {
        let mut same = true;
        let mut applications = Vec::with_capacity(prepared.tags.len());
        for (tag, thought) in prepared.tags.iter().zip(&prepared.applications) {
            let application = self.application(*tag, thought)?;
            same &= application.subject == thought.subject;
            applications.push(application);
        }
        if same {
            Ok(Cow::Borrowed(&prepared.written))
        } else {
            prepared.again(&applications).map(Cow::Owned)
        }
    }

    /// Finds the application of a tag; takes the one that was drawn when it is new.
    fn application(
        &mut self,
        tag: Digest,
        thought: &Application,
    ) -> Result<Application, SealError> {
        if let Some(known) = self.applications.get(&tag) {
            return Ok(known.clone());
        }
        // One that was known and is no longer was erased: it comes back as another.
        let new = match &thought.new {
            Some(_) => thought.clone(),
            None => Application::draw(&self.writer.master)?,
        };
        self.rows.subjects.push(vec![
            Cell::Text(Some(new.subject.clone())),
            Cell::bytes(tag.0.to_vec()),
            Cell::Bytes(new.new.clone().map(Bytes::from)),
        ]);
        self.applications.insert(tag, new.clone());
        Ok(new)
    }

    /// Applies what is asked of quotas, all or nothing; returns the states that are left, and what is
    /// recorded.
    fn moved(&self, requests: &[QuotaRequest]) -> Result<Moved, QuotaError> {
        let mut moved = Moved::default();
        for request in requests {
            let at = (request.siren.clone(), request.period.clone());
            let before = moved.0.get(&at).or_else(|| self.ledger.get(&at)).copied();
            let after = before.unwrap_or_default().after(request)?;
            moved.1.push(after.said(request));
            moved.0.insert(at, after);
        }
        Ok(moved)
    }

    fn act_on_quotas(&mut self, kind: Kind, act: &Act, requests: &[QuotaRequest]) -> Answer {
        let (ledger, quotas) = self.moved(requests)?;
        self.ledger.extend(ledger);
        Ok(self.act(kind, &Act { quotas, ..act.clone() }))
    }

    /// Says the end of an application in the log, and notes it for the rules of retention.
    async fn closing(&mut self, link: &mut Link, closing: &Closing) -> Result<Answer, RecordError> {
        self.flush(link).await?;
        let Some(subject) = self.subject(link, &closing.whose).await? else {
            return Ok(Err(RecordError::UnknownApplication));
        };
        let day = BTreeMap::from([("jour".to_owned(), closing.day.to_string())]);
        let act = Act::new(&closing.by, closing.why.word());
        let act = Act { object: Some(subject.clone()), details: day, ..act };
        let note = "UPDATE subjects SET closed_why = $1, closed_day = $2 WHERE subject = $3";
        let values = [closing.why.word(), &*closing.day.to_string(), &*subject].map(Cell::text);
        link.run(note, values.to_vec()).await?;
        Ok(Ok(self.act(Kind::Cloture, &act)))
    }

    /// Says in the log that rules are put into force, unless others were meanwhile; who listens is told once
    /// it is committed.
    async fn activation(
        &mut self,
        link: &mut Link,
        acts: &[(Kind, Act)],
        after: After,
    ) -> Result<Answer, RecordError> {
        self.flush(link).await?;
        let last = log::last_of(link, Kind::Activation).await?;
        if after != After::Anything && after != After::This(last) {
            return Ok(Err(RecordError::Overtaken));
        }
        let mut recorded = Err(RecordError::NotWritten);
        for (kind, act) in acts {
            recorded = Ok(self.act(*kind, act));
        }
        self.writer.store.tell(link).await?;
        Ok(recorded)
    }

    fn act(&mut self, kind: Kind, act: &Act) -> Recorded {
        let id = new_id();
        let instant = self.instant.clone();
        let body = Entry { content: act, id: id.clone(), instant, kind, v: FORM }.bytes().into();
        let recueil = act.recueil.clone();
        let found = Found {
            id: &id,
            kind,
            day: None,
            recueil,
            offer: None,
            request: None,
            asked: None,
            body,
        };
        let index = self.push(found);
        Recorded { id, index, again: false }
    }

    /// Destroys what the store holds of an application, and says so in the log.
    ///
    /// What the batch has taken before is written first, so that nothing of the application is left.
    async fn erasure(&mut self, link: &mut Link, erasure: &Erasure) -> Result<Answer, RecordError> {
        self.flush(link).await?;
        let Some(subject) = self.subject(link, &erasure.whose).await? else {
            return Ok(Err(RecordError::UnknownApplication));
        };
        self.applications.retain(|_, known| known.subject != subject);
        self.writer.applications.forget(&subject);
        let act = Act::new(&erasure.by, &erasure.reason);
        let act = Act { object: Some(subject.clone()), ..act };
        let recorded = self.act(Kind::Effacement, &act);
        let forget =
            "UPDATE subjects SET tag = NULL, wrapped = NULL, erased = $1 WHERE subject = $2";
        link.run(forget, vec![Cell::unsigned(recorded.index), Cell::text(&subject)]).await?;
        // What tells a retry from another request is made from facts too.
        let forget = "UPDATE entries SET asked = NULL WHERE position IN \
                      (SELECT entry FROM candidates WHERE subject = $1)";
        link.run(forget, vec![Cell::text(&subject)]).await?;
        let forget = "UPDATE candidates SET sealed = NULL WHERE subject = $1";
        link.run(forget, vec![Cell::text(&subject)]).await?;
        Ok(Ok(recorded))
    }

    /// Finds the name of an application that is not erased.
    async fn subject(&self, link: &mut Link, whose: &Whose) -> Result<Option<String>, RecordError> {
        let (sql, value) = match whose {
            Whose::Application(id) => {
                let tag = self.writer.master.tag(id).0.to_vec();
                ("SELECT subject FROM tagged WHERE tag = $1", Cell::bytes(tag))
            }
            Whose::Subject(subject) => (
                "SELECT subject FROM subjects WHERE subject = $1 AND wrapped IS NOT NULL",
                Cell::text(subject),
            ),
        };
        let row = first(link, sql, vec![value]).await?;
        Ok(row.map(|mut row| row.text(0)).transpose()?)
    }

    /// Appends an entry to the log; returns its place.
    fn push(&mut self, found: Found<'_>) -> u64 {
        let index = self.tail.edge.size();
        let hash = leaf(&found.body);
        for tile in self.tail.edge.push(hash) {
            self.rows.tiles.push(tile_row(&tile));
        }
        self.tail.last = Some(found.body.clone());
        self.rows.entries.push(found.row(index, self.now));
        index
    }

    /// Writes what was taken, so that it is found by what is taken next.
    async fn flush(&mut self, link: &mut Link) -> Result<(), StoreError> {
        link.insert(std::mem::take(&mut self.rows).insertions()).await
    }

    /// Ends the batch, with a checkpoint when it is due: what is to be inserted, and what it leaves behind then.
    pub fn end(mut self) -> Result<(Vec<Insertion<'static>>, Left), RecordError> {
        let size = self.tail.edge.size();
        if size.saturating_sub(self.tail.checked) >= self.writer.cadence {
            let root = self.tail.edge.root().map_err(|_| RecordError::Forked)?;
            let note = self.writer.key.sign(Head { size, root });
            let note = note.map_err(|_| RecordError::NotWritten)?;
            self.rows.checkpoints.push(vec![
                Cell::Integer(Some(signed(size))),
                Cell::Integer(Some(self.now.as_microsecond())),
                Cell::Text(Some(note)),
            ]);
            self.tail.checked = size;
        }
        let Self { tail, recueils, applications, ledger, rows, .. } = self;
        Ok((rows.insertions(), Left { tail, recueils, applications, ledger }))
    }
}

impl Rows {
    fn insertions(self) -> Vec<Insertion<'static>> {
        vec![
            Insertion { into: SUBJECTS, rows: self.subjects },
            Insertion { into: ENTRIES, rows: self.entries },
            Insertion { into: CANDIDATES, rows: self.candidates },
            Insertion { into: TILES, rows: self.tiles },
            Insertion { into: CHECKPOINTS, rows: self.checkpoints },
        ]
    }
}

const SUBJECTS: &str = "subjects (subject, tag, wrapped)";
const CANDIDATES: &str = "candidates (entry, place, subject, record, sealed)";
const TILES: &str = "tiles (level, position, root, hashes)";
const CHECKPOINTS: &str = "checkpoints (size, instant, note)";
const ENTRIES: &str = "entries \
    (position, id, kind, instant, body, day, recueil, offer, request, asked)";

/// An entry, with what it is found by.
struct Found<'e> {
    id: &'e str,
    kind: Kind,
    day: Option<String>,
    recueil: Option<String>,
    offer: Option<String>,
    request: Option<Digest>,
    asked: Option<Digest>,
    body: Bytes,
}

impl Found<'_> {
    fn row(self, index: u64, now: Timestamp) -> Vec<Cell> {
        let bytes =
            |digest: Option<Digest>| Cell::Bytes(digest.map(|digest| digest.0.to_vec().into()));
        vec![
            Cell::Integer(Some(signed(index))),
            Cell::Text(Some(self.id.to_owned())),
            Cell::Text(Some(self.kind.word().to_owned())),
            Cell::Integer(Some(now.as_microsecond())),
            Cell::bytes(self.body),
            Cell::Text(self.day),
            Cell::Text(self.recueil),
            Cell::Text(self.offer),
            bytes(self.request),
            bytes(self.asked),
        ]
    }
}

impl Request {
    pub(super) fn decision(&self) -> Option<&Prepared> {
        match self {
            Self::Decision(prepared) => Some(prepared),
            Self::Act(..) | Self::Activation(..) | Self::Closing(_) | Self::Erasure(_) => None,
        }
    }

    fn quotas(&self) -> &[QuotaRequest] {
        match self {
            Self::Decision(prepared) => &prepared.quotas,
            Self::Act(_, _, quotas) => quotas,
            Self::Activation(..) | Self::Closing(_) | Self::Erasure(_) => &[],
        }
    }
}

/// The states that movements leave, by company and period, and the movements as they are recorded.
type Moved = (Ledger, Vec<QuotaMove>);

fn tile_row(tile: &Tile) -> Vec<Cell> {
    let hashes: Vec<u8> = tile.hashes.iter().flat_map(|digest| digest.0).collect();
    vec![
        Cell::Integer(Some(i64::from(tile.place.level))),
        Cell::Integer(Some(signed(tile.place.index))),
        Cell::bytes(tile.root.0.to_vec()),
        Cell::bytes(hashes),
    ]
}
