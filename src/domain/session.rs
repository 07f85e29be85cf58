use serde::{Deserialize, Serialize};

use super::{Device, SessionId, Timestamp};

/// What the owner of a session may know about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    pub id: SessionId,
    /// When the user signed in.
    pub created_at: Timestamp,
    /// When the session is over, whatever its user does.
    pub expires_at: Timestamp,
}

/// One of its owner's sessions, as they tell it from the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSession {
    pub session: SessionView,
    pub device: Device,
    /// When it was renewed last, or begun.
    pub last_seen_at: Timestamp,
    /// How often it was renewed.
    pub renewals: u64,
    /// Whether it is the one that asks.
    pub is_current: bool,
}
