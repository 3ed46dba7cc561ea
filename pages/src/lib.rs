//! Pages for people: what rules say, what they change and why a candidate has these points, as HTML that stands alone.
//!
//! A page is made from a value and nothing else: no file, no network, no clock. It needs no script,
//! reads well on a telephone, on paper, in the dark and by ear, and shows as text whatever a rule or
//! a dossier holds.

pub mod days;
pub mod explanation;
pub mod html;
pub mod people;
pub mod phrases;
pub mod publication;
pub mod simulation;
pub mod text;

pub use explanation::explanation;
pub use publication::{Publication, publication};
