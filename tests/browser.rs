//! Tests in a real browser: `make wasm-test`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use countersign::{
    AuthError, BearerClient, UserId,
    internals::{AccessToken, ApiRequest, ClientSession, Timestamp, local_time, now},
};
use futures::{StreamExt, stream};
use http::Method;
use serde_json::{Value, json};
use server_fn::{Bytes, client::Client, request::ClientReq, response::ClientRes};
use uuid::Uuid;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn session_storage() -> web_sys::Storage {
    web_sys::window()
        .unwrap()
        .session_storage()
        .unwrap()
        .unwrap()
}

fn local_storage() -> web_sys::Storage {
    web_sys::window().unwrap().local_storage().unwrap().unwrap()
}

#[wasm_bindgen_test]
fn a_token_is_stored_for_this_tab_only_and_cleared_with_the_session() {
    let session = ClientSession::default();
    let token = AccessToken::new("header.claims.signature".to_owned());
    session.store_token(token.clone());
    assert!(session.token().unwrap().access_token == token);
    assert_eq!(
        session_storage().length().unwrap(),
        2,
        "the token, and when it came"
    );
    assert_eq!(local_storage().length().unwrap(), 0);
    session.clear();
    assert!(session.token().is_none());
    assert_eq!(session_storage().length().unwrap(), 0);
}

#[wasm_bindgen_test]
fn a_stored_token_without_its_times_is_ignored() {
    let session = ClientSession::default();
    for received in ["", "soon", "1767225600", "1767225600 later"] {
        let storage = session_storage();
        storage
            .set_item("countersign.access_token", "a.b.c")
            .unwrap();
        storage.set_item("countersign.received", received).unwrap();
        assert!(session.token().is_none(), "{received}");
    }
    session.clear_token();
}

#[wasm_bindgen_test]
fn every_beginning_and_end_of_a_session_is_a_new_generation() {
    let session = ClientSession::default();
    let first = session.generation();
    session.begin(UserId(Uuid::nil()));
    let second = session.generation();
    session.clear();
    let third = session.generation();
    assert!(first != second && second != third && first != third);
    assert_eq!(
        session.clone().generation(),
        third,
        "clones are one session"
    );
}

#[wasm_bindgen_test]
fn now_is_the_time_of_the_browser_in_seconds() {
    let seconds = js_sys::Date::now() / 1000.0;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let difference = now().0 as f64 - seconds;
    assert!(difference.abs() < 2.0);
}

#[wasm_bindgen_test]
fn a_local_time_has_a_date_and_a_time() {
    let text = local_time(Timestamp(1_767_268_800));
    assert!(text.contains("2026") && text.contains(':'), "{text}");
}

/// A token that the routes of `wasm-runner.mjs` refuse; a refresh obtains the one that they accept.
fn refused_token() -> AccessToken {
    let claims = json!({"sid": Uuid::nil(), "iat": 0, "exp": 900}).to_string();
    AccessToken::new(format!(
        "e30.{}.c2ln",
        BASE64_URL_SAFE_NO_PAD.encode(claims)
    ))
}

type Request = Result<ApiRequest, AuthError>;

