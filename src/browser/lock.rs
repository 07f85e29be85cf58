use std::future::Future;

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::AbortSignal;

use super::{
    RefreshOutcome,
    timeout::{LOCK_TIMEOUT, milliseconds},
};

const NAME: &str = "countersign.refresh";

/// Lets one tab refresh at a time (Web Locks API). Browsers have no locks on plain http sites:
/// there the server's reuse interval covers tabs that refresh at the same time.
pub(super) async fn with_lock(
    work: impl Future<Output = RefreshOutcome> + 'static,
) -> RefreshOutcome {
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
        return RefreshOutcome::Unavailable;
    };
    // A rejected promise means that the lock was not granted, and the work did not begin.
    match select(outcome, JsFuture::from(promise)).await {
        Either::Left((outcome, _)) => outcome.unwrap_or(RefreshOutcome::Unavailable),
        Either::Right((Ok(_), outcome)) => outcome.await.unwrap_or(RefreshOutcome::Unavailable),
        Either::Right((Err(_), _)) => RefreshOutcome::Unavailable,
    }
}

/// `navigator.locks.request`, bound to the name of our lock, where the browser has it.
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
        let abort = AbortSignal::timeout_with_u32(milliseconds(LOCK_TIMEOUT));
        Reflect::set(&options, &"signal".into(), &abort)?;
        request.call3(&locks, &NAME.into(), &options, locked)
    })
}
