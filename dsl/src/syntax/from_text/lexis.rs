//! Mistakes seen before the grammar: unclosed texts, numbers and dates of other habits, names
//! that deceive the eye, nesting that would exhaust the stack.
//!
//! One scan of a block, without recursion; the first mistake by place is the block's only one.

use super::Built;
use super::layout::{is_word, is_word_start, quoted_len};
use super::original::Original;
use crate::limits::{CLAUSE_TOKENS, NESTING, WORD_CHARACTERS};
use engine::Date;
use source::{Code, Diagnostic, code};
use unicode_security::{GeneralSecurityProfile, MixedScript, skeleton};

/// Checks a range of the text. Errors: `E0103`, `E0104`, `E0105`, `E0107`, `E0109`, `E0110`.
pub(super) fn check(original: &Original, start: usize, end: usize) -> Built<()> {
    let mut scan = Scan { original, at: start, end, open: Vec::new(), ranks: 0, tokens: 0 };
    while scan.at < scan.end {
        scan.step()?;
    }
    Ok(())
}

struct Scan<'o> {
    original: &'o Original,
    at: usize,
    end: usize,
    open: Vec<usize>,
    ranks: usize,
    tokens: usize,
}

impl<'o> Scan<'o> {
    fn rest(&self) -> &'o str {
        self.original.text.get(self.at..self.end).unwrap_or("")
    }

    fn fault(&self, code: Code, len: usize, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, self.original.span(self.at, self.at + len), message)
    }

    fn step(&mut self) -> Built<()> {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else {
            self.at = self.end;
            return Ok(());
        };
        if !c.is_whitespace() {
            self.tokens += 1;
            self.check_size()?;
        }
        let len = match c {
            '"' | '«' | '“' => self.quoted(rest)?,
            '(' | '{' => self.opening(c)?,
            ')' | '}' => {
                self.open.pop();
                c.len_utf8()
            }
            c if c.is_ascii_digit() => self.number(rest)?,
            c if is_word_start(c) => self.word(rest)?,
            other => other.len_utf8(),
        };
        self.at += len.max(1);
        Ok(())
    }

    fn check_size(&self) -> Built<()> {
        if self.tokens <= CLAUSE_TOKENS {
            return Ok(());
        }
        let message = format!("plus de {CLAUSE_TOKENS} mots et signes d'un seul tenant");
        let len = self.rest().chars().next().map_or(0, char::len_utf8);
        let fault = self.fault(code::TOO_LONG, len, message);
        Err(Box::new(
            fault.with_help("coupez cette clause, ou mettez ses valeurs dans un tableau CSV"),
        ))
    }

    fn quoted(&self, rest: &str) -> Built<usize> {
        let quoted = quoted_len(rest);
        if quoted.closed {
            return Ok(quoted.len);
        }
        let shown = rest.get(..quoted.len).unwrap_or("").trim_end();
        let close = match rest.chars().next() {
            Some('«') => "»",
            Some('“') => "”",
            _ => "\"",
        };
        let fault = self
            .fault(code::UNCLOSED_STRING, shown.len(), "texte non fermé")
            .labelled("ouvert ici, jamais fermé sur la ligne");
        // One quote of a word processor, one of a keyboard.
        let open = rest.chars().next().map_or(0, char::len_utf8);
        let inside = shown.get(open..).unwrap_or("");
        if let Some((at, other)) = other_quote(inside) {
            let inside = inside.get(..at).unwrap_or("");
            // The spaces inside « … » belong to the quotes.
            let inside = if close == "»" { inside.trim() } else { inside };
            let span = self.original.span(self.at, self.at + open + at + other.len_utf8());
            return Err(Box::new(
                fault
                    .with_help("les deux guillemets d'un texte sont de la même sorte : \"…\", « … » ou “…”")
                    .with_edit(span, format!("\"{inside}\"")),
            ));
        }
        let end = self.original.span(self.at + shown.len(), self.at + shown.len());
        let close = if is_half_escaped(inside) { format!("\\{close}") } else { close.to_owned() };
        Err(Box::new(
            fault.with_help(format!("ajoutez {close} à la fin du texte")).with_edit(end, close),
        ))
    }

    fn opening(&mut self, c: char) -> Built<usize> {
        self.open.push(self.at);
        self.check_depth(c.len_utf8())?;
        Ok(c.len_utf8())
    }

    fn check_depth(&self, len: usize) -> Built<()> {
        if self.open.len() + self.ranks <= NESTING {
            return Ok(());
        }
        Err(Box::new(
            self.fault(
                code::TOO_DEEP,
                len,
                format!("plus de {NESTING} niveaux emboîtés dans cette expression"),
            )
            .with_help("nommez les parties avec des définitions"),
        ))
    }

    fn word(&mut self, rest: &str) -> Built<usize> {
        let len = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let word = rest.get(..len).unwrap_or(rest);
        self.check_length(word)?;
        if !word.is_ascii() {
            self.check_letters(word)?;
        }
        if word.eq_ignore_ascii_case("rang") && next_word_is_de(rest.get(len..).unwrap_or("")) {
            self.ranks += 1;
            self.check_depth(len)?;
        }
        Ok(len)
    }

    fn check_length(&self, word: &str) -> Built<()> {
        let long = word.len() > WORD_CHARACTERS && word.chars().nth(WORD_CHARACTERS).is_some();
        if !long {
            return Ok(());
        }
        let message = format!("mot de plus de {WORD_CHARACTERS} caractères");
        Err(Box::new(self.fault(code::TOO_LONG, word.len(), message)))
    }

    /// Refuses letters of other alphabets where they pass for Latin ones.
    fn check_letters(&self, word: &str) -> Built<()> {
        let foreign = word.chars().find(|c| c.is_alphabetic() && !is_latin(*c));
        let mut beyond = word.chars().filter(|c| !c.is_ascii());
        let odd = beyond.find(|c| !GeneralSecurityProfile::identifier_allowed(*c));
        if foreign.is_none() && odd.is_none() {
            return Ok(());
        }
        let reads_as: String = skeleton(word).collect();
        let deceives = foreign.is_some() && (!word.is_single_script() || reads_as.is_ascii());
        let Some(culprit) = odd.or(foreign.filter(|_| deceives)) else {
            return Ok(());
        };
        let message = format!(
            "« {word} » contient une lettre trompeuse : « {culprit} » (U+{:04X})",
            u32::from(culprit)
        );
        let fault = self
            .fault(code::CONFUSABLE_NAME, word.len(), message)
            .with_help("retapez ce mot au clavier, en lettres latines");
        let span = fault.primary;
        Err(Box::new(if reads_as.is_ascii() { fault.with_edit(span, reads_as) } else { fault }))
    }

    fn number(&self, rest: &str) -> Built<usize> {
        let len = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        self.check_length(rest.get(..len).unwrap_or(rest))?;
        let before = self.original.text.get(..self.at).and_then(|text| text.chars().next_back());
        if before.is_some_and(|c| is_word(c) || c == '.') {
            return Ok(len);
        }
        if let Some(date) = foreign_date(rest) {
            return Err(Box::new(self.bad_date(rest, &date)));
        }
        self.check_clock(rest)?;
        self.check_thousands(rest)?;
        self.check_decimal(rest)?;
        Ok(len)
    }

    /// Refuses `1h30`, with the minutes it means.
    fn check_clock(&self, rest: &str) -> Built<()> {
        let hours = digits(rest);
        let after = rest.get(hours.len()..).unwrap_or("");
        let minutes = after.strip_prefix(['h', 'H']).map(digits).unwrap_or_default();
        let len = hours.len() + 1 + minutes.len();
        let ends = !rest.get(len..).unwrap_or("").starts_with(is_word);
        let (Ok(h), Ok(m), 1..=2, true) =
            (hours.parse::<u32>(), minutes.parse::<u32>(), minutes.len(), ends)
        else {
            return Ok(());
        };
        if hours.len() > 2 {
            return Ok(());
        }
        let written = rest.get(..len).unwrap_or("");
        let total = format!("{} minutes", h * 60 + m);
        let fault = self
            .fault(code::BAD_NUMBER, len, format!("durée mal écrite : « {written} »"))
            .with_help(format!("une durée a une seule unité : « {total} »"));
        let span = fault.primary;
        Err(Box::new(fault.with_edit(span, total)))
    }

    /// Refuses a sign between thousands: `12,000 points`, `1.600 €/mois`. Three decimals are a
    /// number like any other unless they are zeros, or end an amount in euros by one.
    fn check_thousands(&self, rest: &str) -> Built<()> {
        let whole = digits(rest);
        let after = rest.get(whole.len()..).unwrap_or("");
        let group = after.strip_prefix([',', '.']).map(digits).unwrap_or_default();
        let len = whole.len() + 1 + group.len();
        let tail = rest.get(len..).unwrap_or("");
        let is_sum = tail.trim_start_matches([' ', '\u{a0}', '\u{202f}']).starts_with('€')
            && group.ends_with('0');
        let plain = !tail.starts_with(['.', ',']) && !tail.starts_with(is_word);
        if group.len() != 3
            || whole.len() > 3
            || !plain
            || whole == "0"
            || !(is_sum || group == "000")
        {
            return Ok(());
        }
        let written = rest.get(..len).unwrap_or("");
        let fault = self
            .fault(code::BAD_NUMBER, len, format!("nombre mal écrit : « {written} »"))
            .with_help(format!("les milliers se séparent par une espace : « {whole} {group} »"));
        let span = fault.primary;
        Err(Box::new(fault.with_edit(span, format!("{whole} {group}"))))
    }

    fn bad_date(&self, rest: &str, date: &ForeignDate) -> Diagnostic {
        let written = rest.get(..date.len).unwrap_or("");
        let fault = self
            .fault(code::BAD_DATE, date.len, format!("date mal écrite : « {written} »"))
            .with_help("une date s'écrit 2020-05-02 ou 2 mai 2020");
        match date.date {
            Some(day) => {
                let span = fault.primary;
                fault.with_edit(span, day.to_string())
            }
            None => fault,
        }
    }

    fn check_decimal(&self, rest: &str) -> Built<()> {
        let whole = digits(rest);
        let after = rest.get(whole.len()..).unwrap_or("");
        let fraction = after.strip_prefix('.').map(digits).unwrap_or_default();
        if fraction.is_empty() {
            return Ok(());
        }
        let len = whole.len() + 1 + fraction.len();
        let tail = rest.get(len..).unwrap_or("");
        let written = rest.get(..len).unwrap_or("");
        let fault = self
            .fault(code::BAD_NUMBER, len, format!("nombre mal écrit : « {written} »"))
            .with_help("le signe décimal est la virgule, les milliers se séparent par une espace");
        let plain = !tail.starts_with(['.', ',']) && !tail.starts_with(is_word);
        if !plain || fraction.len() == 3 {
            // `1.600` may mean 1 600 as well as 1,6: no guess.
            return Err(Box::new(fault));
        }
        let span = fault.primary;
        Err(Box::new(fault.with_edit(span, format!("{whole},{fraction}"))))
    }
}

