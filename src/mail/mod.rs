//! What sends mail by SMTP, and the texts of the mails.

mod content;
mod html;
mod letter;
mod mailer;
mod message;
mod plain;
mod send_error;
mod smtp_url;
mod stream;
mod texts;

pub use content::{Content, Link, Mail};
pub use mailer::{Mailer, MailerError, MailerOptions, is_sender};
pub use send_error::SendError;
pub use smtp_url::{InvalidSmtpUrl, SmtpUrl};
