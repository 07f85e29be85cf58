use strum::{EnumString, IntoStaticStr, VariantArray};

use super::{EmailAddress, User, paths};

/// What a one-time token is for. It is good for nothing else. The code of each is its name in snake
/// case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, EnumString, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum TokenPurpose {
    /// To choose a new password. A change of the password makes it void.
    PasswordReset,
    /// To confirm a new e-mail address. A change of the password makes it void too.
    EmailConfirmation,
    /// To take back an e-mail address that was changed, and choose a new password. Only the operator,
    /// or the same for an earlier address, makes it void.
    EmailRestoration,
}

/// The SHA-256 of a one-time token, by which it is stored: who reads the database can't use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

/// Who may use a one-time token.
#[derive(Debug, Clone)]
pub struct TokenOwner {
    pub user: User,
    /// The e-mail address that the token sets, if it does.
    pub email: Option<EmailAddress>,
}

impl TokenPurpose {
    /// The page of the links that hold such a token.
    #[must_use]
    pub fn page(self) -> &'static str {
        match self {
            Self::PasswordReset => paths::RESET_PASSWORD,
            Self::EmailConfirmation => paths::CONFIRM_EMAIL,
            Self::EmailRestoration => paths::RESTORE_EMAIL,
        }
    }

    /// What the tokens of a page's links are for, if it is the page of links.
    #[must_use]
    pub fn of_page(path: &str) -> Option<Self> {
        Self::VARIANTS
            .iter()
            .copied()
            .find(|purpose| purpose.page() == path)
    }

    /// For how many seconds a mailed link is good: 30 minutes (OWASP ASVS 6.5.5), but 7 days for one
    /// that takes back an address, since its owner does not wait for it.
    #[must_use]
    pub fn valid_seconds(self) -> i64 {
        match self {
            Self::PasswordReset | Self::EmailConfirmation => 30 * 60,
            Self::EmailRestoration => 7 * 86_400,
        }
    }

    /// How it is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }
}
