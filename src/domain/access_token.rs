use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{SessionId, Timestamp, User};

/// The JWT that the browser stores and sends as `Authorization: Bearer`. Its `Debug` prints nothing of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccessToken(String);

/// The answer to a login: an access token response (RFC 6749 §5.1) and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    pub access_token: AccessToken,
    /// Always `Bearer` (RFC 6750).
    pub token_type: String,
    /// Seconds until the access token expires.
    pub expires_in: i64,
    pub user: User,
}

/// What a token says, read without checking it: for showing, never for deciding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedToken {
    pub header: Value,
    pub claims: Value,
}

impl AccessToken {
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The token itself, for a header or for checking it; never for a log, a URL or a page.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Reads header and claims, if this looks like a JWT at all.
    #[must_use]
    pub fn decode(&self) -> Option<DecodedToken> {
        let mut parts = self.0.split('.');
        let mut part = || serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok();
        Some(DecodedToken { header: part()?, claims: part()? })
    }
}

impl DecodedToken {
    /// When the token says that it was issued (`iat`).
    #[must_use]
    pub fn issued_at(&self) -> Option<Timestamp> {
        self.claims.get("iat")?.as_i64().map(Timestamp)
    }

    /// The session that the token names (`sid`).
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        serde_json::from_value(self.claims.get("sid")?.clone()).ok()
    }

    /// When the token says that it expires (`exp`).
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.claims.get("exp")?.as_i64().map(Timestamp)
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_a_token() {
        assert_eq!(format!("{:?}", AccessToken::new("ey.canary".to_owned())), "AccessToken(…)");
    }

    #[test]
    fn a_token_shows_its_header_and_claims() {
        // {"alg":"EdDSA"} . {"exp":7}
        let decoded = AccessToken::new("eyJhbGciOiJFZERTQSJ9.eyJleHAiOjd9.c2ln".to_owned()).decode().unwrap();
        assert_eq!(decoded.header["alg"], "EdDSA");
        assert_eq!(decoded.expires_at(), Some(Timestamp(7)));
    }

    #[test]
    fn what_is_no_token_decodes_to_nothing() {
        for text in ["", ".", "..", "e30", "e30.!", "\u{1f511}.e30.x"] {
            assert_eq!(AccessToken::new(text.to_owned()).decode(), None, "{text}");
        }
    }
}
