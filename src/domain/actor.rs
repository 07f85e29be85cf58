use std::net::IpAddr;

/// Who sent a request, as far as that is known without a token. Every request behind the edge has it
/// in its extensions.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientInfo {
    /// The address of the client, found behind as many proxies as `server.trusted_proxies` says.
    pub ip: IpAddr,
    /// The `User-Agent` header, cut to a bounded length.
    pub user_agent: String,
}

/// Who caused a security event, for the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Actor {
    /// The client of a request.
    Client(ClientInfo),
    /// An operator at this machine's command line, by their login name where it is known.
    CommandLine {
        /// The login name on this machine.
        user: Option<String>,
    },
    /// The server process itself, or the application.
    Server,
}

impl Actor {
    /// The address that the request came from; `None` for everything but a client.
    #[must_use]
    pub(crate) fn ip(&self) -> Option<IpAddr> {
        match self {
            Self::Client(client) => Some(client.ip),
            Self::CommandLine { .. } | Self::Server => None,
        }
    }

    /// The client's user agent, or a description of whoever else it is.
    #[must_use]
    pub(crate) fn description(&self) -> String {
        match self {
            Self::Client(client) => client.user_agent.clone(),
            Self::CommandLine { user: Some(user) } => format!("command line of {user}"),
            Self::CommandLine { user: None } => "command line".to_owned(),
            Self::Server => "server".to_owned(),
        }
    }
}

impl From<&ClientInfo> for Actor {
    fn from(client: &ClientInfo) -> Self {
        Self::Client(client.clone())
    }
}
