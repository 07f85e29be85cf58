use sqlx::{QueryBuilder, SqliteConnection};

use super::{SqliteStore, StoreError, session_row::WAS_LIVE};
use crate::{
    domain::{RevokedReason, Timestamp, UserId},
    store::{Revocation, revoked::Revoked},
};

pub(super) async fn revoke(
    store: &SqliteStore,
    revocations: &[Revocation],
) -> Result<Vec<bool>, StoreError> {
    let mut writing = store.begin().await?;
    let revoked = revoke_within(&mut writing, revocations).await?;
    SqliteStore::commit(writing, revoked.events).await?;
    Ok(revoked.done)
}

/// Ends sessions within the caller's transaction. If several entries name the same session, one of
/// them ends it.
pub(super) async fn revoke_within(
    connection: &mut SqliteConnection,
    revocations: &[Revocation],
) -> Result<Revoked, StoreError> {
    if revocations.is_empty() {
        return Ok(Revoked::new(revocations, Vec::new()));
    }
    let mut update = QueryBuilder::new("WITH entries (id, owner, reason, at) AS (");
    update.push_values(revocations, |mut row, entry| {
        row.push_bind(entry.session.0)
            .push_bind(entry.owner.map(|owner| owner.0))
            .push_bind(entry.reason.code())
            .push_bind(entry.now.0);
    });
    update.push(format_args!(
        ") UPDATE countersign_sessions AS s SET revoked_reason = e.reason, revoked_at = e.at
         FROM entries e
         WHERE s.id = e.id AND s.revoked_at IS NULL AND (e.owner IS NULL OR s.user_id = e.owner)
         RETURNING id, user_id, revoked_reason, {WAS_LIVE} AS was_live",
    ));
    let rows = update.build_query_as().fetch_all(connection).await?;
    Ok(Revoked::new(revocations, rows))
}

/// Ends every session of a user within the caller's transaction, and returns how many were live.
pub(super) async fn revoke_all_within(
    connection: &mut SqliteConnection,
    user: UserId,
    reason: RevokedReason,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let sql = format!(
        "UPDATE countersign_sessions SET revoked_at = ?, revoked_reason = ?
         WHERE user_id = ? AND revoked_at IS NULL
         RETURNING {WAS_LIVE}"
    );
    let were_live: Vec<bool> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(now.0)
        .bind(reason.code())
        .bind(user.0)
        .fetch_all(connection)
        .await?;
    Ok(were_live.into_iter().map(u64::from).sum())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        domain::{EventKind, SessionId},
        store::{
            Store,
            sqlite::fixture::{Fixture, NOW, SESSION, USER},
        },
    };

    #[tokio::test]
    async fn many_are_ended_together_and_each_is_told_its_own() {
        let fixture = Fixture::new().await;
        let other = SessionId(Uuid::from_u128(9));
        fixture.open_session(other).await;
        let entry = |session, reason, owner| Revocation {
            session,
            owner,
            reason,
            ..fixture.revocation()
        };
        let foreign = Some(UserId(Uuid::from_u128(2)));
        let entries = [
            entry(SESSION, RevokedReason::Owner, foreign),
            entry(SESSION, RevokedReason::LoggedOut, None),
            entry(
                SessionId(Uuid::from_u128(8)),
                RevokedReason::LoggedOut,
                None,
            ),
            entry(other, RevokedReason::Owner, Some(USER)),
            entry(other, RevokedReason::Owner, Some(USER)),
        ];
        let done = fixture.store.revoke(&entries).await.unwrap();
        assert_eq!(done, [false, true, false, true, false]);
        assert!(!fixture.is_live(NOW).await);
        assert_eq!(
            fixture.store.revoke(&entries).await.unwrap(),
            [false; 5],
            "twice is no error"
        );
        let events = fixture.store.newest_events(USER, 9).await.unwrap();
        let kinds: Vec<_> = events.iter().map(|event| event.kind).collect();
        let expected = [EventKind::SessionRevoked, EventKind::Logout];
        assert!(
            expected
                .iter()
                .all(|kind| kinds.iter().filter(|found| *found == kind).count() == 1)
        );
    }
}
