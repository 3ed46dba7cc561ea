//! The pages of the project, judged in a browser: published rules of the real policies, and rules
//! whose every text is hostile; what a reform changes.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use engine::Exact;
use explain::Points;
use pages::phrases::{Condition, Phrase};
use pages::publication::{Entry, Kind, Sheet};
use pages::simulation::{
    Bin, Category, Comparison, Distribution, Group, Line, Movement, Offer, Offers, Passage, Ranks,
    Rows, Rules, Side, Spread, Step,
};
use pages::{Publication, html, publication, simulation};
use std::collections::BTreeMap;
use std::path::PathBuf;
use tests::browser::{Page, faults, inspect, pdf_tags, pdf_text};
use tests::hostile::{HOSTILE, marked, plain};
use tests::rules::root;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Publishes a recueil of these files.
fn published(files: &BTreeMap<String, Vec<u8>>) -> Publication {
    let opened = analysis::Opened::of(files);
    let compiled = analysis::Verifier::default().verify(&opened, None);
    publication(&opened.recueil, &compiled.value.unwrap())
}

fn policies() -> Publication {
    let policies = root().join("policies");
    let mut files = BTreeMap::new();
    let mut waiting = vec![policies.clone()];
    while let Some(at) = waiting.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(&policies).unwrap().to_string_lossy().into_owned();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    published(&files)
}

#[test]
fn published_rules_are_for_everyone() {
    let publication = policies();
    let mut pages = vec![Page::new("index", html::index(&publication))];
    let mut whole: BTreeMap<Kind, &Sheet> = BTreeMap::new();
    for sheet in &publication.sheets {
        let page = html::sheet(&publication, sheet);
        // Pages of a kind are made by one template: one of them is looked at in every way.
        pages.push(match whole.insert(sheet.kind, sheet) {
            None => Page::new(&sheet.address, page),
            Some(first) => {
                whole.insert(first.kind, first);
                Page::seen(&sheet.address, page, &["téléphone"])
            }
        });
    }
    assert_eq!((pages.len(), whole.len()), (11, Kind::ALL.len()));
    let folder = folder("publication");
    let reports = inspect(&folder, &pages);
    assert_eq!(faults(&reports), Vec::<String>::new());

    for sheet in whole.values() {
        let report = reports.iter().find(|report| report.name == sheet.address).unwrap();
        let first = report.keyboard.as_ref().unwrap().stops.first().unwrap();
        assert_eq!(first.name, "Aller au contenu", "{}", report.name);
        let printed = folder.join(format!("{}.pdf", sheet.address));
        let (text, tags) = (pdf_text(&printed), pdf_tags(&printed));
        for tag in [
            "H1 (block)",
            "H2 (block)",
            "Table (block)",
            "/Scope /Column",
            "/Scope /Row",
            "Caption",
        ] {
            assert!(tags.contains(tag), "{}: {tag} in\n{tags}", report.name);
        }
        // What a screen folds away is on paper all the same.
        if let Some(result) = sheet.examples.last().and_then(|it| it.expected.last()) {
            assert!(plain(&text).contains(&plain(result)), "{}: {result}", report.name);
        }
    }
}

/// Publishes rules of which every text that an author fills is the same one.
fn hostile(text: &str) -> Publication {
    let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
    let said = quoted.replace(['{', '}'], "");
    let rules = RULES.replace("DIT", &said).replace("VERSION", text).replace("TEXTE", &quoted);
    let facts = FACTS.replace("TEXTE", &quoted);
    let manifest = "nom: essai\nlangage: 1\nunites: [\"*.bareme\"]\n".to_owned();
    let files = [("recueil.yaml", manifest), ("faits.bareme", facts), ("essai.bareme", rules)];
    let files = files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes()));
    let mut publication = published(&files.collect());
    publication.sheets.iter_mut().for_each(|sheet| fill(sheet, text));
    publication
}

/// Puts a text in a sheet as it is: the language takes away what cannot be seen, and a page must not
/// count on it.
fn fill(sheet: &mut Sheet, text: &str) {
    sheet.label = text.to_owned();
    sheet.doc = Some(text.to_owned());
    sheet.audience.push(text.to_owned());
    sheet.guarantees.push(text.to_owned());
    sheet.grounds.sources.push(text.to_owned());
    sheet.inventory.purpose = text.to_owned();
    sheet.inventory.responsible = text.to_owned();
    for entry in &mut sheet.rules {
        let Entry::Group(group) = entry else { continue };
        group.label = text.to_owned();
        group.how.push(text.to_owned());
        for rule in &mut group.rules {
            rule.label = text.to_owned();
            rule.says = Some(text.to_owned());
            rule.else_says = Some(text.to_owned());
            rule.further.push(Phrase::of(text));
            rule.condition = Some(Condition::Any(vec![Condition::Plain(Phrase::of(text))]));
        }
    }
    for read in &mut sheet.reads {
        read.label = text.to_owned();
        read.origin = text.to_owned();
    }
    for example in &mut sheet.examples {
        example.label = text.to_owned();
        example.expected.push(text.to_owned());
    }
}

