use std::{
    fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions},
    io,
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    },
    path::{Path, PathBuf, absolute},
};

use percent_encoding::{AsciiSet, CONTROLS, percent_encode};

use super::StoreError;
use crate::store::{give_to_owner_of, lock_directory, require_guarded_directory};

/// What has a meaning of its own in the path of an address.
const DELIMITERS: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');

/// The address of a database in this file.
pub fn url(path: &Path) -> String {
    let path = percent_encode(path.as_os_str().as_bytes(), DELIMITERS);
    format!("sqlite://{path}")
}

/// Device and inode of a file.
pub(super) type FileId = (u64, u64);

pub(super) fn id(path: &Path) -> Option<FileId> {
    let file = fs::metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}

/// A command that was started in the wrong directory must neither seem to work nor make anything.
/// An empty file is no database yet.
pub(super) fn require_private_file(path: &Path) -> Result<(), StoreError> {
    match fs::metadata(path) {
        Ok(file) if file.len() > 0 => require_private(path, &file),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(path, error)),
        _ => Err(absent(path)),
    }
}

pub(super) fn absent(path: &Path) -> StoreError {
    StoreError::Absent(absolute(path).unwrap_or_else(|_| path.to_owned()))
}

/// An empty file is a new database. It holds password hashes, so it is created for its owner alone,
/// and refused when others can use it. `SQLite` gives its side files the same mode. Returns the lock
/// of its directory, for the time in which the schema is created.
pub(super) fn create_private_file(path: &Path) -> Result<File, StoreError> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let failed_to_lock = |cause| failed(parent, cause);
    let failed = |cause| failed(path, cause);
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(parent)
        .map_err(failed)?;
    require_guarded_directory(parent).map_err(failed_to_lock)?;
    let lock = lock_directory(parent).map_err(failed_to_lock)?;
    // Only SQLite opens a file that exists: closing it again would release every lock that the
    // connections of this process have on it, those of an application's pool too
    // (<https://sqlite.org/howtocorrupt.html>, 2.2).
    if !path.is_file() {
        let mut options = OpenOptions::new();
        let created = options.append(true).create_new(true).mode(0o600).open(path);
        created
            .and_then(|file| give_to_owner_of(parent, &file))
            .map_err(failed)?;
    }
    require_private(path, &fs::metadata(path).map_err(failed)?)?;
    Ok(lock)
}

/// Makes a file that holds no accounts yet its owner's alone, since a pool creates it with the mode of
/// the umask.
pub(super) fn make_private(path: &Path) -> Result<(), StoreError> {
    for file in side_files(path).iter().map(AsRef::as_ref).chain([path]) {
        // Somebody else may have put a link there.
        let found = fs::symlink_metadata(file).ok();
        if found.is_some_and(|found| found.is_file() && is_exposed(&found)) {
            let owner_only = Permissions::from_mode(0o600);
            fs::set_permissions(file, owner_only).map_err(|cause| failed(file, cause))?;
            tracing::info!(?file, "will hold password hashes, so its mode is now 0600");
        }
    }
    Ok(())
}

/// Refuses a file that others can use, and one with a hard link. `SQLite` keeps the latest changes
/// beside the name by which a file was opened, so by another name they are not seen
/// (<https://sqlite.org/howtocorrupt.html>, 2.5).
fn require_private(path: &Path, file: &Metadata) -> Result<(), StoreError> {
    if file.nlink() > 1 {
        return Err(StoreError::HardLink(path.to_owned()));
    }
    if is_exposed(file) {
        return Err(StoreError::Exposed(path.to_owned()));
    }
    for side_file in side_files(path) {
        if fs::metadata(&side_file).is_ok_and(|file| is_exposed(&file)) {
            return Err(StoreError::Exposed(side_file));
        }
    }
    Ok(())
}

fn is_exposed(file: &Metadata) -> bool {
    file.permissions().mode() & 0o077 != 0
}

pub(super) fn side_files(path: &Path) -> [PathBuf; 3] {
    ["-wal", "-shm", "-journal"].map(|ending| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        name.into()
    })
}

fn failed(path: &Path, cause: io::Error) -> StoreError {
    StoreError::File {
        path: path.to_owned(),
        cause,
    }
}
