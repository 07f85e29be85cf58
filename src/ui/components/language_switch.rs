use leptos::prelude::*;

use super::page_field::address_of_page;
use crate::{
    domain::{Language, paths},
    ui::texts::texts,
};

/// A plain form with a button for each language, named in that language.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let current = use_context::<Language>().unwrap_or_default();
    let button = |language: Language| {
        view! {
            <button
                name="language"
                value=language.tag()
                lang=language.tag()
                aria-pressed=(language == current).to_string()
            >
                {language.name()}
            </button>
        }
    };
    view! {
        <form class="cs-switch" method="post" action=paths::LANGUAGE aria-label=texts().common.language>
            {address_of_page()}
            {Language::ALL.map(button).collect_view()}
        </form>
    }
}
