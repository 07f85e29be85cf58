use leptos::prelude::*;

use super::{Logo, MainContent};
use crate::ui::use_auth;

/// A page with a single box in the middle.
#[component]
pub fn Card(children: Children) -> impl IntoView {
    let branding = use_auth().branding();
    view! {
        <MainContent class="cs cs-stage">
            <Logo />
            <div class="cs-card">{children()}</div>
            {(branding.links)()}
            {(branding.footer)()}
        </MainContent>
    }
}
