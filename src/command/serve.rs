use clap::Args;
use countersign::{
    server::{Client, Clock, Settings},
    startup,
};

use super::{Outcome, terminal::say};

/// Start the server.
#[derive(Debug, Args)]
pub struct Serve {
    /// With an empty database: make the account `demo` and print its random password once.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub async fn run(&self, settings: &Settings) -> Outcome {
        startup::start_logging(&settings.log)?;
        if let Some(path) = settings.missing_site() {
            return Err(format!(
                "{} is missing: build the pages with `make build`",
                path.display()
            )
            .into());
        }
        let app = startup::build(settings, Clock::system()).await?;
        if self.demo {
            let line = match app.vault.add_demo_user(&Client::command_line()).await? {
                Some(password) => {
                    format!("An account to try things out, shown this once: user name demo, password {password}")
                }
                None => "There are accounts already; `countersign user passwd NAME` sets a new password.".to_owned(),
            };
            say(format_args!("{line}"))?;
        }
        let scheme = if settings.server.tls.is_some() {
            "https"
        } else {
            "http"
        };
        startup::serve(app, settings, |address| {
            let _ = say(format_args!(
                "Countersign is listening on {scheme}://{address}"
            ));
        })
        .await?;
        Ok(())
    }
}
