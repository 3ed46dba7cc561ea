//! The page of an explanation: it says what the value says and no more, adds up, stays bounded, and is
//! judged in a browser and on paper.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use engine::Exact;
use explain::explanation::{Line, View};
use explain::wording::raised;
use explain::{Explanation, Points, Words};
use pages::text::shown;
use printer::Chromium;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use tests::browser::{Page, faults, inspect, installed, pdf_facts, pdf_tags, pdf_text};
use tests::explained::{
    POLICIES, example, explained, explained_to_a_territory, explained_with_changes,
};
use tests::hostile::{HOSTILE, marked, plain};

const VIEWS: [View; 3] = [View::Applicant, View::Employer, View::Auditor];

/// Dossiers where everything is known, where facts are missing, refused, not shared, awaited.
const EXAMPLES: [&str; 8] = [
    "lyon-6e",
    "un-candidat",
    "sans-revenu",
    "anonyme",
    "choix-2",
    "validation-en-cours",
    "territoire",
    "neuf-candidats",
];

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

fn same(text: String) -> String {
    text
}

fn of(name: &str, id: &str) -> Explanation {
    explained_with_changes(&POLICIES, &example(name, same), id)
}

fn for_a_territory(id: &str, change: fn(String) -> String) -> Explanation {
    explained_to_a_territory(&POLICIES, &example("territoire", change), id)
}

fn page_in(explanation: &Explanation, words: &Words) -> String {
    pages::explanation(&words.worded(explanation, &POLICIES.recueil.glossary), words)
}

fn page(explanation: &Explanation) -> String {
    page_in(explanation, Words::french())
}

/// Explains every candidate of every example, in every view; with the report.
fn all() -> Vec<(String, Explanation)> {
    let mut all = Vec::new();
    for name in EXAMPLES {
        let pool = example(name, same);
        for candidate in &pool.candidates {
            let whole = match pool.candidates.len() {
                0..3 => explained_with_changes(&POLICIES, &pool, &candidate.id),
                _ => explained(&pool, &candidate.id),
            };
            for view in VIEWS {
                let seen = whole.clone().seen_by(view).with_report();
                all.push((format!("{name}, {}, {view:?}", candidate.id), seen));
            }
            let seen = explained_to_a_territory(&POLICIES, &pool, &candidate.id).with_report();
            all.push((format!("{name}, {}, a territory", candidate.id), seen));
        }
    }
    all
}

/// What leclerc, who lost the bonus of a campaign, is told.
fn since() -> Explanation {
    let (before, after) = (example("lyon-6e", same), example("apres-la-campagne", same));
    let side = |pool| explain::since::Side {
        rules: &POLICIES.compiled,
        scripts: &POLICIES.sandbox,
        recueil: ("action-logement", "empreinte"),
        pool,
    };
    let since = explain::since::since(side(&before), side(&after), "leclerc").unwrap();
    explained(&after, "leclerc").with_since(since).seen_by(View::Applicant)
}

/// What someone who refused a dwelling, and loses points, is told.
fn refusal() -> Explanation {
    let pool = example("lyon-6e", |text| {
        text.replace("attribution_refusée: non", "attribution_refusée: { valeur: oui, date: 2019-02-01, source: bailleur }, refus_légitime: non").replace(
            "refus_en_cal: non",
            "refus_en_cal: oui",
        )
    });
    explained(&pool, "tabanou").seen_by(View::Applicant)
}

