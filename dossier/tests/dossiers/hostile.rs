//! Texts that want to exhaust time, memory or the stack.

use crate::vocabulary::{json, number, one, schema, state, yaml};
use dossier::{Dossier, DossierError, Format, Forms, parse, read};
use proptest::prelude::{any, prop};
use proptest::{prop_assert, proptest};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// How long a text may take before the test calls it a hang.
const HANG: Duration = Duration::from_secs(120);

fn timed<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    assert!(start.elapsed() < HANG, "{name}: {:?}", start.elapsed());
    result
}

fn code_of(result: Result<Dossier, Vec<DossierError>>) -> &'static str {
    result.unwrap_err().last().map_or("", |error| error.code.0)
}

#[test]
fn deep_texts_are_refused_without_a_crash() {
    for depth in [65, 300, 10_000, 200_000] {
        let lists = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let maps = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        let open = "[".repeat(depth);
        let keys = "{\"a\":".repeat(depth);
        for text in [&lists, &maps] {
            assert_eq!(code_of(timed("json", || json(text))), "D0102", "{depth}");
        }
        for text in [&open, &keys] {
            assert!(matches!(code_of(timed("json", || json(text))), "D0101" | "D0102"), "{depth}");
        }
        for text in [&lists, &maps, &open, &keys] {
            let code = code_of(timed("yaml", || yaml(text)));
            assert!(matches!(code, "D0101" | "D0102"), "{depth}: {code}");
        }
    }
    let dashes = "- ".repeat(10_000);
    let questions = "? ".repeat(10_000);
    let block: String = (0..2_000).fold(String::new(), |mut out, depth| {
        let _ = writeln!(out, "{}a:", " ".repeat(depth));
        out
    });
    for text in [dashes, questions, block] {
        let code = code_of(timed("block", || yaml(&text)));
        assert!(matches!(code, "D0101" | "D0102"), "{code}");
    }
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    let text = format!("{}{}", "[".repeat(64), "]".repeat(64));
    assert!(parse(text.as_bytes(), Format::Json).is_ok());
    assert!(parse(text.as_bytes(), Format::Yaml).is_ok());
}

#[test]
fn anchor_bombs_are_refused() {
    let laughs: String = (1..40).fold("a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned(), |mut out, i| {
        let aliases = vec![format!("*a{}", i - 1); 9].join(",");
        let _ = writeln!(out, "a{i}: &a{i} [{aliases}]");
        out
    });
    assert_eq!(code_of(timed("laughs", || yaml(&laughs))), "D0102");
    let nested = format!(
        "a: {}x{}\n",
        (0..60).map(|i| format!("&n{i} [")).collect::<Vec<_>>().concat(),
        "]".repeat(60)
    );
    let nested = format!("{nested}b: [{}]\n", "*n0,".repeat(5_000));
    assert_eq!(code_of(timed("nested", || yaml(&nested))), "D0102");
    let doubling: String = (1..62).fold("a0: &a0 [x]\n".to_owned(), |mut out, i| {
        let _ = writeln!(out, "a{i}: &a{i} {{ k: *a{}, l: *a{} }}", i - 1, i - 1);
        out
    });
    assert_eq!(code_of(timed("doubling", || yaml(&doubling))), "D0102");
    let deep: String = (1..200).fold("a0: &a0 [x]\n".to_owned(), |mut out, i| {
        let _ = writeln!(out, "a{i}: &a{i} [*a{}]", i - 1);
        out
    });
    assert_eq!(code_of(timed("deep", || yaml(&deep))), "D0102");
    assert_eq!(code_of(timed("cycle", || yaml("a: &a { b: *a }"))), "D0101");
    let flat = format!("a: &a {}\nb: [{}]\n", "x".repeat(90_000), "*a,".repeat(99_990));
    // As many copies as allowed, of the longest scalar: nine gigabytes if texts were not counted.
    assert_eq!(code_of(timed("flat", || yaml(&flat))), "D0102");
}

