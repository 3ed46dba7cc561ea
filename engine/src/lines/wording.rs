//! Lines in words: motives with their facts and a French sentence.
//!
//! The author's `dit` and `sinon dit` speak first; a text with a value that is not known gives way
//! to the generated one. Generated texts name facts by their labels and never hold a value of a
//! missing, withheld or unshared fact.

use super::{Cause, Draft, Line, Sheet, Subject, awaited, condition};
use crate::reason::{Reason, ReasonId};
use crate::scalar::{Run, Scalar};
use crate::{
    ConditionOutcome, Criterion, EvalError, Exact, FactRef, LineOutcome, LineState, Motif,
    MotifCode, NumberForm, Program, ProofLevel, Quantity, Range, Shown, Template, TemplatePart,
    Truth, Type, Unit, Value, Voice, show,
};

/// Puts a line into words.
pub(crate) fn line_outcome(
    run: &mut Run<'_>,
    line: &Line<'_>,
    sheet: Sheet<'_>,
    range: Range,
) -> LineOutcome {
    let Draft { state, points, cause } = line.draft;
    let (id, label, maximum) = match line.subject {
        Subject::Criterion(criterion) => {
            (criterion.id.clone(), criterion.label.clone(), criterion.maximum)
        }
        Subject::Tranche(tranche) => {
            (tranche.id.clone(), tranche.label.clone(), Some(tranche.points))
        }
        Subject::FamilyClip(family) => {
            let label = format!("{} : {}", clip_label(cause), family.label);
            (format!("ecretement.{}", family.id), label, None)
        }
        Subject::GridClip => ("ecretement".to_owned(), clip_label(cause).to_owned(), None),
    };
    let (motif, quantities, sub_criteria) = match line.subject {
        Subject::Criterion(criterion) => (
            criterion_motif(run, criterion, line.draft.state, cause, sheet),
            quantities(run, &criterion.quantities, sheet),
            Vec::new(),
        ),
        Subject::Tranche(tranche) => {
            let subs: Vec<_> = tranche
                .criteria
                .iter()
                .map(|criterion| condition_outcome(run, criterion, sheet))
                .collect();
            (tranche_motif(run, state, cause, &subs, &tranche.criteria, sheet), Vec::new(), subs)
        }
        Subject::FamilyClip(_) | Subject::GridClip => {
            (generated(run, cause), Vec::new(), Vec::new())
        }
    };
    LineOutcome { id, label, state, points, maximum, range, motif, quantities, sub_criteria }
}

fn clip_label(cause: Cause) -> &'static str {
    match cause {
        Cause::Clipped(MotifCode::Floored, _) => "Plancher",
        Cause::Clipped(..) | Cause::Plain(_) | Cause::Unknown(_) => "Plafond",
    }
}

/// Puts a condition into words.
pub(crate) fn condition_outcome(
    run: &mut Run<'_>,
    criterion: &Criterion,
    sheet: Sheet<'_>,
) -> ConditionOutcome {
    let (truth, cause) = condition(run, criterion, sheet);
    let state = match truth {
        Truth::Yes => LineState::Obtained,
        Truth::No => LineState::NotObtained,
        Truth::Unknown => LineState::NotEvaluable,
    };
    ConditionOutcome {
        id: criterion.id.clone(),
        label: criterion.label.clone(),
        truth,
        motif: criterion_motif(run, criterion, state, cause, sheet),
        quantities: quantities(run, &criterion.quantities, sheet),
    }
}

/// Puts a cause of a grid's state into words.
pub(crate) fn grid_motif(run: &Run<'_>, cause: Cause) -> Motif {
    generated(run, cause)
}

fn criterion_motif(
    run: &Run<'_>,
    criterion: &Criterion,
    state: LineState,
    cause: Cause,
    sheet: Sheet<'_>,
) -> Motif {
    let mut motif = match cause {
        Cause::Plain(MotifCode::ProofAwaited) => proof_motif(run, &[criterion], sheet),
        Cause::Plain(MotifCode::Condition) if state == LineState::NotObtained => {
            plain(MotifCode::Condition, "Votre situation donne 0 point.".to_owned())
        }
        Cause::Plain(_) | Cause::Unknown(_) | Cause::Clipped(..) => generated(run, cause),
    };
    let said = match motif.code {
        MotifCode::Condition | MotifCode::Capped | MotifCode::Floored => criterion.says.as_ref(),
        MotifCode::ConditionFalse | MotifCode::Exception => criterion.else_says.as_ref(),
        MotifCode::Missing
        | MotifCode::Withheld
        | MotifCode::NotShared
        | MotifCode::Anonymous
        | MotifCode::ProofAwaited
        | MotifCode::ValidationPending
        | MotifCode::ValidationRefused
        | MotifCode::OutsidePeriod
        | MotifCode::FamilyOther
        | MotifCode::SlotUnfilled
        | MotifCode::NoValue
        | MotifCode::Calculation
        | MotifCode::Script
        | MotifCode::NotRanked
        | MotifCode::NotEstablished
        | MotifCode::OutsidePerimeter
        | MotifCode::OutsidePopulation => None,
    };
    if let Some(text) = said.and_then(|template| rendered(run, template, sheet)) {
        motif.text = text;
        motif.voice = Voice::Rule;
    }
    motif
}

