//! The application: its state, and the one place where a request is let in.

use crate::access::{Access, Barred, By, Door, Knock, day_of, is_from_elsewhere};
use crate::answers::{RECUEIL, by_rules, dressed};
use crate::cors::{is_from_named, open_to};
use crate::generations::Generation;
use crate::links::Links;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::reload::Reloader;
use crate::rules::Rules;
use crate::sessions::{Session, Sessions};
use crate::settings::Settings;
use crate::table::{Method, Route};
use crate::under::Under;
use crate::work::Workshop;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state, map_request};
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use jiff::Timestamp;
use registry::{Registry, RegistryError};
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Instant;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;
use tracing::field::Empty;
use tracing::{Instrument, Span};

/// The header of a request's identifier.
pub(crate) const DEMANDE: header::HeaderName = header::HeaderName::from_static("x-request-id");

/// How many shares are kept before those that are whole again are let go.
const MOST_SHARES: usize = 100_000;

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub IpAddr);

/// The state of a server, shared: each layer and each answer holds it.
#[derive(Clone)]
pub struct App(Arc<Shared>);

/// What a server holds.
pub struct Shared {
    /// The rules, and their way into force.
    pub reloader: Arc<Reloader>,
    /// The registry.
    pub registry: Registry,
    /// Who is let in.
    pub access: Access,
    /// The sessions of browsers.
    pub sessions: Sessions,
    /// How it behaves.
    pub settings: Settings,
    /// The links of applicants.
    pub links: Links,
    /// What is measured.
    pub metrics: Metrics,
    /// Where long work is done.
    pub workshop: Workshop,
    shares: DefaultKeyedRateLimiter<String>,
    opening: tokio::sync::Mutex<()>,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// Puts a server together.
    pub fn new(
        reloader: Arc<Reloader>,
        registry: Registry,
        access: Access,
        settings: Settings,
    ) -> Self {
        let quota = Quota::per_minute(settings.limits.per_minute);
        Self(Arc::new(Shared {
            reloader,
            registry,
            access,
            sessions: Sessions::new(settings.link_key, &settings.public),
            links: Links::new(settings.link_key),
            metrics: Metrics::default(),
            workshop: Workshop::new(settings.limits.works),
            shares: RateLimiter::keyed(quota),
            opening: tokio::sync::Mutex::default(),
            settings,
        }))
    }

    /// Takes the generation that serves.
    pub fn generation(&self) -> Arc<Generation> {
        self.reloader.generations().current()
    }

    /// Finds the rules of a hash: those at hand, else those that the registry keeps for ever.
    ///
    /// Errors: nobody kept them; the registry does not answer.
    pub async fn rules(&self, hash: &str) -> Result<Arc<Rules>, Problem> {
        let generations = self.reloader.generations();
        if let Some(rules) = generations.rules(hash) {
            return Ok(rules);
        }
        // One at a time: those who wait find what the first has opened.
        let _opening = self.opening.lock().await;
        if let Some(rules) = generations.rules(hash) {
            return Ok(rules);
        }
        let files = match self.registry.recueil(hash).await {
            Err(RegistryError::Unknown(_)) => return Err(Problem::unknown_rules()),
            other => other?,
        };
        let compile = move || {
            let unsound = |_| Problem::unsound("ce recueil ne se compile plus avec ce langage");
            Rules::compile(files).map(Arc::new).map_err(unsound)
        };
        let rules = self.workshop.long(compile).await?;
        if rules.hash() != hash {
            return Err(Problem::unknown_rules());
        }
        generations.keep_at_hand(rules.clone());
        Ok(rules)
    }

