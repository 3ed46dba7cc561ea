//! The auditor's pages: what was recorded, and green only where it was just checked. Whoever may write in the
//! database tries to have something false shown as verified; each attempt is seen, and by what.

use registry::{Draft, Rules, Whose};
use server::{Access, Caller, Role};
use sqlx::{AnyPool, AssertSqlSafe};
use std::path::PathBuf;
use tests::browser::{Page, faults, inspect};
use tests::explained::example;
use tests::hostile::{HOSTILE, marked, plain};
use tests::registered::{On, RULES, draft, draft_by, policies};
use tests::rules::root;
use tests::served::{Served, json, text};

const YAML: (&str, &str) = ("Content-Type", "application/yaml");

/// What a verdict that is green is drawn as, on any page.
const GREEN: &str = "class=\"verdict verified\"";

fn lyon() -> String {
    std::fs::read_to_string(root().join("examples/lyon-6e.yaml")).unwrap()
}

fn decided(served: &Served, dossier: &str) -> String {
    let answer = served.post("/v1/decisions?finalite=attribution", &[YAML], dossier.as_bytes());
    assert_eq!(answer.status(), 201);
    json(answer)["decision"].as_str().unwrap().to_owned()
}

fn shown(served: &Served, path: &str) -> String {
    let answer = served.get_with(path, &[("Accept", "text/html")]);
    assert_eq!(answer.status(), 200, "{path}");
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    text(answer)
}

/// Reads the state of a link of the chain, on a page.
fn link<'p>(page: &'p str, what: &str) -> &'p str {
    let what = what.replace('\'', "&#39;");
    let row = page.split("<li>").find(|row| row.starts_with(&format!("<strong>{what}</strong>")));
    let row = row.unwrap_or_else(|| panic!("{what} in\n{page}"));
    row.split("<span class=\"check ").nth(1).unwrap().split('"').next().unwrap()
}

const LOG: &str = "La décision, dans le journal";
const RECORDS: &str = "Les candidats, dans la décision";
const KEPT: &str = "Les règles telles qu'elles étaient";
const VALUES: &str = "Les faits et le résultat, dans la fiche";
const ALL_VALUES: &str = "Les faits et les résultats";

#[test]
fn a_decision_is_shown_with_its_facts_its_lines_its_proofs_and_its_replay() {
    let served = Served::new(On::Sqlite, Access::open());
    let id = decided(&served, &lyon());
    let found = shown(&served, "/audit?depuis=2019-10-15&jusqua=&offre=lyon-6e-f1&candidature=");
    assert!(found.contains(&format!("href=\"/audit/decisions/{id}\"")), "{found}");
    let page = shown(&served, &format!("/audit/decisions/{id}"));
    assert!(page.contains(GREEN), "{page}");
    for what in [LOG, RECORDS, KEPT, ALL_VALUES] {
        assert_eq!(link(&page, what), "verified", "{what}");
    }
    assert!(page.contains("octet pour octet le résultat enregistré des 2 candidats"), "{page}");
    let rules = page.split("href=\"/recueils/").nth(1).unwrap().split('"').next().unwrap();
    assert!(
        shown(&served, &format!("/recueils/{rules}")).contains("<h1>"),
        "the rules as they were"
    );
    let source = format!("/recueils/{}", rules.replace(".html", ".bareme"));
    assert!(text(served.get(&source)).contains("classement "), "their text: {source}");
    let candidate = shown(&served, &format!("/audit/decisions/{id}/candidats/0"));
    assert!(candidate.contains(GREEN) && link(&candidate, VALUES) == "verified");
    assert!(candidate.contains("<dt>Total</dt><dd>536</dd>"), "{candidate}");
    let rows = candidate.matches("<td>identique</td>").count();
    assert!(rows > 20 && !candidate.contains("<strong>différent</strong>"), "{rows} lines");
    assert!(candidate.contains("</strong> sur ") && !candidate.contains("</strong> sur 0<"));
    for said in [
        "Air France",
        "déclaré",
        "12 juillet 2019",
        "employeur",
        "1\u{202f}600\u{a0}€",
        "emploi.date_entrée",
    ] {
        assert!(candidate.contains(said), "{said} in\n{candidate}");
    }
    let explained = shown(&served, &format!("/audit/decisions/{id}/candidats/0/explication"));
    assert!(explained.contains("536"));
    for path in ["/audit/decisions/x", "/recueils/x/index.html", "/audit?decision=x"] {
        assert_eq!(served.get(path).status(), 404, "{path}");
    }
    assert_eq!(served.get(&format!("/audit/decisions/{id}/candidats/2")).status(), 404);
    let led = served.get(&format!("/audit?decision={id}"));
    assert_eq!(led.headers()["location"], format!("/audit/decisions/{id}"));
    let refused =
        served.get_with("/audit?depuis=2020-01-02&jusqua=2020-01-01", &[("Accept", "text/html")]);
    assert_eq!(refused.status(), 400);
    let refused = text(refused);
    assert!(
        refused.contains("échangez les deux") && refused.contains("value=\"2020-01-02\""),
        "{refused}"
    );
}

