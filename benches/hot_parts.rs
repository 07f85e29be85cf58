//! The steps of every request or every login. criterion compares each one with its previous run.
#![expect(clippy::unwrap_used, reason = "a failure ends the benchmark")]

use std::hint::black_box;

use arc_swap::ArcSwap;
use countersign::{
    Password, SessionId, UserId, Username,
    internals::{AccessToken, Clock, Expiry, Issuer, KeyRing},
};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use tempfile::TempDir;
use uuid::Uuid;

fn tokens(criterion: &mut Criterion) {
    let (directory, now) = (TempDir::new().unwrap(), Clock::system().now());
    let issuer = Issuer {
        issuer: "https://login.example".to_owned(),
        audience: "countersign".to_owned(),
        token_seconds: 900,
        keys: ArcSwap::from_pointee(KeyRing::open(directory.path(), 1000, now).unwrap()),
    };
    let issue = || -> AccessToken {
        let (user, session) = (UserId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)));
        issuer
            .signer(now)
            .unwrap()
            .issue(user, session, now, now.plus_seconds(86_400))
            .unwrap()
            .0
    };
    let verify = |token: &AccessToken| {
        issuer
            .verify(black_box(token), now, Expiry::Enforced)
            .unwrap()
    };
    criterion.bench_function("issue a token", |bencher| bencher.iter(issue));
    criterion.bench_function("verify a new token", |bencher| {
        bencher.iter_batched_ref(issue, |token| verify(token), BatchSize::SmallInput);
    });
    let cached = issue();
    criterion.bench_function("verify a cached token", |bencher| {
        bencher.iter(|| verify(&cached));
    });
}

fn credentials(criterion: &mut Criterion) {
    criterion.bench_function("parse a user name", |bencher| {
        bencher.iter(|| Username::parse(black_box("Ada.Lovelace")));
    });
    criterion.bench_function("prepare a password", |bencher| {
        bencher
            .iter(|| Password::new(black_box("correct horse battery staple").to_owned()).prepare());
    });
}

criterion_group!(benches, tokens, credentials);
criterion_main!(benches);
