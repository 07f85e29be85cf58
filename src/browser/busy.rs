use std::{
    cell::Cell,
    future::{Future, poll_fn},
    pin::pin,
};

use super::page::mark;

thread_local! {
    /// How many requests are on their way that somebody waits for.
    static RUNNING: Cell<usize> = const { Cell::new(0) };
    /// What is sent now, nobody waits for.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Does something that nobody waits for: its requests are not told of.
pub async fn quietly<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    poll_fn(|context| {
        let before = QUIET.replace(true);
        let polled = work.as_mut().poll(context);
        QUIET.set(before);
        polled
    })
    .await
}

/// Does something that somebody waits for.
pub async fn awaited<T>(work: impl Future<Output = T>) -> T {
    let _busy = Busy::begin();
    work.await
}

/// Stands for a request that is on its way, also for one that is given up. The page is marked as long as there is one.
#[derive(Debug)]
pub(super) struct Busy(());

impl Busy {
    pub(super) fn begin() -> Option<Self> {
        if QUIET.get() {
            return None;
        }
        count(RUNNING.get() + 1);
        Some(Self(()))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        count(RUNNING.get().saturating_sub(1));
    }
}

fn count(running: usize) {
    RUNNING.set(running);
    mark("data-busy", running > 0);
}