#[test]
fn huge_scalars_and_texts_are_refused() {
    let token = "x".repeat(1_000_000);
    assert_eq!(
        code_of(timed("plain", || yaml(&one(&format!("demandeur: {{ nom: {token} }}"))))),
        "D0102"
    );
    assert_eq!(
        code_of(timed("quoted", || yaml(&one(&format!("demandeur: {{ nom: '{token}' }}"))))),
        "D0102"
    );
    assert_eq!(code_of(timed("json", || json(&format!("\"{token}\"")))), "D0102");
    let key = code_of(timed("key", || yaml(&format!("? {token}\n: 1\n"))));
    assert!(matches!(key, "D0101" | "D0102"), "{key}");
    let digits = "7".repeat(99_000);
    assert_eq!(
        code_of(timed("digits", || yaml(&one(&format!("foyer: {{ revenus: {digits} }}"))))),
        "D0205"
    );
    let too_long = " ".repeat(65 * 1024 * 1024);
    assert_eq!(code_of(timed("spaces", || yaml(&too_long))), "D0102");
    let many = format!("[{}1]", "1,".repeat(4_100_000));
    assert_eq!(code_of(timed("nodes", || json(&many))), "D0102");
}

#[test]
fn wide_texts_are_read_in_linear_time() {
    let keys: String = (0..100_000).fold(String::new(), |mut out, i| {
        let _ = writeln!(out, "clef{i}: 1");
        out
    });
    assert_eq!(timed("keys", || yaml(&keys)).unwrap_err().len(), 100);
    let spaces = format!("offre: {{}}\ncandidats: []\n{}", "\n".repeat(1_000_000));
    assert!(timed("lines", || yaml(&spaces)).is_ok());
    let comment = format!("offre: {{}} # {}\ncandidats: []\n", "c".repeat(1_000_000));
    assert!(timed("comment", || yaml(&comment)).is_ok());
}

#[test]
fn ten_thousand_candidates_are_read_at_once() {
    let facts = |i: usize| {
        format!(
            "{{\"id\": \"c{i}\", \"postule\": true, \"demandeur\": {{\"nom\": \"N{i}\", \"date_naissance\": \"1990-03-14\", \"statut\": \"cdi\"}}, \"foyer\": {{\"revenus\": {}.25, \"personnes\": 2}}, \"personne_à_charge\": [{{\"handicap\": false}}]}}",
            1_000 + i
        )
    };
    let all: Vec<String> = (0..10_000).map(facts).collect();
    let one_line = format!("{{\"offre\": {{\"loyer\": 500}}, \"candidats\": [{}]}}", all.join(","));
    for format in [Format::Json, Format::Yaml] {
        let dossier =
            timed("pool", || read(one_line.as_bytes(), format, &schema(), Forms::none())).unwrap();
        assert_eq!(dossier.candidates.len(), 10_000);
        assert_eq!(state(&dossier, 9_999, "foyer.revenus"), number("10999,25"));
        assert_eq!(state(&dossier, 9_999, "offre.loyer"), number("500"));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for format in [Format::Json, Format::Yaml] {
            if let Err(errors) = read(&bytes, format, &schema(), Forms::none()) {
                prop_assert!(!errors.is_empty());
            }
        }
    }

    #[test]
    fn any_yaml_signs_are_read_or_refused(text in "[-\\[\\]{}:,?&*!|>'\"%@`#a1é \\t\\n~]{0,120}") {
        for format in [Format::Json, Format::Yaml] {
            let result = read(text.as_bytes(), format, &schema(), Forms::none());
            prop_assert!(result.is_err() || text.contains("candidats"));
        }
    }

    #[test]
    fn any_scalar_as_any_fact_is_read_or_refused_in_silence(value in "[-+0-9a-zA-Zé/.,% €:]{5,40}") {
        let quoted = format!("\"{value}\"");
        for field in ["foyer: { revenus", "foyer: { personnes", "foyer: { part", "demandeur: { date_naissance", "demandeur: { statut", "employeur: { siren", "employeur: { cotisante", "emploi: { ancienneté"] {
            let entity_and_field = format!("{field}: {quoted} }}");
            if let Err(errors) = yaml(&one(&entity_and_field)) {
                for error in errors {
                    prop_assert!(!error.message.contains(value.as_str()), "{}", error.message);
                }
            }
        }
    }

    #[test]
    fn our_json_agrees_with_serde_json(text in "[\\[\\]{}:,\"\\\\eEtrufalsn0-9.+ -]{0,24}") {
        let ours = parse(text.as_bytes(), Format::Json);
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        // Duplicate keys are ours to refuse, numbers beyond f64 and lone surrogates theirs.
        let refused = |says: &str| ours.as_ref().is_err_and(|errors| errors.iter().all(|it| it.message.contains(says)));
        let out_of_range = theirs.as_ref().is_err_and(|error| error.to_string().contains("out of range"));
        prop_assert!(ours.is_ok() == theirs.is_ok() || refused("deux fois") || out_of_range, "{text:?}: {ours:?} {theirs:?}");
    }
}
