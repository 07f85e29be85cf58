use std::error::Error;

use axum::Router;
use clap::Args;

use super::{CommandResult, OUR_NAME, PROGRAM, terminal::print};
use crate::{
    auth::{self, AuthService},
    server::{self, Server, Settings},
};

/// Start the server.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// With an empty database: create the account `demo` and print its random password once.
    #[arg(long)]
    demo: bool,
}

impl Serve {
    pub async fn run<E: Into<Box<dyn Error>>>(
        &self,
        settings: &Settings,
        application: impl AsyncFnOnce(&Server) -> Result<Router, E>,
    ) -> CommandResult {
        let _log = server::start_logging(&settings.log)?;
        let (listener, address) = server::listen(settings).await?;
        let server = Server::open(settings.clone()).await?;
        let application = application(&server).await.map_err(Into::into)?;
        if self.demo {
            print_demo_account(server.auth()).await?;
        }
        let scheme = if settings.server.tls().is_some() {
            "https"
        } else {
            "http"
        };
        let ready = || {
            let name = match PROGRAM.as_str() {
                OUR_NAME => "Countersign",
                name => name,
            };
            let _ = print(format_args!("{name} is listening on {scheme}://{address}"));
        };
        Ok(server.serve_on(listener, application, ready).await?)
    }
}

async fn print_demo_account(auth: &AuthService) -> CommandResult {
    match auth.add_demo_user(&auth::command_line()).await? {
        Some(password) => print(format_args!(
            "A demo account, shown only this once: user name demo, password {password}"
        )),
        None => print(format_args!(
            "There are accounts already; `{} user passwd NAME` sets a new password.",
            *PROGRAM
        )),
    }
}
