//! The keys of a registry, in a directory that only their owner reads.
//!
//! `maitre.cle` wraps the keys of applications, `journal.cle` signs checkpoints, `journal.pub` is to be
//! given; `liens.cle`, which a server draws when there is none, signs the links of applicants. A secret that others may read is refused: it is no longer one. Nothing is ever overwritten.

use crate::failure::Failure;
use crate::files;
use registry::checkpoint::{LogKey, PublicKey};
use registry::seal::Key;
use std::path::{Path, PathBuf};

/// The longest file of a key. Unit: bytes.
const MOST_BYTES: u64 = 4096;

const MASTER: &str = "maitre.cle";
const LOG: &str = "journal.cle";
const PUBLIC: &str = "journal.pub";
const LINKS: &str = "liens.cle";

/// The keys of a registry.
pub struct Keys {
    /// The installation's.
    pub master: Key,
    /// The log's.
    pub log: LogKey,
}

impl Keys {
    /// Reads the keys of a directory.
    ///
    /// Errors: a key that is not there, that others may read, or that is none.
    pub fn read(directory: &Path) -> Result<Self, Failure> {
        let (master, log) = (directory.join(MASTER), directory.join(LOG));
        let bad = |path: &Path| Failure::BadKey { path: path.to_path_buf() };
        let keys = Self {
            master: Key::parse(&secret(&master)?).map_err(|_| bad(&master))?,
            log: LogKey::parse(&secret(&log)?).map_err(|_| bad(&log))?,
        };
        let public = directory.join(PUBLIC);
        if public.exists() && self::public(&public)? != *keys.log.public() {
            return Err(Failure::BadKey { path: public });
        }
        Ok(keys)
    }

    /// Reads the keys of a directory, or draws them when it has none. Shape: whether they were drawn.
    ///
    /// Errors: those of [`Keys::read`]; the key of a log of another name; what cannot be written.
    pub fn read_or_draw(directory: &Path, origin: &str) -> Result<(Self, bool), Failure> {
        if directory.join(MASTER).exists() || directory.join(LOG).exists() {
            let keys = Self::read(directory)?;
            if keys.log.public().name() != origin {
                let name = keys.log.public().name().to_owned();
                return Err(Failure::OtherOrigin { name });
            }
            return Ok((keys, false));
        }
        let master = Key::generate().map_err(|_| Failure::NoRandomness)?;
        let log = LogKey::generate(origin).map_err(|_| Failure::BadName)?;
        files::private_directory(directory)?;
        files::create_private(&directory.join(MASTER), line(&master.to_text()).as_bytes())?;
        files::create_private(&directory.join(LOG), line(log.secret()).as_bytes())?;
        files::create(&directory.join(PUBLIC), line(log.public().text()).as_bytes())?;
        Ok((Self { master, log }, true))
    }
}

/// Reads the key that signs the links of applicants, or draws it when the directory has none.
///
/// Errors: one that others may read, or that is none; what cannot be written.
pub fn links(directory: &Path) -> Result<Key, Failure> {
    let path = directory.join(LINKS);
    if !path.exists() {
        let key = Key::generate().map_err(|_| Failure::NoRandomness)?;
        files::create_private(&path, line(&key.to_text()).as_bytes())?;
        return Ok(key);
    }
    Key::parse(&secret(&path)?).map_err(|_| Failure::BadKey { path })
}

/// Reads a secret key that signs: that of a witness.
pub fn signing(path: &Path) -> Result<LogKey, Failure> {
    let bad = |_| Failure::BadKey { path: path.to_path_buf() };
    LogKey::parse(&secret(path)?).map_err(bad)
}

/// Reads a witness's key, or draws it under a name; the public one goes beside.
pub fn witness(path: &Path, name: Option<&str>) -> Result<LogKey, Failure> {
    match name {
        Some(name) if !path.exists() => {
            let key = LogKey::generate(name).map_err(|_| Failure::BadName)?;
            files::create_private(path, line(key.secret()).as_bytes())?;
            files::create(&beside(path), line(key.public().text()).as_bytes())?;
            Ok(key)
        }
        Some(_) | None => signing(path),
    }
}

/// Reads a public key.
pub fn public(path: &Path) -> Result<PublicKey, Failure> {
    let bad = || Failure::BadKey { path: path.to_path_buf() };
    let bytes = files::read_at_most(path, MOST_BYTES)?.ok_or_else(bad)?;
    let text = str::from_utf8(&bytes).map_err(|_| bad())?;
    PublicKey::parse(text).map_err(|_| bad())
}

/// Reads a secret, which nobody else may.
fn secret(path: &Path) -> Result<String, Failure> {
    let bad = || Failure::BadKey { path: path.to_path_buf() };
    if is_exposed(path) {
        return Err(Failure::ExposedKey { path: path.to_path_buf() });
    }
    let bytes = files::read_at_most(path, MOST_BYTES)?.ok_or_else(bad)?;
    String::from_utf8(bytes).map_err(|_| bad())
}

/// Tells whether others than its owner may read a file.
#[cfg(unix)]
fn is_exposed(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o077 != 0)
}

/// Elsewhere, the directory's own protection is all that there is.
#[cfg(not(unix))]
fn is_exposed(_: &Path) -> bool {
    false
}

fn beside(path: &Path) -> PathBuf {
    path.with_extension("pub")
}

fn line(text: &str) -> zeroize::Zeroizing<String> {
    zeroize::Zeroizing::new(format!("{text}\n"))
}