#[test]
fn explanations_are_for_everyone() {
    let applicant = |name, id| of(name, id).seen_by(View::Applicant);
    let auditor = of("lyon-6e", "tabanou").seen_by(View::Auditor).with_report();
    let pages = [
        Page::new("tabanou", page(&applicant("lyon-6e", "tabanou").with_report())),
        Page::new("leclerc", page(&applicant("lyon-6e", "leclerc"))),
        Page::new("inconnus", page(&applicant("un-candidat", "leclerc"))),
        Page::new("refus", page(&refusal())),
        Page::new("rh", page(&of("choix-2", "morel").seen_by(View::Employer))),
        Page::new("territoire", page(&for_a_territory("premiere", same))),
        Page::seen("auditeur", page(&auditor), &["téléphone", "sombre"]),
        Page::seen("depuis", page(&since()), &["téléphone"]),
        Page::seen("anglais", page_in(&auditor, Words::english()), &["téléphone"]),
        Page::seen("long", page(&long()), &["téléphone"]),
    ];
    let folder = folder("explications");
    let reports = inspect(&folder, &pages);
    assert_eq!(faults(&reports), Vec::<String>::new());

    for (page, report) in pages.iter().zip(&reports) {
        let Some(walk) = &report.keyboard else { continue };
        let opened = walk.stops.iter().filter(|stop| stop.opened == Some(true)).count();
        assert_eq!(opened, page.html.matches("<details").count(), "{}", page.name);
        assert!(opened > 2, "{}: {opened} details", page.name);
    }
    for name in ["tabanou", "leclerc", "inconnus", "refus", "rh"] {
        let printed = folder.join(format!("{name}.pdf"));
        let (text, tags) = (plain(&pdf_text(&printed)), pdf_tags(&printed));
        for tag in ["H1 (block)", "H2 (block)", "/Scope /Column", "/Scope /Row", "Caption"] {
            assert!(tags.contains(tag), "{name}: {tag} in\n{tags}");
        }
        assert!(
            text.contains("Les informations utilisées"),
            "{name}: details are on paper\n{text}"
        );
    }
}

#[test]
fn a_page_says_every_sentence_of_its_explanation() {
    for (name, explanation) in all() {
        let words = Words::french();
        let worded = words.worded(&explanation, &POLICIES.recueil.glossary);
        let html = pages::explanation(&worded, words);
        // What a page tells in several places of a table.
        let lines = worded.phrases.grids.iter().flat_map(|grid| &grid.lines);
        let mut split: BTreeSet<&str> = lines.map(|line| line.summary.as_str()).collect();
        split.extend(worded.phrases.headline.iter().map(|it| it.grids.as_str()));
        let mut said = 0;
        worded.phrases.each_text(&mut |text| {
            if split.contains(text) {
                return;
            }
            let there = html.contains(&shown(text)) || html.contains(&shown(&raised(text)));
            assert!(there, "{name}: {text}");
            said += 1;
        });
        let has_lines = explanation.grids.iter().any(|grid| !grid.lines.is_empty());
        assert!(said > if has_lines { 5 } else { 1 }, "{name}: {said} sentences");
    }
}

/// Reads the numbers of a column, row by row, in each table of lines; the last is the sum.
fn columns(html: &str, column: &str) -> Vec<Vec<i128>> {
    let tables = html.split("<table class=\"ledger lines\" role=\"table\">").skip(1);
    let tables = tables.map(|table| table.split("</table>").next().unwrap());
    // Where a line has no maximum, its grid has none.
    let tables = tables.filter(|table| column == "points" || !table.contains("most unset"));
    let mark = format!("<td class=\"number {column}\" role=\"cell\">");
    let numbers = |table: &str| -> Vec<i128> {
        let cells = table.split(&mark).skip(1).map(|rest| rest.split("</td>").next().unwrap());
        cells.map(|cell| cell.replace('\u{202f}', "").replace('−', "-").parse().unwrap()).collect()
    };
    tables.map(numbers).collect()
}

fn add_up(html: &str, name: &str) -> usize {
    let mut added = 0;
    for column in ["points", "most"] {
        for numbers in columns(html, column) {
            let Some((sum, parts)) = numbers.split_last() else { continue };
            assert_eq!(parts.iter().sum::<i128>(), *sum, "{name}: {numbers:?}");
            added += parts.len();
        }
    }
    added
}

#[test]
fn the_rows_of_a_page_add_up_to_its_sums() {
    let added: usize = all()
        .iter()
        .filter(|(_, explanation)| {
            explanation.grids.iter().all(|grid| grid.points.is_some() || grid.lines.is_empty())
        })
        .map(|(name, explanation)| add_up(&page(explanation), name))
        .sum();
    assert!(added > 500, "{added} numbers");
    assert!(page(&refusal()).contains("<td class=\"number points\" role=\"cell\">-40</td>"));
    add_up(&page(&refusal()), "refusal");
}

