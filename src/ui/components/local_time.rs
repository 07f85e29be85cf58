use leptos::prelude::*;

use crate::{browser, domain::Timestamp};

/// A time, in UTC as the server renders it, and after hydration in the time zone and the notation
/// of the browser, which the server does not know.
#[component]
pub fn LocalTime(#[prop(into)] at: Signal<Timestamp>) -> impl IntoView {
    let is_mounted = RwSignal::new(false);
    Effect::new(move |_| is_mounted.set(true));
    let text = move || {
        if is_mounted.get() {
            browser::local_time(at.get())
        } else {
            at.get().rfc3339().replace('T', " ").replace('Z', " UTC")
        }
    };
    view! { <time datetime=move || at.get().rfc3339()>{text}</time> }
}
