//! The contents of the second wasm file: the dashboard, the pages for a user's account, and
//! everything that sends requests. Users download it while they type their password.
//! `code_at_hand.rs` has the same functions for a build with one file.
//!
//! `leptos::wasm_split` is hidden from Leptos' documentation, and used in this file only. The
//! documented `#[lazy]` and `#[lazy_route]` panic when the file can't be loaded, and a panic stops
//! the whole page; a `fallible` function returns an error.

use leptos::{
    prelude::AnyView,
    wasm_split::{SplitLoaderError, wasm_split},
};

use crate::{
    domain::paths,
    ui::{self, ServerCalls},
};

/// All that is in the file. It is behind one function, because the splitter leaves in the first file
/// what is behind a function that nobody calls, as in an application without the dashboard.
#[derive(Clone, Copy)]
struct SecondFile {
    server_calls: ServerCalls,
    page: fn(&str) -> AnyView,
}

#[wasm_split(session, wasm_split_path = leptos::wasm_split, fallible, preload(preload_file))]
#[allow(clippy::unnecessary_wraps, reason = "the macro asks for it")]
fn load_file() -> Result<SecondFile, SplitLoaderError> {
    Ok(SecondFile {
        server_calls: ServerCalls::new(),
        page: |path| match path {
            paths::DASHBOARD => ui::dashboard(),
            path => ui::account_page(path),
        },
    })
}

/// Loads the file, unless it is loaded already. The next call tries again.
pub async fn server_calls() -> Option<ServerCalls> {
    Some(load_file().await.ok()?.server_calls)
}

/// Loads the file ahead of time. A failure shows when the file is needed.
pub async fn preload() {
    let _ = preload_file().await;
}

/// The dashboard, or `None` when the file can't be loaded.
pub fn guarded_dashboard() -> impl Future<Output = Option<AnyView>> {
    page(paths::DASHBOARD)
}

/// The page for a user's account at a path, or `None` when the file can't be loaded.
pub fn account_page(path: &'static str) -> impl Future<Output = Option<AnyView>> {
    page(path)
}

/// A page that the server renders names the file, so that browsers load it beside the first one.
/// Leptos forgets to name it when it has to wait before it sends the page: with `SsrMode::Async`,
/// and for blocking resources.
async fn page(path: &'static str) -> Option<AnyView> {
    leptos::prefetch_lazy_fn_on_server("session");
    Some((load_file().await.ok()?.page)(path))
}

/// Loads the code of the pages in the file. Returns whether that succeeded.
pub async fn has_pages() -> bool {
    preload_file().await.is_ok()
}

/// Room for the splitter. It lays the data of the two files out anew, and when their alignment takes
/// more bytes than the data had before, all of it goes into the first file. No code refers to these
/// bytes, so they are in neither file.
#[used]
static ROOM: [u8; 1024] = [1; 1024];
