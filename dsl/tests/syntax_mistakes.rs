//! Authors' mistakes: each is one diagnostic at its place, and hides no other.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use source::{Diagnostic, FileId, SourceFile};

struct Read {
    diagnostics: Vec<Diagnostic>,
    /// (code, line, column) of each.
    places: Vec<(&'static str, usize, usize)>,
    declarations: usize,
    broken: Vec<(String, Option<String>)>,
}

fn read(text: &str) -> Read {
    let parsed = dsl::syntax::parse(FileId(0), text);
    let file = SourceFile::new("essai.bareme", text);
    let places = parsed.diagnostics.iter().map(|diagnostic| {
        let place = file.line_column(diagnostic.primary.start);
        (diagnostic.code.0, place.line, place.column)
    });
    let places = places.collect();
    let unit = parsed.value.as_ref();
    let broken = unit.into_iter().flat_map(|unit| &unit.broken);
    Read {
        places,
        declarations: unit.map_or(0, |unit| unit.declarations.len()),
        broken: broken
            .map(|it| (it.keyword.clone(), it.name.as_ref().map(|name| name.text.clone())))
            .collect(),
        diagnostics: parsed.diagnostics,
    }
}

#[track_caller]
fn places(text: &str, due: &[(&'static str, usize, usize)]) -> Vec<Diagnostic> {
    let read = read(text);
    assert_eq!(read.places, due, "{text}\n{:#?}", read.diagnostics);
    for diagnostic in &read.diagnostics {
        let message = &diagnostic.message;
        assert!(!message.ends_with('.') && !message.contains('\n'), "{message}");
        assert!(!message.contains("expected") && !message.contains("Rule"), "{message}");
    }
    read.diagnostics
}

#[track_caller]
fn message(text: &str, code: &'static str, line: usize, column: usize, due: &str) {
    let diagnostics = places(text, &[(code, line, column)]);
    assert_eq!(diagnostics[0].message, due);
}

fn criterion(clause: &str) -> String {
    format!("politique p\ncritère c\n  {clause}\n")
}

#[test]
fn an_unknown_keyword_suggests_the_nearest() {
    let text =
        "politique p\nversoin 1\ncriterre c\n  donne 1 point\ncritère d\n  dnone 40 points\n";
    let found = places(text, &[("E0102", 2, 1), ("E0102", 3, 1), ("E0102", 6, 3)]);
    let edits: Vec<&str> =
        found.iter().flat_map(|it| &it.edits).map(|edit| edit.text.as_str()).collect();
    assert_eq!(edits, ["version", "critère", "donne"]);
}

#[test]
fn what_was_expected_is_said_in_french() {
    message(&criterion("si"), "E0101", 3, 5, "attendu une expression, trouvé la fin de la ligne");
    message(
        &criterion("si a b"),
        "E0101",
        3,
        8,
        "attendu une clause, un opérateur ou la fin de la ligne, trouvé « b »",
    );
    message(&criterion("si (a et b"), "E0101", 3, 13, "parenthèse ouverte, jamais fermée");
    message(&criterion("avec x 3"), "E0101", 3, 10, "il manque « = » avant « 3 »");
    message(&criterion("sinon \"x\""), "E0101", 3, 9, "il manque « dit » avant « \"x\" »");
    message(
        &criterion("exige prouvé"),
        "E0101",
        3,
        15,
        "attendu « vérifié » ou « validé », trouvé la fin de la ligne",
    );
    message("politique 3\n", "E0101", 1, 11, "attendu un nom, trouvé « 3 »");
    message(
        "politique p\nen vigueur le 2020-01-01\n",
        "E0101",
        2,
        12,
        "attendu une période, trouvé « le »",
    );
    message(
        "politique p\nfamille f retient le maximun\n",
        "E0101",
        2,
        22,
        "attendu « maximum » ou « premier », trouvé « maximun »",
    );
}

#[test]
fn a_comma_between_arguments_and_chained_comparisons_get_a_help() {
    let found = places(&criterion("si x = min(1, 2)"), &[("E0101", 3, 15)]);
    assert_eq!(found[0].helps, ["écrivez « ; » à la place de « , »"]);
    let found = places(&criterion("si a < b < c"), &[("E0101", 3, 12)]);
    assert_eq!(found[0].helps, ["une seule comparaison à la fois : reliez-les par « et »"]);
}

#[test]
fn an_unclosed_text_stops_at_its_line() {
    places(
        "politique p\nsource \"abc\ncritère c « def\n  donne 1 point\ncritère d “ghi\n  donne 31.2 points\n",
        &[("E0103", 2, 8), ("E0103", 3, 11), ("E0103", 5, 11), ("E0104", 6, 9)],
    );
}

#[test]
fn a_margin_is_taken_out_whole_and_alone() {
    for margin in ["  ", "\t", "\u{a0}", " \t\u{a0}"] {
        let text =
            format!("politique p\ndéfinition d\n  = 1\n{margin}critère c\n  donne 1 point\n");
        let found = read(&text).diagnostics;
        let removed: Vec<&str> = found
            .iter()
            .flat_map(|it| &it.edits)
            .map(|edit| &text[edit.span.start as usize..edit.span.end as usize])
            .collect();
        assert_eq!(removed, [margin], "{found:#?}");
    }
}

#[test]
fn an_escaped_quote_closes_nothing() {
    for (written, edit) in [
        (r#""a"#, r#"""#),
        (r#""a\"#, r#"\""#),
        (r#""a\\"#, r#"""#),
        (r#""a\"b"#, r#"""#),
        (r#"« a\"b"#, "»"),
        (r#"« a\» b" c"#, r#""a\» b""#),
    ] {
        let found = read(&criterion(&format!("dit {written}"))).diagnostics;
        let edits: Vec<&str> =
            found.iter().flat_map(|it| &it.edits).map(|edit| edit.text.as_str()).collect();
        assert_eq!(edits, [edit], "{written}");
    }
}

#[test]
fn numbers_of_other_habits() {
    let found = places(&criterion("donne 31.25 points"), &[("E0104", 3, 9)]);
    assert_eq!(found[0].edits[0].text, "31,25");
    // It may mean 1 600 as well as 1,6: no guess.
    let found = places(&criterion("donne 1.600 points"), &[("E0104", 3, 9)]);
    assert!(found[0].edits.is_empty());
    places(&criterion(&format!("donne {} points", "9".repeat(40))), &[("E0104", 3, 9)]);
}

#[test]
fn dates_of_other_habits_and_of_no_calendar() {
    for (written, edit) in [
        ("02/05/2020", Some("2020-05-02")),
        ("2/5/2020", Some("2020-05-02")),
        ("02.05.2020", Some("2020-05-02")),
        ("02-05-2020", Some("2020-05-02")),
        ("2020/05/02", Some("2020-05-02")),
        ("2020-5-2", Some("2020-05-02")),
        ("32/13/2020", None),
        ("2020-02-31", None),
        ("2020-13-01", None),
        ("31 février 2020", None),
        ("2021-02-29", None),
    ] {
        let found = places(&criterion(&format!("si d > {written}")), &[("E0105", 3, 10)]);
        assert_eq!(found[0].edits.first().map(|edit| edit.text.as_str()), edit, "{written}");
    }
    places("politique p\nrelu le 31 avril 2020\n", &[("E0105", 2, 9)]);
}

#[test]
fn et_and_ou_mixed() {
    places(&criterion("si a et b ou c"), &[("E0106", 3, 13)]);
    places(&criterion("si a ou b\n  et c"), &[("E0106", 4, 3)]);
    places(&criterion("si a et (b ou c)"), &[]);
    places(&criterion("si f(a et b ou c)"), &[("E0106", 3, 15)]);
}

#[test]
fn invisible_characters_are_named_and_set_aside() {
    let text =
        "politique p\ncritère c\u{200b} \"C\u{202e}\"\n  donne 1\0 point\n# \u{2066}commentaire\n";
    let found = places(text, &[("E0108", 2, 10), ("E0108", 3, 10), ("E0108", 4, 3)]);
    assert_eq!(found[0].message, "caractère interdit : espace de largeur nulle (U+200B)");
    assert_eq!(read(text).declarations, 1);
}

#[test]
fn letters_of_another_alphabet() {
    let text = "politique p\ncritère \u{441}\u{443}\u{440}\n  si \u{430}ge > 3\n  si âge_\u{fb01}n\n\u{441}ritère d\n";
    let read = read(text);
    assert_eq!(read.places, [("E0109", 2, 9), ("E0109", 3, 6), ("E0109", 4, 6), ("E0102", 5, 1)]);
    assert!(read.diagnostics[1].message.contains("U+0430"));
    // Accents, ligatures and apostrophes of French are no trap; a text may hold any script.
    places("politique p\ncritère cœur_façonné_où_ÿ \"Привет\"\n  donne 1 point\n", &[]);
}

#[test]
fn the_header_comes_first_and_once() {
    places("", &[("E0112", 1, 1)]);
    places("# rien\n", &[("E0112", 1, 1)]);
    places("version 1\npolitique p\n", &[("E0112", 1, 1)]);
    places("n'importe quoi\ncritère c\n  donne 31.2 points\n", &[("E0112", 1, 1), ("E0104", 3, 9)]);
    places("politque p\nversion 1\n", &[("E0102", 1, 1)]);
    places("  politique p\n  version 1\n", &[("E0111", 1, 3)]);
    places("politique p\npolitique q\n", &[("E0114", 2, 1)]);
}

#[test]
fn a_declaration_out_of_its_place() {
    let text = "politique p\ncritère c\n  donne 1 point\n  critère d\n    donne 2 points\n  table t : points\ncritère e\n  donne 31.2 points\n";
    places(text, &[("E0111", 4, 3), ("E0111", 6, 3), ("E0104", 8, 9)]);
    places("politique p\ncritère c\n  donne 1 point\n) x\n", &[("E0102", 4, 1)]);
}

/// Broken clauses, criteria and declarations each give one diagnostic; the whole ones live, and
/// the broken ones are named.
#[test]
fn a_broken_part_hides_no_other() {
    let text = "\
politique p
version
en vigueur à partir du 2020-01-01
famille f retient le maximum
  critère a
    donne
    si x y
  critère b
    donne 1 point
critère c
  donne 31.25 points
  si (a
critère d
  donne 1 point
table t : points
  | a | b => r
  | 1 => 2
  | 1 | 2 =>
  | 1 | 2 3 => 4
définition e = )
";
    let read = read(text);
    assert_eq!(
        read.places,
        [
            ("E0101", 2, 8),
            ("E0101", 6, 10),
            ("E0101", 7, 10),
            ("E0104", 11, 9),
            ("E0101", 12, 8),
            ("E0504", 17, 3),
            ("E0101", 18, 13),
            ("E0101", 19, 11),
            ("E0101", 20, 16),
        ]
    );
    assert_eq!(read.declarations, 2);
    let broken: Vec<(&str, Option<&str>)> =
        read.broken.iter().map(|(keyword, name)| (keyword.as_str(), name.as_deref())).collect();
    assert_eq!(
        broken,
        [
            ("version", None),
            ("critere", Some("a")),
            ("critere", Some("c")),
            ("table", Some("t")),
            ("definition", Some("e")),
        ]
    );
}

#[test]
fn a_broken_field_leaves_its_entity() {
    let text = "vocabulaire v\nentité e\n  a texte\n  b : texte facultativ\n  c : €/\n  d : texte\n    partage tout\n  f : texte\n";
    let read = read(text);
    assert_eq!(read.places, [("E0101", 3, 5), ("E0101", 4, 13), ("E0101", 5, 9), ("E0101", 7, 13)]);
    assert_eq!(read.declarations, 1);
    assert_eq!(read.broken.len(), 4);
}

#[test]
fn tables_and_examples() {
    places(
        "politique p\ntable t : points\ntable u\n  | a => b\n  | 1 => 2\ntable v : points\n  | a => b\n",
        &[("E0101", 2, 17), ("E0101", 3, 8), ("E0101", 7, 11)],
    );
    places(
        "politique p\nexemple \"x\" le 2020-13-01\n  étant donné\n    a.b\n    d non connu\n    e\n      | a | b |\n      | 1 |\n  attend\n    critère x = presque\n    x 3\nexemple \"vide\"\n",
        &[
            ("E0105", 2, 16),
            ("E0101", 4, 8),
            ("E0101", 5, 5),
            ("E0504", 8, 7),
            ("E0101", 10, 17),
            ("E0101", 11, 7),
            ("E0101", 12, 1),
        ],
    );
}

#[test]
fn templates() {
    places(&criterion("dit \"a {b\""), &[("E0101", 3, 7)]);
    places(&criterion("dit \"a {b +} c\""), &[("E0101", 3, 14)]);
    places(&criterion("dit \"é {31.2} c\""), &[("E0104", 3, 11)]);
    places(&criterion("dit \"a \\{b\""), &[]);
}

#[test]
fn places_count_characters_in_files_of_other_editors() {
    let text = "\u{feff}politique p\r\ncrite\u{300}re e\u{301}te\u{301}\r\n  donne 31.25 points\r\n  si e\u{301} b\r\n";
    places(text, &[("E0104", 3, 9), ("E0101", 4, 9)]);
}

#[test]
fn cells_of_a_csv_file_are_placed_in_it() {
    let found = dsl::syntax::parse_cell(FileId(7), "de 1 à", 40).diagnostics;
    assert_eq!(
        (found[0].code.0, found[0].primary.file, found[0].primary.start),
        ("E0101", FileId(7), 47)
    );
    assert_eq!(dsl::syntax::parse_result(FileId(7), "31.5 %", 40).diagnostics[0].primary.start, 40);
    assert_eq!(dsl::syntax::parse_cell(FileId(7), "", 40).diagnostics[0].code.0, "E0101");
}
