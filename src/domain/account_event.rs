use serde::{Deserialize, Serialize};

use super::{Device, EventKind, RevokedReason, Timestamp};

/// A security event as the owner of the account may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEvent {
    /// The number of the event in the audit log.
    pub id: i64,
    pub at: Timestamp,
    pub kind: EventKind,
    /// Why the session ended, for [`EventKind::SessionRevoked`].
    pub reason: Option<RevokedReason>,
    /// `None` for the command line and for the server itself.
    pub device: Option<Device>,
    pub ip: Option<String>,
}
