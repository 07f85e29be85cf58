//! Tests of who may read and replace the files of the database.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use tempfile::TempDir;

use crate::support::TestServer;

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
