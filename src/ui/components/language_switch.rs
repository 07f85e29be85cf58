use leptos::prelude::*;

use crate::{domain::Language, ui::texts::texts};

/// The languages, each by its own name. A plain form: the page comes again in the language that was chosen.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let chosen = use_context::<Language>().unwrap_or_default();
    let choice = |language: Language| {
        let is_chosen = (language == chosen).to_string();
        view! {
            <button name="language" value=language.tag() lang=language.tag() aria-pressed=is_chosen>
                {language.name()}
            </button>
        }
    };
    view! {
        <form class="switch" method="post" action="/language" aria-label=texts().common.language>
            {Language::ALL.map(choice).collect_view()}
        </form>
    }
    .into_any()
}
