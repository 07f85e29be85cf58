//! Tests of `/api/logout` and of tokens whose session is over.

use std::{fs, path::Path};

use axum::{body::Body, http::Request};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use countersign::internals::paths;

use crate::support::{Forger, PROTECTED, SignedIn, TestServer};

/// The browser tests have a list of the protected routes too.
const BROWSER_TESTS: &str = include_str!("../../end2end/tests/sign-out.spec.ts");

#[tokio::test]
async fn a_signed_out_token_is_refused_on_every_route() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    ada.assert_accepted(&server).await;

    let response = ada.log_out(&server).await;

    assert_eq!(response.status, 200);
    ada.assert_refused(&server).await;
}

#[tokio::test]
async fn the_list_of_protected_routes_is_complete() {
    let _server = TestServer::start().await;
    let edge = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
    let edge: String = fs::read_dir(edge)
        .unwrap()
        .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
        .chain([include_str!("../../src/domain/paths.rs").to_owned()])
        .collect();
    let public = ["/api/login", "/api/logout", "/api/refresh", "/api/username"];
    let mut routes: Vec<_> = server_fn::axum::server_fn_paths()
        .map(|(path, _)| path)
        .map(str::to_owned)
        .chain(addresses(&edge))
        .filter(|path| !public.contains(&path.as_str()) && !path.starts_with("/host/"))
        .collect();
    routes.sort_unstable();
    routes.dedup();
    let mut protected = PROTECTED.to_vec();
    protected.sort_unstable();
    assert_eq!(routes, protected);
    let mut in_browser = addresses(BROWSER_TESTS);
    in_browser.sort_unstable();
    assert_eq!(in_browser, protected);
}

/// The addresses below `/api` that a source text names. A router can't list its routes.
fn addresses(source: &str) -> Vec<String> {
    source
        .split('"')
        .filter(|part| part.starts_with("/api/"))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn the_contract_names_every_server_function_of_ours() {
    let _server = TestServer::start().await;
    let mut ours: Vec<_> = server_fn::axum::server_fn_paths()
        .map(|(path, _)| path)
        .filter(|path| !path.starts_with("/host/"))
        .collect();
    let mut named = paths::SERVER_FUNCTIONS.to_vec();
    ours.sort_unstable();
    named.sort_unstable();
    assert_eq!(ours, named);
}

#[tokio::test]
async fn a_signed_out_token_is_refused_after_a_restart() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    ada.log_out(&server).await;
    let server = server.restart().await.unwrap();
    ada.assert_refused(&server).await;
}

#[tokio::test]
async fn signing_out_twice_is_no_error() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for _ in 0..2 {
        assert_eq!(ada.log_out(&server).await.status, 200);
    }
    ada.assert_refused(&server).await;
}

#[tokio::test]
async fn an_expired_token_is_refused_but_still_ends_its_session() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let other = Forger::new(&server, &ada);
    server.pass_seconds(900);
    ada.assert_refused(&server).await;

    assert_eq!(ada.log_out(&server).await.status, 200);

    // An unexpired token of the same session, as a refresh would have issued it.
    let mut claims = other.claims.clone();
    claims["iat"] = server.now().into();
    claims["exp"] = (server.now() + 900).into();
    SignedIn::with_token(other.sign(&other.header, &claims))
        .assert_refused(&server)
        .await;
}

#[tokio::test]
async fn a_token_expires_at_the_exact_second() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    server.pass_seconds(899);
    ada.assert_accepted(&server).await;
    server.pass_seconds(1);
    ada.assert_refused(&server).await;
}

#[tokio::test]
async fn no_token_outlives_the_absolute_end_of_its_session() {
    let server = TestServer::start_with(|settings| settings.session.max_seconds = 60).await;
    let account = server.add_user("ada", "analytical engine").await;
    let response = server
        .try_log_in(&account.name, &account.password)
        .await
        .json();
    assert_eq!(response["expires_in"], 60);

    let ada = SignedIn::with_token(response["access_token"].as_str().unwrap().to_owned());
    let forger = Forger::new(&server, &ada);
    server.pass_seconds(60);
    let mut claims = forger.claims.clone();
    claims["exp"] = (server.now() + 900).into();
    SignedIn::with_token(forger.sign(&forger.header, &claims))
        .assert_refused(&server)
        .await;
}

