use std::{env, net::IpAddr};

/// Who asks for something, as far as it can be known without a token: for the record of security events.
#[derive(Debug, Clone)]
pub struct Client {
    /// `None` on the command line.
    pub address: Option<IpAddr>,
    /// What a browser says it is, or the command line and who uses it.
    pub agent: String,
}

impl Client {
    /// Somebody at this machine's command line.
    #[must_use]
    pub fn command_line() -> Self {
        let user = ["SUDO_USER", "USER", "LOGNAME"]
            .into_iter()
            .find_map(|name| env::var(name).ok());
        let agent = user.map_or_else(
            || "command line".to_owned(),
            |user| format!("command line of {user}"),
        );
        Self {
            address: None,
            agent,
        }
    }

    /// The server itself.
    #[must_use]
    pub fn server() -> Self {
        Self {
            address: None,
            agent: "server".to_owned(),
        }
    }
}
