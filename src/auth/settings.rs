use std::path::PathBuf;

use garde::Validate;
use serde::Deserialize;

use crate::domain::Registration;

/// The longest lifetime of an access token. Tokens that claim a longer one are rejected.
pub(super) const MAX_ACCESS_TOKEN_SECONDS: i64 = 3600;
/// A day.
const MAX_REAUTHENTICATION_SECONDS: i64 = 86_400;
/// A week.
const MAX_NEW_KEY_DELAY_SECONDS: i64 = 7 * 86_400;
/// A year with a leap day.
const MAX_SESSION_SECONDS: i64 = 366 * 86_400;

/// What the service needs to know. The sections are those of `Leptos.toml`, which documents each
/// setting.
#[derive(Debug, Clone)]
pub struct AuthSettings {
    /// The `iss` of tokens: the public origin of this server.
    pub issuer: String,
    pub keys_dir: PathBuf,
    /// The origin of links: that of `public.url`, if it is set.
    pub public_url: Option<String>,
    /// Whether mails can be sent.
    pub has_mail: bool,
    pub token: TokenSettings,
    pub session: SessionSettings,
    pub password: PasswordSettings,
    pub login: LoginSettings,
    pub accounts: AccountSettings,
    pub audit: AuditSettings,
}

/// The section `[token]`.
#[derive(Debug, Clone, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct TokenSettings {
    #[garde(length(min = 1))]
    pub audience: String,
    #[garde(range(max = 10_000_000))]
    pub verified_cache_size: u32,
    #[garde(range(min = 0, max = MAX_NEW_KEY_DELAY_SECONDS))]
    pub new_key_delay_seconds: i64,
}

/// The section `[session]`.
#[derive(Debug, Clone, Copy, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "a setting's name says its unit")]
pub struct SessionSettings {
    #[garde(range(min = 1, max = MAX_ACCESS_TOKEN_SECONDS))]
    pub access_token_seconds: i64,
    #[garde(range(min = 0, max = MAX_REAUTHENTICATION_SECONDS))]
    pub reauthentication_seconds: i64,
    #[garde(range(min = 1, max = MAX_SESSION_SECONDS))]
    pub max_seconds: i64,
    #[garde(range(min = 1, max = MAX_SESSION_SECONDS))]
    pub remembered_max_seconds: i64,
    #[garde(range(min = 1, max = MAX_SESSION_SECONDS))]
    pub remembered_idle_seconds: i64,
}

/// The section `[password]`.
#[derive(Debug, Clone, Copy, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct PasswordSettings {
    /// In Unicode code points. NIST SP 800-63B-4 §3.1.1.2 has 15, and 8 only beside a second factor.
    #[garde(range(min = 8, max = 64))]
    pub min_length: u16,
}

/// The section `[login]`.
#[derive(Debug, Clone, Copy, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct LoginSettings {
    /// 0: one for each core.
    #[garde(range(max = 1024))]
    pub hash_concurrency: usize,
    #[garde(range(max = 100_000))]
    pub hash_queue: usize,
}

/// The section `[accounts]`.
#[derive(Debug, Clone, Copy, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    #[garde(skip)]
    pub registration: Registration,
}

/// The section `[audit]`.
#[derive(Debug, Clone, Copy, Deserialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct AuditSettings {
    #[garde(range(min = 1, max = 36_500))]
    pub keep_days: i64,
}
