use leptos::{html::custom, prelude::*};

use crate::ui::use_auth;

/// The main content of a page: a `<main>`, unless the application has one around its routes.
#[component]
pub fn MainContent(class: &'static str, children: Children) -> impl IntoView {
    let is_main = use_auth().branding().with_main;
    custom(if is_main { "main" } else { "div" })
        .class(class)
        .child(children())
}
