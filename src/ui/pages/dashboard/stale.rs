use leptos::prelude::*;

use super::Sessions;

/// Says that what the page shows may be out of date, and why, for as long as that lasts. It lies over the foot of the page: nothing
/// moves when it comes and goes.
#[component]
pub fn Stale(of: Sessions) -> impl IntoView {
    view! {
        <p class="toast" role="status">
            {move || of.doubt().map(|error| error.message().into_owned())}
        </p>
    }
}
