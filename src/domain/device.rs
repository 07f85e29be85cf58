use serde::{Deserialize, Serialize};

/// What a person calls a device: its browser, and the system that runs on it where that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub name: String,
    pub system: Option<String>,
}
