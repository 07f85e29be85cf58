use sqlx::{QueryBuilder, Sqlite, SqliteConnection, Transaction};

use super::{SqliteStore, StoreError};
use crate::{domain::SecurityEvent, store::event_log};

pub(super) type Writing = Transaction<'static, Sqlite>;

impl SqliteStore {
    /// Begins to write. `IMMEDIATE` takes the write lock first, so whatever the transaction reads
    /// is still true when it commits.
    pub(super) async fn begin(&self) -> Result<Writing, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Commits a change together with its security events, then logs those.
    pub(super) async fn commit(
        mut writing: Writing,
        events: impl IntoIterator<Item = SecurityEvent>,
    ) -> Result<(), StoreError> {
        let events: Vec<_> = events.into_iter().collect();
        insert(&mut writing, &events).await?;
        writing.commit().await?;
        events.iter().for_each(event_log::log);
        Ok(())
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    events: &[SecurityEvent],
) -> Result<(), sqlx::Error> {
    if events.is_empty() {
        return Ok(());
    }
    let mut insert = QueryBuilder::new(
        "INSERT INTO countersign_security_events
            (at, kind, detail, user_id, session_id, ip, user_agent) ",
    );
    insert.push_values(events, |mut row, event| {
        row.push_bind(event.at.0)
            .push_bind(event.kind.code())
            .push_bind(event.detail.as_deref())
            .push_bind(event.user.map(|user| user.0))
            .push_bind(event.session.map(|session| session.0))
            .push_bind(event.actor.ip().map(|ip| ip.to_string()))
            .push_bind(event.actor.description());
    });
    insert.build().execute(connection).await?;
    Ok(())
}
