//! A directory for one piece of work, which its owner alone may read, and which goes with its value.

use std::io::{Error, ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// How many names are tried.
const MOST_NAMES: u32 = 10_000;

/// The number of the next name: none is given twice in a process, so that a path that was let go is nobody's.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// A directory of one piece of work.
#[derive(Debug)]
pub struct Desk(PathBuf);

impl Desk {
    /// Makes one among temporary files.
    ///
    /// Errors: none can be made there.
    pub fn new() -> Result<Self> {
        let parent = std::env::temp_dir();
        let process = std::process::id();
        for _ in 0..MOST_NAMES {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let directory = parent.join(format!("bareme-{process}-{number}"));
            match make(&directory) {
                Ok(()) => return Ok(Self(directory)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::from(ErrorKind::AlreadyExists))
    }

    /// Names a file in it.
    pub fn at(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Tells whether it is the superuser's, as all that the process makes.
    pub fn is_of_root(&self) -> bool {
        is_of_root(&self.0)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        // A browser that was stopped may still be writing: what it leaves is its own profile.
        let _ = std::fs::remove_file(self.at("page.html"));
        let _ = std::fs::remove_file(self.at("page.pdf"));
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Makes a directory that is not there, of which only the owner may read anything.
#[cfg(unix)]
fn make(directory: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o700).create(directory)
}

/// Makes a directory that is not there, in the user's own temporary files.
#[cfg(not(unix))]
fn make(directory: &Path) -> Result<()> {
    std::fs::create_dir(directory)
}

#[cfg(unix)]
fn is_of_root(directory: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(directory).is_ok_and(|metadata| metadata.uid() == 0)
}

#[cfg(not(unix))]
fn is_of_root(_: &Path) -> bool {
    false
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn two_desks_are_two_directories_and_both_go() {
        let (one, two) = (Desk::new().unwrap(), Desk::new().unwrap());
        assert_ne!(one.0, two.0);
        std::fs::write(one.at("page.html"), "a").unwrap();
        let paths = [one.0.clone(), two.0.clone()];
        drop((one, two));
        assert!(paths.iter().all(|path| !path.exists()));
    }

    #[test]
    #[cfg(unix)]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let desk = Desk::new().unwrap();
        let mode = std::fs::metadata(&desk.0).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
