use leptos::prelude::*;

/// An eye, which the style strikes out while its button is pressed.
#[component]
pub fn Eye() -> impl IntoView {
    view! {
        <svg class="cs-icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=EYE />
            <path class="cs-strike" d="m4 4 16 16" />
        </svg>
    }
}

const EYE: &str = "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z\
    M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z";

/// An arrow down, on a button that opens a menu.
#[component]
pub fn Chevron() -> impl IntoView {
    view! {
        <svg class="cs-icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="m7 10 5 5 5-5" />
        </svg>
    }
}
