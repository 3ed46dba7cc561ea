//! Pages of other sites that may ask from a browser: none, but those of the origins that the configuration names.
//!
//! They ask with a key, as programs do; the cookies of sessions are not for them.
//! Source: <https://fetch.spec.whatwg.org/#http-cors-protocol>.

use crate::answers::RECUEIL;
use crate::app::DEMANDE;
use crate::routes::decisions::KEY;
use axum::http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, ETAG, HeaderName, HeaderValue, IF_MATCH,
    IF_NONE_MATCH, ORIGIN, RETRY_AFTER,
};
use axum::http::{HeaderMap, Method, Uri};
use std::time::Duration;
use tower_http::cors::CorsLayer;

/// How long a browser need not ask again whether it may.
const REMEMBERED: Duration = Duration::from_mins(10);

/// Reads an origin as browsers write it: `https://portail.exemple.fr`. None when it is not one, as `*` is not.
pub fn origin(written: &str) -> Option<HeaderValue> {
    let address: Uri = written.parse().ok()?;
    let scheme = address.scheme_str().filter(|scheme| ["http", "https"].contains(scheme))?;
    let authority = address.authority()?;
    let named = format!("{scheme}://{}", authority.as_str().to_ascii_lowercase());
    let is_one = named == written && !authority.as_str().contains('@');
    HeaderValue::from_str(written).ok().filter(|_| is_one)
}

/// Tells browsers that pages of some origins may ask, and for what.
pub fn open_to(origins: &[HeaderValue]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origins.to_vec())
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([
            ACCEPT,
            AUTHORIZATION,
            CONTENT_TYPE,
            IF_MATCH,
            IF_NONE_MATCH,
            HeaderName::from_static(KEY),
            RECUEIL,
        ])
        .expose_headers([RECUEIL, DEMANDE, ETAG, RETRY_AFTER])
        .max_age(REMEMBERED)
}

/// Tells whether a page of one of the origins asks, as programs do: without the cookie of whoever looks at it.
pub fn is_from_named(origins: &[HeaderValue], headers: &HeaderMap) -> bool {
    let named = headers.get(ORIGIN).is_some_and(|origin| origins.contains(origin));
    named && !headers.contains_key(COOKIE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_of_a_named_origin_asks_without_a_cookie() {
        let origins = [HeaderValue::from_static("https://a.fr")];
        let said = |pairs: &[(HeaderName, &'static str)]| {
            let pair = |(name, value): &(HeaderName, &'static str)| {
                (name.clone(), HeaderValue::from_static(value))
            };
            is_from_named(&origins, &pairs.iter().map(pair).collect())
        };
        assert!(said(&[(ORIGIN, "https://a.fr")]));
        assert!(!said(&[(ORIGIN, "https://a.fr"), (COOKIE, "session=x")]));
        assert!(!said(&[(ORIGIN, "https://b.fr")]) && !said(&[(ORIGIN, "null")]) && !said(&[]));
    }

    #[test]
    fn an_origin_is_a_scheme_a_host_and_perhaps_a_port() {
        for good in ["https://portail.exemple.fr", "http://127.0.0.1:3000", "https://a:8443"] {
            assert_eq!(origin(good).as_ref().map(HeaderValue::as_bytes), Some(good.as_bytes()));
        }
        for bad in [
            "*",
            "null",
            "",
            "portail.exemple.fr",
            "https://portail.exemple.fr/",
            "https://portail.exemple.fr/page",
            "https://Portail.exemple.fr",
            "https://moi@portail.exemple.fr",
            "https://*.exemple.fr/",
            "ftp://portail.exemple.fr",
            "file:///etc",
        ] {
            assert_eq!(origin(bad), None, "{bad}");
        }
    }
}
