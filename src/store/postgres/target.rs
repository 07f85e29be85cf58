use sqlx::{PgConnection, raw_sql};

use super::{
    PostgresStore, StoreError, instance,
    transaction::{Writing, run},
};
use crate::{
    domain::{Actor, SecurityEvent, Timestamp},
    store::{
        DatabaseOptions, Identity, IfAbsent,
        rows::{AccountRow, EventRow, SessionRow, TokenRow, WaitingMailRow},
    },
};

/// A database without accounts that another one is moved to, in one transaction. Dropping it rolls
/// everything back.
pub struct PostgresTarget {
    store: PostgresStore,
    writing: Writing,
    place: String,
    recorded: Option<Identity>,
}

/// A commit that has failed, or whose outcome is not known.
pub(in crate::store) struct Unconfirmed {
    pub cause: StoreError,
    /// It is certain that nothing was committed.
    pub is_rolled_back: bool,
}

impl PostgresTarget {
    /// Creates the tables if there are none.
    ///
    /// # Errors
    /// When the database can't be used, or has users or sessions.
    pub async fn begin(
        options: &DatabaseOptions,
        actor: &Actor,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let store = PostgresStore::open(options, IfAbsent::Begin, actor, now).await?;
        let mut writing = run(|| begin(&store)).await?;
        Ok(Self {
            place: instance::place(&mut writing).await?,
            recorded: instance::recorded(&mut writing).await?,
            store,
            writing,
        })
    }

    /// Tells this database from every other one.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is on record as common to all servers; `None` if none has started yet.
    #[must_use]
    pub fn recorded(&self) -> Option<&Identity> {
        self.recorded.as_ref()
    }

