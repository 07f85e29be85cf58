//! Tests of `countersign import`, which moves an installation from `SQLite` to Postgres.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Output},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use url::Url;

use super::{cluster::Cluster, proxy::Proxy};
use crate::support::{
    BlockingConnection, Process, countersign, data_dir_with_ada, database_url, failure, finished,
    run, run_successfully,
};

const PASSWORD: &str = "analytical engine";
/// How many processes wait for a lock in the database of a test.
const WAITING: &str = "SELECT count(*) FROM pg_locks
    WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// How many transactions wait in [`at_the_commit`].
const COMMITTING: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event = 'PgSleep'";

/// A data directory whose database is a file. The one of Postgres that belongs to it is empty.
struct Installation {
    data: TempDir,
}

impl Installation {
    fn with_ada() -> Self {
        let data = TempDir::new().unwrap();
        let installation = Self { data };
        installation.add_user("ada");
        installation
    }

    fn path(&self) -> &Path {
        self.data.path()
    }

    fn file(&self) -> PathBuf {
        self.path().join("countersign.db")
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.file().display())
    }

    /// A command on the old database.
    fn old(&self) -> Command {
        let mut command = countersign(self.path());
        command.env("COUNTERSIGN_DATABASE_URL", self.url());
        command
    }

    fn serve_old(&self) -> Process {
        Process::start(self.old().arg("serve"))
    }

    fn run_old(&self, arguments: &[&str]) -> String {
        successful(self.old().args(arguments))
    }

    fn add_user(&self, name: &str) {
        let mut add = self.old();
        let added = run(
            add.args(["user", "add", name, "--password-stdin"]),
            PASSWORD,
        );
        assert!(added.status.success(), "{added:?}");
    }

    fn import(&self) -> Command {
        let mut command = countersign(self.path());
        command.arg("import").arg(self.url());
        command
    }

    /// Imports, and returns what was printed.
    #[track_caller]
    fn import_successfully(&self) -> String {
        successful(&mut self.import())
    }

    /// An import that has to fail, and its error.
    #[track_caller]
    fn import_fails(&self) -> String {
        let error = failure(&mut self.import());
        assert!(!error.contains(&*self.database_password()), "{error}");
        error
    }

    /// The new database.
    fn postgres(&self) -> BlockingConnection {
        BlockingConnection::open(self.path())
    }

    fn postgres_url(&self) -> Url {
        database_url(self.path()).parse().unwrap()
    }

    fn database_password(&self) -> String {
        self.postgres_url().password().unwrap().to_owned()
    }

    /// Asserts that commands and servers go on with the old database.
    #[track_caller]
    fn assert_not_moved(&self, token: &str) {
        let server = self.serve_old();
        assert_eq!(status(&server, token), 200);
        server.log_in("ada", PASSWORD);
        assert!(self.run_old(&["user", "list"]).contains("ada"));
    }

    /// Asserts that nothing was written to the new one.
    #[track_caller]
    fn assert_new_is_empty(&self) {
        let rows = "SELECT (SELECT count(*) FROM countersign_users)
            + (SELECT count(*) FROM countersign_sessions)
            + (SELECT count(*) FROM countersign_security_events)
            + (SELECT count(*) FROM countersign_keys)";
        assert_eq!(self.postgres().number(rows), 0);
    }
}

#[track_caller]
fn successful(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = finished(command);
    let text = String::from_utf8(stdout).unwrap();
    let error = String::from_utf8(stderr).unwrap();
    assert!(status.success(), "{text}{error}");
    text
}

fn status(server: &Process, token: &str) -> u16 {
    server.post("/api/me", "", Some(token)).0
}

/// The access token and the refresh cookie of a new session.
fn sign_in(server: &Process) -> (String, String) {
    let response = server.log_in_response("ada", PASSWORD);
    let token = response.json()["access_token"].as_str().unwrap().to_owned();
    (token, response.cookie().unwrap().0.to_owned())
}

