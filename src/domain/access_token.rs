use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{SessionId, Timestamp, User};

/// The JWT that the browser stores and sends as `Authorization: Bearer` (RFC 6750 §2.1). `Debug`
/// does not print it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AccessToken(String);

/// The body of a successful login or refresh: an access token response (RFC 6749 §5.1) with the
/// user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    pub access_token: AccessToken,
    /// Always `Bearer` (RFC 6750 §4).
    pub token_type: String,
    /// The remaining lifetime of the access token, in seconds.
    pub expires_in: i64,
    pub user: User,
}

/// The claims that the page uses from its own token. The signature is not verified: only the server
/// decides whether a token is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct TokenClaims {
    /// The session that the token belongs to.
    pub sid: SessionId,
    /// When the token was issued (RFC 7519 §4.1.6).
    pub iat: Timestamp,
    /// When the token expires (RFC 7519 §4.1.4).
    pub exp: Timestamp,
}

/// Header and claims of a token, for display. The signature is not verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodedToken {
    pub header: Value,
    pub claims: Value,
}

impl AccessToken {
    /// Takes a token as it was received.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text of the token, for the `Authorization` header and for verification. It must not
    /// reach a log, a URL or a page.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Reads the claims that the page uses. `None` if they are missing or malformed.
    #[must_use]
    pub fn claims(&self) -> Option<TokenClaims> {
        decode_part(self.0.split('.').nth(1))
    }

    /// Reads header and claims for display. `None` if either is not base64url-encoded JSON.
    #[must_use]
    pub fn decode(&self) -> Option<DecodedToken> {
        let mut parts = self.0.split('.');
        Some(DecodedToken {
            header: decode_part(parts.next())?,
            claims: decode_part(parts.next())?,
        })
    }
}

/// Decodes one part of a JWT: base64url, then JSON (RFC 7515 §3.1).
fn decode_part<T: DeserializeOwned>(encoded: Option<&str>) -> Option<T> {
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
    fn debug_output_hides_the_token() {
        assert_eq!(
            format!("{:?}", AccessToken::new("ey.canary".to_owned())),
            "AccessToken(…)"
        );
    }

    #[test]
    fn a_token_decodes_to_its_header_and_claims() {
        // {"alg":"EdDSA"} . {"exp":7}
        let decoded = AccessToken::new("eyJhbGciOiJFZERTQSJ9.eyJleHAiOjd9.c2ln".to_owned())
            .decode()
            .unwrap();
        assert_eq!(decoded.header["alg"], "EdDSA");
        assert_eq!(decoded.claims["exp"], 7);
    }

    #[test]
    fn the_claims_are_session_id_and_times() {
        // {"sid":"…","iat":5,"exp":7,"more":[]}
        let claims = BASE64_URL_SAFE_NO_PAD.encode(format!(
            r#"{{"sid":"{}","iat":5,"exp":7,"more":[]}}"#,
            Uuid::nil()
        ));
        let token = |claims: &str| AccessToken::new(format!("e30.{claims}.c2ln"));
        let expected = TokenClaims {
            sid: SessionId(Uuid::nil()),
            iat: Timestamp(5),
            exp: Timestamp(7),
        };
        assert_eq!(token(&claims).claims(), Some(expected));
        assert_eq!(
            token("eyJleHAiOjd9").claims(),
            None,
            "the session id is missing"
        );
    }

    #[test]
    fn malformed_tokens_decode_to_none() {
        for text in ["", ".", "..", "e30", "e30.!", "\u{1f511}.e30.x"] {
            let token = AccessToken::new(text.to_owned());
            assert_eq!((token.decode(), token.claims()), (None, None), "{text}");
        }
    }
}
