//! The `bareme` command: everything is in the library beside it.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Compiling makes and drops many small trees: with the system's allocator, verifying a large recueil
/// again takes half as much time again.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
