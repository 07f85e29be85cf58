//! Tests of keys whose files alone decide, since there is one server.

use std::fs;

use crate::{
    keys::{new_key, write_private},
    support::{TestServer, key_files},
};

#[tokio::test]
async fn a_new_key_signs_and_an_old_one_verifies_until_it_is_removed() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    let before = server.log_in(&account).await;
    let old_file = key_files(server.data_dir()).pop().unwrap();

    server.pass_seconds(60);
    let name = format!("keys/signing-{:012}.pem", server.now());
    write_private(&server.data_dir().join(name), new_key().as_bytes());
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
