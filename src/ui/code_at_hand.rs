//! `lazy_code.rs` for a build with one wasm file: all code is there already.
#![allow(clippy::unused_async, reason = "there is nothing to wait for")]

use leptos::prelude::AnyView;

use crate::ui::{self, ServerCalls, dashboard};

pub async fn server_calls() -> Option<ServerCalls> {
    Some(ServerCalls::new())
}

pub async fn preload() {}

pub async fn guarded_dashboard() -> Option<AnyView> {
    Some(dashboard())
}

pub async fn account_page(path: &'static str) -> Option<AnyView> {
    Some(ui::account_page(path))
}

pub async fn has_pages() -> bool {
    true
}
