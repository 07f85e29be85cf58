use leptos::prelude::*;

use super::{language_switch::LanguageSwitch, theme_switch::ThemeSwitch};
use crate::page_request;

/// The switches for language and theme, below every page. Only the server renders them, outside of
/// the part that the wasm hydrates, because they never change.
#[component]
pub fn Footer() -> impl IntoView {
    // It stands outside of `AuthProvider`.
    provide_context(page_request::language().unwrap_or_default());
    view! {
        <footer class="foot">
            <LanguageSwitch />
            <ThemeSwitch />
        </footer>
    }
}
