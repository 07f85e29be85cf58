use std::{
    fs::{self, Metadata},
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

/// Creates a file for its owner alone (mode 0600), durably. A file with this name is always
/// complete, also after a crash.
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
    draft.as_file().sync_all()?;
    draft.persist_noclobber(path)?;
    fs::File::open(directory)?.sync_all()
}

/// Whether others than its owner can use a file.
#[must_use]
pub fn is_exposed(file: &Metadata) -> bool {
    file.permissions().mode() & 0o077 != 0
}

#[cfg(test)]
mod tests {
    use super::*;

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
