//! Worked examples in words: facts and what is expected of them. The tests of the recueil run them.

use super::rules::points;
use crate::days;
use crate::phrases::{Speech, quoted, unquoted};
use dsl::syntax::tree::LineKind;
use dsl::typed::tree::{Example, Expectation, ExpectationKind, ExpectedState, Recueil};
use engine::{
    Candidate, Case, Exact, Fact, FactState, FieldId, GridState, LineState, ListState, Proof, Truth,
};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Un exemple
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ExempleEnMots")]
pub struct ExampleWords {
    /// Son numéro dans la fiche, à partir de 1
    #[serde(rename = "numero")]
    pub number: usize,
    /// Ce qu'il montre
    #[serde(rename = "libelle")]
    pub label: String,
    /// Le jour où les règles sont appliquées
    #[serde(rename = "le")]
    pub date: String,
    /// Les candidats ; vide quand il n'y en a qu'un, sans nom
    #[serde(rename = "candidats")]
    pub candidates: Vec<String>,
    /// Les faits, et leur valeur pour chaque candidat
    #[serde(rename = "faits")]
    pub facts: Vec<FactRow>,
    /// Ce qui en résulte
    #[serde(rename = "resultats")]
    pub expected: Vec<String>,
}

/// Un fait d'un exemple
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "FaitDExemple")]
pub struct FactRow {
    /// Ce que c'est
    #[serde(rename = "fait")]
    pub label: String,
    /// Une valeur par candidat
    #[serde(rename = "valeurs")]
    pub values: Vec<String>,
}

/// Puts an example into words; `labels` gives what people read for the name of a line.
pub(super) fn example(
    tree: &Recueil,
    number: usize,
    example: &Example,
    labels: &BTreeMap<String, String>,
) -> ExampleWords {
    let words = Words { speech: Speech::new(tree), labels };
    let pool = &example.pool.candidates;
    let named = pool.len() > 1;
    ExampleWords {
        number,
        label: example.label.clone(),
        date: days::day(example.pool.date),
        candidates: if named { pool.iter().map(|it| it.id.clone()).collect() } else { Vec::new() },
        facts: words.facts(pool),
        expected: example.expectations.iter().map(|it| words.expected(it, pool)).collect(),
    }
}

struct Words<'t> {
    speech: Speech<'t>,
    labels: &'t BTreeMap<String, String>,
}

