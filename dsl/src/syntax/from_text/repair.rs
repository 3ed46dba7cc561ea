//! Slips of the pen: what a block that does not parse was likely meant to be.
//!
//! Habits of other tools (a spreadsheet, English, a word processor) and small slips make a list of
//! candidates around the place where the grammar stopped. The first one with which the block parses
//! is the suggestion: so no suggestion leaves the block broken.

use super::expected::Wanted;
use super::layout::{is_word, quoted_len};
use source::{fold, nearest};
use std::ops::Range;

/// A block longer than this is not mended: each candidate costs a parse.
const LONGEST: usize = 2_000;
/// How far from the place where the grammar stopped a slip may be, in bytes.
const NEAR: usize = 60;

/// A replacement that mends a block, and how it is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Repair {
    /// The bytes of the block replaced.
    pub(super) range: Range<usize>,
    /// What to write there.
    pub(super) text: String,
    /// What is wrong.
    pub(super) message: String,
    /// What to do.
    pub(super) help: String,
}

/// A block, and where its grammar stopped.
#[derive(Clone, Copy)]
pub(super) struct Stop<'s> {
    /// The text of the block.
    pub(super) block: &'s str,
    /// Where it stopped being of the language.
    pub(super) at: usize,
    /// The token found there; empty at the end.
    pub(super) found: &'s str,
    /// What was due there.
    pub(super) wanted: &'s [Wanted],
}

/// Finds the first likely repair with which the block parses.
pub(super) fn repair(stop: Stop<'_>, parses: impl Fn(&str) -> bool) -> Option<Repair> {
    if stop.block.len() > LONGEST {
        return None;
    }
    let phrases = PHRASES.iter().flat_map(|(written, meant)| stop.phrase(written, meant));
    let signs = SIGNS.iter().flat_map(|(written, meant)| stop.sign(written, meant));
    phrases
        .chain(signs)
        .chain(stop.brackets())
        .chain(stop.call_of_a_spreadsheet())
        .chain(stop.deletion())
        .chain(stop.insertion_at_the_start())
        .chain(stop.unit())
        .chain(stop.quotes())
        .chain(stop.joined_name())
        .chain(stop.insertions())
        .chain(stop.missing_name())
        .chain(stop.closing())
        .find(|candidate| parses(&candidate.applied(stop.block)))
}

impl Repair {
    /// Returns the block with the replacement made.
    fn applied(&self, block: &str) -> String {
        let mut mended = block.to_owned();
        if block.get(self.range.clone()).is_some() {
            mended.replace_range(self.range.clone(), &self.text);
        }
        mended
    }
}

/// Units that are words.
const UNITS: [&str; 16] = [
    "point", "points", "an", "ans", "année", "années", "mois", "semaine", "semaines", "jour",
    "jours", "heure", "heures", "minute", "minutes", "euros",
];

/// What people write, and what the language says.
const PHRASES: &[(&str, &str)] = &[
    ("if", "si"),
    ("else", "sinon"),
    ("and", "et"),
    ("or", "ou"),
    ("not", "non"),
    ("in", "parmi"),
    ("between", "entre"),
    ("supérieur ou égal à", "≥"),
    ("supérieure ou égale à", "≥"),
    ("inférieur ou égal à", "≤"),
    ("inférieure ou égale à", "≤"),
    ("est supérieur à", ">"),
    ("est inférieur à", "<"),
    ("supérieur à", ">"),
    ("supérieure à", ">"),
    ("inférieur à", "<"),
    ("inférieure à", "<"),
    ("différent de", "≠"),
    ("différente de", "≠"),
    ("égal à", "="),
    ("égale à", "="),
    ("est compris entre", "entre"),
    ("est comprise entre", "entre"),
    ("compris entre", "entre"),
    ("comprise entre", "entre"),
    ("sauf", "sauf si"),
    ("au maximum", "au plus"),
    ("au minimum", "au moins"),
    ("maximum", "au plus"),
    ("minimum", "au moins"),
    ("depuis le", "à partir du"),
    ("à compter du", "à partir du"),
    ("à partir de", "à partir du"),
    ("dès le", "à partir du"),
    ("excepté", "sauf"),
    ("hormis", "sauf"),
    ("tels que", "tel que"),
    ("telle que", "tel que"),
    ("telles que", "tel que"),
    ("pts", "points"),
    ("pt", "point"),
    ("kms", "km"),
    ("kilomètres", "km"),
    ("mins", "minutes"),
    ("€ par mois", "€/mois"),
    ("euros par mois", "€/mois"),
    ("€ par an", "€/an"),
    ("euros par an", "€/an"),
    ("pour cent", "%"),
    ("par année", "par an"),
    ("à", "et"),
    ("à", "au"),
    ("x", "×"),
];

