//! `recu verifier`: what a receipt proves, without the registry.

use crate::arguments::Format;
use crate::arguments::registry::{CheckReceipt, Receipt, ReceiptVerb};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::{files, keys, render, terminal};
use registry::receipt::{Receipt as Kept, ReceiptError};
use wire::registry::CheckedReceipt;

/// The longest receipt. Unit: bytes.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// Runs the command.
pub fn run(arguments: &Receipt, format: Format) -> Result<Exit, Failure> {
    match &arguments.verb {
        ReceiptVerb::Verifier(arguments) => check(arguments, format),
    }
}

fn check(arguments: &CheckReceipt, format: Format) -> Result<Exit, Failure> {
    let key = keys::public(&arguments.cle)?;
    let bytes = files::read_at_most(&arguments.file, MOST_BYTES)?.unwrap_or_default();
    let read = serde_json::from_slice::<Kept>(&bytes).map_err(|_| ReceiptError::Malformed);
    let checked = read.and_then(|receipt| Ok((receipt.check(&key)?, receipt)));
    let answer = match &checked {
        Ok((proved, receipt)) => CheckedReceipt::held(receipt, &key, proved)?,
        Err(error) => CheckedReceipt::refused(error),
    };
    match format {
        Format::Json => terminal::answer_json(&answer)?,
        Format::Humain | Format::Court => terminal::answer(&render::registry::receipt(&answer))?,
    }
    Ok(if answer.valide { Exit::Yes } else { Exit::Failure })
}
