//! What each route does.

pub mod decisions;
pub mod dossiers;
pub mod explanations;
pub mod health;
pub mod journal;
pub mod rules;
