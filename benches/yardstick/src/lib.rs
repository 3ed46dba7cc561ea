//! What every contestant shares and none weighs on: the population, the workload by hand, what a contestant
//! is, how it is asked and timed.

pub mod by_hand;
pub mod contestant;
pub mod json;
pub mod population;
pub mod stage;
pub mod timing;

pub use contestant::{Contestant, Row};
