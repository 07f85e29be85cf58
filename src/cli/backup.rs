use std::path::PathBuf;

use clap::Args;

use super::{CommandResult, terminal::print};
use crate::auth::AuthService;

/// Write a consistent copy of the database into a new file, beside a running server or without
/// one.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to create. It holds password hashes: keep it as safe as the database itself.
    file: PathBuf,
}

impl Backup {
    pub async fn run(self, auth: &AuthService) -> CommandResult {
        auth.backup(&self.file).await?;
        let file = self.file.display();
        print(format_args!(
            "Wrote {file}. When it is restored, all users have to sign in again."
        ))
    }
}
