//! Tokens of an OIDC issuer: what is proved opens what its role may, for its tenant; what is forged, late, of
//! another or unclear opens nothing.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use server::{Access, Config, Role, Tokens, Unproved};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json as read, text};

const ISSUER: &str = "https://identite.exemple.fr";
const MODULUS: &str = "zSbcyKZOL0Xl1JaaAEVjlQst7xVQx0wqGZEZ4b0Rt5DwngXbbJedgau7EbMP7kAnnqaQfQH02gtJOXuZoEjlZoyntc0JU19Uvz1W1JnBvJ93yuOYI_hX9aOdJYFrI89ClGb1PuCKt2ujRWtVOLVhPNlIMYZdXdGG4UM5hrbvYKOcIlTQccMMnpLuEE1cRJpSrGkCZzHB-vUHiAjMKfJbPthC2AbZJ6BRlYVlqr-ghVdLm3maXtth78SoZ_kYKstf7C25B5dDS-PD5oS4oO5hJEpLTrR_hnvMKuPC4gzzFE7Wc3V-5fqAOMfu0WTPVOlk2hFCjTmyVMHz_mtJjwkT2w";
const SHORT: &str = "m236dRE7SJVHIXGAK8OsVwmGCWTQtkr87BAi1sMWnmArCA1xV3h-bXXHsVIWaH6bTBOlEjkq9qowO5K_4kYy8usbs-rfJV03eEzeob5Rhegl52xuzw0WamjigirNTKEyhQ4n37ltBiObGJV0osN5mMB_YN6ToZJVhi2xKBSHa48";

/// The private key of the tests' issuer.
fn rsa() -> EncodingKey {
    let text: String = include_str!("keys/rs256.txt").split_whitespace().collect();
    EncodingKey::from_rsa_der(&BASE64_STANDARD.decode(text).unwrap())
}

/// A key over Ed25519, from its seed, in PKCS 8.
fn ed(seed: [u8; 32]) -> EncodingKey {
    let start = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
    EncodingKey::from_ed_der(&[&start[..], &seed].concat())
}

fn ed_public(seed: [u8; 32]) -> String {
    let key = ed25519_dalek::SigningKey::from_bytes(&seed);
    BASE64_URL_SAFE_NO_PAD.encode(key.verifying_key().as_bytes())
}

/// The keys that the issuer publishes.
fn jwks() -> Value {
    json!({ "keys": [
        { "kty": "RSA", "kid": "rsa", "use": "sig", "alg": "RS256", "n": MODULUS, "e": "AQAB" },
        { "kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": ed_public([7; 32]) },
        { "kty": "RSA", "kid": "chiffre", "use": "enc", "n": MODULUS, "e": "AQAB" },
        { "kty": "RSA", "kid": "courte", "n": SHORT, "e": "AQAB" },
        { "kty": "RSA", "kid": "autre-usage", "alg": "PS256", "n": MODULUS, "e": "AQAB" },
        { "kty": "oct", "kid": "secrete", "k": "c2VjcmV0" },
        { "kty": "RSA", "n": MODULUS, "e": "AQAB" },
    ]})
}

fn config(keys: &str) -> String {
    format!(
        "jetons:\n  emetteur: {ISSUER}\n  audience: bareme\n  algorithmes: [RS256, EdDSA]\n  cles: \
         \"{keys}\"\n  tolerance_s: 30\n  nom: preferred_username\n  role: realm_access.roles\n  roles: {{ \
         bareme-service: service, bareme-rh: rh, bareme-territoire: territoire, bareme-auteur: auteur }}\n  \
         siren: siren\n  communes: communes\n"
    )
}

fn access(keys: &str) -> Access {
    Config::read(&config(keys)).unwrap().access().unwrap()
}

/// A server that knows an issuer by a file of keys.
fn served() -> (Served, TempDir) {
    let desk = TempDir::new().unwrap();
    let file = keys_file(desk.path(), &jwks());
    (Served::new(On::Sqlite, access(file.to_str().unwrap())), desk)
}

fn keys_file(desk: &Path, keys: &Value) -> PathBuf {
    let file = desk.join("cles.json");
    std::fs::write(&file, keys.to_string()).unwrap();
    file
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

/// What a token of a service says, changed.
fn claims(change: &Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER, "aud": ["compte", "bareme"], "exp": now() + 300, "nbf": now() - 10, "sub": "42",
        "preferred_username": "amel", "realm_access": { "roles": ["offline", "bareme-service"] },
    });
    for (name, value) in change.as_object().unwrap() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

