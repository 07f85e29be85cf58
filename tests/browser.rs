//! The browser room, in a real browser: `make wasm-test`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used)]

use countersign::{
    browser::{TokenStore, local_time, now},
    domain::{AccessToken, Timestamp},
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn session_storage() -> web_sys::Storage {
    web_sys::window()
        .unwrap()
        .session_storage()
        .unwrap()
        .unwrap()
}

#[wasm_bindgen_test]
fn a_token_is_kept_in_session_storage_and_forgotten() {
    let token = AccessToken::new("header.claims.signature".to_owned());
    TokenStore::write(&token).unwrap();
    assert!(TokenStore::read() == Some(token));
    assert_eq!(session_storage().length().unwrap(), 1);
    assert_eq!(
        web_sys::window()
            .unwrap()
            .local_storage()
            .unwrap()
            .unwrap()
            .length()
            .unwrap(),
        0
    );
    TokenStore::clear();
    assert!(TokenStore::read().is_none());
    assert_eq!(session_storage().length().unwrap(), 0);
}

#[wasm_bindgen_test]
fn what_something_else_left_there_is_no_token() {
    session_storage()
        .set_item("countersign.access_token", "{not json")
        .unwrap();
    assert!(TokenStore::read().is_none());
    TokenStore::clear();
}

#[wasm_bindgen_test]
fn the_clock_is_the_browsers_in_seconds() {
    let seconds = js_sys::Date::now() / 1000.0;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let difference = now().0 as f64 - seconds;
    assert!(difference.abs() < 2.0);
}

#[wasm_bindgen_test]
fn a_moment_is_told_as_a_date_and_a_time() {
    let text = local_time(Timestamp(1_767_268_800));
    assert!(text.contains("2026") && text.contains(':'), "{text}");
}
