use std::{error::Error, io, iter};

use lettre::transport::smtp;
use thiserror::Error;

/// Why a mail was not sent. The text has the host and what failed there, and nothing of the mail:
/// what a mail server replies often repeats the address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the mail server {server}: {} failed: {reason}", .step.name())]
pub struct SendError {
    server: String,
    step: Step,
    reason: String,
    is_permanent: bool,
    is_unanswered: bool,
}

/// How far a mail came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Connect,
    StartTls,
    Auth,
    Sender,
    Recipient,
    Message,
    /// The message is being sent, or was: it may be delivered.
    Reply,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Connect => "connecting",
            Self::StartTls => "STARTTLS",
            Self::Auth => "signing in (AUTH)",
            Self::Sender => "naming the sender (MAIL FROM)",
            Self::Recipient => "naming the recipient (RCPT TO)",
            Self::Message | Self::Reply => "sending the message (DATA)",
        }
    }

    /// Whether a refusal is about this mail. Otherwise it is about the server, and others are
    /// refused too until somebody has changed a setting.
    fn is_about_the_mail(self) -> bool {
        matches!(self, Self::Recipient | Self::Message | Self::Reply)
    }
}

impl SendError {
    /// Whether this mail will be refused however often it is sent: a 5yz reply to its recipient or
    /// its content (RFC 5321 §4.2.1), or an address that the server can't take.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.is_permanent
    }

    /// Whether the mail may have been delivered: the server got the message, and did not reply.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.is_unanswered
    }

    pub(super) fn new(server: &str, step: Step, error: &smtp::Error) -> Self {
        Self {
            server: server.to_owned(),
            step,
            reason: reason(error),
            is_permanent: error.is_permanent() && step.is_about_the_mail(),
            is_unanswered: step == Step::Reply && error.status().is_none(),
        }
    }

    pub(super) fn timed_out(server: &str, step: Step) -> Self {
        Self {
            server: server.to_owned(),
            step,
            reason: "it took too long".to_owned(),
            is_permanent: false,
            is_unanswered: step == Step::Reply,
        }
    }

    /// The address can't be used, with this server or at all.
    pub(super) fn address(server: &str, reason: &str) -> Self {
        Self {
            server: server.to_owned(),
            step: Step::Recipient,
            reason: reason.to_owned(),
            is_permanent: true,
            is_unanswered: false,
        }
    }

    /// There is no connection.
    pub(super) fn connection(server: &str, error: &io::Error) -> Self {
        Self {
            server: server.to_owned(),
            step: Step::Connect,
            reason: error.to_string(),
            is_permanent: false,
            is_unanswered: false,
        }
    }
}

/// The codes of a reply, or what the operating system, rustls or lettre say, which know nothing of
/// the mail.
fn reason(error: &smtp::Error) -> String {
    if let Some(code) = error.status() {
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        let enhanced = text
            .split_whitespace()
            .next()
            .filter(|word| is_enhanced(word));
        return match enhanced {
            Some(enhanced) => format!("SMTP {code} {enhanced}"),
            None => format!("SMTP {code}"),
        };
    }
    if error.is_response() {
        return "the reply is not one of SMTP, or is incomplete".to_owned();
    }
    // Errors of lettre contain each other.
    let mut causes = iter::successors(error.source(), |&cause| cause.source());
    match causes.find(|cause| cause.is::<io::Error>() || error.is_client()) {
        Some(cause) => cause.to_string(),
        None => "the connection can't be used".to_owned(),
    }
}

/// An enhanced status code, such as `5.1.1` (RFC 3463 §2).
fn is_enhanced(word: &str) -> bool {
    let is_number = |part: &str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    word.split('.').count() == 3 && word.split('.').all(is_number)
}
