use std::{
    future::{Future, poll_fn},
    pin::pin,
};

use leptos::prelude::{WithValue, WriteValue};

use super::{ClientSession, page::set_root_attribute};

/// Counts a request as being on its way until it is dropped, which also happens when it is
/// cancelled. The style shows the progress line while there are any.
#[derive(Debug)]
pub(super) struct InFlight(ClientSession);

impl ClientSession {
    /// Runs `work` without the progress line for the requests that it sends.
    pub async fn in_background<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        poll_fn(|context| {
            let before = self.set_in_background(true);
            let polled = work.as_mut().poll(context);
            self.set_in_background(before);
            polled
        })
        .await
    }

    /// Runs `work` with the progress line, whether it sends requests or not.
    pub async fn in_foreground<T>(&self, work: impl Future<Output = T>) -> T {
        let _in_flight = self.begin_request();
        work.await
    }

    pub(super) fn begin_request(&self) -> Option<InFlight> {
        if self.state.with_value(|state| state.in_background) {
            return None;
        }
        self.count_requests(|running| running + 1);
        Some(InFlight(self.clone()))
    }

    fn count_requests(&self, change: fn(usize) -> usize) {
        let mut state = self.state.write_value();
        state.requests_in_flight = change(state.requests_in_flight);
        set_root_attribute("data-busy", state.requests_in_flight > 0);
    }

    fn set_in_background(&self, value: bool) -> bool {
        std::mem::replace(&mut self.state.write_value().in_background, value)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.count_requests(|running| running.saturating_sub(1));
    }
}
