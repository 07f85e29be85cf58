use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use crate::domain::TokenHash;

/// The token of a mailed link: 256 random bits, more than the 128 that a secret has that nobody can
/// guess.
pub struct OneTimeToken(SecretString);

impl OneTimeToken {
    #[must_use]
    pub fn generate() -> Self {
        let random: [u8; 32] = rand::random();
        Self(BASE64_URL_SAFE_NO_PAD.encode(random).into())
    }

    /// The hash by which it is stored. Who reads the database can't use it, and since the token is
    /// random, it can't be guessed from its hash either.
    #[must_use]
    pub fn hash(&self) -> TokenHash {
        Self::hash_of(self.0.expose_secret())
    }

    /// The hash of a text that a client has sent as a token.
    #[must_use]
    pub fn hash_of(text: &str) -> TokenHash {
        let mut hash = [0; 32];
        let bytes = digest(&SHA256, text.as_bytes());
        hash.iter_mut()
            .zip(bytes.as_ref())
            .for_each(|(to, from)| *to = *from);
        TokenHash(hash)
    }

    /// The link of this token to a page of the site.
    #[must_use]
    pub fn link(&self, origin: &str, page: &str) -> SecretString {
        format!("{origin}{page}?token={}", self.0.expose_secret()).into()
    }
}

impl fmt::Debug for OneTimeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_holds_the_token_and_nothing_else_shows_it() {
        let token = OneTimeToken::generate();
        let link = token.link("https://login.example.org", "/reset-password");
        let (page, text) = link.expose_secret().split_once("?token=").unwrap();
        assert_eq!(page, "https://login.example.org/reset-password");
        assert_eq!(text.len(), 43);
        assert_eq!(OneTimeToken::hash_of(text), token.hash());
        assert_ne!(OneTimeToken::generate().hash(), token.hash());
        assert_eq!(format!("{token:?} {link:?}").find(text), None);
    }
}
