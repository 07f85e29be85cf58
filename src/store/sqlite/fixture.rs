//! A database in which one session is live, for the tests in this folder.

use tempfile::TempDir;
use uuid::Uuid;

use super::SqliteStore;
use crate::{
    domain::{
        Actor, AttemptId, ClientInfo, RevokedReason, SessionId, Timestamp, User, UserId, Username,
    },
    store::{
        DatabaseOptions, IfAbsent, InsertedUser, NewSession, NewUser, Revocation, Store,
        SucceededAttempt,
    },
};

pub(super) const NOW: Timestamp = Timestamp(1_767_225_600);
pub(super) const SESSION: SessionId = SessionId(Uuid::from_u128(7));
pub(super) const USER: UserId = UserId(Uuid::from_u128(1));

pub(super) struct Fixture {
    pub store: SqliteStore,
    directory: TempDir,
}

impl Fixture {
    pub async fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let store = open(&directory).await;
        let fixture = Self { store, directory };
        let user = User {
            id: USER,
            username: Username::from_stored("ada".to_owned()),
        };
        let new = NewUser {
            user,
            password_hash: "hash",
            email: None,
            created_at: NOW,
        };
        let inserted = fixture.store.insert_user(&new, &Actor::Server).await;
        assert_eq!(inserted.unwrap(), InsertedUser::Inserted);
        fixture.open_session(SESSION).await;
        fixture
    }

    pub async fn open_session(&self, id: SessionId) {
        let client = ClientInfo {
            ip: [192, 0, 2, 1].into(),
            user_agent: "a browser".to_owned(),
        };
        let new = NewSession {
            id,
            user: USER,
            password_generation: 0,
            new_hash: None,
            attempt: Some(SucceededAttempt {
                id: AttemptId(id.0),
                all_devices: None,
            }),
            created_at: NOW,
            expires_at: NOW.plus_seconds(3600),
            idle_seconds: None,
            replaces: None,
            client: &client,
        };
        assert!(self.store.open_session(&new).await.unwrap());
    }

    /// Another store on the same file, as another process has it.
    pub async fn open(&self) -> SqliteStore {
        open(&self.directory).await
    }

    pub async fn is_live(&self, now: Timestamp) -> bool {
        let found = self.store.find_live(&[SESSION], now).await.unwrap();
        assert_eq!(found.len(), 1);
        found[0].is_some()
    }

    #[expect(
        clippy::unused_self,
        reason = "read as: the revocation of this fixture's session"
    )]
    pub fn revocation(&self) -> Revocation {
        Revocation {
            session: SESSION,
            owner: None,
            reason: RevokedReason::LoggedOut,
            actor: Actor::Server,
            now: NOW,
        }
    }

    pub async fn revoke(&self, store: &SqliteStore) -> bool {
        store.revoke(&[self.revocation()]).await.unwrap()[0]
    }
}

async fn open(directory: &TempDir) -> SqliteStore {
    let url = format!("sqlite://{}", directory.path().join("a.db").display());
    let options = DatabaseOptions::of(&url);
    SqliteStore::open(&options, IfAbsent::Begin, &Actor::Server, NOW)
        .await
        .unwrap()
}
