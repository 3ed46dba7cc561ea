//! `bareme servir`: its demonstration opens two pages, its configuration is judged before it serves, and it ends
//! when it is told to.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tests::rules::root;
use ureq::Agent;

const BAREME: &str = env!("CARGO_BIN_EXE_bareme_under_test");

fn bareme(arguments: &[&str], here: &Path) -> Command {
    let mut command = Command::new(BAREME);
    command.args(arguments).current_dir(here);
    for name in
        ["BAREME_CONFIG", "BAREME_ECOUTE", "BAREME_REGISTRE", "BAREME_CLES", "BAREME_RECUEIL"]
    {
        command.env_remove(name);
    }
    command
}

/// Runs to the end. Shape: the exit, the answer, the explanation.
fn run(arguments: &[&str], here: &Path) -> (i32, String, String) {
    let output = bareme(arguments, here).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// Waits for the links of a demonstration.
fn links(child: &mut Child) -> Vec<String> {
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut links = Vec::new();
    while links.len() < 2 {
        let line = lines.next().expect("the links").unwrap();
        links.extend(
            line.split_once(" : ")
                .map(|it| it.1.to_owned())
                .filter(|it| it.contains("/explication/")),
        );
    }
    links
}

fn ends(child: &mut Child) -> i32 {
    let killed = Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success());
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code().unwrap_or(-1);
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "it ends in a bounded time");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_demonstration_opens_the_pages_of_two_applicants_and_again_in_its_directory() {
    let desk = TempDir::new().unwrap();
    let directory = desk.path().join("demo");
    let given = directory.display().to_string();
    let arguments = ["servir", "--demo", "--repertoire", &given, "--ecoute", "127.0.0.1:0"];
    for _ in 0..2 {
        let mut child = bareme(&arguments, &root())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let links = links(&mut child);
        let agent = Agent::new_with_defaults();
        for (link, total) in links.iter().zip(["536", "539"]) {
            let mut page = agent.get(link).call().unwrap();
            let page = page.body_mut().read_to_string().unwrap();
            assert!(page.contains(total), "{total}");
        }
        assert_eq!(ends(&mut child), 0, "told to end, it ends well");
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        assert!(!said.contains("tabanou") && !said.contains("1990-03-14"), "{said}");
    }
    let registry = directory.join("registre.sqlite").display().to_string();
    let keys = directory.join("cles").display().to_string();
    let (exit, answer, _) = run(
        &["registre", "etat", "--registre", &registry, "--cles", &keys, "--format", "json"],
        desk.path(),
    );
    assert_eq!(exit, 0);
    let state: serde_json::Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(state["taille"], 2, "an activation and a decision, not twice: {answer}");
}

#[test]
fn what_leaves_something_behind_it_is_logged_with_who_asked_and_no_value() {
    let mut child =
        bareme(&["servir", "--demo", "--ecoute", "127.0.0.1:0", "--journal", "json"], &root())
            .env("BAREME_TRACES", "server=info")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
    let links = links(&mut child);
    let (address, _) = links[0].split_once("/explication/").unwrap();
    let example = std::fs::read(root().join("examples/lyon-6e.yaml")).unwrap();
    let config = Agent::config_builder().http_status_as_error(false).build();
    let agent = Agent::new_with_config(config);
    let send = |path: &str| {
        let request =
            agent.post(format!("{address}{path}")).header("Content-Type", "application/yaml");
        request.send(&example[..]).unwrap().status().as_u16()
    };
    assert_eq!((send("/v1/evaluations"), send("/v1/decisions")), (200, 201));
    let put =
        |path: &str| agent.put(format!("{address}{path}")).send("x").unwrap().status().as_u16();
    assert_eq!(
        (put("/v1/brouillons/essai/1"), put("/v1/politiques/als/versions/2019.1")),
        (201, 428)
    );
    assert_eq!(ends(&mut child), 0);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let lines =
        said.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let written: Vec<_> = lines
        .filter(|line| line["message"] == "écriture")
        .map(|line| format!("{} {} {}", line["par"], line["acte"], line["status"]).replace('"', ""))
        .collect();
    assert_eq!(
        written,
        ["essai decider 201", "essai rediger 201", "essai publier 428"],
        "refused or not, and nothing that only reads: {said}"
    );
    assert!(!said.contains("tabanou") && !said.contains("1990-03-14"), "{said}");
}

