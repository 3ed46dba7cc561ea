//! Lines in words: motives with their facts and a French sentence.
//!
//! The author's `dit` and `sinon dit` speak first; a text with a value that is not known gives way
//! to the generated one. Generated texts name facts by their labels and never hold a value of a
//! missing, withheld or unshared fact.

use super::Sheet;
use crate::scalar::Run;
use crate::told::Speech;
use crate::{
    AssessedCondition, AssessedLine, Criterion, EvalError, Exact, FactRef, LineState, MotifCode,
    NumberForm, Program, ProofLevel, Quantity, Shown, Subject, Template, TemplatePart, Truth, Type,
    Unit, Value, Voice, Why, Words, show,
};
use std::borrow::Cow;
use std::sync::Arc;

/// Puts a line into words.
pub(crate) fn line_words<'p>(
    run: &Run<'_>,
    line: &AssessedLine<'p>,
    sheet: Sheet<'_>,
) -> Words<'p> {
    let words = match line.subject {
        Subject::Criterion(criterion) => {
            criterion_words(run, criterion, line.state, &line.why, sheet)
        }
        Subject::Tranche(_) => tranche_words(run, line, sheet),
        Subject::FamilyClip(_) | Subject::GridClip => words(run, &line.why),
    };
    if run.speech != Speech::Whole {
        return words;
    }
    let quantities = match line.subject {
        Subject::Criterion(criterion) => quantities(run, &criterion.quantities, sheet),
        Subject::Tranche(_) | Subject::FamilyClip(_) | Subject::GridClip => Vec::new(),
    };
    let conditions = line.conditions.iter().map(|one| condition_words(run, one, sheet));
    Words { quantities, conditions: conditions.collect(), ..words }
}

/// Puts a condition into words.
pub(crate) fn condition_words<'p>(
    run: &Run<'_>,
    condition: &AssessedCondition<'p>,
    sheet: Sheet<'_>,
) -> Words<'p> {
    let AssessedCondition { criterion, truth, why } = condition;
    let state = match truth {
        Truth::Yes => LineState::Obtained,
        Truth::No => LineState::NotObtained,
        Truth::Unknown => LineState::NotEvaluable,
    };
    let words = criterion_words(run, criterion, state, why, sheet);
    if run.speech != Speech::Whole {
        return words;
    }
    Words { quantities: quantities(run, &criterion.quantities, sheet), ..words }
}

fn criterion_words<'p>(
    run: &Run<'_>,
    criterion: &'p Criterion,
    state: LineState,
    why: &Why,
    sheet: Sheet<'_>,
) -> Words<'p> {
    let rule = match why.code {
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
    if let Some(text) = rule.and_then(|template| rendered(run, template, sheet)) {
        return Words { voice: Voice::Rule, ..said(text) };
    }
    if why.code == MotifCode::ProofAwaited {
        proof_words(run, [criterion], why)
    } else if why.code == MotifCode::Condition && state == LineState::NotObtained {
        said(Cow::Borrowed("Votre situation donne 0 point."))
    } else {
        words(run, why)
    }
}

fn tranche_words<'p>(run: &Run<'_>, line: &AssessedLine<'p>, sheet: Sheet<'_>) -> Words<'p> {
    if line.state == LineState::Obtained
        && let Some(held) = line.conditions.iter().find(|one| one.truth == Truth::Yes)
    {
        return criterion_words(run, held.criterion, line.state, &held.why, sheet);
    }
    if line.why.code == MotifCode::ProofAwaited {
        let waiting = line.conditions.iter();
        let waiting = waiting.filter(|one| one.why.code == MotifCode::ProofAwaited);
        return proof_words(run, waiting.map(|one| one.criterion), &line.why);
    }
    words(run, &line.why)
}

fn proof_words<'p>(
    run: &Run<'_>,
    criteria: impl IntoIterator<Item = &'p Criterion>,
    why: &Why,
) -> Words<'p> {
    let gates = criteria.into_iter().flat_map(|criterion| &criterion.proofs);
    let validator = gates.filter_map(|gate| match &gate.level {
        ProofLevel::Validated(role) => Some(role),
        ProofLevel::Verified => None,
    });
    let names = labels(run.program, &why.facts);
    let text = match validator.last() {
        Some(Some(role)) => {
            format!("En attente de validation ({}) : {names}.", role.replace('_', " "))
        }
        Some(None) => format!("En attente de validation : {names}."),
        None => format!("En attente de vérification : {names}."),
    };
    said(text.into())
}

