//! The manifest of a recueil, and its glossary: YAML, typed and ours. Each mistake is told at the key or
//! the value that has it.

use super::{Coverage, Exception, Level, Responsible};
use serde::Deserialize;
use serde_yaml::{Error, Location, Spanned};
use source::{Code, Diagnostic, FileId, SourceFile, Span, code, code_info};
use std::collections::BTreeMap;

/// What the manifest names by patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// `unites`.
    Rules,
    /// `tables`.
    Tables,
    /// `scripts`.
    Scripts,
    /// `adaptateurs`.
    Adapters,
    /// `glossaire`.
    Glossary,
}

/// A manifest, with its places.
pub(super) struct Manifest {
    written: Written,
    text: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    nom: String,
    langage: Spanned<u32>,
    unites: Vec<Spanned<String>>,
    #[serde(default)]
    tables: Vec<Spanned<String>>,
    #[serde(default)]
    scripts: Vec<Spanned<String>>,
    #[serde(default)]
    adaptateurs: Vec<Spanned<String>>,
    #[serde(default)]
    glossaire: Option<Spanned<String>>,
    #[serde(default)]
    responsable: Option<WrittenResponsible>,
    #[serde(default)]
    couverture: Coverage,
    #[serde(default)]
    exceptions: Vec<WrittenException>,
    #[serde(default)]
    niveaux: Vec<WrittenLevel>,
}

/// Who answers for the rules.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenResponsible {
    nom: Spanned<String>,
    #[serde(default)]
    service: Option<Spanned<String>>,
    #[serde(default)]
    adresse: Option<Spanned<String>>,
    #[serde(default)]
    courriel: Option<Spanned<String>>,
    #[serde(default)]
    recours: Option<Spanned<String>>,
}

/// The level of a warning in the whole recueil.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLevel {
    code: Spanned<String>,
    niveau: Spanned<String>,
    motif: Spanned<String>,
}

/// A warning that a unit may keep.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenException {
    code: Spanned<String>,
    unite: String,
    motif: Spanned<String>,
}

impl Manifest {
    /// Reads a manifest. Errors: `E0901`.
    pub(super) fn read(text: &str, file: FileId) -> Result<Self, Diagnostic> {
        let text = Text { file, source: SourceFile::new(super::MANIFEST, text) };
        match serde_yaml::from_str(&text.source.text) {
            Ok(written) => Ok(Self { written, text }),
            Err(error) => Err(text.malformed(error.without_snippet())),
        }
    }

    /// Returns its name.
    pub(super) fn name(&self) -> &str {
        &self.written.nom
    }

    /// Returns the edition of the language, and where it is said.
    pub(super) fn edition(&self) -> (u32, Span) {
        let Spanned { value, referenced, .. } = &self.written.langage;
        (*value, self.text.span(*referenced))
    }

    /// Returns what examples must reach.
    pub(super) fn coverage(&self) -> Coverage {
        self.written.couverture
    }

    /// Returns the patterns of the files of a kind, with their places.
    pub(super) fn patterns(&self, what: Named) -> impl Iterator<Item = (&str, Span)> {
        let written = &self.written;
        let patterns = match what {
            Named::Rules => written.unites.as_slice(),
            Named::Tables => written.tables.as_slice(),
            Named::Scripts => written.scripts.as_slice(),
            Named::Adapters => written.adaptateurs.as_slice(),
            Named::Glossary => written.glossaire.as_slice(),
        };
        patterns.iter().map(|it| (it.value.as_str(), self.text.span(it.referenced)))
    }

    /// Returns who answers for the rules, when it is well written. Errors: `E0901`.
    pub(super) fn responsible(&self, out: &mut Vec<Diagnostic>) -> Option<Responsible> {
        let written = self.written.responsable.as_ref()?;
        let before = out.len();
        let mut told = |at: &Spanned<String>, message: String, help: &str| {
            let place = self.text.span(at.referenced);
            out.push(Diagnostic::new(code::MANIFEST, place, message).with_help(help));
        };
        let texts = [
            ("nom", Some(&written.nom)),
            ("service", written.service.as_ref()),
            ("adresse", written.adresse.as_ref()),
            ("courriel", written.courriel.as_ref()),
            ("recours", written.recours.as_ref()),
        ];
        for (key, text) in texts {
            if let Some(text) = text.filter(|text| text.value.trim().is_empty()) {
                let message = format!("« responsable » : « {key} » est vide");
                told(text, message, "écrivez-le, ou enlevez la clé si elle n'est pas obligatoire");
            }
        }
        let name = &written.nom;
        if written.adresse.is_none() && written.courriel.is_none() {
            let message = format!("le responsable « {} » n'a ni adresse ni courriel", name.value);
            told(name, message, "ajoutez « adresse » ou « courriel » : on doit pouvoir lui écrire");
        }
        if let Some(email) = written.courriel.as_ref().filter(|it| !is_email(it.value.trim())) {
            let message = format!("« {} » n'est pas un courriel", email.value);
            told(email, message, "un courriel s'écrit « nom@domaine »");
        }
        let text = |text: &Spanned<String>| text.value.trim().to_owned();
        (out.len() == before).then(|| Responsible {
            name: text(name),
            service: written.service.as_ref().map(text),
            address: written.adresse.as_ref().map(text),
            email: written.courriel.as_ref().map(text),
            appeal: written.recours.as_ref().map(text),
        })
    }