/// An explanation with ten thousand lines in its first grid, of which one in a hundred counts.
fn long() -> Explanation {
    let mut explanation = of("lyon-6e", "tabanou").seen_by(View::Applicant);
    let grid = explanation.grids.first_mut().unwrap();
    let [counts, does_not] =
        [grid.lines.first().unwrap().clone(), grid.lines.get(1).unwrap().clone()];
    grid.lines = (0..10_000)
        .map(|at| Line {
            id: format!("ligne_{at}"),
            ..if at % 100 == 99 { counts.clone() } else { does_not.clone() }
        })
        .collect();
    grid.points = Some(Points(Exact::whole(7_000)));
    grid.maximum = Some(Points(Exact::whole(700_000)));
    explanation
}

#[test]
fn ten_thousand_lines_are_a_page_that_is_read_and_adds_up() {
    let long = long();
    let html = page(&long);
    assert!(html.len() < 400_000, "{} bytes", html.len());
    assert!(html.contains("… et 9\u{202f}900 autres lignes, 0\u{a0}point en tout"));
    let shown = columns(&html, "points");
    let first = shown.first().unwrap();
    assert_eq!(first.iter().filter(|points| **points == 70).count(), 100, "those that count");
    add_up(&html, "long");
    let whole = html.len() - page(&of("lyon-6e", "tabanou").seen_by(View::Applicant)).len();
    assert!(whole > 50_000, "the lines are there: {whole} bytes more");
}

/// Choice 2 shares identification only: what it does not share changes no byte of HR's page.
#[test]
fn a_fact_that_is_not_shared_changes_no_byte_of_the_page_of_hr() {
    let before = explained(&example("choix-2", same), "morel");
    let seen = page(&before.clone().seen_by(View::Employer));
    let changes = [
        ("revenus: 1700", "revenus: 2100"),
        ("statut: cdi", "statut: cdd"),
        ("distance: 45", "distance: 46"),
    ];
    for (from, to) in changes {
        let pool = example("choix-2", |text| text.replace(from, to));
        let whole = explained(&pool, "morel");
        let is_read = page(&whole) != page(&before);
        assert_eq!(is_read, !from.starts_with("statut"), "{from}: the applicant's own page");
        assert_eq!(page(&whole.seen_by(View::Employer)), seen, "{from} → {to}");
    }
}

#[test]
fn the_page_of_hr_shows_nothing_that_its_view_does_not_hold() {
    let glossary = BTreeMap::new();
    let words = Words::french();
    for name in EXAMPLES {
        let pool = example(name, same);
        for candidate in &pool.candidates {
            let whole = explained(&pool, &candidate.id).with_report();
            let own = whole.clone().seen_by(View::Employer);
            let mut held = BTreeSet::new();
            words.worded(&own, &glossary).phrases.each_text(&mut |text| {
                held.insert(text.to_owned());
            });
            let html = page(&own);
            let mut hidden = 0;
            words.worded(&whole, &glossary).phrases.each_text(&mut |text| {
                let is_held = held.iter().any(|own| own.contains(text));
                // The page says to everyone that a commission decides.
                if is_held || words.who_decides() == text || words.what_it_does() == text {
                    return;
                }
                assert!(!html.contains(&shown(text)), "{name}, {}: {text}", candidate.id);
                hidden += 1;
            });
            assert!(hidden > 10, "{name}, {}: {hidden}", candidate.id);
        }
    }
}

#[test]
fn a_page_speaks_one_language_and_marks_what_authors_wrote() {
    let explanation = of("lyon-6e", "tabanou").seen_by(View::Applicant).with_report();
    let (french, english) = (page(&explanation), page_in(&explanation, Words::english()));
    let fixed = [
        ("<html lang=\"fr\">", "<html lang=\"en\">"),
        ("Aller au contenu", "Skip to the content"),
        ("Vos points, ligne par ligne", "Your points, line by line"),
        ("Votre situation", "Your situation"),
        ("Vos droits", "Your rights"),
        ("Les informations utilisées", "The information used"),
        ("Opérations effectuées", "Operations carried out"),
    ];
    for (said, other) in fixed {
        assert!(french.contains(said) && !french.contains(other), "{said}");
        assert!(english.contains(other) && !english.contains(said), "{other}");
    }
    assert!(english.contains("<bdi lang=\"fr\">Ancienneté de ma demande</bdi>"));
    assert!(english.contains("<p lang=\"fr\">Vous avez 29\u{a0}ans</p>"), "the author's sentence");
}

