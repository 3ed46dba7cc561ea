//! Why these points: the explanation of one evaluation, from the trace of the very walk that gave
//! the points.
//!
//! An explanation is a value; words, pages and views are made from it and add nothing to it.

pub mod grounds;
