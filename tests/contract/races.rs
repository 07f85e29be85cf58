//! Tests of concurrent requests.

use std::{collections::HashSet, sync::Arc};

use futures::future::join_all;

use crate::support::{SignedIn, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_concurrent_refreshes_leave_one_session_and_one_cookie() {
    let server = Arc::new(TestServer::start().await);
    let ada = server.ada().await;
    let responses = join_all((0..100).map(|_| {
        let (server, cookie) = (Arc::clone(&server), ada.cookie.clone());
        tokio::spawn(async move { server.refresh(&cookie).await })
    }));
    let responses: Vec<_> = responses.await.into_iter().map(Result::unwrap).collect();
    let cookies: HashSet<_> = responses
        .into_iter()
        .map(|response| SignedIn::from(response).cookie)
        .collect();
    assert_eq!(cookies.len(), 1);
    let current = cookies.into_iter().next().unwrap();
    SignedIn::from(server.refresh(&current).await)
        .assert_accepted(&server)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_logout_concurrent_with_refreshes_ends_the_session() {
    for round in 0..20 {
        let server = Arc::new(TestServer::start().await);
        let ada = server.ada().await;
        let refreshes = (0..8).map(|_| {
            let (server, cookie) = (Arc::clone(&server), ada.cookie.clone());
            tokio::spawn(async move { server.refresh(&cookie).await })
        });
        let refreshes: Vec<_> = refreshes.collect();
        for _ in 0..round {
            tokio::task::yield_now().await;
        }
        assert_eq!(ada.log_out(&server).await.status, 200);
        for response in join_all(refreshes).await {
            let response = response.unwrap();
            match response.status.as_u16() {
                200 => SignedIn::from(response).assert_over(&server).await,
                _ => response.assert_error(401, "invalid_token"),
            }
        }
        ada.assert_over(&server).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_that_begins_after_a_confirmed_logout_is_accepted() {
    for _ in 0..20 {
        let server = Arc::new(TestServer::start().await);
        let ada = Arc::new(server.ada().await);
        let in_flight: Vec<_> = (0..16)
            .map(|_| {
                let (server, ada) = (Arc::clone(&server), Arc::clone(&ada));
                tokio::spawn(
                    async move { server.post_with_token("/api/me", &ada.token).await.status },
                )
            })
            .collect();
        assert_eq!(ada.log_out(&server).await.status, 200);
        let after = join_all((0..16).map(|_| server.post_with_token("/api/me", &ada.token))).await;
        assert!(after.iter().all(|response| response.status == 401));
        join_all(in_flight).await;
    }
}
