use clap::Args;

use super::{CommandResult, terminal::print};
use crate::{
    auth,
    server::{self, Settings},
    store::{DatabaseOptions, Imported, SessionsOver},
};

/// Move users, sessions and the audit log from a database in a file to the one of Postgres that
/// `database.url` names, which has to be empty. No server goes on with the old one.
#[derive(Debug, Args)]
pub(super) struct Import {
    /// The old database: `sqlite:` and the path of its file. Stop its server first.
    #[arg(value_name = "sqlite:PATH", value_parser = parse_source)]
    source: String,
}

fn parse_source(text: &str) -> Result<String, String> {
    let path = text.strip_prefix("sqlite:").unwrap_or_default();
    if path.trim_start_matches('/').is_empty() {
        return Err("write it as sqlite:PATH, with the path of its file".to_owned());
    }
    Ok(text.to_owned())
}

impl Import {
    pub async fn run(&self, settings: &Settings) -> CommandResult {
        let target = DatabaseOptions::name(&settings.database_url());
        if !settings.has_shared_database() {
            return Err(format!(
                "import moves a database to Postgres, and database.url is {target}: is \
                 COUNTERSIGN_DATABASE_URL set? `countersign backup` copies a SQLite database"
            )
            .into());
        }
        let Imported {
            users,
            sessions,
            events,
            sessions_over,
        } = server::import(settings, &self.source, &auth::command_line()).await?;
        let source = &self.source;
        print(format_args!(
            "Moved {source} to {target}. Users: {users}, sessions: {sessions}, security events: \
             {events}."
        ))?;
        match sessions_over {
            None => {}
            Some(SessionsOver::Backup) => print(format_args!(
                "It was a backup, so all users have to sign in again."
            ))?,
            Some(SessionsOver::Moved(at)) => print(format_args!(
                "It had been moved before, at {}, so all users have to sign in again. Passwords are as \
                 they were then: set anew those that were changed since, and disable again who was \
                 disabled since.",
                at.rfc3339()
            ))?,
        }
        print(format_args!(
            "The old database is locked now. Set database.url to the new one on all servers, and start \
             them."
        ))
    }
}
