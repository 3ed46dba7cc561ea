//! The description of the interface against the running server, by schemathesis: no answer but those that it says,
//! in the shapes and forms that it says, and no fault of ours.
//!
//! The description is the one that is served; only examples are added to it (a dossier, a decision that is
//! recorded), so that answers are more than refusals. Each route is asked by a role that may. A few cases for each
//! route in everyday runs; `SCHEMATHESIS=100` for the endurance run.

use serde_json::{Value, json};
use server::{Role, Route, table};
use std::fmt::Write;
use std::process::Command;
use tests::rules::root;
use tests::served::json;
use tests::spawned::{Spawned, bearer};

const BAREME: &str = env!("CARGO_BIN_EXE_bareme_under_test");

/// What is checked of every answer.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";

fn schemathesis() -> String {
    let output = Command::new(root().join("tests/tools/schemathesis")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "tests/tools/schemathesis: {said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// What there is on the server, to be named in requests.
struct Known {
    decision: String,
    link: String,
    recueil: String,
    dossier: Value,
}

impl Known {
    fn of(spawned: &Spawned) -> Self {
        let yaml = std::fs::read_to_string(root().join("examples/lyon-6e.yaml")).unwrap();
        let how = ("POST", "/v1/decisions", "application/yaml");
        let decided = json(spawned.send(Role::Service, how, yaml.as_bytes()));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let decision = text(&decided["decision"]);
        let wanted = json!({ "decision": decision, "candidat": "tabanou" }).to_string();
        let how = ("POST", "/v1/liens", "application/json");
        let link = text(&json(spawned.send(Role::Service, how, wanted.as_bytes()))["lien"]);
        let link = link.rsplit('/').next().unwrap().to_owned();
        let dossier = serde_yaml::from_str(&yaml).unwrap();
        Self { decision, link, recueil: text(&decided["recueil"]), dossier }
    }

    /// Returns an example of a parameter, when there is something to name.
    fn example(&self, path: &str, name: &str) -> Option<&str> {
        let in_log = path.starts_with("/v1/journal");
        Some(match name {
            "candidat" if path != "/essai" => "tabanou",
            "id" if path.contains("/decisions/") => &self.decision,
            "id" if path.contains("/liens/") => return None,
            "id" => "als",
            "version" => "2019.1",
            "place" => "0",
            "date" => "2019-10-15",
            "depuis" if in_log => "1",
            "depuis" if path.contains("{id}") => "0",
            "depuis" => "2019-01-01",
            "empreinte" | "Bareme-Recueil" => &self.recueil,
            "fichier" if path.starts_with("/v1") => "als/als_2019.bareme",
            "fichier" => "index.html",
            "lien" => &self.link,
            _ => return None,
        })
    }

    /// Adds examples to a description.
    fn complete(&self, description: &mut Value) {
        for (path, operations) in description["paths"].as_object_mut().unwrap() {
            for operation in operations.as_object_mut().unwrap().values_mut() {
                for parameter in operation["parameters"].as_array_mut().unwrap() {
                    if let Some(example) = self.example(path, parameter["name"].as_str().unwrap()) {
                        parameter["example"] = example.into();
                    }
                }
                if let Some(content) = operation.pointer_mut("/requestBody/content") {
                    self.complete_body(content.as_object_mut().unwrap());
                }
            }
        }
    }

    fn complete_body(&self, content: &mut serde_json::Map<String, Value>) {
        if content.remove("application/yaml").is_some() {
            content["application/json"]["example"] = self.dossier.clone();
        }
        // It writes no lines of JSON: they are sent as text.
        if content.remove("application/x-ndjson").is_some() {
            let example = format!("{}\n", self.dossier);
            content.insert(
                "text/plain".to_owned(),
                json!({ "schema": { "type": "string" }, "example": example }),
            );
        }
    }
}

/// Gives each route the key of a role that may ask it.
fn configuration(address: &str) -> String {
    let mut text = format!("base-url = \"{address}\"\n");
    for route in table().iter().filter(|route| !route.action.is_public()) {
        let Route { method, path, action, .. } = route;
        let role = Role::ALL.into_iter().find(|role| action.is_for(*role)).unwrap();
        let (method, bearer) = (method.word(), bearer(role));
        write!(
            text,
            "\n[[operations]]\ninclude-name = \"{method} {path}\"\nheaders = {{ Authorization = \"{bearer}\" }}\n"
        )
        .unwrap();
    }
    text
}

#[test]
fn the_server_answers_what_its_description_says() {
    let spawned = Spawned::new(BAREME);
    let known = Known::of(&spawned);
    let mut description = json(spawned.get(Role::Service, "/v1/openapi.json"));
    known.complete(&mut description);
    let write = |name: &str, text: String| {
        let path = spawned.desk().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let description = write("interface.json", description.to_string());
    let config = write("schemathesis.toml", configuration(spawned.address()));
    let most = std::env::var("SCHEMATHESIS").unwrap_or_else(|_| "3".to_owned());
    let mut command = Command::new(schemathesis());
    command.arg("--config-file").arg(&config).arg("run").arg(&description);
    command.args([
        "--checks",
        CHECKS,
        "--max-examples",
        &most,
        "--phases",
        "examples,coverage,fuzzing",
    ]);
    command.args(["--seed", "6", "--generation-deterministic"]);
    // One worker: threads of Python 3.11 that parse beside each other fail at times (CPython 106905).
    command.args(["--workers", "1", "--no-shrink", "--continue-on-failure", "--no-color"]);
    let output = command.current_dir(spawned.desk()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let counted = said.lines().rev().take(12).collect::<Vec<_>>().join("\n");
    println!("{counted}");
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains(&format!("Tested: {}", table().len())), "each route: {said}");
}
