//! A recueil as a set of files: its manifest, what the manifest names, and its identity.
//!
//! No disk here: files come as bytes by path relative to `recueil.yaml`.

mod manifest;

use manifest::{Manifest, Named, terms};

use encoding_rs::WINDOWS_1252;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rayon::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use source::{Checked, Code, Diagnostic, FileId, Severity, SourceFile, Sources, Span, code};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The manifest's file name.
pub const MANIFEST: &str = "recueil.yaml";

/// The edition of the language that this compiler reads.
pub const EDITION: u32 = 1;

/// A recueil read and indexed, not yet compiled.
#[derive(Clone, Debug, Default)]
pub struct Recueil {
    /// Its name.
    pub name: String,
    /// Its identity. Shape: 64 hexadecimal digits, SHA-256 of its listing.
    pub hash: String,
    /// Its files. Shape: one line each in order of path: the SHA-256 of its [`canonical`] bytes in
    /// hexadecimal, two spaces, the path.
    pub listing: String,
    /// Rule files, tables, the manifest: everything with places.
    pub sources: Sources,
    /// Rule files.
    pub rules: Vec<FileId>,
    /// CSV tables by path.
    pub tables: BTreeMap<String, FileId>,
    /// Scripts by path.
    pub scripts: BTreeMap<String, String>,
    /// Form adapters by path.
    pub adapters: BTreeMap<String, String>,
    /// Coverage that examples must reach. Unit: percent.
    pub coverage: Coverage,
    /// Warnings allowed, with a reason.
    pub exceptions: Vec<Exception>,
    /// Levels changed, by code.
    pub levels: BTreeMap<Code, Level>,
    /// The terms that its glossary explains, each with its explanation.
    pub glossary: BTreeMap<String, String>,
    /// Who answers for the rules, when the manifest says it.
    pub responsible: Option<Responsible>,
}

/// The administration or the company that answers for the rules, and how to reach it.
///
/// Source: CRPA R311-3-1-1, which has it named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Responsible {
    /// Its name.
    pub name: String,
    /// The service to write to.
    pub service: Option<String>,
    /// Its postal address. Invariant: it has this or an email.
    pub address: Option<String>,
    /// Its email.
    pub email: Option<String>,
    /// How to contest a decision, in a sentence.
    pub appeal: Option<String>,
}

/// How much a warning weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// `ignore`: it is not said.
    Ignored,
    /// `remarque`.
    Note,
    /// `avertissement`.
    Warning,
    /// `erreur`: the recueil cannot be used.
    Error,
}

impl Level {
    /// Every level, from the least.
    pub const ALL: [Self; 4] = [Self::Ignored, Self::Note, Self::Warning, Self::Error];

    /// Returns its word in the manifest.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ignored => "ignore",
            Self::Note => "remarque",
            Self::Warning => "avertissement",
            Self::Error => "erreur",
        }
    }

    /// Returns its severity; none when it is not said.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Ignored => None,
            Self::Note => Some(Severity::Note),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// Coverage thresholds. Unit: percent.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// Of criteria.
    #[serde(default)]
    pub criteres: u32,
    /// Of table rows.
    #[serde(default)]
    pub lignes_de_table: u32,
}

/// A warning that a unit may keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The code.
    pub code: Code,
    /// The unit's name.
    pub unit: String,
    /// Where the manifest says it.
    pub place: Span,
}

