use std::sync::Arc;

use arc_swap::ArcSwap;
use jsonwebtoken::{Algorithm, Header, encode};
use thiserror::Error;
use uuid::Uuid;

use super::{Claims, KeyRing, Rejection, VerifiedToken, check, key_ring::SigningKey};
use crate::domain::{AccessToken, SessionId, Timestamp, UserId};

/// Issues access tokens and verifies them. Whether their sessions are live is for the store.
#[derive(Debug)]
pub struct Issuer {
    /// The `iss` of every token: this server's public origin.
    pub issuer: String,
    /// The `aud` of every token.
    pub audience: String,
    /// The lifetime of a token in seconds.
    pub token_seconds: i64,
    /// Replaced when the key directory changes.
    pub keys: ArcSwap<KeyRing>,
}

/// Why no token could be issued.
#[derive(Debug, Error)]
pub enum SigningError {
    #[error("there is no signing key: restore one, or run `countersign keys rotate`")]
    NoKey,
    #[error("signing a token failed: {0}")]
    Failed(#[from] jsonwebtoken::errors::Error),
}

/// Whether the times of a token are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// An expired token is rejected.
    Enforced,
    /// For logout, which an expired token may still request (RFC 7009 §2.2).
    Ignored,
}

impl Issuer {
    /// The `typ` of an access token (RFC 9068 §2.1).
    pub const TOKEN_TYPE: &'static str = "at+jwt";

    /// What signs tokens at this time. It is taken before anything is written that a token is for.
    ///
    /// # Errors
    /// When there is no key to sign with.
    pub fn signer(&self, now: Timestamp) -> Result<Signer<'_>, SigningError> {
        let key = self.keys.load().signing_key(now);
        Ok(Signer {
            issuer: self,
            key: key.ok_or(SigningError::NoKey)?,
        })
    }

    /// The current keys.
    #[must_use]
    pub fn keys(&self) -> Arc<KeyRing> {
        self.keys.load_full()
    }

    /// Verifies a token, and its times unless `expiry` says otherwise.
    ///
    /// # Errors
    /// Says which check has failed, for the log.
    pub fn verify(
        &self,
        token: &AccessToken,
        now: Timestamp,
        expiry: Expiry,
    ) -> Result<VerifiedToken, Rejection> {
        check::length(token)?;
        // One ring for all of it: its cache holds only what its own keys have verified.
        let keys = self.keys.load();
        let verified = match keys.verified().find(token) {
            Ok(verified) => verified,
            Err(not_cached) => {
                let claims = check::signed_claims(token, &keys, &self.audience)?;
                check::identity(&claims, &self.issuer, &self.audience)?;
                let verified = VerifiedToken::from(claims);
                keys.verified().insert(not_cached, verified);
                verified
            }
        };
        if expiry == Expiry::Enforced {
            check::time(&verified, now)?;
        }
        Ok(verified)
    }
}

/// Signs tokens with one key, whatever becomes of the key ring meanwhile.
#[expect(missing_debug_implementations, reason = "it would print a secret")]
pub struct Signer<'a> {
    issuer: &'a Issuer,
    key: Arc<SigningKey>,
}

