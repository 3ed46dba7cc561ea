//! `registre checkpoint`, `temoigner`, `deposer`: what a witness sees, signs and gives back.

use super::say;
use crate::arguments::Format;
use crate::arguments::registry::{Checkpoint, Deposit, Place, Witness};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::Opened;
use crate::{files, keys, render, terminal};
use registry::{Access, Digest, cosign};
use std::path::Path;
use wire::registry::{Continued, Done};

/// The longest file of a checkpoint. Unit: bytes.
const MOST_BYTES: u64 = 1024 * 1024;

/// Gives the last checkpoint, with the proof that it goes on from a size: JSON whatever the format.
pub fn checkpoint(arguments: &Checkpoint, place: &Place) -> Result<Exit, Failure> {
    let opened = Opened::at(place, Access::Write)?;
    let registry = opened.registry();
    let (checkpoint, path) = match arguments.depuis {
        Some(old) => {
            let proof = opened.wait(registry.consistency(old))?;
            (proof.checkpoint, proof.path)
        }
        None => (opened.wait(registry.checkpoint())?.1, Vec::new()),
    };
    terminal::answer_json(&Continued {
        depuis: arguments.depuis,
        preuve: path.iter().map(ToString::to_string).collect(),
        point_de_controle: checkpoint,
    })?;
    Ok(Exit::Yes)
}

/// Signs a checkpoint as a witness: the note is the answer.
pub fn sign(arguments: &Witness) -> Result<Exit, Failure> {
    let other = || Failure::NotThat {
        path: arguments.file.clone(),
        what: "ce que donne « registre checkpoint »",
    };
    let shown: Continued = serde_json::from_str(&text(&arguments.file)?).map_err(|_| other())?;
    let proof: Option<Vec<Digest>> = shown.preuve.iter().map(|one| Digest::parse(one)).collect();
    let proof = proof.ok_or_else(other)?;
    let log = keys::public(&arguments.journal)?;
    let last = arguments.dernier.as_deref().map(text).transpose()?;
    let key = keys::witness(&arguments.cle, arguments.nom.as_deref())?;
    let note = cosign(&key, &log, last.as_deref(), &shown.point_de_controle, &proof)?;
    match &arguments.sortie {
        Some(path) => files::put_private(path, note.as_bytes())?,
        None => terminal::answer(&note)?,
    }
    Ok(Exit::Yes)
}

/// Keeps a checkpoint that a witness has signed.
pub fn deposit(arguments: &Deposit, place: &Place, format: Format) -> Result<Exit, Failure> {
    let note = text(&arguments.file)?;
    let opened = Opened::at(place, Access::Write)?;
    opened.wait(opened.registry().keep_cosigned(&note))?;
    say(format, &Done { id: None, entree: None }, |_| render::registry::deposited())?;
    Ok(Exit::Yes)
}

fn text(path: &Path) -> Result<String, Failure> {
    let other = || Failure::NotThat { path: path.to_path_buf(), what: "un point de contrôle" };
    let bytes = files::read_at_most(path, MOST_BYTES)?.ok_or_else(other)?;
    String::from_utf8(bytes).map_err(|_| other())
}
