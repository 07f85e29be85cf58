use leptos::{html::Time, prelude::*};

use crate::{browser, domain::Timestamp};

/// A time, in UTC as the server renders it, and after hydration in the time zone and the notation
/// of the browser, which the server does not know.
#[component]
pub fn LocalTime(#[prop(into)] at: Signal<Timestamp>) -> impl IntoView {
    let element = NodeRef::<Time>::new();
    // Replaces everything in the element, as `LiveText` does.
    Effect::new(move |_| {
        if let Some(element) = element.get() {
            element.set_text_content(Some(&browser::local_time(at.get())));
        }
    });
    let mut in_utc = at.get_untracked().rfc3339().replace('T', " ");
    in_utc.truncate("2026-03-02 14:30".len());
    view! {
        <time node_ref=element datetime=move || at.get().rfc3339()>
            {format!("{in_utc} UTC")}
        </time>
    }
}
