//! What Barème is for: one recueil that holds the policies of many companies, one of which changes.
//!
//! The real policies, and as many copies as asked of one company's, each under its own name and SIREN: with its
//! examples, which no other engine's documents have, or its rules alone.

use benches::{files_of, root};
use cpu_time::ProcessTime;
use dsl::{Compiled, Compiler, Script, ScriptIndex};
use script::Sandbox;
use source::{Checked, Severity};
use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::{BufRead, Write};
use yardstick::stage::NONE;

/// A policy that is copied.
struct Model {
    file: &'static str,
    name: &'static str,
    siren: &'static str,
    /// A bound that a company changes: what is before it, itself, and its unit.
    bound: (&'static str, usize, &'static str),
}

const SHORT: Model = Model {
    file: "entreprises/fonderies_du_gier.bareme",
    name: "fonderies_du_gier",
    siren: "000000026",
    bound: ("≥ ", 40, " km"),
};
const LONG: Model = Model {
    file: "entreprises/air_france.bareme",
    name: "air_france",
    siren: "420495178",
    bound: ("> ", 90, " minutes"),
};
/// Where its examples begin.
const EXAMPLES: &str = "\nexemple ";

/// What is copied.
#[derive(Clone, Copy, Debug)]
pub enum Copied {
    /// A short policy with its two examples.
    Whole,
    /// The same with one.
    WithOne,
    /// What rules of a longer one: all but its examples.
    Rules,
}

impl Copied {
    /// Every one, the whole first.
    pub const ALL: [Self; 3] = [Self::Whole, Self::WithOne, Self::Rules];

    /// Returns the word it is asked by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Whole => "entreprises",
            Self::WithOne => "entreprises-un-exemple",
            Self::Rules => "entreprises-sans-exemples",
        }
    }

    fn model(self) -> &'static Model {
        match self {
            Self::Whole | Self::WithOne => &SHORT,
            Self::Rules => &LONG,
        }
    }

    /// Returns what is copied. Errors: a sentence.
    pub fn text(self) -> Result<String, String> {
        let path = root().join("policies").join(self.model().file);
        let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
        let end = match self {
            Self::Whole => None,
            Self::WithOne => text.rfind(EXAMPLES),
            Self::Rules => text.find(EXAMPLES),
        };
        Ok(text.get(..end.unwrap_or(text.len())).unwrap_or_default().to_owned())
    }
}

/// Answers `write COUNT` (the texts of so many companies), `many COUNT` (a recueil of so many, compiled anew) and
/// `compile` (one of them changed).
pub fn serve(copied: Copied) -> Result<(), String> {
    let mut recueil = Companies {
        model: copied.model(),
        text: copied.text()?,
        files: files_of(&root().join("policies")).map_err(|error| error.to_string())?,
        compiler: Compiler::default(),
        compiled: None,
        count: 0,
        changes: 0,
    };
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| error.to_string())?;
        let answer = recueil.answer(&line).unwrap_or_else(|fault| fault);
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answer}").and_then(|()| out.flush()).map_err(|error| error.to_string())?;
    }
    Ok(())
}

struct Companies {
    model: &'static Model,
    text: String,
    files: BTreeMap<String, Vec<u8>>,
    compiler: Compiler,
    compiled: Option<Compiled>,
    count: usize,
    changes: usize,
}

impl Companies {
    fn answer(&mut self, line: &str) -> Result<String, String> {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("write", count) => {
                self.write_all(count.parse().map_err(|_| "a count is due")?);
                Ok(NONE.to_owned())
            }
            ("many", count) => self.many(count.parse().map_err(|_| "a count is due")?),
            ("compile", _) => self.change(),
            _ => Ok(NONE.to_owned()),
        }
    }

    fn write_all(&mut self, count: usize) {
        while self.count < count {
            self.count += 1;
            self.write(self.count, 0);
        }
    }

    fn many(&mut self, count: usize) -> Result<String, String> {
        self.write_all(count);
        (self.compiled, self.compiler) = (None, Compiler::default());
        let start = ProcessTime::now();
        self.compile()?;
        Ok(format!("{:.3}", start.elapsed().as_secs_f64() * 1e9 / count.max(1) as f64))
    }

    /// Changes the bound of one company.
    fn change(&mut self) -> Result<String, String> {
        self.changes += 1;
        self.write(1 + self.changes * 7 % self.count.max(1), self.changes);
        let start = ProcessTime::now();
        self.compile()?;
        Ok(format!("{:.3}", start.elapsed().as_secs_f64() * 1e9))
    }

    fn write(&mut self, number: usize, change: usize) {
        let Model { name, siren, bound: (before, bound, unit), .. } = self.model;
        let text = self
            .text
            .replace(name, &format!("copie_{number:05}"))
            .replace(siren, &format!("{:09}", 900_000_000 + number))
            .replace(
                &format!("{before}{bound}{unit}"),
                &format!("{before}{}{unit}", bound + change % 5),
            );
        self.files.insert(format!("entreprises/copie_{number:05}.bareme"), text.into_bytes());
    }

    fn compile(&mut self) -> Result<(), String> {
        let opened = dsl::recueil::open(&self.files);
        let recueil = opened.value.ok_or("no recueil")?;
        let sandbox = Sandbox::compile(&recueil.scripts, &recueil.adapters).sandbox;
        let script = |path: &String| (path.clone(), Script::new(sandbox.functions(path)));
        let index: ScriptIndex = recueil.scripts.keys().map(script).collect();
        let Checked { value, diagnostics } = self.compiler.compile(&recueil, &index);
        let mut errors = diagnostics.iter().filter(|one| one.severity == Severity::Error);
        if let Some(error) = errors.next() {
            return Err(error.message.clone());
        }
        self.compiled = black_box(value);
        Ok(())
    }
}