#[test]
fn users_sessions_and_events_come_over() {
    let installation = Installation::with_ada();
    installation.add_user("bob");
    let server = installation.serve_old();
    let (token, cookie) = sign_in(&server);
    let (over, cookie_of_over) = sign_in(&server);
    server.log_in("bob", PASSWORD);
    assert_eq!(server.post("/api/logout", "", Some(&over)).0, 200);
    server.post("/api/login", "username=ada&password=wrong+guess", None);
    server.stop();
    installation.run_old(&["user", "disable", "bob"]);
    let (users, audit) = (
        installation.run_old(&["user", "list"]),
        installation.run_old(&["audit"]),
    );

    let printed = installation.import_successfully();
    let events = audit.lines().count();
    let numbers = format!("Users: 2, sessions: 1, security events: {events}.");
    assert!(printed.contains(&numbers), "{printed}");
    assert!(printed.contains("database.url"), "{printed}");
    assert!(!printed.contains(&installation.database_password()));
    let path = installation.path();
    assert_eq!(run_successfully(path, &["user", "list"]), users);
    assert_eq!(run_successfully(path, &["audit"]), audit);

    let server = Process::serve(path);
    assert_eq!(status(&server, &token), 200);
    assert_eq!(server.refresh(&cookie), 200);
    assert_eq!(status(&server, &over), 401);
    assert_eq!(server.refresh(&cookie_of_over), 401);
    server.log_in("ada", PASSWORD);
    let as_bob = "username=bob&password=analytical+engine";
    assert_eq!(server.post("/api/login", as_bob, None).0, 401);
    // It is that very session.
    assert_eq!(server.post("/api/logout", "", Some(&token)).0, 200);
    assert_eq!(status(&server, &token), 401);
}

#[test]
fn a_server_that_still_runs_on_the_old_database_answers_nothing() {
    let installation = Installation::with_ada();
    let server = installation.serve_old();
    let (token, cookie) = sign_in(&server);
    // The second one reads without sqlx.
    for _ in 0..2 {
        assert_eq!(status(&server, &token), 200);
    }
    installation.import_successfully();
    let as_ada = "username=ada&password=analytical+engine";
    for _ in 0..2 {
        assert_eq!(status(&server, &token), 503);
        assert_eq!(server.refresh(&cookie), 503);
        assert_eq!(server.post("/api/login", as_ada, None).0, 503);
        assert_eq!(server.post("/api/sessions", "", Some(&token)).0, 503);
        assert_eq!(server.post("/api/logout", "", Some(&token)).0, 503);
        assert_eq!(server.get("/readyz").status, 503);
    }
    let (_, log) = server.stop();
    assert!(log.contains("after `countersign import`"), "{log}");
    let server = Process::serve(installation.path());
    assert_eq!(status(&server, &token), 200);
    assert_eq!(server.refresh(&cookie), 200);
}

#[test]
fn no_server_or_command_begins_on_a_database_that_was_moved() {
    let installation = Installation::with_ada();
    let before = installation.run_old(&["user", "list"]);
    installation.import_successfully();
    let copy = installation.path().join("copy.db");
    for arguments in [
        ["serve"].as_slice(),
        &["user", "list"],
        &["user", "add", "eve", "--password-stdin"],
        &["audit"],
        &["session", "revoke", "--all"],
        &["keys", "rotate"],
        &["backup", copy.to_str().unwrap()],
        &["migrate"],
        &["migrate", "--check"],
    ] {
        for migrate in ["true", "false"] {
            let mut command = installation.old();
            let command = command.env("COUNTERSIGN_DATABASE_MIGRATE", migrate);
            let error = failure(command.args(arguments));
            assert!(
                error.contains("was moved by `countersign import` at 20"),
                "{arguments:?}: {error}"
            );
            assert!(error.contains("set database.url"), "{error}");
            assert!(error.contains("countersign.db"), "{error}");
        }
    }
    assert!(!copy.exists());
    let keys = fs::read_dir(installation.path().join("keys")).unwrap();
    assert_eq!(keys.count(), 3, "a signing key and two of the cookies");
    assert_eq!(
        run_successfully(installation.path(), &["user", "list"]),
        before
    );
}

