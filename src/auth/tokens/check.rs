use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, Validation, decode};
use serde::Deserialize;
use thiserror::Error;

use super::{Claims, Issuer, KeyRing, VerifiedToken};
use crate::{
    auth::settings::MAX_ACCESS_TOKEN_SECONDS,
    domain::{AccessToken, Timestamp},
};

/// Ours have about 700 bytes. Longer tokens are refused before anything is computed.
const MAX_TOKEN_BYTES: usize = 4096;

/// Why an access token was rejected. For the log: clients are told `invalid_token` only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Rejection {
    #[error("the token is malformed")]
    Malformed,
    #[error("the token's header is not one of ours")]
    Header,
    #[error("the token was signed by an unknown key")]
    UnknownKey,
    #[error("the token's signature or claims are invalid")]
    Signature,
    #[error("the token is for another issuer or audience")]
    Identity,
    #[error("the token's times are invalid")]
    Times,
    #[error("the token has expired")]
    Expired,
    #[error("the token's session is over")]
    SessionOver,
}

/// The complete header of an access token. Every other parameter is refused: `crit`, `b64`, `jku`,
/// `jwk`, `x5u`. jsonwebtoken ignores unknown ones, which RFC 7515 §4.1.11 forbids for `crit`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictHeader {
    alg: String,
    typ: String,
    kid: String,
}

pub(super) fn length(token: &AccessToken) -> Result<(), Rejection> {
    if token.expose().len() > MAX_TOKEN_BYTES {
        return Err(Rejection::Malformed);
    }
    Ok(())
}

/// The `kid` that a token names, if it has the form of ours: a SHA-256 in base64url. It is not
/// verified.
#[must_use]
pub fn key_id(token: &AccessToken) -> Option<String> {
    let kid = header(token.expose()).ok()?.kid;
    let thumbprint = BASE64_URL_SAFE_NO_PAD.decode(&kid).ok()?;
    (thumbprint.len() == 32).then_some(kid)
}

fn header(text: &str) -> Result<StrictHeader, Rejection> {
    let encoded = text.split('.').next().unwrap_or_default();
    let header = BASE64_URL_SAFE_NO_PAD
        .decode(encoded)
        .map_err(|_| Rejection::Malformed)?;
    serde_json::from_slice(&header).map_err(|_| Rejection::Header)
}

/// The claims of a token that was signed by a key of the ring. Only the id of the key is taken
/// from the token; the algorithm is fixed (RFC 8725 §3.1).
pub(super) fn signed_claims(
    token: &AccessToken,
    keys: &KeyRing,
    audience: &str,
) -> Result<Claims, Rejection> {
    let text = token.expose();
    let header = header(text)?;
    if header.alg != "EdDSA" || header.typ != Issuer::TOKEN_TYPE {
        return Err(Rejection::Header);
    }
    let key = keys
        .verifying_key(&header.kid)
        .ok_or(Rejection::UnknownKey)?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&[audience]);
    // Times are checked by `time`, with the service's clock.
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

/// No leeway for the end. A token from the future means that the clock was set back, so it is unknown
/// which sessions have ended since; but clocks are corrected by seconds, and those of two servers
/// differ.
pub(super) fn time(token: &VerifiedToken, now: Timestamp) -> Result<(), Rejection> {
    let lifetime = token.expires_at.seconds_since(token.issued_at);
    let latest = now.plus_seconds(Timestamp::LEEWAY_SECONDS);
    if token.issued_at > latest || lifetime <= 0 || lifetime > MAX_ACCESS_TOKEN_SECONDS {
        return Err(Rejection::Times);
    }
    if now >= token.expires_at {
        return Err(Rejection::Expired);
    }
    Ok(())
}
