//! The files of a recueil, as bytes by path relative to its manifest.
//!
//! Hidden entries and `target` are left out, links are followed only inside, and what is read is
//! bounded: a directory that is no recueil is refused, not swallowed.

use crate::failure::Failure;
use dsl::recueil::MANIFEST;
use std::collections::BTreeMap;
use std::fs::Permissions;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// The most files of a recueil.
const MOST_FILES: usize = 50_000;

/// The most bytes of a recueil.
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// How deep its directories nest.
const MOST_DEPTH: usize = 32;

/// Returns the recueil named, or the one found: the nearest manifest at or above a directory, or
/// else `./policies`.
///
/// Errors: none is named and none is found.
pub fn locate(named: Option<&Path>, near: &Path) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        let is_manifest = named.file_name().is_some_and(|name| name == MANIFEST);
        let parent = named.parent().filter(|_| is_manifest && named.is_file());
        return Ok(parent.map_or_else(|| named.to_path_buf(), in_full));
    }
    let start = std::fs::canonicalize(in_full(near));
    let above = start
        .as_deref()
        .ok()
        .and_then(|start| start.ancestors().find(|directory| directory.join(MANIFEST).is_file()));
    if let Some(found) = above {
        return Ok(found.to_path_buf());
    }
    let policies = PathBuf::from("policies");
    if policies.join(MANIFEST).is_file() { Ok(policies) } else { Err(Failure::NoRecueil) }
}

/// Returns the directory that an empty path means.
pub fn in_full(path: &Path) -> PathBuf {
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_path_buf() }
}

/// Reads every file below a directory.
///
/// Errors: what cannot be read; a directory beyond the limits.
pub fn read_all(root: &Path) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let unreadable = |path: &Path, error| Failure::Read { path: path.to_path_buf(), error };
    let inside = std::fs::canonicalize(root).map_err(|error| unreadable(root, error))?;
    let mut files = BTreeMap::new();
    let mut bytes: u64 = 0;
    let mut waiting = vec![(root.to_path_buf(), String::new(), 0_usize)];
    while let Some((directory, prefix, depth)) = waiting.pop() {
        let entries =
            std::fs::read_dir(&directory).map_err(|error| unreadable(&directory, error))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(&directory, error))?;
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
            if name.starts_with('.') || name == "target" {
                continue;
            }
            let path = entry.path();
            let kind = entry.file_type().map_err(|error| unreadable(&path, error))?;
            let relative = format!("{prefix}{name}");
            if kind.is_dir() {
                within(root, depth < MOST_DEPTH, || format!("plus de {MOST_DEPTH} niveaux"))?;
                waiting.push((path, format!("{relative}/"), depth + 1));
            } else if kind.is_file() || (kind.is_symlink() && is_file_inside(&path, &inside)) {
                within(root, files.len() < MOST_FILES, || {
                    format!("plus de {MOST_FILES} fichiers")
                })?;
                let content = read_at_most(&path, MOST_BYTES - bytes)?;
                let content = content.ok_or_else(|| too_large(root, "trop d'octets".to_owned()))?;
                bytes += u64::try_from(content.len()).unwrap_or(u64::MAX);
                files.insert(relative, content);
            }
        }
    }
    Ok(files)
}

/// Reads a file; absent when it is longer than a limit.
pub fn read_at_most(path: &Path, most: u64) -> Result<Option<Vec<u8>>, Failure> {
    let content = read_head(path, most.saturating_add(1))?;
    let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
    Ok((length <= most).then_some(content))
}

/// Reads a file up to a number of bytes.
pub fn read_head(path: &Path, most: u64) -> Result<Vec<u8>, Failure> {
    let unreadable = |error| Failure::Read { path: path.to_path_buf(), error };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut content = Vec::new();
    file.take(most).read_to_end(&mut content).map_err(unreadable)?;
    Ok(content)
}

/// Writes a file, whole or not at all: a new one, or in the place of one that is there. What is no
/// file (a device, a pipe) is written to.
///
/// Errors: what cannot be written; a file that is there is then as it was.
pub fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let failed = |error| Failure::Replace { path: path.to_path_buf(), error };
    match std::fs::metadata(path) {
        Ok(there) if there.is_file() => replace(path, content),
        Ok(_) => std::fs::write(path, content).map_err(failed),
        Err(_) => put(path, content, None).map_err(failed),
    }
}

