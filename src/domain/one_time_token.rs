use strum::{EnumString, IntoStaticStr};

/// What a one-time token is for. It is good for nothing else. The code of each is its name in snake
/// case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum TokenPurpose {
    /// To choose a new password. A change of the password makes it void.
    PasswordReset,
}

/// The SHA-256 of a one-time token, by which it is stored: who reads the database can't use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

impl TokenPurpose {
    /// How it is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }
}
