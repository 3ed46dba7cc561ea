//! Sections of a file of the suite, their parts and their marks.
//!
//! Invariant: writing a section with what it marks gives back its text.

use super::marks::{self, Extent, Finding, Mark, Place};
use crate::fragments::{Header, files_of, is_silent, is_whole};
use crate::rules::Rules;
use source::{Diagnostic, SourceFile};

/// One case.
#[derive(Clone, Debug)]
pub struct Section {
    /// The line of the file that opens it, from 1.
    pub line: usize,
    /// Its title.
    pub title: String,
    /// What completes its fragment.
    pub header: Header,
    /// Whether it promises examples.
    pub has_examples: bool,
    /// The rules of the linter that it watches, besides those that it marks.
    pub watched: Vec<String>,
    /// Its files.
    pub parts: Vec<Part>,
    /// What it says it is told.
    pub marks: Vec<Mark>,
    /// The line that opens it, as written.
    opening: String,
    /// Comments before its first file.
    notes: String,
}

/// One file of a section.
#[derive(Clone, Debug)]
pub struct Part {
    path: String,
    /// The line that opens it, as written; none for what precedes any.
    opening: Option<String>,
    /// The lines before those written: the header that completes a fragment.
    header: String,
    lines: Vec<Line>,
}

/// One line of a part, marks left out.
#[derive(Clone, Debug)]
struct Line {
    written: String,
    /// What it stands for.
    bytes: Vec<u8>,
    /// The column, as written, of each character it stands for, and of its end.
    columns: Vec<usize>,
}

/// How the lines of a part are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spelling {
    /// As they are.
    Plain,
    /// With `\r`, `\t`, `\u{202E}` for a character and `\x{E9}` for a byte.
    Escaped,
}

/// The part that a section writes before any `=== fichier`.
const UNNAMED: &str = "essai.bareme";

/// Cuts a file of the suite into its sections.
///
/// Errors: a sentence about the line that opens a section, or the text before the first.
pub fn sections(text: &str) -> Result<Vec<Section>, String> {
    let mut sections = Vec::new();
    let mut starts: Vec<usize> = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    starts.extend(
        lines.iter().enumerate().filter(|(_, line)| line.starts_with("=== cas ")).map(|(at, _)| at),
    );
    let before = starts.first().copied().unwrap_or(lines.len());
    if lines.iter().take(before).any(|line| !line.is_empty() && !line.starts_with('#')) {
        return Err("du texte avant le premier « === cas »".to_owned());
    }
    for (rank, &start) in starts.iter().enumerate() {
        let end = starts.get(rank + 1).copied().unwrap_or(lines.len());
        let body = lines.get(start + 1..end).unwrap_or_default();
        let opening = lines.get(start).copied().unwrap_or_default();
        sections.push(Section::read(start + 1, opening, body)?);
    }
    Ok(sections)
}

/// Returns what a file of the suite says before its first section.
pub fn preamble(text: &str) -> String {
    text.lines()
        .take_while(|line| !line.starts_with("=== cas "))
        .map(|line| format!("{line}\n"))
        .collect()
}

impl Section {
    fn read(line: usize, opening: &str, body: &[&str]) -> Result<Self, String> {
        let wrong = |said: &str| Err(format!("ligne {line} : {said}"));
        let quoted = opening.strip_prefix("=== cas \"").and_then(|rest| rest.rsplit_once('"'));
        let Some((title, words)) = quoted else { return wrong("titre attendu entre guillemets") };
        let mut header = Header::Policy;
        let words = words.trim().replace("sans exemple", "sans_exemple");
        let (mut spelling, mut has_examples) = ("", true);
        let mut watched = Vec::new();
        for word in words.split_whitespace() {
            match (word, Header::from_word(word)) {
                (_, Some(named)) => header = named,
                ("échappé", _) => spelling = word,
                ("sans_exemple", _) => has_examples = false,
                (code, _) if marks::is_code(code) => watched.push(code.to_owned()),
                _ => return wrong(&format!("mot inconnu « {word} »")),
            }
        }
        let told = body.iter().map_while(|line| marks::read_file(line));
        let mut marks: Vec<Mark> = told.collect();
        let rest: String = body.iter().skip(marks.len()).map(|line| format!("{line}\n")).collect();
        let mut files = files_of(&rest, UNNAMED);
        let mut notes = None;
        if let Some(first) = files.first_mut() {
            if is_silent(&first.text) {
                notes = Some(files.remove(0).text);
            } else {
                spelling.clone_into(&mut first.words);
            }
        }
        let mut parts = Vec::new();
        let unnamed = usize::from(notes.is_none());
        for (rank, file) in files.into_iter().enumerate() {
            let fragment = rank < unnamed && !is_whole(&file.text);
            let header = if fragment { header.text("commun") } else { String::new() };
            let title = format!("=== fichier {} {}", file.path, file.words);
            let opening = (rank >= unnamed).then(|| title.trim_end().to_owned());
            let spelling = match file.words.as_str() {
                "" => Spelling::Plain,
                "échappé" => Spelling::Escaped,
                _ => return wrong(&format!("mot inconnu « {} »", file.words)),
            };
            let (lines, own) = read_lines(rank, &file.text, spelling)?;
            marks.extend(own);
            parts.push(Part { path: file.path, opening, header, lines });
        }
        let (title, opening) = (title.to_owned(), opening.to_owned());
        Ok(Self {
            line,
            title,
            header,
            has_examples,
            watched,
            parts,
            marks,
            opening,
            notes: notes.unwrap_or_default(),
        })
    }

