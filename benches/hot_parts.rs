//! What every request, or every sign-in, goes through: criterion compares it with the last time.
#![expect(
    clippy::unwrap_used,
    reason = "what goes wrong here ends the measuring"
)]

use std::hint::black_box;

use arc_swap::ArcSwap;
use countersign::{
    domain::{AccessToken, Password, SessionId, UserId, Username},
    server::{Clock, Expiry, Issuer, KeyRing},
};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use tempfile::TempDir;
use uuid::Uuid;

fn tokens(criterion: &mut Criterion) {
    let (directory, now) = (TempDir::new().unwrap(), Clock::system().now());
    let issuer = Issuer {
        name: "https://login.example".to_owned(),
        audience: "countersign".to_owned(),
        token_seconds: 900,
        keys: ArcSwap::from_pointee(KeyRing::open(directory.path(), 1000, now).unwrap()),
    };
    let issue = || -> AccessToken {
        let (user, session) = (UserId(Uuid::from_u128(1)), SessionId(Uuid::from_u128(2)));
        issuer
            .issue(user, session, now, now.plus_seconds(86_400))
            .unwrap()
            .0
    };
    let check = |token: &AccessToken| {
        issuer
            .check(black_box(token), now, Expiry::Enforced)
            .unwrap()
    };
    criterion.bench_function("issue a token", |bencher| bencher.iter(issue));
    criterion.bench_function("check a new token", |bencher| {
        bencher.iter_batched_ref(issue, |token| check(token), BatchSize::SmallInput);
    });
    let seen = issue();
    criterion.bench_function("check a token seen before", |bencher| {
        bencher.iter(|| check(&seen))
    });
}

fn names(criterion: &mut Criterion) {
    criterion.bench_function("read a user name", |bencher| {
        bencher.iter(|| Username::parse(black_box("Ada.Lovelace")))
    });
    criterion.bench_function("prepare a password", |bencher| {
        bencher
            .iter(|| Password::new(black_box("correct horse battery staple").to_owned()).prepare());
    });
}

criterion_group!(benches, tokens, names);
criterion_main!(benches);
