//! An open registry, and the one runtime that it lives in.
//!
//! The rest of the command is plain calls: what waits for a database waits here.

use crate::arguments::registry::Place;
use crate::failure::Failure;
use crate::keys::Keys;
use registry::{Access, Registry, Settings, machine_clock};
use std::future::Future;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// Where the registry is, when the command line does not say.
const REGISTRY: &str = "BAREME_REGISTRE";

/// Where its keys are, when the command line does not say.
const KEYS: &str = "BAREME_CLES";

/// An open registry.
pub struct Opened {
    registry: Registry,
    runtime: Runtime,
}

impl Opened {
    /// Opens the registry of a command line, with the keys that it names.
    pub fn at(place: &Place, access: Access) -> Result<Self, Failure> {
        let url = address(place)?;
        Self::with(url, Keys::read(&directory(place)?)?, access)
    }

    /// Opens the registry of an address.
    pub fn with(url: String, keys: Keys, access: Access) -> Result<Self, Failure> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let settings = Settings {
            url,
            master: keys.master,
            key: keys.log,
            cadence: 1,
            clock: machine_clock(),
        };
        let registry = runtime.block_on(Registry::open_for(settings, access))?;
        Ok(Self { registry, runtime })
    }

    /// Returns the registry.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Waits for something of it.
    pub fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Starts something that goes on while other work is done.
    pub fn start<F>(&self, future: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.runtime.spawn(future)
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.runtime.block_on(self.registry.leave());
    }
}

/// Returns the address of the registry. Errors: none is named.
pub fn address(place: &Place) -> Result<String, Failure> {
    let named = place.registre.clone().or_else(|| variable(REGISTRY));
    let named = named.ok_or(Failure::NoRegistry)?;
    let path = named.strip_prefix("sqlite://").unwrap_or(&named);
    if path.contains("://") {
        return Ok(named);
    }
    let (path, settings) = match path.split_once('?') {
        Some((path, settings)) if path.len() < named.len() && named.starts_with("sqlite://") => {
            (path, format!("?{settings}"))
        }
        Some(_) | None => (path, String::new()),
    };
    let bad = |_| registry::RegistryError::Store(registry::StoreError::BadAddress);
    let whole = std::path::absolute(path).map_err(bad)?;
    Ok(format!("sqlite://{}{settings}", escaped(&whole)))
}

/// Returns the directory of the keys. Errors: none is named.
pub fn directory(place: &Place) -> Result<PathBuf, Failure> {
    let named = place.cles.clone().or_else(|| variable(KEYS).map(PathBuf::from));
    named.ok_or(Failure::NoKeys)
}

/// Reads a variable of the environment; one that is empty is none.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Writes a path as an address holds it.
fn escaped(path: &Path) -> String {
    let path = path.to_string_lossy();
    path.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn of(written: &str) -> String {
        address(&Place { registre: Some(written.to_owned()), cles: None }).unwrap()
    }

    #[test]
    fn a_path_is_a_file_and_the_rest_is_as_written() {
        let here = std::env::current_dir().unwrap().join("r.sqlite");
        let here = format!("sqlite://{}", here.display());
        assert_eq!(of("r.sqlite"), here);
        assert_eq!(of("sqlite://r.sqlite"), here);
        assert_eq!(of("sqlite:///a/r.sqlite?mode=ro"), "sqlite:///a/r.sqlite?mode=ro");
        assert_eq!(of("/a/100 %?.sqlite"), "sqlite:///a/100 %25%3F.sqlite");
        assert_eq!(of("postgres://u:p@h/b"), "postgres://u:p@h/b");
    }
}
