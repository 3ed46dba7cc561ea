//! Rules follow their directory while they serve; what is broken never replaces what is good.
//!
//! A few reloads under load in everyday runs; `RECHARGES=200` for the endurance run.

use registry::entry::Kind;
use server::{Access, DEBOUNCE, Outcome, Settings};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tests::registered::On;
use tests::rules::root;
use tests::served::{Served, json, write_policies};

const YAML: (&str, &str) = ("Content-Type", "application/yaml");

/// How long a change may take to be seen.
const PATIENCE: Duration = Duration::from_secs(60);

fn example() -> Vec<u8> {
    std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap()
}

/// Waits until the state of the server is as asked.
fn until(
    served: &Served,
    what: &str,
    is: impl Fn(&serde_json::Value) -> bool,
) -> serde_json::Value {
    let begun = Instant::now();
    loop {
        let ready = json(served.get("/readyz"));
        if is(&ready) {
            return ready;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: {ready}");
        std::thread::sleep(Duration::from_millis(40));
    }
}

/// Changes a file of the rules: its text, not its meaning.
fn change(rules: &Path, how: &str) {
    let file = grid(rules);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\n# {how}\n")).unwrap();
}

/// Finds the file of the grid of Action Logement.
fn grid(rules: &Path) -> PathBuf {
    let mut files =
        std::fs::read_dir(rules.join("als")).unwrap().map(|entry| entry.unwrap().path());
    files.find(|path| std::fs::read_to_string(path).unwrap().contains("moins_de_30_ans")).unwrap()
}

#[test]
fn a_changed_file_serves_a_moment_later_and_its_rules_are_kept() {
    let served = Served::new(On::Sqlite, Access::open());
    let before = json(served.get("/readyz"));
    assert_eq!(before["generation"], 1);
    change(&served.rules, "un");
    let after = until(&served, "the new rules serve", |it| it["generation"] == 2);
    assert_ne!(after["recueil"], before["recueil"]);
    let decided = json(served.post("/v1/decisions", &[YAML], &example()));
    assert_eq!(decided["recueil"], after["recueil"], "decisions are made by the new rules");
    let id = decided["decision"].as_str().unwrap();
    let replay = json(served.post(&format!("/v1/decisions/{id}/rejeu"), &[], b""));
    assert_eq!(replay["issue"], "identique", "and they are kept");
}

#[test]
fn a_broken_file_never_replaces_a_good_one_and_is_told() {
    let served = Served::new(On::Sqlite, Access::open());
    let good = json(served.get("/readyz"));
    let file = grid(&served.rules);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("moins_de_30_ans", "moins de 30 ans")).unwrap();
    let told = until(&served, "the refusal is told", |it| it["dernier_essai"]["issue"] == "refuse");
    assert_eq!((&told["recueil"], &told["generation"]), (&good["recueil"], &good["generation"]));
    let line = told["dernier_essai"]["erreurs"][0].as_str().unwrap();
    assert!(line.contains(".bareme:"), "a place: {line}");
    assert_eq!(served.post("/v1/decisions", &[YAML], &example()).status(), 201);
    std::fs::write(&file, text).unwrap();
    until(&served, "what is mended serves", |it| it["dernier_essai"]["issue"] == "inchange");
}

#[test]
fn a_rule_whose_example_fails_does_not_serve() {
    let served = Served::new(On::Sqlite, Access::open());
    let file = grid(&served.rules);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.contains("30 ans"));
    std::fs::write(&file, text.replace("< 30 ans", "< 29 ans")).unwrap();
    std::thread::sleep(DEBOUNCE * 3);
    let attempt = served.reloader.look();
    assert!(matches!(attempt.outcome, Outcome::Refused(_)), "{attempt:?}");
}

