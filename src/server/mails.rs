use std::time::Duration;

use futures::future::join_all;
use tokio::time::timeout;

use crate::{
    auth::{AuthService, ServiceError},
    mail::Mailer,
    store::QueuedMail,
};

/// How often the queue is looked at besides. Other servers and the command line put mails into it
/// too, and some are to be tried again.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Sends the mails of the queue, for as long as the server runs.
pub(super) async fn send_mails(auth: AuthService, mailer: Mailer) {
    loop {
        let mails = match auth.due_mails().await {
            Ok(mails) => mails,
            Err(cause) => {
                tracing::error!(%cause, "the queue of mails could not be read");
                Vec::new()
            }
        };
        if mails.is_empty() {
            let _queued_or_due = timeout(LOOK_EVERY, auth.mail_queued()).await;
            continue;
        }
        join_all(mails.iter().map(|mail| send(&auth, &mailer, mail))).await;
    }
}

/// A mail whose outcome can't be recorded is taken from the queue again later.
async fn send(auth: &AuthService, mailer: &Mailer, mail: &QueuedMail) {
    if let Err(cause) = try_send(auth, mailer, mail).await {
        tracing::error!(mail = %mail.id, %cause, "the outcome of a mail could not be recorded");
    }
}

async fn try_send(
    auth: &AuthService,
    mailer: &Mailer,
    queued: &QueuedMail,
) -> Result<(), ServiceError> {
    let Some(mail) = auth.address_mail(queued).await? else {
        return Ok(());
    };
    match mailer.send(&mail).await {
        Ok(()) => {
            tracing::info!(mail = %queued.id, kind = queued.kind.code(), "a mail was sent");
            auth.set_mail_sent(queued).await
        }
        Err(error) => {
            let (is_permanent, cause) = (error.is_permanent(), error.to_string());
            tracing::warn!(
                mail = %queued.id, kind = queued.kind.code(), %cause,
                "a mail was not sent; `countersign mail list` shows when it is tried again"
            );
            auth.set_mail_failed(queued, cause, is_permanent).await
        }
    }
}
