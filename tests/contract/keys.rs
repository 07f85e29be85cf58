//! Tests of the signing keys: their files, rotation and removal.

use std::{
    fs,
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown},
    path::Path,
    process::Command,
    thread,
    time::Duration,
};

use tempfile::TempDir;

use crate::support::{
    BlockingConnection, PROTECTED, Process, SlowClient, TestServer, adopt_keys, countersign,
    data_dir_with_ada, form, key_files, key_id_of, run,
};

pub fn write_private(path: &Path, text: &[u8]) {
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
pub fn new_key() -> String {
    let document = aws_lc_rs::signature::Ed25519KeyPair::generate_pkcs8v1(
        &aws_lc_rs::rand::SystemRandom::new(),
    )
    .unwrap();
    pem::encode(&pem::Pem::new("PRIVATE KEY", document.as_ref()))
}

#[tokio::test]
async fn the_first_start_creates_a_key_that_only_its_owner_can_read() {
    let server = TestServer::start().await;
    let files = key_files(server.data_dir());
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
    for mode in [0o644, 0o660, 0o604] {
        let server = TestServer::start().await;
        fs::set_permissions(
            key_files(server.data_dir()).pop().unwrap(),
            fs::Permissions::from_mode(mode),
        )
        .unwrap();
        let error = server.restart().await.err().unwrap();
        assert!(error.contains("chmod 600"), "{error}");
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test]
async fn a_directory_that_everybody_can_write_to_stops_the_start() {
    for directory in ["", "keys"] {
        let mut server = TestServer::start().await;
        let path = server.data_dir().join(directory);
        // The group may write, as with `fsGroup` in Kubernetes. In a directory with the sticky bit,
        // nobody can replace the files of others.
        for mode in [0o775, 0o1777] {
            set_mode(&path, mode);
            server = server.restart().await.unwrap();
        }
        for mode in [0o777, 0o702] {
            set_mode(&path, mode);
            let error = server.start_another().await.err().unwrap();
            let path = path.to_str().unwrap().trim_end_matches('/');
            assert!(
                error.contains(path) && error.contains("chmod o-w"),
                "{error}"
            );
        }
    }
}

#[tokio::test]
async fn a_key_of_another_user_is_not_accepted() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let server = TestServer::start().await;
    let reload = async || {
        let auth = &server.app.auth;
        let reloaded = auth.reload_signing_keys(&countersign::Actor::Server);
        reloaded.await.unwrap();
        auth.public_keys().keys.len()
    };
    let path = server.data_dir().join("keys/zz.pem");
    write_private(&path, new_key().as_bytes());
    assert_eq!(reload().await, 2);
    chown(&path, Some(65_534), None).unwrap();
    assert_eq!(reload().await, 1);
    let error = server.start_another().await.err().unwrap();
    assert!(
        error.contains("zz.pem") && error.contains("another user"),
        "{error}"
    );
    fs::remove_file(path).unwrap();
    let refresh = server.data_dir().join("keys/refresh.key");
    chown(&refresh, Some(65_534), None).unwrap();
    assert!(server.app.auth.reload_cookie_keys().await.is_err());
    let error = server.start_another().await.err().unwrap();
    assert!(
        error.contains("refresh.key") && error.contains("another user"),
        "{error}"
    );
}

fn make_fifo(path: &Path) {
    let made = Command::new("mkfifo")
        .args(["-m", "600"])
        .arg(path)
        .status();
    assert!(made.unwrap().success());
}

#[test]
fn a_fifo_among_the_keys_neither_stops_the_server_nor_is_waited_for() {
    let data = data_dir_with_ada();
    let mut server = Process::serve(data.path());
    let keys = data.path().join("keys");
    make_fifo(&keys.join("zz.pem"));
    thread::sleep(Duration::from_secs(2));
    let mut client = SlowClient::connect(&server);
    client.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n");
    let health = client.response_within(Duration::from_secs(5));
    assert!(health.is_some(), "the server hangs");
    let token = server.log_in("ada", "analytical engine");
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 200);
    fs::remove_file(keys.join("throttle.key")).unwrap();
    make_fifo(&keys.join("throttle.key"));
    thread::sleep(Duration::from_secs(2));
    assert_eq!(server.get("/healthz").status, 200);
    server.signal("TERM");
    assert!(server.exits_within(Duration::from_secs(5)));
    let started = run(countersign(data.path()).arg("serve"), "");
    let error = String::from_utf8(started.stderr).unwrap();
    assert!(error.contains("zz.pem is not a regular file"), "{error}");
}

