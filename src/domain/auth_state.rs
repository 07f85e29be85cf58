use super::{SessionId, User};

/// Who is signed in, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthState {
    /// The server could not be asked, or has not answered yet.
    Unknown,
    /// Nobody is signed in.
    Anonymous,
    /// A user is signed in. Whether the session is still live is known to the server only.
    #[non_exhaustive]
    SignedIn {
        /// The user.
        user: User,
        /// The session of this browser.
        session: SessionId,
    },
}