/// The tables of a registry, put back as they were after each attempt.
const TABLES: [&str; 7] =
    ["candidates", "entries", "subjects", "checkpoints", "tiles", "recueils", "contents"];

async fn run(database: &AnyPool, statements: &[String]) {
    for statement in statements {
        let sql = AssertSqlSafe(statement.clone());
        sqlx::query(sql)
            .execute(database)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

async fn saved(database: &AnyPool) {
    run(
        database,
        &TABLES.map(|table| format!("CREATE TABLE was_{table} AS SELECT * FROM {table}")),
    )
    .await;
}

async fn restored(database: &AnyPool) {
    let gone = TABLES.map(|table| format!("DELETE FROM {table}"));
    let back =
        TABLES.iter().rev().map(|table| format!("INSERT INTO {table} SELECT * FROM was_{table}"));
    run(database, &gone.into_iter().chain(back).collect::<Vec<_>>()).await;
}

/// What is done to the record of the second of three decisions, which link shows it on its page, and how.
const ATTEMPTS: &[(&str, &[&str], &str, &str)] = &[
    (
        "a word of its entry",
        &[
            "UPDATE entries SET body = CAST(REPLACE(CAST(body AS TEXT), 'attribution', 'xttribution') AS BLOB) WHERE position = 2",
        ],
        LOG,
        "broken",
    ),
    ("an entry before it is gone", &["DELETE FROM entries WHERE position = 1"], LOG, "broken"),
    (
        "two identifiers swapped",
        &[
            "CREATE TABLE ids AS SELECT position, id FROM entries",
            "UPDATE entries SET id = 'x' WHERE position = 3",
            "UPDATE entries SET id = (SELECT id FROM ids WHERE ids.position = 3) WHERE position = 2",
            "UPDATE entries SET id = (SELECT id FROM ids WHERE ids.position = 2) WHERE position = 3",
            "DROP TABLE ids",
        ],
        LOG,
        "broken",
    ),
    (
        "a checkpoint of another root",
        &[
            "UPDATE checkpoints SET note = (SELECT note FROM checkpoints WHERE size = 3) WHERE size = 4",
        ],
        LOG,
        "broken",
    ),
    (
        "a checkpoint with a word more",
        &[
            "UPDATE checkpoints SET note = REPLACE(note, char(10) || '4' || char(10), char(10) || '5' || char(10)) WHERE size = 4",
        ],
        LOG,
        "broken",
    ),
    (
        "a checkpoint that is none",
        &["UPDATE checkpoints SET note = 'vérifié' WHERE size = 4"],
        LOG,
        "broken",
    ),
    ("no checkpoint at all", &["DELETE FROM checkpoints"], LOG, "waiting"),
    ("no checkpoint that covers it", &["DELETE FROM checkpoints WHERE size > 2"], LOG, "waiting"),
    (
        "a rank of a record",
        &[
            "UPDATE candidates SET record = CAST(REPLACE(CAST(record AS TEXT), '\"rang\":2', '\"rang\":1') AS BLOB) WHERE entry = 2",
        ],
        RECORDS,
        "broken",
    ),
    (
        "records swapped",
        &[
            "UPDATE candidates SET place = 9 WHERE entry = 2 AND place = 0",
            "UPDATE candidates SET place = 0 WHERE entry = 2 AND place = 1",
            "UPDATE candidates SET place = 1 WHERE entry = 2 AND place = 9",
        ],
        RECORDS,
        "broken",
    ),
    (
        "a byte more in what is sealed",
        &[
            "UPDATE candidates SET sealed = CAST(sealed || x'00' AS BLOB) WHERE entry = 2 AND place = 0",
        ],
        VALUES,
        "broken",
    ),
    (
        "what was sealed in another decision",
        &[
            "UPDATE candidates SET sealed = (SELECT sealed FROM was_candidates w WHERE w.entry = 3 AND w.place = 0) WHERE entry = 2 AND place = 0",
        ],
        VALUES,
        "broken",
    ),
    (
        "an erasure that no entry says",
        &[
            "UPDATE candidates SET sealed = NULL WHERE entry = 2 AND place = 0",
            "UPDATE subjects SET wrapped = NULL, erased = 1 WHERE subject = (SELECT subject FROM was_candidates w WHERE w.entry = 2 AND w.place = 0)",
        ],
        VALUES,
        "broken",
    ),
    (
        "a key that is gone alone",
        &[
            "UPDATE subjects SET wrapped = NULL, erased = 1 WHERE subject = (SELECT subject FROM was_candidates w WHERE w.entry = 2 AND w.place = 0)",
        ],
        VALUES,
        "broken",
    ),
    (
        "a byte of its rules",
        &["UPDATE contents SET bytes = CAST(bytes || x'0a23' AS BLOB)"],
        KEPT,
        "broken",
    ),
    ("its rules are gone", &["DELETE FROM contents"], KEPT, "broken"),
];

#[test]
fn nothing_that_was_changed_is_shown_as_verified() {
    let served = Served::new(On::Sqlite, Access::open());
    let (_, id, _) =
        (decided(&served, &lyon()), decided(&served, &lyon()), decided(&served, &lyon()));
    let database = served.wait_for(AnyPool::connect(&served.given.settings.url)).unwrap();
    served.wait_for(saved(&database));
    let (whole, one) =
        (format!("/audit/decisions/{id}"), format!("/audit/decisions/{id}/candidats/0"));
    for (name, statements, what, state) in ATTEMPTS {
        let statements: Vec<String> = statements.iter().map(|it| (*it).to_owned()).collect();
        served.wait_for(run(&database, &statements));
        let page = shown(&served, &one);
        assert_eq!(link(&page, what), *state, "{name}: {page}");
        assert!(!page.contains(GREEN), "{name}: {page}");
        assert!(page.contains(&format!("class=\"verdict {state}\"")), "{name}: {page}");
        let page = shown(&served, &whole);
        let what = if *what == VALUES { ALL_VALUES } else { what };
        assert_eq!(link(&page, what), *state, "{name}: {page}");
        assert!(!page.contains(GREEN), "{name}: {page}");
        served.wait_for(restored(&database));
        assert!(shown(&served, &whole).contains(GREEN), "{name}: put back, it is whole again");
    }
    // A candidate is missing: nothing is told as if it were whole.
    served.wait_for(run(
        &database,
        &["DELETE FROM candidates WHERE entry = 2 AND place = 1".to_owned()],
    ));
    for path in [&whole, &one, &format!("/audit?decision={id}")] {
        let answer = served.get_with(path, &[("Accept", "text/html")]);
        assert_eq!(answer.status(), 409, "{path}");
        let page = text(answer);
        assert!(page.contains("Enregistrement modifié") && !page.contains(GREEN), "{page}");
    }
}

/// Records under the hash of the real rules what rules with one line changed give.
fn forged(served: &Served) -> String {
    let mut files = policies();
    let file = files.get_mut("als/als_2019.bareme").unwrap();
    *file =
        String::from_utf8_lossy(file).replace("donne 70 points", "donne 60 points").into_bytes();
    let mut rules = Rules::compile(&files).unwrap();
    rules.hash.clone_from(&RULES.hash);
    let draft: Draft = draft_by(&rules, &example("lyon-6e", |text| text), None);
    served.wait_for(served.given.registry.record(draft)).unwrap().id
}

#[test]
fn a_record_that_its_rules_do_not_give_is_shown_line_by_line() {
    let served = Served::new(On::Sqlite, Access::open());
    let id = forged(&served);
    let page = shown(&served, &format!("/audit/decisions/{id}"));
    assert_eq!(link(&page, LOG), "verified", "it was recorded so");
    assert!(page.contains("ne redonnent pas ce qui est enregistré"), "{page}");
    assert!(page.contains("<tr class=\"differs\">") && page.contains("<strong>différent</strong>"));
}

#[test]
fn what_is_erased_is_said_to_be_and_the_rest_still_holds() {
    let served = Served::new(On::Sqlite, Access::open());
    let id = decided(&served, &lyon());
    let whose = Whose::Application("tabanou".to_owned());
    served.wait_for(served.given.registry.erase(whose, "dpo", "radiation")).unwrap();
    let page = shown(&served, &format!("/audit/decisions/{id}"));
    assert!(page.contains("class=\"verdict erased\"") && !page.contains(GREEN), "{page}");
    assert_eq!(link(&page, LOG), "verified");
    assert!(
        page.contains("Des faits ont été effacés") && page.contains("<bdi>leclerc</bdi>"),
        "{page}"
    );
    let gone = shown(&served, &format!("/audit/decisions/{id}/candidats/0"));
    assert_eq!(link(&gone, VALUES), "erased");
    assert!(
        gone.contains("l'entrée 2 du journal") || gone.contains("l&#39;entrée 2 du journal"),
        "{gone}"
    );
    assert!(gone.contains("emploi.date_entrée") && !gone.contains("Air France"), "{gone}");
    assert!(!gone.contains("tabanou") && !gone.contains("1\u{202f}600"), "{gone}");
    let left = shown(&served, &format!("/audit/decisions/{id}/candidats/1"));
    assert_eq!(link(&left, VALUES), "verified");
    assert!(left.contains("pas de rejeu") && !left.contains("<td>identique</td>"), "{left}");
    // An entry that is not in the log any more erases nothing.
    let database = served.wait_for(AnyPool::connect(&served.given.settings.url)).unwrap();
    served.wait_for(run(&database, &["DELETE FROM checkpoints WHERE size > 2".to_owned()]));
    let waiting = shown(&served, &format!("/audit/decisions/{id}/candidats/0"));
    assert_eq!((link(&waiting, LOG), link(&waiting, VALUES)), ("verified", "waiting"));
}

#[test]
fn a_large_decision_is_read_by_pages_and_taken_away_one_candidate_at_a_time() {
    let served = Served::new(On::Sqlite, Access::open());
    let dossier = lyon();
    let (head, candidates) = dossier.split_once("candidats:\n").unwrap();
    let first = candidates.split("  - id: leclerc").next().unwrap();
    let many: String = (0..101)
        .map(|number| {
            first.replace("tabanou", &format!("c{number}")).replace("A1", &format!("A{number}"))
        })
        .collect();
    let id = decided(&served, &format!("{head}candidats:\n{many}"));
    let kept = format!("/v1/decisions/{id}/dossier");
    let refused = served.get(&kept);
    assert_eq!(refused.status(), 413);
    assert!(json(refused)["detail"].as_str().unwrap().contains("« candidat »"));
    assert_eq!(served.get(&format!("{kept}?candidat=c7")).status(), 200);
    assert_eq!(served.get(&format!("/audit/decisions/{id}/dossier")).status(), 413);
    let own = served.get(&format!("/audit/decisions/{id}/candidats/100/dossier"));
    assert_eq!(
        (own.status().as_u16(), &own.headers()["content-type"]),
        (200, &"application/zip".parse().unwrap())
    );
    let (mut at, mut pages, mut seen) = (format!("/audit/decisions/{id}"), 0, 0);
    loop {
        let page = shown(&served, &at);
        pages += 1;
        seen += page.matches("/candidats/").count();
        assert!(page.contains(GREEN) && page.contains("a trop de candidats"), "{page}");
        let Some(next) =
            page.split("rel=\"next\"").next().filter(|_| page.contains("rel=\"next\""))
        else {
            break;
        };
        at = next.rsplit("href=\"").next().unwrap().split('"').next().unwrap().to_owned();
    }
    assert_eq!((pages, seen), (3, 101));
    assert_eq!(served.get(&format!("/audit/decisions/{id}?depuis=-1")).status(), 400);
    let beyond = shown(&served, &format!("/audit/decisions/{id}?depuis=4000"));
    assert!(beyond.contains("0 des 101 candidats"), "{beyond}");
}

#[test]
fn only_an_auditor_sees_these_pages() {
    let callers =
        Role::ALL.map(|role| Caller::new(&format!("{role:?}"), role, &format!("{role:?}")));
    let served = Served::new(On::Sqlite, Access::to(callers.to_vec()));
    let body = lyon();
    let bearer = [YAML, ("Authorization", "Bearer Service")];
    let id = json(served.post("/v1/decisions", &bearer, body.as_bytes()))["decision"]
        .as_str()
        .unwrap()
        .to_owned();
    let of = format!("/audit/decisions/{id}");
    let paths = [
        "/audit".to_owned(),
        of.clone(),
        format!("{of}/dossier"),
        format!("{of}/candidats/0"),
        format!("{of}/candidats/0/dossier"),
        format!("{of}/candidats/0/explication"),
    ];
    for path in &paths {
        for role in Role::ALL {
            let status = served.get_as(path, &format!("{role:?}")).status();
            assert_eq!(status, if role == Role::Auditeur { 200 } else { 403 }, "{path} {role:?}");
        }
        assert_eq!(served.get(path).status(), 401, "{path}");
    }
}

#[test]
fn the_pages_are_for_everyone_and_hostile_texts_are_text() {
    let served = Served::new(On::Sqlite, Access::open());
    let hostile: Vec<String> =
        HOSTILE.iter().filter(|it| !it.contains('\0')).map(|it| (*it).to_owned()).collect();
    let hostile = hostile.join(" ; ");
    let quoted = serde_json::to_string(&hostile).unwrap();
    let dossier = lyon()
        .replace("\"Air France\"", &quoted)
        .replace("source: employeur", &format!("source: {quoted}"))
        .replace("id: lyon-6e-f1", &format!("id: {quoted}"))
        .replace("id: leclerc", &format!("id: {quoted}"));
    let (id, sound) = (decided(&served, &dossier), decided(&served, &lyon()));
    let other = forged(&served);
    let whose = Whose::Application("leclerc".to_owned());
    served
        .wait_for(served.given.registry.record(draft(&example("lyon-6e", |text| text), None)))
        .unwrap();
    let page = |name: &str, path: &str| Page::new(name, shown(&served, path)).with_forms();
    let pages = [
        page("recherche", "/audit"),
        page("decision", &format!("/audit/decisions/{sound}")),
        page("candidat", &format!("/audit/decisions/{sound}/candidats/0")),
        page("autre", &format!("/audit/decisions/{other}/candidats/0")),
        page("hostile", &format!("/audit/decisions/{id}")),
        page("fait-hostile", &format!("/audit/decisions/{id}/candidats/0")),
    ];
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("audit");
    let reports = inspect(&folder, &pages);
    assert_eq!(faults(&reports), Vec::<String>::new());
    served.wait_for(served.given.registry.erase(whose, "dpo", "radiation")).unwrap();
    let erased = Page::seen(
        "efface",
        shown(&served, &format!("/audit/decisions/{sound}/candidats/1")),
        &["bureau", "téléphone"],
    );
    assert_eq!(faults(&inspect(&folder, &[erased.with_forms()])), Vec::<String>::new());
    let wanted = plain(&marked(&hostile));
    for name in ["recherche", "hostile", "fait-hostile"] {
        let report = reports.iter().find(|report| report.name == name).unwrap();
        let said = plain(&report.views.last().unwrap().text);
        assert!(said.contains(&wanted), "{name}: {wanted}\n{said}");
    }
}
