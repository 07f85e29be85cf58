use clap::Subcommand;

use super::{
    CommandResult,
    terminal::{print, utc},
};
use crate::auth::AuthService;

#[derive(Debug, Subcommand)]
pub(super) enum Mail {
    /// List the mails that were not sent yet, the oldest first, with the reason.
    List,
    /// Have these mails tried again now, those that were given up too.
    Retry,
}

impl Mail {
    pub async fn run(self, auth: &AuthService) -> CommandResult {
        match self {
            Self::List => {
                for mail in auth.unsent_mails().await? {
                    let created_at = utc(mail.created_at)?;
                    let state = if mail.due_at.is_some() {
                        "waiting"
                    } else {
                        "given up"
                    };
                    let user = mail.username.map(|name| name.to_string());
                    print(format_args!(
                        "{state:8}  {created_at}  {}  {}  {}  attempts: {}  {}",
                        mail.id,
                        mail.kind.code(),
                        user.as_deref().unwrap_or("-"),
                        mail.attempts,
                        mail.error.as_deref().unwrap_or_default(),
                    ))?;
                }
                Ok(())
            }
            Self::Retry => {
                let number = auth.retry_mails().await?;
                print(format_args!("Mails that are tried again now: {number}."))
            }
        }
    }
}
