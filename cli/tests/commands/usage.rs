//! The command line itself: verbs, aliases, help, mistakes.

use crate::bareme::{fixture, run};

#[test]
fn verbs_and_their_aliases_answer_alike() {
    let (simple, dossier) = (fixture("simple"), fixture("dossiers/simple.yaml"));
    let form = "examples/cerfa/01-tabanou.json";
    let pairs: [(&str, &str, Vec<&str>); 5] = [
        ("verifier", "check", vec![&simple]),
        ("evaluer", "evaluate", vec![&dossier, "--recueil", &simple]),
        ("tester", "test", vec![&simple]),
        ("empreinte", "hash", vec![&simple]),
        ("faits", "facts", vec![form]),
    ];
    for (verb, alias, arguments) in pairs {
        let with = |name| {
            let mut all = vec![name];
            all.extend(&arguments);
            run(&all).whole()
        };
        assert_eq!(with(verb), with(alias), "{verb}");
    }
}

#[test]
fn help_is_french_and_an_answer() {
    let whole = run(&["--aide"]);
    assert_eq!(whole.exit, 0);
    insta::assert_snapshot!("aide", whole.answer);
    assert_eq!(run(&["--help"]).answer, whole.answer);
    assert_eq!(run(&["-h"]).answer, whole.answer);
    insta::assert_snapshot!("aide_evaluer", run(&["evaluer", "--aide"]).answer);
    insta::assert_snapshot!("aide_tester", run(&["tester", "-h"]).answer);
    let version = run(&["--version"]);
    assert_eq!((version.exit, version.answer.starts_with("bareme ")), (0, true));
}

#[test]
fn help_of_every_command_has_no_word_of_the_library_that_writes_it() {
    let listed = |path: &[&str]| -> Vec<String> {
        let answer = run(&[path, &["--aide"]].concat()).answer;
        let foreign = [
            "Possible values",
            "Usage:",
            "Arguments:",
            "Options:",
            "Commands",
            "[default",
            "[aliases",
        ];
        for word in foreign {
            assert!(!answer.contains(word), "« {word} » in the help of {path:?}");
        }
        let commands = answer.lines().skip_while(|line| *line != "Commandes :").skip(1);
        let commands = commands.take_while(|line| !line.starts_with("Options"));
        // A name stands further to the left than what is said of it.
        let named = commands
            .filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
        named.filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
    };
    let commands = listed(&[]);
    assert!(commands.iter().any(|name| name == "registre"), "{commands:?}");
    let mut within = 0;
    for name in &commands {
        for sub in listed(&[name]) {
            assert_eq!(listed(&[name, &sub]), [""; 0]);
            within += 1;
        }
    }
    assert!(within > 5, "registre has commands of its own");
}

#[test]
fn mistakes_of_usage_exit_with_two() {
    let mistakes: [&[&str]; 13] = [
        &[],
        &["evalue"],
        &["evaluer"],
        &["evaluer", "x.yaml", "--dat"],
        &["evaluer", "x.yaml", "--date"],
        &["evaluer", "x.yaml", "--date", "15/10/2019"],
        &["evaluer", "x.yaml", "--date", "2019-02-30"],
        &["tester", "--seuil", "101"],
        &["verifier", "a", "b"],
        &["verifier", "--format", "xml"],
        &["code", "E9"],
        &["verifier", "--recueil", "x"],
        &["registre", "prouver", "--fort"],
    ];
    let mut said = String::new();
    for arguments in mistakes {
        let run = run(arguments);
        assert_eq!((run.exit, run.answer.as_str()), (2, ""), "{arguments:?}");
        if !arguments.is_empty() {
            said.extend(["$ bareme ", &arguments.join(" "), "\n", &run.explanation, "\n"]);
        }
    }
    insta::assert_snapshot!("erreurs_d_usage", said);
}

#[test]
fn a_missing_file_is_a_failure() {
    let run = run(&["evaluer", "absent.yaml", "--recueil", &fixture("simple")]);
    assert_eq!((run.exit, run.answer.as_str()), (1, ""));
    assert!(run.explanation.contains("absent"), "{}", run.explanation);
}

#[test]
fn no_colour_leaves_a_terminal() {
    for arguments in [["verifier", "policies"], ["evaluer", "examples/lyon-6e.yaml"]] {
        assert!(!run(&arguments).whole().contains('\u{1b}'));
    }
}
