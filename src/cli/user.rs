use std::io::{self, Write};

use clap::Subcommand;

use super::{
    CommandResult, PROGRAM,
    terminal::{print, read_new_password, utc},
};
use crate::{
    auth::{AccountError, AuthService},
    domain::{Actor, Username},
    server::Settings,
    store::DatabaseOptions,
};

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Create an account; asks for the password twice.
    Add {
        name: String,
        /// Read the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List all accounts.
    List,
    /// Disable a user and end their sessions.
    Disable { name: String },
    /// Enable a disabled user again, and reset their failed logins.
    Enable { name: String },
    /// Set another password and end the user's sessions.
    Passwd {
        name: String,
        /// Read the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
    },
}

impl User {
    pub async fn run(
        self,
        auth: &AuthService,
        settings: &Settings,
        actor: &Actor,
    ) -> CommandResult {
        match self {
            Self::Add {
                name,
                password_stdin,
            } => {
                let name = Username::parse(&name)?;
                // Before the password is asked for.
                match auth.find_user(&name).await {
                    Err(AccountError::Unknown(_)) => {}
                    Ok(user) => return Err(AccountError::Taken(user.username).into()),
                    Err(error) => return Err(error.into()),
                }
                let password = read_new_password(password_stdin, &name)?;
                let user = auth.add_user(name, &password, actor).await?;
                print(format_args!(
                    "Added {} to {}.",
                    user.username,
                    DatabaseOptions::name(&settings.database_url())
                ))
            }
            Self::List => list(auth).await,
            Self::Disable { name } => {
                let name = Username::parse(&name)?;
                auth.disable_user(&name, actor).await?;
                print(format_args!("Disabled {name} and ended their sessions."))
            }
            Self::Enable { name } => {
                let name = Username::parse(&name)?;
                auth.enable_user(&name, actor).await?;
                warn_of_failures(auth, &name);
                print(format_args!("Enabled {name}."))
            }
            Self::Passwd {
                name,
                password_stdin,
            } => {
                let name = Username::parse(&name)?;
                auth.find_user(&name).await?;
                let password = read_new_password(password_stdin, &name)?;
                auth.set_password(&name, &password, actor).await?;
                warn_of_failures(auth, &name);
                print(format_args!(
                    "Changed the password of {name} and ended their sessions."
                ))
            }
        }
    }
}

fn warn_of_failures(auth: &AuthService, name: &Username) {
    if !auth.can_reset_failures() {
        let program = &*PROGRAM;
        let _ = writeln!(
            io::stderr(),
            "{program}: this machine lacks the keys of the servers, so the failed sign-ins of {name} still \
             delay the next one"
        );
    }
}

async fn list(auth: &AuthService) -> CommandResult {
    for listed in auth.list_users().await? {
        let created_at = utc(listed.created_at)?;
        let state = if listed.disabled_at.is_some() {
            "disabled"
        } else {
            "enabled"
        };
        print(format_args!(
            "{state:8}  {created_at}  {}",
            listed.user.username
        ))?;
    }
    Ok(())
}
