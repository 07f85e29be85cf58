use futures::{
    channel::oneshot,
    future::{Either, select},
};
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::AbortSignal;

use super::timeout::{LOCK_TIMEOUT, milliseconds};

const NAME: &str = "countersign.refresh";

/// Our lock, until it is dropped.
#[derive(Debug)]
pub(super) struct Lock {
    _end: oneshot::Sender<()>,
}

/// Waits until no other tab holds the lock (Web Locks API), so that one tab refreshes at a time.
///
/// A tab that sleeps may hold it for hours, so after [`LOCK_TIMEOUT`] it is taken from its holder.
/// Browsers have no locks on plain http sites and where storage is denied: `None`. Then the
/// server's reuse interval covers tabs that refresh at the same time.
pub(super) async fn lock() -> Option<Lock> {
    let wait = AbortSignal::timeout_with_u32(milliseconds(LOCK_TIMEOUT));
    match request("signal", &wait).await {
        Some(lock) => Some(lock),
        None => request("steal", &JsValue::TRUE).await,
    }
}

/// Requests the lock with one option. `None` when it is not granted.
async fn request(option: &str, value: &JsValue) -> Option<Lock> {
    let navigator = web_sys::window()?.navigator();
    let locks = get(&navigator, "locks").filter(JsValue::is_object)?;
    let function: Function = get(&locks, "request")?.dyn_into().ok()?;
    let options = Object::new();
    Reflect::set(&options, &option.into(), value).ok()?;
    let (end, ended) = oneshot::channel::<()>();
    let (grant, granted) = oneshot::channel();
    // The lock is held until the promise of this function is settled.
    let hold = Closure::once_into_js(move || -> Promise {
        let _ = grant.send(Lock { _end: end });
        future_to_promise(async move {
            let _ = ended.await;
            Ok(JsValue::UNDEFINED)
        })
    });
    let promise: Promise = function
        .call3(&locks, &NAME.into(), &options, &hold)
        .ok()?
        .dyn_into()
        .ok()?;
    match select(granted, JsFuture::from(promise)).await {
        Either::Left((lock, _)) => lock.ok(),
        Either::Right(_) => None,
    }
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}
