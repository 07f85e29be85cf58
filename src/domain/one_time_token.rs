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
    /// To create an account. It belongs to nobody yet.
    AccountCreation,
}

/// The SHA-256 of a one-time token, by which it is stored: who reads the database can't use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

/// Who may use a one-time token.
#[derive(Debug, Clone)]
pub struct TokenOwner {
    /// `None` if there is no account yet.
    pub user: Option<User>,
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
            Self::AccountCreation => paths::CREATE_ACCOUNT,
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

    /// How it is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }
}
