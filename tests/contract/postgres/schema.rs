use tempfile::TempDir;
use url::Url;

use super::three_servers;
use crate::support::{
    BlockingConnection, Process, countersign, data_dir_with_ada, database_url, failure, run,
    run_successfully,
};

/// Leaves a database as it is before the first start.
fn drop_tables(data: &TempDir) {
    let tables = "users, countersign_sessions, countersign_failed_logins,
        countersign_login_attempts, countersign_one_time_tokens, countersign_mails,
        countersign_security_events, countersign_keys, countersign_servers, countersign_instance,
        countersign_migrations";
    BlockingConnection::open(data.path()).execute(&format!("DROP TABLE countersign_{tables}"));
}

#[test]
fn servers_that_start_at_once_create_the_tables_together() {
    for _ in 0..3 {
        let data = TempDir::new().unwrap();
        drop_tables(&data);
        let servers = three_servers(data.path());
        let add = run(
            countersign(data.path()).args(["user", "add", "ada", "--password-stdin"]),
            "analytical engine",
        );
        assert!(add.status.success(), "{add:?}");
        let token = servers[0].log_in("ada", "analytical engine");
        assert_eq!(servers[2].post("/api/me", "", Some(&token)).0, 200);
    }
}

#[test]
fn without_database_migrate_a_server_waits_for_the_command() {
    let data = TempDir::new().unwrap();
    drop_tables(&data);
    let command = |arguments: &[&str]| {
        let mut command = countersign(data.path());
        command
            .args(arguments)
            .env("COUNTERSIGN_DATABASE_MIGRATE", "false");
        command
    };
    for arguments in [["serve"].as_slice(), &["migrate", "--check"]] {
        let error = failure(&mut command(arguments));
        assert!(error.contains("countersign migrate"), "{error}");
    }
    assert!(failure(&mut command(&["user", "list"])).contains("has no tables"));
    let migrated = command(&["migrate"]).output().unwrap();
    assert!(migrated.status.success(), "{migrated:?}");
    let checked = command(&["migrate", "--check"]).output().unwrap();
    assert!(checked.status.success(), "{checked:?}");
    Process::start(command(&["serve"]).arg("--demo"));
}

#[test]
fn a_server_goes_on_beside_a_migration_that_only_adds() {
    let data = data_dir_with_ada();
    let server = Process::serve(data.path());
    let mut database = BlockingConnection::open(data.path());
    database.execute(
        "ALTER TABLE countersign_users ADD COLUMN nickname TEXT;
         INSERT INTO countersign_migrations
             (version, description, success, checksum, execution_time)
         SELECT 9999, 'from the future', success, checksum, 0
             FROM countersign_migrations WHERE version = 1",
    );
    let token = server.log_in("ada", "analytical engine");
    let another = Process::serve(data.path());
    assert_eq!(another.post("/api/me", "", Some(&token)).0, 200);
    run_successfully(data.path(), &["migrate", "--check"]);
    database.execute("UPDATE countersign_instance SET serves_from = 9999");
    let error = failure(countersign(data.path()).arg("serve"));
    assert!(error.contains("newer version"), "{error}");
}

#[test]
fn a_schema_that_was_changed_by_hand_is_noticed() {
    let data = data_dir_with_ada();
    BlockingConnection::open(data.path())
        .execute("UPDATE countersign_migrations SET checksum = 'x'");
    let error = failure(countersign(data.path()).arg("serve"));
    assert!(error.contains("can't be migrated"), "{error}");
}

#[test]
fn a_database_in_another_encoding_is_refused() {
    let data = data_dir_with_ada();
    let mut database = BlockingConnection::open(data.path());
    let name = "countersign_test_encoding";
    database.execute(&format!("DROP DATABASE IF EXISTS {name}"));
    database.execute(&format!(
        "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
    ));
    let mut url: Url = database_url(data.path()).parse().unwrap();
    url.set_path(name);
    let error = failure(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_DATABASE_URL", url.as_str()),
    );
    assert!(error.contains("UTF8"), "{error}");
    database.execute(&format!("DROP DATABASE {name}"));
}

#[test]
fn public_url_has_to_be_set() {
    let data = data_dir_with_ada();
    let error = failure(
        countersign(data.path())
            .arg("serve")
            .env("COUNTERSIGN_PUBLIC_URL", ""),
    );
    assert!(error.contains("public.url must be set"), "{error}");
}

/// The statements of the guide, for roles and a database of another name.
fn statements_of_the_guide(name: &str) -> [Vec<String>; 2] {
    let guide = include_str!("../../../docs/DEPLOYMENT.md");
    let (_, rest) = guide.split_once("```sql\n").unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    let block = block.replace("countersign", name);
    let halves = block.split_once(&format!("\\connect {name}\n")).unwrap();
    let each = |half: &str| {
        half.trim()
            .split_inclusive(';')
            .map(str::to_owned)
            .collect()
    };
    [each(halves.0), each(halves.1)]
}

#[test]
fn the_rights_that_the_guide_grants_are_enough() {
    let data = data_dir_with_ada();
    let mut cluster = BlockingConnection::open(data.path());
    let name = format!("guide_{}", uuid::Uuid::new_v4().simple());
    let url_of = |role: &str, password: &str| {
        let mut url: Url = database_url(data.path()).parse().unwrap();
        url.set_path(&name);
        if !role.is_empty() {
            url.set_username(role).unwrap();
            url.set_password(Some(password)).unwrap();
        }
        String::from(url)
    };
    let [of_cluster, of_database] = statements_of_the_guide(&name);
    for statement in of_cluster {
        cluster.execute(&statement);
    }
    let mut database = BlockingConnection::at(&url_of("", ""));
    for statement in of_database {
        database.execute(&statement);
    }
    drop(database);

    let volume = TempDir::new().unwrap();
    let as_role = |role: &str, password: &str, arguments: &[&str]| {
        let mut command = countersign(volume.path());
        command
            .args(arguments)
            .env("COUNTERSIGN_DATABASE_MIGRATE", "false")
            .env(
                "COUNTERSIGN_DATABASE_URL",
                url_of(&format!("{name}_{role}"), password),
            );
        command
    };
    let of_server = |arguments: &[&str]| as_role("server", "choose another", arguments);
    let migrated = run(&mut as_role("owner", "choose one", &["migrate"]), "");
    assert!(migrated.status.success(), "{migrated:?}");
    let server = Process::start(&mut of_server(&["serve"]));
    for arguments in [
        ["user", "add", "ada", "--password-stdin"].as_slice(),
        &["keys", "rotate"],
        &["migrate", "--adopt"],
        &["user", "passwd", "ada", "--password-stdin"],
        &["session", "revoke", "--all"],
        &["audit"],
    ] {
        let output = run(&mut of_server(arguments), "analytical engine");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }
    let token = server.log_in("ada", "analytical engine");
    assert_eq!(server.post("/api/me", "", Some(&token)).0, 200);
    assert_eq!(server.post("/api/logout", "", Some(&token)).0, 200);
    assert_eq!(server.get("/readyz").status, 200);
    drop(server);
    cluster.execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
    cluster.execute(&format!("DROP ROLE {name}_owner, {name}_server"));
}
