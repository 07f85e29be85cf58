use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::{SessionId, Timestamp, UserId};

/// The claims of an access token (RFC 9068 §2.2). All of them are required and no others are
/// accepted: a wrong type, a claim given twice or an unknown one makes the token invalid.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    pub iss: String,
    pub sub: UserId,
    pub aud: String,
    pub exp: Timestamp,
    pub iat: Timestamp,
    /// Makes every token unique. Nothing is decided by it.
    pub jti: Uuid,
    pub sid: SessionId,
}