/// Reads a recueil from its files, by path relative to the manifest.
///
/// Errors: `E0901` for the manifest, `E0113` for a file that is not UTF-8, `E0903` for a bad
/// exception or level.
pub fn open(files: &BTreeMap<String, Vec<u8>>) -> Checked<Recueil> {
    let mut out = Vec::new();
    let mut recueil = Recueil::default();
    let text = files.get(MANIFEST).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let manifest_id =
        recueil.sources.add(SourceFile::new(MANIFEST, text.clone().unwrap_or_default()));
    let top = Span::new(manifest_id, 0, 0);
    let Some(text) = text else {
        out.push(Diagnostic::new(code::MANIFEST, top, "aucun fichier « recueil.yaml »"));
        return Checked::new(Some(recueil), out);
    };
    let manifest = match Manifest::read(&text, manifest_id) {
        Ok(manifest) => manifest,
        Err(diagnostic) => {
            out.push(diagnostic);
            return Checked::new(Some(recueil), out);
        }
    };
    let (edition, at) = manifest.edition();
    if edition != EDITION {
        let message = format!("langage {edition} inconnu : ce programme lit le langage {EDITION}");
        out.push(Diagnostic::new(code::MANIFEST, at, message));
    }
    let mut hashed: BTreeMap<&str, &[u8]> = BTreeMap::new();
    hashed.extend(
        files.get_key_value(MANIFEST).map(|(path, bytes)| (path.as_str(), bytes.as_slice())),
    );
    let mut select = |what: Named, out: &mut Vec<Diagnostic>| {
        let selected = select(files, manifest.patterns(what), out);
        hashed.extend(selected.iter().map(|(path, bytes)| (*path, *bytes)));
        selected
    };
    for (path, bytes) in select(Named::Rules, &mut out) {
        let id = add(&mut recueil.sources, path, bytes, &mut out);
        recueil.rules.push(id);
    }
    for (path, bytes) in select(Named::Tables, &mut out) {
        let id = add(&mut recueil.sources, path, bytes, &mut out);
        recueil.tables.insert(path.to_owned(), id);
    }
    for (path, bytes) in select(Named::Scripts, &mut out) {
        recueil.scripts.insert(path.to_owned(), String::from_utf8_lossy(bytes).into_owned());
    }
    for (path, bytes) in select(Named::Adapters, &mut out) {
        recueil.adapters.insert(path.to_owned(), String::from_utf8_lossy(bytes).into_owned());
    }
    for (path, bytes) in select(Named::Glossary, &mut out) {
        let id = add(&mut recueil.sources, path, bytes, &mut out);
        let text = recueil.sources.get(id).map_or("", |file| file.text.as_str());
        recueil.glossary.extend(terms(text, id, &mut out));
    }
    recueil.listing = listing(&hashed);
    recueil.hash = hexadecimal(&Sha256::digest(&recueil.listing));
    manifest.name().clone_into(&mut recueil.name);
    recueil.coverage = manifest.coverage();
    recueil.responsible = manifest.responsible(&mut out);
    recueil.levels = manifest.levels(&mut out);
    recueil.exceptions = manifest.exceptions(&mut out);
    Checked::new(Some(recueil), out)
}

fn select<'f, 'm>(
    files: &'f BTreeMap<String, Vec<u8>>,
    patterns: impl Iterator<Item = (&'m str, Span)>,
    out: &mut Vec<Diagnostic>,
) -> Vec<(&'f str, &'f [u8])> {
    let mut selected: BTreeMap<&'f str, &'f [u8]> = BTreeMap::new();
    for (pattern, at) in patterns {
        let Some(globs) = glob(pattern) else {
            let message = format!("motif de fichiers mal écrit : « {pattern} »");
            out.push(Diagnostic::new(code::MANIFEST, at, message));
            continue;
        };
        let matching = files.iter().filter(|(path, _)| globs.is_match(path.as_str()));
        let before = selected.len();
        selected.extend(matching.map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
        let literal = !pattern.contains(['*', '?', '[', '{']);
        if literal && selected.len() == before && !selected.contains_key(pattern) {
            let message = format!("le fichier « {pattern} » est absent");
            out.push(Diagnostic::new(code::MANIFEST, at, message));
        }
    }
    selected.into_iter().collect()
}

fn glob(pattern: &str) -> Option<GlobSet> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build().ok()?;
    GlobSetBuilder::new().add(glob).build().ok()
}

fn add(sources: &mut Sources, path: &str, bytes: &[u8], out: &mut Vec<Diagnostic>) -> FileId {
    let text = decode(bytes);
    let id = sources.add(SourceFile::new(path, text.whole));
    if let Some((start, end)) = text.fault {
        out.push(
            Diagnostic::new(
                code::NOT_UTF8,
                Span::new(id, start, end),
                "le fichier n'est pas enregistré en UTF-8",
            )
            .labelled("premier caractère d'un autre codage")
            .with_help("dans votre éditeur : « Enregistrer sous », codage « UTF-8 »"),
        );
    }
    id
}

/// A text, and the place of its first character that was not UTF-8.
struct Decoded {
    whole: String,
    fault: Option<(usize, usize)>,
}

/// Decodes a file; what is not UTF-8 is read as an old Windows would, so that the one mistake of
/// the encoding hides no other and brings none.
fn decode(bytes: &[u8]) -> Decoded {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { whole: text.to_owned(), fault: None };
    }
    let mut decoded = Decoded { whole: String::with_capacity(bytes.len()), fault: None };
    for chunk in bytes.utf8_chunks() {
        decoded.whole.push_str(chunk.valid());
        let (read, _) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
        if !read.is_empty() && decoded.fault.is_none() {
            decoded.fault = Some((decoded.whole.len(), decoded.whole.len() + read.len()));
        }
        decoded.whole.push_str(&read);
    }
    decoded
}