fn tranche_motif(
    run: &Run<'_>,
    state: LineState,
    cause: Cause,
    subs: &[ConditionOutcome],
    criteria: &[Criterion],
    sheet: Sheet<'_>,
) -> Motif {
    if state == LineState::Obtained
        && let Some(held) = subs.iter().find(|sub| sub.truth == Truth::Yes)
    {
        return held.motif.clone();
    }
    match cause {
        Cause::Plain(MotifCode::ProofAwaited) => {
            let waiting: Vec<_> = criteria
                .iter()
                .zip(subs)
                .filter(|(_, sub)| sub.motif.code == MotifCode::ProofAwaited)
                .map(|(criterion, _)| criterion)
                .collect();
            proof_motif(run, &waiting, sheet)
        }
        Cause::Plain(_) | Cause::Unknown(_) | Cause::Clipped(..) => generated(run, cause),
    }
}

fn proof_motif(run: &Run<'_>, criteria: &[&Criterion], sheet: Sheet<'_>) -> Motif {
    let mut facts = Vec::new();
    let mut validator = None;
    for criterion in criteria {
        facts.extend(awaited(run.program, criterion, sheet.case));
        for gate in &criterion.proofs {
            if let ProofLevel::Validated(role) = &gate.level {
                validator = Some(role.clone());
            }
        }
    }
    facts.sort_unstable();
    facts.dedup();
    let names = labels(run.program, &facts);
    let text = match validator {
        Some(Some(role)) => {
            format!("En attente de validation ({}) : {names}.", role.replace('_', " "))
        }
        Some(None) => format!("En attente de validation : {names}."),
        None => format!("En attente de vérification : {names}."),
    };
    Motif { facts, ..plain(MotifCode::ProofAwaited, text) }
}

fn plain(code: MotifCode, text: String) -> Motif {
    Motif { code, facts: Vec::new(), text, voice: Voice::Engine, raw: None, error: None }
}

fn generated(run: &Run<'_>, cause: Cause) -> Motif {
    match cause {
        Cause::Plain(code) => plain(code, sentence(code).to_owned()),
        Cause::Clipped(code, raw) => {
            let (verb, bound) = clip_words(code);
            let without = show_points(run.program, raw);
            let text = format!("{verb} au {bound} ; sans lui : {without}.");
            Motif { raw: Some(raw), ..plain(code, text) }
        }
        Cause::Unknown(id) => unknown_motif(run, id),
    }
}

fn clip_words(code: MotifCode) -> (&'static str, &'static str) {
    if code == MotifCode::Floored { ("Relevé", "plancher") } else { ("Limité", "plafond") }
}

fn show_points(program: &Program, points: Exact) -> String {
    let ty = Type::Number(Unit::points(), NumberForm::Decimal);
    show(&Value::Number(points), ty, &program.schema)
}

/// Says the most telling of the reasons: the first in the order of [`Reason`].
fn unknown_motif(run: &Run<'_>, id: ReasonId) -> Motif {
    let reasons = run.reasons.list(id);
    let Some(first) = most_telling(&reasons) else {
        return plain(MotifCode::NotRanked, sentence(MotifCode::NotRanked).to_owned());
    };
    let code = first.code();
    let facts: Vec<FactRef> = reasons
        .iter()
        .filter(|reason| reason.code() == code)
        .filter_map(|reason| reason.fact())
        .collect();
    let names = labels(run.program, &facts);
    let text = match (first, facts.len()) {
        (Reason::Missing(_), 0 | 1) => format!("Information non renseignée : {names}."),
        (Reason::Missing(_), _) => format!("Informations non renseignées : {names}."),
        (Reason::Withheld(_), 0 | 1) => {
            format!("Information que vous avez choisi de ne pas communiquer : {names}.")
        }
        (Reason::Withheld(_), _) => {
            format!("Informations que vous avez choisi de ne pas communiquer : {names}.")
        }
        (Reason::NotShared(_), 0 | 1) => {
            format!("Information non partagée avec votre entreprise, selon votre choix : {names}.")
        }
        (Reason::NotShared(_), _) => format!(
            "Informations non partagées avec votre entreprise, selon votre choix : {names}."
        ),
        (Reason::Failed { error: EvalError::TwoFillings, .. }, _) => {
            "Deux politiques remplissent le même cadre pour votre situation.".to_owned()
        }
        (Reason::Failed { error, .. }, _) => format!("Calcul impossible : {error}."),
        (Reason::NoValue(_), _) => sentence(MotifCode::NoValue).to_owned(),
        (Reason::NotRanked, _) => sentence(MotifCode::NotRanked).to_owned(),
    };
    Motif { code, facts, text, voice: Voice::Engine, raw: None, error: first.error() }
}

