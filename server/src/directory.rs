//! The rules' directory on disk: read whole, written file by file, each at once.
//!
//! A file is written beside, under a hidden name, then takes its place: whoever reads meanwhile sees the old one
//! or the new one. Writing beside comes first for all of them, so that a directory that cannot be written is
//! known before anything is decided.

use crate::rules::Files;
use std::collections::BTreeMap;
use std::io::{Error, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The longest file of a recueil that is read. Unit: bytes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Files to be written, by path from the manifest; those without bytes are to be removed.
pub type Changes = BTreeMap<String, Option<Vec<u8>>>;

/// Reads the files of a directory, by path from it; hidden ones (those of editors and of version
/// control) are left.
pub fn read(directory: &Path) -> std::io::Result<Files> {
    let mut files = Files::new();
    let mut waiting = vec![directory.to_owned()];
    while let Some(at) = waiting.pop() {
        for entry in std::fs::read_dir(at)? {
            let entry = entry?;
            let path = entry.path();
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let kind = std::fs::metadata(&path)?;
            if kind.is_dir() {
                waiting.push(path);
            } else if kind.is_file() {
                let name = path.strip_prefix(directory).unwrap_or(&path);
                files.insert(
                    name.to_string_lossy().replace('\\', "/"),
                    read_file(&path, kind.len())?,
                );
            }
        }
    }
    Ok(files)
}

fn read_file(path: &Path, length: u64) -> std::io::Result<Vec<u8>> {
    if length > MOST_BYTES {
        let why = format!("« {} » est trop long", path.display());
        return Err(Error::new(ErrorKind::FileTooLarge, why));
    }
    std::fs::read(path)
}

/// Tells whether a path stays under the manifest, and would be read there.
pub fn is_inside(path: &str) -> bool {
    let goes_elsewhere = path.split('/').any(|part| part.is_empty() || part.starts_with('.'));
    !goes_elsewhere && !path.contains('\\')
}

/// Lays changes over files.
pub fn laid_over(mut files: Files, changes: &Changes) -> Files {
    for (path, bytes) in changes {
        match bytes {
            Some(bytes) => drop(files.insert(path.clone(), bytes.clone())),
            None => drop(files.remove(path)),
        }
    }
    files
}

/// Lists what turns some files into others.
pub fn between(before: &Files, after: &Files) -> Changes {
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    let gone = gone.map(|path| (path.clone(), None));
    let new = after.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes));
    gone.chain(new.map(|(path, bytes)| (path.clone(), Some(bytes.clone())))).collect()
}

/// Changes written beside what they change; without [`Written::place`], nothing of them is left.
pub struct Written(Vec<Beside>);

/// A file written beside its place. Without bytes, it shows that what it stands for could be removed.
struct Beside {
    now_at: PathBuf,
    place: PathBuf,
    is_removal: bool,
}

impl Drop for Beside {
    fn drop(&mut self) {
        // One that has taken its place is no longer there.
        drop(std::fs::remove_file(&self.now_at));
    }
}

impl Written {
    /// Writes changes beside.
    ///
    /// Errors: the directory cannot be written.
    pub fn beside(directory: &Path, changes: &Changes) -> std::io::Result<Self> {
        let written = changes.iter().map(|(path, bytes)| beside(directory, path, bytes.as_deref()));
        written.collect::<Result<_, _>>().map(Self)
    }

    /// Puts them in their places.
    ///
    /// Errors: the disk's; what came before is in place.
    pub fn place(self) -> std::io::Result<()> {
        for one in &self.0 {
            if one.is_removal {
                std::fs::remove_file(&one.place)?;
            } else {
                std::fs::rename(&one.now_at, &one.place)?;
            }
        }
        Ok(())
    }
}

fn beside(directory: &Path, path: &str, bytes: Option<&[u8]>) -> std::io::Result<Beside> {
    let place = directory.join(path);
    let name = place.file_name().map(|name| name.to_string_lossy().into_owned());
    let (Some(name), Some(folder)) = (name, place.parent()) else {
        return Err(Error::from(ErrorKind::InvalidInput));
    };
    std::fs::create_dir_all(folder)?;
    let now_at = folder.join(format!(".{name}.nouveau"));
    let is_removal = bytes.is_none();
    let mut file = std::fs::File::create(&now_at)?;
    let made = Beside { now_at, place, is_removal };
    file.write_all(bytes.unwrap_or_default())?;
    file.sync_all()?;
    Ok(made)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn files(of: &[(&str, &str)]) -> Files {
        of.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn what_lies_between_two_states_leads_from_one_to_the_other() {
        let before = files(&[("a", "1"), ("b", "2"), ("c/d", "3")]);
        let after = files(&[("a", "1"), ("b", "20"), ("e", "4")]);
        let changes = between(&before, &after);
        assert_eq!(changes.keys().collect::<Vec<_>>(), ["b", "c/d", "e"]);
        assert_eq!(laid_over(before.clone(), &changes), after);
        assert!(between(&after, &after).is_empty());
    }

    #[test]
    fn paths_stay_inside_and_are_seen() {
        for path in ["a.bareme", "a/b/c.bareme", "é/a b"] {
            assert!(is_inside(path), "{path}");
        }
        for path in ["", "/a", "a//b", "../a", "a/../../b", "./a", "a/.b", ".git/x", "a\\b", "a/"] {
            assert!(!is_inside(path), "{path}");
        }
    }

    #[test]
    fn what_is_written_beside_is_not_read_until_it_takes_its_place() {
        let desk = std::env::temp_dir().join(format!("bareme-directory-{}", std::process::id()));
        std::fs::create_dir_all(&desk).unwrap();
        std::fs::write(desk.join("old"), "x").unwrap();
        let before = read(&desk).unwrap();
        let changes = between(&before, &files(&[("new/one", "y")]));
        drop(Written::beside(&desk, &changes).unwrap());
        assert_eq!(read(&desk).unwrap(), before, "given up");
        let written = Written::beside(&desk, &changes).unwrap();
        assert_eq!(read(&desk).unwrap(), before, "not yet");
        written.place().unwrap();
        assert_eq!(read(&desk).unwrap(), files(&[("new/one", "y")]));
        std::fs::remove_dir_all(&desk).unwrap();
    }
}
