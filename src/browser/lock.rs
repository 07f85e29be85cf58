use std::future::Future;

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::AbortSignal;

use super::Renewal;

const NAME: &str = "countersign.renewal";
/// How long to wait for another tab, in milliseconds: longer than a renewal takes at most.
const PATIENCE_MS: u32 = 20_000;

/// Lets one tab renew at a time (Web Locks). Where there are none, as on a plain http site, tabs that renew at once
/// are told apart by the server.
pub(super) async fn with_lock(work: impl Future<Output = Renewal> + 'static) -> Renewal {
    let Some(request) = lock_request() else {
        return work.await;
    };
    let (done, outcome) = oneshot::channel();
    let locked = Closure::once_into_js(move || -> Promise {
        future_to_promise(async move {
            let _ = done.send(work.await);
            Ok(JsValue::UNDEFINED)
        })
    });
    let promise = request(&locked).and_then(JsCast::dyn_into::<Promise>);
    let Ok(promise) = promise else {
        return Renewal::Unavailable;
    };
    // The browser says no by its promise, and then the work was never begun.
    match select(outcome, JsFuture::from(promise)).await {
        Either::Left((renewal, _)) => renewal.unwrap_or(Renewal::Unavailable),
        Either::Right((Ok(_), outcome)) => outcome.await.unwrap_or(Renewal::Unavailable),
        Either::Right((Err(_), _)) => Renewal::Unavailable,
    }
}

/// `navigator.locks.request`, bound to its name, if this browser has it here.
fn lock_request() -> Option<impl Fn(&JsValue) -> Result<JsValue, JsValue>> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into())
        .ok()
        .filter(JsValue::is_object)?;
    let request: Function = Reflect::get(&locks, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    Some(move |locked: &JsValue| {
        let options = Object::new();
        Reflect::set(
            &options,
            &"signal".into(),
            &AbortSignal::timeout_with_u32(PATIENCE_MS),
        )?;
        request.call3(&locks, &NAME.into(), &options, locked)
    })
}
