//! The linter: what is right, and should be better written, better proved or looked after.
//!
//! One rule per file, all in one table. A rule never says that a recueil is wrong: it can be used,
//! and the manifest may change the level of a rule or except a unit, with a reason. What makes
//! rules wrong, or do nothing, is said elsewhere in this crate.

mod acronym;
mod consent;
mod duplicate_label;
mod no_example;
mod no_message;
mod no_review_date;
mod no_source;
mod repeated_number;
mod review_due;
mod stale_stamp;
mod unused_declaration;
mod unused_field;
mod unused_local;
mod usage;
mod written;

use crate::verifier::Look;
use dsl::Compiled;
use dsl::recueil::{Level, Recueil};
use dsl::resolved::tree::Unit;
use engine::Date;
use source::{Checked, Code, Diagnostic, code, code_info};
use std::cell::OnceCell;
use usage::Usage;
use written::WrittenUnit;

/// What a rule of the linter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// What people read.
    Readability,
    /// What shows that a rule is right.
    Evidence,
    /// What will have to be changed one day.
    Upkeep,
    /// What a company sees of its employees.
    Consent,
}

impl Category {
    /// Returns its name, in French.
    pub fn word(self) -> &'static str {
        match self {
            Self::Readability => "lisibilité",
            Self::Evidence => "preuve",
            Self::Upkeep => "entretien",
            Self::Consent => "partage",
        }
    }
}

/// What a rule has to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// A file, and what it stands on.
    File,
    /// All files together.
    Recueil,
}

/// What a rule looks at.
pub(crate) struct Subject<'c> {
    pub(crate) recueil: &'c Recueil,
    pub(crate) compiled: &'c Compiled,
    pub(crate) today: Option<Date>,
    /// Every unit to look at, version by version.
    units: Vec<WrittenUnit<'c>>,
    used_by_rules: OnceCell<Usage>,
    used_by_examples: OnceCell<Usage>,
}

impl<'c> Subject<'c> {
    fn new(
        recueil: &'c Recueil,
        compiled: &'c Compiled,
        today: Option<Date>,
        look: impl Fn(&Unit) -> bool,
    ) -> Self {
        let units = compiled.resolved.units.iter().map(AsRef::as_ref);
        let units = units.filter(|unit: &&Unit| look(unit)).map(WrittenUnit::new).collect();
        let (used_by_rules, used_by_examples) = (OnceCell::new(), OnceCell::new());
        Self { recueil, compiled, today, units, used_by_rules, used_by_examples }
    }

    /// Returns what rules refer to.
    fn used_by_rules(&self) -> &Usage {
        self.used_by_rules.get_or_init(|| Usage::by_rules(&self.compiled.typed))
    }

    /// Returns what examples refer to.
    fn used_by_examples(&self) -> &Usage {
        self.used_by_examples.get_or_init(|| Usage::by_examples(&self.compiled.typed))
    }
}

/// A rule of the linter.
pub struct Lint {
    /// The code of what it says.
    pub code: Code,
    /// What it is for.
    pub category: Category,
    /// Its level when the manifest says nothing.
    pub level: Level,
    scope: Scope,
    check: fn(&Subject<'_>, &mut Vec<Diagnostic>),
}

impl Lint {
    /// Returns its title, in French.
    pub fn title(&self) -> &'static str {
        code_info(self.code.0).map_or("", |info| info.title)
    }
}