#[test]
fn a_backup_comes_over_without_its_sessions() {
    let installation = Installation::with_ada();
    let server = installation.serve_old();
    let (token, cookie) = sign_in(&server);
    let copy = installation.path().join("copy.db");
    installation.run_old(&["backup", copy.to_str().unwrap()]);
    let audit = installation.run_old(&["audit"]);

    let mut import = countersign(installation.path());
    let source = format!("sqlite:{}", copy.display());
    let printed = successful(import.arg("import").arg(source));
    assert!(printed.contains("Users: 1, sessions: 0,"), "{printed}");
    assert!(printed.contains("sign in again"), "{printed}");
    let new = Process::serve(installation.path());
    assert_eq!(status(&new, &token), 401);
    assert_eq!(new.refresh(&cookie), 401);
    let imported = run_successfully(installation.path(), &["audit"]);
    let rest = imported.strip_prefix(&audit);
    let rest = rest.unwrap_or_else(|| panic!("{imported}"));
    assert!(
        rest.contains("all_sessions_revoked  detail=restored"),
        "{rest}"
    );
    assert_eq!(rest.lines().count(), 1);
    new.log_in("ada", PASSWORD);
    // It is another file.
    assert_eq!(status(&server, &token), 200);
}

#[test]
fn a_database_with_accounts_is_added_nothing() {
    let installation = Installation::with_ada();
    let server = installation.serve_old();
    let (token, _) = sign_in(&server);
    let add = run(
        countersign(installation.path()).args(["user", "add", "eve", "--password-stdin"]),
        PASSWORD,
    );
    assert!(add.status.success(), "{add:?}");
    let state = || {
        ["user list", "audit", "session list"].map(|command| {
            let arguments: Vec<_> = command.split(' ').collect();
            run_successfully(installation.path(), &arguments)
        })
    };
    let before = state();
    let error = installation.import_fails();
    assert!(error.contains("users: 1, sessions: 0"), "{error}");
    assert!(error.contains("empty"), "{error}");
    assert_eq!(state(), before);
    assert_eq!(status(&server, &token), 200);
    server.stop();
    installation.assert_not_moved(&token);
}

#[test]
fn other_keys_than_those_of_the_old_database_are_refused() {
    let installation = Installation::with_ada();
    let server = installation.serve_old();
    let (token, _) = sign_in(&server);
    let keys = installation.path().join("keys");
    let import_by = |keys: &Path| {
        let mut import = installation.import();
        import.env("COUNTERSIGN_DATA_DIR", keys.parent().unwrap());
        failure(&mut import)
    };
    let other = data_dir_with_ada();
    let error = import_by(&other.path().join("keys"));
    assert!(error.contains("are not those of the sessions"), "{error}");
    assert!(
        error.contains("lacks the keys") && error.contains("only it has the keys"),
        "{error}"
    );
    let none = TempDir::new().unwrap();
    let error = import_by(&none.path().join("keys"));
    assert!(error.contains("there are no keys"), "{error}");
    assert!(!none.path().join("keys").exists());
    // Without those of the cookies, which would be made anew.
    let some = TempDir::new().unwrap();
    fs::create_dir(some.path().join("keys")).unwrap();
    for entry in fs::read_dir(&keys).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "pem") {
            let copy = some.path().join("keys").join(path.file_name().unwrap());
            fs::copy(&path, copy).unwrap();
        }
    }
    let error = import_by(&some.path().join("keys"));
    assert!(error.contains("refresh.key"), "{error}");
    // Without those that sign.
    let cookies = TempDir::new().unwrap();
    fs::create_dir(cookies.path().join("keys")).unwrap();
    for name in ["refresh.key", "throttle.key"] {
        fs::copy(keys.join(name), cookies.path().join("keys").join(name)).unwrap();
    }
    let error = import_by(&cookies.path().join("keys"));
    assert!(error.contains("are not those of the sessions"), "{error}");
    let files = fs::read_dir(cookies.path().join("keys")).unwrap();
    assert_eq!(files.count(), 2, "no key that signs was made");
    installation.assert_new_is_empty();
    assert_eq!(status(&server, &token), 200);
    installation.import_successfully();
}

#[test]
fn servers_of_other_keys_on_the_new_database_are_noticed() {
    let installation = Installation::with_ada();
    // A server with other keys has started there before.
    let other = TempDir::new().unwrap();
    let mut serve = super::elsewhere(other.path(), installation.path());
    Process::start(serve.arg("serve")).stop();
    let error = installation.import_fails();
    assert!(error.contains("countersign migrate --adopt"), "{error}");
    assert!(
        installation
            .run_old(&["user", "list"])
            .contains("enabled   20")
    );
}

