//! What the browser is asked to see, it sees: each fault of a page is found, and a sound page has
//! none. The pages of the project are judged by the same looks in `pages.rs`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::path::PathBuf;
use tests::browser::{Page, inspect, pdf_tags, pdf_text};

const STYLE: &str = "<style>:root{background:#fff;color:#111}:focus-visible{outline:3px solid}\
    summary,a{display:block;padding:6px;color:#00c}</style>";

/// One fault: its name, what is in the head and in the body, the view that shows it, what is said.
type Fault = (&'static str, &'static str, &'static str, &'static str, &'static str);

const FAULTS: &[Fault] = &[
    ("contraste", "", "<p style='color:#aaa'>Pâle</p>", "bureau", "bureau: axe: color-contrast"),
    (
        "sombre",
        "<style>@media(prefers-color-scheme:dark){:root{background:#444}}</style>",
        "<p>Noir</p>",
        "sombre",
        "sombre: axe: color-contrast",
    ),
    (
        "papier",
        "<style>@media print{p{color:#aaa}}</style>",
        "<p>Pâle</p>",
        "papier",
        "papier: axe: color-contrast",
    ),
    ("image", "", "<img src='data:,'>", "bureau", "axe: image-alt"),
    ("titres", "", "<h3>Trop bas</h3>", "bureau", "axe: heading-order"),
    (
        "caché",
        "",
        "<details><summary>Plus</summary><img src='data:,'></details>",
        "forcé",
        "axe: image-alt",
    ),
    ("large", "", "<p style='width:600px'>Large</p>", "téléphone", "pixels too wide: [\"p\"]"),
    ("zoomé", "", "<p style='width:700px'>Large</p>", "zoom", "zoom: "),
    ("agrandi", "", "<p style='width:18em'>Texte</p>", "texte", "texte: "),
    (
        "espacé",
        "",
        "<p style='white-space:nowrap'>Un texte d'une quarantaine de lettres</p>",
        "espacé",
        "espacé: ",
    ),
    (
        "coupé",
        "",
        "<p style='overflow:hidden;white-space:nowrap;width:40px'>Un texte</p>",
        "bureau",
        "cut: p",
    ),
    ("script", "", "<script>window.couru = 1</script>", "bureau", "something ran: couru"),
    ("gestion", "", "<p onclick='1'>Texte</p>", "bureau", "active: p"),
    ("adresse", "", "<a href=' javascript:1'>Lien</a>", "bureau", "active: a"),
    (
        "formulaire",
        "",
        "<form action='/envoi'><button>Envoyer</button></form>",
        "bureau",
        "active: form",
    ),
    ("dialogue", "", "<script>alert('a')</script>", "bureau", "dialog: a"),
    ("réseau", "", "<img alt='Image' src='absente.png'>", "bureau", "asks for file:"),
    ("console", "", "<script>console.log('a')</script>", "bureau", "console: log: a"),
    (
        "contour",
        "<style>a:focus-visible{outline:none}</style>",
        "<a href='#x'>Lien</a><p id='x'>Texte</p>",
        "bureau",
        "clavier: « Lien »: its focus is not drawn",
    ),
    (
        "ordre",
        "",
        "<a href='#x' tabindex='2'>Un</a><a id='x' href='#x' tabindex='1'>Deux</a>",
        "bureau",
        "stops do not follow the page",
    ),
    (
        "couvert",
        "<style>header{position:fixed;inset:0;background:#fff}</style>",
        "<header></header><a href='#x'>Lien</a><p id='x'>Texte</p>",
        "bureau",
        "« Lien »: something covers it",
    ),
];

fn page(name: &str, head: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"fr\"><head><meta charset=\"utf-8\"><title>{name}</title>\
         <meta name=\"viewport\" content=\"width=device-width\">{STYLE}{head}</head>\
         <body><main><h1>Essai</h1>{body}</main></body></html>"
    )
}

#[test]
fn each_fault_of_a_page_is_found_and_a_sound_page_has_none() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("browser");
    let sound = "<p><a href=\"#x\">Lien</a></p><details><summary>Plus</summary>\
         <h2 id=\"x\">Dedans</h2><p><a href=\"#x\">Autre lien</a></p></details>";
    let mut pages = vec![Page::new("saine", page("saine", "", sound))];
    for (name, head, body, view, _) in FAULTS {
        pages.push(Page::seen(name, page(name, head, body), &[view]).walked());
    }
    let form = |action: &str| {
        format!(
            "<form action='{action}'><label for='a'>Un</label><input id='a'><label for='b'>Un jour</label>\
             <input id='b' type='date'><button>Envoyer</button></form>"
        )
    };
    pages.push(
        Page::seen("locale", page("locale", "", &form("/envoi")), &["bureau"])
            .walked()
            .with_forms(),
    );
    pages.push(
        Page::seen("ailleurs", page("ailleurs", "", &form("//a.fr")), &["bureau"]).with_forms(),
    );
    let mut reports = inspect(&folder, &pages);
    let [own, elsewhere] = reports.split_off(reports.len() - 2).try_into().unwrap();
    assert_eq!(own.faults(), Vec::<String>::new(), "a form of its own server, where forms are");
    let stops: Vec<String> =
        own.keyboard.unwrap().stops.into_iter().map(|stop| stop.name).collect();
    assert_eq!(stops, ["Un", "Un jour", "Envoyer"], "a date is one stop");
    assert!(
        elsewhere.faults().iter().any(|it| it.contains("active: form")),
        "{:?}",
        elsewhere.faults()
    );

    let (sound, faulty) = reports.split_first().unwrap();
    assert_eq!(sound.faults(), Vec::<String>::new());
    assert_eq!(sound.views.len(), 8, "a page is looked at in every way");
    let stops: Vec<&str> =
        sound.keyboard.as_ref().unwrap().stops.iter().map(|stop| stop.name.as_str()).collect();
    assert_eq!(stops, ["Lien", "Plus", "Autre lien"]);
    let printed = folder.join("saine.pdf");
    assert_eq!(pdf_text(&printed).lines().next(), Some("Essai"));
    assert!(pdf_tags(&printed).contains("H1 (block)"));

    assert_eq!(faulty.len(), FAULTS.len());
    for ((name, .., wanted), report) in FAULTS.iter().zip(faulty) {
        let faults = report.faults();
        assert!(faults.iter().any(|it| it.contains(wanted)), "{name}: {wanted}: {faults:?}");
    }
}
