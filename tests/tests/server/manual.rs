//! The operators' manual is true: its configuration is read, its commands run, it names every route, every key
//! of the configuration and every grant.

use server::{Access, Action, Caller, Config, Role, table};
use std::process::Command;
use tests::registered::On;
use tests::rules::root;
use tests::served::Served;

fn page() -> String {
    std::fs::read_to_string(root().join("docs/serveur.md")).unwrap()
}

/// Returns the blocks of a language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    let after = page.split(&opening).skip(1);
    after.map(|text| text.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn its_configuration_is_read_and_its_table_has_every_key() {
    let page = page();
    let [written] = blocks(&page, "yaml").try_into().unwrap();
    let config = Config::read(&written).unwrap();
    assert!(!config.access().unwrap().is_open());
    let keys = written.lines().filter_map(|line| line.split_once(':'));
    for (key, _) in keys.filter(|(_, value)| !value.is_empty()) {
        let key = key.trim().trim_start_matches("- ");
        assert!(page.contains(&format!("{key}`")), "« {key} » has no row");
    }
}

#[test]
fn its_commands_run() {
    let callers = vec![
        Caller::new("plateforme", Role::Service, "cle-de-service"),
        Caller::new("auteur", Role::Auteur, "cle-d-auteur"),
    ];
    let served = Served::new(On::Sqlite, Access::to(callers));
    let desk = tempfile::TempDir::new().unwrap();
    let script = blocks(&page(), "sh").join("\n");
    assert!(script.matches("curl").count() >= 6);
    let script = script.replace(" policies/", &format!(" {}/policies/", root().display()));
    let script = script.replace("@examples/", &format!("@{}/examples/", root().display()));
    let run = Command::new("sh")
        .args(["-euc", &script])
        .current_dir(desk.path())
        .env("BAREME", served.address())
        .env("CLE", "cle-de-service")
        .env("CLE_AUTEUR", "cle-d-auteur")
        .output()
        .unwrap();
    assert!(run.status.success(), "{script}\n{}", String::from_utf8_lossy(&run.stderr));
    let answered = String::from_utf8_lossy(&run.stdout);
    assert!(answered.contains("\"simulation\":true") && answered.contains("\"diagnostics\""));
    let made = |name: &str| std::fs::read_to_string(desk.path().join(name)).unwrap();
    assert!(made("tabanou.html").contains("536"));
    assert!(made("lien.json").contains("/explication/"));
    assert!(made("publiee.json").contains("air_france_2040.1.bareme"));
}

#[test]
fn it_names_every_route() {
    let page = page();
    for route in table() {
        let named = format!("`{} {}`", route.method.word(), route.path);
        assert!(page.contains(&named), "{named}");
    }
}

#[test]
fn its_table_of_permissions_is_the_one_that_is_asked() {
    let page = page();
    let rows = page.split("| portée | `service`").nth(1).unwrap();
    let rows = rows.split("\n\n").next().unwrap().lines().skip(2);
    let mut said = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        for action in
            Action::ALL.into_iter().filter(|it| cells[1].contains(&format!("`{}`", it.word())))
        {
            for (role, cell) in Role::ALL.into_iter().zip(&cells[2..]) {
                assert_eq!(*cell == "oui", action.is_for(role), "{action:?} {role:?}");
            }
            assert_eq!(cells[8] == "oui", action.is_public(), "{action:?}");
            said += 1;
        }
    }
    assert_eq!(said, Action::ALL.len());
}