#[test]
fn an_import_that_is_killed_has_changed_nothing() {
    let installation = Installation::with_ada();
    let server = installation.serve_old();
    let (token, cookie) = sign_in(&server);
    let mut postgres = installation.postgres();
    postgres.execute("BEGIN; LOCK TABLE countersign_sessions IN EXCLUSIVE MODE");
    let mut import = installation.import().spawn().unwrap();
    wait_for(&mut postgres, WAITING, 1);
    assert_eq!(status(&server, &token), 200);
    import.kill().unwrap();
    import.wait().unwrap();
    postgres.execute("ROLLBACK");
    assert_eq!(status(&server, &token), 200);
    assert_eq!(server.refresh(&cookie), 200);
    assert_eq!(server.post("/api/logout", "", Some(&token)).0, 200);
    installation.assert_new_is_empty();
    server.stop();
    installation.import_successfully();
    let server = Process::serve(installation.path());
    assert_eq!(status(&server, &token), 401);
}

#[test]
fn a_sign_out_during_the_import_is_confirmed_only_if_it_comes_over() {
    let installation = Installation::with_ada();
    let server = installation.serve_old();
    let (token, _) = sign_in(&server);
    let mut postgres = installation.postgres();
    postgres.execute("BEGIN; LOCK TABLE countersign_security_events IN EXCLUSIVE MODE");
    let mut import = installation.import();
    thread::scope(|scope| {
        let importing = scope.spawn(|| successful(&mut import));
        wait_for(&mut postgres, WAITING, 1);
        // The sessions were copied.
        let signing_out = scope.spawn(|| server.post("/api/logout", "", Some(&token)).0);
        thread::sleep(Duration::from_millis(300));
        assert_eq!(status(&server, &token), 200);
        postgres.execute("ROLLBACK");
        importing.join().unwrap();
        assert_eq!(signing_out.join().unwrap(), 503);
    });
    let server = Process::serve(installation.path());
    assert_eq!(server.post("/api/logout", "", Some(&token)).0, 200);
    assert_eq!(status(&server, &token), 401);
}

