use std::time::Duration;

use leptos::{leptos_dom::helpers::IntervalHandle, prelude::*};

use crate::{browser, domain::Timestamp};

/// Counts the time down to a moment.
#[component]
pub fn Countdown(
    until: Timestamp,
    /// What is done when it has come.
    #[prop(optional, into)]
    on_end: Option<Callback<()>>,
) -> impl IntoView {
    let left = move || until.seconds_since(browser::now()).max(0);
    let shown = RwSignal::new(left());
    let ticking = StoredValue::new(None::<IntervalHandle>);
    Effect::new(move |_| {
        let tick = move || {
            shown.set(left());
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
    view! { <span class="countdown" role="timer">{move || in_words(shown.get())}</span> }
}

fn in_words(seconds: i64) -> String {
    match seconds {
        0 => "now".to_owned(),
        1..60 => format!("in {seconds} s"),
        _ => format!("in {} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn the_time_left_is_told_in_minutes_and_seconds() {
        assert_eq!([0, 59, 60, 899].map(in_words), ["now", "in 59 s", "in 1 min 00 s", "in 14 min 59 s"]);
    }
}