/// The same for signs.
const SIGNS: &[(&str, &str)] = &[
    ("&&", "et"),
    ("||", "ou"),
    ("->", "=>"),
    ("==", "="),
    ("=>", "≥"),
    ("=<", "≤"),
    ("> =", "≥"),
    ("< =", "≤"),
    ("–", "-"),
    ("—", "-"),
    (" ,", " ;"),
    (",", " ;"),
    (",", " +"),
    (";", "+"),
    (":", "="),
    ("|", "=>"),
    ("=", "=>"),
    (" =>", ""),
];

impl<'s> Stop<'s> {
    fn slice(self, range: Range<usize>) -> &'s str {
        self.block.get(range).unwrap_or("")
    }

    /// Replaces whole words, whatever their case, near the stop and outside quotes.
    fn phrase(self, written: &'static str, meant: &'static str) -> Vec<Repair> {
        let edges = |range: &Range<usize>| {
            let before = self.slice(0..range.start).chars().next_back();
            let after = self.slice(range.end..self.block.len()).chars().next();
            !before.is_some_and(is_word)
                && !after.is_some_and(|c| is_word(c) || c == '\'' || c == '’')
        };
        let found = self.occurrences(written).into_iter().filter(edges);
        found.map(|range| self.replacement(range, meant)).collect()
    }

    /// Replaces a sign near the stop and outside quotes.
    fn sign(self, written: &'static str, meant: &'static str) -> Vec<Repair> {
        // A sign that is right elsewhere is a slip at the stop alone.
        let at_stop =
            |range: &Range<usize>| !matches!(written, ":" | "=") || range.start == self.at;
        let found = self.occurrences(written).into_iter().filter(at_stop);
        found.map(|range| self.replacement(range, meant)).collect()
    }

    fn replacement(self, range: Range<usize>, meant: &str) -> Repair {
        let written = self.slice(range.clone()).trim();
        let shown = meant.trim();
        let (message, help) = if shown.is_empty() {
            (format!("« {written} » de trop"), format!("supprimez « {written} »"))
        } else {
            (
                format!("attendu « {shown} », trouvé « {written} »"),
                format!("écrivez « {shown} » à la place de « {written} »"),
            )
        };
        Repair { range, text: meant.to_owned(), message, help }
    }

    /// The places of a text, folded, near the stop, nearest first, outside quotes.
    fn occurrences(self, written: &str) -> Vec<Range<usize>> {
        let folded = fold(written);
        let mut places: Vec<Range<usize>> = self
            .starts()
            .filter_map(|start| {
                let end = end_of(self.block, start, written.chars().count())?;
                (fold(self.slice(start..end)) == folded).then_some(start..end)
            })
            .filter(|range| range.start <= self.at + NEAR && self.at <= range.end + NEAR)
            .collect();
        places.sort_by_key(|range| range.start.abs_diff(self.at));
        places
    }

    /// Where characters outside quotes start.
    fn starts(self) -> impl Iterator<Item = usize> + use<'s> {
        let block = self.block;
        let mut quoted_until = 0;
        block.char_indices().filter_map(move |(at, c)| {
            if at >= quoted_until && matches!(c, '"' | '«' | '“') {
                quoted_until = at + quoted_len(block.get(at..).unwrap_or("")).len;
            }
            (at >= quoted_until).then_some(at)
        })
    }

    /// Braces instead of parentheses around a set.
    fn brackets(self) -> Option<Repair> {
        let open = self.slice(0..self.at + self.found.len()).rfind('(')?;
        let close = open + self.slice(open..self.block.len()).find(')')?;
        let inside = self.slice(open + 1..close);
        Some(Repair {
            range: open..close + 1,
            text: format!("{{ {} }}", inside.trim()),
            message: "attendu des accolades autour de la liste des valeurs".to_owned(),
            help: "les valeurs possibles se donnent entre accolades : « { a ; b } »".to_owned(),
        })
    }

    /// `SI(a ; b ; 0)`, `OU(a ; b)`, `ET(a ; b)`.
    fn call_of_a_spreadsheet(self) -> Vec<Repair> {
        const CALLS: &[(&str, &str)] =
            &[("et", " et "), ("ou", " ou "), ("and", " et "), ("or", " ou ")];
        let mut repairs = Vec::new();
        for open in self
            .starts()
            .filter(|at| self.block.get(*at..).is_some_and(|rest| rest.starts_with('(')))
        {
            let before = self.slice(0..open).trim_end();
            let start = word_start(before, before.len());
            let name = fold(before.get(start..).unwrap_or(""));
            let Some(close) = matching(self.block, open) else { continue };
            let parts = arguments(self.slice(open + 1..close));
            let written = self.slice(start..open);
            let message = format!("« {written}( » est une écriture de tableur");
            if let ("si" | "if", [condition, yes, no]) = (name.as_str(), parts.as_slice())
                && no.trim_start().starts_with('0')
            {
                repairs.push(Repair {
                    range: start..close + 1,
                    text: format!("{yes} si {condition}"),
                    message: message.clone(),
                    help: "écrivez les points, puis la condition : « donne 70 points si âge < 30 ans »".to_owned(),
                });
            }
            if let Some((_, word)) = CALLS.iter().find(|(call, _)| *call == name) {
                repairs.push(Repair {
                    range: start..close + 1,
                    text: parts.join(word),
                    message,
                    help: format!("reliez les conditions par « {} »", word.trim()),
                });
            }
        }
        repairs
    }

    /// A sign too many, at the stop or just before it.
    fn deletion(self) -> Vec<Repair> {
        let extra = |range: Range<usize>| {
            let sign = self.slice(range.clone()).trim().to_owned();
            Repair {
                range,
                text: String::new(),
                message: format!("« {sign} » de trop"),
                help: format!("supprimez « {sign} »"),
            }
        };
        let mut repairs = Vec::new();
        if matches!(self.found, ":" | "=" | "." | ";" | "," | ")" | "}" | "|") {
            let spaces = self.slice(0..self.at).len() - self.slice(0..self.at).trim_end().len();
            repairs.push(extra(self.at - spaces..self.at + self.found.len()));
            repairs.push(extra(self.at..self.at + self.found.len()));
        }
        let before = self.slice(0..self.at).trim_end();
        if let Some(last) = before.chars().next_back().filter(|c| ";,:.".contains(*c)) {
            repairs.push(extra(before.len() - last.len_utf8()..before.len()));
        }
        if matches!(self.found, "de" | "du" | "à" | "le") {
            repairs.push(extra(self.at..self.at + self.found.len() + 1));
        }
        repairs
    }

    /// A word or a sign that was due and is not there.
    fn insertions(self) -> Vec<Repair> {
        let mut due: Vec<&str> = Vec::new();
        for wanted in self.wanted {
            match wanted {
                Wanted::Keyword(word) => due.push(word),
                Wanted::Sign(sign @ ("=" | ")" | "}" | "=>" | ";")) => due.push(sign),
                Wanted::Thing("« maximum » ou « premier »") => due.push("le"),
                Wanted::Thing(_)
                | Wanted::Sign(_)
                | Wanted::Operator
                | Wanted::OperatorWord
                | Wanted::End
                | Wanted::Nothing => {}
            }
        }
        due.sort_unstable_by_key(|word| word.len());
        // A keyword comes before words, never before a sign.
        let leads = |word: &str| {
            let is_sign = !word.starts_with(is_word);
            is_sign || self.found.starts_with(|c: char| is_word(c) || c == '"')
        };
        due.into_iter()
            .filter(|word| !self.found.is_empty() && leads(word))
            .map(|word| self.insertion(word))
            .collect()
    }

    /// A condition without its « si ».
    fn insertion_at_the_start(self) -> Option<Repair> {
        let starts = self.slice(0..self.at).trim().is_empty();
        let clause = self.wanted.contains(&Wanted::Thing("une clause"));
        (starts && clause).then(|| self.insertion("si"))
    }

    fn insertion(self, word: &str) -> Repair {
        Repair {
            range: self.at..self.at,
            text: format!("{word} "),
            message: format!("il manque « {word} » avant « {} »", self.found),
            help: format!("ajoutez « {word} »"),
        }
    }

    /// A text without its quotes, with single ones, or with quotes inside.
    fn quotes(self) -> Vec<Repair> {
        let line_end = self.at
            + self
                .slice(self.at..self.block.len())
                .find('\n')
                .unwrap_or(self.block.len() - self.at);
        let rest = self.slice(self.at..line_end).trim_end();
        let mut repairs = Vec::new();
        let mut quote = |range: Range<usize>, inside: &str, help: &str| {
            repairs.push(Repair {
                range,
                text: format!("\"{inside}\""),
                message: format!("attendu un texte entre guillemets, trouvé « {inside} »"),
                help: help.to_owned(),
            });
        };
        let single = |c: char| matches!(c, '\'' | '’' | '‘');
        if let Some(inside) = rest.strip_prefix(single).and_then(|it| it.strip_suffix(single)) {
            quote(
                self.at..self.at + rest.len(),
                inside,
                "un texte s'écrit entre guillemets doubles",
            );
        }
        let takes_text = self.wanted.contains(&Wanted::Thing("un texte entre guillemets"))
            && !self.wanted.contains(&Wanted::Thing("une marque"));
        if takes_text && !rest.is_empty() && !rest.contains(['"', '«', '“', '|']) {
            quote(self.at..self.at + rest.len(), rest, "mettez le texte entre guillemets");
        }
        let start = self.slice(0..self.at).rfind('\n').map_or(0, |at| at + 1);
        let line = self.slice(start..line_end);
        if let (Some(first), Some(last)) = (line.find('"'), line.rfind('"')) {
            let inside = line.get(first + 1..last).unwrap_or("");
            if inside.matches('"').count() == 2 {
                let mended = inside.replacen('"', "« ", 1).replacen('"', " »", 1);
                repairs.push(Repair {
                    range: start + first..start + last + 1,
                    text: format!("\"{mended}\""),
                    message: "des guillemets droits dans un texte entre guillemets droits"
                        .to_owned(),
                    help: "dans un texte, citez entre « »".to_owned(),
                });
            }
        }
        repairs
    }

    /// A unit after a number, misspelt.
    fn unit(self) -> Option<Repair> {
        let due = self.wanted.contains(&Wanted::Thing("une unité"));
        let word = due && self.found.chars().count() > 2 && self.found.chars().all(is_word);
        let unit = word.then(|| nearest(self.found, UNITS.iter().copied())).flatten()?;
        Some(Repair {
            range: self.at..self.at + self.found.len(),
            text: unit.to_owned(),
            message: format!("« {} » n'est pas une unité", self.found),
            help: format!("vouliez-vous dire « {unit} » ?"),
        })
    }

    /// A name in several words, the stop among them.
    fn joined_name(self) -> Vec<Repair> {
        let end = self.at
            + self
                .slice(self.at..self.block.len())
                .find(|c: char| !is_word(c) && !joins(c))
                .unwrap_or(self.block.len() - self.at);
        let mut ends = vec![self.slice(0..end).trim_end_matches(joins).len()];
        while let Some(shorter) =
            ends.last().and_then(|last| self.slice(self.at..*last).rfind(joins))
        {
            ends.push(self.slice(0..self.at + shorter).trim_end_matches(joins).len());
        }
        let first = word_start(self.block, self.slice(0..self.at).trim_end_matches(joins).len());
        let second = word_start(self.block, self.slice(0..first).trim_end_matches(joins).len());
        let starts = [first, second];
        // Where an operator is due, two words are rarely one name, unless a dot leads them.
        let free = !self.wanted.contains(&Wanted::Operator)
            && !self.wanted.contains(&Wanted::Thing("une marque"));
        let dotted = move |start: usize| self.slice(0..start).ends_with('.');
        let starts = starts.into_iter().filter(move |start| free || dotted(*start));
        let ranges = starts.into_iter().flat_map(|start| ends.iter().map(move |end| start..*end));
        ranges
            .filter(|range| range.start < self.at && self.at < range.end)
            // A dash between spaces is a subtraction.
            .filter(|range| !self.slice(range.clone()).contains(" - "))
            .map(|range| self.join(range))
            .collect()
    }

    fn join(self, range: Range<usize>) -> Repair {
        let written = self.slice(range.clone());
        let words: Vec<&str> = written.split(joins).filter(|word| !word.is_empty()).collect();
        let name = words.join("_");
        Repair {
            range,
            message: format!("un nom s'écrit en un seul mot, trouvé « {written} »"),
            help: format!("reliez ses mots par « _ » : « {name} »"),
            text: name,
        }
    }

    /// A label where its name is due.
    fn missing_name(self) -> Option<Repair> {
        let label = self.found.strip_prefix('"')?.strip_suffix('"')?;
        let words: Vec<String> = label
            .split(|c: char| !is_word(c))
            .filter(|word| !word.is_empty())
            .take(3)
            .map(str::to_lowercase)
            .collect();
        let name = words.join("_");
        Some(Repair {
            range: self.at..self.at,
            text: format!("{name} "),
            message: format!("il manque un nom avant le libellé « {label} »"),
            help: format!("donnez un nom court, par exemple « {name} »"),
        })
    }

    /// A bracket that is never closed.
    fn closing(self) -> Vec<Repair> {
        let end = self.block.trim_end().len();
        let count = |sign: char| {
            self.starts().filter(|at| self.slice(*at..self.block.len()).starts_with(sign)).count()
        };
        let close = |sign: &str, name: &str| Repair {
            range: end..end,
            text: sign.to_owned(),
            message: format!("{name} ouverte, jamais fermée"),
            help: format!("ajoutez « {} »", sign.trim()),
        };
        let mut repairs = Vec::new();
        if count('(') > count(')') {
            repairs.push(close(")", "parenthèse"));
        }
        if count('{') > count('}') {
            repairs.push(close(" }", "accolade"));
        }
        repairs
    }
}

/// What people put between the words of a name.
fn joins(c: char) -> bool {
    matches!(c, ' ' | '-' | '\u{2011}' | '’' | '\'')
}

/// Where the word that ends at a place starts.
fn word_start(text: &str, end: usize) -> usize {
    let before = text.get(..end).unwrap_or("");
    before.trim_end_matches(is_word).len()
}

/// Where as many characters end.
fn end_of(text: &str, start: usize, characters: usize) -> Option<usize> {
    let mut ends = text.get(start..)?.char_indices().map(|(at, c)| start + at + c.len_utf8());
    ends.nth(characters.checked_sub(1)?)
}

/// Where the bracket opened at a place is closed.
fn matching(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, c) in text.get(open..)?.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(open + at);
        }
    }
    None
}

/// The parts between the semicolons of a call.
fn arguments(inside: &str) -> Vec<&str> {
    inside.split(';').map(str::trim).collect()
}
