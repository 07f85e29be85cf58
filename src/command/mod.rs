//! What can be done from a terminal: one file for each word after `countersign`.

mod audit;
mod backup;
mod keys;
mod serve;
mod session;
mod terminal;
mod user;

use std::{error::Error, path::PathBuf};

use clap::{Parser, Subcommand};
use countersign::server::{Client, Clock, Settings, Vault};

/// A complete login and logout for Rust web applications.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
pub struct CommandLine {
    /// A configuration file that goes over the built-in defaults; the environment goes over both.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    /// Make, list and change accounts.
    #[command(subcommand)]
    User(user::User),
    /// List and end sessions.
    #[command(subcommand)]
    Session(session::Session),
    /// Change the keys that sign access tokens.
    #[command(subcommand)]
    Keys(keys::Keys),
    Audit(audit::Audit),
    Backup(backup::Backup),
}

/// What a command ends with: an error is one line that says what to do next.
type Outcome = Result<(), Box<dyn Error>>;

impl CommandLine {
    /// # Errors
    /// When the command could not be carried out.
    pub async fn run(self) -> Outcome {
        let settings = Settings::load(self.config.as_deref())?;
        if let Command::Serve(serve) = self.command {
            return serve.run(&settings).await;
        }
        let client = Client::command_line();
        let vault = Vault::open(&settings, Clock::system(), &client).await?;
        let done = match self.command {
            Command::Serve(_) => Ok(()),
            Command::User(user) => user.run(&vault, &settings, &client).await,
            Command::Session(session) => session.run(&vault, &client).await,
            Command::Keys(keys) => keys.run(&vault, &client).await,
            Command::Audit(audit) => audit.run(&vault).await,
            Command::Backup(backup) => backup.run(&vault).await,
        };
        vault.close().await;
        done
    }
}
