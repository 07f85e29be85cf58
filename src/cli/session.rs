use clap::Subcommand;
use uuid::Uuid;

use super::{
    CommandResult, PROGRAM,
    terminal::{print, utc},
};
use crate::{
    auth::AuthService,
    domain::{Actor, SessionId, Username},
};

#[derive(Debug, Subcommand)]
pub(super) enum Session {
    /// List the live sessions: id, signed in at, last seen at, ends at, user and user agent.
    List {
        /// Only sessions of one user.
        #[arg(long, value_name = "NAME")]
        user: Option<String>,
    },
    /// End one session, those of a user, or all of them.
    #[command(arg_required_else_help = true)]
    Revoke {
        /// The session's id, as `session list` shows it.
        #[arg(value_name = "SID", conflicts_with_all = ["user", "all"], value_parser = parse_id)]
        id: Option<Uuid>,
        /// Every session of one user.
        #[arg(long, value_name = "NAME", conflicts_with = "all")]
        user: Option<String>,
        /// Every session of every user, for example after the database was restored from a disk
        /// snapshot.
        #[arg(long)]
        all: bool,
    },
}

fn parse_id(text: &str) -> Result<Uuid, String> {
    let program = &*PROGRAM;
    text.parse()
        .map_err(|_| format!("it is not the id of a session; `{program} session list` shows them"))
}

impl Session {
    pub async fn run(self, auth: &AuthService, actor: &Actor) -> CommandResult {
        match self {
            Self::List { user } => list(auth, user.as_deref()).await,
            Self::Revoke { all: true, .. } => {
                auth.revoke_all_sessions(actor).await?;
                print(format_args!("Ended every session of every user."))
            }
            Self::Revoke {
                user: Some(name), ..
            } => {
                let name = Username::parse(&name)?;
                let number = auth.revoke_sessions_of(&name, actor).await?;
                print(format_args!("Ended the sessions of {name}: {number}."))
            }
            Self::Revoke { id: Some(id), .. } => {
                if !auth.revoke_session(SessionId(id), actor).await? {
                    let text = "; `countersign session list` shows the live ones";
                    return Err(format!("session {id} is not live{text}").into());
                }
                print(format_args!("Ended session {id}."))
            }
            Self::Revoke { .. } => Err("name a session, or use --user NAME or --all".into()),
        }
    }
}

async fn list(auth: &AuthService, user: Option<&str>) -> CommandResult {
    let name = user.map(Username::parse).transpose()?;
    for session in auth.list_sessions(name.as_ref()).await? {
        let (id, user) = (session.info.id, &session.user.username);
        let (began, seen) = (utc(session.info.created_at)?, utc(session.last_seen_at)?);
        let ends = utc(session.info.expires_at)?;
        let agent = &session.user_agent;
        print(format_args!(
            "{id}  {began}  {seen}  {ends}  {user}  {agent:?}"
        ))?;
    }
    Ok(())
}