const FACTS: &str = r#"vocabulaire faits "TEXTE"
version 1
en vigueur à partir du 2019-01-01

énumération s "TEXTE"
  | a "TEXTE a"
  | b "TEXTE b"

entité foyer "TEXTE"
  personnes : entier "TEXTE 1"
    cerfa "TEXTE"
  nom : texte "TEXTE 2"
  situation : s "TEXTE 3"
  revenus : €/mois "TEXTE 4"

## TEXTE
définition majeur "TEXTE" : booléen
  = foyer.personnes ≥ 2 et foyer.nom ≠ "TEXTE"
  source "TEXTE"
"#;

const RULES: &str = r#"## TEXTE
politique essai "TEXTE"
version VERSION
en vigueur à partir du 2019-01-01
utilise faits
source "TEXTE"
fondement "TEXTE"
hypothèse "TEXTE" à revoir le 2028-12-31

## TEXTE
table t : points "TEXTE"
  | foyer.situation => points  |
  | a               => 1 point |
  | sinon           => 0 point |
  source "TEXTE"

## TEXTE
famille f "TEXTE" retient le maximum
  source "TEXTE"
  ## TEXTE
  critère c "TEXTE"
    donne t
    si majeur
    dit "DIT {foyer.nom}"
    sinon dit "DIT"
    source "TEXTE"
    fondement "TEXTE"
    hypothèse "TEXTE" à revoir le 2028-12-31

garantie "TEXTE"
  indépendant de foyer.revenus

exemple "TEXTE" le 2019-10-15
  étant donné
    foyer.nom = "TEXTE"
    foyer.situation = a
    foyer.personnes = 2
  attend
    critère c = 0 point
"#;

#[test]
fn hostile_texts_are_shown_and_nothing_runs() {
    let texts: Vec<String> = HOSTILE.chunks(4).map(|some| some.join(" ; ")).collect();
    let published: Vec<Publication> = texts.iter().map(|text| hostile(text)).collect();
    let pages: Vec<Page> = (1..)
        .zip(&published)
        .map(|(number, publication)| {
            let page = html::sheet(publication, publication.sheets.first().unwrap());
            Page::seen(&format!("hostile-{number}"), page, &["téléphone"])
        })
        .collect();
    let reports = inspect(&folder("hostile"), &pages);
    assert_eq!(faults(&reports), Vec::<String>::new());
    for (text, report) in texts.iter().zip(&reports) {
        let shown = &report.views.last().unwrap().text;
        let wanted = marked(text);
        assert!(plain(shown).matches(&plain(&wanted)).count() > 15, "{wanted}\n{shown}");
    }
}

/// What a reform changes, where everything happens; every text of it is given.
fn reform(text: &str) -> Comparison {
    let points = |whole: i128| Points(Exact::whole(whole));
    let movement = |gain: u64, lose: u64, same: u64| Movement {
        gain,
        lose,
        same,
        gained: points(i128::from(gain) * 20),
        lost: Points(Exact::fraction(i128::from(lose) * 5, 2).unwrap()),
    };
    let passage = |entering, leaving| Passage { before: 100, after: 100, entering, leaving };
    let rules = |unread| Rules { name: text.to_owned(), hash: "0f".repeat(32), unread };
    let bins = (0..20_u64).map(|at| Bin {
        from: points(i128::from(at) * 50 - 50),
        to: points(i128::from(at) * 50),
        before: at * at * 7 % 900,
        after: at * 131 % 1_000,
    });
    let spread = |least| Spread {
        least: points(least),
        greatest: points(906),
        sum: points(1_369_779),
        mean: Points(Exact::fraction(1_369_779, 4_900).unwrap()),
    };
    let line = |grid: &str, of, gain| Line {
        grid: grid.to_owned(),
        grid_label: text.to_owned(),
        id: "critère".to_owned(),
        label: text.to_owned(),
        of,
        movement: movement(gain, 3, 4_897 - gain),
    };
    let group = |count| Group {
        value: Some("marié".to_owned()),
        label: text.to_owned(),
        count,
        movement: movement(1, 0, count - 1),
        kept: passage(2, 1),
    };
    let category = Category {
        column: "situation".to_owned(),
        fact: "demandeur.situation_familiale".to_owned(),
        label: text.to_owned(),
        groups: vec![group(1_234), group(56)],
    };
    let ends = [(Some(1), Some(1)), (Some(2), Some(5)), (Some(6), Some(10)), (Some(11), None)];
    let steps = ends.into_iter().chain([(None, None)]).map(|(from, to)| Step { from, to });
    Comparison {
        day: "2019-10-15".to_owned(),
        before: rules(vec![text.to_owned()]),
        after: rules(Vec::new()),
        rows: Rows { read: 4_910, compared: 4_900, aside_before: 1, aside_after: 2, aside_both: 7 },
        total: movement(1_859, 738, 2_303),
        eligible: passage(0, 0),
        kept: passage(23, 23),
        distribution: Distribution {
            width: points(50),
            bins: bins.collect(),
            before: Some(spread(-40)),
            after: Some(spread(-20)),
        },
        lines: vec![
            line("als", Side::Both, 2_211),
            line("als", Side::Before, 0),
            line("loi", Side::After, 5),
        ],
        categories: vec![category.clone(), category],
        ranks: Ranks {
            steps: steps.collect(),
            counts: vec![
                vec![19, 1, 0, 0, 0],
                vec![1, 56, 16, 7, 0],
                vec![0, 12, 41, 47, 0],
                vec![0, 11, 43, 2_875, 0],
                vec![0, 0, 0, 5, 1_766],
            ],
            better: 777,
            same: 407,
            worse: 1_945,
        },
        offers: Offers {
            all: 20,
            changed: 17,
            most: vec![Offer {
                id: text.to_owned(),
                candidates: 245,
                moved: 158,
                kept: passage(3, 3),
            }],
        },
    }
}

