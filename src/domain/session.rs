use serde::{Deserialize, Serialize};

use super::{Device, DisplayName, SessionId, Timestamp};

/// A session and its times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionInfo {
    pub id: SessionId,
    /// When the user signed in.
    pub created_at: Timestamp,
    /// When the user gave the password last, in this session or to begin it.
    pub authenticated_at: Timestamp,
    /// The absolute end: the session is over from then on, however much it is used.
    pub expires_at: Timestamp,
}

impl SessionInfo {
    /// The maximum number of live sessions of a user. Each is a row to read and to send whenever
    /// the user looks at the list. A new session ends the least recently used ones beyond it.
    pub const MAX_PER_USER: i64 = 50;
}

/// A session as its owner sees it in the list of their sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionSummary {
    pub session: SessionInfo,
    /// What its owner calls it.
    pub name: Option<DisplayName>,
    pub device: Device,
    /// When it was refreshed last, or opened.
    pub last_seen_at: Timestamp,
    /// How often it was refreshed.
    pub refreshes: u64,
    /// Whether it is the session that asks.
    pub is_current: bool,
}
