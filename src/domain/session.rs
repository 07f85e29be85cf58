use serde::{Deserialize, Serialize};

use super::{SessionId, Timestamp};

/// What the owner of a session may know about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    pub id: SessionId,
    /// When the user signed in.
    pub created_at: Timestamp,
    /// When the session is over, whatever its user does.
    pub expires_at: Timestamp,
}
