use super::{
    AccountError, AuthService, ServiceError, accounts::require, confirmation::NotConfirmed,
};
use crate::{
    domain::{
        Actor, ClientInfo, Language, MailKind, PreparedPassword, SessionId, Timestamp, User,
        Username,
    },
    store::{MailOwner, NewMail, OwnDeletion},
};

/// The outcome of deleting one's own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum DeletionOutcome {
    Deleted,
    NotConfirmed(NotConfirmed),
    /// This session was ended in the meantime, or the password was changed elsewhere.
    SessionOver,
    /// The e-mail address was changed within the last seven days, and the former one has a link to take
    /// it back.
    EmailChanged,
}

impl AuthService {
    /// Deletes an account, whose sessions end, for an operator. The security events of the account
    /// stay, without its name.
    ///
    /// # Errors
    /// When there is no such user or the database does not answer.
    pub async fn delete_user(&self, name: &Username, actor: &Actor) -> Result<(), AccountError> {
        let inner = self.inner();
        let now = inner.clock.now();
        let notice = self.notice_of_deletion(Language::default(), now);
        let deleted = inner
            .store
            .delete_user(name, notice.as_ref(), actor, now)
            .await?;
        require(deleted, name)
    }

    /// Deletes the account of a user who gives the password, in the same way.
    ///
    /// # Errors
    /// When the database does not answer or hashing fails. The account may still be there.
    pub(crate) async fn delete_own_account(
        &self,
        user: &User,
        session: SessionId,
        password: PreparedPassword,
        language: Language,
        client: &ClientInfo,
    ) -> Result<DeletionOutcome, ServiceError> {
        let inner = self.inner();
        let (owner, attempt) = match self.confirm(user, session, password, client).await? {
            Ok(confirmed) => confirmed.into_owner(),
            Err(error) => return Ok(DeletionOutcome::NotConfirmed(error)),
        };
        let now = inner.clock.now();
        let notice = self.notice_of_deletion(language, now);
        let (succeeded, actor) = (attempt.succeeded(None), Actor::from(client));
        let deletion = inner
            .store
            .delete_own_account(session, &owner, succeeded, notice.as_ref(), &actor, now)
            .await?;
        match deletion {
            OwnDeletion::Deleted => attempt.set_decided(),
            OwnDeletion::SessionOver | OwnDeletion::EmailChanged => {
                attempt.fail("not_deleted").await?;
            }
        }
        Ok(match deletion {
            OwnDeletion::Deleted => DeletionOutcome::Deleted,
            OwnDeletion::SessionOver => DeletionOutcome::SessionOver,
            OwnDeletion::EmailChanged => DeletionOutcome::EmailChanged,
        })
    }

    fn notice_of_deletion(&self, language: Language, now: Timestamp) -> Option<NewMail<'static>> {
        let (kind, owner) = (MailKind::AccountDeleted, MailOwner::Nobody);
        self.has_mail()
            .then(|| Self::new_mail(kind, owner, language, now))
    }
}
