use lettre::{
    Address, Message,
    error::Error,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::{Mail, html::html, letter::Letter, plain::plain};

/// The bytes of a mail (RFC 5322): its headers, and its text as plain text and as HTML.
///
/// # Errors
/// When a header can't be written.
pub(super) fn render(mail: &Mail, from: &Mailbox, to: Address) -> Result<Vec<u8>, Error> {
    let letter = Letter::of(mail);
    let id = format!("<{}@{}>", mail.id, from.email.domain());
    let message = Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(letter.subject)
        .message_id(Some(id))
        // RFC 3834 §5: no machine answers this.
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .raw_header(header("Content-Language", mail.language.tag()))
        .multipart(MultiPart::alternative_plain_html(
            plain(&letter),
            html(&letter),
        ))?;
    Ok(message.formatted())
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use mail_parser::{HeaderValue, MessageParser, MimeHeaders};
    use uuid::Uuid;

    use super::*;
    use crate::{
        domain::{EmailAddress, Language, MailId, Timestamp, Username},
        mail::{Content, Link},
    };

    const LINK: &str = "https://login.example.org/reset#token=A1=3D=_-.~%20&b=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const SITE: &str = "https://sign-in.department-of-engines.analytical-society.example.org";
    const NAUGHTY: [&str; 5] = [
        "ada",
        "<script>alert(1)</script>&amp;\"'<a href=\"https://evil.example\">",
        "ada\r\nBcc: eve@example.org\r\n\r\n<b>",
        "\u{202e}مريم 🦊\u{2067}",
        "=?utf-8?q?Bcc:_eve?=",
    ];

    fn mails(username: &str, language: Language) -> [Mail; 9] {
        let username = Username::from_stored(username.to_owned());
        let at = Timestamp(1_795_718_400);
        let link = |valid_seconds| Link {
            address: LINK.into(),
            valid_seconds,
        };
        [
            Content::PasswordReset { link: link(1800) },
            Content::PasswordChanged {
                at,
                site: SITE.to_owned(),
            },
            Content::EmailConfirmation { link: link(1800) },
            Content::EmailChanged {
                at,
                link: Some(link(604_800)),
            },
            Content::EmailChanged { at, link: None },
            Content::AccountDeleted { at },
            Content::SignUp { link: link(3600) },
            Content::Invitation {
                link: link(604_800),
            },
            Content::AccountExists {
                site: SITE.to_owned(),
            },
        ]
        .map(|content| Mail {
            id: MailId(Uuid::nil()),
            recipient: EmailAddress::parse("ada@example.org").unwrap(),
            // Of an account that is gone, or that there is not yet, nobody knows the name.
            username: (!matches!(
                content,
                Content::AccountDeleted { .. }
                    | Content::SignUp { .. }
                    | Content::Invitation { .. }
            ))
            .then(|| username.clone()),
            language,
            content,
        })
    }

    fn rendered(mail: &Mail) -> Vec<u8> {
        let from = "\"Example, Ltd.\" <noreply@login.example.org>"
            .parse()
            .unwrap();
        let to = mail.recipient.as_str().parse().unwrap();
        render(mail, &from, to).unwrap()
    }

    /// Each mail in each language with each name: its bytes, its plain text and its HTML.
    fn for_each(check: impl Fn(&Mail, &str, &[u8], &str, &str)) {
        for language in Language::ALL {
            for name in NAUGHTY {
                for mail in mails(name, language) {
                    let bytes = rendered(&mail);
                    let parsed = MessageParser::default().parse(&bytes).unwrap();
                    let text = parsed.body_text(0).unwrap().into_owned();
                    let html = parsed.body_html(0).unwrap().into_owned();
                    check(&mail, name, &bytes, &text, &html);
                }
            }
        }
    }

    #[test]
    fn a_mail_has_plain_text_first_and_html_second() {
        for_each(|_, _, bytes, _, _| {
            let parsed = MessageParser::default().parse(bytes).unwrap();
            let types: Vec<_> = parsed
                .parts
                .iter()
                .map(|part| part.content_type().unwrap())
                .map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap()))
                .collect();
            assert_eq!(types, ["multipart/alternative", "text/plain", "text/html"]);
        });
    }

    #[test]
    fn names_add_no_header_and_subjects_have_none() {
        for_each(|mail, name, bytes, _, _| {
            let parsed = MessageParser::default().parse(bytes).unwrap();
            let names: Vec<_> = parsed
                .headers()
                .iter()
                .map(mail_parser::Header::name)
                .collect();
            assert_eq!(
                names,
                [
                    "From",
                    "To",
                    "Subject",
                    "Message-ID",
                    "Auto-Submitted",
                    "Content-Language",
                    "MIME-Version",
                    "Date",
                    "Content-Type"
                ]
            );
            assert!(!parsed.subject().unwrap().contains(name));
            let from = parsed.from().unwrap().first().unwrap();
            assert_eq!(from.name(), Some("Example, Ltd."));
            assert_eq!(from.address(), Some("noreply@login.example.org"));
            let to = parsed.to().unwrap().first().unwrap();
            assert_eq!((to.name(), to.address()), (None, Some("ada@example.org")));
            let id = parsed.message_id().unwrap();
            assert!(id.ends_with("@login.example.org"), "{id}");
            let raw = |name: &str| parsed.header_raw(name).unwrap().trim().to_owned();
            assert_eq!(raw("Auto-Submitted"), "auto-generated");
            assert_eq!(raw("Content-Language"), mail.language.tag());
            let date = parsed.header("Date").unwrap();
            assert!(matches!(date, HeaderValue::DateTime(_)));
        });
    }

    #[test]
    fn names_are_escaped_and_isolated() {
        for_each(|mail, name, _, text, html| {
            let has_name = mail.username.is_some();
            let escaped = maud::html! { bdi { (name) } }.into_string();
            assert_eq!(html.contains(&escaped), has_name, "{html}");
            assert!(!html.contains("<script") && !html.contains("<b>"), "{html}");
            assert_eq!(
                html.matches("<a href=").count(),
                html.matches("</a>").count()
            );
            assert!(!html.contains("href=\"https://evil.example"), "{html}");
            let isolated = format!("\u{2068}{name}\u{2069}");
            let unwrapped = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let is_isolated = unwrapped(text).contains(&unwrapped(&isolated));
            assert_eq!(is_isolated, has_name, "{text}");
        });
    }

    #[test]
    fn links_survive_the_encoding() {
        for_each(|mail, _, bytes, text, html| {
            assert!(bytes.is_ascii());
            let (link, count) = match mail.content {
                Content::PasswordChanged { .. } | Content::AccountExists { .. } => (SITE, 1),
                Content::EmailChanged { link: None, .. } | Content::AccountDeleted { .. } => {
                    ("", 0)
                }
                _ => (LINK, 2),
            };
            let escaped = link.replace('&', "&amp;");
            let hrefs = html.matches(&format!("href=\"{escaped}\"")).count();
            assert_eq!((html.matches("<a href=").count(), hrefs), (count, count));
            assert!(count == 0 || html.contains(&format!(">{escaped}<")));
            let in_one_line = text.lines().filter(|line| *line == LINK).count();
            assert_eq!(in_one_line, usize::from(link == LINK), "{text}");
            assert!(text.contains(link), "{text}");
        });
    }

    #[test]
    fn lines_are_short() {
        for_each(|_, _, bytes, text, _| {
            let long = bytes
                .split(|byte| *byte == b'\n')
                .find(|line| line.len() > 79);
            assert!(long.is_none(), "{:?}", long.map(String::from_utf8_lossy));
            for line in text.lines().filter(|line| *line != LINK) {
                assert!(line.chars().count() <= 78, "{line}");
            }
        });
    }

    #[test]
    fn nothing_is_loaded_from_elsewhere() {
        for_each(|_, name, _, _, html| {
            let ours = html.replace(&maud::html! { (name) }.into_string(), "");
            for word in [
                "src", "url(", "<img", "<link", "<style", "<script", "@import",
            ] {
                assert!(!ours.contains(word), "{word}");
            }
        });
    }

    #[test]
    fn each_language_says_when_and_for_how_long() {
        for (language, direction, minutes, days, time) in [
            (
                Language::English,
                "ltr",
                "30 minutes",
                "7 days",
                "26 November 2026, 18:40 UTC",
            ),
            (
                Language::German,
                "ltr",
                "30 Minuten",
                "7 Tage",
                "26. November 2026, 18:40 UTC",
            ),
            (
                Language::Arabic,
                "rtl",
                "30 دقيقة",
                "7 أيام",
                "26 نوفمبر 2026، الساعة 18:40 بتوقيت UTC",
            ),
        ] {
            let [
                reset,
                changed,
                confirmation,
                email_changed,
                by_operator,
                deleted,
                sign_up,
                invitation,
                _,
            ] = mails("ada", language).map(|mail| {
                let bytes = rendered(&mail);
                let parsed = MessageParser::default().parse(&bytes).unwrap();
                let text = parsed.body_text(0).unwrap().replace("\r\n", " ");
                let html = parsed.body_html(0).unwrap().into_owned();
                let root = format!("<html lang=\"{}\" dir=\"{direction}\">", language.tag());
                assert!(html.contains(&root), "{html}");
                [text, html]
            });
            let says = |mail: &[String; 2], words: &str| {
                assert!(mail.iter().all(|text| text.contains(words)), "{mail:?}");
            };
            says(&reset, minutes);
            says(&confirmation, minutes);
            says(&changed, time);
            says(&email_changed, time);
            says(&email_changed, days);
            says(&by_operator, time);
            says(&deleted, time);
            says(&sign_up, &minutes.replace("30", "60"));
            says(&invitation, days);
        }
    }

    #[test]
    fn nothing_of_a_mail_is_logged() {
        for mail in mails("canary", Language::English) {
            let shown = format!("{mail:?}");
            for word in ["ada", "canary", "example.org"] {
                assert!(!shown.contains(word), "{shown}");
            }
        }
    }
}
