//! Pages of other sites ask nothing from a browser, unless the configuration names their origin.

use server::{Access, Config, Settings};
use tests::registered::On;
use tests::rules::root;
use tests::served::Served;
use ureq::Body;
use ureq::http::Response;

const NAMED: &str = "https://portail.exemple.fr";
const OTHER: &str = "https://ailleurs.exemple.fr";

fn preflight<'o>(origin: &'o str) -> [(&'o str, &'o str); 3] {
    [
        ("Origin", origin),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", "authorization,content-type,idempotency-key"),
    ]
}

/// Lists what an answer tells browsers of other origins.
fn told(answer: &Response<Body>) -> Vec<(String, String)> {
    let headers = answer.headers().iter();
    let headers = headers.filter(|(name, _)| name.as_str().starts_with("access-control-"));
    headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

fn said<'a>(told: &'a [(String, String)], name: &str) -> Option<&'a str> {
    told.iter().find(|(told, _)| told == name).map(|(_, value)| value.as_str())
}

fn open_to_one() -> Served {
    let config = Config::read(&format!("origines: [{NAMED}]\n")).unwrap();
    let origins = config.settings([0; 32]).origins;
    Served::set(On::Sqlite, Access::open(), Settings { origins, ..Settings::default() })
}

#[test]
fn nothing_is_open_to_other_sites_by_default() {
    let served = Served::new(On::Sqlite, Access::open());
    for route in server::table() {
        let path = route.path.replace(['{', '}'], "");
        for answer in
            [served.options(&path, &preflight(NAMED)), served.get_with(&path, &[("Origin", NAMED)])]
        {
            assert_eq!(told(&answer), [], "{path}");
        }
    }
}

#[test]
fn a_named_origin_may_ask_with_a_key_and_read_what_programs_read() {
    let served = open_to_one();
    let before = served.options("/v1/evaluations", &preflight(NAMED));
    assert_eq!(before.status(), 200);
    let may = told(&before);
    assert_eq!(said(&may, "access-control-allow-origin"), Some(NAMED));
    assert_eq!(said(&may, "access-control-allow-methods"), Some("GET,POST,PUT,DELETE"));
    let headers = said(&may, "access-control-allow-headers").unwrap();
    for name in ["authorization", "content-type", "idempotency-key", "if-match", "bareme-recueil"] {
        assert!(headers.split(',').any(|one| one == name), "{name}: {headers}");
    }
    assert_eq!(said(&may, "access-control-allow-credentials"), None, "no cookie is for it");
    let example = std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap();
    let headers = [("Origin", NAMED), ("Content-Type", "application/yaml")];
    let answer = served.post("/v1/evaluations", &headers, &example);
    assert_eq!(answer.status(), 200);
    let may = told(&answer);
    assert_eq!(said(&may, "access-control-allow-origin"), Some(NAMED));
    let exposed = said(&may, "access-control-expose-headers").unwrap();
    assert_eq!(exposed, "bareme-recueil,x-request-id,etag,retry-after");
    let with_cookie = [headers[0], headers[1], ("Cookie", "session=celle-de-qui-regarde")];
    let answer = served.post("/v1/evaluations", &with_cookie, &example);
    assert_eq!(answer.status(), 403, "nobody's session is lent to another site");
}

#[test]
fn another_origin_is_told_nothing() {
    let served = open_to_one();
    let example = std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap();
    for origin in [OTHER, "null", "http://portail.exemple.fr", "https://portail.exemple.fr.mal.fr"]
    {
        for answer in [
            served.options("/v1/evaluations", &preflight(origin)),
            served.get_with("/v1/politiques", &[("Origin", origin)]),
        ] {
            assert_eq!(said(&told(&answer), "access-control-allow-origin"), None, "{origin}");
        }
        let headers = [("Origin", origin), ("Content-Type", "application/yaml")];
        let answer = served.post("/v1/evaluations", &headers, &example);
        assert_eq!(answer.status(), 403, "{origin}");
    }
}
