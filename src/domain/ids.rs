use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The id of a user, which never changes, unlike the user name. The `sub` claim (RFC 7519 §4.1.2).
/// A UUID of version 7 (RFC 9562 §5.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(pub Uuid);

/// The id of a session: one login on one device. The `sid` claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub Uuid);

/// The id of an attempt to sign in whose password is being checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptId(pub Uuid);

/// The id of a mail in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailId(pub Uuid);

/// The id of an invitation to create an account. It does not let anybody use the invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationId(pub Uuid);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for MailId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for InvitationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
