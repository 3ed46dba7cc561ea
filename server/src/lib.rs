//! The HTTP interface: explanations, decisions that are recorded before they are answered, the log and
//! its proofs; rules that are reloaded while it serves.

mod access;
mod app;
mod generations;
mod problem;
mod reload;
mod routes;
mod rules;
mod serve;

pub use access::{Access, Action, Caller, Role};
pub use app::App;
pub use generations::{Generation, Generations};
pub use reload::{Attempt, BeginError, DEBOUNCE, Keeper, Outcome, Reloader, Watch, watch};
pub use rules::{Files, Refused, Rules, Stage};
pub use serve::{asked_to_end, serve};
