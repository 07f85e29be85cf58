use jiff::{Timestamp, Zoned, tz::TimeZone};
use secrecy::ExposeSecret;

use super::{Content, Mail, texts::Texts};
use crate::domain::{self, Language};

/// What a mail says, before it is plain text or HTML.
pub struct Letter<'a> {
    pub language: Language,
    /// Without the user name: subjects are shown on locked screens.
    pub subject: &'static str,
    /// Stands around the user name.
    pub greeting: [&'static str; 2],
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
        let (subject, username, parts) = match &mail.content {
            Content::PasswordReset {
                username,
                link,
                valid_minutes,
            } => {
                let texts = &texts.reset;
                let parts = vec![
                    Part::Text(texts.requested.to_owned()),
                    Part::Link {
                        link: link.expose_secret(),
                        button: texts.button,
                        copy: texts.copy_link,
                    },
                    Part::Text((texts.valid_minutes)(*valid_minutes)),
                    Part::Text(texts.not_requested.to_owned()),
                ];
                (texts.subject, username, parts)
            }
            Content::PasswordChanged { username, at, site } => {
                let texts = &texts.changed;
                let parts = vec![
                    Part::Text((texts.changed_at)(&utc(*at))),
                    Part::Text(texts.by_you.to_owned()),
                    Part::Around(texts.not_by_you, site),
                ];
                (texts.subject, username, parts)
            }
        };
        Self {
            language: mail.language,
            subject,
            greeting: texts.greeting,
            username: username.as_str(),
            parts,
        }
    }
}

fn utc(at: domain::Timestamp) -> Zoned {
    Timestamp::from_second(at.0)
        .unwrap_or(Timestamp::MAX)
        .to_zoned(TimeZone::UTC)
}
