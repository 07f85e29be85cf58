use jsonwebtoken::{Algorithm, Header, encode};
use uuid::Uuid;

use super::{Claims, KeyRing, Rejection, check};
use crate::domain::{AccessToken, SessionId, Timestamp, UserId};

/// Issues access tokens and tells whether one is genuine. Whether its session still lives is the store's to say.
#[derive(Debug)]
pub struct Issuer {
    /// The `iss` of every token: this server's public origin.
    pub name: String,
    /// The `aud` of every token.
    pub audience: String,
    /// Seconds between `iat` and `exp`.
    pub token_seconds: i64,
    pub keys: KeyRing,
}

/// Whether the times that a token gives count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    Enforced,
    /// For logout: who comes to end a session need not hurry (RFC 7009 §2.2).
    Ignored,
}

impl Issuer {
    /// The `typ` of an access token (RFC 9068 §2.1).
    pub const TOKEN_TYPE: &'static str = "at+jwt";

    /// Issues a token for a session that ends at `session_end`. It never outlives its session.
    ///
    /// # Errors
    /// When signing fails, which a usable key ring rules out.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        now: Timestamp,
        session_end: Timestamp,
    ) -> Result<(AccessToken, Claims), jsonwebtoken::errors::Error> {
        let claims = Claims {
            iss: self.name.clone(),
            sub: user,
            aud: self.audience.clone(),
            exp: now.plus_seconds(self.token_seconds).min(session_end),
            iat: now,
            jti: Uuid::new_v4(),
            sid: session,
        };
        let key = self.keys.signing_key();
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(Self::TOKEN_TYPE.to_owned());
        header.kid = Some(key.id.clone());
        let token = encode(&header, &claims, &key.private)?;
        Ok((AccessToken::new(token), claims))
    }

    /// Reads a token's claims if it is one of ours, unchanged and in its time.
    ///
    /// # Errors
    /// Says which check failed: for the log, never for the one who sent it.
    pub fn check(&self, token: &AccessToken, now: Timestamp, expiry: Expiry) -> Result<Claims, Rejection> {
        let claims = check::signed_claims(token, &self.keys, &self.audience)?;
        check::identity(&claims, &self.name, &self.audience)?;
        if expiry == Expiry::Enforced {
            check::time(&claims, now)?;
        }
        Ok(claims)
    }
}