#[tokio::test]
async fn an_unreadable_entry_does_not_keep_a_removed_key_valid() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let keys = server.data_dir().join("keys");
    std::os::unix::fs::symlink("nowhere", keys.join("a.pem")).unwrap();
    fs::remove_file(
        key_files(server.data_dir())
            .into_iter()
            .find(|file| !file.ends_with("a.pem"))
            .unwrap(),
    )
    .unwrap();
    server
        .app
        .auth
        .reload_signing_keys(&countersign::Actor::Server)
        .await
        .unwrap();
    for route in PROTECTED {
        // The entry may be its key.
        let response = server.post_with_token(route, &ada.token).await;
        response.assert_error(503, "unavailable");
    }
    let error = server.restart().await.err().unwrap();
    assert!(error.contains("a.pem"), "{error}");
}

#[tokio::test]
async fn a_sign_out_whose_key_is_unreadable_is_not_answered_as_if_the_session_were_over() {
    let server = TestServer::start().await;
    let (ada, other) = (server.ada().await, server.ada_again().await);
    let key = key_files(server.data_dir()).pop().unwrap();
    let reload = async || {
        let auth = &server.app.auth;
        let reloaded = auth.reload_signing_keys(&countersign::Actor::Server);
        reloaded.await.unwrap();
    };
    set_mode(&key, 0o644);
    reload().await;
    ada.log_out(&server).await.assert_error(503, "unavailable");
    // The session of the cookie ends all the same. That of the token is not known.
    let response = server.log_out_with(&other.token, &other.cookie).await;
    response.assert_error(503, "unavailable");
    set_mode(&key, 0o600);
    reload().await;
    ada.assert_accepted(&server).await;
    other.assert_over(&server).await;
    assert_eq!(ada.log_out(&server).await.status, 200);
    ada.assert_over(&server).await;
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
    assert!(status_becomes(503));
    fs::rename(&moved, &keys).unwrap();
    assert!(status_becomes(200));
    // What is logged may come after the first response.
    thread::sleep(Duration::from_millis(500));
    let (_, log) = server.stop();
    for line in [
        "could not be read",
        "can be read again",
        "nothing is accepted or issued",
    ] {
        // Once for the signing keys, and once for those of the cookies.
        assert_eq!(log.matches(line).count(), 2, "{line}: {log}");
    }
}

/// Starts three servers on an empty directory at once, as an orchestrator may.
#[test]
fn several_first_starts_at_once_share_one_database_and_one_key() {
    for _ in 0..5 {
        let data = TempDir::new().unwrap();
        let starts = [(); 3].map(|()| {
            let mut command = countersign(data.path());
            command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", "error");
            thread::spawn(move || Process::start(&mut command))
        });
        let servers = starts.map(|start| start.join().expect("each of them starts"));
        let add = ["user", "add", "ada", "--password-stdin"];
        assert!(
            run(countersign(data.path()).args(add), "analytical engine")
                .status
                .success()
        );
        for signed_in_at in &servers {
            let token = signed_in_at.log_in("ada", "analytical engine");
            for server in &servers {
                assert_eq!(server.post("/api/me", "", Some(&token)).0, 200);
            }
        }
        let keys = fs::read_dir(data.path().join("keys")).unwrap();
        assert_eq!(
            keys.count(),
            3,
            "one key that signs, and the two of the cookies"
        );
    }
}

/// `Cookie` of a new session of ada, by its refresh cookie.
pub fn signed_in(server: &Process) -> String {
    let response = server.log_in_response("ada", "analytical engine");
    let cookies = response.headers.get_all("set-cookie").iter();
    let mut cookies = cookies.map(|cookie| cookie.to_str().unwrap());
    let refresh = cookies
        .find(|cookie| cookie.starts_with("countersign="))
        .unwrap();
    refresh.split(';').next().unwrap().to_owned()
}

/// Moves the files away that match, and back again.
fn without_keys(data: &TempDir, ending: &str, meanwhile: impl FnOnce()) {
    let (keys, away) = (data.path().join("keys"), data.path().join("away"));
    fs::create_dir(&away).unwrap();
    let move_all = |from: &Path, to: &Path| {
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            if name.to_str().unwrap().ends_with(ending) {
                fs::rename(from.join(&name), to.join(&name)).unwrap();
            }
        }
    };
    move_all(&keys, &away);
    thread::sleep(Duration::from_secs(1));
    meanwhile();
    move_all(&away, &keys);
    thread::sleep(Duration::from_secs(1));
}

