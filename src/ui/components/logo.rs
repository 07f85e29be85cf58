use leptos::prelude::*;

use crate::ui::use_auth;

/// The logo and the name of the application.
#[component]
pub fn Logo() -> impl IntoView {
    let branding = use_auth().branding();
    view! { <p class="cs-mark">{(branding.logo)()} {branding.name}</p> }
}