    /// Makes an interface of some routes, each let in and answered as those of the table are.
    pub fn router_of(self, routes: &[Route]) -> Router {
        let mut router = Router::new();
        for route in routes {
            let guard = from_fn_with_state((self.clone(), *route), let_in);
            router = router.route(route.path, (route.does)().layer(guard));
        }
        let Settings { limits, origins, .. } = &self.settings;
        let router = router
            .fallback(|| async { Problem::of_status(StatusCode::NOT_FOUND) })
            .layer(DefaultBodyLimit::max(limits.bytes))
            .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.patience))
            .layer(CatchPanicLayer::new())
            .layer(from_fn_with_state(self.clone(), dressed))
            .layer(CompressionLayer::new())
            .layer(PropagateRequestIdLayer::new(DEMANDE))
            .layer(SetRequestIdLayer::new(DEMANDE, MakeRequestUuid))
            .layer(map_request(with_plain_name));
        let router = match origins.as_slice() {
            [] => router,
            origins => router.layer(open_to(origins)),
        };
        router.with_state(self)
    }

    /// Counts a request in somebody's share. Errors: how long to wait, in seconds.
    fn share(&self, by: &By) -> Result<(), u64> {
        if self.shares.len() > MOST_SHARES {
            self.shares.retain_recent();
        }
        self.shares.check_key(&by.share).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            wait.as_secs().saturating_add(1)
        })
    }
}

/// Drops a request's identifier that is not one of machines: it is told in logs, which name nobody.
async fn with_plain_name(mut request: Request) -> Request {
    let is_plain = |id: &HeaderValue| {
        let id = id.as_bytes();
        let digits = id.iter().filter(|sign| sign.is_ascii_hexdigit()).count();
        (16..=36).contains(&id.len())
            && digits >= 16
            && digits + 4 >= id.len()
            && id.iter().all(|sign| sign.is_ascii_hexdigit() || *sign == b'-')
    };
    let headers = request.headers_mut();
    if headers.get(DEMANDE).is_some_and(|id| !is_plain(id)) {
        headers.remove(DEMANDE);
    }
    request
}

/// Lets a request in, or not.
async fn let_in(
    State((app, route)): State<(App, Route)>,
    mut request: Request,
    next: Next,
) -> Response {
    let mut answering = Answering::begin(app.clone(), route, request.headers());
    let span = answering.span();
    let peer = request.extensions().get::<Peer>().copied();
    let response = match passed(&app, request.headers(), peer, route).await {
        Ok(by) => {
            let writes = route.action.writes() && route.method != Method::Get;
            answering.by = writes.then(|| by.name.clone());
            request.extensions_mut().insert(by);
            answered(&app, route, request, next).instrument(span.clone()).await
        }
        Err(problem) => problem.into_response(),
    };
    answering.status = response.status().as_u16();
    span.record("http.response.status_code", answering.status);
    if let Some(hash) = response.headers().get(RECUEIL).and_then(|hash| hash.to_str().ok()) {
        span.record("bareme.recueil", hash);
    }
    response
}

/// Answers a request that was let in, under rules that are taken once; whatever the answer, it says which.
async fn answered(app: &App, route: Route, mut request: Request, next: Next) -> Response {
    if !route.by_rules {
        return next.run(request).await;
    }
    let hash = request.headers().get(RECUEIL).cloned();
    match Under::named(app, hash).await {
        Err(problem) => problem.into_response(),
        Ok(under) => {
            request.extensions_mut().insert(under.clone());
            let response = next.run(request).await;
            if response.headers().contains_key(RECUEIL) {
                response
            } else {
                by_rules(&under.0, response)
            }
        }
    }
}

/// The status of an answer that nobody waited for to its end.
const ABANDONED: u16 = 499;

/// A request that is being answered: counted, and said, when it ends, however it does. What is said holds
/// the pattern of the route, never its address, which may name somebody; of what leaves something behind it, who
/// asked for it too.
struct Answering {
    app: App,
    by: Option<String>,
    route: Route,
    begun: Instant,
    demande: String,
    status: u16,
}

impl Answering {
    fn begin(app: App, route: Route, headers: &HeaderMap) -> Self {
        app.metrics.running.inc();
        let demande = headers.get(DEMANDE).and_then(|id| id.to_str().ok()).unwrap_or_default();
        let (begun, demande) = (Instant::now(), demande.to_owned());
        Self { app, by: None, route, begun, demande, status: ABANDONED }
    }

