use std::{collections::BTreeSet, time::Duration};

use sqlx::PgConnection;

use super::{PostgresStore, StoreError, transaction::Writing};
use crate::{
    domain::{Actor, EventKind, SecurityEvent, Timestamp},
    store::{Identity, key_events::key_events},
};

/// Ends every session of a database that is a copy: a dump that was put back, or a clone in another
/// cluster. Nobody knows which of them were ended after the copy was made.
pub(super) async fn end_restored_sessions(
    store: &PostgresStore,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut writing = store.begin().await?;
    let system = system_identifier(&mut writing).await?;
    // The row is locked, so one of several servers that start finds the difference.
    let is_copy: bool = sqlx::query_scalar(
        "SELECT sessions_table IS DISTINCT FROM 'countersign_sessions'::regclass::oid::bigint
            OR coalesce(system <> $1, FALSE)
         FROM countersign_instance FOR UPDATE",
    )
    .bind(system)
    .fetch_one(&mut *writing)
    .await?;
    sqlx::query(
        "UPDATE countersign_instance
         SET sessions_table = 'countersign_sessions'::regclass::oid::bigint,
             system = coalesce($1, system)
         WHERE sessions_table IS DISTINCT FROM 'countersign_sessions'::regclass::oid::bigint
            OR system IS DISTINCT FROM coalesce($1, system)",
    )
    .bind(system)
    .execute(&mut *writing)
    .await?;
    if is_copy {
        // Links that may have been used since. Those that take an address back remain.
        sqlx::query("DELETE FROM countersign_one_time_tokens WHERE purpose <> 'email_restoration'")
            .execute(&mut *writing)
            .await?;
        return begin_epoch_within(writing, "restored", actor, now).await;
    }
    writing.commit([]).await
}

/// The identifier of the cluster, which a physical standby has too. Other engines have none, and a
/// role may not be allowed to ask.
async fn system_identifier(connection: &mut PgConnection) -> Result<Option<i64>, StoreError> {
    let may_ask: bool = sqlx::query_scalar(
        "SELECT coalesce(has_function_privilege(to_regproc('pg_control_system')::oid, 'EXECUTE'),
                         FALSE)",
    )
    .fetch_one(&mut *connection)
    .await?;
    if !may_ask {
        return Ok(None);
    }
    let system = "SELECT system_identifier FROM pg_control_system()";
    Ok(Some(
        sqlx::query_scalar(system).fetch_one(connection).await?,
    ))
}

/// Tells this database from every other one, of other clusters too, and from one that was created
/// anew in its place. A database that is created from a template has the template's OIDs of tables.
pub(super) async fn place(connection: &mut PgConnection) -> Result<String, StoreError> {
    let system = system_identifier(connection).await?;
    let place = sqlx::query_scalar(
        "SELECT concat_ws('/', $1::bigint, oid, 'countersign_sessions'::regclass::oid)
         FROM pg_database WHERE datname = current_database()",
    );
    Ok(place.bind(system).fetch_one(connection).await?)
}

/// Ends every session of every user.
pub(super) async fn begin_epoch(
    store: &PostgresStore,
    detail: &'static str,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    begin_epoch_within(store.begin().await?, detail, actor, now).await
}

async fn begin_epoch_within(
    mut writing: Writing,
    detail: &'static str,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE countersign_instance SET epoch = epoch + 1")
        .execute(&mut *writing)
        .await?;
    let event = SecurityEvent::new(EventKind::AllSessionsRevoked, actor, now);
    writing.commit([event.with_detail(detail)]).await
}

pub(super) async fn share(
    store: &PostgresStore,
    ours: &Identity,
    actor: &Actor,
    now: Timestamp,
) -> Result<Identity, StoreError> {
    let mut connection = store.connection().await?;
    let is_copy: bool = sqlx::query_scalar(
        "SELECT sessions_table IS DISTINCT FROM 'countersign_sessions'::regclass::oid::bigint
         FROM countersign_instance",
    )
    .fetch_one(&mut *connection)
    .await?;
    let recorded = recorded(&mut connection).await?;
    connection.release();
    if is_copy {
        // A dump was put back beside this server.
        end_restored_sessions(store, actor, now).await?;
    }
    if let Some(recorded) = recorded {
        return Ok(recorded);
    }
    let mut writing = store.begin().await?;
    lock(&mut writing).await?;
    if let Some(recorded) = self::recorded(&mut writing).await? {
        writing.roll_back().await?;
        return Ok(recorded);
    }
    record(writing, ours, None, actor, now).await?;
    Ok(ours.clone())
}

pub(super) async fn adopt(
    store: &PostgresStore,
    ours: &Identity,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut writing = store.begin().await?;
    lock(&mut writing).await?;
    let before = recorded(&mut writing).await?;
    record(writing, ours, before, actor, now).await
}

