//! `registre verifier`: what was changed, cut or replaced.

use super::say;
use crate::arguments::Format;
use crate::arguments::registry::{Place, Verify};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::Opened;
use crate::{files, progress, render};
use registry::Access;
use registry::receipt::Receipt;
use std::path::Path;
use wire::registry::Verified;

/// The longest checkpoint or receipt. Unit: bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Runs the command.
pub fn run(arguments: &Verify, place: &Place, format: Format) -> Result<Exit, Failure> {
    let held: Vec<String> =
        arguments.temoin.iter().map(|path| checkpoint(path)).collect::<Result<_, _>>()?;
    let opened = Opened::at(place, Access::Look)?;
    let registry = opened.registry();
    let report = progress::during("Vérification du registre", || {
        if arguments.complet {
            opened.wait(registry.verify_completely(&held))
        } else {
            opened.wait(registry.verify_quickly(&held))
        }
    })?;
    let verified = Verified::new(&report, arguments.complet);
    say(format, &verified, render::registry::verified)?;
    Ok(if report.faults.is_empty() { Exit::Yes } else { Exit::Failure })
}

/// Reads a checkpoint that someone has kept: alone, or in a receipt.
fn checkpoint(path: &Path) -> Result<String, Failure> {
    let other = || Failure::NotThat { path: path.to_path_buf(), what: "un point de contrôle" };
    let bytes = files::read_at_most(path, MOST_BYTES)?.ok_or_else(other)?;
    let text = String::from_utf8(bytes).map_err(|_| other())?;
    Ok(match serde_json::from_str::<Receipt>(&text) {
        Ok(receipt) => receipt.checkpoint,
        Err(_) => text,
    })
}
