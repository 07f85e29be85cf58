use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    fmt, mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::{QueryBuilder, Sqlite, Transaction};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{Renewed, RevokedReason, Store, StoreError, live_sessions::Stale, sessions::LiveRow};
use crate::{
    domain::{SessionId, Timestamp, UserId},
    server::{Client, event::SecurityEvent, renewal::RenewalToken},
};

/// What waits to be written. A commit takes as long as the disk takes, whatever is in it: so while one is under way, the
/// ends and renewals of sessions that come meanwhile gather here, and are then committed together. Nobody waits longer for
/// it, and each is told when theirs is on the disk.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<Group>>);

#[derive(Default)]
pub(super) struct Group {
    pub renewals: Vec<Asked<RenewalToken, Renewed>>,
    pub ends: Vec<Asked<(SessionId, RevokedReason), bool>>,
}

/// One of a group: what is asked for, by whom and when, and who waits to hear what became of it.
pub(super) struct Asked<Q, A> {
    pub what: Q,
    pub client: Client,
    pub now: Timestamp,
    pub answer: oneshot::Sender<Result<A, StoreError>>,
}

/// What became of a group, in its order.
struct Done {
    renewals: Vec<Renewed>,
    ends: Vec<bool>,
}

impl Waiting {
    fn lock(&self) -> MutexGuard<'_, Group> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Group {
    fn is_empty(&self) -> bool {
        self.renewals.is_empty() && self.ends.is_empty()
    }

    /// All of it happens at one moment: that of the latest.
    fn now(&self) -> Timestamp {
        let times = self
            .renewals
            .iter()
            .map(|asked| asked.now)
            .chain(self.ends.iter().map(|asked| asked.now));
        times.max().unwrap_or(Timestamp(0))
    }

    fn answer(self, done: Result<Done, StoreError>) {
        match done {
            Ok(done) => {
                self.renewals
                    .into_iter()
                    .zip(done.renewals)
                    .for_each(|(asked, renewed)| asked.tell(Ok(renewed)));
                self.ends
                    .into_iter()
                    .zip(done.ends)
                    .for_each(|(asked, ended)| asked.tell(Ok(ended)));
            }
            Err(error) => {
                let error = Arc::new(error);
                let same = || StoreError::Together(Arc::clone(&error));
                self.renewals
                    .into_iter()
                    .for_each(|asked| asked.tell(Err(same())));
                self.ends
                    .into_iter()
                    .for_each(|asked| asked.tell(Err(same())));
            }
        }
    }
}

impl<Q, A> Asked<Q, A> {
    /// Who has hung up meanwhile does not hear it; it has happened all the same.
    fn tell(self, answer: Result<A, StoreError>) {
        let _hung_up = self.answer.send(answer);
    }
}

impl Store {
    /// Has something written together with whatever else waits, and gives what became of it.
    pub(super) async fn in_group<A>(
        &self,
        ask: impl FnOnce(&mut Group, oneshot::Sender<Result<A, StoreError>>),
    ) -> Result<A, StoreError> {
        let (answer, answered) = oneshot::channel();
        let is_first = {
            let mut group = self.waiting.lock();
            let is_first = group.is_empty();
            ask(&mut group, answer);
            is_first
        };
        // The first of a group sees to all of it, in a task of its own: the others depend on it, also if the first hangs up.
        if is_first {
            let store = self.clone();
            tokio::spawn(async move {
                let transaction = store.begin().await;
                // Only now, when nobody else writes any more: the longer that took, the more of them have come.
                let group = mem::take(&mut *store.waiting.lock());
                let done = match transaction {
                    Ok(transaction) => store.write(transaction, &group).await,
                    Err(error) => Err(error),
                };
                group.answer(done);
            });
        }
        answered.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }

