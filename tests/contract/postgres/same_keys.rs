use std::{fs, path::Path, thread, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use tempfile::TempDir;

use super::elsewhere;
use crate::keys::{signed_in, write_private};
use crate::support::{
    BlockingConnection, Process, countersign, data_dir_with_ada, database_url, failure, key_files,
    key_id_of, run, run_successfully,
};

/// Copies the keys as a secret that is mounted as files.
fn copy_keys(from: &Path, to: &Path) {
    let (from, to) = (from.join("keys"), to.join("keys"));
    fs::create_dir_all(&to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[test]
fn servers_with_volumes_of_their_own_and_the_same_keys_are_one_service() {
    let (data, other) = (data_dir_with_ada(), TempDir::new().unwrap());
    copy_keys(data.path(), other.path());
    let first = Process::serve(data.path());
    let second = Process::start(elsewhere(other.path(), data.path()).arg("serve"));
    let token = first.log_in("ada", "analytical engine");
    assert_eq!(second.post("/api/me", "", Some(&token)).0, 200);
    assert_eq!(second.post("/api/logout", "", Some(&token)).0, 200);
    assert_eq!(first.post("/api/me", "", Some(&token)).0, 401);
}

#[test]
fn a_server_with_other_keys_or_another_public_url_does_not_start_until_they_are_adopted() {
    let (data, other) = (data_dir_with_ada(), TempDir::new().unwrap());
    // The keys of another database.
    copy_keys(data_dir_with_ada().path(), other.path());
    for command in [["serve"].as_slice(), &["keys", "rotate"]] {
        let error = failure(elsewhere(other.path(), data.path()).args(command));
        assert!(
            error.contains("lacks the keys") && error.contains("only it has the keys"),
            "{error}"
        );
        assert!(error.contains("countersign migrate --adopt"), "{error}");
    }
    let elsewhere_on_the_net = "https://login.example";
    let error = failure(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_PUBLIC_URL", elsewhere_on_the_net),
    );
    assert!(error.contains(elsewhere_on_the_net) && error.contains("public.url"));

    let server = Process::serve(data.path());
    let before = server.log_in("ada", "analytical engine");
    let mut adopt = elsewhere(other.path(), data.path());
    let adopted = adopt.args(["migrate", "--adopt"]).output().unwrap();
    assert!(adopted.status.success(), "{adopted:?}");
    let second = Process::start(elsewhere(other.path(), data.path()).arg("serve"));
    let after = second.log_in("ada", "analytical engine");
    // It may be a good token, which this server can't tell. So nobody is signed out by it.
    for path in ["/api/me", "/api/logout"] {
        assert_eq!(server.post(path, "", Some(&after)).0, 503, "{path}");
    }
    // No key of ours is called so, so it is not asked for.
    let header = |kid: &str| format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{kid}"}}"#);
    for kid in ["\\u0000", "a", &"x".repeat(43)] {
        let forged = format!("{}.x.x", BASE64_URL_SAFE_NO_PAD.encode(header(kid)));
        assert_eq!(server.post("/api/me", "", Some(&forged)).0, 401, "{kid}");
    }
    // Its key was given up.
    assert_eq!(second.post("/api/me", "", Some(&before)).0, 401);
    // It compares its keys with the others' once a second at least.
    thread::sleep(Duration::from_secs(1));
    let (_, log) = server.stop();
    assert!(log.contains("this server differs from the others"), "{log}");
    assert!(failure(countersign(data.path()).arg("serve")).contains("migrate --adopt"));
}

/// In an emergency it does not matter which machine an operator has at hand.
#[test]
fn accounts_and_sessions_can_be_changed_from_a_machine_without_the_keys() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let (bare, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    copy_keys(data_dir_with_ada().path(), other.path());
    let keys_of_other = key_files(other.path());
    for volume in [bare.path(), other.path()] {
        let operate = |arguments: &[&str]| {
            let mut command = elsewhere(volume, data.path());
            command.env_remove("COUNTERSIGN_PUBLIC_URL").args(arguments);
            let output = run(&mut command, "difference engine");
            assert!(output.status.success(), "{arguments:?}: {output:?}");
            (
                String::from_utf8(output.stdout).unwrap(),
                String::from_utf8(output.stderr).unwrap(),
            )
        };
        let is_over = |token: &str| server.post("/api/me", "", Some(token)).0 == 401;
        let token = server.log_in("ada", "analytical engine");
        let listed = operate(&["session", "list"]).0;
        operate(&["session", "revoke", listed.split_once(' ').unwrap().0]);
        assert!(is_over(&token));
        for command in [
            ["session", "revoke", "--user", "ada"].as_slice(),
            &["session", "revoke", "--all"],
            &["user", "disable", "ada"],
        ] {
            operate(&["user", "enable", "ada"]);
            let token = server.log_in("ada", "analytical engine");
            operate(command);
            assert!(is_over(&token), "{command:?}");
        }
        assert!(operate(&["user", "list"]).0.contains("disabled"));
        assert!(operate(&["audit"]).0.contains("user_disabled"));
        let (_, warning) = operate(&["user", "passwd", "ada", "--password-stdin"]);
        assert!(warning.contains("failed sign-ins"), "{warning}");
        operate(&["user", "enable", "ada"]);
        server.log_in("ada", "difference engine");
        let set = ["user", "passwd", "ada", "--password-stdin"];
        let set = run(countersign(data.path()).args(set), "analytical engine");
        assert!(set.status.success() && set.stderr.is_empty(), "{set:?}");
    }
    assert!(!bare.path().join("keys").exists());
    assert_eq!(key_files(other.path()), keys_of_other);
}

#[test]
fn the_first_account_can_be_added_from_a_machine_that_gets_no_keys() {
    let (data, bare) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    for arguments in [
        ["migrate"].as_slice(),
        &["user", "add", "ada", "--password-stdin"],
        &["user", "passwd", "ada", "--password-stdin"],
    ] {
        let mut command = elsewhere(bare.path(), data.path());
        command.env_remove("COUNTERSIGN_PUBLIC_URL").args(arguments);
        let output = run(&mut command, "analytical engine");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }
    assert!(!bare.path().join("keys").exists());
    let server = Process::serve(data.path());
    server.log_in("ada", "analytical engine");
}

#[test]
fn a_key_that_only_one_server_has_signs_nothing_until_it_is_adopted() {
    let (data, other) = (data_dir_with_ada(), TempDir::new().unwrap());
    copy_keys(data.path(), other.path());
    let server = Process::start(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_TOKEN_NEW_KEY_DELAY_SECONDS", "3"),
    );
    let second = Process::start(elsewhere(other.path(), data.path()).arg("serve"));
    let key_id = |token: &str| token.split_once('.').unwrap().0.to_owned();
    let old = key_id(&server.log_in("ada", "analytical engine"));
    // A key of another database, whose name says that it signs already.
    let source = data_dir_with_ada();
    for entry in fs::read_dir(source.path().join("keys")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "pem") {
            fs::copy(&path, data.path().join("keys/signing-000000000009.pem")).unwrap();
        }
    }
    thread::sleep(Duration::from_secs(2));
    assert_eq!(key_id(&server.log_in("ada", "analytical engine")), old);
    let adopt = |directory: &Path| {
        let mut command = elsewhere(directory, data.path());
        command
            .args(["migrate", "--adopt"])
            .env("COUNTERSIGN_TOKEN_NEW_KEY_DELAY_SECONDS", "3");
        assert!(command.output().unwrap().status.success());
    };
    adopt(data.path());
    assert_eq!(
        key_id(&server.log_in("ada", "analytical engine")),
        old,
        "it is published first"
    );
    copy_keys(data.path(), other.path());
    thread::sleep(Duration::from_secs(5));
    let token = server.log_in("ada", "analytical engine");
    assert_ne!(key_id(&token), old);
    assert_eq!(second.post("/api/me", "", Some(&token)).0, 200);
}

#[test]
fn a_key_that_was_removed_from_all_servers_is_given_up_by_adopting() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let token = server.log_in("ada", "analytical engine");
    run_successfully(data.path(), &["keys", "rotate", "--now"]);
    let keys = key_files(data.path());
    fs::remove_file(&keys[0]).unwrap();
    thread::sleep(Duration::from_secs(2));
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 503);
    run_successfully(data.path(), &["migrate", "--adopt"]);
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 401);
}

