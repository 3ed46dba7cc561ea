//! What is evaluated without a record: one dossier, a batch, an explanation in each form, older rules by their
//! hash.

use server::{Access, DEBOUNCE, Limits};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json, text};

const YAML: (&str, &str) = ("Content-Type", "application/yaml");

fn example() -> Vec<u8> {
    std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap()
}

/// The worked example as one line of JSON, for the date that is given.
fn line(date: &str) -> String {
    let facts = |id: &str, siren: &str| {
        serde_json::json!({
            "id": id, "postule": "oui",
            "demande": { "choix_partage": "accompagné", "date_dépôt": "2018-04-10" },
            "employeur": { "siren": siren, "cotisante": "oui", "validation": "confirmée" },
        })
    };
    let offer = serde_json::json!({ "commune": "69386", "loyer": 500, "typologie": "T1" });
    let candidates = [facts("a", "420495178"), facts("b", "000000018")];
    serde_json::json!({ "date": date, "offre": offer, "candidats": candidates }).to_string()
}

#[test]
fn an_evaluation_says_what_the_command_says_and_records_nothing() {
    let served = Served::new(On::Sqlite, Access::open());
    let answer = served.post("/v1/evaluations", &[YAML], &example());
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["bareme-recueil"].to_str().unwrap().len(), 64);
    let evaluated = json(answer);
    assert_eq!(evaluated["simulation"], true);
    assert_eq!(evaluated["candidats"][0]["id"], "leclerc");
    assert_eq!(evaluated["candidats"][0]["rang"], 1);
    assert_eq!(evaluated["candidats"][0]["total"], 539);
    assert_eq!(evaluated["candidats"][1]["total"], 536);
    assert_eq!(served.wait_for(served.given.registry.size()).unwrap(), 1);
    let refused =
        served.post("/v1/evaluations", &[], line("2019-10-15").replace("500", "\"?\"").as_bytes());
    assert_eq!(refused.status(), 422);
    assert!(refused.headers().contains_key("bareme-recueil"), "what refuses is said too");
    let refused = json(refused);
    assert_eq!(refused["erreurs"][0]["chemin"], "offre.loyer");
}

#[test]
fn a_batch_answers_each_line_by_one_generation() {
    let served = Served::new(On::Sqlite, Access::open());
    let body =
        format!("{}\n\n{{\n{}\n{}", line("2019-10-15"), line("1950-01-01"), line("2019-10-15"));
    let answer = served.post("/v1/evaluations/lot", &[], body.as_bytes());
    assert_eq!(answer.headers()["content-type"], "application/x-ndjson");
    let answers = text(answer);
    let answers: Vec<serde_json::Value> =
        answers.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said: Vec<(u64, u64)> = answers
        .iter()
        .map(|it| (it["ligne"].as_u64().unwrap(), it["statut"].as_u64().unwrap()))
        .collect();
    assert_eq!(said, [(1, 200), (3, 422), (4, 422), (5, 200)]);
    assert_eq!(answers[0]["evaluation"], answers[3]["evaluation"]);
    assert_eq!(answers[1]["probleme"]["type"], "dossier");
    assert_eq!(answers[2]["probleme"]["type"], "sans_classement");
}

