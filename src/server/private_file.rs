use std::{
    fs,
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// A file for its owner alone that is being written, under a name that nobody takes for the finished one. It goes when this
/// is dropped.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    file: fs::File,
}

impl Draft {
    /// Makes an empty one in the directory of the file that it is to become.
    ///
    /// # Errors
    /// When it can't be made there.
    pub fn beside(target: &Path) -> io::Result<Self> {
        let path = directory(target).join(format!(".draft-{:032x}", rand::random::<u128>()));
        let file = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)?;
        Ok(Self { path, file })
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives it its name once it is on the disk: nobody ever finds half of it there.
    ///
    /// # Errors
    /// `AlreadyExists` when the file is there; it is left as it is then.
    pub fn finish(self, target: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        fs::hard_link(&self.path, target)?;
        drop(self);
        fs::File::open(directory(target))?.sync_all()
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Err(cause) = fs::remove_file(&self.path) {
            tracing::warn!(path = %self.path.display(), %cause, "a draft is left behind: remove it");
        }
    }
}

/// Makes a file for its owner alone, on the disk and whole.
///
/// # Errors
/// `AlreadyExists` when the file is there; it is left as it is then.
pub fn create(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut draft = Draft::beside(path)?;
    draft.file.write_all(content)?;
    draft.finish(path)
}

fn directory(of: &Path) -> &Path {
    of.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_that_is_not_finished_leaves_nothing_and_none_goes_over_a_file() {
        let directory = tempfile::TempDir::new().unwrap();
        let target = directory.path().join("a");
        drop(Draft::beside(&target).unwrap());
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
        create(&target, b"first").unwrap();
        assert_eq!(
            create(&target, b"second").unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(fs::read(&target).unwrap(), b"first");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