/// Finds the first quote that is not escaped.
fn other_quote(inside: &str) -> Option<(usize, char)> {
    let mut escaped = false;
    inside.char_indices().find(|(_, c)| {
        let plain = !escaped;
        escaped = plain && *c == '\\';
        plain && matches!(c, '"' | '”' | '»')
    })
}

/// Tells whether a text ends with a bar that escapes what comes next.
fn is_half_escaped(inside: &str) -> bool {
    inside.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1
}

fn next_word_is_de(rest: &str) -> bool {
    let rest = rest.trim_start();
    let len = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
    rest.get(..len).is_some_and(|word| word.eq_ignore_ascii_case("de"))
}

fn is_latin(c: char) -> bool {
    c.is_ascii() || matches!(c, 'ª' | 'º' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

fn digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

/// A date as other habits write it.
struct ForeignDate {
    len: usize,
    /// The day meant, when it exists.
    date: Option<Date>,
}

/// Recognises `02/05/2020`, `2.5.2020`, `2-5-2020`, `2020/05/02` and `2020-5-2`.
fn foreign_date(rest: &str) -> Option<ForeignDate> {
    let first = digits(rest);
    let separator = rest.get(first.len()..)?.chars().next().filter(|c| "/.-‐‑–−".contains(*c))?;
    let rest_two = rest.get(first.len() + separator.len_utf8()..)?;
    let second = digits(rest_two);
    let third = digits(rest_two.get(second.len()..)?.strip_prefix(separator)?);
    let len = first.len() + second.len() + third.len() + 2 * separator.len_utf8();
    if rest.get(len..).is_some_and(|tail| tail.starts_with(is_word)) {
        return None;
    }
    let (year, day) = match (first.len(), second.len(), third.len()) {
        (4, 2, 2) if separator == '-' => return None,
        (4, 1 | 2, 1 | 2) if separator != '.' => (first, third),
        (1 | 2, 1 | 2, 4) => (third, first),
        _ => return None,
    };
    let date = Date::new(year.parse().ok()?, second.parse().ok()?, day.parse().ok()?);
    Some(ForeignDate { len, date })
}
