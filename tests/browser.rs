//! Tests in a real browser: `make wasm-test`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

use countersign::{
    browser::{ClientSession, local_time, now},
    domain::{AccessToken, Timestamp, UserId},
};
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
fn a_stored_value_that_is_no_token_is_ignored() {
    let session = ClientSession::default();
    session_storage()
        .set_item("countersign.access_token", "{not json")
        .unwrap();
    assert!(session.token().is_none());
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