#[test]
fn a_server_without_the_keys_of_the_others_makes_none_of_its_own() {
    let (data, other) = (data_dir_with_ada(), TempDir::new().unwrap());
    let id = {
        let server = Process::serve(data.path());
        key_id_of(&server.log_in("ada", "analytical engine"))
    };
    let keys = other.path().join("keys");
    fs::create_dir(&keys).unwrap();
    for command in [["serve"].as_slice(), &["keys", "rotate"]] {
        let error = failure(elsewhere(other.path(), data.path()).args(command));
        let expected = format!("there are no keys in {}", keys.display());
        assert!(error.contains(&expected) && error.contains(&id), "{error}");
        assert!(error.contains("migrate --adopt"), "{error}");
        assert_eq!(fs::read_dir(&keys).unwrap().count(), 0);
    }
    copy_keys(data.path(), other.path());
    fs::remove_file(keys.join("refresh.key")).unwrap();
    let error = failure(elsewhere(other.path(), data.path()).arg("serve"));
    assert!(error.contains("refresh.key"), "{error}");
    assert!(!keys.join("refresh.key").exists());
}

fn readiness(server: &Process) -> u16 {
    server.get("/readyz").status.as_u16()
}

#[test]
fn a_new_key_that_servers_lack_stops_none_of_them_and_takes_none_out_of_service() {
    let (data, other) = (data_dir_with_ada(), TempDir::new().unwrap());
    copy_keys(data.path(), other.path());
    let server = Process::serve(data.path());
    let second = Process::start(elsewhere(other.path(), data.path()).arg("serve"));
    let mut rotate = countersign(data.path());
    rotate.env("COUNTERSIGN_TOKEN_NEW_KEY_DELAY_SECONDS", "6");
    let rotated = run(rotate.args(["keys", "rotate"]), "");
    let told = String::from_utf8(rotated.stdout).unwrap();
    assert!(rotated.status.success(), "{told}");
    assert!(
        told.contains("other servers") && told.contains("503"),
        "{told}"
    );
    // It is on its way to this server, which starts meanwhile.
    drop(Process::start(
        elsewhere(other.path(), data.path()).arg("serve"),
    ));
    thread::sleep(Duration::from_secs(8));
    let token = server.log_in("ada", "analytical engine");
    assert_eq!(second.post("/api/me", "", Some(&token)).0, 503);
    // One that no server has would take all of them out of service at once.
    assert_eq!((readiness(&server), readiness(&second)), (200, 200));
    let error = failure(elsewhere(other.path(), data.path()).arg("serve"));
    assert!(error.contains("from another server"), "{error}");
    copy_keys(data.path(), other.path());
    thread::sleep(Duration::from_secs(2));
    assert_eq!(second.post("/api/me", "", Some(&token)).0, 200);
    let (_, log) = second.stop();
    let id = key_id_of(&token);
    let reason = log.lines().find(|line| line.contains("differs"));
    assert!(reason.unwrap().contains(&id), "{log}");
}