    /// Makes the span of its traces, by the names of OpenTelemetry: patterns and names of ours, no value.
    fn span(&self) -> Span {
        tracing::info_span!(
            "requete",
            otel.kind = "server",
            http.request.method = self.route.method.word(),
            http.route = self.route.path,
            bareme.demande = self.demande,
            bareme.recueil = Empty,
            http.response.status_code = Empty,
        )
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let Self { app, by, route, begun, demande, status } = self;
        let lasted = begun.elapsed();
        app.metrics.running.dec();
        app.metrics.answered(route.path, *status, lasted);
        let ms = u64::try_from(lasted.as_millis()).unwrap_or(u64::MAX);
        let (methode, acte, route) = (route.method.word(), route.action.word(), route.path);
        if let Some(par) = by {
            tracing::info!(par, acte, methode, route, status, demande, "écriture");
        }
        tracing::info!(methode, route, status, ms, demande, "répondu");
    }
}

/// Why a request does not pass.
enum Stopped {
    /// A problem.
    By(Problem),
    /// A token by a key that may be new.
    NewKey,
}

impl From<Problem> for Stopped {
    fn from(problem: Problem) -> Self {
        Self::By(problem)
    }
}

/// Lets a request pass, or not; the registry is asked for a session, and the issuer for a new key.
async fn passed(
    app: &App,
    headers: &HeaderMap,
    peer: Option<Peer>,
    route: Route,
) -> Result<By, Problem> {
    let now = Timestamp::now();
    let session = session(app, headers, route, now).await?;
    let knock = Knock { headers, peer: peer.map(|peer| peer.0), session, now };
    let new_key = |stopped: &Stopped| matches!(stopped, Stopped::NewKey);
    let passed = with_new_keys(app, || passes(app, &knock, route), new_key).await;
    passed.map_err(|stopped| match stopped {
        Stopped::By(problem) => problem,
        Stopped::NewKey => Problem::anonymous(),
    })
}

/// Finds the session of a request, where one may come by it and sends no key; it is none once it was ended, on
/// whichever server.
///
/// Errors: the registry cannot tell, and it matters.
async fn session(
    app: &App,
    headers: &HeaderMap,
    route: Route,
    now: Timestamp,
) -> Result<Option<Session>, Problem> {
    let may = route.door == Door::Page && !headers.contains_key(header::AUTHORIZATION);
    let Some(session) = app.sessions.of(headers, now).filter(|_| may) else { return Ok(None) };
    match app.registry.is_ended(&session.id).await {
        Ok(ended) => Ok((!ended).then_some(session)),
        Err(_) if route.action.is_public() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Tries what a token proves; once more, with the keys of its issuer read again, when that stops for want of a key.
pub async fn with_new_keys<T, E>(
    app: &App,
    attempt: impl Fn() -> Result<T, E>,
    wants_key: impl Fn(&E) -> bool,
) -> Result<T, E> {
    match (attempt(), app.access.tokens()) {
        (Err(error), Some(tokens)) if wants_key(&error) => {
            // What was not read was said.
            drop(tokio::task::spawn_blocking(move || tokens.renew()).await);
            attempt()
        }
        (tried, _) => tried,
    }
}

fn passes(app: &App, knock: &Knock<'_>, route: Route) -> Result<By, Stopped> {
    // A page of another site asks in the name of whoever looks at it, unless it is of those that may ask in their own.
    let origins = &app.settings.origins;
    let from_elsewhere = is_from_elsewhere(knock.headers) && !is_from_named(origins, knock.headers);
    if route.method != Method::Get && from_elsewhere {
        return Err(Problem::forbidden().into());
    }
    let decided = app.access.decide(knock, route.action);
    let by = decided.map_err(|barred| match barred {
        Barred::Unknown => Stopped::By(Problem::anonymous()),
        Barred::Forbidden => Stopped::By(Problem::forbidden()),
        Barred::NewKey => Stopped::NewKey,
    })?;
    app.share(&by).map_err(Problem::too_often)?;
    if is_packed(knock.headers) {
        return Err(Problem::packed().into());
    }
    Ok(by)
}

fn is_packed(headers: &HeaderMap) -> bool {
    let plain = HeaderValue::from_static("identity");
    headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != plain)
}

/// Returns the day it is, ISO, UTC.
pub fn today() -> String {
    day_of(Timestamp::now())
}