fn header(algorithm: Algorithm, kid: &str) -> Header {
    Header { kid: Some(kid.to_owned()), ..Header::new(algorithm) }
}

fn token(change: &Value) -> String {
    encode(&header(Algorithm::RS256, "rsa"), &claims(change), &rsa()).unwrap()
}

/// Evaluates an example with a token; returns the status.
fn evaluates(served: &Served, token: &str) -> u16 {
    let example = std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap();
    let bearer = format!("Bearer {token}");
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/yaml")];
    served.post("/v1/evaluations", &headers, &example).status().as_u16()
}

#[test]
fn a_token_that_is_proved_opens_what_its_role_may() {
    let (served, _desk) = served();
    assert_eq!(evaluates(&served, &token(&json!({}))), 200);
    let signed =
        encode(&header(Algorithm::EdDSA, "ed"), &claims(&json!({})), &ed([7; 32])).unwrap();
    assert_eq!(evaluates(&served, &signed), 200, "by another key");
    let bearer = format!("Bearer {}", token(&json!({})));
    assert_eq!(served.get_with("/metrics", &[("Authorization", &bearer)]).status(), 403);
    assert_eq!(served.get_with("/healthz", &[("Authorization", "Bearer a.b.c")]).status(), 200);
    let one = json!({ "aud": "bareme", "nbf": null });
    assert_eq!(evaluates(&served, &token(&one)), 200, "one audience, no beginning");
    let skewed = json!({ "exp": now() - 10, "nbf": now() + 10 });
    assert_eq!(evaluates(&served, &token(&skewed)), 200, "within what clocks may differ");
}

#[test]
fn a_token_of_another_or_out_of_its_time_opens_nothing() {
    let (served, _desk) = served();
    for change in [
        json!({ "iss": "https://identite.exemple.fr.autre.org" }),
        json!({ "iss": null }),
        json!({ "iss": 3 }),
        json!({ "aud": "autre" }),
        json!({ "aud": [] }),
        json!({ "aud": null }),
        json!({ "exp": now() - 60 }),
        json!({ "exp": null }),
        json!({ "exp": "demain" }),
        json!({ "nbf": now() + 120 }),
        json!({ "nbf": "hier" }),
    ] {
        assert_eq!(evaluates(&served, &token(&change)), 401, "{change}");
    }
    let refused = served.get_with("/metrics", &[("Authorization", "Bearer a.b.c")]);
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["www-authenticate"]),
        (401, &"Bearer".parse().unwrap())
    );
}