#[test]
fn a_rotation_changes_nothing_about_other_keys() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let old = key_id_of(&server.log_in("ada", "analytical engine"));
    run_successfully(data.path(), &["keys", "rotate"]);
    let mut database = BlockingConnection::at(&database_url(data.path()));
    // As `migrate --adopt` records a key that the others lack: later than its file says.
    let later = "UPDATE countersign_keys SET signs_from = signs_from + 5000 WHERE signs_from >
        extract(epoch FROM now()) + 60";
    database.execute(later);
    let sum = "SELECT sum(signs_from)::bigint FROM countersign_keys WHERE signs_from IS NOT NULL
        AND id <> (SELECT id FROM countersign_keys ORDER BY signs_from DESC NULLS LAST LIMIT 1)";
    let latest = "SELECT max(signs_from)::bigint FROM countersign_keys";
    let (before, recorded) = (database.number(sum), database.number(latest));
    run_successfully(data.path(), &["keys", "rotate"]);
    assert_eq!(database.number(latest), recorded, "the key that was there");
    assert!(database.number(sum) > before, "and the new one beside it");
    thread::sleep(Duration::from_secs(1));
    assert_eq!(key_id_of(&server.log_in("ada", "analytical engine")), old);
}

#[test]
fn a_key_of_the_cookies_that_the_other_servers_lack_is_not_used_until_it_is_adopted() {
    let (data, other) = (data_dir_with_ada(), TempDir::new().unwrap());
    copy_keys(data.path(), other.path());
    let server = Process::serve(data.path());
    let second = Process::start(elsewhere(other.path(), data.path()).arg("serve"));
    let cookie = signed_in(&server);
    write_private(&data.path().join("keys/refresh.key"), &[7; 32]);
    // For longer than unreadable keys are used.
    thread::sleep(Duration::from_secs(5));
    assert_eq!(server.refresh(&cookie), 200);
    let cookie = signed_in(&server);
    assert_eq!(second.refresh(&cookie), 200);

    run_successfully(data.path(), &["migrate", "--adopt"]);
    thread::sleep(Duration::from_secs(2));
    let cookie = signed_in(&server);
    // The other one can't tell whether the cookie is good.
    assert_eq!(second.refresh(&cookie), 503);
    copy_keys(data.path(), other.path());
    thread::sleep(Duration::from_secs(2));
    assert_eq!(second.refresh(&cookie), 200);
    let (_, log) = server.stop();
    assert!(log.contains("refresh.key"), "{log}");
}
