use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Request, RequestInit, Response};

use super::timeout::{REFRESH_TIMEOUT, milliseconds};

/// Whether the server answers with a page at `path` now.
pub async fn is_server_reachable(path: &str) -> bool {
    let timeout = AbortSignal::timeout_with_u32(milliseconds(REFRESH_TIMEOUT));
    let options = RequestInit::new();
    options.set_signal(Some(&timeout));
    let request = Request::new_with_str_and_init(path, &options);
    let (Some(window), Ok(request)) = (web_sys::window(), request) else {
        return false;
    };
    let response = JsFuture::from(window.fetch_with_request(&request)).await;
    response.is_ok_and(|response| response.unchecked_into::<Response>().status() == 200)
}