impl Signer<'_> {
    /// Issues a token for a session that ends at `session_end`. It never outlives its session.
    ///
    /// # Errors
    /// When signing fails.
    pub fn issue(
        &self,
        user: UserId,
        session: SessionId,
        now: Timestamp,
        session_end: Timestamp,
    ) -> Result<(AccessToken, Claims), SigningError> {
        let issuer = self.issuer;
        let claims = Claims {
            iss: issuer.issuer.clone(),
            sub: user,
            aud: issuer.audience.clone(),
            exp: now.plus_seconds(issuer.token_seconds).min(session_end),
            iat: now,
            jti: Uuid::new_v4(),
            sid: session,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(Issuer::TOKEN_TYPE.to_owned());
        header.kid = Some(self.key.id.clone());
        let token = encode(&header, &claims, &self.key.private)?;
        Ok((AccessToken::new(token), claims))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    use proptest::prelude::*;
    use tempfile::TempDir;

    use super::*;

    const NOW: Timestamp = Timestamp(1_767_225_600);

    /// An issuer, and a token of it that is valid for 15 minutes.
    static ISSUED: LazyLock<(Issuer, String)> = LazyLock::new(|| {
        let (_keys, issuer, token) = issued();
        (issuer, token.expose().to_owned())
    });

    fn issued() -> (TempDir, Issuer, AccessToken) {
        let directory = TempDir::new().unwrap();
        let keys = ArcSwap::from_pointee(KeyRing::open(directory.path(), 10, NOW).unwrap());
        let (issuer, audience) = ("https://login.example".to_owned(), "countersign".to_owned());
        let issuer = Issuer {
            issuer,
            audience,
            token_seconds: 900,
            keys,
        };
        let (user, session) = (UserId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)));
        let (token, _) = issuer
            .signer(NOW)
            .unwrap()
            .issue(user, session, NOW, NOW.plus_seconds(86_400))
            .unwrap();
        (directory, issuer, token)
    }

    fn is_accepted(text: &str, expiry: Expiry) -> bool {
        ISSUED
            .0
            .verify(&AccessToken::new(text.to_owned()), NOW, expiry)
            .is_ok()
    }

    #[test]
    fn an_issued_token_is_accepted() {
        assert!(is_accepted(&ISSUED.1, Expiry::Enforced));
    }

    /// The same, once the token was checked.
    fn remembered() -> (TempDir, Issuer, AccessToken) {
        let (directory, issuer, token) = issued();
        issuer.verify(&token, NOW, Expiry::Enforced).unwrap();
        assert!(
            issuer.keys().verified().find(&token).is_ok(),
            "it is remembered"
        );
        (directory, issuer, token)
    }

    #[test]
    fn a_remembered_token_expires() {
        let (_directory, issuer, token) = remembered();
        let at = |seconds| issuer.verify(&token, NOW.plus_seconds(seconds), Expiry::Enforced);
        assert!(at(899).is_ok());
        assert_eq!(at(900), Err(Rejection::Expired));
        assert!(at(-60).is_ok());
        assert_eq!(at(-61), Err(Rejection::Times));
        assert!(
            issuer
                .verify(&token, NOW.plus_seconds(900), Expiry::Ignored)
                .is_ok(),
            "for a sign-out"
        );
    }

    #[test]
    fn a_remembered_token_ends_with_its_key() {
        let (directory, issuer, token) = remembered();
        let old = std::fs::read_dir(directory.path())
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        KeyRing::add_key(directory.path(), NOW).unwrap();
        std::fs::remove_file(old).unwrap();
        let ring = issuer.keys().reload(directory.path()).unwrap().unwrap();
        issuer.keys.store(ring.into());
        assert_eq!(
            issuer.verify(&token, NOW, Expiry::Enforced),
            Err(Rejection::UnknownKey)
        );
    }

    #[test]
    fn a_remembered_token_is_refused_while_the_keys_are_unreadable() {
        let (_directory, issuer, token) = remembered();
        issuer.keys.store(issuer.keys().emptied().into());
        assert_eq!(
            issuer.verify(&token, NOW, Expiry::Enforced),
            Err(Rejection::UnknownKey)
        );
    }

    #[test]
    fn memory_for_tokens_is_bounded_and_holds_no_refused_one() {
        let (_directory, issuer, token) = remembered();
        let forged = AccessToken::new(format!("{}x", token.expose()));
        assert!(issuer.verify(&forged, NOW, Expiry::Enforced).is_err());
        assert!(issuer.keys().verified().find(&forged).is_err());
        let tokens = (0..1000_u128)
            .map(|session| {
                let (user, session) = (
                    UserId(Uuid::from_u128(1)),
                    SessionId(Uuid::from_u128(session)),
                );
                let (token, _) = issuer
                    .signer(NOW)
                    .unwrap()
                    .issue(user, session, NOW, NOW.plus_seconds(86_400))
                    .unwrap();
                issuer.verify(&token, NOW, Expiry::Enforced).unwrap();
                token
            })
            .collect::<Vec<_>>();
        let keys = issuer.keys();
        assert!(
            tokens
                .iter()
                .filter(|token| keys.verified().find(token).is_ok())
                .count()
                <= 10
        );
    }

    fn json_or_noise() -> impl Strategy<Value = String> {
        let member = (
            prop::sample::select(vec![
                "alg", "typ", "kid", "iss", "sub", "aud", "exp", "iat", "sid", "crit", "x",
            ]),
            prop::sample::select(vec![
                "\"EdDSA\"",
                "\"none\"",
                "\"at+jwt\"",
                "1",
                "null",
                "[]",
                "{}",
                "1e999",
                "\"\"",
            ]),
        );
        let object = prop::collection::vec(member, 0..8).prop_map(|members| {
            let members: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("\"{name}\":{value}"))
                .collect();
            format!("{{{}}}", members.join(","))
        });
        prop_oneof![object, "(?s).{0,60}"]
    }

    proptest! {
        #[test]
        fn nothing_made_up_is_ever_accepted(header in json_or_noise(), claims in json_or_noise(), signature in "(?s).{0,80}") {
            let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
            let made_up = format!("{}.{}.{}", part(&header), part(&claims), part(&signature));
            for text in [made_up.as_str(), header.as_str(), &format!("{header}.{claims}.{signature}")] {
                prop_assert!(!is_accepted(text, Expiry::Ignored));
            }
            // With the header or the signature of a token that was issued, too.
            let mut real = ISSUED.1.split('.');
            let (real_header, real_claims, real_signature) =
                (real.next().unwrap(), real.next().unwrap(), real.next().unwrap());
            for text in [
                format!("{real_header}.{}.{real_signature}", part(&claims)),
                format!("{}.{real_claims}.{real_signature}", part(&header)),
                format!("{real_header}.{real_claims}.{}", part(&signature)),
            ] {
                prop_assert!(!is_accepted(&text, Expiry::Ignored));
            }
        }

        #[test]
        fn one_changed_character_of_a_token_is_noticed(at in 0_usize..700, to in "(?s).") {
            let token = &ISSUED.1;
            if let Some(old) = token.get(at..=at).filter(|old| *old != to) {
                let changed = format!("{}{to}{}", &token[..at], &token[at + old.len()..]);
                prop_assert!(!is_accepted(&changed, Expiry::Ignored));
            }
        }
    }
}
