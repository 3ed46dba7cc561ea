//! The sandbox of the recueil's scripts: functions and form adapters, typed at the border.
//!
//! Everything of Rhai stays in here. A script is pure: it opens nothing, knows no clock and no
//! chance, prints nowhere; its arithmetic is exact or fails; its work is bounded by counts only,
//! so the same call ends the same way on every machine. The crate depends on `dossier` for the
//! two types an adapter meets, the form it reads and the facts it returns.

mod adapter;
mod bare_this;
mod border;
mod compile;
mod exact;
mod limits;
mod sandbox;
mod tree;
mod work;

pub use adapter::Adapter;
pub use compile::ScriptError;
pub use sandbox::{CallFailure, CallFailureKind, Compiled, Sandbox};