#[test]
fn a_guarantee_that_must_be_proved_and_is_not_does_not_serve() {
    let served = Served::new(On::Sqlite, Access::open());
    let (manifest, file) =
        (served.rules.join("recueil.yaml"), served.rules.join("als/essai.bareme"));
    let text = |least: &str| {
        format!(
            "politique essai \"Essai\"\nversion 1\nen vigueur à partir du 2019-07-01\nutilise cerfa ; \
             plateforme\n\ncritère monte \"Deux points par personne\"\n  donne 2 points × \
             foyer.personnes\n  au plus 40 points\n\ncritère descend \"Un point de moins\"\n  donne 40 \
             points - 1 point × foyer.personnes\n  {least}\n\ngarantie \"Une grande famille n'y perd \
             pas\"\n  croissant selon foyer.personnes\n"
        )
    };
    let undecided = text("au moins 0 point");
    let proved = undecided.replace("40 points - 1 point", "1 point");
    let refuted = undecided.replace("2 points × foyer", "0 points × foyer");
    let looked = || {
        std::thread::sleep(DEBOUNCE * 3);
        served.reloader.look().outcome
    };
    std::fs::write(&file, &undecided).unwrap();
    let serves = |outcome: &Outcome| matches!(outcome, Outcome::Activated(_) | Outcome::Same);
    assert!(serves(&looked()), "nothing asks for its proof");
    std::fs::write(&file, &refuted).unwrap();
    let Outcome::Refused(lines) = looked() else { panic!("a refuted guarantee serves") };
    assert!(lines.iter().any(|line| line.contains("E0412")), "{lines:?}");
    let asking = std::fs::read_to_string(&manifest).unwrap();
    let asking = format!(
        "{asking}niveaux:\n  - {{ code: N0101, niveau: erreur, motif: \"Tout se prouve\" }}\n"
    );
    std::fs::write(&manifest, &asking).unwrap();
    std::fs::write(&file, &undecided).unwrap();
    let Outcome::Refused(lines) = looked() else { panic!("an undecided guarantee serves") };
    assert!(lines.iter().all(|line| line.contains("N0101") && line.contains("essai")), "{lines:?}");
    std::fs::write(&file, &proved).unwrap();
    assert!(serves(&looked()), "{:?}", served.reloader.last());
    std::fs::write(&file, &undecided).unwrap();
    assert!(matches!(looked(), Outcome::Refused(_)));
    let excepted = asking.replace(
        "exceptions:\n",
        "exceptions:\n  - { code: N0101, unite: essai, motif: \"Preuve à l'étude\" }\n",
    );
    std::fs::write(&manifest, excepted).unwrap();
    assert!(
        serves(&looked()),
        "an exception of the manifest lets it: {:?}",
        served.reloader.last()
    );
}

#[test]
fn files_written_in_many_ways_are_seen() {
    let served = Served::new(On::Sqlite, Access::open());
    let file = grid(&served.rules);
    let text = std::fs::read_to_string(&file).unwrap();
    // An editor writes beside and renames.
    let beside = file.with_extension("tmp");
    std::fs::write(&beside, format!("{text}\n# un\n")).unwrap();
    std::fs::rename(&beside, &file).unwrap();
    until(&served, "a rename", |it| it["generation"] == 2);
    // A file goes, and comes back.
    std::fs::remove_file(&file).unwrap();
    until(&served, "a removal", |it| it["dernier_essai"]["issue"] == "refuse");
    std::fs::write(&file, format!("{text}\n# deux\n")).unwrap();
    until(&served, "a return", |it| it["generation"] == 3);
    // The whole tree is checked out again.
    write_policies(&served.rules);
    until(&served, "a checkout", |it| it["generation"] == 4);
}

#[test]
fn under_load_every_answer_is_of_one_generation() {
    let served = Served::new(On::Sqlite, Access::open());
    let file = grid(&served.rules);
    let text = std::fs::read_to_string(&file).unwrap();
    let (stop, asked) = (AtomicBool::new(false), AtomicU64::new(0));
    let reloads: u64 =
        std::env::var("RECHARGES").ok().and_then(|text| text.parse().ok()).unwrap_or(9);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let answer = served.post("/v1/decisions", &[YAML], &example());
                    assert_eq!(answer.status(), 201);
                    let said = answer.headers()["bareme-recueil"].to_str().unwrap().to_owned();
                    assert_eq!(json(answer)["recueil"], said, "one generation, whole");
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for reload in 0..reloads {
            let broken = reload % 3 == 2;
            let changed = if broken {
                text.replace("points", "pointz")
            } else {
                format!("{text}\n# {reload}\n")
            };
            std::fs::write(&file, changed).unwrap();
            std::thread::sleep(DEBOUNCE * 3);
        }
        std::fs::write(&file, &text).unwrap();
        std::thread::sleep(DEBOUNCE * 3);
        stop.store(true, Ordering::Relaxed);
    });
    let asked = asked.load(Ordering::Relaxed);
    assert!(asked > 0);
    let report = served.wait_for(served.given.registry.verify_completely(&[])).unwrap();
    let activations = served.wait_for(served.given.registry.acts(Kind::Activation, 0)).unwrap();
    let activations = activations.iter().filter(|(place, _)| *place < report.entries).count();
    assert_eq!((report.faults, report.entries), (vec![], asked + activations as u64));
}

