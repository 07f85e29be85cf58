//! What happens when requests meet.

use std::{collections::HashSet, sync::Arc};

use futures::future::join_all;

use crate::support::{SignedIn, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_renewals_at_once_leave_one_session_and_one_cookie() {
    let server = Arc::new(TestServer::start().await);
    let ada = server.ada().await;
    let answers = join_all((0..100).map(|_| {
        let (server, cookie) = (Arc::clone(&server), ada.cookie.clone());
        tokio::spawn(async move { server.renew(&cookie).await })
    }));
    let answers: Vec<_> = answers.await.into_iter().map(Result::unwrap).collect();
    let cookies: HashSet<_> = answers
        .into_iter()
        .map(|answer| SignedIn::from(answer).cookie)
        .collect();
    assert_eq!(cookies.len(), 1);
    let current = cookies.into_iter().next().unwrap();
    SignedIn::from(server.renew(&current).await)
        .assert_accepted(&server)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_way_a_logout_meets_renewals_nothing_of_the_session_lives_on() {
    for round in 0..20 {
        let server = Arc::new(TestServer::start().await);
        let ada = server.ada().await;
        let renewals = (0..8).map(|_| {
            let (server, cookie) = (Arc::clone(&server), ada.cookie.clone());
            tokio::spawn(async move { server.renew(&cookie).await })
        });
        let renewals: Vec<_> = renewals.collect();
        for _ in 0..round {
            tokio::task::yield_now().await;
        }
        assert_eq!(ada.log_out(&server).await.status, 200);
        for answer in join_all(renewals).await {
            let answer = answer.unwrap();
            match answer.status.as_u16() {
                200 => SignedIn::from(answer).assert_over(&server).await,
                _ => answer.assert_error(401, "invalid_token"),
            }
        }
        ada.assert_over(&server).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_begins_after_a_confirmed_logout_passes() {
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
        assert!(after.iter().all(|answer| answer.status == 401));
        join_all(in_flight).await;
    }
}