#[test]
fn a_token_that_is_forged_opens_nothing() {
    let (served, _desk) = served();
    let good = token(&json!({}));
    let parts: Vec<&str> = good.split('.').collect();
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let said = part(&claims(&json!({ "sub": "43" })));
    let headed = |header: Value| part(&header);
    // Without a signature.
    for none in ["none", "None", "NONE", ""] {
        let header = headed(json!({ "alg": none, "kid": "rsa", "typ": "JWT" }));
        for token in
            [format!("{header}.{}.", parts[1]), format!("{header}.{}.{}", parts[1], parts[2])]
        {
            assert_eq!(evaluates(&served, &token), 401, "{none}");
        }
    }
    // With the public key as a secret, in the forms in which it is known.
    let der = BASE64_URL_SAFE_NO_PAD.decode(MODULUS).unwrap();
    for secret in [MODULUS.as_bytes(), &der, jwks().to_string().as_bytes(), b"secret", b""] {
        for kid in ["rsa", "secrete"] {
            let header = header(Algorithm::HS256, kid);
            let signed = encode(&header, &claims(&json!({})), &EncodingKey::from_secret(secret));
            assert_eq!(evaluates(&served, &signed.unwrap()), 401, "{kid}");
        }
    }
    // Changed, cut, joined from two.
    let other = token(&json!({ "preferred_username": "bruno" }));
    let others: Vec<&str> = other.split('.').collect();
    let changed = [
        format!("{}.{said}.{}", parts[0], parts[2]),
        format!("{}.{}.{}", parts[0], others[1], parts[2]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{good}."),
        format!("{good}.{}", parts[2]),
        good[..good.len() - 3].to_owned(),
        format!("{}.{}.", parts[0], parts[1]),
        "..".to_owned(),
        format!("{}.{}.{}", parts[0], parts[1], "A".repeat(20_000)),
    ];
    for token in changed {
        assert_eq!(evaluates(&served, &token), 401);
    }
    // By a key that is not the issuer's, or not for that.
    let stranger =
        encode(&header(Algorithm::EdDSA, "ed"), &claims(&json!({})), &ed([8; 32])).unwrap();
    assert_eq!(evaluates(&served, &stranger), 401);
    for kid in ["chiffre", "courte", "autre-usage", "inconnue", "ed", ""] {
        let signed = encode(&header(Algorithm::RS256, kid), &claims(&json!({})), &rsa()).unwrap();
        assert_eq!(evaluates(&served, &signed), 401, "{kid}");
    }
    let nameless = encode(&Header::new(Algorithm::RS256), &claims(&json!({})), &rsa()).unwrap();
    assert_eq!(evaluates(&served, &nameless), 401, "no name of a key");
    let unpinned = encode(&header(Algorithm::PS256, "rsa"), &claims(&json!({})), &rsa()).unwrap();
    assert_eq!(evaluates(&served, &unpinned), 401, "an algorithm that is not pinned");
    // A key that comes with the token is not looked at.
    let mut carrying = header(Algorithm::EdDSA, "ed");
    let own = json!({ "kty": "OKP", "crv": "Ed25519", "x": ed_public([8; 32]) });
    carrying.jwk = Some(serde_json::from_value(own).unwrap());
    carrying.jku = Some("http://127.0.0.1:9/cles".to_owned());
    let carried = encode(&carrying, &claims(&json!({})), &ed([8; 32])).unwrap();
    assert_eq!(evaluates(&served, &carried), 401);
    assert_eq!(evaluates(&served, &good), 200, "and the good one still does");
}

#[test]
fn a_token_that_does_not_say_who_asks_gets_no_role() {
    let (served, _desk) = served();
    let roles = |roles: Value| json!({ "realm_access": { "roles": roles } });
    for change in [
        json!({ "preferred_username": null }),
        json!({ "preferred_username": "" }),
        json!({ "preferred_username": ["a", "b"] }),
        json!({ "realm_access": null }),
        json!({ "realm_access": "bareme-service" }),
        roles(json!([])),
        roles(json!(["autre"])),
        roles(json!(["service"])),
        roles(json!({ "bareme-service": true })),
        roles(json!(["bareme-service", "bareme-auteur"])),
        roles(json!(["bareme-rh"])),
        roles(json!(["bareme-territoire"])),
    ] {
        assert_eq!(evaluates(&served, &token(&change)), 401, "{change}");
    }
    let tenant =
        |siren: Value| json!({ "realm_access": { "roles": ["bareme-rh"] }, "siren": siren });
    for siren in [json!("42049517"), json!("42049517a"), json!(420_495_178), json!(["420495178"])] {
        assert_eq!(evaluates(&served, &token(&tenant(siren.clone()))), 401, "{siren}");
    }
    assert_eq!(evaluates(&served, &token(&roles(json!("bareme-service")))), 200, "a text is one");
}

#[test]
fn a_token_of_a_company_or_of_a_territory_is_of_its_tenant() {
    let (served, _desk) = served();
    let rh =
        |siren: &str| token(&json!({ "realm_access": { "roles": ["bareme-rh"] }, "siren": siren }));
    let explained = |token: &str, candidate: &str| {
        let example = std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap();
        let bearer = format!("Bearer {token}");
        let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/yaml")];
        let path = format!("/v1/explications?candidat={candidate}");
        served.post(&path, &headers, &example).status().as_u16()
    };
    let (own, other) = (rh("420495178"), rh("111111111"));
    assert_eq!((explained(&own, "tabanou"), explained(&own, "leclerc")), (200, 404));
    assert_eq!(explained(&other, "tabanou"), 404);
    let kept = |token: &str| {
        let headers = [("Authorization", &*format!("Bearer {token}"))];
        let kept = served.put("/v1/brouillons/air_france/2", &headers, b"x");
        (kept.status().as_u16(), read(kept)["par"].clone())
    };
    assert_eq!(kept(&own), (201, "oidc:amel".into()), "named apart from keys");
    let place = |communes: Value| {
        token(&json!({ "realm_access": { "roles": ["bareme-territoire"] }, "communes": communes }))
    };
    assert_eq!(kept(&place(json!(["69123", "69381-69389"]))).0, 201);
    assert_eq!(kept(&place(json!("69123 69381-69389"))).0, 200, "the same territory");
    assert_eq!(kept(&place(json!(["69123", "partout"]))).0, 401);
}

/// Sends a token to the page where one comes in; returns the status, the cookie, where it leads, the page.
fn entered(served: &Served, token: &str) -> (u16, Option<String>, Option<String>, String) {
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html")];
    let answer = served.post("/session", &form, format!("cle={token}&vers=/").as_bytes());
    let said = |name: &str| answer.headers().get(name).map(|it| it.to_str().unwrap().to_owned());
    let (cookie, to) = (said("set-cookie"), said("location"));
    (answer.status().as_u16(), cookie, to, text(answer))
}

fn kept(cookie: &str) -> String {
    cookie.split(';').next().unwrap().to_owned()
}

fn hr(change: &Value) -> String {
    let mut all = json!({ "realm_access": { "roles": ["bareme-rh"] }, "siren": "420495178" });
    all.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    token(&all)
}

#[test]
fn a_token_opens_a_session_for_its_role_that_ends_with_it_at_the_latest() {
    let (served, _desk) = served();
    let (status, cookie, to, _) = entered(&served, &hr(&json!({})));
    assert_eq!((status, to.as_deref()), (303, Some("/entreprise")));
    let cookie = cookie.unwrap();
    let lasts = |cookie: &str| -> i64 {
        let part = cookie.split("Max-Age=").nth(1).unwrap();
        part.split(';').next().unwrap().parse().unwrap()
    };
    assert!((1..=300).contains(&lasts(&cookie)), "{cookie}");
    let (_, long, _, _) = entered(&served, &hr(&json!({ "exp": now() + 300_000 })));
    assert_eq!(lasts(&long.unwrap()), 3_600);
    let kept = kept(&cookie);
    let look = |path: &str| served.get_with(path, &[("Cookie", &kept)]);
    let page = look("/entreprise");
    assert_eq!(page.status(), 200);
    let page = text(page);
    assert!(page.contains("Air France") && page.contains("<bdi>oidc:amel</bdi>"), "{page}");
    for (path, status) in [("/audit", 403), ("/exploitation", 403), ("/v1/brouillons", 401)] {
        assert_eq!(look(path).status(), status, "{path}");
    }
    // Its last instant passes.
    let (_, short, _, _) = entered(&served, &hr(&json!({ "exp": now() + 2 })));
    let short = self::kept(&short.unwrap());
    let status = || served.get_with("/entreprise", &[("Cookie", &short)]).status();
    assert_eq!(status(), 200);
    std::thread::sleep(std::time::Duration::from_secs(4));
    assert_eq!(status(), 401, "within what clocks may differ, even");
    assert_eq!(look("/entreprise").status(), 200, "the other one goes on");
}

#[test]
fn a_token_that_does_not_hold_leads_back_to_the_door_which_says_why() {
    let (served, _desk) = served();
    let good = hr(&json!({}));
    let parts: Vec<&str> = good.split('.').collect();
    let others = token(&json!({}));
    let swapped = format!("{}.{}.{}", parts[0], others.split('.').nth(1).unwrap(), parts[2]);
    let stranger =
        encode(&header(Algorithm::EdDSA, "ed"), &claims(&json!({})), &ed([8; 32])).unwrap();
    let unknown = encode(&header(Algorithm::RS256, "inconnue"), &claims(&json!({})), &rsa());
    let many: Vec<String> = (10_000..11_000).map(|code| code.to_string()).collect();
    let wide = json!({ "realm_access": { "roles": ["bareme-territoire"] }, "communes": many });
    for (token, said) in [
        (hr(&json!({ "exp": now() - 60 })), "Ce jeton a expiré"),
        (hr(&json!({ "exp": now() - 10 })), "Ce jeton a expiré"),
        (hr(&json!({ "aud": "autre" })), "pas fait pour ce serveur"),
        (hr(&json!({ "iss": "https://autre.fr" })), "pas fait pour ce serveur"),
        (hr(&json!({ "siren": null })), "ne dit pas clairement"),
        (hr(&json!({ "exp": 1.0e18 })), "ne dit pas clairement"),
        (swapped, "modifié"),
        (good[..good.len() - 3].to_owned(), "modifié"),
        (stranger, "modifié"),
        (unknown.unwrap(), "modifié"),
        ("a.b.c".to_owned(), "modifié"),
        (token(&wide), "trop de communes"),
        ("une-cle".to_owned(), "Cette clé"),
    ] {
        let (status, cookie, _, page) = entered(&served, &token);
        assert_eq!((status, cookie), (401, None), "{said}");
        assert!(page.contains("role=\"alert\"") && page.contains("<h1>Ouvrir une session</h1>"));
        assert!(page.contains(said), "{said}: {page}");
        assert!(!page.contains(&token), "what was sent is not repeated");
    }
}

/// An address that gives keys, and counts how often it was asked.
fn issuer(keys: impl Fn(usize) -> (u16, String) + Send + 'static) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/cles", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 4096];
            let _read = stream.read(&mut head).unwrap();
            let (status, body) = keys(count.fetch_add(1, Ordering::SeqCst));
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nLocation: {}\r\nConnection: close\r\n\r\n{body}",
                "http://127.0.0.1:9/"
            )
            .unwrap();
        }
    });
    (address, asked)
}

