use std::{sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::interval};

use crate::{
    auth::{AuthService, ServiceError},
    mail::{Mail, Mailer},
    store::QueuedMail,
};

/// How often mails are taken from the queue. A request does not make it earlier: what is done for a
/// mail delays other requests, which would tell whether there is an account.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How many mails are sent at the same time.
const MAX_SENDING: usize = 32;

/// Sends the mails of the queue, for as long as the server runs.
pub(super) async fn send_mails(auth: AuthService, mailer: Mailer) {
    let mailer = Arc::new(mailer);
    let mut sending = JoinSet::new();
    let mut look = interval(LOOK_EVERY);
    loop {
        look.tick().await;
        while sending.try_join_next().is_some() {}
        let due = match auth.due_mails(MAX_SENDING - sending.len()).await {
            Ok(due) => due,
            Err(cause) => {
                tracing::error!(%cause, "the queue of mails could not be read");
                continue;
            }
        };
        for queued in due {
            match auth.address_mail(&queued).await {
                Ok(Some(mail)) => {
                    sending.spawn(send(auth.clone(), Arc::clone(&mailer), queued, mail));
                }
                Ok(None) => {}
                Err(cause) => {
                    tracing::error!(mail = %queued.id, %cause, "a mail could not be addressed");
                }
            }
        }
    }
}

/// A mail whose outcome can't be recorded is taken from the queue again later.
async fn send(auth: AuthService, mailer: Arc<Mailer>, queued: QueuedMail, mail: Mail) {
    if let Err(cause) = try_send(&auth, &mailer, &queued, &mail).await {
        tracing::error!(mail = %queued.id, %cause, "the outcome of a mail could not be recorded");
    }
}

async fn try_send(
    auth: &AuthService,
    mailer: &Mailer,
    queued: &QueuedMail,
    mail: &Mail,
) -> Result<(), ServiceError> {
    match mailer.send(mail).await {
        Ok(()) => {
            tracing::info!(mail = %queued.id, kind = queued.kind.code(), "a mail was sent");
            auth.set_mail_sent(queued).await
        }
        Err(cause) => {
            tracing::warn!(
                mail = %queued.id, kind = queued.kind.code(), %cause,
                "a mail was not sent; `countersign mail list` shows when it is tried again"
            );
            auth.set_mail_failed(queued, &cause).await
        }
    }
}
