//! The server as a whole: a real port, a real store, real files on disk.

mod audit;
mod case;
mod command;
mod decisions;
mod described;
mod drafts;
mod hostile;
mod lasting;
mod links;
mod listing;
mod loads;
mod logs;
mod manual;
mod origins;
mod outages;
mod people;
mod permissions;
mod published;
mod publishing;
mod refusals;
mod reloads;
mod replicas;
mod sessions;
mod simulations;
mod tokens;
