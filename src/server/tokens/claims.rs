use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{SessionId, Timestamp, UserId};

/// Everything an access token says (RFC 9068 §2.2). All of it is required and nothing else is understood: an
/// array where a text belongs, a second spelling of a claim or an unknown one makes the token invalid.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    pub iss: String,
    pub sub: UserId,
    pub aud: String,
    pub exp: Timestamp,
    pub iat: Timestamp,
    /// Makes every token unique; nothing is decided by it.
    pub jti: Uuid,
    pub sid: SessionId,
}
