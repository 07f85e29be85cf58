use std::time::Duration;

use leptos::prelude::*;

use crate::{
    browser,
    domain::Timestamp,
    ui::{components::LiveText, interval::use_interval, texts::texts},
};

/// The time that is left until `until`. Only shown in the browser, since the server's clock is
/// another one.
#[component]
pub fn Countdown(
    until: Timestamp,
    /// Called when no time is left.
    #[prop(optional, into)]
    on_end: Option<Callback<()>>,
) -> impl IntoView {
    let seconds_left = move || until.seconds_since(browser::now()).max(0);
    let left = RwSignal::new(seconds_left());
    let tick = move || {
        left.try_set(seconds_left());
        if let (0, Some(on_end)) = (seconds_left(), on_end) {
            on_end.run(());
        }
    };
    use_interval(Duration::from_secs(1), tick);
    let in_words = texts().common.countdown;
    view! {
        <span class="cs-countdown" role="timer">
            <LiveText text=move || Some(in_words(left.get())) />
        </span>
    }
}
