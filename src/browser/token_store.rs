//! Where a tab keeps its access token: `sessionStorage`, which ends with the tab, or memory where the
//! browser denies storage.

use gloo_storage::{SessionStorage, Storage};
use leptos::prelude::{UpdateValue, WithValue};

use super::{ClientSession, storage::has_session_storage};
use crate::domain::AccessToken;

const KEY: &str = "countersign.access_token";

impl ClientSession {
    #[must_use]
    pub fn token(&self) -> Option<AccessToken> {
        let in_memory = self.state.with_value(|state| state.token.clone());
        in_memory.or_else(|| {
            let stored = has_session_storage().then(|| SessionStorage::get(KEY));
            stored?.ok()
        })
    }

    pub fn store_token(&self, token: &AccessToken) {
        self.clear_token();
        let is_stored = has_session_storage() && SessionStorage::set(KEY, token).is_ok();
        if !is_stored {
            self.state
                .update_value(|state| state.token = Some(token.clone()));
        }
    }

    /// Forgets the token, but not whose session this is: the next token is obtained by the cookie.
    pub fn clear_token(&self) {
        self.state.update_value(|state| state.token = None);
        if has_session_storage() {
            SessionStorage::delete(KEY);
        }
    }
}
