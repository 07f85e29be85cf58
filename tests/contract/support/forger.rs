use std::{
    fs,
    path::{Path, PathBuf},
};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use countersign::internals::AccessToken;
use serde_json::{Value, json};

use super::{SignedIn, TestServer};

/// An attacker who has stolen the signing key and makes tokens that the server never issued. Their
/// signatures are valid, so only the check of header, claims and session can refuse them.
pub struct Forger {
    key: Ed25519KeyPair,
    pub header: Value,
    pub claims: Value,
}

impl Forger {
    /// Takes header and claims from a token of a live session, so that they are valid until
    /// changed.
    pub fn new(server: &TestServer, victim: &SignedIn) -> Self {
        let text = fs::read(key_files(server.data_dir()).pop().unwrap()).unwrap();
        let key = Ed25519KeyPair::from_pkcs8(pem::parse(text).unwrap().contents()).unwrap();
        let mut parts = victim
            .token
            .split('.')
            .map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap());
        let mut part = || serde_json::from_slice(&parts.next().unwrap()).unwrap();
        Self {
            key,
            header: part(),
            claims: part(),
        }
    }

    /// A token with a valid signature over any header and claims.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&header.to_string(), &claims.to_string())
    }

    pub fn sign_text(&self, header: &str, claims: &str) -> String {
        let message = format!(
            "{}.{}",
            BASE64_URL_SAFE_NO_PAD.encode(header),
            BASE64_URL_SAFE_NO_PAD.encode(claims)
        );
        let signature = self.key.sign(message.as_bytes());
        format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    /// A token with an HMAC that uses the public key as its secret. A server that lets the token
    /// choose the algorithm accepts it (RFC 8725 §2.1).
    pub fn sign_with_public_key_as_secret(&self, header: &Value) -> String {
        let message = format!(
            "{}.{}",
            BASE64_URL_SAFE_NO_PAD.encode(header.to_string()),
            BASE64_URL_SAFE_NO_PAD.encode(self.claims.to_string())
        );
        let key =
            aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, self.key.public_key().as_ref());
        let tag = aws_lc_rs::hmac::sign(&key, message.as_bytes());
        format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
    }
}

/// The files of the signing keys, newest last.
pub fn key_files(data_dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(data_dir.join("keys"))
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries
        .filter(|path| path.extension().is_some_and(|ending| ending == "pem"))
        .collect();
    files.sort();
    files
}

/// The `kid` of an access token.
pub fn key_id_of(token: &str) -> String {
    let decoded = AccessToken::new(token.to_owned()).decode().unwrap();
    decoded.header["kid"].as_str().unwrap().to_owned()
}

/// `object` with one member set, or removed if the value is `null`.
pub fn with_member(object: &Value, member: &str, value: Value) -> Value {
    let mut object = object.clone();
    if value == json!(null) {
        object.as_object_mut().unwrap().remove(member);
    } else {
        object[member] = value;
    }
    object
}
