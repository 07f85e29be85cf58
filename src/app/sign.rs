use leptos::prelude::*;

/// The sign of Countersign, before its name.
pub fn sign() -> AnyView {
    view! {
        <svg viewBox="4 3 24 27" width="24" aria-hidden="true">
            <path fill="currentColor" d=SIGN />
        </svg>
    }
    .into_any()
}

/// An archway with a tick cut out of it, as in `public/favicon.svg`: the two are drawn in opposite
/// directions.
const SIGN: &str = "M4 28V15a12 12 0 0 1 24 0v13a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2zM11.73 16.27a1.6 1.6 0 0 \
    0-2.26 2.26l4 4a1.6 1.6 0 0 0 2.36-.11l7-8.4a1.6 1.6 0 0 0-2.46-2.04l-5.88 7.05z";
