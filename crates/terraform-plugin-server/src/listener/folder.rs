//! The private folder of a socket.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::error::ServeError;

/// Longer paths do not fit a socket's address on every Unix (macOS: 104 bytes with the final zero).
const LONGEST_PATH: usize = 103;

/// Where sockets go when the folder for temporary files has a long name.
const SHORT_FOLDER: &str = "/tmp";

/// How many names are tried before something else must be wrong.
const TRIES: u32 = 100;

/// A folder that only this user can enter. It is removed with this value.
pub(crate) struct SocketFolder {
    folder: PathBuf,
    socket: PathBuf,
}

impl SocketFolder {
    /// Makes the folder where it is wanted, or where temporary files go.
    pub(crate) fn create(wanted: Option<&Path>) -> Result<Self, ServeError> {
        let wanted = wanted.map_or_else(std::env::temp_dir, Path::to_owned);
        // A TMPDIR that is empty counts as one that is not set.
        let wanted = if wanted.as_os_str().is_empty() { PathBuf::from(SHORT_FOLDER) } else { wanted };
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos();
        let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
        for attempt in 0..TRIES {
            let name = format!("plugin-{}-{:x}", std::process::id(), clock.wrapping_add(attempt));
            match Self::create_named(&wanted, &name) {
                Ok(folder) => return Ok(folder),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
                Err(source) => return Err(ServeError::Socket { folder: wanted, source }),
            }
        }
        Err(ServeError::Socket { folder: wanted, source: last })
    }

    fn create_named(wanted: &Path, name: &str) -> io::Result<Self> {
        let fits = |folder: &Path| folder.join(name).join("socket").as_os_str().len() <= LONGEST_PATH;
        let parent = if fits(wanted) { wanted } else { Path::new(SHORT_FOLDER) };
        let folder = parent.join(name);
        // Fails if the name exists, even as a link: nobody can put a folder of theirs under us.
        DirBuilder::new().mode(0o700).create(&folder)?;
        let socket = folder.join("socket");
        Ok(Self { folder, socket })
    }

    pub(crate) fn socket(&self) -> &Path {
        &self.socket
    }
}

impl Drop for SocketFolder {
    fn drop(&mut self) {
        // What cannot be removed must not keep the process from ending.
        _ = fs::remove_file(&self.socket);
        _ = fs::remove_dir(&self.folder);
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn is_private_and_vanishes() {
        let parent = tempfile::tempdir().unwrap();
        let folder = SocketFolder::create(Some(parent.path())).unwrap();
        let path = folder.folder.clone();
        assert!(path.starts_with(parent.path()));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        fs::write(folder.socket(), "").unwrap();
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn leaves_a_long_folder_for_a_short_one() {
        let parent = tempfile::tempdir().unwrap();
        let long = parent.path().join("x".repeat(120));
        fs::create_dir(&long).unwrap();
        let folder = SocketFolder::create(Some(&long)).unwrap();
        assert!(folder.socket().as_os_str().len() <= LONGEST_PATH);
        assert!(folder.socket().starts_with(SHORT_FOLDER));
    }

    #[test]
    fn two_folders_are_two() {
        let parent = tempfile::tempdir().unwrap();
        let first = SocketFolder::create(Some(parent.path())).unwrap();
        let second = SocketFolder::create(Some(parent.path())).unwrap();
        assert_ne!(first.socket(), second.socket());
    }
}
