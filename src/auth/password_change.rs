use super::{
    AuthService, IssuedTokens, ServiceError,
    confirmation::NotConfirmed,
    throttle::{DeviceCookie, DeviceOwner},
};
use crate::{
    domain::{ClientInfo, InvalidPassword, Language, Password, SessionId, User},
    store::NewPasswordHash,
};

/// The outcome of changing one's own password.
#[derive(Debug)]
#[must_use]
pub enum ChangeOutcome {
    /// The other sessions were ended. This one goes on by these tokens.
    Changed(Box<IssuedTokens>),
    NotConfirmed(NotConfirmed),
    /// The new password breaks a rule.
    InvalidPassword(InvalidPassword),
    /// This session was ended in the meantime, or the password was changed elsewhere.
    SessionOver,
}

impl AuthService {
    /// Changes the password of a user who gives the current one (OWASP ASVS 6.2.3), and ends their
    /// other sessions.
    ///
    /// # Errors
    /// When the database does not answer or hashing fails. The old password may still be in force.
    pub(crate) async fn change_password(
        &self,
        user: &User,
        session: SessionId,
        current: &Password,
        new: &Password,
        language: Language,
        client: &ClientInfo,
    ) -> Result<ChangeOutcome, ServiceError> {
        let inner = self.inner();
        let new = match self.new_password(new, &user.username) {
            Ok(new) => new,
            Err(error) => return Ok(ChangeOutcome::InvalidPassword(error)),
        };
        let Ok(current) = current.prepare() else {
            return Ok(ChangeOutcome::NotConfirmed(NotConfirmed::WrongPassword));
        };
        let keys = inner.token_keys(inner.clock.now())?;
        let (owner, attempt) = match self.confirm(user, session, current, client).await? {
            Ok(confirmed) => confirmed.into_owner(),
            Err(error) => return Ok(ChangeOutcome::NotConfirmed(error)),
        };
        let hash = inner.passwords.hash(new.prepared().clone()).await?;
        let now = inner.clock.now();
        let secret = &keys.cookies.throttle;
        let succeeded = attempt.succeeded(Some(secret.devices_key(user.id)));
        let new = NewPasswordHash {
            password_hash: &hash,
            notice: inner.notice_of_password(user.id, language, now),
            actor: &client.into(),
            now,
        };
        let kept = inner
            .store
            .change_password(session, &owner, succeeded, &new)
            .await?;
        let Some(kept) = kept else {
            attempt.fail("changed_meanwhile").await?;
            return Ok(ChangeOutcome::SessionOver);
        };
        attempt.set_decided();
        let owner = DeviceOwner {
            user: user.id,
            password_generation: owner.password_generation + 1,
        };
        let device_cookie = DeviceCookie::generate().sign(owner, now, secret);
        let mut issued = keys.issue(kept, now)?;
        issued.device_cookie = Some(device_cookie.into());
        Ok(ChangeOutcome::Changed(Box::new(issued)))
    }
}
