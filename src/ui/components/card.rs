use leptos::prelude::*;

use super::Logo;

/// A page with a single box in the middle.
#[component]
pub fn Card(children: Children) -> impl IntoView {
    view! {
        <main class="stage">
            <Logo />
            <div class="card">{children()}</div>
        </main>
    }
}
