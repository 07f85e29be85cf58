use clap::{Args, Subcommand};
use jiff::SignedDuration;

use super::{
    CommandResult,
    terminal::{duration, print, utc},
};
use crate::{
    auth::AuthService,
    domain::{Actor, EmailAddress, InvitationId, Language},
};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Invite {
    #[command(subcommand)]
    command: Option<Command>,
    /// Mail the link to this address, which becomes that of the account. It is good for 7 days.
    #[arg(long)]
    email: Option<String>,
    /// The language of the mail: en, de or ar.
    #[arg(long, requires = "email", default_value = "en")]
    language: Language,
    /// For how long a printed link is good, such as 30m, 24h or 7d.
    #[arg(
        long,
        value_name = "TIME",
        default_value = "7d",
        value_parser = duration,
        conflicts_with = "email"
    )]
    valid_for: SignedDuration,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the invitations that were not accepted yet.
    List,
    /// Make the link of an invitation void.
    Revoke { id: uuid::Uuid },
}

impl Invite {
    pub async fn run(self, auth: &AuthService, actor: &Actor) -> CommandResult {
        match self.command {
            Some(Command::List) => list(auth).await,
            Some(Command::Revoke { id }) => {
                auth.revoke_invitation(InvitationId(id), actor).await?;
                print(format_args!("Revoked the invitation {id}."))
            }
            None => {
                let Some(email) = self.email else {
                    let link = auth.invite(self.valid_for.as_secs(), actor).await?;
                    return print(format_args!("{link}"));
                };
                let email = EmailAddress::parse(&email)?;
                auth.invite_by_mail(email, self.language, actor).await?;
                print(format_args!(
                    "The invitation is queued. A running server mails it."
                ))
            }
        }
    }
}

async fn list(auth: &AuthService) -> CommandResult {
    for invitation in auth.invitations().await? {
        let until = match invitation.expires_at {
            Some(at) => format!("until {}", utc(at)?),
            None => "to be mailed".to_owned(),
        };
        let email = invitation.email.map(|email| email.to_string());
        print(format_args!(
            "{}  {until:26}  {}",
            invitation.id,
            email.as_deref().unwrap_or("-")
        ))?;
    }
    Ok(())
}
