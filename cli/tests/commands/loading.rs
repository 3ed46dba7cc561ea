//! What of a directory is a recueil.

use crate::bareme::{fixture, root, run, run_in, scratch};
use std::path::Path;

fn copied(name: &str) -> std::path::PathBuf {
    let directory = scratch(name);
    for file in std::fs::read_dir(root().join(fixture("simple"))).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), directory.join(file.file_name())).unwrap();
    }
    directory
}

fn hash(directory: &Path) -> String {
    let run = run(&["empreinte", directory.to_str().unwrap(), "--format", "json"]);
    assert_eq!(run.exit, 0, "{}", run.whole());
    run.answer
}

#[test]
fn hidden_entries_and_build_outputs_are_left_out() {
    let directory = copied("caches");
    let manifest = directory.join("recueil.yaml");
    let open = "nom: simple\nlangage: 1\nunites: [\"**/*.bareme\"]\n";
    std::fs::write(manifest, open).unwrap();
    for name in [".git", "target", "sous/.cache"] {
        std::fs::create_dir_all(directory.join(name)).unwrap();
        std::fs::write(directory.join(name).join("x.bareme"), "n'importe quoi").unwrap();
    }
    std::fs::write(directory.join(".brouillon.bareme"), "n'importe quoi").unwrap();
    let run = run(&["verifier", directory.to_str().unwrap()]);
    assert_eq!(run.exit, 0, "{}", run.answer);
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_only() {
    let outside = scratch("dehors");
    std::fs::write(outside.join("x.bareme"), "n'importe quoi").unwrap();
    let directory = copied("liens");
    let before = hash(&directory);
    std::os::unix::fs::symlink(outside.join("x.bareme"), directory.join("x.bareme")).unwrap();
    std::os::unix::fs::symlink(&outside, directory.join("repertoire")).unwrap();
    std::os::unix::fs::symlink(&directory, directory.join("boucle")).unwrap();
    assert_eq!(hash(&directory), before);
    let inside = directory.join("points.bareme");
    std::fs::rename(&inside, directory.join("points.txt")).unwrap();
    std::os::unix::fs::symlink(directory.join("points.txt"), &inside).unwrap();
    let run = run(&["verifier", directory.to_str().unwrap()]);
    assert_eq!(run.exit, 0, "{}", run.answer);
}

#[test]
fn a_directory_too_deep_is_no_recueil() {
    let directory = copied("profond");
    std::fs::create_dir_all(directory.join("a/".repeat(40))).unwrap();
    let run = run(&["verifier", directory.to_str().unwrap()]);
    assert_eq!((run.exit, run.answer.as_str()), (1, ""));
    assert!(run.explanation.contains("niveaux"), "{}", run.explanation);
}

#[test]
fn the_recueil_of_the_current_directory_is_found() {
    let directory = copied("courant");
    std::fs::create_dir_all(directory.join("sous/sous")).unwrap();
    let here = run_in(&directory, &["verifier"]);
    assert_eq!(here.exit, 0, "{}", here.whole());
    let below = run_in(&directory.join("sous/sous"), &["tester"]);
    assert_eq!(below.exit, 0, "{}", below.whole());
    let policies = run(&["empreinte"]);
    assert_eq!(policies.exit, 0, "./policies from the root");
    let lost = run_in(&scratch("perdu"), &["verifier"]);
    assert_eq!((lost.exit, lost.answer.as_str()), (2, ""));
    let absent = run(&["verifier", "nulle/part"]);
    assert_eq!((absent.exit, absent.answer.as_str()), (1, ""));
}
