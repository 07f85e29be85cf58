use std::collections::{HashMap, HashSet};

use sqlx::{QueryBuilder, SqliteConnection};

use super::{SqliteStore, StoreError, logout::revoke_within, session_row::SessionRow};
use crate::{
    domain::{RevokedReason, Rotation, SessionId, Timestamp, rotate},
    store::{LiveSession, RefreshRequest, Refreshed, Revocation},
};

pub(super) async fn refresh(
    store: &SqliteStore,
    requests: &[RefreshRequest],
) -> Result<Vec<Refreshed>, StoreError> {
    let mut writing = store.begin().await?;
    let named: HashSet<_> = requests
        .iter()
        .map(|request| request.token.session)
        .collect();
    let now = requests.iter().map(|request| request.now).max();
    let rows = SessionRow::find_all(&mut *writing, &named, now.unwrap_or(Timestamp(0))).await?;
    let mut live: HashMap<_, _> = rows
        .into_iter()
        .map(|row| (SessionId(row.id), Row::from(row)))
        .collect();

    // One after the other, as if each had come alone: of two requests with the same token, the
    // second is told of the counter that the first one made.
    let mut reused = Vec::new();
    let mut outcomes = Vec::with_capacity(requests.len());
    for request in requests {
        let session = request.token.session;
        let outcome = match live.get_mut(&session) {
            Some(row) => row.refresh(request),
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
    let changed: Vec<_> = live
        .into_values()
        .filter(|row| row.changed)
        .map(|row| row.row)
        .collect();
    update(&mut writing, &changed).await?;
    let revoked = revoke_within(&mut writing, &reused).await?;
    SqliteStore::commit(writing, revoked.events).await?;
    Ok(outcomes)
}

struct Row {
    row: SessionRow,
    changed: bool,
}

impl From<SessionRow> for Row {
    fn from(row: SessionRow) -> Self {
        Self {
            row,
            changed: false,
        }
    }
}

impl Row {
    fn refresh(&mut self, request: &RefreshRequest) -> Refreshed {
        let (row, now) = (&mut self.row, request.now);
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
        self.changed = true;
        Refreshed::Live(LiveSession::from(row.clone()))
    }
}

async fn update(connection: &mut SqliteConnection, rows: &[SessionRow]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut update = QueryBuilder::new("WITH changed (id, seen, rotated, counter) AS (");
    update.push_values(rows, |mut values, row| {
        values
            .push_bind(row.id)
            .push_bind(row.last_seen_at)
            .push_bind(row.rotated_at)
            .push_bind(row.refresh_counter);
    });
    update.push(
        ") UPDATE countersign_sessions AS s
         SET last_seen_at = c.seen, rotated_at = c.rotated, refresh_counter = c.counter
         FROM changed c WHERE s.id = c.id",
    );
    update.build().execute(connection).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Actor, RefreshToken},
        store::{
            Store,
            sqlite::fixture::{Fixture, NOW, SESSION},
        },
    };

    fn request(counter: u64) -> RefreshRequest {
        RefreshRequest {
            token: RefreshToken {
                session: SESSION,
                counter,
            },
            actor: Actor::Server,
            now: NOW,
        }
    }

    fn counter(refreshed: &Refreshed) -> u64 {
        match refreshed {
            Refreshed::Live(session) => session.refresh_counter,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn two_requests_with_one_token_in_a_batch_get_the_same_next_one() {
        let fixture = Fixture::new().await;
        let outcomes = fixture
            .store
            .refresh(&[request(0), request(0)])
            .await
            .unwrap();
        assert_eq!(outcomes.iter().map(counter).collect::<Vec<_>>(), [1, 1]);
    }

    #[tokio::test]
    async fn a_copied_token_ends_its_session_and_a_later_entry_of_the_batch_finds_it_over() {
        let fixture = Fixture::new().await;
        let outcomes = fixture
            .store
            .refresh(&[request(7), request(0)])
            .await
            .unwrap();
        assert_eq!(outcomes, [Refreshed::Reused, Refreshed::Over]);
        assert!(!fixture.is_live(NOW).await);
    }

    #[tokio::test]
    async fn an_entry_before_a_copied_token_does_not_keep_the_session_alive() {
        let fixture = Fixture::new().await;
        let outcomes = fixture
            .store
            .refresh(&[request(0), request(7)])
            .await
            .unwrap();
        assert_eq!(counter(&outcomes[0]), 1);
        assert_eq!(outcomes[1], Refreshed::Reused);
        assert!(!fixture.is_live(NOW).await);
    }
}
