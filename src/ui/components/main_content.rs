use leptos::{html::custom, prelude::*};

use crate::{domain::Language, ui::use_auth};

/// The main content of a page: a `<main>`, unless the application has one around its routes.
#[component]
pub fn MainContent(class: &'static str, children: Children) -> impl IntoView {
    let with_main = use_auth().branding().with_main;
    // The application may have another language than its visitor, whose language our texts are in.
    let language = use_context::<Language>().unwrap_or_default();
    custom(if with_main { "main" } else { "div" })
        .class(class)
        .lang(language.tag())
        .dir(language.direction())
        .child(children())
}
