//! The command line: one file for each command.

mod audit;
mod backup;
mod import;
mod invite;
mod keys;
mod mail;
mod migrate;
mod serve;
mod session;
mod terminal;
mod user;

use std::{
    env,
    error::Error,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
    sync::LazyLock,
};

use axum::Router;
use clap::{
    CommandFactory, FromArgMatches, Parser, Subcommand,
    error::{ContextKind, ContextValue},
};

use crate::{
    auth::{self, Clock},
    server::{Server, Settings, open_auth, open_to_operate},
    store::IfAbsent,
};

const OUR_NAME: &str = env!("CARGO_PKG_NAME");
const OUR_VERSION: &str = concat!("(countersign ", env!("CARGO_PKG_VERSION"), ")");

/// The name of this program, which an application has given it.
static PROGRAM: LazyLock<String> = LazyLock::new(|| {
    let path = env::args_os().next().map(PathBuf::from);
    let name = path.as_ref().and_then(|path| path.file_name()?.to_str());
    name.unwrap_or(OUR_NAME).to_owned()
});

/// A complete login and logout for Rust web applications.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true)]
struct CommandLine {
    /// A configuration file over the built-in defaults; the environment goes over both.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Migrate(migrate::Migrate),
    Import(import::Import),
    #[command(flatten)]
    Operator(OperatorCommand),
}

/// The commands that work on the database, beside a running server or without one.
#[derive(Debug, Subcommand)]
enum OperatorCommand {
    /// Create, list and change accounts.
    #[command(subcommand)]
    User(user::User),
    /// Invite somebody to create an account; without --email, print the link. Whoever has it can use it.
    Invite(invite::Invite),
    /// List and end sessions.
    #[command(subcommand)]
    Session(session::Session),
    /// Rotate the keys that sign access tokens.
    #[command(subcommand)]
    Keys(keys::Keys),
    /// List mails that were not sent, and have them tried again.
    #[command(subcommand)]
    Mail(mail::Mail),
    Audit(audit::Audit),
    Backup(backup::Backup),
}

/// The result of a command. An error is one line that says what to do next.
type CommandResult = Result<(), Box<dyn Error>>;

/// Runs the command of this process' arguments, such as `serve` or `user add ada`. An application
/// that offers it needs no other program for its accounts:
///
/// ```no_run
/// # fn router() -> axum::Router { axum::Router::new() }
/// use std::{convert::Infallible, process::ExitCode};
///
/// #[tokio::main]
/// async fn main() -> ExitCode {
///     countersign::cli(async |_| Ok::<_, Infallible>(router())).await
/// }
/// ```
///
/// `serve` serves the router of `application`, and only it calls `application`, with the server whose
/// database is open: [`Server::database_url`] is for a pool of the application,
/// [`Server::auth`] for its own accounts.
///
/// The exit status is 0, or 1 after a failure, which is reported in one line on standard error.
/// Wrong usage exits with status 2.
pub async fn run<E: Into<Box<dyn Error>>>(
    application: impl AsyncFnOnce(&Server) -> Result<Router, E>,
) -> ExitCode {
    match CommandLine::of_program().run(application).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let program = &*PROGRAM;
            let line = error.to_string().replace('\n', " ");
            // Errors name commands of ours, which are this program's.
            let line = line.replace("`countersign ", &format!("`{program} "));
            let _ = writeln!(io::stderr(), "{program}: {line}");
            ExitCode::FAILURE
        }
    }
}

impl CommandLine {
    /// As `parse`, with the name of this program if it is not ours.
    fn of_program() -> Self {
        let mut command = Self::command();
        if *PROGRAM != OUR_NAME {
            command = command.name(PROGRAM.as_str()).version(OUR_VERSION);
            command = command.about("Serve the application, and manage the accounts of its login");
        }
        let matches = command.try_get_matches();
        let parsed = matches.and_then(|matches| Self::from_arg_matches(&matches));
        parsed.unwrap_or_else(|error| without_addresses(error).exit())
    }

    async fn run<E: Into<Box<dyn Error>>>(
        self,
        application: impl AsyncFnOnce(&Server) -> Result<Router, E>,
    ) -> CommandResult {
        let settings = Settings::load(self.config.as_deref())?;
        match self.command {
            Command::Serve(serve) => serve.run(&settings, application).await,
            Command::Migrate(migrate) => migrate.run(&settings).await,
            Command::Import(import) => import.run(&settings).await,
            Command::Operator(command) => command.run(&settings).await,
        }
    }
}

/// The address of a database may hold a password, which is not shown.
fn without_addresses(mut error: clap::Error) -> clap::Error {
    for kind in [
        ContextKind::InvalidArg,
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidValue,
    ] {
        if let Some(ContextValue::String(text)) = error.get(kind)
            && (text.contains("://") || text.contains('@'))
        {
            error.insert(kind, ContextValue::String("…".to_owned()));
        }
    }
    error
}

impl OperatorCommand {
    async fn run(self, settings: &Settings) -> CommandResult {
        let actor = auth::command_line();
        let (begin, fail) = (IfAbsent::Begin, IfAbsent::Fail);
        let auth = match self {
            Self::Keys(_) => open_auth(settings, fail, Clock::system(), &actor).await?,
            Self::User(user::User::Add { .. }) => open_to_operate(settings, begin, &actor).await?,
            _ => open_to_operate(settings, fail, &actor).await?,
        };
        let result = match self {
            Self::User(user) => user.run(&auth, settings, &actor).await,
            Self::Invite(invite) => invite.run(&auth, &actor).await,
            Self::Session(session) => session.run(&auth, &actor).await,
            Self::Keys(keys) => keys.run(&auth, settings, &actor).await,
            Self::Mail(mail) => mail.run(&auth).await,
            Self::Audit(audit) => audit.run(&auth).await,
            Self::Backup(backup) => backup.run(&auth).await,
        };
        auth.close().await;
        result
    }
}
