use std::collections::HashMap;

use super::{LiveSession, RefreshRequest, Refreshed, Revocation, rows::SessionRow};
use crate::domain::{RevokedReason, Rotation, SessionId, Timestamp, rotate};

/// What requests to refresh make of their sessions.
pub(super) struct Rotations {
    pub outcomes: Vec<Refreshed>,
    /// The sessions with a new counter or time.
    pub changed: Vec<SessionRow>,
    /// Of the sessions whose refresh token was used before.
    pub reused: Vec<Revocation>,
}

impl Rotations {
    /// Answers requests one after the other, as if each had come alone: of two requests with the
    /// same token, the second gets the counter that the first one made. `live` are the sessions of
    /// the requests as they are in the transaction.
    pub fn new(live: Vec<SessionRow>, requests: &[RefreshRequest]) -> Self {
        let mut live: HashMap<_, _> = live
            .into_iter()
            .map(|row| (SessionId(row.id), (row, false)))
            .collect();
        let mut reused = Vec::new();
        let mut outcomes = Vec::with_capacity(requests.len());
        for request in requests {
            let session = request.token.session;
            let outcome = match live.get_mut(&session) {
                Some((row, is_changed)) => {
                    let outcome = refresh(row, request);
                    *is_changed |= outcome != Refreshed::Reused;
                    outcome
                }
                None => Refreshed::Over,
            };
            if outcome == Refreshed::Reused {
                live.remove(&session);
                reused.push(Revocation {
                    session,
                    owner: None,
                    reason: RevokedReason::RefreshTokenReused,
                    actor: request.actor.clone(),
                    now: request.now,
                });
            }
            outcomes.push(outcome);
        }
        let changed = live.into_values().filter(|(_, is_changed)| *is_changed);
        Self {
            outcomes,
            changed: changed.map(|(row, _)| row).collect(),
            reused,
        }
    }
}

fn refresh(row: &mut SessionRow, request: &RefreshRequest) -> Refreshed {
    let now = request.now;
    let rotated_at = Timestamp(row.rotated_at);
    let counter = match rotate(row.counter(), rotated_at, request.token.counter, now) {
        Rotation::Rotated(counter) => {
            row.rotated_at = now.0;
            counter
        }
        Rotation::Replayed(counter) => counter,
        Rotation::Reused => return Refreshed::Reused,
    };
    row.last_seen_at = row.last_seen_at.max(now.0);
    row.refresh_counter = i64::try_from(counter).unwrap_or(i64::MAX);
    Refreshed::Live(LiveSession::from(row.clone()))
}
