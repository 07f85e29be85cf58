use leptos::prelude::*;

use crate::ui::texts::texts;

/// Says that Caps Lock is on, at the label of a field where nobody sees what is typed. The style shows the text while
/// the browser room has marked the page so.
#[component]
pub fn CapsLock() -> impl IntoView {
    view! {
        <p class="caps-lock" role="status">
            <span>{texts().login.caps_lock}</span>
        </p>
    }
}
