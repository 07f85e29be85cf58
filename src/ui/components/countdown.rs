use std::time::Duration;

use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*};

use crate::{
    browser,
    domain::Timestamp,
    ui::{
        live::{LiveText, Words, effect},
        texts::texts,
    },
};

/// Counts the time down to a moment.
#[component]
pub fn Countdown(
    until: Timestamp,
    /// What is done when it has come.
    #[prop(optional, into)]
    on_end: Option<Callback<()>>,
) -> impl IntoView {
    let left = move || until.seconds_since(browser::now()).max(0);
    let in_words = texts().common.countdown;
    let words = move || Words::Some(in_words(left()).into());
    let shown = RwSignal::new(words());
    let ticking = StoredValue::new(None::<IntervalHandle>);
    effect(move || {
        let tick = move || {
            shown.set(words());
            if let (0, Some(on_end)) = (left(), on_end) {
                on_end.run(());
            }
        };
        ticking.set_value(set_interval_with_handle(tick, Duration::from_secs(1)).ok());
    });
    on_cleanup(move || {
        if let Some(handle) = ticking.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    });
    view! { <span class="countdown" role="timer">{LiveText::from(shown)}</span> }
}
