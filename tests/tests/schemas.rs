//! What the command and the server give as schemas, which are files, is what their types say.
//! `SCHEMAS_ECRITS=1` writes them; one that is new begins empty, since programs are built with it.

use serde_json::Value;
use std::collections::BTreeMap;
use tests::rules::root;

/// The files, by their path from the root.
type Files = BTreeMap<String, String>;

/// Where they are, all of them and nothing else.
const FOLDERS: [&str; 2] = ["cli/schemas", "server/schemas"];

/// Writes what the types say.
fn due() -> serde_json::Result<Files> {
    let mut files = Files::new();
    for (word, schema) in cli::schemas() {
        let text = serde_json::to_string_pretty(&schema)?;
        files.insert(format!("cli/schemas/{word}.json"), format!("{text}\n"));
    }
    let interface = format!("{}\n", by_lines(&server::interface(), 3));
    files.insert("server/schemas/openapi.json".to_owned(), interface);
    Ok(files)
}

/// Writes JSON without a space, with a line for each field down to a depth: a route, a shape. What is sent stays
/// small, and what changes is seen.
fn by_lines(value: &Value, depth: usize) -> String {
    match value {
        Value::Object(fields) if depth > 0 => {
            let line = |(name, value): (&String, &Value)| {
                format!("{}:{}", Value::from(name.as_str()), by_lines(value, depth - 1))
            };
            let lines: Vec<String> = fields.iter().map(line).collect();
            format!("{{\n{}\n}}", lines.join(",\n"))
        }
        _ => value.to_string(),
    }
}

fn held() -> std::io::Result<Files> {
    let mut files = Files::new();
    for folder in FOLDERS {
        for entry in std::fs::read_dir(root().join(folder))? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            files.insert(format!("{folder}/{name}"), std::fs::read_to_string(&path)?);
        }
    }
    Ok(files)
}

/// Lists the files that are not what they are due to be, that lack, that nothing is due to.
fn faults(due: &Files, held: &Files) -> Vec<String> {
    let stale = due.iter().filter(|(path, text)| held.get(*path) != Some(*text));
    let stray = held.keys().filter(|path| !due.contains_key(*path));
    stale.map(|(path, _)| path).chain(stray).cloned().collect()
}

#[test]
fn what_is_given_is_what_the_types_say() -> std::io::Result<()> {
    let due = due()?;
    if std::env::var_os("SCHEMAS_ECRITS").is_some() {
        due.iter().try_for_each(|(path, text)| std::fs::write(root().join(path), text))?;
    }
    let told = faults(&due, &held()?);
    let help = "SCHEMAS_ECRITS=1 cargo test -p tests --test schemas écrit ce que disent les types";
    assert!(told.is_empty(), "\n{}\n{} fichier(s) ; {help}", told.join("\n"), told.len());
    Ok(())
}

#[test]
fn a_file_that_is_stale_lacks_or_is_of_nothing_is_found() {
    let files = |all: &[(&str, &str)]| -> Files {
        all.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    };
    let due = files(&[("a.json", "{}\n"), ("b.json", "{}\n")]);
    assert_eq!(faults(&due, &due), Vec::<String>::new());
    let held = files(&[("a.json", "{}"), ("c.json", "{}\n")]);
    assert_eq!(faults(&due, &held), ["a.json", "b.json", "c.json"]);
}

#[test]
fn lines_say_the_same_json() -> serde_json::Result<()> {
    let text = r#"{"a":{"b c":[1,{"d":null}],"\"":{}},"e":[]}"#;
    let value: Value = serde_json::from_str(text)?;
    let lines = by_lines(&value, 1);
    assert_eq!(lines, "{\n\"a\":{\"b c\":[1,{\"d\":null}],\"\\\"\":{}},\n\"e\":[]\n}");
    assert_eq!(serde_json::from_str::<Value>(&lines)?, value);
    Ok(())
}