#[test]
fn a_batch_is_answered_as_it_comes_and_a_line_without_end_stops_it() {
    let limits = Limits { bytes: 20_000, ..Limits::default() };
    let served = Served::with(On::Sqlite, Access::open(), limits);
    let mut stream = connect(&served);
    write!(
        stream,
        "POST /v1/evaluations/lot HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    .unwrap();
    let mut read = BufReader::new(stream.try_clone().unwrap());
    let chunk = |stream: &mut TcpStream, text: &str| {
        write!(stream, "{:x}\r\n{text}\r\n", text.len()).unwrap();
    };
    chunk(&mut stream, &format!("{}\n", line("2019-10-15")));
    let first = until(&mut read, "\"ligne\":1");
    assert!(first.contains("\"statut\":200"), "answered before the second line comes");
    chunk(&mut stream, &"x".repeat(30_000));
    let second = until(&mut read, "\"ligne\":2");
    assert!(second.contains("\"statut\":413"), "{second}");
    let mut rest = String::new();
    read.read_to_string(&mut rest).unwrap_or_default();
    assert!(!rest.contains("ligne"), "{rest}");
}

fn connect(served: &Served) -> TcpStream {
    let stream = TcpStream::connect(served.address().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    stream
}

fn until(read: &mut impl BufRead, sign: &str) -> String {
    loop {
        let mut line = String::new();
        assert!(read.read_line(&mut line).unwrap() > 0, "no « {sign} »");
        if line.contains(sign) {
            return line;
        }
    }
}

#[test]
fn a_ranking_is_recorded_and_says_who_is_kept_and_who_is_not_ranked() {
    let served = Served::new(On::Sqlite, Access::open());
    let nine = std::fs::read(root().join("examples/neuf-candidats.yaml")).unwrap();
    let headers = [YAML, ("Idempotency-Key", "neuf")];
    let answer = served.post("/v1/classements", &headers, &nine);
    assert_eq!(answer.status(), 201);
    let ranked = json(answer);
    let order = ranked["ordre"].as_array().unwrap();
    let kept = ranked["retenus"].as_array().unwrap();
    assert_eq!(kept.len(), 5);
    let first: Vec<_> = order.iter().take(5).map(|it| it["candidat"].clone()).collect();
    assert_eq!(&first, kept, "the five first");
    let all = order.len() + ranked["exclus"].as_array().unwrap().len();
    assert_eq!(all, 9);
    for excluded in ranked["exclus"].as_array().unwrap() {
        assert!(!excluded["motifs"].as_array().unwrap().is_empty(), "{excluded}");
    }
    for (at, place) in order.iter().enumerate() {
        let among = &place["parmi_les_postulants"];
        assert!(among.is_null() || among["rang"] == at + 1, "{place}");
        assert!(place["si_tous_postulent"]["sur"].as_u64().unwrap() as usize == order.len());
    }
    let again = json(served.post("/v1/classements", &headers, &nine));
    assert_eq!((&again["decision"], &again["ordre"]), (&ranked["decision"], &ranked["ordre"]));
    assert_eq!(again["deja_enregistree"], true);
}

#[test]
fn an_explanation_comes_in_the_form_that_is_asked_for() {
    let served = Served::new(On::Sqlite, Access::open());
    let ask = |accept: &str, more: &str| {
        let path = format!("/v1/explications?candidat=tabanou{more}");
        served.post(&path, &[YAML, ("Accept", accept)], &example())
    };
    let value = json(ask("application/json", "&vue=demandeur"));
    assert_eq!((&value["vue"], &value["resultat"]["total"]), (&"demandeur".into(), &536.into()));
    assert!(value["changements"].is_object(), "what could change is told to the applicant");
    let page = ask("text/html", "&vue=demandeur&rapport=oui");
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("style-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    let page = text(page);
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("R311-3-1-2"));
    let english = text(ask("text/html", "&langue=en"));
    assert!(english.contains("<html lang=\"en\">"));
    assert_eq!(ask("image/png", "").status(), 406);
    assert_eq!(ask("application/json", "&vue=roi").status(), 400);
    let mut pdf = ask("application/pdf", "");
    assert_eq!(pdf.status(), 200);
    let bytes = pdf.body_mut().with_config().limit(64 << 20).read_to_vec().unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
}

#[test]
fn older_rules_answer_by_their_hash_and_unknown_ones_do_not() {
    let served = Served::new(On::Sqlite, Access::open());
    let first = json(served.get("/readyz"))["recueil"].as_str().unwrap().to_owned();
    let file = std::fs::read_dir(served.rules.join("als")).unwrap().next().unwrap().unwrap().path();
    let before = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{before}\n# autre\n")).unwrap();
    std::thread::sleep(DEBOUNCE);
    served.reloader.look();
    let second = json(served.get("/readyz"))["recueil"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    let ask =
        |hash: &str| served.post("/v1/evaluations", &[YAML, ("Bareme-Recueil", hash)], &example());
    for hash in [&first, &second] {
        let answer = ask(hash);
        assert_eq!(answer.headers()["bareme-recueil"].to_str().unwrap(), hash);
        assert_eq!(&json(answer)["recueil"]["empreinte"], hash);
    }
    for hash in ["0".repeat(64), "é".to_owned(), "../../etc".to_owned()] {
        assert_eq!(ask(&hash).status(), 404, "{hash}");
    }
    // Of another server of the same registry, which has never served them.
    let other = Served::beside(&served, Access::open());
    let hash = [YAML, ("Bareme-Recueil", second.as_str())];
    let there = other.post("/v1/evaluations", &hash, &example());
    assert_eq!(&json(there)["recueil"]["empreinte"], &second);
}

#[test]
fn a_batch_without_a_line_is_answered_without_one() {
    let served = Served::new(On::Sqlite, Access::open());
    for packing in ["identity", "gzip", "br"] {
        let headers = [("Accept-Encoding", packing)];
        let mut answer = served.post("/v1/evaluations/lot", &headers, b"");
        assert_eq!(answer.status(), 200, "{packing}");
        let said = answer.body_mut().read_to_vec().unwrap();
        assert!(said.is_empty() || packing != "identity", "{packing}: {said:?}");
    }
}
