//! Tests of who may read and replace the files of the database.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink},
    path::Path,
    thread::sleep,
    time::Duration,
};

use tempfile::TempDir;

use crate::keys::{new_key, signed_in};
use crate::support::{Process, TestServer, countersign, data_dir_with_ada, failure, run};

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
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
async fn side_files_of_the_database_that_others_can_use_stop_the_start() {
    let server = TestServer::start().await;
    for name in ["test.db-wal", "test.db-shm"] {
        let path = server.data_dir().join(name);
        set_mode(&path, 0o666);
        let error = server.start_another().await.err().unwrap();
        assert!(
            error.contains(name) && error.contains("chmod 600"),
            "{error}"
        );
        set_mode(&path, 0o600);
    }
    server.start_another().await.unwrap();
}

#[tokio::test]
async fn keys_that_everybody_can_replace_stop_the_start_wherever_the_database_is() {
    let mut server = TestServer::start().await;
    let elsewhere = TempDir::new().unwrap();
    let database = elsewhere.path().join("test.db");
    server.settings.database.url = format!("sqlite://{}", database.display());
    set_mode(server.data_dir(), 0o777);
    let error = server.start_another().await.err().unwrap();
    assert!(
        error.contains("chmod o-w"),
        "the keys can be replaced: {error}"
    );
}

/// As `sudo countersign user add` does before the first start of a server with a user of its own.
#[test]
fn what_root_makes_in_the_directory_of_another_user_is_that_users() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let (user, group) = (4711, 4712);
    let data = TempDir::new().unwrap();
    chown(data.path(), Some(user), Some(group)).unwrap();
    let mut add = countersign(data.path());
    let add = add.args(["user", "add", "ada", "--password-stdin"]);
    assert!(run(add, "analytical engine").status.success());
    let server = Process::serve(data.path());
    server.log_in("ada", "analytical engine");
    let keys = fs::read_dir(data.path().join("keys")).unwrap();
    let mut made: Vec<_> = keys.map(|key| key.unwrap().path()).collect();
    assert_eq!(made.len(), 3);
    for name in [
        "countersign.db",
        "countersign.db-wal",
        "countersign.db-shm",
        "keys",
        "serve.lock",
    ] {
        made.push(data.path().join(name));
    }
    for path in made {
        let owner = fs::metadata(&path).unwrap();
        assert_eq!((owner.uid(), owner.gid()), (user, group), "{path:?}");
    }
}

#[test]
fn no_file_is_made_through_a_link() {
    let data = data_dir_with_ada();
    symlink("outside", data.path().join("serve.lock")).unwrap();
    Process::serve(data.path()).log_in("ada", "analytical engine");
    assert!(!data.path().join("outside").exists());

    let data = TempDir::new().unwrap();
    symlink("outside", data.path().join("countersign.db")).unwrap();
    failure(countersign(data.path()).arg("serve"));
    assert!(!data.path().join("outside").exists());
}

/// Whoever can write to the directory of the data directory can put another one in its place.
#[test]
fn root_serves_no_data_that_another_user_may_have_put_there() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let volume = TempDir::new().unwrap();
    let data = volume.path().join("data");
    fs::create_dir(&data).unwrap();
    set_mode(&data, 0o700);
    for (owner, mode, is_served) in [
        (4711, 0o777, false),
        (4711, 0o1777, true),
        (4711, 0o755, true),
        (0, 0o777, true),
    ] {
        chown(&data, Some(owner), None).unwrap();
        set_mode(volume.path(), mode);
        let mut command = countersign(&data);
        let serve = command.arg("serve").env("COUNTERSIGN_LOG_LEVEL", "info");
        if is_served {
            Process::start(serve).stop();
        } else {
            let error = failure(serve);
            assert!(error.contains("another user"), "{error}");
        }
    }
}

#[test]
fn keys_of_a_directory_that_takes_the_place_of_roots_are_not_used() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let volume = TempDir::new().unwrap();
    set_mode(volume.path(), 0o777);
    let data = volume.path().join("data");
    let mut add = countersign(&data);
    let add = add.args(["user", "add", "ada", "--password-stdin"]);
    set_mode(&data, 0o700);
    assert!(run(add, "analytical engine").status.success());
    let server = Process::serve(&data);
    let cookie = signed_in(&server);
    let published = || server.get("/.well-known/jwks.json").text();
    let before = published();

    fs::rename(&data, volume.path().join("away")).unwrap();
    let keys = data.join("keys");
    fs::create_dir_all(&keys).unwrap();
    for name in ["countersign.db", "countersign.db-wal", "countersign.db-shm"] {
        symlink(Path::new("../away").join(name), data.join(name)).unwrap();
    }
    fs::write(keys.join("signing-001.pem"), new_key()).unwrap();
    for name in ["refresh.key", "throttle.key"] {
        fs::write(keys.join(name), [7; 32]).unwrap();
    }
    for entry in fs::read_dir(&keys).unwrap() {
        let path = entry.unwrap().path();
        set_mode(&path, 0o600);
        chown(path, Some(4711), None).unwrap();
    }
    for directory in [&data, &keys] {
        set_mode(directory, 0o700);
        chown(directory, Some(4711), None).unwrap();
    }
    sleep(Duration::from_millis(1200));
    assert_eq!(published(), before);
    assert_eq!(server.refresh(&cookie), 200);
    // As with keys that can't be read.
    sleep(Duration::from_secs(4));
    assert_eq!(server.refresh(&cookie), 503);
}
