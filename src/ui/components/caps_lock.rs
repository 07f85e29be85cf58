use leptos::prelude::*;

use crate::ui::texts::texts;

/// A hint that Caps Lock is on, beside a field whose text is hidden. The style shows it while
/// [`watch_caps_lock`](crate::browser::watch_caps_lock) has set its attribute.
#[component]
pub fn CapsLock() -> impl IntoView {
    view! {
        <p class="cs-caps-lock" role="status">
            <span>{texts().login.caps_lock}</span>
        </p>
    }
}
