//! `registre prouver`, `registre recu`: what others can check without the registry.

use crate::arguments::registry::{MakeReceipt, Place, Prove};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::Opened;
use crate::{files, terminal};
use registry::{Access, RegistryError};
use wire::registry::Proof;

/// Proves that a decision is in the log: JSON whatever the format.
pub fn prove(arguments: &Prove, place: &Place) -> Result<Exit, Failure> {
    let opened = Opened::at(place, Access::Write)?;
    let registry = opened.registry();
    let decision = opened.wait(registry.decision(&arguments.decision))?;
    let proof = opened.wait(registry.prove(&decision.entry))?;
    let text = String::from_utf8(decision.entry.body.clone());
    terminal::answer_json(&Proof {
        decision: decision.entry.id.clone(),
        index: decision.entry.index,
        texte: text.map_err(|_| RegistryError::Foreign("un texte illisible"))?,
        preuve: proof.path.iter().map(ToString::to_string).collect(),
        point_de_controle: proof.checkpoint,
    })?;
    Ok(Exit::Yes)
}

/// Makes the receipt of a candidate: JSON whatever the format.
pub fn receipt(arguments: &MakeReceipt, place: &Place) -> Result<Exit, Failure> {
    let opened = Opened::at(place, Access::Write)?;
    let registry = opened.registry();
    let decision = opened.wait(registry.decision(&arguments.decision))?;
    let at = registry.place_of(&decision, &arguments.candidat)?;
    let receipt = opened.wait(registry.receipt(&decision, at))?;
    match &arguments.sortie {
        Some(path) => files::create_private(path, &serde_json::to_vec_pretty(&receipt)?)?,
        None => terminal::answer_json(&receipt)?,
    }
    Ok(Exit::Yes)
}
