use clap::Args;

use super::{CommandResult, terminal::print};
use crate::{
    auth::{self, AuthService, Clock},
    http::Application,
    server::{self, Settings},
};

/// Start the server.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// With an empty database: create the account `demo` and print its random password once.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub async fn run(&self, settings: &Settings, application: Application) -> CommandResult {
        let _log = server::start_logging(&settings.log)?;
        if let Some(path) = settings.missing_site() {
            let path = path.display();
            return Err(format!("{path} is missing: build the pages with `make build`").into());
        }
        let (listener, address) = server::listen(settings).await?;
        let server = server::build(settings, address, Clock::system(), application).await?;
        if self.demo {
            print_demo_account(&server.auth).await?;
        }
        let scheme = if settings.server.tls().is_some() {
            "https"
        } else {
            "http"
        };
        server::serve(server, listener, settings, || {
            let _ = print(format_args!(
                "Countersign is listening on {scheme}://{address}"
            ));
        })
        .await?;
        Ok(())
    }
}

async fn print_demo_account(auth: &AuthService) -> CommandResult {
    match auth.add_demo_user(&auth::command_line()).await? {
        Some(password) => print(format_args!(
            "A demo account, shown only this once: user name demo, password {password}"
        )),
        None => print(format_args!(
            "There are accounts already; `countersign user passwd NAME` sets a new password."
        )),
    }
}
