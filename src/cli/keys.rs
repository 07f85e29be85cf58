use clap::Subcommand;

use super::{CommandResult, terminal::print};
use crate::{auth::AuthService, domain::Actor, server::Settings};

#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Generate a signing key. It is published at once, and signs after the delay of the setting
    /// `token.new_key_delay_seconds`, when services that verify tokens know it. The others still
    /// verify until their files are removed.
    Rotate {
        /// Sign with it at once, because somebody may have seen the others.
        #[arg(long)]
        now: bool,
    },
}

impl Keys {
    pub async fn run(
        self,
        auth: &AuthService,
        settings: &Settings,
        actor: &Actor,
    ) -> CommandResult {
        let Self::Rotate { now } = self;
        let file = auth.rotate_keys(now, actor).await?;
        let file = file.display();
        if now {
            print(format_args!("{file} signs from now on."))?;
        } else {
            let delay = settings.token.new_key_delay_seconds;
            print(format_args!(
                "{file} is published now, and signs in {delay} seconds."
            ))?;
        }
        if settings.has_shared_database() {
            let within = match settings.token.new_key_delay_seconds {
                seconds if !now => format!("within {seconds} seconds"),
                _ => "at once".to_owned(),
            };
            print(format_args!(
                "The other servers need this file {within}: copy it into the directory of their keys, \
                 unless they share this one."
            ))?;
            print(format_args!(
                "Once the key signs, a server without it answers 503 to the tokens that it has signed."
            ))?;
        }
        print(format_args!(
            "Older keys in the same directory still verify. Their files can be removed once their"
        ))?;
        print(format_args!(
            "last token has expired, after session.access_token_seconds. If somebody may have seen a \
             key, remove it at once."
        ))
    }
}
