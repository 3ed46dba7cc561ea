//! What answers share: the form that is asked for, the rules that made them, what browsers are told.

use crate::app::App;
use crate::problem::Problem;
use crate::routes::sessions;
use crate::rules::Rules;
use axum::Json;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, ACCEPT, HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::sync::{Arc, LazyLock};

/// What every answer that rules made says of them, and what a request asks for by name.
pub const RECUEIL: HeaderName = HeaderName::from_static("bareme-recueil");

/// A form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON.
    Json,
    /// A page.
    Html,
    /// A page on paper.
    Pdf,
    /// The text of rules.
    Text,
    /// Files in one.
    Zip,
    /// Measures.
    Measures,
}

impl Form {
    /// Returns its media type.
    pub fn media(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Html => "text/html; charset=utf-8",
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain; charset=utf-8",
            Self::Zip => "application/zip",
            Self::Measures => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    fn is_named(self, media: &str) -> bool {
        self.media().split(';').next() == Some(media)
    }

    /// Picks the form that a request would rather have among those there are; the first when it does
    /// not care.
    ///
    /// Errors: it takes none of them.
    pub fn asked(headers: &HeaderMap, offered: &[Self]) -> Result<Self, Problem> {
        let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or("*/*");
        let mut best: Option<(u32, Self)> = None;
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1_000, thousandths);
            let found = match media {
                "*/*" | "" => offered.first(),
                _ => offered.iter().find(|form| {
                    form.is_named(media) || (media == "text/*" && form.media().starts_with("text/"))
                }),
            };
            if let Some(form) = found
                && weight > 0
                && best.is_none_or(|(most, _)| weight > most)
            {
                best = Some((weight, *form));
            }
        }
        best.map(|(_, form)| form).ok_or_else(|| Problem::no_such_form(offered))
    }
}

/// Reads a weight: `0.8` is 800.
fn thousandths(written: &str) -> u32 {
    let (whole, rest) = written.trim().split_once('.').unwrap_or((written.trim(), ""));
    let digits: String = rest.chars().chain("000".chars()).take(3).collect();
    let part = digits.parse::<u32>().unwrap_or(0);
    whole.parse::<u32>().unwrap_or(0).min(1) * 1_000 + part
}

/// How long a usual document is: the ranking of one candidate. Unit: bytes.
const USUAL: usize = 4096;

/// A document, in its form.
pub struct Document {
    /// Its form.
    pub form: Form,
    /// What it is.
    pub bytes: Vec<u8>,
}

impl Document {
    /// Makes a page of its text.
    pub fn page(text: String) -> Self {
        Self { form: Form::Html, bytes: text.into_bytes() }
    }

    /// Writes a value as JSON.
    ///
    /// Errors: a value that JSON cannot say.
    pub fn json<T: Serialize>(value: &T) -> Result<Self, Problem> {
        let mut bytes = Vec::with_capacity(USUAL);
        serde_json::to_writer(&mut bytes, value).map_err(|_| Problem::broken())?;
        Ok(Self { form: Form::Json, bytes })
    }
}

impl IntoResponse for Document {
    fn into_response(self) -> Response {
        let mut response = self.bytes.into_response();
        let media = HeaderValue::from_static(self.form.media());
        response.headers_mut().insert(header::CONTENT_TYPE, media);
        response
    }
}

/// Says in an answer by which rules it was made. It is of its moment, and kept nowhere.
pub fn by_rules(rules: &Rules, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if let Ok(hash) = HeaderValue::from_str(rules.hash()) {
        response.headers_mut().insert(RECUEIL, hash);
    }
    response
}

/// What a browser may do with a page of ours: show it, with its one style.
static PAGES: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let style = BASE64_STANDARD.encode(Sha256::digest(pages::html::style().as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).ok()
});

/// What browsers are told of every answer.
const TOLD: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
];

/// Dresses an answer: what browsers are told, problems in one form (a page for who asks for pages), nothing kept
/// unless it is said.
pub async fn dressed(State(app): State<App>, request: Request, next: Next) -> Response {
    let reader = Reader::of(&request);
    let mut response = in_one_form(next.run(request).await);
    if let Some(reader) = reader
        && let Some(problem) = response.extensions_mut().remove::<Arc<Problem>>()
    {
        response = reader.shown(&app, &problem, response);
    }
    let is_page = has_media(&response, "text/html");
    let headers = response.headers_mut();
    for (name, value) in TOLD {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_page && let Some(policy) = PAGES.clone() {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Puts an error that is not in our form into it.
fn in_one_form(mut response: Response) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_ours = has_media(&response, "application/") || has_media(&response, "text/html");
    if !is_error || is_ours {
        return response;
    }
    let headers = std::mem::take(response.headers_mut());
    response = Problem::of_status(status).into_response();
    for name in [header::ALLOW, header::RETRY_AFTER, RECUEIL] {
        if let Some(value) = headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

fn has_media(response: &Response, prefix: &str) -> bool {
    let media = response.headers().get(header::CONTENT_TYPE);
    media.and_then(|it| it.to_str().ok()).is_some_and(|it| it.starts_with(prefix))
}

/// Somebody who would rather read a page, and where they wanted to go.
struct Reader {
    wanted: String,
}

impl Reader {
    fn of(request: &Request) -> Option<Self> {
        let form = Form::asked(request.headers(), &[Form::Json, Form::Html]).ok()?;
        let is_read = request.method() == axum::http::Method::GET;
        let wanted = request.uri().path_and_query().filter(|_| is_read);
        let wanted = wanted.map_or("/", |it| it.as_str()).to_owned();
        (form == Form::Html).then_some(Self { wanted })
    }

    /// Shows a problem as a page: where to come in for who is not known.
    fn shown(&self, app: &App, problem: &Problem, response: Response) -> Response {
        let page = match problem.status() {
            401 => sessions::door(app, &self.wanted, None),
            _ => pages::people::problem(&problem.said()),
        };
        let (mut parts, _) = response.into_parts();
        parts.headers.remove(header::CONTENT_LENGTH);
        let html = HeaderValue::from_static(Form::Html.media());
        parts.headers.insert(header::CONTENT_TYPE, html);
        Response::from_parts(parts, Body::from(page))
    }
}

/// Answers a value as JSON, made by rules.
pub fn json_by_rules<T: Serialize>(rules: &Rules, value: &T) -> Response {
    by_rules(rules, Json(value))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    const ALL: [Form; 3] = [Form::Json, Form::Html, Form::Pdf];

    fn asked(accept: &str) -> Option<Form> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_str(accept).unwrap());
        Form::asked(&headers, &ALL).ok()
    }

    #[test]
    fn the_form_is_the_one_that_is_preferred() {
        assert_eq!(Form::asked(&HeaderMap::new(), &ALL).ok(), Some(Form::Json));
        let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        assert_eq!(asked(browser), Some(Form::Html));
        assert_eq!(asked("application/pdf"), Some(Form::Pdf));
        assert_eq!(asked("text/html;q=0.2, application/json;q=0.9"), Some(Form::Json));
        assert_eq!(asked("*/*"), Some(Form::Json));
    }

    #[test]
    fn a_form_that_there_is_not_is_refused() {
        for accept in ["image/png", "text/html;q=0", "application/xml, image/*", "q=1"] {
            assert_eq!(asked(accept), None, "{accept}");
        }
    }
}
