use std::{
    fs::{self, Metadata},
    io::{self, Write},
    os::unix::fs::{MetadataExt, PermissionsExt, fchown},
    path::Path,
};

use crate::store::persist_new;

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

/// Creates a file for its owner alone (mode 0600), durably. A file with this name is always
/// complete, also after a crash. It is the directory's owner's: a key that root creates has to be
/// readable by the server.
///
/// # Errors
/// `AlreadyExists` if the file exists; it is left as it is then.
pub fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or(Path::new("."));
    let mut draft = tempfile::NamedTempFile::new_in(directory)?;
    draft.write_all(content)?;
    let (owner, ours) = (fs::metadata(directory)?, draft.as_file().metadata()?);
    if owner.uid() != ours.uid() {
        fchown(draft.as_file(), Some(owner.uid()), Some(owner.gid()))?;
    }
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
