use leptos::prelude::*;

use super::{Sessions, current_session::CurrentSession};
use crate::ui::{components::TokenPanel, texts::dashboard_texts};

/// The session and the access token in detail.
#[component]
pub fn ForDevelopers(sessions: Sessions) -> impl IntoView {
    view! {
        <details class="cs-panel">
            <summary>
                <h2>{dashboard_texts().for_developers}</h2>
            </summary>
            <CurrentSession sessions />
            <TokenPanel />
        </details>
    }
}
