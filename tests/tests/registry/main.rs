//! The registry as a whole, on real stores.

mod among;
mod attacks;
mod canonical;
mod decisions;
mod faults;
mod kills;
mod load;
mod people;
mod quotas;
mod receipts;
mod retention;
mod transfer;
mod witnesses;
