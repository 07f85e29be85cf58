use leptos::prelude::*;

use super::{Logo, MainContent};
use crate::ui::use_auth;

/// A page with a single box in the middle.
#[component]
pub fn Card(
    /// The heading of the page and its messages, above the box.
    head: AnyView,
    children: Children,
) -> impl IntoView {
    let branding = use_auth().branding();
    view! {
        <MainContent class="cs cs-stage">
            <div class="cs-head">
                <Logo />
                {head}
            </div>
            <div class="cs-card">{children()}</div>
            {(branding.links)()}
            {(branding.footer)()}
        </MainContent>
    }
}
