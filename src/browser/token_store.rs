//! Where a tab keeps its access token: `sessionStorage`, which ends with the tab, or memory where the
//! browser denies storage.

use leptos::prelude::{UpdateValue, WithValue};

use super::{
    ClientSession,
    clock::set_ahead,
    now,
    storage::{get, remove, session_storage, set},
};
use crate::domain::{AccessToken, ReceivedToken, SessionId, Timestamp};

const TOKEN: &str = "countersign.access_token";
/// When the token has arrived, for how many seconds it is valid from then on, and its session. Another
/// document in the same tab needs to read no token to know.
const RECEIVED: &str = "countersign.received";

impl ClientSession {
    /// The access token of this tab.
    #[must_use]
    pub fn token(&self) -> Option<ReceivedToken> {
        let in_memory = self.state.with_value(|state| state.token.clone());
        in_memory.or_else(stored_token)
    }

    /// Stores a token that has just arrived.
    pub fn store_token(&self, access_token: AccessToken) {
        let token = ReceivedToken::new(access_token, now());
        if let Some(claims) = token.access_token.claims() {
            set_ahead(token.received_at.seconds_since(claims.iat));
        }
        self.clear_token();
        if !store(&token) {
            self.clear_token();
            self.state.update_value(|state| state.token = Some(token));
        }
    }

    /// Forgets the token, but not whose session this is: the next token is obtained by the cookie.
    pub fn clear_token(&self) {
        self.state.update_value(|state| state.token = None);
        remove(session_storage(), TOKEN);
        remove(session_storage(), RECEIVED);
    }
}

fn stored_token() -> Option<ReceivedToken> {
    let received = get(session_storage(), RECEIVED)?;
    let mut parts = received.split(' ');
    Some(ReceivedToken {
        access_token: AccessToken::new(get(session_storage(), TOKEN)?),
        received_at: Timestamp(parts.next()?.parse().ok()?),
        lifetime_seconds: parts.next()?.parse().ok()?,
        session: parts.next().and_then(|id| id.parse().ok()).map(SessionId),
    })
}

/// `false` when storage is denied or full.
fn store(token: &ReceivedToken) -> bool {
    let ReceivedToken {
        access_token,
        received_at,
        lifetime_seconds,
        session,
    } = token;
    let session = session.map(|id| id.to_string()).unwrap_or_default();
    let received = format!("{} {lifetime_seconds} {session}", received_at.0);
    set(session_storage(), TOKEN, access_token.expose())
        && set(session_storage(), RECEIVED, &received)
}
