use leptos::prelude::*;

use super::Mark;

/// A page with one thing on it.
#[component]
pub fn Card(children: Children) -> impl IntoView {
    view! {
        <main class="stage">
            <Mark />
            <div class="card">{children()}</div>
        </main>
    }
}
