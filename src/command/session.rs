use clap::Subcommand;
use countersign::{
    domain::{SessionId, Username},
    server::{Client, Vault},
};
use uuid::Uuid;

use super::{
    Outcome,
    terminal::{in_utc, say},
};

#[derive(Debug, Subcommand)]
pub enum Session {
    /// List the sessions that live: id, signed in at, last seen at, ends at, user and device.
    List {
        /// Only those of one user.
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
    },
    /// End one session, those of a user, or all of them.
    #[command(arg_required_else_help = true)]
    Revoke {
        /// The session's id, as `session list` shows it.
        #[arg(value_name = "SID", conflicts_with_all = ["user", "all"])]
        id: Option<Uuid>,
        /// Every session of one user.
        #[arg(long, value_name = "NAME", conflicts_with = "all")]
        user: Option<String>,
        /// Every session of everybody: after the database was put back from a snapshot of the disk, for example.
        #[arg(long)]
        all: bool,
    },
}

impl Session {
    pub async fn run(self, vault: &Vault, client: &Client) -> Outcome {
        match self {
            Self::List { user } => list(vault, user.as_deref()).await,
            Self::Revoke { all: true, .. } => {
                vault.revoke_all_sessions(client).await?;
                say(format_args!("Ended every session of everybody."))
            }
            Self::Revoke {
                user: Some(name), ..
            } => {
                let name = Username::parse(&name)?;
                let number = vault.revoke_sessions_of(&name, client).await?;
                say(format_args!("Ended the sessions of {name}: {number}."))
            }
            Self::Revoke { id: Some(id), .. } => {
                if !vault.revoke_session(SessionId(id), client).await? {
                    return Err(format!(
                        "no session {id} lives; `countersign session list` shows them all"
                    )
                    .into());
                }
                say(format_args!("Ended session {id}."))
            }
            Self::Revoke { .. } => Err("name a session, or use --user NAME or --all".into()),
        }
    }
}

async fn list(vault: &Vault, user: Option<&str>) -> Outcome {
    let name = user.map(Username::parse).transpose()?;
    for listed in vault.list_sessions(name.as_ref()).await? {
        let session = listed.session;
        let (began, seen) = (in_utc(session.created_at)?, in_utc(listed.last_seen_at)?);
        let ends = in_utc(session.expires_at)?;
        say(format_args!(
            "{}  {began}  {seen}  {ends}  {}  {:?}",
            session.id, listed.username, listed.device
        ))?;
    }
    Ok(())
}
