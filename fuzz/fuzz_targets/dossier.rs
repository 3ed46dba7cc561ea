//! `tests::fuzz::Target::Dossier`, for cargo-fuzz.
#![no_main]

use tests::fuzz::{Target, must_hold};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| must_hold(Target::Dossier, bytes));