#[tokio::test]
async fn other_encodings_of_a_signed_out_token_are_refused() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    ada.log_out(&server).await;

    let (rest, signature) = ada.token.rsplit_once('.').unwrap();
    let (header, claims) = rest.split_once('.').unwrap();
    let spaced = |part: &str| {
        let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        BASE64_URL_SAFE_NO_PAD.encode(text.replace(',', ", "))
    };
    let forger = Forger::new(&server, &ada);
    for spelling in [
        ada.token.clone(),
        format!("{header}=.{claims}.{signature}"),
        format!("{header}.{claims}.{signature}=="),
        format!("{header}.{claims}.{signature}."),
        format!(".{header}.{claims}.{signature}"),
        format!("{}.{claims}.{signature}", spaced(header)),
        format!("{header}.{}.{signature}", spaced(claims)),
        ada.token.to_uppercase(),
        ada.token.to_lowercase(),
        ada.token.replace('-', "+").replace('_', "/"),
        // This one is signed again with the same claims in another order. Only the session check
        // can refuse it.
        forger.sign(&forger.header, &forger.claims),
    ] {
        for route in PROTECTED {
            server
                .post_with_token(route, &spelling)
                .await
                .assert_invalid_token();
        }
    }
}

#[tokio::test]
async fn setting_the_clock_back_revives_no_session_whose_row_is_gone() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    ada.log_out(&server).await;
    server.pass_seconds(7 * 86400);
    server.execute_sql("DELETE FROM countersign_sessions").await;
    server.pass_seconds(-7 * 86400);
    ada.assert_refused(&server).await;
}

#[tokio::test]
async fn a_token_from_the_future_is_refused() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    for seconds_back in [61, 86_400] {
        server.pass_seconds(-seconds_back);
        ada.assert_refused(&server).await;
        server.pass_seconds(seconds_back);
    }
    ada.assert_accepted(&server).await;
}

/// Clocks are corrected, and those of two servers differ.
#[tokio::test]
async fn a_clock_that_steps_back_for_up_to_a_minute_signs_nobody_out() {
    let server = TestServer::start().await;
    let account = server.add_user("ada", "analytical engine").await;
    for seconds_back in [1, 60] {
        let ada = server.log_in(&account).await;
        server.pass_seconds(-seconds_back);
        ada.assert_accepted(&server).await;
        let page = server.get_with_cookie("/dashboard", &ada.cookie).await;
        assert_eq!(page.status, 200);
        let refreshed = SignedIn::from(server.refresh(&ada.cookie).await);
        refreshed.assert_accepted(&server).await;
        refreshed.log_out(&server).await;
        refreshed.assert_over(&server).await;
        server.pass_seconds(seconds_back);
    }
}

#[tokio::test]
async fn signing_out_requires_a_token_of_this_server() {
    let server = TestServer::start().await;
    let other_server = TestServer::start().await;
    let stranger = other_server.ada().await;
    stranger.log_out(&server).await.assert_invalid_token();

    let bare = server.post_form("/api/logout", &[]).await;
    bare.assert_error(401, "invalid_token");
    assert_eq!(
        bare.header("www-authenticate"),
        Some(r#"Bearer realm="countersign""#)
    );
}

#[tokio::test]
async fn a_request_without_a_token_gets_a_challenge_without_an_error_code() {
    let server = TestServer::start().await;
    for route in PROTECTED {
        let response = server.post_without_token(route, None).await;
        response.assert_error(401, "invalid_token");
        assert_eq!(
            response.header("www-authenticate"),
            Some(r#"Bearer realm="countersign""#)
        );
    }
}

#[tokio::test]
async fn a_foreign_cookie_that_is_not_utf_8_does_not_prevent_signing_out() {
    let server = TestServer::start().await;
    let ada = server.ada().await;
    let cookies =
        axum::http::HeaderValue::from_bytes(&[b"name=Zo\xeb; ", ada.cookie.as_bytes()].concat())
            .unwrap();
    let request = Request::post("/logout")
        .header("sec-fetch-site", "same-origin")
        .header("cookie", cookies);
    server
        .send(request.body(Body::empty()).unwrap())
        .await
        .assert_redirect("/login?signed-out");
    ada.assert_over(&server).await;
}

/// Each of them is a write, and of one account anybody can collect many.
#[tokio::test]
async fn a_sign_out_ends_at_most_eight_sessions_and_is_hidden_by_no_cookie_of_others() {
    let server = TestServer::start().await;
    server.ada().await;
    let mut cookies = vec!["countersign=x".to_owned(); 100];
    for _ in 0..10 {
        cookies.push(server.ada_again().await.cookie);
    }
    let cookies = cookies.join("; ");
    let response = server
        .post_own_form("/api/logout", &[], Some(&cookies))
        .await;
    assert_eq!(response.status, 200);
    let live = "SELECT count(*) FROM countersign_sessions WHERE revoked_at IS NULL";
    assert_eq!(server.query_number(live).await, 3);
}
