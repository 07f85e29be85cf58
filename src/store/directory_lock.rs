use std::{fs::File, io, path::Path};

/// Waits until no other process holds the lock of a directory, and holds it until the result is
/// dropped, so that of several first starts one creates the files. Some network file systems have
/// no locks; then there is none.
///
/// # Errors
/// When the directory can't be opened.
pub fn lock_directory(path: &Path) -> io::Result<File> {
    let directory = File::open(path)?;
    let _unsupported = directory.lock();
    Ok(directory)
}
