use clap::Subcommand;
use countersign::{
    domain::Username,
    server::{Client, Settings, Vault},
};

use super::{
    Outcome,
    terminal::{ask_password, in_utc, say},
};

#[derive(Debug, Subcommand)]
pub enum User {
    /// Make an account; asks for the password twice.
    Add {
        name: String,
        /// Read the password from standard input, up to the end of its first line.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List all accounts.
    List,
    /// Shut a user out and end their sessions.
    Disable { name: String },
    /// Let a disabled user sign in again, and forget the sign-ins that have failed.
    Enable { name: String },
    /// Give a user another password and end their sessions.
    Passwd {
        name: String,
        /// Read the password from standard input, up to the end of its first line.
        #[arg(long)]
        password_stdin: bool,
    },
}

impl User {
    pub async fn run(self, vault: &Vault, settings: &Settings, client: &Client) -> Outcome {
        match self {
            Self::Add {
                name,
                password_stdin,
            } => {
                let name = Username::parse(&name)?;
                let password = ask_password(password_stdin, &name)?;
                let user = vault.add_user(name, &password, client).await?;
                say(format_args!(
                    "Added {} to {}.",
                    user.username, settings.database_url
                ))
            }
            Self::List => {
                for listed in vault.list_users().await? {
                    let since = in_utc(listed.created_at)?;
                    let state = if listed.disabled_at.is_some() {
                        "disabled"
                    } else {
                        "enabled"
                    };
                    say(format_args!("{state:8}  {since}  {}", listed.user.username))?;
                }
                Ok(())
            }
            Self::Disable { name } => {
                let name = Username::parse(&name)?;
                vault.disable_user(&name, client).await?;
                say(format_args!("Disabled {name} and ended their sessions."))
            }
            Self::Enable { name } => {
                let name = Username::parse(&name)?;
                vault.enable_user(&name, client).await?;
                say(format_args!("Enabled {name}."))
            }
            Self::Passwd {
                name,
                password_stdin,
            } => {
                let name = Username::parse(&name)?;
                let password = ask_password(password_stdin, &name)?;
                vault.set_password(&name, &password, client).await?;
                say(format_args!(
                    "Changed the password of {name} and ended their sessions."
                ))
            }
        }
    }
}
