//! The table « Where each promise is tested » of `ARCHITECTURE.md` names files that exist.

use crate::{House, house, text};

/// Lists what the table names and the repository does not have.
fn absent(architecture: &str, files: &[House]) -> Vec<String> {
    let section = architecture.split("## Where each promise is tested").nth(1).unwrap_or("");
    let section = section.split("\n## ").next().unwrap_or("");
    let rows = section.lines().filter(|line| line.starts_with('|'));
    let named = rows.flat_map(|row| row.split('`').skip(1).step_by(2));
    let paths = named.filter(|name| name.contains('/'));
    paths
        .filter(|path| !files.iter().any(|file| fits(path, &file.path)))
        .map(str::to_owned)
        .collect()
}

/// Tells whether a path is one that a pattern names: `*` and `<…>` stand for a part of a name,
/// `{a,b}` for either; a folder names what it holds.
fn fits(pattern: &str, path: &str) -> bool {
    let mut path = path.split('/');
    pattern.trim_end_matches('/').split('/').all(|wanted| {
        path.next().is_some_and(|part| either(wanted).iter().any(|wanted| is_like(wanted, part)))
    })
}

fn either(wanted: &str) -> Vec<&str> {
    let inside = wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    inside.map_or_else(|| vec![wanted], |all| all.split(',').collect())
}

fn is_like(wanted: &str, part: &str) -> bool {
    if wanted.starts_with('<') && wanted.ends_with('>') {
        return true;
    }
    match wanted.split_once('*') {
        Some((head, tail)) => {
            part.len() >= head.len() + tail.len() && part.starts_with(head) && part.ends_with(tail)
        }
        None => wanted == part,
    }
}

#[test]
fn every_promise_names_tests_that_exist() {
    assert_eq!(absent(&text("ARCHITECTURE.md"), &house()), Vec::<String>::new());
}

#[test]
fn a_promise_without_a_test_is_found() {
    let page = "## Where each promise is tested\n| a | `a/tests/b.rs`, `a/x_*.rs`, `s/<c>/{pass,fail}` |\n\n## B\n| `z/z` |\n";
    let file = |path: &str| House { path: path.to_owned(), text: String::new() };
    assert_eq!(absent(page, &[]).len(), 3);
    let all = [file("a/tests/b.rs"), file("a/x_1.rs"), file("s/un/fail/a.bareme")];
    assert_eq!(absent(page, &all), Vec::<String>::new());
    assert_eq!(absent(page, &[file("a/tests/bb.rs"), file("a/x.rs"), file("s/un/a")]).len(), 3);
}
