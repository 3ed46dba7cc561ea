//! Sessions of browsers: opened by a key, worth that key on pages alone, closed for good; nothing of another site
//! asks in their name.

use server::{Access, Caller, Door, Method, Role, table};
use tests::registered::On;
use tests::served::{Served, json, text};
use ureq::Body;
use ureq::http::Response;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const HTML: (&str, &str) = ("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");

fn served() -> Served {
    let caller = |name: &str, role, key: &str| Caller::new(name, role, key);
    Served::new(
        On::Sqlite,
        Access::to(vec![
            caller("cour", Role::Auditeur, "4ud1t"),
            caller("exploitation", Role::Exploitant, "3xpl"),
        ]),
    )
}

fn opened(served: &Served, key: &str, wanted: &str) -> Response<Body> {
    served.post("/session", &[FORM, HTML], format!("cle={key}&vers={wanted}").as_bytes())
}

/// Returns what a browser sends back of the cookie that it was given.
fn cookie(answer: &Response<Body>) -> String {
    answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned()
}

fn mark(page: &str) -> String {
    let field = page.split("name=\"jeton\" value=\"").nth(1).unwrap();
    field.split('"').next().unwrap().to_owned()
}

#[test]
fn a_key_opens_a_session_that_leads_where_one_wanted_and_ends_for_good() {
    let served = served();
    let asked = served.get_with("/audit?depuis=2019-10-15", &[HTML]);
    assert_eq!(asked.status(), 401);
    let page = text(asked);
    assert!(
        page.contains("action=\"/session\"") && page.contains("value=\"/audit?depuis=2019-10-15\""),
        "{page}"
    );
    let answer = opened(&served, "4ud1t", "%2Faudit%3Fdepuis%3D2019-10-15");
    assert_eq!(answer.status(), 303);
    assert_eq!(answer.headers()["location"], "/audit?depuis=2019-10-15");
    let said = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(said.contains("; HttpOnly; SameSite=Strict") && said.contains("; Path=/;"), "{said}");
    assert!(!said.contains("4ud1t") && !said.contains("Secure"), "on loopback: {said}");
    let cookie = cookie(&answer);
    let page = served.get_with("/audit", &[HTML, ("Cookie", &cookie)]);
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["cache-control"], "no-store");
    let page = text(page);
    assert!(page.contains("Session : <bdi>cour</bdi>"), "{page}");
    let end =
        |body: String| served.post("/session/fin", &[FORM, ("Cookie", &cookie)], body.as_bytes());
    for forged in ["", "jeton=", "jeton=x", "autre=1"] {
        assert_eq!(end(forged.to_owned()).status(), 403, "{forged}");
        assert_eq!(
            served.get_with("/audit", &[("Cookie", &cookie)]).status(),
            200,
            "it is open still"
        );
    }
    let ended = end(format!("jeton={}", mark(&page)));
    assert_eq!(ended.status(), 303);
    assert!(ended.headers()["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(
        served.get_with("/audit", &[("Cookie", &cookie)]).status(),
        401,
        "a copy opens nothing"
    );
}

#[test]
fn a_wrong_key_opens_nothing_and_is_not_repeated() {
    let served = served();
    for key in ["s3cr3t-faux", "", "%3Cscript%3E", "4ud1t%00"] {
        let answer = opened(&served, key, "%2F%2Fa.fr");
        assert_eq!(answer.status(), 401, "{key}");
        assert!(answer.headers().get("set-cookie").is_none());
        let page = text(answer);
        assert!(page.contains("n&#39;ouvre rien") && !page.contains("s3cr3t"), "{page}");
        assert!(page.contains("name=\"vers\" value=\"/\""), "nowhere else: {page}");
    }
    assert_eq!(opened(&served, "4ud1t", "%2F%2Fa.fr").headers()["location"], "/audit");
    let json_body = served.post("/session", &[("Content-Type", "application/json")], b"{}");
    assert_eq!(json_body.status(), 400);
}

#[test]
fn a_session_does_on_pages_what_its_key_does_and_nothing_elsewhere() {
    let served = served();
    let auditor = cookie(&opened(&served, "4ud1t", ""));
    let operator = cookie(&opened(&served, "3xpl", ""));
    assert_eq!(served.get_with("/audit", &[("Cookie", &operator)]).status(), 403);
    let mut closed = 0;
    for route in table().iter().filter(|route| route.door == Door::Key && !route.action.is_public())
    {
        let path: String = route
            .path
            .split(['{', '}'])
            .enumerate()
            .map(|(at, part)| if at % 2 == 1 { "x" } else { part })
            .collect();
        for cookie in [&auditor, &operator] {
            let cookie = [("Cookie", cookie.as_str())];
            let answer = match route.method {
                Method::Get => served.get_with(&path, &cookie),
                Method::Post => served.post(&path, &cookie, b"{}"),
                Method::Put => served.put(&path, &cookie, b"{}"),
                Method::Delete => served.delete(&path, &cookie),
            };
            assert_eq!(answer.status(), 401, "{path}");
            closed += 1;
        }
    }
    assert!(closed > 30, "{closed}");
    for changed in [
        auditor.replacen('.', "x.", 1),
        format!("{auditor}x"),
        auditor[..auditor.len() - 2].to_owned(),
    ] {
        assert_eq!(served.get_with("/audit", &[("Cookie", &changed)]).status(), 401, "{changed}");
    }
    let both = [("Cookie", auditor.as_str()), ("Authorization", "Bearer 3xpl")];
    assert_eq!(
        served.get_with("/audit", &both).status(),
        403,
        "a key that is sent is the one that counts"
    );
}