    /// Returns the levels that are well written. Errors: `E0903`.
    pub(super) fn levels(&self, out: &mut Vec<Diagnostic>) -> BTreeMap<Code, Level> {
        let mut levels = BTreeMap::new();
        for WrittenLevel { code, niveau, motif } in &self.written.niveaux {
            let level = Level::ALL.into_iter().find(|level| level.word() == niveau.value);
            let known = code_info(&code.value).map(|info| info.code);
            let name = &code.value;
            let (at, problem) = match (known, level) {
                (None, _) => (code, format!("« niveaux » cite un code inconnu : « {name} »")),
                (Some(known), _) if !known.is_adjustable() => (
                    code,
                    format!("« {name} » n'est pas un avertissement : son niveau ne change pas"),
                ),
                (Some(_), None) => {
                    (niveau, format!("niveau inconnu pour « {name} » : « {} »", niveau.value))
                }
                (Some(_), Some(_)) if motif.value.trim().is_empty() => {
                    (motif, format!("le niveau de « {name} » n'a pas de motif"))
                }
                (Some(known), Some(level)) => match levels.insert(known, level) {
                    None => continue,
                    Some(_) => (code, format!("« {name} » a deux niveaux")),
                },
            };
            out.push(
                Diagnostic::new(code::UNUSED_EXCEPTION, self.text.span(at.referenced), problem)
                    .with_help("niveaux possibles : ignore, remarque, avertissement, erreur"),
            );
        }
        levels
    }

    /// Returns the exceptions that are well written. Errors: `E0903`.
    pub(super) fn exceptions(&self, out: &mut Vec<Diagnostic>) -> Vec<Exception> {
        let mut exceptions = Vec::new();
        for WrittenException { code, unite, motif } in &self.written.exceptions {
            let name = &code.value;
            let (at, problem) = match code_info(name).map(|info| info.code) {
                None => (code, format!("l'exception cite un code inconnu : « {name} »")),
                Some(known) if !known.is_adjustable() => {
                    (code, format!("« {name} » n'est pas un avertissement : il ne s'excepte pas"))
                }
                Some(_) if motif.value.trim().is_empty() => {
                    (motif, format!("l'exception « {name} » n'a pas de motif"))
                }
                Some(known) => {
                    let (unit, place) = (unite.clone(), self.text.span(code.referenced));
                    exceptions.push(Exception { code: known, unit, place });
                    continue;
                }
            };
            let place = self.text.span(at.referenced);
            out.push(Diagnostic::new(code::UNUSED_EXCEPTION, place, problem));
        }
        exceptions
    }
}

/// Reads the terms of a glossary, each with its explanation. Errors: `E0901`.
pub(super) fn terms(
    text: &str,
    file: FileId,
    out: &mut Vec<Diagnostic>,
) -> BTreeMap<String, String> {
    match serde_yaml::from_str::<BTreeMap<String, String>>(text) {
        Ok(entries) => entries,
        Err(error) => {
            let text = Text { file, source: SourceFile::new("", text) };
            let span = text.place(error.without_snippet());
            out.push(
                Diagnostic::new(code::MANIFEST, span, "glossaire mal formé")
                    .with_help("une entrée par ligne : le terme, deux points, son explication"),
            );
            BTreeMap::new()
        }
    }
}

/// Tells whether a text, when there is one, may be an email: one « @ » with something around it.
fn is_email(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.contains([' ', '@']);
    text.is_empty()
        || text.split_once('@').is_some_and(|(who, where_)| is_part(who) && is_part(where_))
}

/// A text in YAML, and the places in it.
struct Text {
    file: FileId,
    source: SourceFile,
}

impl Text {
    /// Returns the bytes of a place; the rest of its line when the reader knows no better.
    fn span(&self, location: Location) -> Span {
        let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
        let bytes = location.span();
        if let (Some(start), Some(length)) = (bytes.byte_offset(), bytes.byte_len()) {
            let (start, end) = (number(start), number(start.saturating_add(length)));
            if length > 0 && self.source.text.get(start..end).is_some() {
                return Span::new(self.file, start, end);
            }
        }
        let line = self.source.to_line_end(number(location.line()), number(location.column()));
        Span::new(self.file, line.start, line.end)
    }

    fn place(&self, error: &Error) -> Span {
        error.location().map_or(Span::new(self.file, 0, 0), |location| self.span(location))
    }

    /// Says what is wrong with a manifest that cannot be read.
    fn malformed(&self, error: &Error) -> Diagnostic {
        let span = self.place(error);
        let told = |message: String| Diagnostic::new(code::MANIFEST, span, message);
        let all = "clés du manifeste : nom, langage, unites, tables, scripts, adaptateurs, glossaire, responsable, couverture, exceptions, niveaux";
        match error {
            Error::SerdeUnknownField { field, expected, .. } => {
                let help = format!("clés possibles ici : {}", expected.join(", "));
                told(format!("clé inconnue : « {field} »"))
                    .with_suggestion(field, expected.iter().copied())
                    .with_help(help)
            }
            Error::SerdeMissingField { field, .. } => {
                told(format!("la clé « {field} » manque")).with_help(all)
            }
            Error::DuplicateMappingKey { key: Some(key), .. } => {
                told(format!("la clé « {key} » est écrite deux fois")).with_help("gardez-en une")
            }
            _ => told("manifeste mal formé ici".to_owned()).with_help(all),
        }
    }
}