pub(super) async fn lock(connection: &mut PgConnection) -> Result<(), StoreError> {
    sqlx::query("SELECT 1 FROM countersign_instance FOR UPDATE")
        .execute(connection)
        .await?;
    Ok(())
}

/// `None` if no server has started on this database yet.
pub(super) async fn recorded(
    connection: &mut PgConnection,
) -> Result<Option<Identity>, StoreError> {
    let public_url: Option<String> =
        sqlx::query_scalar("SELECT public_url FROM countersign_instance")
            .fetch_one(&mut *connection)
            .await?;
    let Some(public_url) = public_url else {
        return Ok(None);
    };
    let keys: Vec<(String, Option<i64>)> =
        sqlx::query_as("SELECT id, signs_from FROM countersign_keys")
            .fetch_all(connection)
            .await?;
    let (signing, cookies): (Vec<_>, Vec<_>) =
        keys.into_iter().partition(|(_, from)| from.is_some());
    let signing = signing.into_iter();
    Ok(Some(Identity {
        signing_keys: signing
            .filter_map(|(id, from)| Some((id, Timestamp(from?))))
            .collect(),
        cookie_keys: cookies.into_iter().map(|(id, _)| id).collect(),
        public_url,
    }))
}

async fn record(
    mut writing: Writing,
    ours: &Identity,
    before: Option<Identity>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    write(&mut writing, ours).await?;
    let before: BTreeSet<_> = before
        .map(|before| before.signing_keys.into_keys().collect())
        .unwrap_or_default();
    let events = key_events(&before, &ours.key_ids(), actor, now);
    writing.commit(events).await
}

/// Records what all servers have to have in common, within the caller's transaction.
pub(super) async fn write(
    connection: &mut PgConnection,
    ours: &Identity,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE countersign_instance SET public_url = $1")
        .bind(&ours.public_url)
        .execute(&mut *connection)
        .await?;
    sqlx::query("DELETE FROM countersign_keys")
        .execute(&mut *connection)
        .await?;
    let signing = ours.signing_keys.iter();
    let signing = signing.map(|(id, from)| (id, Some(from.0)));
    let cookies = ours.cookie_keys.iter().map(|id| (id, None));
    let (ids, times): (Vec<_>, Vec<_>) = signing.chain(cookies).unzip();
    sqlx::query(
        "INSERT INTO countersign_keys (id, signs_from)
         SELECT id, signs_from FROM unnest($1::text[], $2::bigint[]) AS k (id, signs_from)",
    )
    .bind(ids.into_iter().cloned().collect::<Vec<_>>())
    .bind(times)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn record_key(
    store: &PostgresStore,
    id: &str,
    signs_from: Timestamp,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut writing = store.begin().await?;
    lock(&mut writing).await?;
    let done = sqlx::query(
        "INSERT INTO countersign_keys (id, signs_from) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
    )
    .bind(id)
    .bind(signs_from.0)
    .execute(&mut *writing)
    .await?;
    let added = SecurityEvent::new(EventKind::KeyAdded, actor, now).with_detail(id);
    let is_new = done.rows_affected() == 1;
    writing.commit(is_new.then_some(added)).await
}

/// Whether some server has a key.
pub(super) async fn knows_key(store: &PostgresStore, id: &str) -> Result<bool, StoreError> {
    let mut connection = store.connection().await?;
    let statement = "SELECT EXISTS (SELECT 1 FROM countersign_keys WHERE id = $1)";
    let known = sqlx::query_scalar(statement)
        .bind(id)
        .fetch_one(&mut *connection)
        .await?;
    connection.release();
    Ok(known)
}

pub(super) async fn on_record(store: &PostgresStore) -> Result<Option<Identity>, StoreError> {
    let mut connection = store.connection().await?;
    let recorded = recorded(&mut connection).await?;
    connection.release();
    Ok(recorded)
}

/// The time of the database's clock, since 1970.
pub(super) async fn time(store: &PostgresStore) -> Result<Duration, StoreError> {
    let mut connection = store.connection().await?;
    let now = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint";
    let milliseconds: i64 = sqlx::query_scalar(now).fetch_one(&mut *connection).await?;
    connection.release();
    Ok(Duration::from_millis(
        u64::try_from(milliseconds).unwrap_or_default(),
    ))
}

pub(super) async fn ping(store: &PostgresStore) -> Result<(), StoreError> {
    let mut connection = store.connection().await?;
    let is_standby: bool =
        sqlx::query_scalar("SELECT pg_is_in_recovery() FROM countersign_instance")
            .fetch_one(&mut *connection)
            .await?;
    connection.release();
    if is_standby {
        return Err(StoreError::Standby);
    }
    store.asking.proof.renew(&store.asking.pool).await?;
    Ok(())
}
