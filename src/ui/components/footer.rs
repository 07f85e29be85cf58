use leptos::prelude::*;

use super::{language_switch::LanguageSwitch, theme_switch::ThemeSwitch};
use crate::{
    page_request,
    ui::{OurTexts, texts::provide_language},
};

/// The switches for language and theme, below every page. Only the server renders them, outside of
/// the part that the wasm hydrates, because they never change.
#[component]
pub fn Footer() -> impl IntoView {
    // It stands outside of `AuthProvider`, and may have the same owner: what it provides is for itself.
    Owner::new().with(|| {
        provide_language(page_request::language().unwrap_or_default(), &OurTexts);
        view! {
            <footer class="cs cs-foot">
                <LanguageSwitch />
                <ThemeSwitch />
            </footer>
        }
    })
}
