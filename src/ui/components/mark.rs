use leptos::prelude::*;

/// The name and the mark: a gate, and the one stroke that opens it.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <p class="mark">
            <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
                <path d="M6 28V14a10 10 0 0 1 20 0v14" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" />
                <path d="m11.5 19.5 3.5 3.5 6-7" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round" stroke-linejoin="round" />
            </svg>
            "Countersign"
        </p>
    }
}