impl Words<'_> {
    fn facts(&self, pool: &[Candidate]) -> Vec<FactRow> {
        let fields: BTreeSet<FieldId> =
            pool.iter().flat_map(|it| it.case.facts.keys().copied()).collect();
        let lists: BTreeSet<_> = pool.iter().flat_map(|it| it.case.lists.keys().copied()).collect();
        let mut rows: Vec<FactRow> = fields
            .into_iter()
            .map(|field| FactRow {
                label: unquoted(&self.speech.fact(field)),
                values: pool.iter().map(|it| self.fact(&it.case, field)).collect(),
            })
            .collect();
        rows.extend(lists.into_iter().map(|list| FactRow {
            label: self.speech.entity(list).to_owned(),
            values: pool.iter().map(|it| self.list(it.case.lists.get(&list))).collect(),
        }));
        if pool.iter().any(|it| !it.applies) {
            let applies = |it: &Candidate| if it.applies { "oui" } else { "non" }.to_owned();
            rows.push(FactRow {
                label: "A postulé".to_owned(),
                values: pool.iter().map(applies).collect(),
            });
        }
        rows
    }

    fn fact(&self, case: &Case, field: FieldId) -> String {
        case.facts
            .get(&field)
            .map_or_else(|| "non renseigné".to_owned(), |it| self.value(field, it))
    }

    fn value(&self, field: FieldId, fact: &Fact) -> String {
        let ty = self.speech.tree.schema.field(field).map(|def| def.ty);
        let shown = match (&fact.state, ty) {
            (FactState::Known(value), Some(ty)) => self.speech.written(value, ty),
            (FactState::Known(_), None) | (FactState::Missing, _) => "non renseigné".to_owned(),
            (FactState::Withheld, _) => "non communiqué".to_owned(),
        };
        match &fact.proof {
            Proof::Declared => shown,
            Proof::Verified => format!("{shown} (vérifié)"),
            Proof::Validated(None) => format!("{shown} (validé)"),
            Proof::Validated(Some(role)) => {
                format!("{shown} (validé, rôle : {})", role.replace('_', " "))
            }
        }
    }

    fn list(&self, list: Option<&ListState>) -> String {
        match list {
            None | Some(ListState::Missing) => "non renseigné".to_owned(),
            Some(ListState::Withheld) => "non communiqué".to_owned(),
            Some(ListState::Known(items)) if items.is_empty() => "aucun élément".to_owned(),
            Some(ListState::Known(items)) => {
                let item = |item: &engine::Item| {
                    let facts = item.iter().map(|(field, fact)| {
                        let label =
                            self.speech.tree.schema.field(*field).map_or("", |it| &it.label);
                        format!("{label} : {}", self.value(*field, fact))
                    });
                    facts.collect::<Vec<_>>().join(", ")
                };
                items.iter().map(item).collect::<Vec<_>>().join(" — ")
            }
        }
    }

    fn expected(&self, expectation: &Expectation, pool: &[Candidate]) -> String {
        let said = match &expectation.kind {
            ExpectationKind::Holds(expr) => self.speech.condition(expr).in_line().to_string(),
            ExpectationKind::Unknown(expr) => {
                format!("{} ne peut pas être établi", self.speech.amount(expr))
            }
            ExpectationKind::Line(kind, id, points, state) => self.line(*kind, id, *points, *state),
            ExpectationKind::Total(total) => format!("total : {}", points(*total)),
            ExpectationKind::TotalRange(low, high) => {
                format!("total : de {} à {}, selon ce qui manque", points(*low), points(*high))
            }
            ExpectationKind::Rank(rank) => format!("rang : {rank}"),
            ExpectationKind::Order(names) => return format!("ordre : {}", names.join(", puis ")),
        };
        match pool.get(expectation.candidate) {
            Some(candidate) if pool.len() > 1 => format!("{}, {said}", candidate.id),
            Some(_) | None => said,
        }
    }

    fn line(
        &self,
        kind: LineKind,
        id: &str,
        given: Option<Exact>,
        state: Option<ExpectedState>,
    ) -> String {
        let what = match kind {
            LineKind::Criterion | LineKind::Slot | LineKind::Family | LineKind::Eligibility => "",
            LineKind::Grid => "grille ",
        };
        let label = self.labels.get(id).map_or(id, String::as_str);
        let state = state.map(state_words);
        let outcome: Vec<String> =
            given.map(points).into_iter().chain(state.map(str::to_owned)).collect();
        format!("{what}{} : {}", quoted(label), outcome.join(", "))
    }
}

fn state_words(state: ExpectedState) -> &'static str {
    match state {
        ExpectedState::Line(LineState::Obtained) => "obtenu",
        ExpectedState::Line(LineState::NotObtained) => "non obtenu",
        ExpectedState::Line(LineState::NotEvaluable) => "pas évaluable, un fait manque",
        ExpectedState::Line(LineState::Pending) => "en attente d'une preuve ou d'une validation",
        ExpectedState::Line(LineState::Capped) => "plafonné",
        ExpectedState::Grid(GridState::Established) => "établie",
        ExpectedState::Grid(GridState::NotEstablished) => "pas encore établie",
        ExpectedState::Grid(GridState::NotApplicable) => "sans objet",
        ExpectedState::Grid(GridState::Indeterminate) => "indéterminée, un fait manque",
        ExpectedState::Truth(Truth::Yes) => "oui",
        ExpectedState::Truth(Truth::No) => "non",
        ExpectedState::Truth(Truth::Unknown) => "indéterminé, un fait manque",
    }
}