/// Lists files with their hashes, in order of path.
fn listing(files: &BTreeMap<&str, &[u8]>) -> String {
    let line = |(path, bytes): (&&str, &&[u8])| {
        format!("{}  {path}\n", hexadecimal(&Sha256::digest(canonical(bytes))))
    };
    let lines: Vec<String> = files.into_par_iter().map(line).collect();
    lines.concat()
}

/// Returns the bytes of a file that its identity is made of: without a byte order mark, lines ending
/// in LF.
pub fn canonical(bytes: &[u8]) -> Cow<'_, [u8]> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if !bytes.contains(&b'\r') {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().peekable();
    while let Some(&byte) = rest.next() {
        if byte == b'\r' && rest.peek() == Some(&&b'\n') {
            continue;
        }
        out.push(byte);
    }
    Cow::Owned(out)
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

impl Recueil {
    /// Returns the level that the manifest gives to a warning.
    pub fn level_of(&self, code: Code) -> Option<Level> {
        self.levels.get(&code).copied()
    }

    /// Tells whether an exception of the manifest allows a warning of a unit.
    pub fn allows(&self, code: Code, unit: &str) -> bool {
        self.exceptions.iter().any(|exception| exception.code == code && exception.unit == unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(manifest: &str, others: &[(&str, &[u8])]) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::from([(MANIFEST.to_owned(), manifest.as_bytes().to_vec())]);
        files.extend(others.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())));
        files
    }

    const SMALL: &str = "nom: essai\nlangage: 1\nunites: [\"*.bareme\"]\n";

    #[test]
    fn the_identity_ignores_bom_and_line_ends_but_not_content() {
        let plain = open(&files(SMALL, &[("a.bareme", b"politique a\n")])).value.unwrap();
        let windows =
            open(&files(SMALL, &[("a.bareme", b"\xef\xbb\xbfpolitique a\r\n")])).value.unwrap();
        let other = open(&files(SMALL, &[("a.bareme", b"politique b\n")])).value.unwrap();
        assert_eq!(plain.hash, windows.hash);
        assert_ne!(plain.hash, other.hash);
        assert_eq!(plain.hash.len(), 64);
    }

    #[test]
    fn a_file_outside_the_manifest_does_not_count() {
        let plain = open(&files(SMALL, &[("a.bareme", b"politique a\n")])).value.unwrap();
        let more = open(&files(SMALL, &[("a.bareme", b"politique a\n"), ("x/b.bareme", b"?")]))
            .value
            .unwrap();
        assert_eq!(plain.hash, more.hash);
        assert_eq!(more.rules.len(), 1);
    }

    /// Lists what is told of a manifest, each with the words it points at.
    fn told(manifest: &str) -> Vec<(String, String)> {
        let checked = open(&files(manifest, &[]));
        let recueil = checked.value.unwrap();
        let one = |found: &Diagnostic| {
            let words = recueil.sources.excerpt(found.primary).to_owned();
            (words, format!("{} {}", found.code, found.message))
        };
        checked.diagnostics.iter().map(one).collect()
    }

    #[test]
    fn a_mistake_is_told_at_its_key_or_its_value() {
        for (manifest, words, said) in [
            ("nom: essai\nlangue: 1\n", "langue", "E0901 clé inconnue : « langue »"),
            (
                "# é\nnom: a\nnom: b\nlangage: 1\n",
                "nom",
                "E0901 la clé « nom » est écrite deux fois",
            ),
            (
                "nom: é\nlangage: 2\nunites: []\n",
                "2",
                "E0901 langage 2 inconnu : ce programme lit le langage 1",
            ),
            (
                "nom: é\r\nlangage: 1\r\nunites: [ \"é.bareme\" ]\r\n",
                "\"é.bareme\"",
                "E0901 le fichier « é.bareme » est absent",
            ),
            (
                "nom: é\nlangage: 1\nunites: []\nglossaire: é.yaml\n",
                "é.yaml",
                "E0901 le fichier « é.yaml » est absent",
            ),
            (
                "\u{feff}nom: é\nlangage: 1\nunites: []\nexceptions: [{ code: W9, unite: a, motif: a }]\n",
                "W9",
                "E0903 l'exception cite un code inconnu : « W9 »",
            ),
        ] {
            assert_eq!(told(manifest), [(words.to_owned(), said.to_owned())], "{manifest}");
        }
    }

    #[test]
    fn an_exception_needs_a_known_warning_and_a_reason() {
        let manifest = format!(
            "{SMALL}exceptions:\n  - {{ code: E0101, unite: a, motif: x }}\n  - {{ code: W9999, unite: a, motif: x }}\n"
        );
        let codes: Vec<_> =
            open(&files(&manifest, &[])).diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(codes, [code::UNUSED_EXCEPTION, code::UNUSED_EXCEPTION]);
    }

    /// Reads what the manifest says of who is responsible.
    fn responsible_of(entries: &[&str]) -> (Option<Responsible>, Vec<(String, String)>) {
        let manifest = format!("{SMALL}responsable:\n  {}\n", entries.join("\n  "));
        let opened = open(&files(&manifest, &[]));
        let mut said = told(&manifest);
        said.dedup();
        (opened.value.unwrap().responsible, said)
    }

    #[test]
    fn the_responsible_is_read_with_how_to_reach_it() {
        assert_eq!(open(&files(SMALL, &[])).value.unwrap().responsible, None);
        let (whole, said) = responsible_of(&[
            "nom: \" Ville d'Essai \"",
            "service: Logement",
            "adresse: 1 place de l'Essai",
            "courriel: logement@essai.example",
            "recours: Écrivez au médiateur",
        ]);
        let text = |text: &str| Some(text.to_owned());
        assert_eq!((said, whole.clone().map(|it| it.name)), (Vec::new(), text("Ville d'Essai")));
        let whole = whole.unwrap();
        assert_eq!((whole.service, whole.address), (text("Logement"), text("1 place de l'Essai")));
        assert_eq!(whole.email, text("logement@essai.example"));
        assert_eq!(whole.appeal, text("Écrivez au médiateur"));
        let (least, said) = responsible_of(&["nom: Essai", "courriel: a@b.example"]);
        assert_eq!(said, []);
        assert_eq!(least.map(|it| (it.service, it.address, it.appeal)), Some((None, None, None)));
    }

    #[test]
    fn a_responsible_that_cannot_be_named_or_written_to_is_refused() {
        let mail = "courriel: a@b.example";
        for (entries, words, message) in [
            (&["nom: \" \"", mail][..], "\" \"", "« responsable » : « nom » est vide"),
            (
                &["nom: Essai", "service: \"\"", mail],
                "\"\"",
                "« responsable » : « service » est vide",
            ),
            (&["nom: Essai"], "Essai", "le responsable « Essai » n'a ni adresse ni courriel"),
            (&["nom: Essai", "courriel: essai"], "essai", "« essai » n'est pas un courriel"),
            (&["nom: Essai", "courriel: a b@c"], "a b@c", "« a b@c » n'est pas un courriel"),
            (&["nom: Essai", "courriel: \"@c\""], "\"@c\"", "« @c » n'est pas un courriel"),
            (&["nom: Essai", "mail: a@b.example"], "mail", "clé inconnue : « mail »"),
            (&["nom: Essai", mail, mail], "courriel", "la clé « courriel » est écrite deux fois"),
            (&[mail], "", "la clé « nom » manque"),
            (&["nom: [Essai]", mail], "", "manifeste mal formé ici"),
        ] {
            let (responsible, said) = responsible_of(entries);
            assert_eq!(responsible, None, "{entries:?}");
            let [(place, text)] = said.as_slice() else { panic!("{entries:?} : {said:?}") };
            assert_eq!(*text, format!("E0901 {message}"), "{entries:?}");
            assert!(words.is_empty() || place == words, "{entries:?} : {place}");
        }
        let (none, said) = responsible_of(&["- Essai"]);
        assert_eq!((none, said.len()), (None, 1), "{said:?}");
    }

    fn levels_of(entries: &[&str]) -> (BTreeMap<Code, Level>, Vec<String>) {
        let manifest = format!("{SMALL}niveaux:\n  - {}\n", entries.join("\n  - "));
        let opened = open(&files(&manifest, &[]));
        let said = opened.diagnostics.iter().map(|d| format!("{} {}", d.code, d.message));
        (opened.value.unwrap().levels, said.collect())
    }

    #[test]
    fn a_level_is_read_by_code() {
        let (levels, said) = levels_of(&[
            "{ code: W0104, niveau: ignore, motif: essai }",
            "{ code: w0107, niveau: erreur, motif: essai }",
            "{ code: N0101, niveau: erreur, motif: essai }",
        ]);
        assert!(said.is_empty(), "{said:?}");
        let expected = [
            (code::NO_MESSAGE, Level::Ignored),
            (code::NO_EXAMPLE, Level::Error),
            (code::GUARANTEE_UNDECIDED, Level::Error),
        ];
        assert_eq!(levels, BTreeMap::from(expected));
    }

    #[test]
    fn a_level_needs_a_known_warning_a_known_level_and_a_reason() {
        let (levels, said) = levels_of(&[
            "{ code: W9999, niveau: ignore, motif: essai }",
            "{ code: E0101, niveau: ignore, motif: essai }",
            "{ code: E0412, niveau: ignore, motif: essai }",
            "{ code: W0104, niveau: grave, motif: essai }",
            "{ code: W0106, niveau: ignore, motif: \" \" }",
            "{ code: W0107, niveau: ignore, motif: essai }",
            "{ code: W0107, niveau: erreur, motif: essai }",
        ]);
        assert_eq!(levels, BTreeMap::from([(code::NO_EXAMPLE, Level::Error)]));
        assert_eq!(
            said,
            [
                "E0903 « niveaux » cite un code inconnu : « W9999 »",
                "E0903 « E0101 » n'est pas un avertissement : son niveau ne change pas",
                "E0903 « E0412 » n'est pas un avertissement : son niveau ne change pas",
                "E0903 niveau inconnu pour « W0104 » : « grave »",
                "E0903 le niveau de « W0106 » n'a pas de motif",
                "E0903 « W0107 » a deux niveaux",
            ]
        );
    }

    #[test]
    fn the_glossary_gives_its_terms() {
        let manifest = format!("{SMALL}glossaire: mots.yaml\n");
        let mots = b"CDI: Contrat.\ntaux d'effort: Part.\n".as_slice();
        let opened = open(&files(&manifest, &[("mots.yaml", mots)]));
        let terms: Vec<_> = opened.value.unwrap().glossary.into_iter().collect();
        let entry = |term: &str, meaning: &str| (term.to_owned(), meaning.to_owned());
        assert_eq!(terms, [entry("CDI", "Contrat."), entry("taux d'effort", "Part.")]);
        let broken = open(&files(&manifest, &[("mots.yaml", b"- CDI\n".as_slice())]));
        let codes: Vec<_> = broken.diagnostics.iter().map(|d| d.code).collect();
        assert_eq!(codes, [code::MANIFEST]);
    }
}
