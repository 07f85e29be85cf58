use super::{SqliteStore, StoreError};
use crate::{
    domain::{SecurityEvent, UserId, Username},
    store::{EventFilter, RecordedEvent, rows::EventRow},
};

pub(super) async fn record(store: &SqliteStore, event: SecurityEvent) -> Result<(), StoreError> {
    SqliteStore::commit(store.begin().await?, [event]).await
}

pub(super) async fn list(
    store: &SqliteStore,
    filter: EventFilter<'_>,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let rows: Vec<EventRow> = sqlx::query_as(
        "SELECT e.id, e.at, e.kind, e.detail, e.user_id, u.username, e.session_id, e.ip,
                e.user_agent
         FROM countersign_security_events e LEFT JOIN countersign_users u ON u.id = e.user_id
         WHERE e.id > ?1 AND e.at >= ?2 AND (?3 IS NULL OR u.username_key = ?3)
         ORDER BY e.id LIMIT ?4",
    )
    .bind(filter.after)
    .bind(filter.since.0)
    .bind(filter.user.map(Username::comparison_key))
    .bind(filter.limit)
    .fetch_all(&store.readers)
    .await?;
    Ok(rows.into_iter().map(RecordedEvent::from).collect())
}

pub(super) async fn newest(
    store: &SqliteStore,
    user: UserId,
    limit: i64,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let rows: Vec<EventRow> = sqlx::query_as(
        "SELECT id, at, kind, detail, user_id, NULL AS username, session_id, ip, user_agent
         FROM countersign_security_events WHERE user_id = ?1
            AND (kind <> 'display_name_changed' OR id =
                (SELECT max(id) FROM countersign_security_events
                 WHERE user_id = ?1 AND kind = 'display_name_changed'))
         ORDER BY id DESC LIMIT ?2",
    )
    .bind(user.0)
    .bind(limit)
    .fetch_all(&store.readers)
    .await?;
    Ok(rows.into_iter().map(RecordedEvent::from).collect())
}
