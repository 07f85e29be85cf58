use std::{
    fs::{self, File},
    io,
    os::unix::fs::PermissionsExt,
    path::Path,
};

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

/// Refuses a directory in which everybody can add and replace files. With its sticky bit set, nobody
/// can replace those of others.
///
/// # Errors
/// When the directory is such a one, or can't be found.
pub fn require_guarded_directory(path: &Path) -> io::Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    if mode & 0o1002 == 0o0002 {
        let text = "everybody can replace its files: run `chmod o-w` on it, and check them, or set \
                    data.dir to a new directory in it";
        return Err(io::Error::other(text));
    }
    Ok(())
}
