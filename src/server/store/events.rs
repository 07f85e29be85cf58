use std::net::IpAddr;

use sqlx::{FromRow, QueryBuilder, Sqlite, SqliteConnection, Transaction};
use uuid::Uuid;

use super::{Store, StoreError, live_sessions::Stale};
use crate::{
    domain::{SessionId, Timestamp, UserId, Username},
    server::event::SecurityEvent,
};

/// An event as it was recorded.
#[derive(Debug, Clone)]
pub struct RecordedEvent {
    pub id: i64,
    pub at: Timestamp,
    pub kind: String,
    pub detail: Option<String>,
    pub user: Option<UserId>,
    /// What the user is called now; `None` if there is no such user.
    pub username: Option<Username>,
    pub session: Option<SessionId>,
    pub address: Option<IpAddr>,
    pub agent: String,
}

/// Which events are asked for.
#[derive(Debug, Clone, Copy)]
pub struct EventFilter<'a> {
    pub user: Option<&'a Username>,
    pub since: Timestamp,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    at: i64,
    kind: String,
    detail: Option<String>,
    user_id: Option<Uuid>,
    username: Option<String>,
    session_id: Option<Uuid>,
    address: Option<String>,
    agent: String,
}

impl Store {
    /// Commits what was done together with the events that tell of it, and then logs them. Nothing ends a session without
    /// an event, so by the events it is known which sessions are not to be believed any more.
    pub(super) async fn commit(
        &self,
        transaction: Transaction<'static, Sqlite>,
        events: impl IntoIterator<Item = SecurityEvent<'_>>,
    ) -> Result<(), StoreError> {
        self.commit_with(transaction, events.into_iter().collect(), Vec::new())
            .await
    }

    /// The same where something was changed that no event tells of.
    pub(super) async fn commit_with(
        &self,
        mut transaction: Transaction<'static, Sqlite>,
        events: Vec<SecurityEvent<'_>>,
        mut stale: Vec<Stale>,
    ) -> Result<(), StoreError> {
        record(&mut transaction, &events).await?;
        stale.extend(events.iter().map(Stale::by));
        self.finish(transaction, stale).await?;
        events.iter().for_each(SecurityEvent::log);
        Ok(())
    }

    /// Records something that changes nothing else.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn record(&self, event: SecurityEvent<'_>) -> Result<(), StoreError> {
        self.commit(self.begin().await?, [event]).await
    }

    /// The newest events of a user, the newest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn newest_events(
        &self,
        user: UserId,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, at, kind, detail, user_id, NULL AS username, session_id, address, agent
             FROM security_events WHERE user_id = ? ORDER BY id DESC LIMIT ?",
        )
        .bind(user.0)
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(Row::into_event).collect())
    }

    /// Up to `limit` events behind the one that is numbered `after`, the oldest first.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn events(
        &self,
        filter: EventFilter<'_>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT e.id, e.at, e.kind, e.detail, e.user_id, u.username, e.session_id, e.address, e.agent
             FROM security_events e LEFT JOIN users u ON u.id = e.user_id
             WHERE e.id > ?1 AND e.at >= ?2 AND (?3 IS NULL OR u.username_key = ?3)
             ORDER BY e.id LIMIT ?4",
        )
        .bind(after)
        .bind(filter.since.0)
        .bind(filter.user.map(Username::comparison_key))
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        Ok(rows.into_iter().map(Row::into_event).collect())
    }
}

impl Row {
    fn into_event(self) -> RecordedEvent {
        RecordedEvent {
            id: self.id,
            at: Timestamp(self.at),
            kind: self.kind,
            detail: self.detail,
            user: self.user_id.map(UserId),
            username: self.username.map(Username::from_stored),
            session: self.session_id.map(SessionId),
            address: self.address.and_then(|address| address.parse().ok()),
            agent: self.agent,
        }
    }
}

async fn record(
    connection: &mut SqliteConnection,
    events: &[SecurityEvent<'_>],
) -> Result<(), sqlx::Error> {
    if events.is_empty() {
        return Ok(());
    }
    let mut insert = QueryBuilder::new(
        "INSERT INTO security_events (at, kind, detail, user_id, session_id, address, agent) ",
    );
    insert.push_values(events, |mut row, event| {
        row.push_bind(event.at.0)
            .push_bind(event.kind.as_str())
            .push_bind(event.detail)
            .push_bind(event.user.map(|user| user.0))
            .push_bind(event.session.map(|session| session.0))
            .push_bind(event.client.address.map(|address| address.to_string()))
            .push_bind(&event.client.agent);
    });
    insert.build().execute(connection).await?;
    Ok(())
}