#[test]
fn a_configuration_is_judged_at_its_place_before_anything_is_served() {
    let desk = TempDir::new().unwrap();
    let file = desk.path().join("bareme.yaml");
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        run(&["servir", "--config", "bareme.yaml", "--verifier-config"], desk.path())
    };
    let (exit, answer, _) = check("ecoute: 127.0.0.1:9000\n");
    assert_eq!(exit, 0);
    assert!(answer.contains("127.0.0.1:9000"));
    let (exit, _, said) = check("ecoute: 127.0.0.1:9000\nlimits: {}\n");
    assert_eq!(exit, 2);
    assert!(said.contains("bareme.yaml:2:1") && said.contains("limites"), "{said}");
    let (exit, _, said) = check("ecoute: 0.0.0.0:9000\n");
    assert_eq!((exit, said.contains("acces")), (2, true), "{said}");
    let (exit, _, said) = run(&["servir", "--ecoute", "partout"], desk.path());
    assert_eq!((exit, said.contains("partout")), (2, true));
    let (exit, _, _) = run(&["servir", "--demo", "--ecoute", "0.0.0.0:0"], &root());
    assert_eq!(exit, 2, "a demonstration is for this machine alone");
    let (exit, _, said) = run(&["servir"], &root());
    assert_eq!((exit, said.contains("--cles")), (2, true), "no keys: {said}");
}

#[test]
fn a_key_is_drawn_and_its_hash_goes_in_a_configuration() {
    let desk = TempDir::new().unwrap();
    let draw = || {
        let (exit, answer, _) = run(&["servir", "--nouvelle-cle", "--format", "json"], desk.path());
        assert_eq!(exit, 0);
        serde_json::from_str::<serde_json::Value>(&answer).unwrap()
    };
    let (one, other) = (draw(), draw());
    assert_ne!(one["cle"], other["cle"]);
    let hash = one["empreinte"].as_str().unwrap();
    assert_eq!(server::hash_of(one["cle"].as_str().unwrap()), hash);
    let text = format!("acces:\n  - {{ nom: a, role: service, empreinte: \"{hash}\" }}\n");
    std::fs::write(desk.path().join("a.yaml"), text).unwrap();
    let (exit, ..) = run(&["servir", "--config", "a.yaml", "--verifier-config"], desk.path());
    assert_eq!(exit, 0);
}

#[test]
fn the_files_that_install_it_use_options_that_there_are() {
    let (exit, help, _) = run(&["servir", "--aide"], &root());
    assert_eq!(exit, 0);
    let mut used = 0;
    for file in ["deploy/bareme.service", "deploy/Containerfile"] {
        let text = std::fs::read_to_string(root().join(file)).unwrap();
        let lines = text.lines().filter(|line| line.contains("servir"));
        let words = lines.flat_map(|line| line.split([' ', '"', ',']));
        for option in words.filter(|word| word.starts_with("--")) {
            assert!(help.contains(option), "{file}: {option}");
            used += 1;
        }
    }
    assert!(used >= 4, "{used}");
}

#[test]
fn what_the_log_is_to_keep_is_a_level_or_levels_by_part() {
    let checked = |traces: &str| {
        let mut command = bareme(&["servir", "--demo", "--verifier-config"], &root());
        command.env("BAREME_TRACES", traces).output().unwrap()
    };
    for wrong in ["beaucoup", "server=beaucoup", "server=info,,", "info server", "server=", "="] {
        let output = checked(wrong);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("« BAREME_TRACES »"), "{wrong}: {said}");
        assert!(said.contains("BAREME_TRACES=warn,server=info"), "{said}");
    }
    for right in ["info", "warn,server=info,registry=debug", "off"] {
        assert!(checked(right).status.success(), "{right}");
    }
}
