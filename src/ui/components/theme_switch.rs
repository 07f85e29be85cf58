use leptos::prelude::*;

use crate::{domain::Theme, ui::texts::texts};

/// Light, dark, or whatever the system has. A plain form: the server remembers the choice and renders the page anew. Where
/// scripts run, the browser room does the same without that.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let common = &texts().common;
    let chosen = use_context::<Theme>().unwrap_or_default();
    let choice = |theme: Theme, label: &'static str, icon| {
        view! {
            <button name="theme" value=theme.as_str() title=label aria-pressed=(theme == chosen).to_string()>
                {icon}
            </button>
        }
    };
    let screen = view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M5 5h14v10H5zM9 19h6M12 15v4" />
        </svg>
    };
    let sun = view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 3v1M12 20v1M3 12h1M20 12h1M5.6 5.6l.8.8M17.6 17.6l.8.8M5.6 18.4l.8-.8M17.6 6.4l.8-.8" />
        </svg>
    };
    let moon = view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5z" />
        </svg>
    };
    view! {
        <form class="switch" method="post" action="/theme" aria-label=common.colours>
            {choice(Theme::System, common.colours_of_system, screen)}
            {choice(Theme::Light, common.light, sun)}
            {choice(Theme::Dark, common.dark, moon)}
        </form>
    }
    .into_any()
}
