use std::{future::Future, pin::pin, time::Duration};

use futures::{
    channel::oneshot,
    future::{Either, select},
};
use leptos::prelude::set_timeout;

/// How long is waited for what the network brings: then it counts as out of reach, and the user can go on.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// What `work` gives, or `None` when that takes too long.
pub async fn patiently<T>(work: impl Future<Output = T>) -> Option<T> {
    match select(pin!(work), pin!(pause(PATIENCE))).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(_) => None,
    }
}

/// Waits for so long.
pub async fn pause(time: Duration) {
    let (over, is_over) = oneshot::channel();
    let end = move || {
        let _given_up = over.send(());
    };
    set_timeout(end, time);
    let _ = is_over.await;
}
