//! Keys for HMACs, each in a file of its own. The signing keys are in `tokens/`.

mod cookie_keys;
mod hmac_key;
mod key_file;
mod refresh_token_key;
mod throttle_secret;

pub use cookie_keys::CookieKeys;
pub use hmac_key::{HmacKey, HmacKeyError};
pub use key_file::{
    FileState, KeyFileError, create, directory_of, is_exposed, read, require_guarded,
};
pub use refresh_token_key::RefreshTokenKey;
pub use throttle_secret::ThrottleSecret;
