use std::path::PathBuf;

use clap::Args;
use countersign::server::Vault;

use super::{Outcome, terminal::say};

/// Write a consistent copy of the database into a new file, beside a running server or without one.
#[derive(Debug, Args)]
pub struct Backup {
    /// The file to make. It holds password hashes: keep it as safe as the database itself.
    file: PathBuf,
}

impl Backup {
    pub async fn run(self, vault: &Vault) -> Outcome {
        vault.backup(&self.file).await?;
        say(format_args!(
            "Wrote {}. When it is put back, everybody has to sign in again.",
            self.file.display()
        ))
    }
}
