//! `registre creer`, `registre etat`: a registry made, and what it holds.

use super::say;
use crate::arguments::Format;
use crate::arguments::registry::{Create, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keys::Keys;
use crate::render;
use crate::store::{self, Opened};
use registry::{Access, RegistryError};
use wire::registry::{Created, Told};

/// Makes a registry, and its keys when there are none.
pub fn create(arguments: &Create, place: &Place, format: Format) -> Result<Exit, Failure> {
    let (url, directory) = (store::address(place)?, store::directory(place)?);
    let (keys, drawn) = Keys::read_or_draw(&directory, &arguments.nom)?;
    let opened = Opened::with(url, keys, Access::Create)?;
    let key = opened.registry().public();
    let created = Created {
        journal: key.name().to_owned(),
        cle_publique: key.text().to_owned(),
        cles_tirees: drawn,
    };
    say(format, &created, |created| render::registry::created(created, &directory))?;
    Ok(Exit::Yes)
}

/// Counts what a registry holds.
pub fn state(place: &Place, format: Format) -> Result<Exit, Failure> {
    let opened = Opened::at(place, Access::Write)?;
    let registry = opened.registry();
    let state = opened.wait(registry.state())?;
    let head = match opened.wait(registry.checkpoint()) {
        Ok((head, _)) => Some(head),
        Err(RegistryError::Unknown(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let told = Told::new(registry.public(), &state, head);
    say(format, &told, render::registry::state)?;
    Ok(Exit::Yes)
}
