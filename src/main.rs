//! The command line. Exit status: 0 done, 1 failed, 2 used wrongly.

use std::{
    error::Error,
    io::{self, IsTerminal, Read, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use countersign::{
    domain::{NewPassword, Password, Username},
    server::{Clock, LogFormat, LogSettings, Settings, Vault},
    startup,
};
use tracing_subscriber::EnvFilter;

/// A complete login and logout for Rust web applications.
#[derive(Parser)]
#[command(version, arg_required_else_help = true)]
struct CommandLine {
    /// A configuration file that goes over the built-in defaults; the environment goes over both.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server.
    Serve {
        /// With an empty database: make the account `demo` and print its random password once.
        #[arg(long)]
        demo: bool,
    },
    /// Make, list and change accounts.
    #[command(subcommand)]
    User(UserCommand),
}

#[derive(Subcommand)]
enum UserCommand {
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
    /// Let a disabled user sign in again.
    Enable { name: String },
    /// Give a user another password and end their sessions.
    Passwd {
        name: String,
        /// Read the password from standard input, up to the end of its first line.
        #[arg(long)]
        password_stdin: bool,
    },
}

type Outcome = Result<(), Box<dyn Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    let CommandLine { config, command } = CommandLine::parse();
    match run(config, command).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let line = error.to_string().replace('\n', " ");
            let _ = writeln!(io::stderr(), "countersign: {line}");
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Option<PathBuf>, command: Command) -> Outcome {
    let settings = Settings::load(config.as_deref())?;
    match command {
        Command::Serve { demo } => serve(&settings, demo).await,
        Command::User(command) => {
            let vault = Vault::open(&settings, Clock::system()).await?;
            let done = change_users(&vault, command, &settings).await;
            vault.close().await;
            done
        }
    }
}

async fn serve(settings: &Settings, demo: bool) -> Outcome {
    start_logging(&settings.log)?;
    if let Some(path) = settings.missing_site() {
        return Err(format!("{} is missing: build the pages with `make build`", path.display()).into());
    }
    let app = startup::build(settings, Clock::system()).await?;
    if demo {
        let line = match app.vault.add_demo_user().await? {
            Some(password) => {
                format!("An account to try things out, shown this once: user name demo, password {password}")
            }
            None => "There are accounts already; `countersign user passwd NAME` sets a new password.".to_owned(),
        };
        say(format_args!("{line}"))?;
    }
    let scheme = if settings.server.tls.is_some() { "https" } else { "http" };
    startup::serve(app, settings, |address| {
        let _ = say(format_args!("Countersign is listening on {scheme}://{address}"));
    })
    .await?;
    Ok(())
}

async fn change_users(vault: &Vault, command: UserCommand, settings: &Settings) -> Outcome {
    match command {
        UserCommand::Add { name, password_stdin } => {
            let name = Username::parse(&name)?;
            let user = vault.add_user(name, &ask_password(password_stdin)?).await?;
            say(format_args!("Added {} to {}.", user.username, settings.database_url))
        }
        UserCommand::List => {
            for listed in vault.list_users().await? {
                let since = jiff::Timestamp::from_second(listed.created_at.0)?;
                let state = if listed.disabled_at.is_some() { "disabled" } else { "enabled" };
                say(format_args!("{state:8}  {since}  {}", listed.user.username))?;
            }
            Ok(())
        }
        UserCommand::Disable { name } => {
            let name = Username::parse(&name)?;
            vault.disable_user(&name).await?;
            say(format_args!("Disabled {name} and ended their sessions."))
        }
        UserCommand::Enable { name } => {
            let name = Username::parse(&name)?;
            vault.enable_user(&name).await?;
            say(format_args!("Enabled {name}."))
        }
        UserCommand::Passwd { name, password_stdin } => {
            let name = Username::parse(&name)?;
            vault.set_password(&name, &ask_password(password_stdin)?).await?;
            say(format_args!("Changed the password of {name} and ended their sessions."))
        }
    }
}

/// Reads a password that nobody can read along with, twice; or once from standard input.
fn ask_password(from_stdin: bool) -> Result<NewPassword, Box<dyn Error>> {
    if from_stdin {
        let mut text = String::new();
        io::stdin().take(4096).read_to_string(&mut text)?;
        let line = text.lines().next().unwrap_or_default();
        return Ok(NewPassword::parse(&Password::new(line.to_owned()))?);
    }
    if !io::stdin().is_terminal() {
        return Err("there is no terminal to ask for a password on: use --password-stdin".into());
    }
    let typed = rpassword::prompt_password("Password: ")?;
    let password = NewPassword::parse(&Password::new(typed.clone()))?;
    if rpassword::prompt_password("Once more: ")? != typed {
        return Err("the two passwords differ; nothing was changed".into());
    }
    Ok(password)
}

fn say(line: std::fmt::Arguments<'_>) -> Outcome {
    Ok(writeln!(io::stdout(), "{line}")?)
}

fn start_logging(settings: &LogSettings) -> Outcome {
    let mut filter =
        EnvFilter::try_new(&settings.level).map_err(|error| format!("log.level can't be used: {error}"))?;
    // At their finest level these write headers and bodies, with passwords and tokens in them.
    for quiet in ["h2=info", "hyper=info", "hyper_util=info", "sqlx=info"] {
        filter = filter.add_directive(quiet.parse()?);
    }
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match settings.format {
        LogFormat::Json => log.json().init(),
        LogFormat::Text => log.with_ansi(io::stderr().is_terminal()).init(),
    }
    Ok(())
}
