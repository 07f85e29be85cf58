use std::time::Duration;

use leptos::{html::Time, prelude::*};

use crate::{
    browser,
    domain::{Ago, Timestamp},
    page_request,
    ui::{interval::use_interval, texts::account_texts},
};

/// How often a page sees that time has passed.
const TICK: Duration = Duration::from_secs(20);

/// The time by which the times of a page are counted.
#[derive(Debug, Clone, Copy)]
struct Now(RwSignal<Timestamp>);

/// Has the times of a page go on counting while it is open.
pub(super) fn provide_now() {
    let now = RwSignal::new(page_request::now());
    use_interval(TICK, move || {
        now.try_set(page_request::now());
    });
    provide_context(Now(now));
}

/// How long ago a time was, and beyond a month its date. The exact time is shown on hover.
#[component]
pub fn TimeAgo(#[prop(into)] at: Signal<Timestamp>) -> impl IntoView {
    let in_words = account_texts().ago;
    let Now(now) = expect_context();
    let element = NodeRef::<Time>::new();
    let ago = move || {
        let (now, at) = (now.get(), at.get());
        Ago::of_seconds(now.seconds_since(at)).map(in_words)
    };
    // Replaces everything in the element, as `LiveText` does. The server does not know the time zone
    // of the browser, and its words may be a minute old.
    Effect::new(move |_| {
        let Some(element) = element.get() else {
            return;
        };
        let text = ago().unwrap_or_else(|| browser::local_date(at.get()));
        if element.text_content().as_ref() != Some(&text) {
            element.set_text_content(Some(&text));
        }
        let _ = element.set_attribute("title", &browser::zoned_time(at.get()));
    });
    let in_utc = at.get_untracked().rfc3339();
    let first = untrack(|| ago().unwrap_or_else(|| date_in_utc(at.get())));
    view! {
        <time node_ref=element datetime=move || at.get().rfc3339() title=in_utc>
            {first}
        </time>
    }
}

fn date_in_utc(at: Timestamp) -> String {
    let mut time = at.rfc3339();
    time.truncate("2026-03-02".len());
    time
}
