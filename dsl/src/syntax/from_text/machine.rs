//! Runs the grammar over a block: its tokens, or nothing when the block is not of the language.
//!
//! It does as pest does (ordered choice, spaces between the parts of a rule that is not atomic, tokens of atomic
//! rules without their inside), over tables that `build.rs` makes of the same grammar, with what each step may
//! start with. It never says why a block fails: `node` asks pest, which is slower and tells what was due.
//!
//! Invariants: it accepts what pest accepts, with the same tokens, which the tests compare; it recurses no deeper
//! than a bracket in a bracket, and takes no more than [`FUEL`] steps.

use super::node::Rule;

include!(concat!(env!("OUT_DIR"), "/steps.rs"));

/// Steps that one block may take: far above what a file of the greatest size needs.
const FUEL: u32 = 500_000_000;

/// A rule that matched. Tokens are in order of their first bytes, each before those inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// The rule.
    pub(super) rule: Rule,
    /// Its first byte.
    pub(super) start: u32,
    /// One past its last byte.
    pub(super) end: u32,
    /// The place of the first token after it and all inside it.
    pub(super) next: u32,
}

/// Reads a whole text from a rule; absent when it does not match, or takes more than the limits.
pub(super) fn run(rule: Rule, text: &str) -> Option<Vec<Token>> {
    let tokens = Vec::with_capacity(TOKENS);
    let mut run = Run { text, at: 0, mode: Mode::Spaced, looking: 0, tokens, fuel: FUEL };
    let matches = run.step(entry(rule)?);
    (matches && run.fuel > 0).then_some(run.tokens)
}

/// How many tokens most blocks have at most.
const TOKENS: usize = 64;

/// Some bytes.
struct Bytes([u64; 4]);

impl Bytes {
    #[inline]
    fn has(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|word| word >> (byte & 63) & 1 == 1)
    }
}

/// What stands between the parts of a rule, and whether the rules inside give tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// As where it is called from.
    Same,
    /// Spaces may stand between, rules give tokens.
    Spaced,
    /// Nothing stands between, rules give tokens.
    Joined,
    /// Nothing stands between, no rule gives a token.
    Whole,
}

/// A step, with the bytes on which it may succeed, and whether it may at the end of the text.
struct Placed {
    accepts: &'static Bytes,
    ends: bool,
    step: Step,
}

