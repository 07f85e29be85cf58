use leptos::prelude::*;

use super::page_field::address_of_page;
use crate::{
    domain::{Language, paths},
    ui::texts::texts,
};

/// A plain form with a list of the languages, each named in that language. Where scripts run,
/// [`watch_language`](crate::browser::watch_language) sends it when one is chosen.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let common = &texts().common;
    let current = use_context::<Language>().unwrap_or_default();
    let option = |language: Language| {
        view! {
            <option value=language.tag() lang=language.tag() selected=language == current>
                {language.name()}
            </option>
        }
    };
    view! {
        <form class="cs-language" method="post" action=paths::LANGUAGE>
            {address_of_page()}
            // Firefox restores a choice on reload otherwise, and then shows another language than the page's.
            <select name="language" aria-label=common.language autocomplete="off">
                {Language::ALL.map(option).collect_view()}
            </select>
            <button>{common.apply}</button>
        </form>
    }
}