#[track_caller]
fn wait_for(connection: &mut BlockingConnection, statement: &'static str, expected: i64) {
    let start = Instant::now();
    while connection.number(statement) != expected {
        assert!(start.elapsed() < Duration::from_secs(10), "{statement}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Runs a statement when a transaction that has inserted users commits.
fn at_the_commit(postgres: &mut BlockingConnection, statement: &str) {
    postgres.execute(&format!(
        "CREATE FUNCTION at_commit() RETURNS trigger LANGUAGE plpgsql
             AS $$ BEGIN {statement}; RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON countersign_users
             DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION at_commit()"
    ));
}

#[test]
fn a_commit_that_fails_unlocks_the_old_database() {
    for failing in [
        "RAISE EXCEPTION 'as if the disk were full'",
        "PERFORM pg_terminate_backend(pg_backend_pid())",
    ] {
        let installation = Installation::with_ada();
        let server = installation.serve_old();
        let (token, cookie) = sign_in(&server);
        let mut postgres = installation.postgres();
        at_the_commit(&mut postgres, failing);
        let error = installation.import_fails();
        assert!(error.contains("nothing was imported"), "{error}");
        assert!(error.contains("is as before"), "{error}");
        installation.assert_new_is_empty();
        assert_eq!(status(&server, &token), 200);
        assert_eq!(server.refresh(&cookie), 200);
        server.stop();
        installation.assert_not_moved(&token);
        postgres.execute("DROP FUNCTION at_commit CASCADE");
        installation.import_successfully();
    }
}

#[test]
fn without_an_answer_to_the_commit_the_old_database_stays_locked() {
    let installation = Installation::with_ada();
    let server = installation.serve_old();
    let (token, _) = sign_in(&server);
    let mut postgres = installation.postgres();
    at_the_commit(&mut postgres, "PERFORM pg_sleep(2)");
    let mut url = installation.postgres_url();
    let proxy = Proxy::to(url.port().unwrap());
    url.set_port(Some(proxy.port)).unwrap();
    let mut import = installation.import();
    import.env("COUNTERSIGN_DATABASE_URL", url.as_str());
    let importing = thread::spawn(move || failure(&mut import));
    wait_for(&mut postgres, COMMITTING, 1);
    // Nobody listens there.
    proxy.lead_to(1);
    let error = importing.join().unwrap();
    assert!(error.contains("it is not known"), "{error}");
    assert!(error.contains("run the same command again"), "{error}");
    assert_eq!(status(&server, &token), 503);
    let error = failure(installation.old().args(["user", "list"]));
    assert!(error.contains("run the import again"), "{error}");

    wait_for(&mut postgres, COMMITTING, 0);
    let error = installation.import_fails();
    assert!(error.contains("users: 1, sessions: 1"), "{error}");
    let server = Process::serve(installation.path());
    assert_eq!(status(&server, &token), 200);
}

#[test]
fn an_import_that_fails_does_not_unlock_what_another_one_has_moved() {
    let installation = Installation::with_ada();
    let server = installation.serve_old();
    let (token, _) = sign_in(&server);
    let mut postgres = installation.postgres();
    postgres.execute("CREATE SEQUENCE commits");
    let first_fails = "IF nextval('commits') = 1 THEN PERFORM pg_sleep(2);
        RAISE EXCEPTION 'as if the disk were full'; END IF";
    at_the_commit(&mut postgres, first_fails);
    let mut imports = [installation.import(), installation.import()];
    let [first, second] = &mut imports;
    thread::scope(|scope| {
        let failing = scope.spawn(|| failure(first));
        wait_for(&mut postgres, COMMITTING, 1);
        // It waits for the first one, and has locked the old database.
        successful(second);
        let error = failing.join().unwrap();
        assert!(error.contains("stays locked"), "{error}");
    });
    assert_eq!(status(&server, &token), 503);
    let server = Process::serve(installation.path());
    assert_eq!(status(&server, &token), 200);
}

/// Kills an import when Postgres is about to commit, and has Postgres roll back.
fn crash_between_the_commits(installation: &Installation) {
    let mut postgres = installation.postgres();
    at_the_commit(&mut postgres, "PERFORM pg_sleep(60)");
    let mut import = installation.import().spawn().unwrap();
    wait_for(&mut postgres, COMMITTING, 1);
    import.kill().unwrap();
    import.wait().unwrap();
    let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'PgSleep'";
    assert_eq!(postgres.number(ended), 1);
    postgres.execute("DROP FUNCTION at_commit CASCADE");
    installation.assert_new_is_empty();
}

#[test]
fn a_move_that_has_crashed_is_finished_by_the_same_command() {
    let installation = Installation::with_ada();
    let server = installation.serve_old();
    let (token, cookie) = sign_in(&server);
    crash_between_the_commits(&installation);
    assert_eq!(status(&server, &token), 503);
    let error = failure(installation.old().arg("serve"));
    assert!(error.contains("run the import again"), "{error}");
    let printed = installation.import_successfully();
    assert!(printed.contains("Users: 1, sessions: 1,"), "{printed}");
    let server = Process::serve(installation.path());
    assert_eq!(status(&server, &token), 200);
    assert_eq!(server.refresh(&cookie), 200);
}

#[test]
fn a_move_that_has_crashed_brings_no_sessions_into_another_database() {
    let (installation, other) = (Installation::with_ada(), TempDir::new().unwrap());
    let server = installation.serve_old();
    let (token, _) = sign_in(&server);
    crash_between_the_commits(&installation);
    let mut import = installation.import();
    import.env("COUNTERSIGN_DATABASE_URL", database_url(other.path()));
    let printed = successful(&mut import);
    assert!(printed.contains("Users: 1, sessions: 0,"), "{printed}");
    assert!(printed.contains("sign in again"), "{printed}");
    // Nor into the first one now.
    let printed = installation.import_successfully();
    assert!(printed.contains("Users: 1, sessions: 0,"), "{printed}");
    let new = Process::serve(installation.path());
    assert_eq!(status(&new, &token), 401);
}

#[test]
fn a_move_that_was_completed_brings_no_session_again() {
    let installation = Installation::with_ada();
    let server = installation.serve_old();
    let (token, cookie) = sign_in(&server);
    let (over, cookie_of_over) = sign_in(&server);
    let audit = installation.run_old(&["audit"]);
    installation.import_successfully();
    let server = Process::serve(installation.path());
    assert_eq!(server.post("/api/logout", "", Some(&over)).0, 200);
    server.stop();
    let error = installation.import_fails();
    assert!(error.contains("users: 1, sessions: 2"), "{error}");
    let error = failure(installation.old().arg("serve"));
    assert!(error.contains("comes over without sessions"), "{error}");

    let mut postgres = installation.postgres();
    at_the_commit(&mut postgres, "RAISE EXCEPTION 'as if the disk were full'");
    postgres
        .execute("TRUNCATE countersign_sessions, countersign_one_time_tokens, countersign_users");
    let error = installation.import_fails();
    assert!(error.contains("is as before"), "{error}");
    postgres.execute("DROP FUNCTION at_commit CASCADE");
    let error = failure(installation.old().arg("serve"));
    assert!(error.contains("comes over without sessions"), "{error}");

    for gone in [
        "TRUNCATE countersign_sessions, countersign_one_time_tokens, countersign_users,
             countersign_security_events, countersign_keys;
         UPDATE countersign_instance SET public_url = NULL",
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public",
    ] {
        installation.postgres().execute(gone);
        let printed = installation.import_successfully();
        assert!(printed.contains("Users: 1, sessions: 0,"), "{printed}");
        assert!(
            printed.contains("had been moved before, at 20"),
            "{printed}"
        );
        assert!(printed.contains("sign in again"), "{printed}");
        let server = Process::serve(installation.path());
        for (token, cookie) in [(&token, &cookie), (&over, &cookie_of_over)] {
            assert_eq!(status(&server, token), 401);
            assert_eq!(server.refresh(cookie), 401);
        }
        server.stop();
        let imported = run_successfully(installation.path(), &["audit"]);
        let rest = imported.strip_prefix(&audit);
        let rest = rest.unwrap_or_else(|| panic!("{imported}"));
        assert!(
            rest.starts_with("20") && rest.contains("all_sessions_revoked  detail=restored"),
            "{rest}"
        );
    }
}

#[test]
fn a_file_that_the_server_may_not_have_is_refused() {
    let installation = Installation::with_ada();
    let server = installation.serve_old();
    let (token, _) = sign_in(&server);
    let import = |path: &Path| {
        let mut import = countersign(installation.path());
        import.arg("import");
        failure(import.arg(format!("sqlite:{}", path.display())))
    };
    // SQLite writes beside a name, so the server's latest changes are not beside this one.
    let linked = installation.path().join("linked.db");
    fs::hard_link(installation.file(), &linked).unwrap();
    let error = import(&linked);
    assert!(error.contains("hard link"), "{error}");
    assert!(installation.import_fails().contains("hard link"));
    fs::remove_file(&linked).unwrap();

    let copy = installation.path().join("copy.db");
    for ending in ["", "-wal"] {
        let file = |path: &Path| format!("{}{ending}", path.display());
        fs::copy(file(&installation.file()), file(&copy)).unwrap();
    }
    let error = import(&copy);
    assert!(error.contains("countersign backup"), "{error}");
    assert!(error.contains("countersign.db"), "{error}");
    installation.assert_new_is_empty();
    assert_eq!(status(&server, &token), 200);

    let link = installation.path().join("link.db");
    symlink(installation.file(), &link).unwrap();
    let mut by_link = countersign(installation.path());
    successful(by_link.args(["import", &format!("sqlite:{}", link.display())]));
    assert_eq!(status(&server, &token), 503);
    // A copy from before has sessions that may have ended since.
    assert!(import(&copy).contains("countersign backup"));
}

#[test]
fn a_move_that_can_not_be_recorded_as_complete_is_reported() {
    let installation = Installation::with_ada();
    let mut postgres = installation.postgres();
    at_the_commit(&mut postgres, "PERFORM pg_sleep(1)");
    let mut import = installation.import();
    let importing = thread::spawn(move || failure(&mut import));
    wait_for(&mut postgres, COMMITTING, 1);
    // Held for longer than the import waits.
    let mut sqlite = BlockingConnection::at(&installation.url());
    sqlite.execute("BEGIN IMMEDIATE");
    let error = importing.join().unwrap();
    assert!(error.contains("everything was imported"), "{error}");
    assert!(error.contains("do not import that file again"), "{error}");
    let users = run_successfully(installation.path(), &["user", "list"]);
    assert!(users.contains("ada"), "{users}");
}

#[test]
fn every_column_is_known_to_the_import() {
    let installation = Installation::with_ada();
    let mut sqlite = BlockingConnection::at(&installation.url());
    // What has another column here has one more to bring over.
    for (columns, expected) in [
        (
            "SELECT count(*) FROM pragma_table_info('countersign_users')",
            11,
        ),
        (
            "SELECT count(*) FROM pragma_table_info('countersign_sessions')",
            14,
        ),
        (
            "SELECT count(*) FROM pragma_table_info('countersign_security_events')",
            8,
        ),
        (
            "SELECT count(*) FROM pragma_table_info('countersign_one_time_tokens')",
            7,
        ),
        (
            "SELECT count(*) FROM pragma_table_info('countersign_mails')",
            17,
        ),
    ] {
        assert_eq!(sqlite.number(columns), expected, "{columns}");
    }
}

#[test]
fn many_rows_come_over_completely_and_only_live_sessions() {
    let installation = Installation::with_ada();
    let mut sqlite = BlockingConnection::at(&installation.url());
    sqlite.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         INSERT INTO countersign_users
             (id, username, username_key, password_hash, password_generation, created_at, disabled_at,
              email, email_key, email_generation, display_name)
         SELECT randomblob(16), 'User' || i, 'user' || i, 'hash' || i, i % 7, i,
             iif(i % 10 = 0, i, NULL), iif(i % 3 = 0, 'User' || i || '@example.org', NULL),
             iif(i % 3 = 0, 'user' || i || '@example.org', NULL), i % 5,
             iif(i % 4 = 0, 'The user ' || i, NULL) FROM n;
         INSERT INTO countersign_sessions
             (id, user_id, epoch, user_agent, name, created_at, last_seen_at, authenticated_at,
              expires_at, idle_seconds, refresh_counter, rotated_at)
         SELECT randomblob(16), id, iif(created_at % 10 = 1, -1, 0), 'agent' || created_at,
             iif(created_at % 6 = 0, 'name' || created_at, NULL), created_at, unixepoch() - iif(created_at % 10 = 2, 60, 0),
             created_at + 7, unixepoch() + iif(created_at % 10 = 3, -1, 9999), iif(created_at % 2 = 0, 50, NULL),
             created_at, created_at
         FROM countersign_users WHERE username LIKE 'User%';
         UPDATE countersign_sessions SET revoked_at = 1, revoked_reason = 'logged_out'
             WHERE created_at % 10 = 4;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
         INSERT INTO countersign_security_events (at, kind, detail, user_id, user_agent)
         SELECT 4000000000 + i, 'login_failed', iif(i % 2 = 0, 'detail' || i, NULL),
             iif(i % 3 = 0, randomblob(16), NULL), 'agent' || i FROM n;
         INSERT INTO countersign_one_time_tokens
             (hash, purpose, user_id, address, generation, expires_at)
         SELECT randomblob(32), 'email_restoration', id, email, created_at, created_at + 1
         FROM countersign_users WHERE email IS NOT NULL;
         INSERT INTO countersign_mails
             (id, kind, typed, user_id, recipient, generation, language, ip, user_agent, created_at,
              due_at, attempts, unanswered, mailbox, addressed_at, sent_at, error)
         SELECT id, 'email_changed', 'typed' || created_at, id, email, created_at, 'de', '192.0.2.1',
             'agent', created_at, iif(created_at % 2 = 0, created_at, NULL), 3, 1, email_key, 5, NULL,
             'away' FROM countersign_users WHERE email IS NOT NULL",
    );
    let users = "SELECT CAST(sum(created_at * password_generation + length(username)
        + length(password_hash) + coalesce(disabled_at, 0) + coalesce(length(email), 5)
        + coalesce(length(email_key), 7) + email_generation + coalesce(length(display_name), 11))
        AS BIGINT) FROM countersign_users";
    let events = "SELECT CAST(sum(at * coalesce(length(detail), 3)
        + length(user_agent)) AS BIGINT) FROM countersign_security_events";
    let tokens = "SELECT CAST(sum(generation * length(address) + expires_at + length(purpose)
        + length(hash)) AS BIGINT) FROM countersign_one_time_tokens";
    let mails = "SELECT CAST(sum(created_at * length(recipient) + generation + due_at + attempts
        + unanswered + length(kind) + length(typed) + length(language) + length(ip)
        + length(user_agent) + length(mailbox) + addressed_at + length(error)) AS BIGINT)
        FROM countersign_mails WHERE due_at IS NOT NULL";
    let all = [users, events, tokens, mails];
    let before = all.map(|sum| sqlite.number(sum));

    let mut import = installation.import();
    let printed = successful(&mut import);
    assert!(
        printed.contains("Users: 20001, sessions: 10000,"),
        "{printed}"
    );
    let mut postgres = installation.postgres();
    assert_eq!(all.map(|sum| postgres.number(sum)), before);
    let mismatched = "SELECT count(*) FROM countersign_sessions s
        JOIN countersign_users u ON u.id = s.user_id
        WHERE s.user_agent <> 'agent' || u.created_at OR s.refresh_counter <> u.created_at
            OR s.rotated_at <> u.created_at OR s.authenticated_at <> u.created_at + 7
            OR coalesce(s.name, '') <> CASE u.created_at % 6 WHEN 0 THEN 'name' || u.created_at ELSE '' END
            OR s.created_at % 10 IN (0, 1, 2, 3, 4)
            OR u.disabled_at IS NOT NULL
            OR coalesce(s.idle_seconds, 0) <> CASE u.created_at % 2 WHEN 0 THEN 50 ELSE 0 END";
    assert_eq!(postgres.number(mismatched), 0);
    let in_order = "SELECT count(*) FROM (
            SELECT at - lag(at) OVER (ORDER BY id) AS step FROM countersign_security_events
            WHERE at > 4000000000) AS steps
        WHERE step = 1";
    assert_eq!(postgres.number(in_order), 19_999);
    assert_eq!(
        postgres
            .number("SELECT count(*) FROM countersign_users WHERE username_key <> lower(username)"),
        0
    );
}

