//! A decision run again by its own rules, for a page: whether it gives the same, and both sides of one candidate.

use crate::app::App;
use crate::problem::Problem;
use crate::rules::Rules;
use pages::people::audit::Replayed;
use registry::{Beside, Known, Registry, RegistryError, ReplayError, StoredDecision};
use std::sync::Arc;

/// A decision run again.
pub struct Rerun {
    /// Its rules, when they can be had.
    pub rules: Option<Arc<Rules>>,
    /// What it gave.
    pub replayed: Replayed,
    /// Both sides of the candidate that was asked for.
    pub beside: Option<Beside>,
}

/// Runs a decision again; puts both sides of the candidate at a place beside each other when one is asked for.
///
/// Errors: the registry does not answer; no turn came.
pub async fn rerun(
    app: &App,
    stored: &Arc<StoredDecision>,
    place: Option<usize>,
) -> Result<Rerun, Problem> {
    let not =
        |rules, why: &str| Rerun { rules, replayed: Replayed::Not(why.to_owned()), beside: None };
    let rules = match app.rules(&stored.said.content.recueil).await {
        Ok(rules) => rules,
        Err(problem) if matches!(problem.status(), 404 | 422) => {
            return Ok(not(None, "Les règles de cette décision ne se lisent plus ici"));
        }
        Err(problem) => return Err(problem),
    };
    let (registry, stored, under) = (app.registry.clone(), stored.clone(), rules.clone());
    let run = move || Ok(run(&registry, &stored, &under, place));
    Ok(match app.workshop.long(run).await? {
        Ok((replayed, beside)) => Rerun { rules: Some(rules), replayed, beside },
        Err(Hindrance::Said(why)) => not(Some(rules), &why),
        Err(Hindrance::Failed(error)) => return Err(error.into()),
    })
}

/// Why a decision is not run again.
enum Hindrance {
    /// For a reason that the page says.
    Said(String),
    /// The registry does not answer.
    Failed(RegistryError),
}

impl From<ReplayError> for Hindrance {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Registry(RegistryError::Foreign(_)) => {
                Self::Said("Ce qui est scellé ne s'ouvre pas, ou ne se lit pas".to_owned())
            }
            ReplayError::Registry(error) => Self::Failed(error),
            ReplayError::Rules(_)
            | ReplayError::OtherFiles(_)
            | ReplayError::Fact(_)
            | ReplayError::NoRanking(_) => Self::Said(explain::wording::raised(&error.to_string())),
        }
    }
}

type Ran = (Replayed, Option<Beside>);

fn run(
    registry: &Registry,
    stored: &StoredDecision,
    rules: &Rules,
    place: Option<usize>,
) -> Result<Ran, Hindrance> {
    let known: Known = match registry.facts_of(stored, &rules.names)? {
        Ok(known) => known,
        Err(lost) => {
            let count = lost.len();
            let whose = if count == 1 { "d'un candidat" } else { "de candidats" };
            let why =
                format!("Des faits ont été effacés ({whose} : {count}), et un rang dépend de tous");
            return Err(Hindrance::Said(why));
        }
    };
    let assessed = rules.evaluator().assess(&known.pool);
    let assessed = assessed.ok_or_else(|| ReplayError::NoRanking(known.pool.date.to_string()))?;
    let differing = known.compared(&assessed, &rules.names)?;
    let places: Vec<usize> = differing.iter().map(|one| one.place).collect();
    let beside = place.map(|place| known.beside(&assessed, &rules.names, place));
    let beside = beside.transpose().map_err(ReplayError::from)?;
    let replayed = if places.is_empty() {
        Replayed::Same(known.pool.candidates.len())
    } else {
        Replayed::Different(places)
    };
    Ok((replayed, beside))
}
