//! What each route does.

pub mod audit;
pub mod batch;
pub mod bench;
mod bench_facts;
pub mod case;
pub mod checks;
pub mod companies;
pub mod comparisons;
pub mod decisions;
pub mod described;
pub mod dossiers;
pub mod drafts;
pub mod evaluations;
pub mod explanations;
pub mod health;
pub mod home;
pub mod journal;
pub mod links;
pub mod listing;
pub mod operation;
pub mod policies;
pub mod publications;
pub mod rankings;
pub mod rules;
pub mod sessions;
