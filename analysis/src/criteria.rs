//! Criteria that never or always give, conditions that say nothing, criteria that another implies.
//!
//! A unit may be cut into segments of days; what is said of a criterion is said only when it is so
//! in every segment.

use crate::cells::{Facts, Space, cone, share_a_source};
use crate::points::{condition_slots, days_of, given, opening};
use crate::verifier::Look;
use crate::{chains, scales::version};
use dsl::Compiled;
use dsl::typed::tree as typed;
use engine::{Code, Criterion, Explored, Part, Period, Program, Tranche, openness};
use rayon::prelude::*;
use source::{Code as DiagnosticCode, Diagnostic, FileId, Span, code};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// What is found, by place, with how many segments found it.
#[derive(Default)]
pub(crate) struct Findings {
    found: BTreeMap<(Span, Span, DiagnosticCode), (usize, Diagnostic)>,
    segments: BTreeMap<Span, usize>,
}

impl Findings {
    /// Adds what one segment finds about a criterion.
    pub(crate) fn add(&mut self, criterion: Span, diagnostic: Diagnostic) {
        let key = (criterion, diagnostic.primary, diagnostic.code);
        self.found.entry(key).or_insert((0, diagnostic)).0 += 1;
    }

    fn reported(self) -> Vec<Diagnostic> {
        let Self { found, segments } = self;
        let everywhere = |criterion: &Span, count: usize| {
            segments.get(criterion).is_none_or(|segments| count >= *segments)
        };
        let found = found.into_iter();
        found
            .filter(|((criterion, ..), (count, _))| everywhere(criterion, *count))
            .map(|(_, (_, diagnostic))| diagnostic)
            .collect()
    }
}

/// Where a criterion's code is.
#[derive(Clone, Copy)]
pub(crate) struct Place<'c> {
    pub(crate) program: &'c Program,
    pub(crate) code: &'c Code,
    pub(crate) days: Period,
}

/// What a criterion is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Line,
    SubCriterion,
    Eligibility,
}

/// Looks at every criterion where it is written, the files side by side.
///
/// Warnings: `W0120`, `W0121`, `W0122`, `W0123`, `W0124`.
pub(crate) fn check(compiled: &Compiled, look: &Look, out: &mut Vec<Diagnostic>) {
    let mut by_file: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
    for (at, written) in compiled.typed.grids.iter().enumerate() {
        if look.at(written.span.file) {
            by_file.entry(written.span.file).or_default().push(at);
        }
    }
    let grids: Vec<Vec<usize>> = by_file.into_values().collect();
    let found: Vec<Vec<Diagnostic>> =
        grids.par_iter().map(|grids| of_grids(compiled, grids)).collect();
    out.extend(found.into_iter().flatten());
    of_rankings(compiled, out);
}

/// Looks at the criteria of the grids of one file.
fn of_grids(compiled: &Compiled, grids: &[usize]) -> Vec<Diagnostic> {
    let program = &compiled.lowered.program;
    let mut findings = Findings::default();
    let placed = |at: &usize| {
        let written = compiled.typed.grids.get(*at)?;
        Some((written, version(compiled, *compiled.lowered.grids.get(*at)?)?))
    };
    for (written, version) in grids.iter().filter_map(placed) {
        let place = Place { program, code: &version.code, days: version.period };
        for (part, written_part) in version.parts.iter().zip(&written.parts) {
            let role = match part {
                Part::Criterion(_) | Part::Family(_) => Role::Line,
                Part::Tranche(_) => Role::SubCriterion,
            };
            let own = |span: Span| span.file == written.span.file;
            for (criterion, typed) in part.criteria().iter().zip(written_part.criteria()) {
                if own(criterion.span) {
                    look(place, criterion, typed, role, &mut findings);
                }
            }
            if let Part::Tranche(tranche) = part
                && tranche.criteria.iter().all(|criterion| own(criterion.span))
            {
                implied(place, tranche, &mut findings);
            }
        }
    }
    findings.reported()
}

fn of_rankings(compiled: &Compiled, out: &mut Vec<Diagnostic>) {
    let program = &compiled.lowered.program;
    let mut findings = Findings::default();
    for (written, ranking) in compiled.typed.rankings.iter().zip(&program.rankings) {
        let place = Place { program, code: &ranking.code, days: ranking.period };
        for (one, typed) in ranking.eligibilities.iter().zip(&written.eligibilities) {
            look(place, &one.criterion, typed, Role::Eligibility, &mut findings);
        }
    }
    out.extend(findings.reported());
}

