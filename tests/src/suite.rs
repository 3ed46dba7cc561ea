//! The language suite: small cases that say what each construct means, and what each mistake is
//! told.
//!
//! `tests/suite/CONSTRUCT/{pass,fail}/*.bareme`. A file is a list of sections, each opened by
//!
//! ```text
//! === cas "titre" [politique|vocabulaire|cadre|entreprise|territoire|classement] [échappé] [sans exemple] [W0104]
//! ```
//!
//! and made of rule texts as [`crate::fragments`] reads them, over the shared vocabulary
//! `tests/suite/vocabulaire.bareme`. A company's section also gets the shared frame `entreprise`, a
//! territory's the frame `territoire`, a ranking's the grid `besoin`.
//!
//! Of the linter, a section watches the rules that it marks or that its opening line names. One that
//! marks or names `N0110` asks Z3 about what is not decided.
//!
//! Whatever the whole verification tells of a section is marked under its line ([`marks`]): nothing
//! less, nothing more. A section of `pass` has no error and holds an example, unless it says `sans
//! exemple`; its examples hold by the engine and by the reference. A section of `fail` is told at
//! least an error or a warning.
//!
//! `SUITE_ECRIT=1` writes what is found as marks into the files, to be read in the diff.

pub mod marks;
pub mod section;

use crate::fragments::Header;
use crate::rules::{Rules, root};
use section::{Part, Section};
use source::Severity;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What the sections of a file are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// What is right, and what it means.
    Pass,
    /// What is wrong, and what its author is told.
    Fail,
}

/// One file of the suite.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// Its place on disk.
    pub path: PathBuf,
    /// The construct that its folder names.
    pub construct: String,
    /// What its sections are about.
    pub side: Side,
}

/// The texts under every section.
#[derive(Clone, Debug)]
pub struct Shared {
    texts: BTreeMap<&'static str, String>,
}

const VOCABULARY: &str = "vocabulaire.bareme";
const COMPANY_FRAME: &str = "cadre_entreprise.bareme";
const TERRITORY_FRAME: &str = "cadre_territoire.bareme";
const NEEDS: &str = "besoin.bareme";

impl Shared {
    /// Reads them. Errors: a file that cannot be read.
    pub fn read() -> std::io::Result<Self> {
        let read = |name: &'static str| {
            std::fs::read_to_string(directory().join(name)).map(|text| (name, text))
        };
        let texts = [VOCABULARY, COMPANY_FRAME, TERRITORY_FRAME, NEEDS].map(read);
        Ok(Self { texts: texts.into_iter().collect::<Result<_, _>>()? })
    }

    /// Returns them all, by path.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let bytes =
            |(name, text): (&&str, &String)| ((*name).to_owned(), text.clone().into_bytes());
        self.texts.iter().map(bytes).collect()
    }

    /// Lists those that a section stands on.
    fn under(&self, section: &Section) -> impl Iterator<Item = (String, Vec<u8>)> {
        self.of(section.header)
    }

    /// Lists those that what a header completes stands on.
    pub fn of(&self, header: Header) -> impl Iterator<Item = (String, Vec<u8>)> {
        let own = match header {
            Header::Company => Some(COMPANY_FRAME),
            Header::Territory => Some(TERRITORY_FRAME),
            Header::Ranking => Some(NEEDS),
            Header::Vocabulary | Header::Frame | Header::Policy => None,
        };
        let names = std::iter::once(VOCABULARY).chain(own);
        names.filter_map(|name| Some((name.to_owned(), self.texts.get(name)?.clone().into_bytes())))
    }
}

/// Returns the directory of the suite.
pub fn directory() -> PathBuf {
    root().join("tests/suite")
}

/// Lists the files of the suite, in order of path.
///
/// Errors: a directory that cannot be read, a file out of place.
pub fn files() -> std::io::Result<Vec<CaseFile>> {
    let mut files = Vec::new();
    for construct in entries(&directory())?.into_iter().filter(|path| path.is_dir()) {
        for side in entries(&construct)? {
            for path in entries(&side)? {
                files.push(case_file(&construct, &side, &path)?);
            }
        }
    }
    Ok(files)
}

fn entries(directory: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(directory)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    paths.sort();
    Ok(paths)
}

fn case_file(construct: &Path, side: &Path, path: &Path) -> std::io::Result<CaseFile> {
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let side = match name(side).as_deref() {
        Some("pass") => Some(Side::Pass),
        Some("fail") => Some(Side::Fail),
        _ => None,
    };
    let ours = path.extension().is_some_and(|it| it == "bareme");
    match (name(construct), side, ours) {
        (Some(construct), Some(side), true) => {
            Ok(CaseFile { path: path.to_path_buf(), construct, side })
        }
        _ => Err(std::io::Error::other(format!("{} is out of place", path.display()))),
    }
}

/// Judges a section. Shape: one sentence per fault; nothing when it is as it says.
pub fn faults(section: &Section, side: Side, shared: &Shared) -> Vec<String> {
    let rules = compile(section, shared);
    let diagnostics = section.diagnostics(&rules);
    let found = section.findings(&rules, &diagnostics);
    let mut faults = section.compare(&found);
    let worst = found.iter().map(|one| one.severity()).min();
    match (side, worst) {
        (Side::Pass, Some(Severity::Error)) => faults.push("une erreur dans « pass »".to_owned()),
        (Side::Fail, None | Some(Severity::Note)) => {
            faults.push("ni erreur ni avertissement dans « fail »".to_owned());
        }
        _ => {}
    }
    if worst != Some(Severity::Error) {
        faults.extend(crate::examples::failures(&rules));
    }
    faults.extend(crate::pasted::faults(&texts(section, shared), &rules, &diagnostics));
    if side == Side::Pass && section.has_examples == rules.compiled.typed.examples.is_empty() {
        faults.push("un exemple est attendu, sauf avec « sans exemple »".to_owned());
    }
    faults
}

/// Returns the text of a section with a mark under every place told, and no other.
pub fn marked(section: &Section, shared: &Shared) -> String {
    let rules = compile(section, shared);
    section.write(&section.findings(&rules, &section.diagnostics(&rules)))
}

fn compile(section: &Section, shared: &Shared) -> Rules {
    Rules::from_bytes(texts(section, shared))
}

fn texts(section: &Section, shared: &Shared) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> = shared.under(section).collect();
    files.extend(section.parts.iter().map(Part::file));
    files
}
