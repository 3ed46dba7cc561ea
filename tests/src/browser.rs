//! Pages seen by a real browser: Debian's Chromium, driven by `tests/browser/inspect.mjs`.
//!
//! One call opens one browser for many pages. `tests/browser/setup` installs what is missing; a
//! machine where it cannot fails the test, and says what to install. What a page is told off for is
//! decided here ([`Report::faults`]); the script only reports.

mod report;
mod view;

pub use report::{Deeds, Report, Seen, Stop, Walk};
pub use view::{Colours, Details, Medium, Spacing, View};

use crate::rules::root;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A page to open.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its name, which names its files too.
    pub name: String,
    /// Its HTML.
    pub html: String,
    /// The ways to look at it.
    pub views: Vec<View>,
    /// What else is done with it.
    pub acts: BTreeSet<Act>,
}

/// What is done with a page besides looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// It is walked by keyboard alone.
    Walk,
    /// It is printed to a PDF.
    Print,
    /// Its forms may be sent to its own server; a page has none otherwise.
    Send,
}

impl Page {
    /// Makes a page that is looked at in every way that matters, walked and printed.
    pub fn new(name: &str, html: String) -> Self {
        let acts = BTreeSet::from([Act::Walk, Act::Print]);
        Self { name: name.to_owned(), html, views: View::all(), acts }
    }

    /// Makes a page that is only looked at, in the views of these names.
    pub fn seen(name: &str, html: String, views: &[&str]) -> Self {
        let mut page = Self { acts: BTreeSet::new(), ..Self::new(name, html) };
        page.views.retain(|view| views.contains(&view.name));
        page
    }

    /// Lets it have forms, which go to its own server.
    #[must_use]
    pub fn with_forms(mut self) -> Self {
        self.acts.insert(Act::Send);
        self
    }

    /// Adds a walk by keyboard.
    #[must_use]
    pub fn walked(mut self) -> Self {
        self.acts.insert(Act::Walk);
        self
    }
}

#[derive(Serialize)]
struct Job {
    browser: String,
    pages: Vec<Asked>,
}

#[derive(Serialize)]
struct Asked {
    name: String,
    file: PathBuf,
    keyboard: bool,
    forms: bool,
    pdf: Option<PathBuf>,
    views: Vec<view::Asked>,
}

#[derive(Deserialize)]
struct Found {
    pages: Vec<Report>,
}

/// Opens pages, walks them by keyboard and prints them, with their files in a folder of the tests.
///
/// # Panics
/// When the browser cannot be installed or run.
#[expect(clippy::panic, reason = "a test without its browser must fail")]
pub fn inspect(folder: &Path, pages: &[Page]) -> Vec<Report> {
    let browser = installed();
    std::fs::create_dir_all(folder).unwrap_or_else(|error| panic!("{error}"));
    let pages = pages.iter().map(|page| asked(folder, page)).collect();
    let job = serde_json::to_vec(&Job { browser, pages }).unwrap_or_default();
    let output = run(&job);
    let found: Found = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("tests/browser/inspect.mjs: {error}\n{}", said(&output));
    });
    found.pages
}

/// Lists what is wrong in pages.
pub fn faults(reports: &[Report]) -> Vec<String> {
    reports.iter().flat_map(Report::faults).collect()
}

/// Installs what is missing, and returns the path of the browser.
///
/// # Panics
/// When the browser cannot be installed.
#[expect(clippy::panic, reason = "a test without its browser must fail")]
pub fn installed() -> String {
    let output = Command::new(root().join("tests/browser/setup"))
        .output()
        .unwrap_or_else(|error| panic!("tests/browser/setup: {error}"));
    assert!(output.status.success(), "tests/browser/setup failed:\n{}", said(&output));
    let printed = String::from_utf8_lossy(&output.stdout);
    printed.lines().last().unwrap_or_default().to_owned()
}

#[expect(clippy::panic, reason = "a test without its files must fail")]
fn asked(folder: &Path, page: &Page) -> Asked {
    let file = folder.join(format!("{}.html", page.name));
    std::fs::write(&file, &page.html).unwrap_or_else(|error| panic!("{error}"));
    let views = page.views.iter().map(|view| view.asked(folder, &page.name)).collect();
    let pdf = folder.join(format!("{}.pdf", page.name));
    let pdf = page.acts.contains(&Act::Print).then_some(pdf);
    let keyboard = page.acts.contains(&Act::Walk);
    let forms = page.acts.contains(&Act::Send);
    Asked { name: page.name.clone(), file, keyboard, forms, pdf, views }
}

#[expect(clippy::panic, reason = "a test without its browser must fail")]
fn run(job: &[u8]) -> Output {
    let spawned = Command::new("node")
        .arg("inspect.mjs")
        .current_dir(root().join("tests/browser"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut node = spawned.unwrap_or_else(|error| panic!("node: {error}"));
    if let Some(mut input) = node.stdin.take() {
        input.write_all(job).unwrap_or_else(|error| panic!("node: {error}"));
    }
    node.wait_with_output().unwrap_or_else(|error| panic!("node: {error}"))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Returns the text of a PDF, in the order of its reading.
///
/// # Panics
/// When the file is no PDF.
pub fn pdf_text(file: &Path) -> String {
    poppler("pdftotext", &["-enc", "UTF-8"], file, &["-"])
}

/// Returns what a PDF says of itself: its title, whether it is tagged, the size of its pages.
///
/// # Panics
/// When the file is no PDF.
pub fn pdf_facts(file: &Path) -> String {
    poppler("pdfinfo", &[], file, &[])
}

/// Returns the tree of tags of a PDF, with its text.
///
/// # Panics
/// When the file is no PDF.
pub fn pdf_tags(file: &Path) -> String {
    poppler("pdfinfo", &["-struct-text"], file, &[])
}

#[expect(clippy::panic, reason = "a PDF that cannot be read must fail the test")]
fn poppler(program: &str, options: &[&str], file: &Path, after: &[&str]) -> String {
    installed();
    let output = Command::new(program).args(options).arg(file).args(after).output();
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program}: {}", said(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}
