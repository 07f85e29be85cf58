use std::collections::HashSet;

use sqlx::{QueryBuilder, SqliteConnection};

use super::{SqliteStore, StoreError, logout::revoke_within, session_row::find_all};
use crate::{
    domain::Timestamp,
    store::{RefreshRequest, Refreshed, rotations::Rotations, rows::SessionRow},
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
    let rows = find_all(&mut *writing, &named, now.unwrap_or(Timestamp(0))).await?;
    let rotations = Rotations::new(rows, requests);
    update(&mut writing, &rotations.changed).await?;
    let revoked = revoke_within(&mut writing, &rotations.reused).await?;
    SqliteStore::commit(writing, revoked.events).await?;
    Ok(rotations.outcomes)
}

pub(super) async fn update(
    connection: &mut SqliteConnection,
    rows: &[SessionRow],
) -> Result<(), StoreError> {
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
