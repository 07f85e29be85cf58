use serde::{Deserialize, Serialize};

/// A device as shown to its owner, derived from the `User-Agent` header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// The browser, for example "Firefox"; empty if it sent no `User-Agent`.
    pub name: String,
    /// The operating system; `None` if unknown.
    pub system: Option<String>,
}
