use super::{RevokedReason, SessionState, Store, StoreError, live_sessions::Stale, sessions::LiveRow};
use crate::{
    domain::{SessionView, Timestamp, User},
    server::{
        Client,
        renewal::{RenewalToken, Rotation, rotate},
    },
};

/// What became of a renewal.
#[derive(Debug, Clone)]
#[must_use]
pub enum Renewed {
    /// The session goes on, and this is its current counter.
    Current { user: User, session: SessionView, counter: u64, idle_seconds: Option<i64> },
    /// A used-up cookie was shown: the session was ended.
    Reused,
    /// There is nothing to renew.
    Over,
}

impl Store {
    /// Renews a session, or ends it when the cookie is a copy: one transaction decides, and no logout comes between.
    ///
    /// # Errors
    /// When the database does not answer. Then nothing was renewed.
    pub async fn renew_session(
        &self,
        shown: RenewalToken,
        client: &Client,
        now: Timestamp,
    ) -> Result<Renewed, StoreError> {
        let mut transaction = self.begin().await?;
        let Some(row) = LiveRow::find(&mut *transaction, shown.session, now).await? else {
            return Ok(Renewed::Over);
        };
        let (counter, statement) = match row.rotation(shown, now) {
            Rotation::Advanced(counter) => {
                (counter, "UPDATE sessions SET last_seen_at = ?1, rotated_at = ?1, renewal_counter = ?2 WHERE id = ?3")
            }
            Rotation::Repeated(counter) => {
                (counter, "UPDATE sessions SET last_seen_at = ?1, renewal_counter = ?2 WHERE id = ?3")
            }
            Rotation::Reused => {
                let reason = RevokedReason::RenewalReused;
                let revoked = Self::revoke(&mut transaction, shown.session, reason, client, now).await?;
                self.commit(transaction, revoked).await?;
                return Ok(Renewed::Reused);
            }
        };
        sqlx::query(statement)
            .bind(now.0)
            .bind(i64::try_from(counter).unwrap_or(i64::MAX))
            .bind(shown.session.0)
            .execute(&mut *transaction)
            .await?;
        self.finish(transaction, vec![Stale::Session(shown.session)]).await?;
        Ok(Renewed::Current { user: row.user(), session: row.view(), counter, idle_seconds: row.idle_seconds })
    }

    /// Whether a cookie would renew its session, without doing it: who is there when a page is rendered.
    ///
    /// # Errors
    /// When the database does not answer. That is no "yes".
    pub async fn renewable(&self, shown: RenewalToken, now: Timestamp) -> Result<SessionState, StoreError> {
        let row = LiveRow::find(&self.readers, shown.session, now).await?;
        let row = row.filter(|row| row.rotation(shown, now) != Rotation::Reused);
        Ok(row.map_or(SessionState::Over, |row| SessionState::Live { user: row.user(), session: row.view() }))
    }
}

impl LiveRow {
    fn rotation(&self, shown: RenewalToken, now: Timestamp) -> Rotation {
        let current = u64::try_from(self.renewal_counter).unwrap_or_default();
        rotate(current, Timestamp(self.rotated_at), shown.counter, now)
    }
}
