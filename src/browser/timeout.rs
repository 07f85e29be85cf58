use std::{future::Future, pin::pin, time::Duration};

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use leptos::prelude::set_timeout;

/// For the response to a request.
pub(super) const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// For the response to a refresh: two attempts fit into the server's reuse interval of 30 s.
pub(super) const REFRESH_TIMEOUT: Duration = Duration::from_secs(8);

/// For another tab to finish its refresh: longer than two attempts take.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(20);

/// For the second wasm file to load.
pub const LOAD_TIMEOUT: Duration = Duration::from_secs(20);

/// The output of `work`, or `None` when it takes longer than `timeout`.
pub async fn with_timeout<T>(timeout: Duration, work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), pin!(pause(timeout))).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}

pub async fn pause(time: Duration) {
    let (sender, receiver) = oneshot::channel();
    let end = move || {
        // The receiver is gone when the pause was cancelled.
        let _ = sender.send(());
    };
    set_timeout(end, time);
    let _ = receiver.await;
}

pub(super) fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}
