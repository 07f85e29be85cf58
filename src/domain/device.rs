use std::fmt;

use serde::{Deserialize, Serialize};

/// What a person calls a device: its browser, and the system that runs on it where that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub name: String,
    pub system: Option<String>,
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.system {
            Some(system) => write!(f, "{} on {system}", self.name),
            None => f.write_str(&self.name),
        }
    }
}
