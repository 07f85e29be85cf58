//! A test of the application without Countersign around it.

use std::time::Duration;

use axum::{body::Body, http::Request};
use http_body_util::BodyExt;
use leptos::config::LeptosOptions;
use tower::ServiceExt;

use super::{FUNCTIONS, application, bearer, function, start};

/// The same routes, served without Countersign around them.
#[tokio::test]
async fn without_the_edge_nobody_is_signed_in() {
    let server = start().await;
    let ada = server.ada().await;
    let options = LeptosOptions::builder().output_name("host").build();
    let bare = application::routes(&options);
    for called in &FUNCTIONS {
        let request = function(called)
            .header("authorization", bearer(&ada))
            .header("cookie", &ada.cookie);
        let request = request.body(Body::from(called.3)).unwrap();
        let response = bare.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), 503, "{called:?}");
    }
    for (path, status) in [("/me", 503), ("/download", 503), ("/notes", 200)] {
        let request = Request::get(path)
            .header("authorization", bearer(&ada))
            .header("cookie", &ada.cookie);
        let request = request.body(Body::empty()).unwrap();
        let response = bare.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
        let body = response.into_body().collect();
        let body = tokio::time::timeout(Duration::from_secs(5), body).await;
        let body = body.unwrap().unwrap().to_bytes();
        let text = String::from_utf8_lossy(&body);
        assert!(
            !text.contains("ada") && !text.contains("guarded text"),
            "{text}"
        );
    }
}
