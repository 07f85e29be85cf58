use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
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

/// What the page goes by of its own token, read without checking it: the server decides what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct TokenClaims {
    /// The session that the token names.
    pub sid: SessionId,
    pub iat: Timestamp,
    pub exp: Timestamp,
}

/// All that a token says, for showing.
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

    /// What the page goes by, if this looks like a token of ours at all.
    #[must_use]
    pub fn claims(&self) -> Option<TokenClaims> {
        part(self.0.split('.').nth(1))
    }

    /// Reads header and claims, if this looks like a JWT at all.
    #[must_use]
    pub fn decode(&self) -> Option<DecodedToken> {
        let mut parts = self.0.split('.');
        Some(DecodedToken {
            header: part(parts.next())?,
            claims: part(parts.next())?,
        })
    }
}

fn part<T: DeserializeOwned>(encoded: Option<&str>) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(encoded?).ok()?).ok()
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn debug_shows_nothing_of_a_token() {
        assert_eq!(
            format!("{:?}", AccessToken::new("ey.canary".to_owned())),
            "AccessToken(…)"
        );
    }

    #[test]
    fn a_token_shows_its_header_and_claims() {
        // {"alg":"EdDSA"} . {"exp":7}
        let decoded = AccessToken::new("eyJhbGciOiJFZERTQSJ9.eyJleHAiOjd9.c2ln".to_owned())
            .decode()
            .unwrap();
        assert_eq!(decoded.header["alg"], "EdDSA");
        assert_eq!(decoded.claims["exp"], 7);
    }

    #[test]
    fn the_page_goes_by_session_and_times() {
        // {"sid":"…","iat":5,"exp":7,"more":[]}
        let claims = BASE64_URL_SAFE_NO_PAD.encode(format!(
            r#"{{"sid":"{}","iat":5,"exp":7,"more":[]}}"#,
            Uuid::nil()
        ));
        let token = |claims: &str| AccessToken::new(format!("e30.{claims}.c2ln"));
        let read = TokenClaims {
            sid: SessionId(Uuid::nil()),
            iat: Timestamp(5),
            exp: Timestamp(7),
        };
        assert_eq!(token(&claims).claims(), Some(read));
        assert_eq!(token("eyJleHAiOjd9").claims(), None, "without session");
    }

    #[test]
    fn what_is_no_token_decodes_to_nothing() {
        for text in ["", ".", "..", "e30", "e30.!", "\u{1f511}.e30.x"] {
            let token = AccessToken::new(text.to_owned());
            assert_eq!((token.decode(), token.claims()), (None, None), "{text}");
        }
    }
}