#[test]
fn keys_are_read_from_an_address_again_when_a_new_one_is_named_and_not_for_each_request() {
    let (address, asked) = issuer(|_| (200, jwks().to_string()));
    let served = Served::new(On::Sqlite, access(&address));
    assert_eq!(evaluates(&served, &token(&json!({}))), 200);
    let before = asked.load(Ordering::SeqCst);
    assert!((1..=2).contains(&before), "{before}");
    for _ in 0..5 {
        let unknown = encode(&header(Algorithm::RS256, "inconnue"), &claims(&json!({})), &rsa());
        assert_eq!(evaluates(&served, &unknown.unwrap()), 401);
        assert_eq!(evaluates(&served, &token(&json!({}))), 200);
    }
    assert!(asked.load(Ordering::SeqCst) <= before + 1, "the issuer is spared");
}

#[test]
fn keys_that_the_issuer_takes_back_open_nothing_and_a_failure_takes_none_away() {
    let desk = TempDir::new().unwrap();
    let file = keys_file(desk.path(), &jwks());
    let issuer = Config::read(&config(file.to_str().unwrap())).unwrap().jetons.unwrap().value;
    let tokens = Tokens::of(issuer);
    let by_rsa = token(&json!({}));
    let by_ed = encode(&header(Algorithm::EdDSA, "ed"), &claims(&json!({})), &ed([7; 32])).unwrap();
    assert_eq!(tokens.prove(&by_rsa).unwrap_err(), Unproved::UnknownKey, "none is read yet");
    assert_eq!(tokens.read_keys().unwrap(), 2, "those that sign, and are long enough");
    assert_eq!(tokens.prove(&by_rsa).unwrap().caller.role, Role::Service);
    for broken in ["", "{\"keys\":[]}", "{\"keys\":3}"] {
        std::fs::write(&file, broken).unwrap();
        assert!(tokens.read_keys().is_err(), "{broken}");
        assert!(tokens.prove(&by_rsa).is_ok(), "what was read stays");
    }
    let new = json!({ "keys": [{ "kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": ed_public([9; 32]) }] });
    keys_file(desk.path(), &new);
    assert_eq!(tokens.read_keys().unwrap(), 1);
    assert_eq!(tokens.prove(&by_rsa).unwrap_err(), Unproved::UnknownKey, "taken back");
    assert_eq!(tokens.prove(&by_ed).unwrap_err(), Unproved::Refused, "another key of this name");
    let renewed =
        encode(&header(Algorithm::EdDSA, "ed"), &claims(&json!({})), &ed([9; 32])).unwrap();
    assert!(tokens.prove(&renewed).is_ok());
}

