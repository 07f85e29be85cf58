use leptos::prelude::*;

use super::page_field::address_of_page;
use crate::{
    domain::{Theme, paths},
    page_request,
    ui::texts::texts,
};

/// A plain form with a button for each theme. Where scripts run,
/// [`watch_theme`](crate::browser::watch_theme) applies the theme without a page load.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let common = &texts().common;
    let current = page_request::theme().unwrap_or_default();
    let button = |theme: Theme, label: &'static str, icon: &'static str| {
        view! {
            <button
                name="theme"
                value=theme.as_str()
                title=label
                aria-pressed=(theme == current).to_string()
            >
                <svg class="cs-icon" viewBox="0 0 24 24" aria-hidden="true">
                    <path d=icon />
                </svg>
            </button>
        }
    };
    view! {
        <form class="cs-switch" method="post" action=paths::THEME aria-label=common.colours>
            {address_of_page()}
            {button(Theme::System, common.colours_of_system, SCREEN)}
            {button(Theme::Light, common.light, SUN)}
            {button(Theme::Dark, common.dark, MOON)}
        </form>
    }
}

const SCREEN: &str = "M5 5h14v10H5zM9 19h6M12 15v4";
const SUN: &str = "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 3v1M12 20v1M3 12h1M20 12h1M5.6 5.6l.8.8\
    M17.6 17.6l.8.8M5.6 18.4l.8-.8M17.6 6.4l.8-.8";
const MOON: &str = "M19 14.5A7.5 7.5 0 0 1 9.5 5a7.5 7.5 0 1 0 9.5 9.5z";
