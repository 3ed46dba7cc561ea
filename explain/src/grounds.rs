//! What stands behind a line: the texts it obeys, its legal bases, its hypotheses.
//!
//! An outcome names its versions; what they cite is found in the resolved tree.

use crate::explanation::Grounds;
use dsl::Compiled;
use dsl::resolved::tree::Unit;
use engine::Criterion;

impl Grounds {
    /// Returns what a criterion states itself.
    pub fn of(criterion: &Criterion) -> Self {
        Self {
            sources: criterion.grounds.sources.clone(),
            legal_bases: criterion.grounds.legal_bases.clone(),
            hypotheses: criterion.grounds.hypotheses.clone(),
        }
    }
}

/// Returns the texts that a version of a unit cites as a whole.
pub fn of_version(rules: &Compiled, name: &str, version: &str) -> Grounds {
    unit(rules, name, version).map(of_unit).unwrap_or_default()
}

/// Returns a ranking's label and the number of candidates it keeps.
pub fn ranking<'r>(
    rules: &'r Compiled,
    ranking: &(String, String),
) -> Option<&'r engine::RankingVersion> {
    rules.lowered.program.ranking_version(&ranking.0, &ranking.1)
}

/// Finds a version of a unit.
pub fn unit<'r>(rules: &'r Compiled, name: &str, version: &str) -> Option<&'r Unit> {
    let mut versions = rules.resolved.versions(name).map(|(_, unit)| unit);
    versions.find(|unit| unit.version == version)
}

fn of_unit(unit: &Unit) -> Grounds {
    Grounds {
        sources: unit.sources.iter().map(|source| source.text.clone()).collect(),
        legal_bases: Vec::new(),
        hypotheses: unit.hypotheses.iter().map(|it| it.text.text.clone()).collect(),
    }
}
