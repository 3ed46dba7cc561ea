//! What inputs are made from: every rule text, dossier, form and script of the repository, the mistakes
//! included, and generated rules, which are sound and have a ranking.

use super::Target;
use super::packed::{Files, pack};
use crate::generate::{Choices, recueil};
use crate::manual::{Block, blocks, files_of_block};
use crate::mistakes::{Policies, corpus as mistakes};
use crate::rules::{files_of, root};
use crate::suite::files as suite_files;
use crate::suite::section::{Part, sections};
use std::borrow::Cow;
use std::io::Result;

/// One input in this many is made from the whole recueil of the policies, which takes long.
const WHOLE: usize = 200;

/// The texts that the inputs of a target are made from.
pub struct Corpus {
    texts: Vec<Vec<u8>>,
    words: Vec<String>,
    /// A text that is drawn seldom.
    whole: Option<Vec<u8>>,
    /// How many in a hundred are generated.
    generated: usize,
}

impl Corpus {
    /// Reads what a target is given. Errors: a text that cannot be read.
    pub fn of(target: Target) -> Result<Self> {
        let (texts, whole, generated) = match target {
            Target::Parse | Target::Format => (rule_files()?, None, 5),
            Target::Verify => (recueils()?, Some(pack(&files_of(&root().join("policies"))?)), 5),
            Target::Evaluate => (recueils()?, None, 40),
            Target::Dossier => (dossiers()?, None, 0),
            Target::Form => {
                (of_blocks("json formulaire", files("examples/cerfa", ".json")?)?, None, 0)
            }
            Target::Script => (scripts()?, None, 0),
        };
        Ok(Self { texts, words: words()?, whole, generated })
    }

    /// Lists the texts, those that are generated apart.
    pub fn texts(&self) -> &[Vec<u8>] {
        &self.texts
    }

    /// Returns the words of the language.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// Draws a text.
    pub fn base(&self, c: &mut Choices<'_>) -> Cow<'_, [u8]> {
        if let (Some(whole), 0) = (&self.whole, c.below(WHOLE)) {
            return Cow::Borrowed(whole);
        }
        if c.often(self.generated) {
            let texts = recueil(c);
            let bytes = |(path, text): (String, String)| (path, text.into_bytes());
            return Cow::Owned(pack(&texts.into_iter().map(bytes).collect()));
        }
        Cow::Borrowed(c.pick(&self.texts).map_or(&[], Vec::as_slice))
    }
}

/// Reads the words of the grammar.
fn words() -> Result<Vec<String>> {
    let text = std::fs::read_to_string(root().join("grammar/keywords.txt"))?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    Ok(lines.map(|line| format!("{line} ")).collect())
}

/// Lists the files of a folder whose names end so.
fn files(folder: &str, ends: &str) -> Result<Vec<Vec<u8>>> {
    let files = files_of(&root().join(folder))?;
    Ok(files.into_iter().filter(|(path, _)| path.ends_with(ends)).map(|(_, bytes)| bytes).collect())
}

/// Rule files, one by one.
fn rule_files() -> Result<Vec<Vec<u8>>> {
    let mut texts = files("policies", ".bareme")?;
    texts.extend(files("dsl/tests/data", ".bareme")?);
    let policies = Policies::read(&root().join("policies"))?;
    let mistakes = mistakes(&root().join("tests/mistakes"))?;
    let mistaken = mistakes.iter().flatten().filter_map(|mistake| policies.mistaken(mistake));
    texts.extend(mistaken.map(String::into_bytes));
    let rules = small_recueils()?.into_iter().flatten();
    texts.extend(rules.filter(|(path, _)| path.ends_with(".bareme")).map(|(_, bytes)| bytes));
    Ok(texts)
}

fn recueils() -> Result<Vec<Vec<u8>>> {
    Ok(small_recueils()?.iter().map(pack).collect())
}

/// The sections of the suite, the blocks of the manual and of the pages of codes.
fn small_recueils() -> Result<Vec<Files>> {
    let mut all = Vec::new();
    for file in suite_files()? {
        let text = std::fs::read_to_string(&file.path)?;
        let sections = sections(&text).map_err(std::io::Error::other)?;
        all.extend(sections.iter().map(|one| one.parts.iter().map(Part::file).collect::<Files>()));
    }
    all.extend(pages()?.iter().filter_map(files_of_block));
    Ok(all)
}

/// The blocks of the manual and of the pages of codes.
fn pages() -> Result<Vec<Block>> {
    let manual = std::fs::read_to_string(root().join("docs/langage.md"))?;
    let codes = source::all_codes().iter().map(|info| info.page.to_owned());
    Ok(std::iter::once(manual).chain(codes).flat_map(|page| blocks(&page)).collect())
}

/// Adds the blocks of a kind to some texts.
fn of_blocks(kind: &str, mut texts: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>> {
    let blocks = pages()?.into_iter().filter(|block| block.info.starts_with(kind));
    texts.extend(blocks.map(|block| block.text.into_bytes()));
    Ok(texts)
}

fn dossiers() -> Result<Vec<Vec<u8>>> {
    let mut texts = files("examples", ".yaml")?;
    let dossiers = files("examples", ".json")?;
    texts.extend(dossiers);
    of_blocks("yaml dossier", texts)
}

fn scripts() -> Result<Vec<Vec<u8>>> {
    let mut texts = files("policies", ".rhai")?;
    let own = small_recueils()?.into_iter().flatten();
    texts.extend(own.filter(|(path, _)| path.ends_with(".rhai")).map(|(_, bytes)| bytes));
    Ok(texts)
}
