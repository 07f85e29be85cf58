//! The contents of the second wasm file: the dashboard, and everything that sends requests. Users
//! download it while they type their password. `code_at_hand.rs` has the same functions for a build
//! with one file.
//!
//! `leptos::wasm_split` is hidden from Leptos' documentation, and used in this file only. The
//! documented `#[lazy]` and `#[lazy_route]` panic when the file can't be loaded, and a panic stops
//! the whole page; a `fallible` function returns an error.

use leptos::{
    prelude::AnyView,
    wasm_split::{SplitLoaderError, wasm_split},
};

use crate::ui::{ServerCalls, dashboard};

/// Loads the file, unless it is loaded already. The next call tries again.
pub async fn server_calls() -> Option<ServerCalls> {
    load_server_calls().await.ok()
}

/// Loads the file ahead of time. A failure shows when the file is needed.
pub async fn preload() {
    let _ = preload_server_calls().await;
}

/// The dashboard, or `None` when the file can't be loaded. A page that the server renders names the
/// file, so that browsers load it beside the first one. Leptos forgets to name it when it has to
/// wait before it sends the page: with `SsrMode::Async`, and for blocking resources.
pub async fn guarded_dashboard() -> Option<AnyView> {
    leptos::prefetch_lazy_fn_on_server("session");
    load_dashboard().await.ok()
}

/// Loads the code of the dashboard. Returns whether that succeeded.
pub async fn has_dashboard() -> bool {
    preload_dashboard().await.is_ok()
}

#[wasm_split(session, wasm_split_path = leptos::wasm_split, fallible, preload(preload_server_calls))]
#[allow(clippy::unnecessary_wraps, reason = "the macro asks for it")]
fn load_server_calls() -> Result<ServerCalls, SplitLoaderError> {
    Ok(ServerCalls::new())
}

#[wasm_split(session, wasm_split_path = leptos::wasm_split, fallible, preload(preload_dashboard))]
#[allow(clippy::unnecessary_wraps, reason = "the macro asks for it")]
fn load_dashboard() -> Result<AnyView, SplitLoaderError> {
    Ok(dashboard())
}

/// Room for the splitter. It lays the data of the two files out anew, and when their alignment takes
/// more bytes than the data had before, all of it goes into the first file. No code refers to these
/// bytes, so they are in neither file.
#[used]
static ROOM: [u8; 1024] = [1; 1024];
