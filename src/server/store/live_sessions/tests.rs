use std::{pin::pin, time::Duration};

use futures::poll;
use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::{
    domain::{Timestamp, User, UserId, Username},
    server::{
        Client,
        renewal::RenewalToken,
        store::{
            Horizons, NewSession, Renewed, RevokedReason, SessionState, Store, sessions::LiveRow,
        },
        throttle::ThrottleKey,
    },
};

const NOW: Timestamp = Timestamp(1_767_225_600);
const ID: SessionId = SessionId(Uuid::from_u128(7));

struct Fixture {
    store: Store,
    directory: TempDir,
    client: Client,
}

impl Fixture {
    /// A database in which one session lives, which is remembered.
    async fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let store = open(&directory).await;
        let fixture = Self {
            store,
            directory,
            client: Client::command_line(),
        };
        let user = User {
            id: UserId(Uuid::from_u128(1)),
            username: Username::from_stored("ada".to_owned()),
        };
        fixture
            .store
            .insert_user(&user, "hash", &fixture.client, NOW)
            .await
            .unwrap();
        fixture.begin_remembered().await;
        fixture
    }

    async fn begin_remembered(&self) {
        let tally = ThrottleKey::open(self.directory.path()).unwrap();
        let new = NewSession {
            id: ID,
            user: UserId(Uuid::from_u128(1)),
            password_hash: "hash",
            new_hash: None,
            tally: tally.of_session(ID),
            created_at: NOW,
            expires_at: NOW.plus_seconds(3600),
            idle_seconds: None,
            replaces: None,
            client: &self.client,
        };
        assert!(self.store.insert_session(&new).await.unwrap());
        self.remember().await;
    }

    async fn remember(&self) {
        while self.store.live.sessions.is_empty() {
            assert!(self.lives(NOW).await);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn lives(&self, now: Timestamp) -> bool {
        self.store.session_state(ID, now).await.unwrap() != SessionState::Over
    }

    async fn end(&self, store: &Store) -> bool {
        store
            .revoke_session(ID, RevokedReason::LoggedOut, &self.client, NOW)
            .await
            .unwrap()
    }

    /// Once all that has begun to write has done so.
    async fn has_ended_on_the_disk(&self) -> bool {
        let mut transaction = self.store.begin().await.unwrap();
        let lives = LiveRow::find(&mut *transaction, ID, NOW)
            .await
            .unwrap()
            .is_some();
        transaction.rollback().await.unwrap();
        !lives
    }
}

async fn open(directory: &TempDir) -> Store {
    Store::open(
        &format!("sqlite://{}", directory.path().join("a.db").display()),
        10,
    )
    .await
    .unwrap()
}

#[tokio::test]
async fn what_is_remembered_is_not_asked_again() {
    let fixture = Fixture::new().await;
    fixture.store.readers.close().await;
    assert!(fixture.lives(NOW).await);
    assert!(
        fixture
            .store
            .session_state(SessionId(Uuid::from_u128(8)), NOW)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn what_is_remembered_ends_with_its_time() {
    let fixture = Fixture::new().await;
    assert!(!fixture.lives(NOW.plus_seconds(3600)).await);
    assert!(!fixture.lives(NOW.plus_seconds(-1)).await);
}

#[tokio::test]
async fn a_session_that_was_signed_out_is_not_remembered() {
    let fixture = Fixture::new().await;
    assert!(fixture.end(&fixture.store).await);
    assert!(!fixture.lives(NOW).await);
}

#[tokio::test]
async fn what_was_read_before_a_logout_is_not_remembered_after_it() {
    let fixture = Fixture::new().await;
    let Ok(session) = fixture.store.live.find(ID).await else {
        panic!("it is not remembered")
    };
    fixture.store.live.forget(Stale::Session(ID));
    let Err(place) = fixture.store.live.find(ID).await else {
        panic!("it is remembered")
    };
    assert!(fixture.end(&fixture.store).await);
    assert!(place.insert(session).is_err());
    assert!(!fixture.lives(NOW).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_whose_client_hangs_up_at_any_moment_is_never_half_done() {
    let fixture = Fixture::new().await;
    let mut done = 0;
    for steps in 0..200 {
        {
            let mut logout = pin!(fixture.end(&fixture.store));
            for _ in 0..steps {
                if poll!(&mut logout).is_ready() {
                    break;
                }
                // SQLite works in a thread of its own meanwhile.
                std::thread::sleep(Duration::from_micros(20));
            }
        }
        if fixture.has_ended_on_the_disk().await {
            assert!(!fixture.lives(NOW).await, "after {steps} steps");
            sqlx::query("DELETE FROM sessions")
                .execute(&fixture.store.writer)
                .await
                .unwrap();
            fixture.begin_remembered().await;
            done += 1;
        }
        fixture.remember().await;
    }
    assert!((1..200).contains(&done), "{done}");
}

#[tokio::test]
async fn what_another_process_ends_counts_within_a_second_also_while_nobody_can_write() {
    let fixture = Fixture::new().await;
    let others = open(&fixture.directory).await;
    fixture.remember().await;
    let held = fixture.store.writer.acquire().await.unwrap();
    assert!(fixture.end(&others).await);
    tokio::time::sleep(BELIEVED_FOR).await;
    assert!(!fixture.lives(NOW).await);
    drop(held);
}

#[tokio::test]
async fn a_change_by_another_process_is_noticed_across_a_new_connection() {
    let fixture = Fixture::new().await;
    fixture
        .store
        .writer
        .acquire()
        .await
        .unwrap()
        .close()
        .await
        .unwrap();
    assert!(fixture.end(&open(&fixture.directory).await).await);
    tokio::time::sleep(LOOK_AFTER).await;
    let _looks = fixture.lives(NOW).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!fixture.lives(NOW).await);
}

#[tokio::test]
async fn what_was_cleared_away_does_not_come_back_with_a_clock_that_was_set_back() {
    let fixture = Fixture::new().await;
    let end = NOW.plus_seconds(3600);
    fixture
        .store
        .prune(Horizons {
            sessions: end,
            failed_logins: NOW,
            events: NOW,
        })
        .await
        .unwrap();
    assert!(!fixture.lives(NOW).await);
}

#[tokio::test]
async fn a_database_that_is_closed_lets_nobody_pass() {
    let fixture = Fixture::new().await;
    fixture.store.close().await;
    assert!(fixture.store.session_state(ID, NOW).await.is_err());
}

#[tokio::test]
async fn what_waits_is_written_together_and_each_is_told_also_when_the_first_hangs_up() {
    let fixture = Fixture::new().await;
    let others_write = fixture.store.begin().await.unwrap();
    let shown = |counter| RenewalToken {
        session: ID,
        counter,
    };
    let mut first = pin!(fixture.store.renew_session(shown(0), &fixture.client, NOW));
    assert!(poll!(first.as_mut()).is_pending());
    let mut hangs_up = Box::pin(fixture.end(&fixture.store));
    assert!(poll!(hangs_up.as_mut()).is_pending());
    let (mut second, mut end) = (
        pin!(fixture.store.renew_session(shown(0), &fixture.client, NOW)),
        pin!(fixture.end(&fixture.store)),
    );
    assert!(poll!(second.as_mut()).is_pending() && poll!(end.as_mut()).is_pending());
    drop(hangs_up);
    others_write.rollback().await.unwrap();
    for renewed in [first.await.unwrap(), second.await.unwrap()] {
        assert!(
            matches!(renewed, Renewed::Current { counter: 1, .. }),
            "{renewed:?}"
        );
    }
    assert!(!end.await, "the one who hung up has ended it");
    assert!(!fixture.lives(NOW).await);
    let events = fixture
        .store
        .newest_events(UserId(Uuid::from_u128(1)), 9)
        .await
        .unwrap();
    assert_eq!(
        events.iter().filter(|event| event.kind == "logout").count(),
        1
    );
}

#[tokio::test]
async fn a_copied_cookie_ends_its_session_also_among_others_and_the_next_one_finds_it_over() {
    let fixture = Fixture::new().await;
    let others_write = fixture.store.begin().await.unwrap();
    let renew = |counter| {
        fixture.store.renew_session(
            RenewalToken {
                session: ID,
                counter,
            },
            &fixture.client,
            NOW,
        )
    };
    let (mut copy, mut owner) = (pin!(renew(7)), pin!(renew(0)));
    assert!(poll!(copy.as_mut()).is_pending() && poll!(owner.as_mut()).is_pending());
    others_write.rollback().await.unwrap();
    assert!(matches!(copy.await.unwrap(), Renewed::Reused));
    assert!(matches!(owner.await.unwrap(), Renewed::Over));
    assert!(fixture.has_ended_on_the_disk().await && !fixture.lives(NOW).await);
}

#[tokio::test]
async fn when_a_group_can_not_be_written_each_of_it_hears_so() {
    let fixture = Fixture::new().await;
    fixture.store.writer.close().await;
    let end = || {
        fixture
            .store
            .revoke_session(ID, RevokedReason::LoggedOut, &fixture.client, NOW)
    };
    let (one, two) = futures::join!(end(), end());
    assert!(one.is_err() && two.is_err());
}
