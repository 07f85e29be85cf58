use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use tempfile::NamedTempFile;

/// Gives a file, which is complete, its name beside where it was written, durably.
///
/// # Errors
/// `AlreadyExists` if there is a file of that name; it is left as it is then.
pub fn persist_new(draft: NamedTempFile, target: &Path) -> io::Result<()> {
    draft.as_file().sync_all()?;
    match draft.persist_noclobber(target) {
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(error.error),
        // Some file systems have neither hard links nor a rename that never overwrites.
        Err(error) => claim_and_replace(error.file, target),
        Ok(_) => Ok(()),
    }?;
    sync_directory(target.parent().unwrap_or(Path::new(".")))
}

/// Claims the name with an empty file and then replaces that one. A crash in between leaves it.
fn claim_and_replace(draft: NamedTempFile, target: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(target)?;
    draft.persist(target).map(drop).map_err(|error| {
        let _ = fs::remove_file(target);
        error.error
    })
}

/// Some file systems can't sync a directory, and say so.
fn sync_directory(directory: &Path) -> io::Result<()> {
    let here = directory.as_os_str().is_empty();
    match File::open(if here { Path::new(".") } else { directory })?.sync_all() {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported
            ) =>
        {
            Ok(())
        }
        synced => synced,
    }
}
