//! Where a tab keeps its access token: `sessionStorage`, which ends with the tab.

use gloo_storage::{SessionStorage, Storage};

use crate::domain::{AccessToken, AuthError};

const KEY: &str = "countersign.access_token";

pub(super) fn read() -> Option<AccessToken> {
    SessionStorage::get(KEY).ok()
}

/// # Errors
/// `StorageRefused` when storage is disabled or full.
pub(super) fn write(token: &AccessToken) -> Result<(), AuthError> {
    SessionStorage::set(KEY, token).map_err(|_| AuthError::StorageRefused)
}

pub(super) fn clear() {
    SessionStorage::delete(KEY);
}
