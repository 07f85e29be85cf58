use secrecy::ExposeSecret;

use super::{AccountError, AuthService, one_time_token::OneTimeToken, service::new_id};
use crate::{
    domain::{
        Actor, EmailAddress, InvitationId, Language, MailKind, Registration, TokenPurpose, paths,
    },
    store::{MailOwner, NewInvitation, NewToken, StoredInvitation},
};

impl AuthService {
    /// Makes a link by which somebody creates an account, for an operator to hand over.
    ///
    /// # Errors
    /// When nobody can sign up by `accounts.registration`, `public.url` is not set, or the database does
    /// not answer.
    pub async fn invite(&self, valid_seconds: i64, actor: &Actor) -> Result<String, AccountError> {
        let inner = self.inner();
        self.require_registration()?;
        let origin = inner.public_url.as_ref().ok_or(AccountError::NoPublicUrl)?;
        let (token, now) = (OneTimeToken::generate(), inner.clock.now());
        let new = NewToken {
            hash: token.hash(),
            purpose: TokenPurpose::AccountCreation,
            expires_at: now.plus_seconds(valid_seconds),
        };
        let (id, invitation) = (InvitationId(new_id(now)), NewInvitation::Link(&new));
        let inserted = inner.store.insert_invitation(id, invitation, actor, now);
        inserted.await?;
        let link = token.link(origin, paths::CREATE_ACCOUNT);
        Ok(link.expose_secret().to_owned())
    }

    /// Has such a link mailed, by which the account gets this e-mail address. It is good for 7 days.
    ///
    /// # Errors
    /// When nobody can sign up by `accounts.registration`, an account has the address, this server sends
    /// no mail, or the database does not answer.
    pub async fn invite_by_mail(
        &self,
        email: EmailAddress,
        language: Language,
        actor: &Actor,
    ) -> Result<(), AccountError> {
        let inner = self.inner();
        self.require_registration()?;
        if !inner.has_mail {
            return Err(AccountError::NoMail);
        }
        let now = inner.clock.now();
        let mut mail = Self::new_mail(MailKind::Invitation, MailOwner::Nobody, language, now);
        mail.recipient = Some(email.clone());
        let (id, invitation) = (InvitationId(mail.id.0), NewInvitation::Mail(&mail));
        let inserted = inner.store.insert_invitation(id, invitation, actor, now);
        if !inserted.await? {
            return Err(AccountError::EmailTaken(email));
        }
        Ok(())
    }

    /// The invitations that were not accepted yet and can be, or are still to be mailed.
    ///
    /// # Errors
    /// When the database does not answer.
    #[doc(hidden)]
    pub async fn invitations(&self) -> Result<Vec<StoredInvitation>, AccountError> {
        let inner = self.inner();
        Ok(inner.store.list_invitations(inner.clock.now()).await?)
    }

    /// Makes the link of an invitation void.
    ///
    /// # Errors
    /// When there is no such invitation or the database does not answer.
    #[doc(hidden)]
    pub async fn revoke_invitation(
        &self,
        id: InvitationId,
        actor: &Actor,
    ) -> Result<(), AccountError> {
        let inner = self.inner();
        let revoked = inner
            .store
            .revoke_invitation(id, actor, inner.clock.now())
            .await?;
        revoked
            .then_some(())
            .ok_or(AccountError::UnknownInvitation(id))
    }

    fn require_registration(&self) -> Result<(), AccountError> {
        match self.registration() {
            Registration::Closed => Err(AccountError::RegistrationClosed),
            Registration::Invite | Registration::Open => Ok(()),
        }
    }
}
