use leptos::prelude::*;

use super::Sessions;
use crate::ui::{live::live_text, texts::texts};

/// Says that what the page shows may be out of date, and why, for as long as that lasts. It lies over the foot of the page: nothing
/// moves when it comes and goes.
#[component]
pub fn Stale(of: Sessions) -> impl IntoView {
    let texts = texts();
    view! {
        <p class="toast" role="status">
            {live_text(move || of.doubt().map(|error| texts.error(&error)))}
        </p>
    }
}
