use std::time::Duration;

use leptos::prelude::*;

/// Calls back every `period` for as long as the component is mounted, in the browser only.
pub(super) fn use_interval(period: Duration, callback: impl Fn() + Clone + 'static) {
    Effect::new(move |_| {
        if let Ok(handle) = set_interval_with_handle(callback.clone(), period) {
            on_cleanup(move || handle.clear());
        }
    });
}
