use sqlx::FromRow;
use uuid::Uuid;

use super::Revocation;
use crate::domain::{SecurityEvent, SessionId, UserId};

/// A session that was just revoked.
#[derive(FromRow)]
pub(super) struct RevokedRow {
    id: Uuid,
    user_id: Uuid,
    revoked_reason: String,
    /// It was live until then.
    was_live: bool,
}

/// The outcome of revocations that are not committed yet.
pub(super) struct Revoked {
    /// For each revocation, whether it ended its session.
    pub done: Vec<bool>,
    pub events: Vec<SecurityEvent>,
}

impl Revoked {
    /// If several entries name the same session, one of them has ended it.
    pub fn new(revocations: &[Revocation], rows: Vec<RevokedRow>) -> Self {
        let mut revoked = Self {
            done: vec![false; revocations.len()],
            events: Vec::new(),
        };
        for row in rows.into_iter().filter(|row| row.was_live) {
            let mut entries = revocations.iter().zip(&mut revoked.done);
            let by_this = entries.find(|(entry, _)| {
                entry.session.0 == row.id
                    && entry.reason.code() == row.revoked_reason
                    && entry.owner.is_none_or(|owner| owner.0 == row.user_id)
            });
            if let Some((entry, done)) = by_this {
                *done = true;
                let event = SecurityEvent::revoked(entry.reason, &entry.actor, entry.now);
                let event = event.with_user(UserId(row.user_id));
                revoked.events.push(event.with_session(entry.session));
            }
        }
        revoked
    }
}

/// The event `event` for each of these sessions that was live until it was revoked.
pub(super) fn events_of_live(
    sessions: Vec<(Uuid, bool)>,
    event: &SecurityEvent,
) -> Vec<SecurityEvent> {
    let live = sessions.into_iter().filter(|(_, was_live)| *was_live);
    live.map(|(id, _)| event.clone().with_session(SessionId(id)))
        .collect()
}
