use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Validation, decode};
use serde::Deserialize;
use thiserror::Error;

use super::{Claims, Genuine, Issuer, KeyRing};
use crate::domain::{AccessToken, Timestamp};

/// No token is good for longer than this many seconds, whatever it says of itself.
const LONGEST_LIFE_SECONDS: i64 = 3600;
/// Ours have about 700 bytes; nothing is computed over more than this.
const LONGEST_TOKEN_BYTES: usize = 4096;

/// Why a token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Rejection {
    #[error("the token is malformed")]
    Malformed,
    #[error("the token's header is not one of ours")]
    Header,
    #[error("the token was signed by a key that is not in the ring")]
    UnknownKey,
    #[error("the token's signature or claims are not ours")]
    Signature,
    #[error("the token is for another issuer or audience")]
    Identity,
    #[error("the token's times can't be ours")]
    Times,
    #[error("the token has expired")]
    Expired,
    #[error("the token's session is over")]
    SessionOver,
}

/// The whole header of an access token. `crit`, `b64`, `jku`, `jwk`, `x5u` and everything else is refused
/// because it is not in this list: jsonwebtoken reads past what it does not know, and RFC 7515 §4.1.11
/// forbids that for `crit`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictHeader {
    alg: String,
    typ: String,
    kid: String,
}

/// Stands before everything else that looks at a token.
pub(super) fn length(token: &AccessToken) -> Result<(), Rejection> {
    if token.expose().len() > LONGEST_TOKEN_BYTES {
        Err(Rejection::Malformed)
    } else {
        Ok(())
    }
}

/// The claims of a token that a key of the ring has signed. Nothing is taken from the token but the name of
/// the key: the algorithm is ours (RFC 8725 §3.1).
pub(super) fn signed_claims(
    token: &AccessToken,
    keys: &KeyRing,
    audience: &str,
) -> Result<Claims, Rejection> {
    let text = token.expose();
    let encoded_header = text.split('.').next().unwrap_or_default();
    let header = BASE64_URL_SAFE_NO_PAD
        .decode(encoded_header)
        .map_err(|_| Rejection::Malformed)?;
    let header: StrictHeader = serde_json::from_slice(&header).map_err(|_| Rejection::Header)?;
    if header.alg != "EdDSA" || header.typ != Issuer::TOKEN_TYPE {
        return Err(Rejection::Header);
    }
    let key = keys
        .verifying_key(&header.kid)
        .ok_or(Rejection::UnknownKey)?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[audience]);
    // Times are checked below, by the vault's clock and without leeway.
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    let decoded = decode::<Claims>(text, key, &validation).map_err(|_| Rejection::Signature)?;
    Ok(decoded.claims)
}

pub(super) fn identity(claims: &Claims, issuer: &str, audience: &str) -> Result<(), Rejection> {
    if claims.iss == issuer && claims.aud == audience {
        Ok(())
    } else {
        Err(Rejection::Identity)
    }
}

/// No leeway: the clock that issued the token is the clock that checks it. A token from the future means that
/// the clock was set back, and then it is not known what else has ended since.
pub(super) fn time(token: &Genuine, now: Timestamp) -> Result<(), Rejection> {
    let life = token.expires_at.seconds_since(token.issued_at);
    if token.issued_at > now || life <= 0 || life > LONGEST_LIFE_SECONDS {
        return Err(Rejection::Times);
    }
    if now >= token.expires_at {
        Err(Rejection::Expired)
    } else {
        Ok(())
    }
}