#[test]
fn a_database_of_another_version_is_not_imported() {
    let installation = Installation::with_ada();
    let mut sqlite = BlockingConnection::at(&installation.url());
    sqlite.execute(
        "INSERT INTO countersign_migrations
             (version, description, success, checksum, execution_time)
         SELECT 9999, 'from the future', success, checksum, 0 FROM countersign_migrations",
    );
    assert!(installation.import_fails().contains("newer version"));
    sqlite.execute("DELETE FROM countersign_migrations");
    assert!(installation.import_fails().contains("older version"));
    installation.assert_new_is_empty();
}

#[test]
fn with_durable_on_a_session_comes_over_too() {
    let (installation, cluster) = (Installation::with_ada(), Cluster::start());
    let server = installation.serve_old();
    let (token, _) = sign_in(&server);
    let new = |command: &mut Command| {
        command
            .env("COUNTERSIGN_DATABASE_URL", cluster.primary.url("postgres"))
            .env("COUNTERSIGN_DATABASE_DURABLE_ON", "1");
    };
    let mut import = installation.import();
    new(&mut import);
    successful(&mut import);
    assert_eq!(status(&server, &token), 503);
    let mut serve = countersign(installation.path());
    new(serve.arg("serve"));
    assert_eq!(status(&Process::start(&mut serve), &token), 200);
}