/// Orders reasons by what an applicant can act on: missing, withheld, not shared, then failures, a
/// parameter without a value, and not being ranked.
fn most_telling(reasons: &[Reason]) -> Option<Reason> {
    reasons.iter().copied().min()
}

fn labels(program: &Program, facts: &[FactRef]) -> String {
    let labels: Vec<_> = facts.iter().map(|fact| fact_label(program, *fact)).collect();
    labels.join(" ; ")
}

/// Names a fact or a list as people read it.
fn fact_label(program: &Program, fact: FactRef) -> String {
    match fact {
        FactRef::Field(id) => {
            program.schema.field(id).map_or_else(String::new, |field| field.label.clone())
        }
        FactRef::List(id) => program.schema.entity(id).map_or_else(String::new, |entity| {
            entity.label.clone().unwrap_or_else(|| entity.name.clone())
        }),
    }
}

fn sentence(code: MotifCode) -> &'static str {
    match code {
        MotifCode::Condition => "Condition remplie.",
        MotifCode::ConditionFalse => "Condition non remplie.",
        MotifCode::Exception => "Une exception prévue par la règle s'applique.",
        MotifCode::Missing => "Information non renseignée.",
        MotifCode::Withheld => "Information que vous avez choisi de ne pas communiquer.",
        MotifCode::NotShared => "Information non partagée avec votre entreprise.",
        MotifCode::Anonymous => "Vous avez choisi de rester anonyme.",
        MotifCode::ProofAwaited => "En attente d'un justificatif.",
        MotifCode::ValidationPending => "En attente de la validation de votre employeur.",
        MotifCode::ValidationRefused => "Votre employeur n'a pas validé votre demande.",
        MotifCode::OutsidePeriod => "Cette règle n'est pas en vigueur à cette date.",
        MotifCode::FamilyOther => "Une autre ligne de la même famille est retenue.",
        MotifCode::SlotUnfilled => "Votre entreprise n'a pas défini cette tranche.",
        MotifCode::Capped => "Limité au plafond.",
        MotifCode::Floored => "Relevé au plancher.",
        MotifCode::NoValue => "Aucune valeur n'est prévue à cette date.",
        MotifCode::Calculation | MotifCode::Script => "Calcul impossible.",
        MotifCode::NotRanked => "Vous ne faites pas partie des candidats classés.",
        MotifCode::NotEstablished => "Pas encore établi.",
        MotifCode::OutsidePerimeter => "Ce logement est hors du périmètre.",
        MotifCode::OutsidePopulation => "Ces règles ne concernent pas votre situation.",
    }
}

fn rendered(run: &Run<'_>, template: &Template, sheet: Sheet<'_>) -> Option<String> {
    let mut text = String::new();
    for part in &template.parts {
        match part {
            TemplatePart::Text(part) => text.push_str(part),
            TemplatePart::Value(slot, ty) => {
                let value = run.value(sheet.get(*slot))?;
                text.push_str(&show(&value, *ty, &run.program.schema));
            }
        }
    }
    Some(text)
}

fn quantities(run: &Run<'_>, quantities: &[Quantity], sheet: Sheet<'_>) -> Vec<Shown> {
    quantities
        .iter()
        .map(|quantity| {
            let held = sheet.get(quantity.slot);
            let value = run.value(held);
            let text = match (&value, held) {
                (Some(value), _) => show(value, quantity.ty, &run.program.schema),
                (None, Scalar::Unknown(id)) => absence(run, id),
                (None, _) => "pas de valeur".to_owned(),
            };
            let (name, label) = (quantity.name.clone(), quantity.label.clone());
            Shown { name, label, ty: quantity.ty, value, text }
        })
        .collect()
}

fn absence(run: &Run<'_>, id: ReasonId) -> String {
    match most_telling(&run.reasons.list(id)) {
        Some(Reason::Missing(_)) => "non renseigné".to_owned(),
        Some(Reason::Withheld(_)) => "non communiqué".to_owned(),
        Some(Reason::NotShared(_)) => "non partagé".to_owned(),
        Some(Reason::Failed { error, .. }) => format!("calcul impossible : {error}"),
        Some(Reason::NoValue(_)) => "pas de valeur".to_owned(),
        Some(Reason::NotRanked) | None => "non classé".to_owned(),
    }
}
