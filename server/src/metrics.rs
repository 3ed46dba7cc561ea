//! What is measured: requests by route, evaluations, the generation, looks at the rules.
//!
//! Labels are patterns of routes and words of ours, never what a request holds.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::{Registry, Unit};
use std::time::Duration;

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Answered {
    /// The pattern of its route.
    pub route: &'static str,
    /// The status of its answer.
    pub statut: u16,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OnRoute {
    /// Its pattern.
    pub route: &'static str,
}

/// What became of a look at the rules.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Looked {
    /// In one word.
    pub issue: &'static str,
}

/// The measures of a server.
pub struct Metrics {
    all: Registry,
    answered: Family<Answered, Counter>,
    lasted: Family<OnRoute, Histogram>,
    /// How many requests are being answered.
    pub running: Gauge,
    /// How many candidates were evaluated.
    pub evaluated: Counter,
    /// How many decisions were recorded.
    pub recorded: Counter,
    looks: Family<Looked, Counter>,
    generation: Gauge,
    age: Gauge,
    works: Gauge,
    queued: Gauge,
    unwritten: Gauge,
}

/// What is looked at when measures are asked for.
pub struct Now {
    /// The generation that serves.
    pub generation: u64,
    /// How long it has.
    pub age: Duration,
    /// How many long works are being done.
    pub works: usize,
    /// How many wait for their turn.
    pub queued: usize,
    /// How many requests wait for the writer of the registry.
    pub unwritten: usize,
}

impl Default for Metrics {
    fn default() -> Self {
        let buckets = || Histogram::new(exponential_buckets(0.000_25, 4.0, 10));
        let mut all = Registry::with_prefix("bareme");
        let answered = Family::default();
        let lasted = Family::new_with_constructor(buckets as fn() -> Histogram);
        let looks = Family::default();
        let (running, generation, age) = (Gauge::default(), Gauge::default(), Gauge::default());
        let (evaluated, recorded) = (Counter::default(), Counter::default());
        all.register("requetes", "Requêtes répondues", answered.clone());
        all.register_with_unit("duree", "Durée des réponses", Unit::Seconds, lasted.clone());
        all.register("requetes_en_cours", "Requêtes en cours", running.clone());
        all.register("candidats_evalues", "Candidats évalués", evaluated.clone());
        all.register("decisions", "Décisions enregistrées", recorded.clone());
        all.register("relectures", "Relectures des règles, par issue", looks.clone());
        all.register("generation", "Génération en service", generation.clone());
        let help = "Âge de la génération en service";
        all.register_with_unit("generation_age", help, Unit::Seconds, age.clone());
        let (works, queued, unwritten) = (Gauge::default(), Gauge::default(), Gauge::default());
        all.register("travaux_en_cours", "Travaux longs en cours", works.clone());
        all.register("travaux_en_attente", "Travaux longs qui attendent leur tour", queued.clone());
        let help = "Écritures qui attendent le registre";
        all.register("ecritures_en_attente", help, unwritten.clone());
        Self {
            all,
            answered,
            lasted,
            running,
            evaluated,
            recorded,
            looks,
            generation,
            age,
            works,
            queued,
            unwritten,
        }
    }
}

impl Metrics {
    /// Counts an answer.
    pub fn answered(&self, route: &'static str, statut: u16, lasted: Duration) {
        self.answered.get_or_create(&Answered { route, statut }).inc();
        self.lasted.get_or_create(&OnRoute { route }).observe(lasted.as_secs_f64());
    }

    /// Counts a look at the rules.
    pub fn looked(&self, issue: &'static str) {
        self.looks.get_or_create(&Looked { issue }).inc();
    }

    /// Writes everything, as Prometheus reads it, with what is so now.
    pub fn text(&self, now: &Now) -> String {
        let gauge = |gauge: &Gauge, value: u64| gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        gauge(&self.generation, now.generation);
        gauge(&self.age, now.age.as_secs());
        gauge(&self.works, now.works as u64);
        gauge(&self.queued, now.queued as u64);
        gauge(&self.unwritten, now.unwritten as u64);
        let mut text = String::new();
        if let Err(error) = encode(&mut text, &self.all) {
            tracing::error!(%error, "mesures");
        }
        text
    }
}
