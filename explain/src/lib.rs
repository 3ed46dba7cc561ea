//! Why these points: the explanation of one evaluation, from the trace of the very walk that gave
//! the points.
//!
//! An explanation is a value; words, pages and views are made from it and add nothing to it.

mod asked;
pub mod changes;
mod explain;
pub mod explanation;
mod facts;
pub mod grounds;
pub mod points;
pub mod reasoning;
pub mod report;
pub mod selection;
pub mod since;
pub mod standing;
pub mod value;
mod values;
mod views;
pub mod wording;

pub use asked::Unexplained;
pub use explain::Evaluation;
pub use explanation::{Explanation, View};
pub use points::Points;
pub use selection::Selection;
pub use values::Values;
pub use wording::Words;
