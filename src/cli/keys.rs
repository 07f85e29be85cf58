use clap::Subcommand;

use super::{CommandResult, terminal::print};
use crate::{auth::AuthService, domain::Actor};

#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Generate a signing key, which signs from now on. The others still verify until their files
    /// are removed.
    Rotate,
}

impl Keys {
    pub async fn run(self, auth: &AuthService, actor: &Actor) -> CommandResult {
        let Self::Rotate = self;
        let file = auth.rotate_keys(actor).await?;
        print(format_args!("{} signs from now on.", file.display()))?;
        print(format_args!(
            "Older keys in the same directory still verify. Their files can be removed once their"
        ))?;
        print(format_args!(
            "last token has expired, after session.access_token_seconds. If somebody may have seen a \
             key, remove it at once."
        ))
    }
}
