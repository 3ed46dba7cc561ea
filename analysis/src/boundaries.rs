//! Boundaries: rules of one grid that put the same value of the same quantity on opposite sides.
//!
//! `< 30 ans` here and `≤ 30 ans` there is a slip of the pen, unless an author says otherwise: an
//! example whose facts stand exactly at the bound says so. What is compared is what one grid, or one
//! ranking, reads on a same day, through definitions and tables. Counts go by whole steps, where
//! `< 3` and `≤ 3` are two thresholds and no slip; at zero nothing lies below.

mod at_bound;
mod sites;
mod witness;

use crate::scales::version;
use crate::tables::literal;
use crate::verifier::Look;
use at_bound::is_reached;
use dsl::Compiled;
use engine::{Code, Comparison, Criterion, Period, Scripts, Type};
use sites::{Boundary, By, Read, Side, Site};
use source::{Diagnostic, FileId, Sources, Span, code};
use std::collections::BTreeSet;

/// What one code compares, and how to speak of it.
#[derive(Clone, Copy)]
struct Subject<'c> {
    compiled: &'c Compiled,
    sources: &'c Sources,
    scripts: &'c dyn Scripts,
    code: &'c Code,
    /// The file of the grid or the ranking.
    own: FileId,
}

/// Looks at every grid and ranking. Warnings: `W0190`.
pub(crate) fn check(
    compiled: &Compiled,
    sources: &Sources,
    scripts: &dyn Scripts,
    look: &Look,
    out: &mut Vec<Diagnostic>,
) {
    let mut told = BTreeSet::new();
    for (at, typed) in compiled.typed.grids.iter().enumerate() {
        let place = compiled.lowered.grids.get(at);
        let Some(version) = place.and_then(|place| version(compiled, *place)) else { continue };
        let own = typed.span.file;
        if !look.at(own) {
            continue;
        }
        let subject = Subject { compiled, sources, scripts, code: &version.code, own };
        let criteria: Vec<&Criterion> =
            version.parts.iter().flat_map(crate::totals::criteria).collect();
        // What a closed frame says alone is said of the frame.
        let filling = version.filling.is_some() && !typed.open;
        for (boundary, first, second) in subject.disagreements(&criteria, version.period) {
            if (!filling || second.span.file == own) && told.insert((first.span, second.span)) {
                let example = witness::example(subject, at, &boundary, &second);
                out.push(subject.report(&boundary, &first, &second).with_example(example));
            }
        }
    }
    for (typed, ranking) in compiled.typed.rankings.iter().zip(&compiled.lowered.program.rankings) {
        let own = typed.span.file;
        let subject = Subject { compiled, sources, scripts, code: &ranking.code, own };
        let criteria: Vec<&Criterion> =
            ranking.eligibilities.iter().map(|one| &one.criterion).collect();
        for (boundary, first, second) in subject.disagreements(&criteria, ranking.period) {
            if told.insert((first.span, second.span)) {
                out.push(subject.report(&boundary, &first, &second));
            }
        }
    }
}

impl Subject<'_> {
    /// The bounds on which two sites disagree, when no example stands there.
    fn disagreements(&self, criteria: &[&Criterion], days: Period) -> Vec<(Boundary, Site, Site)> {
        let program = &self.compiled.lowered.program;
        let all = sites::read(Read { program, code: self.code, days }, criteria);
        let pairs = all.into_iter().filter_map(|mut boundary| {
            boundary.sites.sort_by_key(|site| (site.span.file == self.own, site.span));
            let (first, second) = boundary.pair()?;
            let (first, second) = (first.clone(), second.clone());
            Some((boundary, first, second))
        });
        pairs
            .filter(|(boundary, first, second)| !self.is_settled(boundary, first, second))
            .collect()
    }

    /// Tells whether an example beside one of two sites stands at their bound.
    fn is_settled(&self, boundary: &Boundary, first: &Site, second: &Site) -> bool {
        let files = [first.span.file, second.span.file, self.own];
        let near = |span: Span| files.contains(&span.file);
        let examples = self.compiled.typed.examples.iter().filter(|example| near(example.span));
        examples.into_iter().any(|example| is_reached(*self, boundary, &example.pool))
    }

    fn report(&self, boundary: &Boundary, first: &Site, second: &Site) -> Diagnostic {
        let schema = &self.compiled.lowered.program.schema;
        let ty = boundary.ty.unwrap_or(Type::Bool);
        let value = literal(&boundary.value, ty, schema);
        let message = format!(
            "{} compte {value} tout juste avec ce qui est {}, une autre règle avec ce qui est {}",
            self.named(second),
            second.side.word(),
            first.side.word(),
        );
        Diagnostic::new(code::BOUND_ON_BOTH_SIDES, second.span, message)
            .with_label(
                first.span,
                format!("ici, {value} tout juste compte avec ce qui est {}", first.side.word()),
            )
            .with_help(self.mending(second, &value))
            .with_help(format!(
                "si les deux sont voulues, un exemple placé à {value} tout juste le dit, et l'avertissement disparaît"
            ))
    }

    fn named(&self, site: &Site) -> String {
        match site.by {
            By::Comparison { .. } => {
                let words = self.sources.excerpt(site.span).split_whitespace();
                let words = words.collect::<Vec<_>>().join(" ");
                let bare = words.strip_prefix('(').and_then(|words| words.strip_suffix(')'));
                format!("« {} »", bare.unwrap_or(&words))
            }
            By::Column { table, .. } => {
                let typed = self.compiled.typed.tables.get(table);
                format!("le tableau « {} »", typed.map_or("", |typed| &typed.table.name))
            }
        }
    }

    /// What makes a site say what the other says.
    fn mending(&self, site: &Site, value: &str) -> String {
        let same = "pour dire la même chose que l'autre règle";
        let how = match (site.by, site.side) {
            (By::Comparison { comparison, .. }, _) => {
                let (now, then) = (sign(comparison), sign(sites::other(comparison)));
                if self.named(site).contains(" entre ") {
                    "écrivez les deux bornes avec « ≥ » et « < » : « entre » comprend les deux"
                        .to_owned()
                } else {
                    format!("écrivez « {then} » au lieu de « {now} »")
                }
            }
            (By::Column { .. }, Side::Above) => {
                format!("arrêtez la ligne à « {value} ou moins » et non à « moins de {value} »")
            }
            (By::Column { .. }, Side::Below) => {
                format!("arrêtez la ligne à « moins de {value} » et non à « {value} ou moins »")
            }
        };
        format!("{same}, {how}")
    }
}

fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "=",
        Comparison::NotEqual => "≠",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "≤",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => "≥",
    }
}
