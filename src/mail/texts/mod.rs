//! What the mails say, in each language.

mod arabic;
mod english;
mod german;

use jiff::Zoned;

use crate::domain::Language;

/// The texts of one language. A pair stands around a value.
pub struct Texts {
    pub greeting: [&'static str; 2],
    pub greeting_without_name: &'static str,
    pub copy_link: &'static str,
    /// For how long a link works.
    pub valid_minutes: fn(i64) -> String,
    pub valid_days: fn(i64) -> String,
    pub reset: LinkTexts,
    pub changed: ChangedTexts,
    pub confirmation: LinkTexts,
    pub email_changed: EmailChangedTexts,
    pub deleted: DeletedTexts,
    pub sign_up: LinkTexts,
    pub invitation: LinkTexts,
    pub account_exists: AccountExistsTexts,
}

/// A link that somebody has asked for.
pub struct LinkTexts {
    pub subject: &'static str,
    pub requested: &'static str,
    pub button: &'static str,
    pub not_requested: &'static str,
}

/// The notice that the password was changed.
pub struct ChangedTexts {
    pub subject: &'static str,
    pub changed_at: fn(&Zoned) -> String,
    pub by_you: &'static str,
    pub not_by_you: [&'static str; 2],
}

/// The notice that the e-mail address was changed.
pub struct EmailChangedTexts {
    pub subject: &'static str,
    pub changed_at: fn(&Zoned) -> String,
    /// For how many days the link works.
    pub not_by_you: fn(i64) -> String,
    pub button: &'static str,
    /// In place of a link.
    pub ask_administrator: &'static str,
}

/// The notice that the account was deleted.
pub struct DeletedTexts {
    pub subject: &'static str,
    pub deleted_at: fn(&Zoned) -> String,
}

/// In place of a link by which an account is created.
pub struct AccountExistsTexts {
    pub subject: &'static str,
    pub requested: &'static str,
    pub sign_in_at: [&'static str; 2],
    pub not_requested: &'static str,
}

impl Texts {
    #[must_use]
    pub fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &english::TEXTS,
            Language::German => &german::TEXTS,
            Language::Arabic => &arabic::TEXTS,
        }
    }
}

/// The name of the month of a time, from those of January to December.
fn month(at: &Zoned, names: [&'static str; 12]) -> &'static str {
    let index = usize::try_from(at.month() - 1).unwrap_or_default();
    names.get(index).copied().unwrap_or_default()
}
