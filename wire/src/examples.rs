//! What `tester` answers.

use crate::found::{Found, Location};
use crate::judged::Judged;
use analysis::{Coverage, Covered, ExampleReport};
use schemars::JsonSchema;
use serde::Serialize;

/// Les exemples d'un recueil, lancés
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Tests")]
pub struct TestsAnswer {
    /// Les exemples, dans l'ordre du recueil
    exemples: Vec<Example>,
    /// La couverture, quand elle est demandée
    couverture: Option<Report>,
    /// Empreinte du recueil
    empreinte: String,
}

/// Un exemple
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Exemple")]
struct Example {
    unite: String,
    libelle: String,
    #[serde(flatten)]
    lieu: Location,
    reussi: bool,
    /// Ce qui était attendu et n'a pas été trouvé
    echecs: Vec<Found>,
}

/// Ce que les exemples atteignent
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Couverture")]
struct Report {
    criteres: Share,
    lignes_de_table: Share,
    branches: Share,
}

/// Une part de couverture
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Part")]
struct Share {
    total: usize,
    atteints: usize,
    /// La part due, en pour cent, quand il y en a une
    seuil: Option<u32>,
    suffisant: bool,
    manques: Vec<Hole>,
}

/// Ce qu'aucun exemple n'atteint
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Manque")]
struct Hole {
    unite: String,
    quoi: String,
    #[serde(flatten)]
    lieu: Location,
}

/// The coverage due, in percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// Of criteria.
    pub criteria: u32,
    /// Of rows of tables.
    pub rows: u32,
    /// Of branches.
    pub branches: Option<u32>,
}

/// Tells whether a share of coverage is enough.
pub fn suffices(covered: &Covered, due: u32) -> bool {
    let due = usize::try_from(due).unwrap_or(usize::MAX);
    reached(covered).saturating_mul(100) >= covered.total.saturating_mul(due)
}

/// Counts what is reached.
pub fn reached(covered: &Covered) -> usize {
    covered.total.saturating_sub(covered.missed.len())
}

/// Makes the answer.
pub fn tests(
    recueil: Judged<'_>,
    reports: &[ExampleReport],
    coverage: Option<(&Coverage, Due)>,
) -> TestsAnswer {
    let sources = recueil.sources();
    let share = |covered: &Covered, due: Option<u32>| Share {
        total: covered.total,
        atteints: reached(covered),
        seuil: due,
        suffisant: suffices(covered, due.unwrap_or(0)),
        manques: covered
            .missed
            .iter()
            .map(|missed| Hole {
                unite: missed.unit.clone(),
                quoi: missed.what.clone(),
                lieu: Location::of(missed.span, sources),
            })
            .collect(),
    };
    TestsAnswer {
        exemples: reports
            .iter()
            .map(|report| Example {
                unite: report.unit.clone(),
                libelle: report.label.clone(),
                lieu: Location::of(report.span, sources),
                reussi: report.failures.is_empty(),
                echecs: Found::all(&report.failures, sources),
            })
            .collect(),
        couverture: coverage.map(|(coverage, due)| Report {
            criteres: share(&coverage.criteria, Some(due.criteria)),
            lignes_de_table: share(&coverage.rows, Some(due.rows)),
            branches: share(&coverage.branches, due.branches),
        }),
        empreinte: recueil.files.hash.clone(),
    }
}
