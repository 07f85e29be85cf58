use sqlx::PgConnection;
use uuid::Uuid;

use super::{PostgresStore, StoreError, logout::revoke_within, session_row::lock_live};
use crate::{
    domain::Timestamp,
    store::{RefreshRequest, Refreshed, rotations::Rotations, rows::SessionRow},
};

pub(super) async fn refresh(
    store: &PostgresStore,
    requests: &[RefreshRequest],
) -> Result<Vec<Refreshed>, StoreError> {
    let mut writing = store.begin().await?;
    let tokens = requests.iter().map(|request| request.token);
    let named: Vec<Uuid> = tokens.map(|token| token.session.0).collect();
    let now = requests.iter().map(|request| request.now).max();
    let live = lock_live(&mut writing, &named, now.unwrap_or(Timestamp(0))).await?;
    let rotations = Rotations::new(live, requests);
    update(&mut writing, &rotations.changed).await?;
    let revoked = revoke_within(&mut writing, &rotations.reused).await?;
    writing.commit(revoked.events).await?;
    Ok(rotations.outcomes)
}

pub(super) async fn update(
    connection: &mut PgConnection,
    rows: &[SessionRow],
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let column = |value: fn(&SessionRow) -> i64| rows.iter().map(value).collect::<Vec<_>>();
    sqlx::query(
        "UPDATE countersign_sessions AS s
         SET last_seen_at = c.seen, rotated_at = c.rotated, refresh_counter = c.counter
         FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[])
            AS c (session, seen, rotated, counter)
         WHERE s.id = c.session",
    )
    .bind(rows.iter().map(|row| row.id).collect::<Vec<_>>())
    .bind(column(|row| row.last_seen_at))
    .bind(column(|row| row.rotated_at))
    .bind(column(|row| row.refresh_counter))
    .execute(connection)
    .await?;
    Ok(())
}