    async fn write(
        &self,
        mut transaction: Transaction<'static, Sqlite>,
        group: &Group,
    ) -> Result<Done, StoreError> {
        let now = group.now();
        let named: HashSet<_> = group
            .renewals
            .iter()
            .map(|asked| asked.what.session)
            .collect();
        let mut rows: HashMap<Uuid, LiveRow> = HashMap::new();
        if !named.is_empty() {
            let found = LiveRow::find_all(&mut *transaction, &named, now).await?;
            rows.extend(found.into_iter().map(|row| (row.id, row)));
        }
        // One after the other, as if each had come alone: of two with the same cookie, the second is told what the first made.
        let mut ends = Ends::default();
        let mut renewed = HashSet::new();
        let mut renewals = Vec::with_capacity(group.renewals.len());
        for asked in &group.renewals {
            let Entry::Occupied(mut row) = rows.entry(asked.what.session.0) else {
                renewals.push(Renewed::Over);
                continue;
            };
            let outcome = row.get_mut().renew(asked.what, now);
            if let Renewed::Reused = outcome {
                row.remove();
                renewed.remove(&asked.what.session);
                ends.add(
                    asked.what.session,
                    RevokedReason::RenewalReused,
                    &asked.client,
                );
            } else {
                renewed.insert(asked.what.session);
            }
            renewals.push(outcome);
        }
        let first: Vec<bool> = group
            .ends
            .iter()
            .map(|asked| ends.add(asked.what.0, asked.what.1, &asked.client))
            .collect();
        rows.retain(|id, _| renewed.contains(&SessionId(*id)));
        update_renewed(&mut transaction, &rows).await?;
        let ended = ends.write(&mut transaction, now).await?;
        let events: Vec<_> = ends.events(&ended, now).collect();
        if !(renewed.is_empty() && events.is_empty()) {
            let stale = renewed.into_iter().map(Stale::Session).collect();
            self.commit_with(transaction, events, stale).await?;
        }
        let ends = group
            .ends
            .iter()
            .zip(first)
            .map(|(asked, first)| first && ended.contains_key(&asked.what.0.0));
        Ok(Done {
            renewals,
            ends: ends.collect(),
        })
    }
}

/// Sessions to be ended, each once, for the first reason that came.
#[derive(Default)]
struct Ends<'a> {
    in_order: Vec<(SessionId, RevokedReason, &'a Client)>,
    known: HashSet<SessionId>,
}

impl<'a> Ends<'a> {
    /// Whether it is the first for this session.
    fn add(&mut self, id: SessionId, reason: RevokedReason, client: &'a Client) -> bool {
        let first = self.known.insert(id);
        if first {
            self.in_order.push((id, reason, client));
        }
        first
    }

    /// Ends those that are not over yet, and gives whose they were.
    async fn write(
        &self,
        transaction: &mut Transaction<'_, Sqlite>,
        now: Timestamp,
    ) -> Result<HashMap<Uuid, Uuid>, StoreError> {
        if self.in_order.is_empty() {
            return Ok(HashMap::new());
        }
        let mut update = QueryBuilder::new("WITH ends (id, reason) AS (");
        update.push_values(&self.in_order, |mut row, (id, reason, _)| {
            row.push_bind(id.0).push_bind(reason.as_str());
        });
        update
            .push(") UPDATE sessions SET revoked_reason = ends.reason, revoked_at = ")
            .push_bind(now.0);
        update.push(" FROM ends WHERE sessions.id = ends.id AND revoked_at IS NULL RETURNING sessions.id, user_id");
        let ended: Vec<(Uuid, Uuid)> = update
            .build_query_as()
            .fetch_all(&mut **transaction)
            .await?;
        Ok(ended.into_iter().collect())
    }

    fn events(
        &self,
        ended: &HashMap<Uuid, Uuid>,
        now: Timestamp,
    ) -> impl Iterator<Item = SecurityEvent<'a>> {
        self.in_order
            .iter()
            .filter_map(move |(id, reason, client)| {
                let user = ended.get(&id.0)?;
                Some(reason.event(client, now).of(UserId(*user)).in_session(*id))
            })
    }
}

async fn update_renewed(
    transaction: &mut Transaction<'_, Sqlite>,
    rows: &HashMap<Uuid, LiveRow>,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut update = QueryBuilder::new("WITH renewed (id, seen, rotated, counter) AS (");
    update.push_values(rows.values(), |mut values, row| {
        values
            .push_bind(row.id)
            .push_bind(row.last_seen_at)
            .push_bind(row.rotated_at)
            .push_bind(row.renewal_counter);
    });
    update.push(
        ") UPDATE sessions SET last_seen_at = renewed.seen, rotated_at = renewed.rotated, renewal_counter = renewed.counter
         FROM renewed WHERE sessions.id = renewed.id",
    );
    update.build().execute(&mut **transaction).await?;
    Ok(())
}

impl fmt::Debug for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Waiting")
    }
}
