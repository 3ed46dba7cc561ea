//! What stands behind a line: the texts it obeys, its legal bases, its hypotheses.
//!
//! An outcome names its grid, its versions and its lines; the rest is found in the program.

use dsl::Compiled;
use dsl::resolved::tree::Unit;
use engine::{Criterion, GridOutcome, LineOutcome, Part};

/// The texts behind a grid, a line or a condition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grounds {
    /// The texts obeyed.
    pub sources: Vec<String>,
    /// The legal bases.
    pub legal_bases: Vec<String>,
    /// The hypotheses, in words.
    pub hypotheses: Vec<String>,
}

impl Grounds {
    /// Returns what a criterion states itself.
    pub fn of(criterion: &Criterion) -> Self {
        Self {
            sources: criterion.sources.clone(),
            legal_bases: criterion.legal_bases.clone(),
            hypotheses: criterion.hypotheses.clone(),
        }
    }

    fn and(mut self, other: Self) -> Self {
        let parts = [
            (&mut self.sources, other.sources),
            (&mut self.legal_bases, other.legal_bases),
            (&mut self.hypotheses, other.hypotheses),
        ];
        for (mine, theirs) in parts {
            for text in theirs {
                if !mine.contains(&text) {
                    mine.push(text);
                }
            }
        }
        self
    }
}

/// Returns the texts that a grid's units cite as a whole.
pub fn of_grid(rules: &Compiled, grid: &GridOutcome) -> Grounds {
    let units = [&grid.version, &grid.filling].into_iter().flatten();
    let found = units.filter_map(|(name, version)| unit(rules, name, version));
    found.map(of_unit).fold(Grounds::default(), Grounds::and)
}

/// Returns the texts that a version of a unit cites as a whole.
pub fn of_version(rules: &Compiled, name: &str, version: &str) -> Grounds {
    unit(rules, name, version).map(of_unit).unwrap_or_default()
}

/// Returns the texts behind a line, its sub-criteria's included.
pub fn of_line(rules: &Compiled, grid: &GridOutcome, line: &LineOutcome) -> Grounds {
    let Some(version) = rules.lowered.program.version_of(grid) else { return Grounds::default() };
    let mut grounds = Grounds::default();
    for part in &version.parts {
        let criteria = match part {
            Part::Criterion(criterion) => std::slice::from_ref(criterion),
            Part::Family(family) => &family.criteria,
            Part::Tranche(tranche) if tranche.id == line.id => {
                let texts = tranche.criteria.iter().map(Grounds::of);
                return texts.fold(grounds, Grounds::and);
            }
            Part::Tranche(_) => &[],
        };
        let own = criteria.iter().filter(|criterion| criterion.id == line.id);
        grounds = own.map(Grounds::of).fold(grounds, Grounds::and);
    }
    grounds
}

/// Returns the texts behind a condition of eligibility.
pub fn of_eligibility(rules: &Compiled, ranking: &(String, String), id: &str) -> Grounds {
    let rankings = &rules.lowered.program.rankings;
    let same =
        |ranked: &&engine::RankingVersion| ranked.unit == ranking.0 && ranked.version == ranking.1;
    let conditions = rankings.iter().filter(same).flat_map(|ranked| &ranked.eligibilities);
    let own = conditions.map(|condition| &condition.criterion).filter(|it| it.id == id);
    own.map(Grounds::of).fold(Grounds::default(), Grounds::and)
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

impl From<Grounds> for crate::explanation::Grounds {
    fn from(grounds: Grounds) -> Self {
        let Grounds { sources, legal_bases, hypotheses } = grounds;
        Self { sources, legal_bases, hypotheses }
    }
}
