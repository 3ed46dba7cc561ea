//! Evaluations by the batch: a dossier a line in, an answer a line out, as they come.
//!
//! One generation serves the whole batch. A line is read when the one before is answered and the client has
//! taken what was written, so that a batch of any length takes the memory of a line; who goes away stops
//! it.

use super::evaluations::simulated;
use crate::answers::by_rules;
use crate::app::App;
use crate::problem::Problem;
use crate::rules::Rules;
use crate::under::Under;
use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use dossier::Format;
use futures_util::{StreamExt, stream};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::convert::Infallible;
use std::sync::Arc;

/// How much is answered at once. Unit: bytes.
const PIECE: usize = 64 * 1024;

/// The answer to a line.
#[derive(Serialize)]
struct Answered<T> {
    /// Which line, from 1.
    ligne: u64,
    statut: u16,
    #[serde(flatten)]
    what: T,
}

#[derive(Serialize)]
struct Failed {
    probleme: Problem,
}

#[derive(Serialize)]
struct Evaluated {
    evaluation: Box<RawValue>,
}

/// `POST /v1/evaluations/lot`: ranks a dossier (JSON) a line. Nothing is recorded.
pub async fn evaluate(State(app): State<App>, Under(rules): Under, body: Body) -> Response {
    let made_by = rules.clone();
    let batch = Batch {
        app,
        rules,
        coming: Some(body.into_data_stream()),
        held: Vec::new(),
        read: 0,
        line: 0,
    };
    let answers = stream::unfold(batch, |mut batch| async {
        let piece = batch.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(piece)), batch))
    });
    // Whoever packs an answer asks again after its end.
    let answers = answers.fuse();
    let mut response = by_rules(&made_by, Body::from_stream(answers));
    let media = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(header::CONTENT_TYPE, media);
    response
}

/// A batch, as far as it was answered.
struct Batch {
    app: App,
    rules: Arc<Rules>,
    /// What is still to come; absent once all has.
    coming: Option<BodyDataStream>,
    /// What has come and is not answered.
    held: Vec<u8>,
    /// How much of what is held was answered.
    read: usize,
    line: u64,
}

impl Batch {
    /// Answers some lines; nothing when all are answered.
    async fn next(&mut self) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        loop {
            while out.len() < PIECE {
                let Some(line) = self.whole_line() else { break };
                self.answer(&line, &mut out).await;
            }
            if !out.is_empty() {
                return Some(out);
            }
            if let Err(problem) = self.more().await {
                self.coming = None;
                self.held.clear();
                self.read = 0;
                self.line += 1;
                write(&mut out, self.line, Err(problem));
                return Some(out);
            }
            if self.coming.is_none() && self.held.len() == self.read {
                return None;
            }
        }
    }

    /// Takes the next line; the last one may have no end.
    fn whole_line(&mut self) -> Option<Vec<u8>> {
        let rest = self.held.get(self.read..)?;
        let end = rest.iter().position(|byte| *byte == b'\n');
        let length = match end {
            Some(end) => end,
            None if self.coming.is_none() && !rest.is_empty() => rest.len(),
            None => return None,
        };
        let line = rest.get(..length)?.to_vec();
        self.read = self.held.len().min(self.read + length + 1);
        Some(line)
    }

    /// Waits for more to come. Errors: it comes no more, or a line is too long.
    async fn more(&mut self) -> Result<(), Problem> {
        self.held.drain(..self.read);
        self.read = 0;
        let limits = &self.app.settings.limits;
        if self.held.len() > limits.bytes {
            return Err(Problem::too_large("une ligne dépasse la limite"));
        }
        let Some(coming) = &mut self.coming else { return Ok(()) };
        match tokio::time::timeout(limits.silence, coming.next()).await {
            Ok(Some(Ok(piece))) => self.held.extend_from_slice(&piece),
            Ok(None) => self.coming = None,
            Ok(Some(Err(_))) => return Err(Problem::unreadable("le lot s'est interrompu")),
            Err(_) => return Err(Problem::unreadable("le lot n'arrive plus")),
        }
        Ok(())
    }

    /// Answers a line; an empty one is none.
    async fn answer(&mut self, line: &[u8], out: &mut Vec<u8>) {
        self.line += 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            return;
        }
        let (app, rules, line) = (self.app.clone(), self.rules.clone(), line.to_vec());
        let (workshop, length) = (app.workshop.clone(), line.len());
        let work = move || {
            simulated(&app, (Format::Json, &line), &rules, |told| {
                to_raw_value(told).map_err(|_| Problem::broken())
            })
        };
        write(out, self.line, workshop.of_length(length, work).await);
    }
}

fn write(out: &mut Vec<u8>, ligne: u64, answer: Result<Box<RawValue>, Problem>) {
    let before = out.len();
    let written = match answer {
        Ok(evaluation) => {
            let what = Evaluated { evaluation };
            serde_json::to_writer(&mut *out, &Answered { ligne, statut: 200, what })
        }
        Err(probleme) => {
            let (statut, what) = (probleme.status(), Failed { probleme });
            serde_json::to_writer(&mut *out, &Answered { ligne, statut, what })
        }
    };
    if written.is_err() {
        out.truncate(before);
    }
    out.push(b'\n');
}
