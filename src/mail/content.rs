use std::fmt;

use secrecy::SecretString;

use crate::domain::{EmailAddress, Language, MailId, Timestamp, Username};

/// A mail to one person.
pub struct Mail {
    /// The same whenever it is sent, so that mail programs can tell a repetition.
    pub id: MailId,
    /// Its address.
    pub recipient: EmailAddress,
    /// The language of subject and text.
    pub language: Language,
    /// What it says.
    pub content: Content,
}

/// What a mail says.
pub enum Content {
    /// A link by which a new password is chosen.
    PasswordReset {
        /// Whose password.
        username: Username,
        /// It has a one-time token in it.
        link: SecretString,
        /// For how long the link works after the request, in minutes.
        valid_minutes: i64,
    },
    /// The notice that the password was changed.
    PasswordChanged {
        /// Whose password.
        username: Username,
        /// When it was changed.
        at: Timestamp,
        /// The origin of the site. The mail has no other link.
        site: String,
    },
}

/// Without the address.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { content, .. } = self;
        f.debug_tuple("Mail").field(content).finish()
    }
}

/// The kind alone: a user name may be an address.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PasswordReset { .. } => "PasswordReset",
            Self::PasswordChanged { .. } => "PasswordChanged",
        })
    }
}
