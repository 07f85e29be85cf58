use serde::{Deserialize, Serialize};

use super::{SessionId, User};

/// The cookie that the browser's script sets when its user has signed out and the server could not be told. The next
/// request that carries it ends the session before anything else. Under https its name keeps other hosts of the same
/// domain from setting it (RFC 6265bis §4.1.3.2).
#[must_use]
pub fn ending_cookie(https: bool) -> &'static str {
    if https {
        "__Host-countersign-ending"
    } else {
        "countersign-ending"
    }
}

/// Who is there, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visitor {
    /// It could not be found out, or not yet.
    Unknown,
    Anonymous,
    SignedIn {
        user: User,
        session: SessionId,
    },
}
