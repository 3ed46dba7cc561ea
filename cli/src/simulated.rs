//! What `simuler` answers to programs, and what a comparison found as a value of pages.
//!
//! Comments on the shapes are the descriptions of the schema, hence in French.

use crate::recueil::Recueil;
use engine::{Date, Exact};
use explain::Points;
use pages::simulation as page;
use schemars::JsonSchema;
use serde::Serialize;
use simulation::{Counts, Report};

/// Ce que répond une simulation
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Simulation")]
pub struct Simulated {
    /// Le jour de l'évaluation
    #[serde(rename = "jour")]
    pub day: String,
    /// Combien de lignes ont été lues
    #[serde(rename = "lignes")]
    pub read: u64,
    /// Combien sont dans `fichier`
    #[serde(rename = "ecrites")]
    pub written: u64,
    /// Combien sont dans `ecartes`
    #[serde(rename = "ecartees")]
    pub aside: u64,
    /// Combien d'offres elles ont
    #[serde(rename = "offres")]
    pub offers: u64,
    /// Combien de candidats sont éligibles, sous le premier recueil
    #[serde(rename = "eligibles")]
    pub eligible: u64,
    /// Combien sont retenus, sous le premier recueil
    #[serde(rename = "retenus")]
    pub kept: u64,
    /// Le fichier des points
    #[serde(rename = "fichier")]
    pub file: String,
    /// Le fichier des lignes écartées
    #[serde(rename = "ecartes")]
    pub beside: String,
    /// Avec `--contre` : ce que changent les règles
    #[serde(rename = "comparaison", skip_serializing_if = "Option::is_none")]
    pub comparison: Option<page::Comparison>,
}

impl Simulated {
    /// Makes the answer.
    pub fn new(
        counts: &Counts,
        day: Date,
        [file, beside]: [String; 2],
        comparison: Option<page::Comparison>,
    ) -> Self {
        let Counts { read, written, aside, offers, eligible, kept } = *counts;
        let day = day.to_string();
        Self { day, read, written, aside, offers, eligible, kept, file, beside, comparison }
    }
}

/// Says what a comparison found; `unread` are the columns that each recueil does not know.
pub fn comparison(
    report: Report,
    counts: &Counts,
    day: Date,
    recueils: [&Recueil; 2],
    unread: [Vec<String>; 2],
) -> page::Comparison {
    let [before, after] = recueils;
    let [unread_before, unread_after] = unread;
    let rules = |recueil: &Recueil, unread| page::Rules {
        name: recueil.files.name.clone(),
        hash: recueil.files.hash.clone(),
        unread,
    };
    let compared = report.compared;
    page::Comparison {
        day: day.to_string(),
        before: rules(before, unread_before),
        after: rules(after, unread_after),
        rows: page::Rows {
            read: counts.read,
            compared,
            aside_before: report.asides.before,
            aside_after: report.asides.after,
            aside_both: report.asides.both,
        },
        total: movement(report.total),
        eligible: passage(report.eligible),
        kept: passage(report.kept),
        distribution: distribution(report.distribution, compared),
        lines: report.lines.into_iter().map(line).collect(),
        categories: report.categories.into_iter().map(category).collect(),
        ranks: ranks(report.flows),
        offers: offers(report.offers),
    }
}

fn movement(of: simulation::Movement) -> page::Movement {
    let simulation::Movement { gain, lose, same, gained, lost } = of;
    page::Movement { gain, lose, same, gained: Points(gained), lost: Points(lost) }
}

fn passage(of: simulation::Passage) -> page::Passage {
    let simulation::Passage { before, after, entering, leaving } = of;
    page::Passage { before, after, entering, leaving }
}

fn distribution(of: simulation::Distribution, compared: u64) -> page::Distribution {
    let width = of.width;
    let bin = |bin: simulation::Bin| page::Bin {
        from: Points(bin.from),
        to: Points(bin.from.add(width).unwrap_or(bin.from)),
        before: bin.before,
        after: bin.after,
    };
    let spread = |of: simulation::Spread| page::Spread {
        least: Points(of.least),
        greatest: Points(of.greatest),
        sum: Points(of.sum),
        mean: Points(of.sum.divide(Exact::whole(compared.into())).unwrap_or(of.sum)),
    };
    page::Distribution {
        width: Points(width),
        bins: of.bins.into_iter().map(bin).collect(),
        before: of.before.map(spread),
        after: of.after.map(spread),
    }
}

fn line(of: simulation::LineMovement) -> page::Line {
    page::Line {
        grid: of.grid,
        grid_label: of.grid_label,
        id: of.id,
        label: of.label,
        of: match of.of {
            simulation::Side::Before => page::Side::Before,
            simulation::Side::After => page::Side::After,
            simulation::Side::Both => page::Side::Both,
        },
        movement: movement(of.movement),
    }
}

fn category(of: simulation::Category) -> page::Category {
    let simulation::Category { column, fact, label, groups } = of;
    let groups = groups.into_iter().map(group).collect();
    page::Category { column, fact, label, groups }
}

fn group(of: simulation::Group) -> page::Group {
    use simulation::Value;
    let (value, label) = match of.value {
        Value::Of(_, name, label) => (Some(name), label),
        Value::Truth(true) => (Some("oui".to_owned()), "oui".to_owned()),
        Value::Truth(false) => (Some("non".to_owned()), "non".to_owned()),
        Value::Code(code) => (Some(code.clone()), code),
        Value::Others => (None, "autres valeurs".to_owned()),
        Value::Missing => (None, "non renseigné".to_owned()),
        Value::Withheld => (None, "non communiqué".to_owned()),
    };
    let (count, kept) = (of.count, passage(of.kept));
    page::Group { value, label, count, movement: movement(of.movement), kept }
}

fn ranks(of: simulation::Flows) -> page::Ranks {
    let step = |step: &simulation::Step| match *step {
        simulation::Step::Ranks(from, to) => page::Step { from: Some(from), to },
        simulation::Step::None => page::Step { from: None, to: None },
    };
    let simulation::Flows { steps, counts, better, same, worse } = of;
    page::Ranks { steps: steps.iter().map(step).collect(), counts, better, same, worse }
}

fn offers(of: simulation::Offers) -> page::Offers {
    let offer = |of: simulation::OfferMoves| page::Offer {
        id: of.offer,
        candidates: of.candidates,
        moved: of.moved,
        kept: passage(of.kept),
    };
    page::Offers {
        all: of.all,
        changed: of.changed,
        most: of.most.into_iter().map(offer).collect(),
    }
}
