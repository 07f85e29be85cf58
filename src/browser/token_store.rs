//! Where a tab keeps its access token: `sessionStorage`, which ends with the tab, or memory where the
//! browser denies storage.

use gloo_storage::{SessionStorage, Storage};
use leptos::prelude::{UpdateValue, WithValue};

use super::{ClientSession, now, storage::has_session_storage};
use crate::domain::{AccessToken, ReceivedToken, Timestamp};

const TOKEN: &str = "countersign.access_token";
/// When the token has arrived: another document in the same tab counts its lifetime from then on.
const RECEIVED_AT: &str = "countersign.received_at";

impl ClientSession {
    /// The access token of this tab.
    #[must_use]
    pub fn token(&self) -> Option<ReceivedToken> {
        let in_memory = self.state.with_value(|state| state.token.clone());
        in_memory.or_else(stored_token)
    }

    /// Stores a token that has just arrived.
    pub fn store_token(&self, access_token: AccessToken) {
        let token = ReceivedToken {
            access_token,
            received_at: now(),
        };
        self.clear_token();
        if !store(&token) {
            self.clear_token();
            self.state.update_value(|state| state.token = Some(token));
        }
    }

    /// Forgets the token, but not whose session this is: the next token is obtained by the cookie.
    pub fn clear_token(&self) {
        self.state.update_value(|state| state.token = None);
        if has_session_storage() {
            SessionStorage::delete(TOKEN);
            SessionStorage::delete(RECEIVED_AT);
        }
    }
}

fn stored_token() -> Option<ReceivedToken> {
    if !has_session_storage() {
        return None;
    }
    let received_at: String = SessionStorage::get(RECEIVED_AT).ok()?;
    Some(ReceivedToken {
        access_token: AccessToken::new(SessionStorage::get(TOKEN).ok()?),
        received_at: Timestamp(received_at.parse().ok()?),
    })
}

/// `false` when storage is denied or full. With texts only, the wasm has the code for one type.
fn store(token: &ReceivedToken) -> bool {
    has_session_storage()
        && SessionStorage::set(TOKEN, token.access_token.expose()).is_ok()
        && SessionStorage::set(RECEIVED_AT, &*token.received_at.0.to_string()).is_ok()
}
