use leptos::prelude::*;

use super::page_field::address_of_page;
use crate::{domain::paths, page_request, ui::texts::texts};

/// A plain form with one button, which chooses the next theme. It has the name and the picture of
/// each theme, of which the style shows those of the current one. Where scripts run,
/// [`watch_theme`](crate::browser::watch_theme) applies the theme without a page load.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let common = &texts().common;
    let theme = page_request::theme().unwrap_or_default();
    let name = |name: &'static str| view! { <b>{name}</b> };
    view! {
        <form class="cs-theme" data-theme=theme.as_str() method="post" action=paths::THEME>
            {address_of_page()}
            <button name="theme" value=theme.next().as_str()>
                <svg class="cs-icon" viewBox="0 0 24 24" aria-hidden="true">
                    <path d=SCREEN />
                    <path d=SUN />
                    <path d=MOON />
                </svg>
                <span class="cs-visually-hidden">
                    {format!("{}: ", common.colours)}
                    {[common.colours_of_system, common.light, common.dark].map(name).collect_view()}
                </span>
            </button>
        </form>
    }
}

const SCREEN: &str = "M5 5h14v10H5zM9 19h6M12 15v4";
const SUN: &str = "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 3v1m0 16v1M3 12h1m16 0h1M5.6 5.6l.8.8\
    m11.2 11.2.8.8m-12.8 0 .8-.8m11.2-11.2.8-.8";
const MOON: &str = "M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5z";
