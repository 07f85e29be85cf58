//! Moves a database from `SQLite` to Postgres.

use std::pin::pin;

use futures::{Stream, TryStreamExt};

use super::{Identity, PostgresTarget, SessionsOver, SqliteSource, StoreError};
use crate::domain::{Actor, EventKind, SecurityEvent, Timestamp};

/// How many rows are in memory and written by one statement.
const PAGE: usize = 1000;

/// How many rows were moved.
#[derive(Debug)]
pub struct Imported {
    pub users: usize,
    pub sessions: usize,
    pub events: usize,
    /// Why no sessions were moved.
    pub sessions_over: Option<SessionsOver>,
}

/// Moves accounts, live sessions, one-time tokens, waiting mails and security events, and records
/// `ours` for all servers.
///
/// The source is marked before the target commits. So at no moment do both accept a session. After a
/// crash in between the source is marked and the target is empty, and the import can be run again. It
/// brings sessions then only to that target, and none once the move is complete.
///
/// # Errors
/// When nothing was moved and the source is as before; with [`StoreError::Unfinished`], when that is
/// not known; with [`StoreError::Unrecorded`], when all was moved.
pub async fn import(
    mut source: SqliteSource,
    mut target: PostgresTarget,
    ours: &Identity,
    actor: &Actor,
    now: Timestamp,
) -> Result<Imported, StoreError> {
    let path = source.path().to_owned();
    let not_imported = |cause: StoreError| StoreError::NotImported {
        path: path.clone(),
        cause: cause.into(),
    };
    let copied = copy_all(&mut source, &mut target, now).await;
    let imported = copied.map_err(not_imported)?;
    target.record(ours).await.map_err(not_imported)?;
    let restored = SecurityEvent::new(EventKind::AllSessionsRevoked, actor, now);
    let is_over = imported.sessions_over.is_some();
    let restored = is_over.then(|| restored.with_detail("restored"));

    let sessions_to = (!is_over).then(|| target.place().to_owned());
    source.mark(sessions_to, now).await.map_err(not_imported)?;
    if let Err(unconfirmed) = target.commit(restored).await {
        let cause = unconfirmed.cause;
        if unconfirmed.is_rolled_back && matches!(source.unmark().await, Ok(true)) {
            return Err(not_imported(cause));
        }
        let cause = cause.into();
        return Err(StoreError::Unfinished { path, cause });
    }
    let completed = source.complete().await;
    completed.map_err(|cause| StoreError::Unrecorded {
        path,
        cause: cause.into(),
    })?;
    Ok(imported)
}

async fn copy_all(
    source: &mut SqliteSource,
    target: &mut PostgresTarget,
    now: Timestamp,
) -> Result<Imported, StoreError> {
    let sessions_over = source.sessions_over(target.place());
    let insert = async |page| target.insert_accounts(page).await;
    let users = copy(source.accounts(), insert).await?;
    let insert = async |page| target.insert_tokens(page).await;
    copy(source.tokens(sessions_over.is_none()), insert).await?;
    let insert = async |page| target.insert_mails(page).await;
    copy(source.mails(), insert).await?;
    let sessions = if sessions_over.is_some() {
        0
    } else {
        let insert = async |page| target.insert_sessions(page).await;
        copy(source.live_sessions(now), insert).await?
    };
    let insert = async |page| target.insert_events(page).await;
    let events = copy(source.events(), insert).await?;
    Ok(Imported {
        users,
        sessions,
        events,
        sessions_over,
    })
}

async fn copy<Row>(
    rows: impl Stream<Item = sqlx::Result<Row>>,
    mut insert: impl AsyncFnMut(Vec<Row>) -> Result<(), StoreError>,
) -> Result<usize, StoreError> {
    let mut pages = pin!(rows.try_chunks(PAGE));
    let mut number = 0;
    while let Some(page) = pages.try_next().await.map_err(|error| error.1)? {
        number += page.len();
        insert(page).await?;
    }
    Ok(number)
}
