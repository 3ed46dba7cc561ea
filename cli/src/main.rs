//! The `bareme` command: everything is in the library beside it.

use mimalloc::MiMalloc;
use std::process::ExitCode;

/// Compiling makes and drops many small trees: with the system's allocator, verifying a large recueil
/// takes a third more of the processor.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    cli::run()
}