    /// Returns all that is told of its rules.
    pub fn diagnostics(&self, rules: &Rules) -> Vec<Diagnostic> {
        let marked = self.marks.iter().map(|mark| mark.code.as_str());
        let watched: Vec<&str> = self.watched.iter().map(String::as_str).chain(marked).collect();
        rules.verified_watching(&watched)
    }

    /// Gives each diagnostic of its rules its place in the section.
    pub fn findings(&self, rules: &Rules, diagnostics: &[Diagnostic]) -> Vec<Finding> {
        let place = |diagnostic: &Diagnostic| {
            let file = rules.recueil.sources.get(diagnostic.primary.file);
            file.map_or(Place::File("?".to_owned()), |file| self.place(file, diagnostic))
        };
        let mut found: Vec<Finding> = diagnostics
            .iter()
            .map(|one| Finding { code: one.code, place: place(one), message: one.message.clone() })
            .filter(|finding| self.answers_for(finding))
            .collect();
        found.sort_by(|a, b| (&a.place, a.code, &a.message).cmp(&(&b.place, b.code, &b.message)));
        found
    }

    /// Tells whether what is told is about the section: the linter also reads the shared texts.
    fn answers_for(&self, finding: &Finding) -> bool {
        let own = |path: &String| self.parts.iter().any(|part| part.path == *path);
        match &finding.place {
            Place::File(path) => analysis::lint_of(finding.code).is_none() || own(path),
            Place::Line { .. } => true,
        }
    }

    fn place(&self, file: &SourceFile, diagnostic: &Diagnostic) -> Place {
        let span = diagnostic.primary;
        let whole = Place::File(file.path.clone());
        if span.end == 0 {
            return whole;
        }
        let Some(part) = self.parts.iter().position(|part| part.path == file.path) else {
            return whole;
        };
        let at = |offset: u32| {
            let place = file.line_column(offset);
            let written = self.parts.get(part)?.written(place.line, place.column)?;
            Some((written, place.line))
        };
        let Some(((line, column), first)) = at(span.start) else { return whole };
        let extent = match at(span.end) {
            Some(((_, end), last)) if last == first && end == column => Extent::Empty,
            Some(((_, end), last)) if last == first => Extent::Columns(end - column),
            _ => Extent::PastLine(self.end_of(part, line).saturating_sub(column).max(1)),
        };
        Place::Line { part, line, column, extent }
    }

    fn end_of(&self, part: usize, line: usize) -> usize {
        let line = self.parts.get(part).and_then(|part| part.lines.get(line));
        line.and_then(|line| line.columns.last().copied()).unwrap_or(1)
    }

    /// Compares what it is told with what it says. Shape: one sentence per difference.
    pub fn compare(&self, found: &[Finding]) -> Vec<String> {
        let mut left = self.marks.clone();
        let mut faults = Vec::new();
        for finding in found {
            match left.iter().position(|mark| finding.is_marked_by(mark)) {
                Some(at) => drop(left.remove(at)),
                None => faults.push(self.say("dit et non marqué", &finding.mark())),
            }
        }
        faults.extend(left.iter().map(|mark| self.say("marqué et non dit", mark)));
        faults
    }

    fn say(&self, what: &str, mark: &Mark) -> String {
        let line = match mark.place {
            Place::File(_) => String::new(),
            Place::Line { part, line, .. } => {
                let line = self.parts.get(part).and_then(|part| part.lines.get(line));
                line.map(|line| format!("    {}\n", line.written)).unwrap_or_default()
            }
        };
        format!("{what} :\n{line}    {mark}")
    }