    pub(in crate::store) async fn insert_accounts(
        &mut self,
        rows: Vec<AccountRow>,
    ) -> Result<(), StoreError> {
        let numbers = |value: fn(&AccountRow) -> i64| column(&rows, value);
        let texts = |value: fn(&AccountRow) -> String| column(&rows, value);
        sqlx::query(
            "INSERT INTO countersign_users
                (id, username, username_key, password_hash, password_generation, email, email_key,
                 email_generation, display_name, created_at, disabled_at)
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bigint[],
                $6::text[], $7::text[], $8::bigint[], $9::text[], $10::bigint[], $11::bigint[])",
        )
        .bind(column(&rows, |row| row.id))
        .bind(texts(|row| row.username.clone()))
        .bind(texts(|row| row.username_key.clone()))
        .bind(texts(|row| row.password_hash.clone()))
        .bind(numbers(|row| row.password_generation))
        .bind(column(&rows, |row| row.email.clone()))
        .bind(column(&rows, |row| row.email_key.clone()))
        .bind(numbers(|row| row.email_generation))
        .bind(column(&rows, |row| row.display_name.clone()))
        .bind(numbers(|row| row.created_at))
        .bind(column(&rows, |row| row.disabled_at))
        .execute(&mut *self.writing)
        .await?;
        Ok(())
    }

    pub(in crate::store) async fn insert_sessions(
        &mut self,
        rows: Vec<SessionRow>,
    ) -> Result<(), StoreError> {
        let numbers = |value: fn(&SessionRow) -> i64| column(&rows, value);
        sqlx::query(
            "INSERT INTO countersign_sessions
                (epoch, id, user_id, user_agent, name, created_at, last_seen_at, authenticated_at,
                 expires_at, idle_seconds, refresh_counter, rotated_at)
             SELECT (SELECT epoch FROM countersign_instance), s.*
             FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[],
                $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
                $11::bigint[]) AS s",
        )
        .bind(column(&rows, |row| row.id))
        .bind(column(&rows, |row| row.user_id))
        .bind(column(&rows, |row| row.user_agent.clone()))
        .bind(column(&rows, |row| row.name.clone()))
        .bind(numbers(|row| row.created_at))
        .bind(numbers(|row| row.last_seen_at))
        .bind(numbers(|row| row.authenticated_at))
        .bind(numbers(|row| row.expires_at))
        .bind(column(&rows, |row| row.idle_seconds))
        .bind(numbers(|row| row.refresh_counter))
        .bind(numbers(|row| row.rotated_at))
        .execute(&mut *self.writing)
        .await?;
        Ok(())
    }

    pub(in crate::store) async fn insert_tokens(
        &mut self,
        rows: Vec<TokenRow>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO countersign_one_time_tokens
                (hash, purpose, user_id, address, generation, invitation_id, expires_at)
             SELECT * FROM unnest($1::bytea[], $2::text[], $3::uuid[], $4::text[], $5::bigint[],
                $6::uuid[], $7::bigint[])",
        )
        .bind(column(&rows, |row| row.hash.clone()))
        .bind(column(&rows, |row| row.purpose.clone()))
        .bind(column(&rows, |row| row.user_id))
        .bind(column(&rows, |row| row.address.clone()))
        .bind(column(&rows, |row| row.generation))
        .bind(column(&rows, |row| row.invitation_id))
        .bind(column(&rows, |row| row.expires_at))
        .execute(&mut *self.writing)
        .await?;
        Ok(())
    }

    pub(in crate::store) async fn insert_mails(
        &mut self,
        rows: Vec<WaitingMailRow>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO countersign_mails
                (id, kind, typed, user_id, recipient, generation, language, ip, user_agent,
                 created_at, due_at, attempts, unanswered, mailbox, addressed_at, error)
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[],
                $6::bigint[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::bigint[],
                $12::bigint[], $13::bigint[], $14::text[], $15::bigint[], $16::text[])",
        )
        .bind(column(&rows, |row| row.id))
        .bind(column(&rows, |row| row.kind.clone()))
        .bind(column(&rows, |row| row.typed.clone()))
        .bind(column(&rows, |row| row.user_id))
        .bind(column(&rows, |row| row.recipient.clone()))
        .bind(column(&rows, |row| row.generation))
        .bind(column(&rows, |row| row.language.clone()))
        .bind(column(&rows, |row| row.ip.clone()))
        .bind(column(&rows, |row| row.user_agent.clone()))
        .bind(column(&rows, |row| row.created_at))
        .bind(column(&rows, |row| row.due_at))
        .bind(column(&rows, |row| row.attempts))
        .bind(column(&rows, |row| row.unanswered))
        .bind(column(&rows, |row| row.mailbox.clone()))
        .bind(column(&rows, |row| row.addressed_at))
        .bind(column(&rows, |row| row.error.clone()))
        .execute(&mut *self.writing)
        .await?;
        Ok(())
    }

    /// In their order, which their numbers keep.
    pub(in crate::store) async fn insert_events(
        &mut self,
        rows: Vec<EventRow>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO countersign_security_events
                (at, kind, detail, user_id, session_id, ip, user_agent)
             SELECT at, kind, detail, user_id, session_id, ip, user_agent
             FROM unnest($1::bigint[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[],
                $7::text[]) WITH ORDINALITY
                AS e (at, kind, detail, user_id, session_id, ip, user_agent, position)
             ORDER BY position",
        )
        .bind(column(&rows, |row| row.at))
        .bind(column(&rows, |row| row.kind.clone()))
        .bind(column(&rows, |row| row.detail.clone()))
        .bind(column(&rows, |row| row.user_id))
        .bind(column(&rows, |row| row.session_id))
        .bind(column(&rows, |row| row.ip.clone()))
        .bind(column(&rows, |row| row.user_agent.clone()))
        .execute(&mut *self.writing)
        .await?;
        Ok(())
    }

    /// Records what all servers have to have in common, if nothing is on record.
    pub(in crate::store) async fn record(&mut self, ours: &Identity) -> Result<(), StoreError> {
        if self.recorded.is_none() {
            instance::write(&mut self.writing, ours).await?;
        }
        Ok(())
    }

    pub(in crate::store) async fn commit(
        self,
        event: Option<SecurityEvent>,
    ) -> Result<(), Unconfirmed> {
        let Self { store, writing, .. } = self;
        let Err(cause) = writing.commit(event).await else {
            return Ok(());
        };
        // The connection may have broken while the database committed.
        let is_rolled_back = run(|| begin(&store)).await.is_ok();
        Err(Unconfirmed {
            cause,
            is_rolled_back,
        })
    }
}

/// Begins a transaction in a database without accounts. It waits for an earlier one of another import,
/// whose outcome is known then.
async fn begin(store: &PostgresStore) -> Result<Writing, StoreError> {
    let mut writing = store.begin().await?;
    instance::lock(&mut writing).await?;
    require_empty(store, &mut writing).await?;
    // All of it may take longer than a query. Who holds a lock is not waited for so long.
    raw_sql(
        "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
         SET LOCAL lock_timeout = '5s'",
    )
    .execute(&mut *writing)
    .await?;
    Ok(writing)
}

async fn require_empty(
    store: &PostgresStore,
    connection: &mut PgConnection,
) -> Result<(), StoreError> {
    let (users, sessions): (i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM countersign_users),
                (SELECT count(*) FROM countersign_sessions)",
    )
    .fetch_one(connection)
    .await?;
    if users > 0 || sessions > 0 {
        return Err(StoreError::NotEmpty {
            database: super::name_of(&store.asking.pool.connect_options()),
            users,
            sessions,
        });
    }
    Ok(())
}

fn column<Row, T>(rows: &[Row], value: impl Fn(&Row) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}