enum Step {
    /// This sign.
    Sign(u8),
    /// This text.
    Text(&'static str),
    /// This word, blind to case.
    Word(&'static str),
    /// A character of a class.
    Class(fn(char) -> bool),
    /// Any character but these.
    Except(&'static str),
    /// All of these in a row.
    All(&'static [u16]),
    /// The first of these that matches.
    Any(&'static [u16]),
    /// This or nothing.
    Maybe(u16),
    /// This any number of times; some bytes it takes for sure, one by one.
    Many(u16, &'static Bytes),
    /// This is ahead.
    Ahead(u16),
    /// This is not ahead.
    NotAhead(u16),
    /// The body of a rule.
    Call(Option<Rule>, Mode, u16),
    /// The end of the text.
    End,
}

struct Run<'t> {
    text: &'t str,
    at: usize,
    mode: Mode,
    /// How many looks ahead enclose the step: inside one, rules give no token.
    looking: u32,
    tokens: Vec<Token>,
    fuel: u32,
}

impl Run<'_> {
    #[inline]
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Tries a step; where it fails, nothing is taken and no token is left.
    #[inline]
    fn step(&mut self, at: u16) -> bool {
        let Some(placed) = STEPS.get(usize::from(at)) else { return false };
        let may = self.byte().map_or(placed.ends, |byte| placed.accepts.has(byte));
        may && self.take(&placed.step)
    }

    /// Takes a step that may succeed. Most are refused before: those cost no call.
    #[inline(never)]
    fn take(&mut self, step: &Step) -> bool {
        let Some(left) = self.fuel.checked_sub(1) else { return false };
        self.fuel = left;
        match *step {
            Step::Sign(sign) => self.take_if(self.byte() == Some(sign), 1),
            Step::Text(text) => self.take_if(self.rest().starts_with(text), text.len()),
            Step::Word(word) => {
                let found = self.text.as_bytes().get(self.at..self.at + word.len());
                let same = found.is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()));
                self.take_if(same, word.len())
            }
            Step::Class(belongs) => self.take_char(belongs),
            Step::Except(refused) => self.take_char(|c| !refused.contains(c)),
            Step::All(steps) => self.all(steps),
            Step::Any(steps) => self.any(steps),
            Step::Maybe(step) => {
                self.step(step);
                true
            }
            Step::Many(step, plain) => self.many(step, plain),
            Step::Ahead(step) => self.is_ahead(step),
            Step::NotAhead(step) => !self.is_ahead(step),
            Step::Call(rule, mode, body) => self.call(rule, mode, body),
            Step::End => self.end(),
        }
    }

    fn take_if(&mut self, matches: bool, len: usize) -> bool {
        if matches {
            self.at += len;
        }
        matches
    }

    fn take_char(&mut self, belongs: impl Fn(char) -> bool) -> bool {
        let Some(c) = self.rest().chars().next() else { return false };
        self.take_if(belongs(c), c.len_utf8())
    }

    fn any(&mut self, steps: &[u16]) -> bool {
        for step in steps {
            if self.step(*step) {
                return true;
            }
        }
        false
    }

    fn all(&mut self, steps: &[u16]) -> bool {
        let [first, rest @ ..] = steps else { return true };
        let (at, tokens) = (self.at, self.tokens.len());
        if !self.step(*first) {
            return false;
        }
        for step in rest {
            self.spaces();
            if !self.step(*step) {
                self.back(at, tokens);
                return false;
            }
        }
        true
    }

    fn back(&mut self, at: usize, tokens: usize) {
        self.at = at;
        self.tokens.truncate(tokens);
    }

    /// Passes the spaces that may stand here.
    fn spaces(&mut self) {
        if self.mode == Mode::Spaced {
            self.pass(&SPACES);
            while self.step(SPACE) {
                self.pass(&SPACES);
            }
        }
    }

    /// Passes the bytes of a set.
    #[inline]
    fn pass(&mut self, plain: &Bytes) {
        while self.byte().is_some_and(|byte| plain.has(byte)) {
            self.at += 1;
        }
    }

    fn many(&mut self, step: u16, plain: &Bytes) -> bool {
        if self.mode == Mode::Spaced {
            return self.many_spaced(step);
        }
        loop {
            self.pass(plain);
            if !self.step(step) {
                return true;
            }
        }
    }

    fn many_spaced(&mut self, step: u16) -> bool {
        if self.step(step) {
            loop {
                let (at, tokens) = (self.at, self.tokens.len());
                self.spaces();
                if !self.step(step) {
                    self.back(at, tokens);
                    break;
                }
            }
        }
        true
    }

    /// Looks ahead without taking anything.
    fn is_ahead(&mut self, step: u16) -> bool {
        let at = self.at;
        self.looking += 1;
        let matches = self.step(step);
        self.looking -= 1;
        self.at = at;
        matches
    }

    /// Runs the body of a rule, with its token around what its inside gives.
    fn call(&mut self, rule: Option<Rule>, mode: Mode, body: u16) -> bool {
        let outer = self.mode;
        let within = if mode == Mode::Same { outer } else { mode };
        // An atomic rule has a token where what calls it has some.
        let told = if mode == Mode::Whole { outer } else { within };
        let place = self.tokens.len();
        self.mode = within;
        let matches = match rule {
            Some(rule) if self.looking == 0 && told != Mode::Whole => {
                let start = offset(self.at);
                self.tokens.push(Token { rule, start, end: start, next: 0 });
                let matches = self.step(body);
                self.close(place, matches);
                matches
            }
            _ => self.step(body),
        };
        self.mode = outer;
        matches
    }

    /// Ends the token of a rule that matches, or takes it back.
    fn close(&mut self, place: usize, matches: bool) {
        let (end, next) = (offset(self.at), offset(self.tokens.len()));
        match self.tokens.get_mut(place) {
            Some(token) if matches => {
                token.end = end;
                token.next = next;
            }
            _ => self.tokens.truncate(place),
        }
    }

    fn end(&mut self) -> bool {
        let ends = self.at == self.text.len();
        if ends && self.looking == 0 && self.mode != Mode::Whole {
            let (at, next) = (offset(self.at), offset(self.tokens.len() + 1));
            self.tokens.push(Token { rule: Rule::EOI, start: at, end: at, next });
        }
        ends
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::node::by_pest;
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// The rules that a block is parsed from.
    const ENTRIES: &[Rule] = &[
        Rule::expr_entry,
        Rule::cell_entry,
        Rule::result_entry,
        Rule::enum_row,
        Rule::sharing_row,
        Rule::param_row,
        Rule::table_head,
        Rule::table_row,
        Rule::fact_head,
        Rule::fact_row,
        Rule::header,
        Rule::unit_clause,
        Rule::enumeration,
        Rule::entity,
        Rule::field,
        Rule::definition,
        Rule::parameter,
        Rule::table,
        Rule::csv_block,
        Rule::function,
        Rule::script_block,
        Rule::criterion,
        Rule::eligibility,
        Rule::family,
        Rule::slot,
        Rule::clause_block,
        Rule::guarantee,
        Rule::guarantee_line,
        Rule::example,
        Rule::given_line,
        Rule::expected_line,
    ];

    /// Lists what is written in the rules, the suite and the manual, line by line and by pairs of lines.
    fn written() -> Vec<String> {
        let mut texts = BTreeSet::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for folder in ["policies", "tests/suite", "docs"] {
            read(&root.join(folder), &mut texts);
        }
        texts.into_iter().collect()
    }

    fn read(at: &Path, into: &mut BTreeSet<String>) {
        if at.is_dir() {
            for one in std::fs::read_dir(at).unwrap() {
                read(&one.unwrap().path(), into);
            }
        } else if at.extension().is_some_and(|it| it == "bareme" || it == "md") {
            let text = std::fs::read_to_string(at).unwrap();
            let lines: Vec<&str> = text.lines().map(str::trim).collect();
            into.extend(lines.iter().map(|line| (*line).to_owned()));
            into.extend(lines.windows(2).map(|pair| pair.join("\n  ")));
        }
    }

    fn agree(text: &str) {
        for rule in ENTRIES {
            let due = by_pest(*rule, text).ok();
            assert_eq!(run(*rule, text), due, "{rule:?} of {text:?}");
        }
    }

    #[test]
    fn it_reads_what_is_written_as_pest_does() {
        let texts = written();
        assert!(texts.len() > 1000);
        texts.iter().step_by(3).for_each(|text| agree(text));
    }

    /// Texts with a slip: some characters of one put somewhere in another.
    fn slips() -> impl Strategy<Value = String> {
        let texts = written();
        let text = prop::sample::select(texts);
        let cut = |text: &str, from: usize, len: usize| {
            text.chars().skip(from).take(len).collect::<String>()
        };
        (text.clone(), text, 0..60_usize, 0..60_usize, 0..4_usize, 0..4_usize).prop_map(
            move |(one, other, at, from, len, gone)| {
                let [head, slip] = [cut(&one, 0, at), cut(&other, from, len)];
                format!("{head}{slip}{}", cut(&one, at + gone, usize::MAX))
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn it_reads_slips_as_pest_does(text in slips()) {
            agree(&text);
        }
    }
}