/// Writes a file anew, whole or not at all: beside it first, then in its place.
///
/// Errors: what cannot be written; the file is then as it was.
pub fn replace(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let failed = |error| Failure::Replace { path: path.to_path_buf(), error };
    // A link keeps pointing where it did.
    let real = std::fs::canonicalize(path).map_err(failed)?;
    let permissions = std::fs::metadata(&real).map_err(failed)?.permissions();
    put(&real, content, Some(permissions)).map_err(failed)
}

/// Puts a file in its place once it is whole on the disk.
fn put(path: &Path, content: &[u8], like: Option<Permissions>) -> std::io::Result<()> {
    let name = path.file_name().ok_or(ErrorKind::InvalidInput)?.to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let new = std::fs::File::create_new(&beside)?;
    let written = write_whole(new, content, like);
    let written = written.and_then(|()| std::fs::rename(&beside, path));
    written.inspect_err(|_| {
        let _ = std::fs::remove_file(&beside);
    })
}

/// Makes a new file. Errors: what is there already, or cannot be written.
pub fn create(path: &Path, content: &[u8]) -> Result<(), Failure> {
    made(path, content, &new_file(0o644))
}

/// Makes a new file that only its owner reads. Errors: what is there already, or cannot be written.
pub fn create_private(path: &Path, content: &[u8]) -> Result<(), Failure> {
    made(path, content, &new_file(0o600))
}

/// Opens a new file that only its owner reads, to be written piece by piece.
pub fn open_private(path: &Path) -> Result<std::fs::File, Failure> {
    new_file(0o600).open(path).map_err(|error| refused(path, error))
}

/// Writes a file that only its owner reads, whole or not at all, in place of the one that may be there.
pub fn put_private(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}", std::process::id()));
    made(&beside, content, &new_file(0o600))?;
    std::fs::rename(&beside, path).map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        refused(path, error)
    })
}

/// Makes a directory that only its owner reads, when it is not there.
pub fn private_directory(path: &Path) -> Result<(), Failure> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(path).map_err(|error| refused(path, error))
}

fn made(path: &Path, content: &[u8], options: &std::fs::OpenOptions) -> Result<(), Failure> {
    let mut file = options.open(path).map_err(|error| refused(path, error))?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    written.map_err(|error| refused(path, error))
}

fn new_file(mode: u32) -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    options
}

fn refused(path: &Path, error: std::io::Error) -> Failure {
    Failure::Make { path: path.to_path_buf(), error }
}

/// Writes a new file, with the permissions of another when there is one, down to the disk.
fn write_whole(
    mut file: std::fs::File,
    content: &[u8],
    like: Option<Permissions>,
) -> std::io::Result<()> {
    file.write_all(content)?;
    if let Some(like) = like {
        file.set_permissions(like)?;
    }
    file.sync_all()
}

/// Tells whether a path leads to a file below a directory (given without links).
pub fn is_file_inside(path: &Path, directory: &Path) -> bool {
    std::fs::canonicalize(path).is_ok_and(|real| real.starts_with(directory) && real.is_file())
}

fn within(root: &Path, holds: bool, limit: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(too_large(root, limit())) }
}

fn too_large(root: &Path, limit: String) -> Failure {
    Failure::TooLarge { path: root.to_path_buf(), limit }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_or_left_as_it_was() {
        let directory = std::env::temp_dir().join(format!("bareme-files-{}", std::process::id()));
        std::fs::create_dir_all(&directory).unwrap();
        let path = directory.join("a.bareme");
        std::fs::write(&path, "avant").unwrap();
        replace(&path, b"milieu").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "milieu");
        // Something stands where the new text would be written.
        let beside = directory.join(format!(".a.bareme.{}", std::process::id()));
        std::fs::create_dir(&beside).unwrap();
        assert!(matches!(replace(&path, b"apres"), Err(Failure::Replace { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "milieu");
        assert!(beside.is_dir());
        std::fs::remove_dir(&beside).unwrap();
        assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1);
        assert!(matches!(replace(&directory.join("b"), b""), Err(Failure::Replace { .. })));
        write(&path, b"apres").unwrap();
        write(&directory.join("neuf"), b"neuf").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "apres");
        assert_eq!(std::fs::read_to_string(directory.join("neuf")).unwrap(), "neuf");
        std::fs::remove_file(directory.join("neuf")).unwrap();
        for nowhere in [directory.clone(), directory.join("absent/neuf")] {
            assert!(matches!(write(&nowhere, b""), Err(Failure::Replace { .. })), "{nowhere:?}");
        }
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