#[test]
fn a_form_of_another_site_is_refused_whoever_asks() {
    let served = Served::new(On::Sqlite, Access::open());
    for elsewhere in
        [("Sec-Fetch-Site", "cross-site"), ("Origin", "https://a.fr"), ("Origin", "null")]
    {
        for path in ["/session", "/session/fin", "/v1/recueil/retour", "/v1/decisions"] {
            assert_eq!(served.post(path, &[elsewhere], b"").status(), 403, "{path} {elsewhere:?}");
        }
    }
    let own = ("Origin", served.address());
    assert_ne!(served.post("/session", &[FORM, own], b"cle=x").status(), 403);
}

#[test]
fn who_reads_pages_is_told_on_pages_and_machines_as_machines() {
    let served = served();
    for (path, status) in
        [("/rien", 404), ("/regles/rien.html", 404), ("/explication/x", 404), ("/metrics", 401)]
    {
        let page = served.get_with(path, &[HTML]);
        assert_eq!(page.status(), status, "{path}");
        assert!(
            page.headers()["content-type"].to_str().unwrap().starts_with("text/html"),
            "{path}"
        );
        let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(
            policy.contains("style-src 'sha256-") && policy.contains("form-action 'self'"),
            "{policy}"
        );
        let shown = text(page);
        assert!(shown.contains("<h1>"), "{path}");
        if status == 404 {
            let said =
                shown.split("<p class=\"lede\">").nth(1).and_then(|it| it.split("</p>").next());
            let said = said.expect("a sentence");
            assert!(said.starts_with(char::is_uppercase) && said.ends_with('.'), "{path}: {said}");
        }
        let problem = served.get(path);
        assert_eq!(problem.headers()["content-type"], "application/problem+json", "{path}");
        assert_eq!(json(problem)["status"], status, "{path}");
    }
}

/// Ended on one server, it opens nothing on any of the same registry, nor on one that starts later.
fn ended_everywhere(on: On) {
    let access = || Access::to(vec![Caller::new("cour", Role::Auditeur, "4ud1t")]);
    let one = Served::new(on, access());
    let other = Served::beside(&one, access());
    let (session, second) =
        (cookie(&opened(&one, "4ud1t", "")), cookie(&opened(&one, "4ud1t", "")));
    let looks =
        |served: &Served, cookie: &str| served.get_with("/audit", &[HTML, ("Cookie", cookie)]);
    let page = looks(&other, &session);
    assert_eq!(page.status(), 200, "it is worth its key on each");
    let mark = mark(&text(page));
    let foreign = other.post("/session/fin", &[FORM, ("Cookie", &second)], mark.as_bytes());
    assert_eq!(foreign.status(), 403, "no form ends another session");
    let end = format!("jeton={mark}");
    let ended = other.post("/session/fin", &[FORM, ("Cookie", &session)], end.as_bytes());
    assert_eq!(ended.status(), 303);
    let third = Served::beside(&one, access());
    for served in [&one, &other, &third] {
        assert_eq!(looks(served, &session).status(), 401);
        assert_eq!(looks(served, &second).status(), 200, "the other goes on");
        let home = served.get_with("/", &[HTML, ("Cookie", &session)]);
        assert_eq!(home.status(), 200, "what is for all is shown, to nobody in particular");
        assert!(!text(home).contains("<bdi>cour</bdi>"));
    }
    // Nothing is kept of those that are over by themselves.
    let registry = &one.given.registry;
    let end = |id: &'static str, until, now| one.wait_for(registry.end_session(id, until, now));
    let is_ended = |id: &'static str| one.wait_for(registry.is_ended(id)).unwrap();
    let now = jiff::Timestamp::now().as_second();
    end("a", now + 5, now).unwrap();
    end("a", now + 5, now).unwrap();
    assert!(is_ended("a") && !is_ended("b"));
    end("b", now + 30, now + 20).unwrap();
    assert!(is_ended("b") && !is_ended("a"));
}

#[test]
fn a_session_that_is_ended_is_so_on_every_server_on_sqlite() {
    ended_everywhere(On::Sqlite);
}

#[test]
fn a_session_that_is_ended_is_so_on_every_server_on_postgresql() {
    ended_everywhere(On::Postgres);
}
