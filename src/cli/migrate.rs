use clap::Args;

use super::{CommandResult, terminal::print};
use crate::{
    auth::{self, Clock},
    domain::Actor,
    server::{Settings, database_options, open_to_adopt},
    store::{self, DatabaseOptions, IfAbsent},
};

/// Apply the migrations that the database lacks, and create its tables if there are none.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// Change nothing. Exit with status 1 if the database lacks migrations.
    #[arg(long)]
    check: bool,
    /// Afterwards make the keys and public.url of this server those of all servers on the database.
    #[arg(long, conflicts_with = "check")]
    adopt: bool,
}

impl Migrate {
    pub async fn run(&self, settings: &Settings) -> CommandResult {
        let options = DatabaseOptions {
            migrate: true,
            ..database_options(settings)?
        };
        let name = || DatabaseOptions::name(&options.url);
        if self.adopt && !DatabaseOptions::is_postgres(&options.url) {
            return Err(format!(
                "--adopt is for several servers on Postgres, and the database here is {}: is \
                 COUNTERSIGN_DATABASE_URL set?",
                name()
            )
            .into());
        }
        let pending = store::pending_migrations(&options).await?;
        if self.check {
            return match pending {
                None => Err("the database has no tables yet: run `countersign migrate`".into()),
                Some(pending) if pending.is_empty() => {
                    print(format_args!("The database is up to date."))
                }
                Some(pending) => Err(format!(
                    "the database lacks migrations ({}): run `countersign migrate`",
                    numbers(&pending)
                )
                .into()),
            };
        }
        let (begin, now) = (IfAbsent::Begin, Clock::system().now());
        let actor = auth::command_line();
        let store = store::open(&options, begin, &actor, now).await?;
        store.close().await;
        match pending {
            None => print(format_args!("Created the tables in {}.", name()))?,
            Some(pending) if pending.is_empty() => {
                print(format_args!("The database is up to date."))?;
            }
            Some(pending) => print(format_args!("Applied migrations: {}", numbers(&pending)))?,
        }
        if self.adopt {
            adopt(settings, &actor).await?;
        }
        Ok(())
    }
}

async fn adopt(settings: &Settings, actor: &Actor) -> CommandResult {
    let auth = open_to_adopt(settings, actor).await?;
    let difference = auth.adopt(actor).await;
    auth.close().await;
    match difference? {
        None => print(format_args!(
            "The keys and public.url are those of the database."
        )),
        Some(difference) => print(format_args!(
            "This server differed from the database ({difference}). Its keys and public.url are now \
             those of all servers: give them the same files and settings."
        )),
    }
}

fn numbers(versions: &[i64]) -> String {
    let numbers: Vec<_> = versions.iter().map(ToString::to_string).collect();
    numbers.join(", ")
}
