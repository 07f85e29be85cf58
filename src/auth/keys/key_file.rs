use std::{
    fs::{self, File, Metadata},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use rustix::{
    fs::{Mode, OFlags, open},
    process::geteuid,
};
use thiserror::Error;

use crate::store::{give_to_owner_of, persist_new, require_guarded_directory};

/// Why the file of a key can't be used. The text says what to do.
#[derive(Debug, Error)]
pub enum KeyFileError {
    #[error("can't read or write {path}: {cause}")]
    Io { path: PathBuf, cause: io::Error },
    #[error(
        "{0} can be read by others: run `chmod 600` on it, or replace it if others may have seen \
         it (mode 640 if it is root's, as with `fsGroup` in Kubernetes)"
    )]
    Exposed(PathBuf),
    #[error(
        "{0} belongs to another user: remove it, or `chown` it to the user of the server if it is \
         the right key"
    )]
    Foreign(PathBuf),
    #[error("{0} is not a regular file: remove it")]
    NotAFile(PathBuf),
}

/// The state of a file, by which a change is noticed: inode, change time in seconds and nanoseconds,
/// and length. A change of mode or owner changes the change time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileState(u64, i64, i64, u64);

impl FileState {
    /// `None` if the file can't be found.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let meta = fs::metadata(path).ok()?;
        Some(Self(
            meta.ino(),
            meta.ctime(),
            meta.ctime_nsec(),
            meta.len(),
        ))
    }
}

/// Reads the file of a key. Everybody who may write to the directory can add one, so its owner is
/// this process' user, root, or the owner of the directory.
///
/// # Errors
/// When it can't be read, can be read by others, is another user's, or is not a regular file.
pub fn read(path: &Path) -> Result<Vec<u8>, KeyFileError> {
    let failed = |cause| KeyFileError::Io {
        path: path.to_owned(),
        cause,
    };
    // Without NONBLOCK, opening a FIFO waits for somebody to write to it.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK;
    let file = open(path, flags, Mode::empty()).map_err(|error| failed(error.into()))?;
    let mut file = File::from(file);
    let state = file.metadata().map_err(failed)?;
    if !state.is_file() {
        return Err(KeyFileError::NotAFile(path.to_owned()));
    }
    if is_exposed(&state) {
        return Err(KeyFileError::Exposed(path.to_owned()));
    }
    let directory = fs::metadata(directory_of(path)).map_err(failed)?;
    if ![0, geteuid().as_raw(), directory.uid()].contains(&state.uid()) {
        return Err(KeyFileError::Foreign(path.to_owned()));
    }
    let mut content = Vec::new();
    file.read_to_end(&mut content).map_err(failed)?;
    Ok(content)
}

/// Refuses a directory of keys that others can replace. Whoever can write to the directory that it is
/// in can do so.
///
/// # Errors
/// When it is such a one, or can't be found.
pub fn require_guarded(directory: &Path) -> Result<(), KeyFileError> {
    for path in [directory, directory_of(directory)] {
        require_guarded_directory(path).map_err(|cause| KeyFileError::Io {
            path: path.to_owned(),
            cause,
        })?;
    }
    Ok(())
}

/// The directory that a file is in.
pub fn directory_of(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Creates a file for its owner alone (mode 0600), durably. A file with this name is always
/// complete, also after a crash. It is the directory's owner's: a key that root creates has to be
/// readable by the server.
///
/// # Errors
/// `AlreadyExists` if the file exists; it is left as it is then.
pub fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = directory_of(path);
    let mut draft = tempfile::NamedTempFile::new_in(directory)?;
    draft.write_all(content)?;
    give_to_owner_of(directory, draft.as_file())?;
    persist_new(draft, path)
}

/// Whether others than its owner can use a file. The group may read what is root's: so a service
/// gets a secret that it can't change, and so Kubernetes mounts secrets (`fsGroup`).
#[must_use]
pub fn is_exposed(file: &Metadata) -> bool {
    exposes(file.uid(), file.permissions().mode())
}

fn exposes(owner: u32, mode: u32) -> bool {
    let allowed_to_group = if owner == 0 { 0o040 } else { 0 };
    mode & 0o077 & !allowed_to_group != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_roots_files_may_be_read_by_their_group() {
        for mode in [0o600, 0o400] {
            assert!(!exposes(1000, mode) && !exposes(0, mode), "{mode:o}");
        }
        for mode in [0o640, 0o440] {
            assert!(exposes(1000, mode) && !exposes(0, mode), "{mode:o}");
        }
        for mode in [0o644, 0o604, 0o660, 0o620, 0o650, 0o601] {
            assert!(exposes(1000, mode) && exposes(0, mode), "{mode:o}");
        }
    }

    #[test]
    fn a_file_is_created_for_its_owner_and_never_overwritten() {
        let directory = tempfile::TempDir::new().unwrap();
        let path = directory.path().join("a");
        create(&path, b"first").unwrap();
        let again = create(&path, b"second").unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(&path).unwrap(), b"first");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let files = fs::read_dir(directory.path()).unwrap().count();
        assert_eq!(files, 1, "no draft is left behind");
    }
}