/// Puts a text wherever a rule or a dossier may have put one.
fn fill(explanation: &mut Explanation, text: &str) {
    let put = |place: &mut String| *place = text.to_owned();
    put(&mut explanation.candidate);
    put(&mut explanation.recueil.name);
    if let Some(rules) = &mut explanation.ranking {
        put(&mut rules.label);
    }
    for condition in &mut explanation.eligibility {
        put(&mut condition.label);
        condition.doc = Some(text.to_owned());
        condition.grounds.sources = vec![text.to_owned()];
    }
    for grid in &mut explanation.grids {
        put(&mut grid.label);
        for line in &mut grid.lines {
            put(&mut line.label);
            put(&mut line.motif.text);
            line.doc = Some(text.to_owned());
            line.grounds.sources = vec![text.to_owned(), format!("https://exemple.fr/{text}")];
            for fact in &mut line.facts {
                put(&mut fact.label);
                for known in &mut fact.values {
                    known.source = Some(text.to_owned());
                }
            }
        }
    }
}

#[test]
fn hostile_texts_are_shown_and_nothing_runs() {
    let texts: Vec<String> = HOSTILE.chunks(4).map(|some| some.join(" ; ")).collect();
    let pages: Vec<Page> = (1..)
        .zip(&texts)
        .map(|(number, text)| {
            let mut explanation = of("lyon-6e", "tabanou").seen_by(View::Auditor);
            fill(&mut explanation, text);
            let html = page(&explanation.with_report());
            Page::seen(&format!("hostile-{number}"), html, &["téléphone"])
        })
        .collect();
    let reports = inspect(&folder("explications-hostiles"), &pages);
    assert_eq!(faults(&reports), Vec::<String>::new());
    for (text, report) in texts.iter().zip(&reports) {
        let shown = plain(&report.views.last().unwrap().text);
        let wanted = plain(&marked(text));
        assert!(shown.matches(&wanted).count() > 30, "{wanted}\n{shown}");
    }
}

#[test]
fn a_page_is_printed_to_a_tagged_pdf_of_its_language_on_a4() {
    let words = [(Words::french(), "fr"), (Words::english(), "en")];
    for (words, language) in words {
        let explanation = of("lyon-6e", "tabanou").seen_by(View::Applicant).with_report();
        let html = page_in(&explanation, words);
        let pdf = Chromium::at(installed()).print(&html).unwrap();
        let folder = folder("explications-pdf");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("tabanou-{language}.pdf"));
        std::fs::write(&file, &pdf).unwrap();
        let facts = pdf_facts(&file);
        let fact = |name: &str| {
            let line = facts.lines().find_map(|line| line.strip_prefix(&format!("{name}:")));
            plain(line.unwrap_or_else(|| panic!("{name} in\n{facts}")))
        };
        assert_eq!((fact("Tagged").as_str(), fact("JavaScript").as_str()), ("yes", "no"));
        assert!(fact("Page size").contains("A4"), "{facts}");
        assert_eq!(fact("Title"), plain(&words.opening(&explanation)));
        let bytes = String::from_utf8_lossy(&pdf);
        assert!(bytes.contains(&format!("/Lang ({language})")), "the language of the document");
        assert!(bytes.contains("/Outlines"), "headings lead to their pages");
        let (text, tags) = (plain(&pdf_text(&file)), pdf_tags(&file));
        let worded = words.worded(&explanation, &POLICIES.recueil.glossary);
        let total = plain(&worded.phrases.headline.as_ref().unwrap().total);
        assert!(text.contains(&total) && tags.contains("H1 (block)"), "{total} in\n{text}");
        let last = worded.phrases.report.as_ref().unwrap().headings.last().unwrap();
        assert!(text.contains(&plain(&last.title)), "{}", last.title);
    }
}
