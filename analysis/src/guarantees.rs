//! Guarantees: proved or refuted where intervals and dependencies decide, « non décidée » otherwise.

use crate::scales::version;
use crate::witness::{self, Aim, Goal, Question};
use dsl::Compiled;
use dsl::lower::GuaranteeCode;
use dsl::typed::tree::{Criterion, Expr, Footprint, Grid, Guarantee, GuaranteeKind, Part, Target};
use engine::{Case, Exact, FieldId, GridVersion, Period, Reach, Scripts};
use source::{Diagnostic, Sources, code};
use std::sync::Arc;

enum Verdict {
    Proved,
    /// Why, and an example that shows it.
    Refuted(String, Option<String>),
    Undecided(String),
}

/// Decides every guarantee. Errors: `E0412`; remarks: `N0101`.
pub(crate) fn check(
    sources: &Sources,
    compiled: &Compiled,
    scripts: &dyn Scripts,
    out: &mut Vec<Diagnostic>,
) {
    let shown = Shown { sources, compiled, scripts };
    for (guarantee, code) in compiled.typed.guarantees.iter().zip(&compiled.lowered.guarantees) {
        match decide(shown, guarantee, code) {
            Verdict::Proved => {}
            Verdict::Refuted(why, example) => out.push(
                Diagnostic::new(
                    code::GUARANTEE_REFUTED,
                    guarantee.span,
                    format!("garantie réfutée : {why}"),
                )
                .labelled(guarantee.label.clone())
                .with_example(example),
            ),
            Verdict::Undecided(why) => out.push(
                Diagnostic::new(
                    code::GUARANTEE_UNDECIDED,
                    guarantee.span,
                    format!("garantie non décidée : {why}"),
                )
                .labelled(guarantee.label.clone()),
            ),
        }
    }
}

/// What a refutation is shown with.
#[derive(Clone, Copy)]
struct Shown<'c> {
    sources: &'c Sources,
    compiled: &'c Compiled,
    scripts: &'c dyn Scripts,
}

impl Shown<'_> {
    /// Looks for facts that make conditions what is wanted, and writes them as an example that
    /// expects a condition of the guarantee.
    fn counterexample(
        &self,
        guarantee: &Guarantee,
        code: &GuaranteeCode,
        goals: &[Goal],
        promised: &Expr,
    ) -> Option<String> {
        let program = &self.compiled.lowered.program;
        let question = Question {
            program,
            scripts: self.scripts,
            code: &code.code,
            days: period_of(self.compiled, guarantee.target),
            goals,
            reads: &[],
            fixed: &Case::default(),
            proofs: &[],
        };
        let pool = witness::find(question, &mut |_| true)?;
        let expected = condition_text(self.sources, promised);
        witness::example(&program.schema, &guarantee.label, &pool, &[expected])
    }
}