/// Counts the drawings of a page: each has a title, a description, and a table after it that says as much.
fn drawings(html: &str) -> usize {
    html.matches("<svg class=\"chart\"").count()
}

#[test]
fn what_a_reform_changes_is_for_everyone() {
    let told = reform("Ma catégorie d'entreprises est en cours de rééquilibrage");
    let html = simulation::page(&told);
    assert_eq!(drawings(&html), 2);
    for count in ["role=\"img\" aria-labelledby", "<title id", "<desc id"] {
        assert_eq!(html.matches(count).count(), 2, "{count}");
    }
    let nothing = Comparison {
        distribution: Distribution {
            bins: Vec::new(),
            before: None,
            after: None,
            ..told.distribution.clone()
        },
        categories: Vec::new(),
        ..told.clone()
    };
    let pages = [
        Page::new("reforme", html),
        Page::seen("personne", simulation::page(&nothing), &["téléphone", "sombre"]),
        Page::seen("hostile", simulation::page(&reform(&HOSTILE.join(" "))), &["téléphone"]),
    ];
    let folder = folder("reforme");
    let reports = inspect(&folder, &pages);
    assert_eq!(faults(&reports), Vec::<String>::new());
    for text in HOSTILE {
        let seen = plain(&reports[2].views[0].text);
        assert!(seen.contains(&plain(&marked(text))), "{text}");
    }
    let printed = folder.join("reforme.pdf");
    let (text, tags) = (plain(&pdf_text(&printed)), pdf_tags(&printed));
    for tag in ["H1 (block)", "H2 (block)", "Figure", "/Scope /Column", "/Scope /Row", "Caption"] {
        assert!(tags.contains(tag), "{tag} in\n{tags}");
    }
    assert!(text.contains("de 850 à moins de 900 points"), "{text}");
}

#[test]
fn tables_beside_drawings_have_every_count() {
    let told = reform("a");
    let html = simulation::page(&told);
    let cell = |count: &u64| format!("<td class=\"number\">{}</td>", written(*count));
    for bin in &told.distribution.bins {
        let row = format!("{}{}</tr>", cell(&bin.before), cell(&bin.after));
        assert!(html.contains(&row), "{row}");
    }
    let bars = told.distribution.bins.iter().flat_map(|bin| [bin.before, bin.after]);
    let bars = bars.filter(|count| *count > 0).count();
    // Two more explain them.
    let drawn = html.matches("<rect class=\"before\"").count()
        + html.matches("<rect class=\"after\"").count();
    assert_eq!(drawn, bars + 2);
    for row in &told.ranks.counts {
        let cells: String = row.iter().map(cell).collect();
        assert!(html.contains(&format!("{cells}{}", cell(&row.iter().sum()))), "{cells}");
    }
    let bands = told.ranks.counts.iter().flatten().filter(|count| **count > 0).count();
    assert_eq!(html.matches("<path class=\"band").count(), bands);
}

fn written(count: u64) -> String {
    let ty = engine::Type::Number(engine::Unit::NONE, engine::NumberForm::Decimal);
    let value = engine::Value::Number(Exact::whole(count.into()));
    engine::show(&value, ty, &engine::Schema::default())
}