#[test]
fn a_step_back_holds_until_something_changes_and_is_in_the_log() {
    let served = Served::new(On::Sqlite, Access::open());
    let back = || served.post("/v1/recueil/retour", &[], b"");
    assert_eq!(back().status(), 404, "nothing served before");
    let first = json(served.get("/readyz"))["recueil"].clone();
    change(&served.rules, "un");
    until(&served, "the new rules serve", |it| it["generation"] == 2);
    change(&served.rules, "deux");
    let third = until(&served, "and those after", |it| it["generation"] == 3);
    assert_eq!(back().status(), 200);
    let stepped = json(back());
    assert_eq!((&stepped["empreinte"], &stepped["generation"]), (&first, &5.into()), "two steps");
    assert_eq!(back().status(), 404);
    served.reloader.look();
    let held = json(served.get("/readyz"));
    assert_eq!((&held["recueil"], &held["generation"]), (&first, &5.into()), "it holds");
    change(&served.rules, "trois");
    let after = until(&served, "a change serves again", |it| it["generation"] == 6);
    assert_ne!(after["recueil"], third["recueil"]);
    let acts = served.wait_for(served.given.registry.acts(Kind::Activation, 0)).unwrap();
    let said: Vec<_> = acts.iter().filter_map(|(_, act)| act.content.recueil.clone()).collect();
    assert_eq!(said.len(), 6, "each is an entry of the log");
    assert_eq!(said.last().unwrap(), after["recueil"].as_str().unwrap());
}

#[test]
fn a_server_that_begins_on_a_broken_directory_serves_what_served_last() {
    let served = Served::new(On::Sqlite, Access::open());
    let good = json(served.get("/readyz"))["recueil"].clone();
    let file = grid(&served.rules);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("points", "pointz")).unwrap();
    let begin = |last| {
        let keep: server::Keeper = Box::new(|_| Ok(0));
        server::Reloader::begin(&served.rules, keep, last)
    };
    assert!(begin(None).is_err(), "nothing to serve");
    let last = served.wait_for(server::last_good(&served.given.registry)).unwrap();
    let begun = begin(last).unwrap();
    assert_eq!(begun.generations().current().rules.hash(), good.as_str().unwrap());
    let told = begun.last();
    assert!(matches!(told.outcome, Outcome::Refused(_)) && told.failing_since.is_some());
    assert!(matches!(begun.look().outcome, Outcome::Refused(_)), "and it is not tried in a loop");
    std::fs::write(&file, format!("{text}\n# mieux\n")).unwrap();
    assert!(matches!(begun.look().outcome, Outcome::Activated(2)));
    assert!(begun.last().failing_since.is_none());
}

#[test]
fn rules_that_stay_unfit_for_too_long_make_the_server_unready() {
    let settings = Settings { max_staleness: Some(Duration::from_secs(1)), ..Settings::default() };
    let served = Served::set(On::Sqlite, Access::open(), settings);
    let file = grid(&served.rules);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("points", "pointz")).unwrap();
    until(&served, "the refusal is told", |it| it["en_echec_depuis"].is_string());
    std::thread::sleep(Duration::from_millis(1_100));
    assert_eq!(served.get("/readyz").status(), 503);
    assert_eq!(
        served.post("/v1/evaluations", &[YAML], &example()).status(),
        200,
        "it serves still"
    );
    std::fs::write(&file, text).unwrap();
    until(&served, "what is mended serves", |it| it["en_echec_depuis"].is_null());
    assert_eq!(served.get("/readyz").status(), 200);
}

#[test]
fn a_disk_that_tells_nothing_is_looked_at() {
    let desk = tempfile::TempDir::new().unwrap();
    let rules = desk.path().join("regles");
    write_policies(&rules);
    let begin = server::Reloader::begin(&rules, Box::new(|_| Ok(0)), None).unwrap();
    let reloader = std::sync::Arc::new(begin);
    let (told, looks) = std::sync::mpsc::channel();
    let tell = move |attempt: &server::Attempt| told.send(attempt.clone()).unwrap_or_default();
    let _watch = server::watch(reloader.clone(), server::Ear::Polling, tell).unwrap();
    change(&rules, "un");
    let seen = looks.recv_timeout(PATIENCE).unwrap();
    assert_eq!(seen.outcome, Outcome::Activated(2));
}