const LINTS: &[Lint] = &[
    Lint {
        code: code::REVIEW_DUE,
        category: Category::Upkeep,
        level: Level::Warning,
        scope: Scope::File,
        check: review_due::check,
    },
    Lint {
        code: code::NO_SOURCE,
        category: Category::Evidence,
        level: Level::Warning,
        scope: Scope::File,
        check: no_source::check,
    },
    Lint {
        code: code::NO_MESSAGE,
        category: Category::Readability,
        level: Level::Warning,
        scope: Scope::File,
        check: no_message::check,
    },
    Lint {
        code: code::NO_REVIEW_DATE,
        category: Category::Upkeep,
        level: Level::Warning,
        scope: Scope::File,
        check: no_review_date::check,
    },
    Lint {
        code: code::NO_EXAMPLE,
        category: Category::Evidence,
        level: Level::Warning,
        scope: Scope::File,
        check: no_example::check,
    },
    Lint {
        code: code::UNUSED_DECLARATION,
        category: Category::Upkeep,
        level: Level::Warning,
        scope: Scope::Recueil,
        check: unused_declaration::check,
    },
    Lint {
        code: code::UNUSED_LOCAL,
        category: Category::Upkeep,
        level: Level::Warning,
        scope: Scope::File,
        check: unused_local::check,
    },
    Lint {
        code: code::UNUSED_FIELD,
        category: Category::Upkeep,
        level: Level::Warning,
        scope: Scope::Recueil,
        check: unused_field::check,
    },
    Lint {
        code: code::DUPLICATE_LABEL,
        category: Category::Readability,
        level: Level::Warning,
        scope: Scope::File,
        check: duplicate_label::check,
    },
    Lint {
        code: code::REPEATED_NUMBER,
        category: Category::Upkeep,
        level: Level::Warning,
        scope: Scope::File,
        check: repeated_number::check,
    },
    Lint {
        code: code::UNEXPLAINED_ACRONYM,
        category: Category::Readability,
        level: Level::Warning,
        scope: Scope::File,
        check: acronym::check,
    },
    Lint {
        code: code::STALE_STAMP,
        category: Category::Upkeep,
        level: Level::Warning,
        scope: Scope::File,
        check: stale_stamp::check,
    },
    Lint {
        code: code::FACT_OF_NO_CHOICE,
        category: Category::Consent,
        level: Level::Warning,
        scope: Scope::File,
        check: consent::never_shared,
    },
    Lint {
        code: code::NEVER_UNDER_CHOICE,
        category: Category::Consent,
        level: Level::Warning,
        scope: Scope::File,
        check: consent::never_obtained,
    },
    Lint {
        code: code::FACT_OF_ONE_CHOICE,
        category: Category::Consent,
        level: Level::Ignored,
        scope: Scope::File,
        check: consent::shared_once,
    },
];

/// Returns every rule, in order of code.
pub fn lints() -> &'static [Lint] {
    LINTS
}

/// Finds the rule that says a code.
pub fn lint_of(code: Code) -> Option<&'static Lint> {
    LINTS.iter().find(|lint| lint.code == code)
}

/// Runs the rules on a recueil without errors; reviews are judged on a day when one is given.
///
/// Each diagnostic has the default level of its rule; `dsl::apply_manifest` changes it. A rule
/// ignored by default runs only when the manifest gives it a level.
pub fn lint(recueil: &Recueil, compiled: &Compiled, today: Option<Date>) -> Vec<Diagnostic> {
    let everything = Look::default();
    let mut out = lint_together(recueil, compiled, today);
    out.extend(lint_files(recueil, compiled, today, &everything));
    Checked::new(Some(()), out).diagnostics
}

/// Runs the rules that see all files together: they look at nothing that the filling of a closed
/// frame may declare.
pub(crate) fn lint_together(
    recueil: &Recueil,
    compiled: &Compiled,
    today: Option<Date>,
) -> Vec<Diagnostic> {
    let look = |unit: &Unit| !compiled.resolved.fills_a_closed_frame(unit);
    run(&Subject::new(recueil, compiled, today, look), Scope::Recueil)
}

/// Runs the rules that see each file by itself, on the files to look at.
pub(crate) fn lint_files(
    recueil: &Recueil,
    compiled: &Compiled,
    today: Option<Date>,
    look: &Look,
) -> Vec<Diagnostic> {
    let look = |unit: &Unit| look.at(unit.span.file);
    run(&Subject::new(recueil, compiled, today, look), Scope::File)
}

fn run(subject: &Subject<'_>, scope: Scope) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for lint in LINTS.iter().filter(|lint| lint.scope == scope) {
        let level = subject.recueil.level_of(lint.code).unwrap_or(lint.level);
        let Some(severity) = level.severity() else { continue };
        let from = out.len();
        (lint.check)(subject, &mut out);
        for diagnostic in out.iter_mut().skip(from) {
            diagnostic.severity = severity;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_of_codes_each_titled_once() {
        assert!(LINTS.windows(2).all(|pair| pair[0].code < pair[1].code));
        assert!(LINTS.iter().all(|lint| !lint.title().is_empty()));
    }
}