#[test]
fn a_mistake_in_the_command_is_named_and_changes_nothing() {
    let installation = Installation::with_ada();
    let directory = installation.path().display();
    for source in [
        "countersign.db",
        "postgres://ada:hunter2@db.example/countersign",
        "sqlite:",
    ] {
        let mut import = countersign(installation.path());
        let output = finished(import.args(["import", source]));
        assert_eq!(output.status.code(), Some(2), "{source}: {output:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(error.contains("sqlite:PATH"), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
    let target = "postgres://ada:hunter2@db.example/countersign";
    for arguments in [
        vec!["import", "sqlite:a.db", target],
        vec!["user", "list", target],
        vec![target],
    ] {
        let output = finished(countersign(installation.path()).args(arguments));
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!error.contains("hunter2"), "{error}");
    }
    let missing = format!("sqlite:{directory}/missing.db");
    let error = failure(countersign(installation.path()).args(["import", &missing]));
    assert!(error.contains("no SQLite database"), "{error}");
    assert!(!installation.path().join("missing.db").exists());
    let error = failure(installation.old().args(["import", &installation.url()]));
    assert!(error.contains("COUNTERSIGN_DATABASE_URL"), "{error}");
    let mut import = installation.import();
    let error = failure(import.env("COUNTERSIGN_PUBLIC_URL", ""));
    assert!(error.contains("public.url must be set"), "{error}");
    let mode = |mode| fs::set_permissions(installation.file(), fs::Permissions::from_mode(mode));
    mode(0o644).unwrap();
    assert!(installation.import_fails().contains("chmod 600"));
    mode(0o600).unwrap();
    installation.assert_new_is_empty();
    // The path as it may be written too.
    let mut import = countersign(installation.path());
    import.current_dir(installation.path());
    successful(import.args(["import", "sqlite:countersign.db"]));
}
