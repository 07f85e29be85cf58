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
    #[command(flatten)]
    Administer(Administer),
}

/// What is done with an open vault, beside a running server or without one.
#[derive(Debug, Subcommand)]
enum Administer {
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
        match self.command {
            Command::Serve(serve) => serve.run(&settings).await,
            Command::Administer(command) => command.run(&settings).await,
        }
    }
}

impl Administer {
    async fn run(self, settings: &Settings) -> Outcome {
        let client = Client::command_line();
        let vault = Vault::open(settings, Clock::system(), &client).await?;
        let done = match self {
            Self::User(user) => user.run(&vault, settings, &client).await,
            Self::Session(session) => session.run(&vault, &client).await,
            Self::Keys(keys) => keys.run(&vault, &client).await,
            Self::Audit(audit) => audit.run(&vault).await,
            Self::Backup(backup) => backup.run(&vault).await,
        };
        vault.close().await;
        done
    }
}
