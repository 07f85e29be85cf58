use strum::{EnumString, IntoStaticStr};

use super::{EventKind, TokenPurpose};

/// What a mail is about. The code of each is its name in snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum MailKind {
    /// A link by which a new password is chosen.
    PasswordReset,
    /// The notice that the password was changed (OWASP ASVS 6.3.7).
    PasswordChanged,
    /// A link, sent to a new address, by which that becomes the address of the account.
    EmailConfirmation,
    /// The notice to the former address that another one took its place (OWASP ASVS 6.3.7), with a
    /// link to take it back if the owner of the account has changed it.
    EmailChanged,
    /// The notice that the account was deleted.
    AccountDeleted,
    /// A link by which whoever has the address creates an account; if there is an account with it, the
    /// mail says so instead.
    SignUp,
    /// The same link, for somebody whom an operator has invited.
    Invitation,
}

impl MailKind {
    /// How many limited mails of a kind one mailbox gets in [`Self::LIMIT_SECONDS`], whoever asks
    /// for them.
    pub const LIMIT: i64 = 3;
    pub const LIMIT_SECONDS: i64 = 3600;
    /// How many of them one account has sent in that time, to whatever mailboxes.
    pub const ACCOUNT_LIMIT: i64 = 10;

    /// Those that anybody can ask for.
    pub const LIMITED: [Self; 3] = [Self::PasswordReset, Self::EmailConfirmation, Self::SignUp];
    /// For how many seconds sending one of those is tried.
    pub const LIMITED_TRY_SECONDS: i64 = 3600;

    /// For how many seconds sending it is tried. Nobody waits for a link longer.
    #[must_use]
    pub fn try_seconds(self) -> i64 {
        match self {
            Self::PasswordReset | Self::EmailConfirmation | Self::SignUp => {
                Self::LIMITED_TRY_SECONDS
            }
            Self::PasswordChanged | Self::AccountDeleted | Self::Invitation => 86_400,
            // Its link may be the only way back.
            Self::EmailChanged => 7 * 86_400,
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
        Self::LIMITED.contains(&self)
    }

    /// What its link is for, if it has one, and for how many seconds that is good: 30 minutes (OWASP
    /// ASVS 6.5.5), but longer where there is no account yet, and 7 days where nobody waits for it.
    #[must_use]
    pub fn link(self) -> Option<(TokenPurpose, i64)> {
        match self {
            Self::PasswordReset => Some((TokenPurpose::PasswordReset, 30 * 60)),
            Self::EmailConfirmation => Some((TokenPurpose::EmailConfirmation, 30 * 60)),
            Self::EmailChanged => Some((TokenPurpose::EmailRestoration, 7 * 86_400)),
            Self::SignUp => Some((TokenPurpose::AccountCreation, 60 * 60)),
            Self::Invitation => Some((TokenPurpose::AccountCreation, 7 * 86_400)),
            Self::PasswordChanged | Self::AccountDeleted => None,
        }
    }

    /// The security event for the mail with a link. Other mails are about an event that is recorded
    /// already.
    #[must_use]
    pub fn sent_event(self) -> Option<EventKind> {
        match self {
            Self::PasswordReset => Some(EventKind::PasswordResetSent),
            Self::EmailConfirmation => Some(EventKind::EmailConfirmationSent),
            Self::SignUp => Some(EventKind::SignUpSent),
            Self::PasswordChanged
            | Self::EmailChanged
            | Self::AccountDeleted
            | Self::Invitation => None,
        }
    }
}
