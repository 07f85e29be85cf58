//! What is confirmed to a person is on the disks of as many standbys as `database.durable_on` says.

use std::time::Duration;

use sqlx::PgConnection;
use tokio::time::sleep;

use super::StoreError;

/// How often a standby that is behind is looked at again.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Refuses a database that would not wait for so many standbys, or does not show how far they are.
pub(super) async fn require_standbys(
    connection: &mut PgConnection,
    standbys: u32,
) -> Result<(), StoreError> {
    let (names, may_look, role): (String, bool, String) = sqlx::query_as(
        "SELECT current_setting('synchronous_standby_names'),
                pg_has_role('pg_read_all_stats', 'USAGE'), current_user::text",
    )
    .fetch_one(connection)
    .await?;
    let quorum = quorum(&names);
    if quorum < standbys {
        return Err(StoreError::Quorum {
            standbys,
            quorum,
            names,
        });
    }
    if !may_look {
        return Err(StoreError::Unreadable { role });
    }
    // `*` names any number of them, and is one here.
    if names.split(',').count() > standbys as usize * 2 {
        tracing::warn!(
            names,
            "a network that splits in the middle would leave each half a primary that database.durable_on \
             = {standbys} standbys confirm: name at most {} in synchronous_standby_names, or raise both \
             numbers",
            standbys * 2
        );
    }
    Ok(())
}

/// For how many standbys a commit waits, by `synchronous_standby_names`
/// (<https://www.postgresql.org/docs/current/runtime-config-replication.html>): `ANY 2 (a, b, c)`,
/// `FIRST 2 (…)`, `2 (…)`, or names alone, of which it waits for one.
fn quorum(names: &str) -> u32 {
    let names = names.trim().to_ascii_uppercase();
    let rest = ["ANY", "FIRST"]
        .iter()
        .find_map(|method| names.strip_prefix(method))
        .unwrap_or(&names)
        .trim_start();
    let number = rest.split('(').next().map(str::trim);
    match number.map(str::parse) {
        _ if names.is_empty() => 0,
        Some(Ok(number)) if rest.contains('(') => number,
        _ => 1,
    }
}

/// The transaction that is open, for [`confirm`]. It writes a message into the log, because one that
/// writes nothing does not wait for the standbys.
pub(super) async fn current(connection: &mut PgConnection) -> Result<String, StoreError> {
    let transaction = "SELECT pg_current_xact_id()::text
        FROM pg_logical_emit_message(TRUE, 'countersign', '')";
    Ok(sqlx::query_scalar(transaction)
        .fetch_one(connection)
        .await?)
}

/// Waits until so many standbys have a transaction on their disks. `PostgreSQL` commits without
/// them, with a mere warning, when its own wait is cancelled.
///
/// Also asks whether the transaction is known: another server may have taken the place of the one
/// that has committed it.
pub(super) async fn confirm(
    connection: &mut PgConnection,
    standbys: u32,
    transaction: &str,
) -> Result<(), StoreError> {
    let mut position: Option<String> = None;
    loop {
        let (status, written, flushed): (Option<String>, String, i64) = sqlx::query_as(
            "SELECT pg_xact_status($1::text::xid8), w.written::text,
                (SELECT count(*) FROM pg_stat_replication
                 WHERE sync_state IN ('sync', 'quorum') AND flush_lsn >= w.written)
             FROM (SELECT coalesce($2::text::pg_lsn, pg_current_wal_flush_lsn()) AS written) AS w",
        )
        .bind(transaction)
        .bind(&position)
        .fetch_one(&mut *connection)
        .await?;
        if status.as_deref() != Some("committed") {
            return Err(StoreError::Stale);
        }
        if flushed >= i64::from(standbys) {
            return Ok(());
        }
        position = Some(written);
        sleep(LOOK_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quorum_is_what_a_commit_waits_for() {
        let quorums = [
            ("", 0),
            ("*", 1),
            ("a", 1),
            ("a, b", 1),
            ("ANY 2 (a, b, c)", 2),
            ("any 1(a)", 1),
            ("FIRST 3 (a, b, c)", 3),
            ("2 (a, b)", 2),
            ("\"any\"", 1),
            ("anyone", 1),
        ];
        for (names, expected) in quorums {
            assert_eq!(quorum(names), expected, "{names}");
        }
    }
}