async fn send(request: Request) -> (u16, Value) {
    let response = <BearerClient as Client<AuthError>>::send(request.unwrap()).await;
    let response = response.unwrap();
    let status = ClientRes::<AuthError>::status(&response);
    let body = ClientRes::<AuthError>::try_into_bytes(response)
        .await
        .unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

const JSON: &str = "application/json";

fn form_data() -> web_sys::FormData {
    let form = web_sys::FormData::new().unwrap();
    form.append_with_str("text", "ä b").unwrap();
    form
}

#[wasm_bindgen_test]
async fn a_request_in_any_coding_is_sent_again_with_the_next_token_when_the_first_is_refused() {
    const FORM: &str = "application/x-www-form-urlencoded";
    /// gloo-net ends every query in this way.
    const QUERY: &str = "/echo/a?text=1&";
    let requests: [(Request, Value, &str); 6] = [
        (
            ApiRequest::try_new_req_query("/echo/a", FORM, JSON, "text=1", Method::GET),
            json!({"method": "GET", "address": QUERY, "type": FORM, "body": null}),
            FORM,
        ),
        (
            ApiRequest::try_new_req_query("/echo/a", FORM, JSON, "text=1", Method::DELETE),
            json!({"method": "DELETE", "address": QUERY, "type": FORM, "body": null}),
            FORM,
        ),
        (
            ApiRequest::try_new_req_text("/echo/a", JSON, JSON, "{}".to_owned(), Method::PUT),
            json!({"method": "PUT", "address": "/echo/a", "type": JSON, "body": "{}"}),
            JSON,
        ),
        (
            ApiRequest::try_new_req_bytes("/echo/a", JSON, JSON, Bytes::from("[1]"), Method::PATCH),
            json!({"method": "PATCH", "address": "/echo/a", "type": JSON, "body": "[1]"}),
            JSON,
        ),
        (
            ApiRequest::try_new_req_form_data(
                "/echo/a",
                JSON,
                FORM,
                form_data().into(),
                Method::POST,
            ),
            json!({"method": "POST", "address": "/echo/a", "type": FORM, "body": "text=%C3%A4+b"}),
            FORM,
        ),
        (
            ApiRequest::try_new_req_multipart("/echo/a", JSON, form_data().into(), Method::POST),
            json!({"method": "POST", "address": "/echo/a"}),
            "multipart/form-data; boundary=",
        ),
    ];
    for (request, expected, content_type) in requests {
        ClientSession::current().store_token(refused_token());
        let (status, mut sent) = send(request).await;
        assert_eq!(status, 200, "{sent}");
        assert!(
            sent["type"].as_str().unwrap().starts_with(content_type),
            "{sent}"
        );
        if content_type.starts_with("multipart") {
            let body = sent["body"].take();
            assert!(body.as_str().unwrap().contains("name=\"text\""), "{body}");
            sent.as_object_mut()
                .unwrap()
                .retain(|key, _| key != "type" && key != "body");
        }
        assert_eq!(sent, expected);
    }
    ClientSession::current().clear();
}

#[wasm_bindgen_test]
async fn a_401_of_the_application_is_passed_on_and_the_session_goes_on() {
    let session = ClientSession::current();
    session.store_token(refused_token());
    let (status, body) = send(Ok(ApiRequest::new(Method::GET, "/echo/refused"))).await;
    assert_eq!((status, body), (401, json!("of its own")));
    assert!(session.token().unwrap().access_token == refused_token());
    session.clear();
}

#[wasm_bindgen_test]
async fn a_streamed_request_is_sent_with_a_usable_token_and_never_twice() {
    let session = ClientSession::current();
    session.store_token(refused_token());
    let chunks = stream::iter(["a", "b"]).map(Bytes::from);
    let request: Request =
        ApiRequest::try_new_req_streaming("/echo/a", JSON, JSON, chunks, Method::POST);
    let sent = <BearerClient as Client<AuthError>>::send(request.unwrap()).await;
    // Over HTTP/1.1, browsers refuse to send it.
    match sent {
        Ok(response) => assert_eq!(ClientRes::<AuthError>::status(&response), 401),
        Err(error) => assert_eq!(error, AuthError::Unreachable),
    }
    assert!(session.token().unwrap().access_token == refused_token());
    session.clear();
}

#[wasm_bindgen_test]
async fn a_response_is_read_as_a_stream() {
    let session = ClientSession::current();
    session.store_token(refused_token());
    let request = ApiRequest::new(Method::GET, "/echo/a");
    let response = <BearerClient as Client<AuthError>>::send(request)
        .await
        .unwrap();
    let chunks = ClientRes::<AuthError>::try_into_stream(response).unwrap();
    let chunks: Vec<_> = chunks.map(|chunk| chunk.unwrap()).collect().await;
    let sent: Value = serde_json::from_slice(&chunks.concat()).unwrap();
    assert_eq!(sent["method"], "GET");
    session.clear();
}

#[wasm_bindgen_test]
async fn a_websocket_is_refused_with_the_reason() {
    let opened = <BearerClient as Client<AuthError>>::open_websocket("/echo/a").await;
    assert!(opened.is_err());
}
