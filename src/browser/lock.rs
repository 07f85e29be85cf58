use std::future::Future;

use futures::channel::oneshot;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::future_to_promise;

use super::Renewal;

const NAME: &str = "countersign.renewal";

/// Lets one tab renew at a time (Web Locks). Where there are none, as on a plain http site, tabs that renew at once
/// are told apart by the server.
pub(super) async fn with_lock(work: impl Future<Output = Renewal> + 'static) -> Renewal {
    let Some(request) = lock_request() else { return work.await };
    let (done, outcome) = oneshot::channel();
    let locked = Closure::once_into_js(move || -> Promise {
        future_to_promise(async move {
            let _ = done.send(work.await);
            Ok(JsValue::UNDEFINED)
        })
    });
    let _ = request(&locked);
    outcome.await.unwrap_or(Renewal::Unavailable)
}

/// `navigator.locks.request`, bound to its name, if this browser has it here.
fn lock_request() -> Option<impl Fn(&JsValue) -> Result<JsValue, JsValue>> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok().filter(JsValue::is_object)?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    Some(move |locked: &JsValue| request.call2(&locks, &NAME.into(), locked))
}