    /// Writes its text with the marks of what is told. A mark that is right stays as it is.
    pub fn write(&self, found: &[Finding]) -> String {
        let mut left = self.marks.clone();
        let mut marks = Vec::new();
        for finding in found {
            let kept = left.iter().position(|mark| finding.is_marked_by(mark));
            marks.push(kept.map_or_else(|| finding.mark(), |at| left.remove(at)));
        }
        let mut out = format!("{}\n", self.opening);
        for mark in marks.iter().filter(|mark| matches!(mark.place, Place::File(_))) {
            out.push_str(&format!("{mark}\n"));
        }
        out.push_str(&self.notes);
        for (rank, part) in self.parts.iter().enumerate() {
            if let Some(opening) = &part.opening {
                out.push_str(&format!("{opening}\n"));
            }
            for (at, line) in part.lines.iter().enumerate() {
                out.push_str(&format!("{}\n", line.written));
                let under = |mark: &&Mark| matches!(mark.place, Place::Line { part, line, .. } if part == rank && line == at);
                for mark in marks.iter().filter(under) {
                    out.push_str(&format!("{mark}\n"));
                }
            }
        }
        out
    }
}

fn read_lines(
    part: usize,
    text: &str,
    spelling: Spelling,
) -> Result<(Vec<Line>, Vec<Mark>), String> {
    let (mut lines, mut marks) = (Vec::new(), Vec::new());
    for written in text.lines() {
        match marks::read(written) {
            Some((column, extent, code, says)) if !lines.is_empty() => {
                let place = Place::Line { part, line: lines.len() - 1, column, extent };
                marks.push(Mark { code: code.to_owned(), place, says: says.to_owned() });
            }
            _ => lines.push(Line::read(written, spelling)?),
        }
    }
    Ok((lines, marks))
}

impl Part {
    /// Returns its path and its bytes.
    pub fn file(&self) -> (String, Vec<u8>) {
        let mut bytes = self.header.clone().into_bytes();
        for line in &self.lines {
            bytes.extend(&line.bytes);
            bytes.push(b'\n');
        }
        (self.path.clone(), bytes)
    }

    /// Returns the line, from 0, and the column, from 1, as written, of a place of its file.
    fn written(&self, line: usize, column: usize) -> Option<(usize, usize)> {
        let line = line.checked_sub(self.header.lines().count() + 1)?;
        if line == self.lines.len() {
            let last = self.lines.last()?;
            return Some((line - 1, last.columns.last().copied()?));
        }
        let columns = &self.lines.get(line)?.columns;
        Some((line, columns.get(column - 1).or(columns.last()).copied()?))
    }
}

impl Line {
    fn read(written: &str, spelling: Spelling) -> Result<Self, String> {
        let (mut bytes, mut columns) = (Vec::new(), Vec::new());
        let mut rest = written;
        while let Some(first) = rest.chars().next() {
            columns.push(written.chars().count() - rest.chars().count() + 1);
            let length = match (spelling, first) {
                (Spelling::Escaped, '\\') => escaped(rest, &mut bytes)?,
                _ => {
                    bytes.extend(first.to_string().bytes());
                    first.len_utf8()
                }
            };
            rest = rest.get(length..).unwrap_or_default();
        }
        columns.push(written.chars().count() + 1);
        Ok(Self { written: written.to_owned(), bytes, columns })
    }
}

/// Reads an escape at the head of a text and writes what it stands for; returns its length.
fn escaped(text: &str, bytes: &mut Vec<u8>) -> Result<usize, String> {
    let wrong = || format!("échappement inconnu : « {text} »");
    for (sign, byte) in [("\\r", b'\r'), ("\\t", b'\t'), ("\\\\", b'\\')] {
        if text.starts_with(sign) {
            bytes.push(byte);
            return Ok(sign.len());
        }
    }
    let end = text.find('}').ok_or_else(wrong)?;
    let digits = text.get(3..end).ok_or_else(wrong)?;
    let number = u32::from_str_radix(digits, 16).map_err(|_| wrong())?;
    match text.get(..3) {
        Some("\\u{") => bytes.extend(char::from_u32(number).ok_or_else(wrong)?.to_string().bytes()),
        Some("\\x{") => bytes.push(u8::try_from(number).map_err(|_| wrong())?),
        _ => return Err(wrong()),
    }
    Ok(end + 1)
}
