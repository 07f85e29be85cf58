use std::fmt;

use secrecy::SecretString;

use crate::domain::{EmailAddress, Language, MailId, Timestamp, Username};

/// A mail to one person.
pub struct Mail {
    /// The same whenever it is sent, so that mail programs can tell a repetition.
    pub id: MailId,
    /// Its address.
    pub recipient: EmailAddress,
    /// Whose account it is about; `None` if that is gone, or if there is none yet.
    pub username: Option<Username>,
    /// The language of subject and text.
    pub language: Language,
    /// What it says.
    pub content: Content,
}

/// What a mail says.
pub enum Content {
    /// A link by which a new password is chosen.
    PasswordReset {
        /// The link.
        link: Link,
    },
    /// The notice that the password was changed.
    PasswordChanged {
        /// When it was changed.
        at: Timestamp,
        /// The origin of the site. The mail has no other link.
        site: String,
    },
    /// A link by which the address of the mail becomes that of the account.
    EmailConfirmation {
        /// The link.
        link: Link,
    },
    /// The notice that the account has another address than that of the mail.
    EmailChanged {
        /// When it was changed.
        at: Timestamp,
        /// Takes it back, if the owner of the account has changed it.
        link: Option<Link>,
    },
    /// The notice that the account was deleted.
    AccountDeleted {
        /// When it was deleted.
        at: Timestamp,
    },
    /// A link by which an account is created, for somebody who has asked for it.
    SignUp {
        /// The link.
        link: Link,
    },
    /// The same for somebody who was invited.
    Invitation {
        /// The link.
        link: Link,
    },
    /// In place of such a link: there is an account with the address already.
    AccountExists {
        /// The origin of the site. The mail has no other link.
        site: String,
    },
}

/// A link that works once.
pub struct Link {
    /// It has a one-time token in it.
    pub address: SecretString,
    /// For how long it works, in seconds.
    pub valid_seconds: i64,
}

/// Without the address.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { content, .. } = self;
        f.debug_tuple("Mail").field(content).finish()
    }
}

/// For how long it works.
impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Link").field(&self.valid_seconds).finish()
    }
}

/// The kind alone.
impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PasswordReset { .. } => "PasswordReset",
            Self::PasswordChanged { .. } => "PasswordChanged",
            Self::EmailConfirmation { .. } => "EmailConfirmation",
            Self::EmailChanged { .. } => "EmailChanged",
            Self::AccountDeleted { .. } => "AccountDeleted",
            Self::SignUp { .. } => "SignUp",
            Self::Invitation { .. } => "Invitation",
            Self::AccountExists { .. } => "AccountExists",
        })
    }
}
