use super::{SessionState, Store, StoreError, group_commit::Asked, sessions::LiveRow};
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
    Current {
        user: User,
        session: SessionView,
        counter: u64,
        idle_seconds: Option<i64>,
    },
    /// A used-up cookie was shown: the session was ended.
    Reused,
    /// There is nothing to renew.
    Over,
}

impl Store {
    /// Renews a session, or ends it when the cookie is a copy: one transaction decides, and no logout comes between. When
    /// this returns, it is on the disk.
    ///
    /// # Errors
    /// When the database does not answer. Then nothing was renewed.
    pub async fn renew_session(
        &self,
        shown: RenewalToken,
        client: &Client,
        now: Timestamp,
    ) -> Result<Renewed, StoreError> {
        let client = client.clone();
        self.in_group(|group, answer| {
            group.renewals.push(Asked {
                what: shown,
                client,
                now,
                answer,
            })
        })
        .await
    }

    /// Whether a cookie would renew its session, without doing it: who is there when a page is rendered.
    ///
    /// # Errors
    /// When the database does not answer. That is no "yes".
    pub async fn renewable(
        &self,
        shown: RenewalToken,
        now: Timestamp,
    ) -> Result<SessionState, StoreError> {
        let row = LiveRow::find(&self.readers, shown.session, now).await?;
        let row = row.filter(|row| row.rotation(shown, now) != Rotation::Reused);
        Ok(row.map_or(SessionState::Over, |row| SessionState::Live {
            user: row.user(),
            session: row.view(),
        }))
    }
}

impl LiveRow {
    /// What becomes of this row by a cookie, and of the one who shows it. After [`Renewed::Reused`], it is to be ended.
    pub(super) fn renew(&mut self, shown: RenewalToken, now: Timestamp) -> Renewed {
        let counter = match self.rotation(shown, now) {
            Rotation::Advanced(counter) => {
                self.rotated_at = now.0;
                counter
            }
            Rotation::Repeated(counter) => counter,
            Rotation::Reused => return Renewed::Reused,
        };
        self.last_seen_at = now.0;
        self.renewal_counter = i64::try_from(counter).unwrap_or(i64::MAX);
        Renewed::Current {
            user: self.user(),
            session: self.view(),
            counter,
            idle_seconds: self.idle_seconds,
        }
    }

    fn rotation(&self, shown: RenewalToken, now: Timestamp) -> Rotation {
        let current = u64::try_from(self.renewal_counter).unwrap_or_default();
        rotate(current, Timestamp(self.rotated_at), shown.counter, now)
    }
}
