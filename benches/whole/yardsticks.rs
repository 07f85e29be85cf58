//! The same work by the same libraries on the same hardware, without a server around it. Every
//! yardstick is a rate per second.

use std::{
    cell::RefCell,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use countersign::internals::{Clock, Issuer};
use jsonwebtoken::{Validation, decode};
use serde::Deserialize;
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::runtime::Builder;
use uuid::Uuid;

use crate::seed::session_id;

/// Runs `work` on every core for `time`, and returns the rate.
fn on_every_core(time: Duration, work: impl Fn(u64) + Sync) -> f64 {
    let cores = thread::available_parallelism().unwrap().get();
    let start = Instant::now();
    let done: u64 = thread::scope(|scope| {
        let run = || {
            let mut done = 0;
            while start.elapsed() < time {
                work(done);
                done += 1;
            }
            done
        };
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(run)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    per_second(done, start)
}

#[expect(clippy::cast_precision_loss, reason = "the number is lower than 2^52")]
fn per_second(done: u64, start: Instant) -> f64 {
    done as f64 / start.elapsed().as_secs_f64()
}

thread_local! {
    static MEMORY: RefCell<Vec<Block>> = RefCell::new(vec![Block::default(); 19_456]);
}

/// Hashes with argon2id, with the server's parameters and a reused buffer for each thread.
pub fn argon2(time: Duration) -> f64 {
    let argon2 = Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(19_456, 2, 1, Some(32)).unwrap(),
    );
    on_every_core(time, |_| {
        MEMORY.with_borrow_mut(|memory| {
            let mut output = [0; 32];
            argon2
                .hash_password_into_with_memory(
                    b"correct horse",
                    b"0123456789abcdef",
                    &mut output,
                    memory,
                )
                .unwrap();
        });
    })
}

/// The claims of an access token.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "the fields are only deserialized")]
struct Claims {
    iss: String,
    sub: Uuid,
    aud: String,
    exp: i64,
    iat: i64,
    jti: Uuid,
    sid: Uuid,
}

/// Verifies the signature and the claims of an access token with jsonwebtoken.
pub fn token_verifications(issuer: &Issuer, token: &str, time: Duration) -> f64 {
    let keys = issuer.keys();
    let signing = keys.signing_key(Clock::system().now()).unwrap();
    let key = keys.verifying_key(&signing.id).unwrap();
    let mut validation = Validation::new(jsonwebtoken::Algorithm::EdDSA);
    validation.set_audience(&[&issuer.audience]);
    on_every_core(time, |_| {
        decode::<Claims>(token, key, &validation).unwrap();
    })
}

/// Revokes sessions one at a time, each in a durable transaction: WAL and `synchronous = FULL`, as
/// in the server. `first` is the number of the first session. Returns how many were revoked, and
/// the rate.
pub fn durable_commits(database: &Path, first: u64, time: Duration) -> (u64, f64) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options = SqliteConnectOptions::new()
            .filename(database)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
        let start = Instant::now();
        let mut done = 0;
        while start.elapsed() < time {
            let id = session_id(first + done);
            let revoke = sqlx::query(
                "UPDATE countersign_sessions SET revoked_at = 1, revoked_reason = 'logged_out'
                 WHERE id = ?1",
            );
            let result = revoke.bind(id.0).execute(&mut connection).await.unwrap();
            assert_eq!(result.rows_affected(), 1);
            done += 1;
        }
        let rate = per_second(done, start);
        connection.close().await.unwrap();
        (done, rate)
    })
}
