use serde::{Deserialize, Serialize};

use super::{Device, Timestamp};

/// Something that has happened to an account, as its owner may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountEvent {
    pub at: Timestamp,
    /// What happened, by its stable name: `login`, `login_failed`, `logout`, …
    pub kind: String,
    /// Why, by its stable name, where there is a reason.
    pub detail: Option<String>,
    /// `None`: the command line, or the server itself.
    pub device: Option<Device>,
    pub address: Option<String>,
}
