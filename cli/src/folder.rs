//! A directory of files, written whole or not at all.
//!
//! Files are written beside it first, then put in its place. A directory that holds anything but an
//! earlier publication is never replaced.

use crate::failure::Failure;
use crate::files::in_full;
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// The file by which a publication is known.
pub const MARK: &str = "index.json";

/// Writes files in a directory, in place of an earlier publication.
///
/// Errors: what cannot be written, the directory being as it was; a directory of something else.
pub fn write(directory: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Failure> {
    if !is_ours(directory) {
        return Err(Failure::NotAPublication { path: directory.to_path_buf() });
    }
    let failed = |error| Failure::Replace { path: directory.to_path_buf(), error };
    let name = directory.file_name().ok_or_else(|| failed(ErrorKind::InvalidInput.into()))?;
    let parent = in_full(directory.parent().unwrap_or(Path::new("")));
    std::fs::create_dir_all(&parent).map_err(failed)?;
    let beside = |what: &str| -> PathBuf {
        parent.join(format!(".{}.{}.{what}", name.to_string_lossy(), std::process::id()))
    };
    let (new, old) = (beside("nouveau"), beside("ancien"));
    let written = fill(&new, files).and_then(|()| swap(directory, &new, &old));
    written.map_err(|error| {
        let _ = std::fs::remove_dir_all(&new);
        failed(error)
    })
}

/// Tells whether a directory may be written: absent, empty, or an earlier publication.
fn is_ours(directory: &Path) -> bool {
    match std::fs::read_dir(directory) {
        Err(error) => error.kind() == ErrorKind::NotFound,
        Ok(mut entries) => directory.join(MARK).is_file() || entries.next().is_none(),
    }
}

fn fill(directory: &Path, files: &BTreeMap<String, Vec<u8>>) -> std::io::Result<()> {
    std::fs::create_dir(directory)?;
    files.iter().try_for_each(|(name, content)| std::fs::write(directory.join(name), content))
}

/// Puts a new directory in the place of another, which comes back when that fails.
fn swap(directory: &Path, new: &Path, old: &Path) -> std::io::Result<()> {
    if !directory.exists() {
        return std::fs::rename(new, directory);
    }
    std::fs::rename(directory, old)?;
    if let Err(error) = std::fs::rename(new, directory) {
        std::fs::rename(old, directory)?;
        return Err(error);
    }
    // What is left of the earlier publication is beside, hidden; the new one is whole.
    let _ = std::fs::remove_dir_all(old);
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let root =
            std::env::temp_dir().join(format!("bareme-folder-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(&root).unwrap();
        root
    }

    fn files(of: &[(&str, &str)]) -> BTreeMap<String, Vec<u8>> {
        of.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    fn held(directory: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(directory).unwrap();
        let mut names: Vec<String> =
            entries.map(|it| it.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_publication_takes_the_place_of_the_one_before() {
        let root = scratch("replaced");
        let out = root.join("a/b");
        write(&out, &files(&[(MARK, "1"), ("ancien.html", "")])).unwrap();
        write(&out, &files(&[(MARK, "2"), ("neuf.html", "")])).unwrap();
        assert_eq!(held(&out), [MARK, "neuf.html"]);
        assert_eq!(held(&root.join("a")), ["b"]);
        std::fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn a_directory_of_something_else_is_left_alone() {
        let root = scratch("other");
        std::fs::write(root.join("travail.txt"), "à garder").unwrap();
        let refused = write(&root, &files(&[(MARK, "1")]));
        assert!(matches!(refused, Err(Failure::NotAPublication { .. })));
        assert!(matches!(
            write(&root.join("travail.txt"), &files(&[(MARK, "1")])),
            Err(Failure::NotAPublication { .. })
        ));
        assert_eq!(held(&root), ["travail.txt"]);
        std::fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn what_cannot_be_written_leaves_nothing_behind() {
        let root = scratch("failed");
        let out = root.join("out");
        write(&out, &files(&[(MARK, "1")])).unwrap();
        let failed = write(&out, &files(&[(MARK, "2"), ("dossier/absent.html", "")]));
        assert!(matches!(failed, Err(Failure::Replace { .. })));
        assert_eq!(std::fs::read_to_string(out.join(MARK)).unwrap(), "1");
        assert_eq!(held(&root), ["out"]);
        std::fs::remove_dir_all(&root).unwrap();
    }
}
