use serde::{Deserialize, Serialize};

use super::{SessionId, User};

/// Who is signed in, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthState {
    /// The server could not be asked, or has not answered yet.
    Unknown,
    Anonymous,
    SignedIn {
        user: User,
        session: SessionId,
    },
}
