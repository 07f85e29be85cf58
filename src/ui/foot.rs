use leptos::prelude::*;

use super::components::{LanguageSwitch, ThemeSwitch};

/// What stands below every page. The server alone renders it: it stays the same while pages come and go, so the wasm knows
/// nothing of it.
#[component]
pub fn Foot() -> impl IntoView {
    view! {
        <footer class="foot">
            <LanguageSwitch />
            <ThemeSwitch />
        </footer>
    }
}
