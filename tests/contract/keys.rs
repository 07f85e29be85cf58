//! Tests of the signing keys: their files, rotation and removal.

use std::{
    fs,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
    time::Duration,
};

use crate::support::{Process, TestServer, countersign, data_dir_with_ada, key_files, run};

fn write_private(path: &Path, text: &[u8]) {
    use std::io::Write;
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .unwrap()
        .write_all(text)
        .unwrap();
}

/// A key in the format of `openssl genpkey -algorithm ed25519`.
fn new_key() -> String {
    let document = aws_lc_rs::signature::Ed25519KeyPair::generate_pkcs8v1(
        &aws_lc_rs::rand::SystemRandom::new(),
    )
    .unwrap();
    pem::encode(&pem::Pem::new("PRIVATE KEY", document.as_ref()))
}

#[tokio::test]
async fn the_first_start_creates_a_key_that_only_its_owner_can_read() {
    let server = TestServer::start().await;
    let files = key_files(&server);
    assert_eq!(files.len(), 1);
    assert_eq!(
        fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        fs::metadata(files[0].parent().unwrap())
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o700
    );
}

#[tokio::test]
async fn the_database_is_created_for_its_owner_only() {
    let server = TestServer::start().await;
    server.ada().await;
    for name in ["test.db", "test.db-wal", "test.db-shm"] {
        let mode = fs::metadata(server.data_dir().join(name))
            .unwrap()
            .permissions()
            .mode()
            & 0o777;
        assert_eq!(mode, 0o600, "{name}");
    }
}

#[tokio::test]
async fn only_public_keys_are_served() {
    let server = TestServer::start().await;
    let response = server.get("/.well-known/jwks.json").await;
    assert_eq!(response.status, 200);
    let keys = response.json();
    let key = keys["keys"][0].as_object().unwrap();
    let mut members: Vec<_> = key.keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
    assert_eq!(
        (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
        (
            &"OKP".into(),
            &"Ed25519".into(),
            &"EdDSA".into(),
            &"sig".into()
        )
    );
}

#[tokio::test]
async fn a_new_key_signs_and_an_old_one_verifies_until_it_is_removed() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let before = server.log_in(&account).await;
    let old_file = key_files(&server).pop().unwrap();

    write_private(
        &server.data_dir().join("keys/signing-999999999999.pem"),
        new_key().as_bytes(),
    );
    let server = server.restart().await.unwrap();
    let after = server.log_in(&account).await;
    before.assert_accepted(&server).await;
    after.assert_accepted(&server).await;
    assert_ne!(
        before.token.split('.').next(),
        after.token.split('.').next()
    );
    assert_eq!(
        server.get("/.well-known/jwks.json").await.json()["keys"]
            .as_array()
            .unwrap()
            .len(),
        2
    );

    fs::remove_file(old_file).unwrap();
    let server = server.restart().await.unwrap();
    before.assert_refused(&server).await;
    after.assert_accepted(&server).await;
}

#[tokio::test]
async fn a_bad_key_file_stops_the_start_and_is_named() {
    let short = new_key()[..80].to_owned();
    for text in [
        "",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n",
        "secret",
        short.as_str(),
    ] {
        let server = TestServer::start().await;
        write_private(
            &server.data_dir().join("keys/signing-999999999999.pem"),
            text.as_bytes(),
        );
        let error = server.restart().await.err().unwrap();
        assert!(
            error.contains("signing-999999999999.pem is not an Ed25519 private key"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_key_that_others_can_read_stops_the_start() {
    for mode in [0o644, 0o640, 0o604] {
        let server = TestServer::start().await;
        fs::set_permissions(
            key_files(&server).pop().unwrap(),
            fs::Permissions::from_mode(mode),
        )
        .unwrap();
        let error = server.restart().await.err().unwrap();
        assert!(error.contains("chmod 600"), "{error}");
    }
}

#[tokio::test]
async fn an_unreadable_entry_does_not_keep_a_removed_key_valid() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let keys = server.data_dir().join("keys");
    std::os::unix::fs::symlink("nowhere", keys.join("a.pem")).unwrap();
    fs::remove_file(
        key_files(&server)
            .into_iter()
            .find(|file| !file.ends_with("a.pem"))
            .unwrap(),
    )
    .unwrap();
    server
        .app
        .auth
        .reload_keys(&countersign::domain::Actor::Server)
        .await
        .unwrap();
    ada.assert_refused(&server).await;
    let error = server.restart().await.err().unwrap();
    assert!(error.contains("a.pem"), "{error}");
}

#[test]
fn no_token_is_accepted_while_the_keys_are_unreadable() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let token = server.log_in("ada", "analytical engine");
    let (keys, moved) = (data.path().join("keys"), data.path().join("away"));
    fs::rename(&keys, &moved).unwrap();
    let status_becomes = |status: u16| {
        (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            server.post("/api/me", "", Some(&token)).0 == status
        })
    };
    assert!(status_becomes(401));
    fs::rename(&moved, &keys).unwrap();
    assert!(status_becomes(200));
    let (_, log) = server.stop();
    for line in [
        "could not be read",
        "can be read again",
        "no token is accepted",
    ] {
        assert_eq!(log.matches(line).count(), 1, "{line}: {log}");
    }
}

#[test]
fn keys_rotate_fails_and_names_a_key_that_would_keep_signing() {
    let data = data_dir_with_ada();
    write_private(&data.path().join("keys/web.pem"), new_key().as_bytes());
    let output = run(countersign(data.path()).args(["keys", "rotate"]), "");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && error.contains("web.pem sorts after"),
        "{error}"
    );
}
