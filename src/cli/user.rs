use std::io::{self, Write};

use clap::Subcommand;
use jiff::SignedDuration;

use super::{
    CommandResult, PROGRAM,
    terminal::{confirm_by_name, duration, print, read_new_password, utc},
};
use crate::{
    auth::{AccountError, AuthService},
    domain::{Actor, EmailAddress, Username},
    server::Settings,
    store::DatabaseOptions,
};

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Create an account; asks for the password twice.
    Add {
        name: String,
        /// The address to which a link is mailed when the password is forgotten.
        #[arg(long)]
        email: Option<String>,
        /// Read the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// List all accounts.
    List,
    /// Show what is stored of an account.
    Show { name: String },
    /// Set the e-mail address of an account, or remove it by an empty one. Mailed links are void then.
    SetEmail { name: String, email: String },
    /// Print a link by which the user chooses a new password. Whoever has it can do so.
    ResetLink {
        name: String,
        /// For how long it is good, such as 30m, 24h or 7d.
        #[arg(long, value_name = "TIME", default_value = "24h", value_parser = duration)]
        valid_for: SignedDuration,
    },
    /// Disable a user and end their sessions.
    Disable { name: String },
    /// Enable a disabled user again, and reset their failed logins.
    Enable { name: String },
    /// Delete an account for good, and end its sessions. The audit log keeps its events, without the
    /// name.
    Delete {
        name: String,
        /// Do not ask for the name again.
        #[arg(long)]
        yes: bool,
    },
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
                email,
                password_stdin,
            } => {
                let name = Username::parse(&name)?;
                let email = email.as_deref().map(EmailAddress::parse).transpose()?;
                // Before the password is asked for.
                match auth.find_user(&name).await {
                    Err(AccountError::Unknown(_)) => {}
                    Ok(user) => return Err(AccountError::Taken(user.username).into()),
                    Err(error) => return Err(error.into()),
                }
                let password = read_new_password(auth, password_stdin, &name)?;
                let user = auth
                    .add_user_with_email(name, &password, email.as_ref(), actor)
                    .await?;
                print(format_args!(
                    "Added {} to {}.",
                    user.username,
                    DatabaseOptions::name(&settings.database_url())
                ))
            }
            Self::List => list(auth).await,
            Self::Show { name } => show(auth, &Username::parse(&name)?).await,
            Self::SetEmail { name, email } => {
                let name = Username::parse(&name)?;
                let email = match email.trim() {
                    "" => None,
                    typed => Some(EmailAddress::parse(typed)?),
                };
                auth.set_email(&name, email.as_ref(), actor).await?;
                match email {
                    Some(email) => print(format_args!("The address of {name} is {email}.")),
                    None => print(format_args!("{name} has no address now.")),
                }
            }
            Self::ResetLink { name, valid_for } => {
                let name = Username::parse(&name)?;
                let seconds = valid_for.as_secs();
                let link = auth.password_reset_link(&name, seconds, actor).await?;
                print(format_args!("{link}"))
            }
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
            Self::Delete { name, yes } => {
                let user = auth.find_user(&Username::parse(&name)?).await?;
                if !yes {
                    confirm_by_name(&user.username)?;
                }
                auth.delete_user(&user.username, actor).await?;
                print(format_args!(
                    "Deleted {} and ended their sessions.",
                    user.username
                ))
            }
            Self::Passwd {
                name,
                password_stdin,
            } => {
                let name = Username::parse(&name)?;
                auth.find_user(&name).await?;
                let password = read_new_password(auth, password_stdin, &name)?;
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

async fn show(auth: &AuthService, name: &Username) -> CommandResult {
    let account = auth.find_account(name).await?;
    print(format_args!("name       {}", account.user.username))?;
    print(format_args!("id         {}", account.user.id))?;
    let email = account.email.map(|email| email.to_string());
    print(format_args!(
        "e-mail     {}",
        email.as_deref().unwrap_or("none")
    ))?;
    if let Some(name) = account.display_name {
        print(format_args!("shown as   {name}"))?;
    }
    print(format_args!("created    {}", utc(account.created_at)?))?;
    match account.disabled_at {
        Some(at) => print(format_args!("disabled   {}", utc(at)?)),
        None => print(format_args!("enabled")),
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
