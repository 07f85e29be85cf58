use strum::{EnumString, IntoStaticStr};

/// What a mail is about. The code of each is its name in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum MailKind {
    /// A link by which a new password is chosen.
    PasswordReset,
    /// The notice that the password was changed (OWASP ASVS 6.3.7).
    PasswordChanged,
}

impl MailKind {
    /// How many limited mails of a kind one mailbox gets in [`Self::LIMIT_SECONDS`], whoever asks
    /// for them.
    pub const LIMIT: i64 = 3;
    pub const LIMIT_SECONDS: i64 = 3600;

    /// For how many seconds sending it is tried. Nobody waits for a link longer.
    #[must_use]
    pub fn try_seconds(self) -> i64 {
        match self {
            Self::PasswordReset => 3600,
            Self::PasswordChanged => 86_400,
        }
    }

    /// How it is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// Whether anybody can ask for it. Notices of what has happened are never limited.
    #[must_use]
    pub fn is_limited(self) -> bool {
        match self {
            Self::PasswordReset => true,
            Self::PasswordChanged => false,
        }
    }
}
