//! Units, versions, periods and the schema of facts.

mod from_syntax;
mod levers;
mod measure;
mod schema;
mod timeline;
pub mod tree;

pub use from_syntax::{COMPLEMENTARY_FIELDS, read};
pub(crate) use from_syntax::{
    index, join, points_edit, read_period, read_points, resolve, sharing,
};
pub use measure::{Measured, quantity, unit_of};
pub(crate) use schema::{names_broken, type_of};
pub use timeline::{Segment, segments};
