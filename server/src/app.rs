//! The application: its state, its routes, and the one place where a request is let in.

use crate::access::{Access, Action, Barred};
use crate::generations::Generation;
use crate::problem::Problem;
use crate::reload::Reloader;
use crate::routes;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use registry::Registry;
use std::sync::Arc;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// The largest body of a request. Unit: bytes.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// How long a request may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What every answer says of the rules that it was made by.
const RECUEIL: &str = "bareme-recueil";

/// The state of a server.
#[derive(Clone)]
pub struct App {
    /// The rules, and their way into force.
    pub reloader: Arc<Reloader>,
    /// The registry.
    pub registry: Registry,
    /// Who is let in.
    pub access: Arc<Access>,
}

/// Who asks, as records name it.
#[derive(Clone, Debug)]
pub struct By(pub String);

impl App {
    /// Takes the generation that serves.
    pub fn generation(&self) -> Arc<Generation> {
        self.reloader.generations().current()
    }

    /// Makes the whole interface.
    pub fn router(self) -> Router {
        let mut router = Router::new();
        for (path, action, methods) in self.table() {
            router = router.route(path, self.guarded(action, methods));
        }
        router
            .fallback(|| async { Problem::unknown("cette adresse") })
            .layer(CompressionLayer::new())
            .layer(RequestBodyLimitLayer::new(MOST_BYTES))
            .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PATIENCE))
            .layer(CatchPanicLayer::new())
            .with_state(self)
    }

    /// Every route, with what it does.
    fn table(&self) -> Vec<(&'static str, Action, MethodRouter<Self>)> {
        vec![
            ("/healthz", Action::See, get(routes::health::alive)),
            ("/readyz", Action::See, get(routes::health::ready)),
            ("/v1/schemas/dossier", Action::ReadRules, get(routes::rules::dossier_schema)),
            ("/v1/recueil", Action::ReadRules, get(routes::rules::recueil)),
            ("/v1/explications", Action::Simulate, post(routes::explanations::explain)),
            ("/v1/decisions", Action::Decide, post(routes::decisions::decide)),
            ("/v1/decisions/{id}", Action::ReadDecision, get(routes::decisions::read)),
            ("/v1/decisions/{id}/preuve", Action::ReadDecision, get(routes::decisions::proof)),
            ("/v1/decisions/{id}/recu", Action::ReadDecision, get(routes::decisions::receipt)),
            ("/v1/decisions/{id}/rejeu", Action::ReadDecision, post(routes::decisions::replay)),
            ("/v1/journal/checkpoint", Action::ReadLog, get(routes::journal::checkpoint)),
            ("/v1/journal/entrees", Action::ReadLog, get(routes::journal::entries)),
            ("/v1/journal/coherence", Action::ReadLog, get(routes::journal::consistency)),
        ]
    }

    /// Puts the one question of access before what a route does.
    fn guarded(&self, action: Action, methods: MethodRouter<Self>) -> MethodRouter<Self> {
        let guard = move |State(app): State<Self>, mut request: Request, next: Next| async move {
            let today = jiff::Timestamp::now().to_string().chars().take(10).collect::<String>();
            match app.access.decide(request.headers(), action, &today) {
                Ok(by) => {
                    request.extensions_mut().insert(By(by));
                    next.run(request).await
                }
                Err(Barred::Unknown) => Problem::anonymous().into_response(),
                Err(Barred::Forbidden) => Problem::forbidden().into_response(),
            }
        };
        methods.layer(axum::middleware::from_fn_with_state(self.clone(), guard))
    }
}

/// Says in an answer by which rules it was made.
pub fn by_rules(generation: &Generation, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if let Ok(hash) = HeaderValue::from_str(generation.rules.hash()) {
        response.headers_mut().insert(RECUEIL, hash);
    }
    let cache = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, cache);
    response
}
