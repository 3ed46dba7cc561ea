//! What the tests share: the reference evaluator, the running of examples, the harness of the
//! language suite, that of the mistakes and that of the fuzz targets.

#![expect(
    clippy::format_push_string,
    clippy::format_collect,
    reason = "generated rules and failure messages are small"
)]

pub mod assessed;
pub mod browser;
pub mod changed;
pub mod columned;
pub mod companies;
pub mod comparisons;
pub mod describe;
pub mod differential;
pub mod drawn;
pub mod examples;
pub mod explained;
pub mod fragments;
pub mod fuzz;
pub mod generate;
pub mod golden;
pub mod hostile;
pub mod logged;
pub mod manual;
pub mod mistakes;
pub mod pasted;
pub mod postgres;
pub mod reference;
pub mod registered;
pub mod rules;
pub mod served;
pub mod soundness;
pub mod spawned;
pub mod suite;
pub mod z3;