#[test]
fn signing_keys_that_are_away_for_a_while_end_no_session_and_leave_none_behind() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let cookie = signed_in(&server);
    let mut database = BlockingConnection::open(data.path());
    let sessions = "SELECT count(*) FROM countersign_sessions WHERE revoked_at IS NULL";
    without_keys(&data, ".pem", || {
        for _ in 0..3 {
            assert_eq!(server.refresh(&cookie), 503);
        }
        let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
        for _ in 0..10 {
            assert_eq!(server.post("/api/login", &fields, None).0, 503);
        }
        assert_eq!(database.number(sessions), 1);
    });
    // Past the reuse interval of 30 s, the token that was shown above would be a copy.
    database.execute("UPDATE countersign_sessions SET rotated_at = rotated_at - 60");
    assert_eq!(server.refresh(&cookie), 200);
    assert_eq!(database.number(sessions), 1);
    server.log_in("ada", "analytical engine");
}

#[test]
fn the_keys_of_the_cookies_are_looked_at_again_like_those_that_sign() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let cookie = signed_in(&server);
    without_keys(&data, "refresh.key", || {
        thread::sleep(Duration::from_secs(4));
        assert_eq!(server.refresh(&cookie), 503);
        let fields = form(&[("username", "ada"), ("password", "analytical engine")]);
        assert_eq!(server.post("/api/login", &fields, None).0, 503);
    });
    assert_eq!(server.refresh(&cookie), 200);
    // Replaced, because somebody may have seen it.
    write_private(&data.path().join("keys/refresh.key"), &[7; 32]);
    adopt_keys(data.path());
    thread::sleep(Duration::from_secs(1));
    assert_eq!(server.refresh(&cookie), 401);
    let cookie = signed_in(&server);
    assert_eq!(server.refresh(&cookie), 200);
    let (_, log) = server.stop();
    assert!(log.contains("refresh.key"), "{log}");
}

#[test]
fn a_new_key_is_published_before_it_signs() {
    let data = data_dir_with_ada();
    let mut command = countersign(data.path());
    command.env("COUNTERSIGN_TOKEN_NEW_KEY_DELAY_SECONDS", "3");
    let server = Process::start(command.arg("serve"));
    let first = key_id_of(&server.log_in("ada", "analytical engine"));
    let mut rotate = countersign(data.path());
    rotate.env("COUNTERSIGN_TOKEN_NEW_KEY_DELAY_SECONDS", "3");
    assert!(run(rotate.args(["keys", "rotate"]), "").status.success());
    thread::sleep(Duration::from_secs(1));
    let published = server.get("/.well-known/jwks.json").json();
    assert_eq!(published["keys"].as_array().unwrap().len(), 2);
    assert_eq!(key_id_of(&server.log_in("ada", "analytical engine")), first);
    thread::sleep(Duration::from_secs(4));
    assert_ne!(key_id_of(&server.log_in("ada", "analytical engine")), first);
}

/// As `sudo countersign keys rotate` does beside a server that runs as a user of its own.
#[test]
fn a_key_that_root_makes_is_its_directorys_owners() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let data = data_dir_with_ada();
    let keys = data.path().join("keys");
    let (user, group) = (4711, 4712);
    for path in [data.path(), &keys] {
        chown(path, Some(user), Some(group)).unwrap();
    }
    for file in fs::read_dir(&keys).unwrap() {
        chown(file.unwrap().path(), Some(user), Some(group)).unwrap();
    }
    assert!(
        run(countersign(data.path()).args(["keys", "rotate"]), "")
            .status
            .success()
    );
    for file in fs::read_dir(&keys).unwrap() {
        let owner = file.unwrap().metadata().unwrap();
        assert_eq!((owner.uid(), owner.gid()), (user, group));
    }
}

#[test]
fn a_key_file_with_any_other_name_does_not_keep_a_new_key_from_signing() {
    let data = data_dir_with_ada();
    for name in ["zzz.pem", "signing-b.pem", "signing-999999999999999.pem"] {
        write_private(&data.path().join("keys").join(name), new_key().as_bytes());
    }
    adopt_keys(data.path());
    let server = Process::serve(data.path());
    let before = key_id_of(&server.log_in("ada", "analytical engine"));
    assert!(
        run(
            countersign(data.path()).args(["keys", "rotate", "--now"]),
            ""
        )
        .status
        .success()
    );
    thread::sleep(Duration::from_secs(2));
    assert_ne!(
        key_id_of(&server.log_in("ada", "analytical engine")),
        before
    );
}
