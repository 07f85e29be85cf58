use leptos::prelude::*;

/// The sign of Countersign, before its name.
pub fn sign() -> AnyView {
    view! {
        <svg viewBox="0 0 32 32" width="32" aria-hidden="true">
            <path fill="currentColor" fill-rule="evenodd" d=SIGN />
        </svg>
    }
    .into_any()
}

/// An archway with a tick cut out of it, as in `public/favicon.svg`.
const SIGN: &str = "M4 28V15a12 12 0 0 1 24 0v13a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM11.73 16.27L14.49 \
    19.03L20.37 11.98A1.6 1.6 0 0 1 22.83 14.02L15.83 22.42A1.6 1.6 0 0 1 13.47 22.53L9.47 \
    18.53A1.6 1.6 0 0 1 11.73 16.27z";
