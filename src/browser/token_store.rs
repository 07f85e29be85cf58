use gloo_storage::{SessionStorage, Storage};

use crate::domain::{AccessToken, AuthError};

/// Where this tab keeps its access token: `sessionStorage`, which ends with the tab.
#[derive(Debug)]
pub struct TokenStore;

const KEY: &str = "countersign.access_token";

impl TokenStore {
    #[must_use]
    pub fn read() -> Option<AccessToken> {
        SessionStorage::get(KEY).ok()
    }

    /// # Errors
    /// `StorageRefused` when storage is switched off or full.
    pub fn write(token: &AccessToken) -> Result<(), AuthError> {
        SessionStorage::set(KEY, token).map_err(|_| AuthError::StorageRefused)
    }

    pub fn clear() {
        SessionStorage::delete(KEY);
    }
}
