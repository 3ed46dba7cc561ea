//! Hostile files: each ends at once, in a thread of 2 MiB, with a diagnostic at a place or a
//! correct result.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use source::{Checked, FileId};
use std::sync::mpsc;
use std::time::Duration;

const GUARD: Duration = Duration::from_secs(120);
const STACK: usize = 2 << 20;

/// Runs in a small thread; fails when it takes longer than the guard or dies.
fn guarded<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (done, result) = mpsc::channel();
    std::thread::Builder::new().stack_size(STACK).spawn(move || done.send(work())).unwrap();
    result.recv_timeout(GUARD).expect("the parser hangs or died")
}

/// Parses, prints what was parsed, and returns the codes found.
fn codes(text: String) -> Vec<&'static str> {
    guarded(move || {
        let Checked { value, diagnostics } = dsl::syntax::parse(FileId(0), &text);
        for diagnostic in &diagnostics {
            assert!(diagnostic.primary.end as usize <= text.len());
            assert!(
                text.get(diagnostic.primary.start as usize..diagnostic.primary.end as usize)
                    .is_some()
            );
        }
        drop(value.as_ref().map(dsl::syntax::print));
        diagnostics.iter().map(|diagnostic| diagnostic.code.0).collect()
    })
}

fn with_definition(expression: &str) -> String {
    format!("vocabulaire v\nversion 1\ndéfinition d\n  = {expression}\ndéfinition e\n  = 31.25\n")
}

#[test]
fn ten_thousand_parentheses() {
    let closed = format!("{}a{}", "(".repeat(10_000), ")".repeat(10_000));
    assert_eq!(codes(with_definition(&closed)), ["E0107", "E0104"]);
    assert_eq!(codes(with_definition(&"(".repeat(10_000))), ["E0107", "E0104"]);
    assert_eq!(codes(with_definition(&")".repeat(10_000))), ["E0101", "E0104"]);
    assert_eq!(codes(with_definition(&"f(".repeat(10_000))), ["E0107", "E0104"]);
    assert_eq!(codes(with_definition(&"x parmi { ".repeat(10_000))), ["E0107", "E0104"]);
    assert_eq!(codes(with_definition(&"somme(".repeat(10_000))), ["E0107", "E0104"]);
}

#[test]
fn ten_thousand_prefixes() {
    assert_eq!(codes(with_definition(&format!("{}a", "non ".repeat(10_000)))), ["E0107", "E0104"]);
    assert_eq!(codes(with_definition(&format!("{}a", "- ".repeat(10_000)))), ["E0107", "E0104"]);
    assert_eq!(codes(with_definition(&"rang de ".repeat(10_000))), ["E0107", "E0104"]);
    assert_eq!(
        codes(with_definition(&format!("a{}", " en €/mois".repeat(4_000)))),
        ["E0107", "E0104"]
    );
    assert_eq!(codes(with_definition(&format!("a{}", " - a".repeat(9_000)))), ["E0107", "E0104"]);
    assert_eq!(codes(with_definition(&format!("a{}", " et a".repeat(9_000)))), ["E0104"]);
    assert_eq!(codes(with_definition(&format!("a{}", " et a".repeat(10_000)))), ["E0110", "E0104"]);
}

/// The greatest depth that is accepted is parsed, printed and dropped in a small thread.
#[test]
fn the_deepest_accepted_nesting_is_safe() {
    for (open, close) in [
        ("(", ")"),
        ("f(", ")"),
        ("somme(", " parmi les candidats)"),
        ("nombre(x dans l tel que ", ")"),
    ] {
        let text = |depth| format!("{}a{}", open.repeat(depth), close.repeat(depth));
        assert_eq!(codes(with_definition(&text(64))), ["E0104"]);
        assert_eq!(codes(with_definition(&text(65))), ["E0107", "E0104"]);
    }
    let flat = |terms: usize| with_definition(&format!("a{}", " + a".repeat(terms)));
    assert_eq!(codes(flat(199)), ["E0104"]);
    assert_eq!(codes(flat(200)), ["E0107", "E0104"]);
}

#[test]
fn mixed_depths_are_bounded_together() {
    let mut text = "a".to_owned();
    for _ in 0..60 {
        text = format!("({text}{})", " + a".repeat(100));
    }
    assert_eq!(codes(with_definition(&text)), ["E0107", "E0104"]);
}

#[test]
fn a_token_of_a_megabyte() {
    let megabyte = 1_000_000;
    assert_eq!(codes(with_definition(&"x".repeat(megabyte))), ["E0110", "E0104"]);
    assert_eq!(codes(with_definition(&"7".repeat(megabyte))), ["E0110", "E0104"]);
    assert_eq!(codes(with_definition(&"é".repeat(megabyte / 2))), ["E0110", "E0104"]);
    assert_eq!(codes(format!("vocabulaire v\nsource \"{}\"\n", "x".repeat(megabyte))), [""; 0]);
    assert_eq!(codes(format!("vocabulaire v\nsource \"{}\n", "x".repeat(megabyte))), ["E0103"]);
    assert_eq!(codes("x".repeat(megabyte)), ["E0112"]);
    assert_eq!(codes(format!("vocabulaire {}\n", "x".repeat(megabyte))), ["E0110"]);
    assert_eq!(codes(format!("vocabulaire v\nversion {}\n", "1".repeat(megabyte))), [""; 0]);
    assert_eq!(codes(with_definition(&"a + ".repeat(megabyte / 4))), ["E0110", "E0104"]);
    assert_eq!(codes(with_definition(&"| ".repeat(megabyte / 2))), ["E0110", "E0104"]);
}

#[test]
fn a_file_beyond_the_limit_is_not_parsed() {
    assert_eq!(codes(" ".repeat((1 << 20) + 1)), ["E0110"]);
}

#[test]
fn ten_thousand_criteria() {
    let whole: Vec<String> =
        (0..10_000).map(|n| format!("critère c{n} \"C\"\n  donne {n} points\n")).collect();
    let text = format!("politique p\n{}", whole.concat());
    let parsed = guarded(move || dsl::syntax::parse(FileId(0), &text));
    assert_eq!(parsed.diagnostics, []);
    assert_eq!(parsed.value.unwrap().declarations.len(), 10_000);
    let broken: Vec<String> =
        (0..10_000).map(|n| format!("critère c{n} \"C\"\n  donne points {n}\n")).collect();
    assert_eq!(codes(format!("politique p\n{}", broken.concat())).len(), 10_000);
}

#[test]
fn control_and_invisible_characters() {
    assert_eq!(codes("\0".repeat(1_000_000)).len(), 2);
    assert_eq!(codes("\u{202e}\n".repeat(200_000)).len(), 51);
    assert_eq!(codes("\u{feff}".repeat(1000)), ["E0108", "E0112"]);
    assert_eq!(codes("\r".repeat(100_000)).len(), 51);
}

#[test]
fn a_million_combining_marks() {
    assert!(codes(format!("vocabulaire e{}\n", "\u{301}".repeat(500_000))).contains(&"E0110"));
}

/// Every prefix of a real file, and every file with one character less, ends without a panic.
#[test]
fn truncated_and_gnawed_files() {
    let text = include_str!("data/policy.bareme");
    guarded(move || {
        for (at, c) in text.char_indices().step_by(7) {
            drop(dsl::syntax::parse(FileId(0), &text[..at]));
            let gnawed = format!("{}{}", &text[..at], &text[at + c.len_utf8()..]);
            drop(dsl::syntax::parse(FileId(0), &gnawed));
        }
    });
}