#[test]
fn an_address_that_gives_no_keys_opens_nothing() {
    for (status, body) in
        [(500, "panne"), (200, "{}"), (200, "<html>"), (302, ""), (200, "{\"keys\":[]}")]
    {
        let (address, _) = issuer(move |_| (status, body.to_owned()));
        let served = Served::new(On::Sqlite, access(&address));
        assert_eq!(evaluates(&served, &token(&json!({}))), 401, "{status} {body}");
        assert_eq!(served.get("/healthz").status(), 200);
    }
}

#[test]
fn a_configuration_of_tokens_is_judged_at_its_place() {
    let good = config("https://identite.exemple.fr/cles");
    assert!(!Config::read(&good).unwrap().access().unwrap().is_open());
    for (from, to) in [
        ("[RS256, EdDSA]", "[]"),
        ("[RS256, EdDSA]", "[HS256]"),
        ("[RS256, EdDSA]", "[none]"),
        ("audience: bareme", "audience: \"\""),
        ("https://identite.exemple.fr/cles", "http://identite.exemple.fr/cles"),
        ("https://identite.exemple.fr/cles", "http://localhost.autre.org/cles"),
        ("tolerance_s: 30", "tolerance_s: 3000"),
        ("bareme-rh: rh", "bareme-rh: chef"),
        ("  audience: bareme\n", ""),
    ] {
        let text = good.replace(from, to);
        let mistakes = Config::read(&text).unwrap_err();
        assert!(mistakes.iter().all(|it| it.place.is_some()), "{from} → {to}: {mistakes:?}");
    }
    let absent = Config::read(&config("/nulle/part.json")).unwrap();
    assert!(absent.access().unwrap_err().message.contains("clés"), "a file is read at once");
}
