//! Tests of stored password hashes: outdated ones are upgraded, and their cost is bounded.

use crate::support::TestServer;

#[tokio::test]
async fn an_outdated_hash_is_upgraded_at_the_next_login_and_only_then() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let hash = argon2_with(8_192, 1, "analytical engine");
    server.set_stored_hash(&hash).await;

    assert_eq!(server.try_log_in("ada", "wrong").await.status, 401);
    assert_eq!(
        server.stored_hash().await,
        hash,
        "a wrong password must not upgrade the hash"
    );
    let session = server.log_in(&account).await;
    let upgraded = server.stored_hash().await;
    assert!(
        upgraded.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{upgraded}"
    );
    session.assert_accepted(&server).await;
    server.log_in(&account).await;
    assert_eq!(
        server.stored_hash().await,
        upgraded,
        "a current hash must not be upgraded again"
    );
}

#[tokio::test]
async fn a_stored_hash_that_needs_8_gib_is_not_computed_and_signs_nobody_in() {
    let server = TestServer::start().await;
    server.add_user("ada", "analytical engine").await;
    let hash = argon2_with(8_192, 1, "analytical engine").replace("m=8192", "m=8388608");
    server.set_stored_hash(&hash).await;
    server
        .try_log_in("ada", "analytical engine")
        .await
        .assert_error(503, "unavailable");
}

fn argon2_with(memory: u32, passes: u32, password: &str) -> String {
    use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher};
    let argon2 = Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(memory, passes, 1, None).unwrap(),
    );
    argon2
        .hash_password(password.as_bytes())
        .unwrap()
        .to_string()
}
