//! The registry as a whole, on real stores.

mod attacks;
mod decisions;
mod people;
mod quotas;
mod receipts;
mod retention;
