use std::{
    fs::{self, File, Metadata},
    io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
};

use rustix::process::geteuid;

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
/// can replace those of others. For root, also one of another user who may have put it in the place of
/// root's.
///
/// # Errors
/// When the directory is such a one, or can't be found.
pub fn require_guarded_directory(path: &Path) -> io::Result<()> {
    let directory = fs::metadata(path)?;
    if is_open_to_all(&directory) {
        let text = "everybody can replace its files: run `chmod o-w` on it, and check them, or set \
                    data.dir to a new directory in it";
        return Err(io::Error::other(text));
    }
    if geteuid().is_root() && directory.uid() != 0 {
        let path = path.canonicalize()?;
        let parent = path.parent().map(fs::metadata).transpose()?;
        if parent.as_ref().is_some_and(is_open_to_all) {
            let text = "it belongs to another user, and everybody can replace it: run the server as \
                        that user, or `chmod o-w` on the directory that it is in, and check its files";
            return Err(io::Error::other(text));
        }
    }
    Ok(())
}

fn is_open_to_all(directory: &Metadata) -> bool {
    directory.permissions().mode() & 0o1002 == 0o0002
}
