//! Rule texts as the manual and the suite write them: several files in one text, and fragments
//! that a header completes.
//!
//! A line `=== fichier CHEMIN` opens a file, down to the next such line; `(latin-1)` after the path
//! says that it was not saved in UTF-8. A text that does not begin
//! with the header of a unit is a fragment: a [`Header`] comes before it.

/// A file of a block or of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedText {
    /// Its path in the recueil.
    pub path: String,
    /// What follows the path on the line that opens it.
    pub words: String,
    /// Its text.
    pub text: String,
}

impl NamedText {
    /// Returns its bytes, in the encoding that it says.
    pub fn bytes(&self) -> Vec<u8> {
        if self.words == "(latin-1)" {
            self.text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
        } else {
            self.text.as_bytes().to_vec()
        }
    }
}

/// Cuts a text into its files; what precedes the first line `=== fichier` takes the given path.
pub fn files_of(text: &str, first: &str) -> Vec<NamedText> {
    let named = |path: &str, words: &str| NamedText {
        path: path.to_owned(),
        words: words.trim().to_owned(),
        text: String::new(),
    };
    let mut open = named(first, "");
    let mut files = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("=== fichier ") {
            let (path, words) = name_of(rest.trim());
            files.push(std::mem::replace(&mut open, named(path, words)));
        } else {
            open.text.push_str(line);
            open.text.push('\n');
        }
    }
    files.push(open);
    files
}

/// Splits the path of a file from how it is written.
fn name_of(text: &str) -> (&str, &str) {
    let written = ["(latin-1)", "échappé"].into_iter().find_map(|words| {
        text.strip_suffix(words).and_then(|path| path.strip_suffix(' ')).map(|path| (path, words))
    });
    written.unwrap_or((text, ""))
}

/// Tells whether a text says nothing: blank lines and comments.
pub fn is_silent(text: &str) -> bool {
    text.lines().all(|line| line.trim().is_empty() || line.starts_with('#'))
}

/// Tells whether a text begins with the header of a unit.
pub fn is_whole(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let word = first.and_then(|line| line.split_whitespace().next()).unwrap_or_default();
    matches!(word, "vocabulaire" | "cadre" | "politique" | "classement")
}

/// The unit that completes a fragment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Header {
    /// A vocabulary.
    Vocabulary,
    /// A frame.
    Frame,
    /// A grid of its own.
    Policy,
    /// What a company puts in the frame `entreprise`.
    Company,
    /// What a territory puts in the frame `territoire`.
    Territory,
    /// A ranking.
    Ranking,
}

impl Header {
    /// Reads the word that names it.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "vocabulaire" => Some(Self::Vocabulary),
            "cadre" => Some(Self::Frame),
            "politique" => Some(Self::Policy),
            "entreprise" => Some(Self::Company),
            "territoire" => Some(Self::Territory),
            "classement" => Some(Self::Ranking),
            _ => None,
        }
    }

    /// Writes the lines that complete a fragment over a vocabulary.
    pub fn text(self, vocabulary: &str) -> String {
        let (first, own) = match self {
            Self::Vocabulary => ("vocabulaire essai", ""),
            Self::Frame => ("cadre essai", ""),
            Self::Policy => ("politique essai", ""),
            Self::Company => {
                ("politique essai\napplique entreprise", "employeur siren 123456789\n")
            }
            Self::Territory => ("politique essai\napplique territoire", ""),
            Self::Ranking => ("classement essai", ""),
        };
        format!(
            "{first}\nversion 1\nen vigueur à partir du 2019-01-01\nutilise {vocabulary}\n{own}\
             source \"Texte de l'essai\"\n\n"
        )
    }
}