fn said(text: Cow<'_, str>) -> Words<'_> {
    Words { text, voice: Voice::Engine, quantities: Vec::new(), conditions: Vec::new() }
}

/// Puts into words why a grid is not established; none in silence.
pub(crate) fn grid_words(run: &Run<'_>, why: &Why) -> Option<Words<'static>> {
    (run.speech != Speech::Silent).then(|| words(run, why))
}

/// Puts a cause into words, by its code alone.
fn words(run: &Run<'_>, why: &Why) -> Words<'static> {
    said(generated(run, why))
}

fn generated(run: &Run<'_>, why: &Why) -> Cow<'static, str> {
    let names = || labels(run.program, &why.facts);
    let several = why.facts.len() > 1;
    match why.code {
        MotifCode::Capped | MotifCode::Floored => match why.raw {
            Some(raw) => {
                let (verb, bound) = clip_words(why.code);
                let without = show_points(run.program, raw);
                format!("{verb} au {bound} ; sans lui : {without}.").into()
            }
            None => sentence(why.code).into(),
        },
        MotifCode::Missing if several => {
            format!("Informations non renseignées : {}.", names()).into()
        }
        MotifCode::Missing => format!("Information non renseignée : {}.", names()).into(),
        MotifCode::Withheld if several => {
            format!("Informations que vous avez choisi de ne pas communiquer : {}.", names()).into()
        }
        MotifCode::Withheld => {
            format!("Information que vous avez choisi de ne pas communiquer : {}.", names()).into()
        }
        MotifCode::NotShared if several => format!(
            "Informations non partagées avec votre entreprise, selon votre choix : {}.",
            names()
        )
        .into(),
        MotifCode::NotShared => format!(
            "Information non partagée avec votre entreprise, selon votre choix : {}.",
            names()
        )
        .into(),
        MotifCode::Calculation | MotifCode::Script => match why.error {
            Some(EvalError::TwoFillings) => {
                "Deux politiques remplissent le même cadre pour votre situation.".into()
            }
            Some(error) => format!("Calcul impossible : {error}.").into(),
            None => sentence(why.code).into(),
        },
        MotifCode::Condition
        | MotifCode::ConditionFalse
        | MotifCode::Exception
        | MotifCode::Anonymous
        | MotifCode::ProofAwaited
        | MotifCode::ValidationPending
        | MotifCode::ValidationRefused
        | MotifCode::OutsidePeriod
        | MotifCode::FamilyOther
        | MotifCode::SlotUnfilled
        | MotifCode::NoValue
        | MotifCode::NotRanked
        | MotifCode::NotEstablished
        | MotifCode::OutsidePerimeter
        | MotifCode::OutsidePopulation => sentence(why.code).into(),
    }
}

fn clip_words(code: MotifCode) -> (&'static str, &'static str) {
    if code == MotifCode::Floored { ("Relevé", "plancher") } else { ("Limité", "plafond") }
}

fn show_points(program: &Program, points: Exact) -> String {
    let ty = Type::Number(Unit::points(), NumberForm::Decimal);
    show(&Value::Number(points), ty, &program.schema)
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

/// Renders a template; none when a value of its is not known.
fn rendered<'p>(run: &Run<'_>, template: &'p Template, sheet: Sheet<'_>) -> Option<Cow<'p, str>> {
    if let [TemplatePart::Text(whole)] = template.parts.as_slice() {
        return Some(Cow::Borrowed(whole));
    }
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
    Some(Cow::Owned(text))
}

/// Takes the quantities that were looked at.
fn quantities(run: &Run<'_>, quantities: &[Quantity], sheet: Sheet<'_>) -> Vec<Shown> {
    let shown = quantities.iter().map(|quantity| Shown {
        name: Arc::clone(&quantity.name),
        label: Arc::clone(&quantity.label),
        ty: quantity.ty,
        value: run.value(sheet.get(quantity.slot)),
    });
    shown.collect()
}
