//! The HTTP interface: evaluations, explanations, decisions that are recorded before they are answered, the
//! log and its proofs, what is published; rules that are reloaded while it serves.
//!
//! One table holds every route, one table says who may do what, one pointer holds the rules in force.

mod access;
mod activation;
mod answers;
mod app;
mod config;
mod cors;
mod description;
mod directory;
mod follow;
mod forms;
mod generations;
mod links;
mod metrics;
mod problem;
mod publication;
mod reload;
mod roles;
mod routes;
mod rules;
mod serve;
mod sessions;
mod settings;
mod signed;
mod start;
mod table;
mod tenants;
mod tokens;
mod under;
mod work;

pub use access::{Access, Caller, Communes, Door, draw_key, hash_of};
pub use activation::{LastGood, Origin, last_good};
pub use app::App;
pub use config::{Config, LogForm, Mistake, Watching};
pub use description::interface;
pub use generations::{Generation, Generations};
pub use problem::Problem;
pub use reload::{
    Attempt, BeginError, DEBOUNCE, Ear, Keeper, Outcome, Reloader, Unpublished, Watch, watch,
};
pub use roles::{Action, Role};
pub use rules::{Files, Refused, Rules, Stage};
pub use serve::{asked_to_end, serve, serve_routes};
pub use settings::{Limits, Settings};
pub use start::{example, keeper};
pub use table::{Gives, Method, Parameter, Route, Takes, table};
pub use tokens::{Issuer, NoKeys, Signing, Tokens, Unproved};
pub use under::Under;