fn look(
    place: Place<'_>,
    criterion: &Criterion,
    written: &typed::Criterion,
    role: Role,
    findings: &mut Findings,
) {
    *findings.segments.entry(criterion.span).or_default() += 1;
    let Some(days) = days_of(place.days, criterion) else {
        let message = format!(
            "« {} » est en vigueur {}, hors de la période de son unité",
            criterion.id, criterion.period
        );
        let never = Diagnostic::new(code::NEVER_GIVES, criterion.span, message);
        findings.add(criterion.span, never);
        return;
    };
    let place = Place { days, ..place };
    let verdict = match role {
        Role::Line => line(place, criterion),
        Role::SubCriterion | Role::Eligibility => condition(place, criterion, role),
    };
    let settled = verdict.is_some();
    if let Some(diagnostic) = verdict {
        findings.add(criterion.span, diagnostic);
    }
    chains::check(place, criterion, written, settled, findings);
}

/// Looks at what a line gives.
fn line(place: Place<'_>, criterion: &Criterion) -> Option<Diagnostic> {
    let Place { program, code, days, .. } = place;
    let any = given(program, code, days, criterion, Facts::Any);
    if any.decided && !any.ever {
        let message = format!("« {} » ne peut jamais donner de points", criterion.id);
        return Some(Diagnostic::new(code::NEVER_GIVES, criterion.span, message));
    }
    let conditional = criterion.condition.is_some()
        || criterion.exception.is_some()
        || criterion.contributions.iter().any(|one| one.condition.is_some());
    if !conditional || !criterion.proofs.is_empty() {
        return None;
    }
    let known = given(program, code, days, criterion, Facts::Known);
    let points = known.always.filter(|points| known.decided && !points.is_zero())?;
    let message = format!(
        "« {} » donne ses points ({points}) à tout dossier complet : sa condition est toujours vraie",
        criterion.id
    );
    Some(Diagnostic::new(code::ALWAYS_GIVES, criterion.span, message))
}

/// Looks at whether a condition decides anything.
fn condition(place: Place<'_>, criterion: &Criterion, role: Role) -> Option<Diagnostic> {
    let Place { program, code, days, .. } = place;
    let any = opening(program, code, days, criterion, Facts::Any)?;
    if !any.can_open {
        let message =
            format!("« {} » n'est jamais rempli : sa condition est toujours fausse", criterion.id);
        return Some(Diagnostic::new(code::NEVER_GIVES, criterion.span, message));
    }
    let known = opening(program, code, days, criterion, Facts::Known)?;
    if known.can_stay_shut || !criterion.proofs.is_empty() {
        return None;
    }
    let consequence = match role {
        Role::Line | Role::SubCriterion => "sa tranche est donnée à tout dossier complet",
        Role::Eligibility => "elle n'écarte personne",
    };
    let message =
        format!("la condition de « {} » est toujours vraie : {consequence}", criterion.id);
    Some(Diagnostic::new(code::ALWAYS_GIVES, criterion.span, message))
}

/// Looks for criteria of a tranche that another makes useless.
fn implied(place: Place<'_>, tranche: &Tranche, findings: &mut Findings) {
    let mut useless: Vec<usize> = Vec::new();
    for (at, one) in tranche.criteria.iter().enumerate() {
        let stronger = tranche.criteria.iter().enumerate().find(|(other_at, other)| {
            *other_at != at && !useless.contains(other_at) && implies(place, one, other)
        });
        let Some((_, stronger)) = stronger else { continue };
        useless.push(at);
        let message = format!(
            "« {} » n'ajoute rien à la tranche « {} » : chaque fois qu'il est rempli, « {} » l'est aussi",
            one.id, tranche.id, stronger.id
        );
        let diagnostic = Diagnostic::new(code::CRITERION_IMPLIED, one.span, message)
            .with_label(stronger.span, "ce critère suffit")
            .with_help("retirez-le, ou corrigez l'une des deux conditions");
        findings.add(one.span, diagnostic);
    }
}

/// Tells whether a criterion is open only when another is, whatever the facts once known.
fn implies(place: Place<'_>, one: &Criterion, other: &Criterion) -> bool {
    let Some(days) = days_of(place.days, one) else { return false };
    if !other.proofs.is_empty() || days.intersection(other.period) != Some(days) {
        return false;
    }
    let (own, others) = (condition_slots(one), condition_slots(other));
    if !share_a_source(place.code, &cone(place.code, &own), &cone(place.code, &others)) {
        return false;
    }
    let all: Vec<_> = own.into_iter().chain(others).collect();
    let space = Space::new(place.program, place.code, days, &all, Facts::Known);
    let mut opens = false;
    let explored = space.each(&mut |_, reach| {
        let (a, b) = (openness(one, reach), openness(other, reach));
        opens |= a.can_open;
        if a.can_open && b.can_stay_shut {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    opens && explored == Explored::Wholly
}
