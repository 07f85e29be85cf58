use jiff::{Timestamp, Zoned, tz::TimeZone};
use secrecy::ExposeSecret;

use super::{
    Content, Link, Mail,
    texts::{LinkTexts, Texts},
};
use crate::domain::{self, Language, Username};

/// What a mail says, before it is plain text or HTML.
pub struct Letter<'a> {
    pub language: Language,
    /// Without the user name: subjects are shown on locked screens.
    pub subject: &'static str,
    /// Stands around the user name.
    pub greeting: [&'static str; 2],
    /// Empty if the account is gone, or if there is none yet.
    pub username: &'a str,
    pub parts: Vec<Part<'a>>,
}

/// A paragraph.
pub enum Part<'a> {
    Text(String),
    /// A text around an address.
    Around([&'static str; 2], &'a str),
    /// A link that stands by itself: as a button, and to be copied.
    Link {
        link: &'a str,
        button: &'static str,
        copy: &'static str,
    },
}

impl<'a> Letter<'a> {
    pub fn of(mail: &'a Mail) -> Self {
        let texts = Texts::of(mail.language);
        let (subject, parts) = match &mail.content {
            Content::PasswordReset { link } => with_link(texts, &texts.reset, link),
            Content::EmailConfirmation { link } => with_link(texts, &texts.confirmation, link),
            Content::PasswordChanged { at, site } => {
                let texts = &texts.changed;
                let parts = vec![
                    Part::Text((texts.changed_at)(&utc(*at))),
                    Part::Text(texts.by_you.to_owned()),
                    Part::Around(texts.not_by_you, site),
                ];
                (texts.subject, parts)
            }
            Content::EmailChanged { at, link } => email_changed(texts, *at, link.as_ref()),
            Content::SignUp { link } => with_link(texts, &texts.sign_up, link),
            Content::Invitation { link } => {
                let own = &texts.invitation;
                let parts = vec![
                    Part::Text(own.requested.to_owned()),
                    button(texts, own.button, link),
                    Part::Text((texts.valid_days)(link.valid_seconds / 86_400)),
                    Part::Text(own.not_requested.to_owned()),
                ];
                (own.subject, parts)
            }
            Content::AccountExists { site } => {
                let own = &texts.account_exists;
                let parts = vec![
                    Part::Text(own.requested.to_owned()),
                    Part::Around(own.sign_in_at, site),
                    Part::Text(own.not_requested.to_owned()),
                ];
                (own.subject, parts)
            }
            Content::AccountDeleted { at } => {
                let own = &texts.deleted;
                let parts = vec![
                    Part::Text((own.deleted_at)(&utc(*at))),
                    Part::Text(texts.email_changed.ask_administrator.to_owned()),
                ];
                (own.subject, parts)
            }
        };
        let username = mail.username.as_ref();
        Self {
            language: mail.language,
            subject,
            greeting: match username {
                Some(_) => texts.greeting,
                None => [texts.greeting_without_name, ""],
            },
            username: username.map(Username::as_str).unwrap_or_default(),
            parts,
        }
    }
}

type SubjectAndParts<'a> = (&'static str, Vec<Part<'a>>);

/// A mail for somebody who waits for its link.
fn with_link<'a>(texts: &Texts, own: &LinkTexts, link: &'a Link) -> SubjectAndParts<'a> {
    let parts = vec![
        Part::Text(own.requested.to_owned()),
        button(texts, own.button, link),
        Part::Text((texts.valid_minutes)(link.valid_seconds / 60)),
        Part::Text(own.not_requested.to_owned()),
    ];
    (own.subject, parts)
}

fn email_changed<'a>(
    texts: &Texts,
    at: domain::Timestamp,
    link: Option<&'a Link>,
) -> SubjectAndParts<'a> {
    let own = &texts.email_changed;
    let mut parts = vec![
        Part::Text((own.changed_at)(&utc(at))),
        Part::Text(texts.changed.by_you.to_owned()),
    ];
    match link {
        Some(link) => {
            let days = link.valid_seconds / 86_400;
            parts.push(Part::Text((own.not_by_you)(days)));
            parts.push(button(texts, own.button, link));
        }
        None => parts.push(Part::Text(own.ask_administrator.to_owned())),
    }
    (own.subject, parts)
}

fn button<'a>(texts: &Texts, button: &'static str, link: &'a Link) -> Part<'a> {
    Part::Link {
        link: link.address.expose_secret(),
        button,
        copy: texts.copy_link,
    }
}

fn utc(at: domain::Timestamp) -> Zoned {
    Timestamp::from_second(at.0)
        .unwrap_or(Timestamp::MAX)
        .to_zoned(TimeZone::UTC)
}
