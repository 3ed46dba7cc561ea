//! Tables of each kind, and what is told of them.
