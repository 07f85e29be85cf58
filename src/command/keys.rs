use clap::Subcommand;
use countersign::server::{Client, Vault};

use super::{Outcome, terminal::say};

#[derive(Debug, Subcommand)]
pub enum Keys {
    /// Make a new signing key, which signs from now on. The others still verify until their files are removed.
    Rotate,
}

impl Keys {
    pub async fn run(self, vault: &Vault, client: &Client) -> Outcome {
        let Self::Rotate = self;
        let file = vault.rotate_keys(client).await?;
        say(format_args!("{} signs from now on.", file.display()))?;
        say(format_args!(
            "Older keys in the same directory still verify. Once their last token has expired, at most an hour"
        ))?;
        say(format_args!(
            "from now, their files can be removed; if somebody may have seen one, remove it at once."
        ))
    }
}
