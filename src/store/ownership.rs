use std::{
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt, fchown},
    path::Path,
};

/// Gives a file that root has just made to the owner of its directory: the server of that user has
/// to be able to use it. Not one that was there before, which may be a link to a file of others.
///
/// # Errors
/// When the owner can't be read or changed.
pub fn give_to_owner_of(directory: &Path, made: &File) -> io::Result<()> {
    let (owner, ours) = (fs::metadata(directory)?, made.metadata()?);
    if ours.uid() == 0 && owner.uid() != 0 {
        fchown(made, Some(owner.uid()), Some(owner.gid()))?;
    }
    Ok(())
}
