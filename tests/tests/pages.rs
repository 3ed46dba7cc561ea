//! The pages of the project, judged in a browser: published rules of the real policies, and rules
//! whose every text is hostile.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use pages::phrases::{Condition, Phrase};
use pages::publication::{Entry, Kind, Sheet};
use pages::{Publication, html, publication};
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