/// The author's words for a condition, on one line.
fn condition_text(sources: &Sources, condition: &Expr) -> String {
    let lines = sources.excerpt(condition.span).lines();
    let words = lines.map(|line| line.split('#').next().unwrap_or(line));
    words.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn decide(shown: Shown<'_>, guarantee: &Guarantee, code: &GuaranteeCode) -> Verdict {
    let compiled = shown.compiled;
    match &guarantee.kind {
        GuaranteeKind::TotalBetween(low, high) => {
            total_between(compiled, guarantee.target, *low, *high)
        }
        GuaranteeKind::Independent(field) => independent(compiled, guarantee.target, *field),
        GuaranteeKind::Always(promised) => always(shown, guarantee, code, promised),
        GuaranteeKind::Monotone(..) => monotone(compiled, guarantee),
        GuaranteeKind::Implies(_, promised) => implies(shown, guarantee, code, promised),
    }
}

fn grid_at(compiled: &Compiled, target: Target) -> Option<(&Grid, &GridVersion)> {
    let Target::Grid(at) = target else { return None };
    let typed = compiled.typed.grids.get(at as usize)?;
    let place = compiled.lowered.grids.get(at as usize)?;
    Some((typed, version(compiled, *place)?))
}

/// Bounds of a total: within the intervals of its lines, proved.
fn total_between(compiled: &Compiled, target: Target, low: Exact, high: Exact) -> Verdict {
    let Some((_, version)) = grid_at(compiled, target) else {
        return Verdict::Undecided("elle porte sur une seule grille".to_owned());
    };
    let range = crate::points::total_range(&compiled.lowered.program, version);
    match (range.low, range.high) {
        (Some(least), Some(most)) if low <= least && most <= high => Verdict::Proved,
        (least, most) => {
            let side =
                |bound: Option<Exact>| bound.map_or("sans limite".to_owned(), |b| b.to_string());
            Verdict::Undecided(format!(
                "les intervalles des lignes vont de {} à {} points",
                side(least),
                side(most)
            ))
        }
    }
}

/// Independence: what is not read cannot matter.
fn independent(compiled: &Compiled, target: Target, field: FieldId) -> Verdict {
    let grids: Vec<&Grid> = match target {
        Target::Grid(at) => {
            compiled.typed.grids.get(at as usize).map(Arc::as_ref).into_iter().collect()
        }
        Target::Ranking(at) => {
            let names =
                compiled.typed.rankings.get(at as usize).map_or(&[][..], |ranking| &ranking.grids);
            let grids = compiled.typed.grids.iter().map(Arc::as_ref);
            grids.filter(|grid| names.contains(&grid.unit)).collect()
        }
        Target::Definitions => {
            return Verdict::Undecided("un vocabulaire ne donne pas de points".to_owned());
        }
    };
    let path = compiled.typed.schema.path(field);
    for grid in grids {
        let mut around = Footprint::default();
        if let Some(applies) = &grid.applies {
            compiled.typed.read_by(applies, &mut around);
        }
        if around.fields.contains(&field) {
            return Verdict::Undecided(format!(
                "« {path} » est lu par « s'applique si » de « {} »",
                grid.unit
            ));
        }
        let reader = criteria(grid)
            .into_iter()
            .find(|criterion| criterion.footprint.fields.contains(&field));
        if let Some(reader) = reader {
            return Verdict::Undecided(format!(
                "« {path} » est lu par le critère « {} »",
                reader.id
            ));
        }
    }
    if let Target::Ranking(at) = target
        && let Some(ranking) = compiled.typed.rankings.get(at as usize)
    {
        let conditions = ranking.eligibilities.iter().map(|condition| &condition.footprint);
        if conditions.into_iter().any(|footprint| footprint.fields.contains(&field)) {
            return Verdict::Undecided(format!("« {path} » est lu par l'éligibilité"));
        }
    }
    Verdict::Proved
}

fn criteria(grid: &Grid) -> Vec<&Criterion> {
    grid.parts
        .iter()
        .flat_map(|part| match part {
            Part::Criterion(criterion) => std::slice::from_ref(criterion),
            Part::Family(family) => &family.criteria,
            Part::Tranche(tranche) => &tranche.criteria,
        })
        .collect()
}

fn period_of(compiled: &Compiled, target: Target) -> Period {
    match target {
        Target::Definitions => Period::default(),
        Target::Grid(at) => {
            compiled.typed.grids.get(at as usize).map_or(Period::default(), |grid| grid.period)
        }
        Target::Ranking(at) => compiled
            .typed
            .rankings
            .get(at as usize)
            .map_or(Period::default(), |ranking| ranking.period),
    }
}

fn reached(compiled: &Compiled, target: Target, code: &GuaranteeCode) -> Vec<Reach> {
    let reach = engine::reach(&code.code, &compiled.lowered.program, period_of(compiled, target));
    code.conditions.iter().filter_map(|slot| reach.get(slot.0 as usize).copied()).collect()
}

fn always(
    shown: Shown<'_>,
    guarantee: &Guarantee,
    code: &GuaranteeCode,
    promised: &Expr,
) -> Verdict {
    let reached = reached(shown.compiled, guarantee.target, code);
    let ([slot], [condition]) = (code.conditions.as_slice(), reached.as_slice()) else {
        return Verdict::Undecided("elle n'a pas de condition".to_owned());
    };
    if !condition.can_be_false() && condition.can_be_true() {
        return Verdict::Proved;
    }
    let goals = [Goal::new(*slot, Aim::Truth(false))];
    let example = shown.counterexample(guarantee, code, &goals, promised);
    if !condition.can_be_true() && condition.can_be_false() {
        return Verdict::Refuted("la condition n'est jamais vraie".to_owned(), example);
    }
    match example {
        Some(example) => Verdict::Refuted("un dossier la rend fausse".to_owned(), Some(example)),
        None => Verdict::Undecided(
            "la condition peut être vraie ou fausse selon les intervalles".to_owned(),
        ),
    }
}

fn implies(
    shown: Shown<'_>,
    guarantee: &Guarantee,
    code: &GuaranteeCode,
    promised: &Expr,
) -> Verdict {
    let reached = reached(shown.compiled, guarantee.target, code);
    let ([first, second], [condition, consequence]) =
        (code.conditions.as_slice(), reached.as_slice())
    else {
        return Verdict::Undecided("elle n'a pas de conditions".to_owned());
    };
    let proved =
        !condition.can_be_true() || (!consequence.can_be_false() && consequence.can_be_true());
    if proved {
        return Verdict::Proved;
    }
    let goals = [Goal::new(*first, Aim::Truth(true)), Goal::new(*second, Aim::Truth(false))];
    match shown.counterexample(guarantee, code, &goals, promised) {
        Some(example) => Verdict::Refuted(
            "un dossier remplit la première condition sans la seconde".to_owned(),
            Some(example),
        ),
        None => {
            Verdict::Undecided("les intervalles des deux conditions ne suffisent pas".to_owned())
        }
    }
}

/// Monotony: a grid that reads nothing of what the quantity reads is constant along it.
fn monotone(compiled: &Compiled, guarantee: &Guarantee) -> Verdict {
    let (Some((grid, _)), GuaranteeKind::Monotone(_, quantity)) =
        (grid_at(compiled, guarantee.target), &guarantee.kind)
    else {
        return Verdict::Undecided("elle porte sur une seule grille".to_owned());
    };
    let moved = compiled.typed.footprint(quantity);
    let reader = criteria(grid)
        .into_iter()
        .find(|criterion| criterion.footprint.fields.intersection(&moved.fields).next().is_some());
    match reader {
        None => Verdict::Proved,
        Some(reader) => Verdict::Undecided(format!(
            "le critère « {} » en dépend, et les intervalles ne disent pas dans quel sens",
            reader.id
        )),
    }
}
